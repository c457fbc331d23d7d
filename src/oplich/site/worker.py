"""The process that runs jobs. It may be killed at any moment: nothing is kept in it that the next one needs."""

from __future__ import annotations

import os
import sys
import threading
import time

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from oplich.core import jobs

log = structlog.get_logger("oplich.jobs")
IDLE = 0.3  # seconds between two looks for work
ROUND = 2.0  # seconds between two looks for broken-off jobs and due rounds


def _run_jobs(stop: threading.Event) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            job_id = jobs.next_waiting()
            ran = job_id is not None and jobs.run(job_id) is not None
        except DatabaseError as error:  # restarted or full: look again
            log.warning("worker.database", error=type(error).__name__)
            connections.close_all()
            ran = False
        if not ran:
            stop.wait(IDLE)


def _end_with_parent() -> None:
    """The server holds our standard input; when it dies, however it dies, reading ends, and so do we."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def beat() -> None:
    """Say that the worker lives (the health page looks at the time)."""
    folder = settings.DATA / "progress"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "worker").touch()


def last_beat() -> float | None:
    """Seconds since a worker last said that it lives; None: never."""
    try:
        return max(0.0, time.time() - (settings.DATA / "progress" / "worker").stat().st_mtime)
    except FileNotFoundError:
        return None


def work(*, threads: int = 2, with_parent: bool = False, stop: threading.Event | None = None) -> None:
    """Run jobs until told to stop."""
    stop = stop or threading.Event()
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    runners = [threading.Thread(target=_run_jobs, args=[stop], daemon=True, name=f"jobs-{n}") for n in range(threads)]
    last: dict[str, float] = {}
    jobs.take_up_again()
    for runner in runners:
        runner.start()
    while not stop.is_set():
        close_old_connections()
        try:
            beat()
            jobs.take_up_again()
            jobs.ask_rounds(last)
        except DatabaseError as error:
            log.warning("worker.database", error=type(error).__name__)
            connections.close_all()
        stop.wait(ROUND)
