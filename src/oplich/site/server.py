"""What `oplich serve` runs: waitress, which gathers each request and sends each answer outside the threads that work, and one worker.

Slow peers cost a socket and a buffer, never a thread (docs/decisions/0011-the-server.md has the figures).
"""

from __future__ import annotations

import contextlib
import errno
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
import waitress
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from waitress.server import BaseWSGIServer, MultiSocketServer

log = structlog.get_logger("oplich.server")
CONNECTIONS = 4000


class PortTaken(Exception):
    pass


def make(*, host: str, port: int) -> BaseWSGIServer | MultiSocketServer:
    """The listening server. Raises PortTaken."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    room = hard if hard > 0 else soft
    with contextlib.closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                raise PortTaken(
                    f"Another program already listens on port {port}. End it, or choose another port: PORT={port + 1} make run"
                    if error.errno == errno.EADDRINUSE
                    else f"Port {port} may not be used without being root. Choose one above 1023: PORT=8000 make run"
                ) from error
            raise
    return waitress.create_server(
        get_wsgi_application(),
        host=host,
        port=port,
        threads=settings.OPLICH_THREADS,
        connection_limit=max(100, min(CONNECTIONS, room - 200)),
        backlog=2048,
        asyncore_use_poll=True,
        channel_timeout=60,
        cleanup_interval=15,
        max_request_header_size=65_536,
        max_request_body_size=settings.OPLICH_UPLOAD_BYTES + 1_000_000,
        inbuf_overflow=262_144,
        outbuf_overflow=1_048_576,
        outbuf_high_watermark=512 * 1_048_576,  # a slow reader of a large export waits on the disk, not on a thread
        ident="Oplich",
        clear_untrusted_proxy_headers=True,
        **_behind_a_proxy(),
    )


def _behind_a_proxy() -> dict[str, Any]:
    """With OPLICH_HTTPS a proxy on OPLICH_PROXY speaks TLS and says who asks; what others say about that is not believed."""
    if not settings.OPLICH_HTTPS:
        return {}
    return {
        "trusted_proxy": settings.OPLICH_PROXY,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
    }


def keep_worker(stop: threading.Event, start: Callable[[], subprocess.Popen] | None = None) -> threading.Thread:
    """Start the worker and start it again whenever it dies. It ends with us: we hold its standard input."""

    def start_one() -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-m", "oplich", "work", "--with-parent"], stdin=subprocess.PIPE)

    def watch() -> None:
        pause = 1.0
        while not stop.is_set():
            began, child = time.monotonic(), (start or start_one)()
            while child.poll() is None and not stop.is_set():
                stop.wait(0.2)
            if stop.is_set():
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(5)
                return
            pause = 1.0 if time.monotonic() - began > 30 else min(pause * 2, 30)
            log.warning("worker.died", code=child.returncode, again_in=pause)
            stop.wait(pause)

    thread = threading.Thread(target=watch, daemon=True, name="worker")
    thread.start()
    return thread
