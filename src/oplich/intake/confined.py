"""Run one of our modules in a fresh child process that can neither grow, nor linger, nor write files. No Django in there.

The child gets open files by number, answers on its standard output, and dies with its whole group when its time is over. A
reader that aborts (a 1.5 KB workbook can do that) takes only itself along.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

ROOT = Path(__file__).resolve().parents[2]
FRAME = struct.Struct(">I")
LARGEST_FRAME = 256 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a child may use. Memory is address space, which is more than what it really touches."""

    memory_bytes: int = 1_500_000_000
    cpu_seconds: int = 120
    wall_seconds: float = 180
    written_bytes: int = 0
    open_files: int = 48


class Unreadable(Exception):
    """The child refused the file or died of it. `code` picks the words (intake.words)."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def confine(limits: Limits) -> None:
    """Called by the child itself, before it touches the file."""
    # The group of soft and hard limits; where a system knows one of them differently, the wall clock still holds.
    for what, limit in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.written_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def clear_file(size: int = 0) -> BinaryIO:
    """A nameless file for clear content: in memory where the system can, otherwise unlinked at once."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("oplich", os.MFD_CLOEXEC), "w+b")
    return tempfile.TemporaryFile()


def send(stream: IO[bytes], body: Any) -> None:
    """One frame: four bytes of length, then JSON."""
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    stream.write(FRAME.pack(len(data)))
    stream.write(data)


class Child:
    """A running child. Iterate over its frames; leave the `with` block and it is gone."""

    def __init__(self, module: str, arguments: dict[str, Any], files: list[BinaryIO], limits: Limits) -> None:
        self.limits = limits
        self.late = False
        numbers = [file.fileno() for file in files]
        body = json.dumps({**arguments, "files": numbers, "limits": vars(limits)})
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=numbers,
            start_new_session=True,
            close_fds=True,
            env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2"},
        )
        pipes = self.process.stdin, self.process.stdout, self.process.stderr
        assert pipes[0] and pipes[1] and pipes[2]  # all three were asked for
        asked, self._answers, self._complaints = pipes[0], pipes[1], pipes[2]
        self.timer = threading.Timer(limits.wall_seconds, self._too_late)
        self.timer.daemon = True
        self.timer.start()
        self._errors = b""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        with contextlib.suppress(BrokenPipeError):
            asked.write(body.encode())
        with contextlib.suppress(BrokenPipeError):
            asked.close()

    def _listen(self) -> None:
        while piece := self._complaints.read(4096):
            self._errors = (self._errors + piece)[-4000:]

    def _too_late(self) -> None:
        self.late = True
        self.kill()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.timer.cancel()
        if self.process.poll() is None:
            self.kill()
        self.process.wait()
        self._listener.join(timeout=5)
        self._answers.close()
        self._complaints.close()

    def frames(self) -> Iterator[Any]:
        """Every frame until the child is done. Raises Unreadable when it refused, died or was too slow."""
        stream = self._answers
        while head := stream.read(FRAME.size):
            if len(head) < FRAME.size:
                break
            (length,) = FRAME.unpack(head)
            if length > LARGEST_FRAME:
                self.kill()
                raise Unreadable("too-much")
            data = stream.read(length)
            if len(data) < length:
                break
            frame = json.loads(data.decode("utf-8", "surrogatepass"))
            if isinstance(frame, dict) and "refused" in frame:
                raise Unreadable(frame["refused"], **frame.get("detail", {}))
            if isinstance(frame, dict) and frame.get("done"):
                return
            yield frame
        self.process.wait()
        raise self._death()

    def _death(self) -> Unreadable:
        code = self.process.returncode
        if self.late or code in (-signal.SIGXCPU, -signal.SIGKILL):
            return Unreadable("too-slow")
        self._listener.join(timeout=1)
        if code == -signal.SIGABRT or b"MemoryError" in self._errors or b"memory allocation" in self._errors:
            return Unreadable("too-large-inside")
        return Unreadable("broken", why=self._errors.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(code)])
