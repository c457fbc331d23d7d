"""A real `oplich serve` in a home of its own, for tests that need sockets and kills."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process that works in `home`: on SQLite, or on the PostgreSQL database that `empty_database` made for it."""
    if (home / "database.txt").exists():
        more.setdefault("OPLICH_DATABASE", (home / "database.txt").read_text())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPLICH_", "PYTEST"))}
    return {
        **kept,
        "OPLICH_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "oplich.site.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
        **more,
    }


@contextlib.contextmanager
def empty_database(home: Path) -> Iterator[None]:
    """A database of this home's own on the server that the tests run on. On SQLite there is nothing to do: it lies in the home."""
    where = os.environ.get("OPLICH_DATABASE", "")
    if not where:
        yield
        return
    where = " ".join(part for part in where.split() if not part.startswith("dbname="))
    name = f"oplich_{home.name[:20].replace('-', '_').lower()}_{os.getpid()}"
    with psycopg.connect(f"dbname=postgres {where}", autocommit=True) as server:
        server.execute(f'create database "{name}"')
    (home / "database.txt").write_text(f"dbname={name} {where}")
    try:
        yield
    finally:
        with psycopg.connect(f"dbname=postgres {where}", autocommit=True) as server:
            server.execute(f'drop database "{name}" with (force)')


@contextlib.contextmanager
def database_of(home: Path) -> Iterator[Any]:
    """The home's database, read past the application."""
    if (home / "database.txt").exists():
        with psycopg.connect((home / "database.txt").read_text()) as database:
            yield database
        return
    with contextlib.closing(sqlite3.connect(home / "data" / "oplich.sqlite3", timeout=60)) as database:
        yield database


def oplich(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "oplich", *words], env=surroundings(home, **more), capture_output=True, text=True, timeout=120
    )


def prepare(home: Path) -> None:
    """Keys and tables, without the reference data (which these tests do not need)."""
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "from oplich.site.management.commands.setup import Command\n"
        "Command().keys(); call_command('migrate', verbosity=0, interactive=False)\n"
        "from oplich.core.models import User; User.objects.create(username='olena', language='en')\n"
    )
    subprocess.run([sys.executable, "-c", code], env=surroundings(home), check=True, timeout=120)


def get(port: int, path: str = "/health/", timeout: float = 10) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextlib.contextmanager
def served(home: Path, *words: str, **more: str) -> Iterator[tuple[int, subprocess.Popen]]:
    """`oplich serve` on a free port, until the block ends; its whole process group is gone afterwards."""
    port = free_port()
    said = (home / f"said-{port}.txt").open("wb")  # not a pipe: nobody reads it while the server talks
    process = subprocess.Popen(
        [sys.executable, "-m", "oplich", "serve", *words],
        env=surroundings(home, PORT=str(port), **more),
        stdout=said,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        for _n in range(150):
            with contextlib.suppress(OSError):
                get(port, "/robots.txt", timeout=2)
                break
            if process.poll() is not None:
                raise AssertionError(Path(said.name).read_text())
            time.sleep(0.1)
        yield port, process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        said.close()
