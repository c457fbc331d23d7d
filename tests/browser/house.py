"""A whole Oplich as somebody would start it: its own home, set up with the demonstration response, served by its own command."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.conf import settings

OPLICH = Path(sys.executable).parent / "oplich"
PATIENCE = 300


@dataclass(frozen=True)
class House:
    """Where it stands and who may sign in: {name: password}."""

    origin: str
    home: Path
    sign_ins: dict[str, str] = field(default_factory=dict)


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return asking.getsockname()[1]


@contextlib.contextmanager
def database(name: str) -> Iterator[str]:
    """A database of its own where the tests run on PostgreSQL; nothing is needed on SQLite."""
    if not settings.OPLICH_DATABASE:
        yield ""
        return
    parts = dict(part.split("=", 1) for part in settings.OPLICH_DATABASE.split())
    admin = " ".join(f"{key}={value}" for key, value in (parts | {"dbname": "postgres"}).items())
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        try:
            yield " ".join(f"{key}={value}" for key, value in (parts | {"dbname": name}).items())
        finally:
            server.execute(f'drop database "{name}" with (force)')


@contextlib.contextmanager
def standing(home: Path) -> Iterator[House]:
    """Set up, serve, and take down again."""
    port = free_port()
    with database(f"oplich_house_{os.getpid()}") as dsn:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("OPLICH_", "DJANGO_", "PYTEST"))}
        environment |= {"OPLICH_HOME": str(home), "PORT": str(port), "OPLICH_DATABASE": dsn}
        done = subprocess.run([OPLICH, "setup", "--demo"], env=environment, cwd=home, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        origin = f"http://127.0.0.1:{port}"
        with (home / "serve.log").open("w") as log:
            server = subprocess.Popen([OPLICH, "serve"], env=environment, cwd=home, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(origin, server, home / "serve.log")
            lines = (home / "demonstration-sign-ins.txt").read_text(encoding="utf-8").splitlines()
            yield House(origin, home, dict(line.split("\t")[:2] for line in lines))
        finally:
            server.terminate()
            server.wait(20)


def wait_for(origin: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()[-3000:]
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{origin}/robots.txt", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"Oplich did not answer within a minute:\n{log.read_text()[-3000:]}")
