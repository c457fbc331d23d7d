"""Work done outside the request. The row is the queue: asked for in the deed's own transaction, it is there when the deed is.

A worker that runs a job holds a lock on a file named after it. The kernel lets go of the lock when the process dies, however it
dies, so a killed job is known at once and run again from the start: job functions are idempotent. Progress and the wish to stop
travel in small files beside the database, because a job may hold SQLite's only write lock for long.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from oplich.core import journal
from oplich.core.models import Job, User
from oplich.core.refusal import Refusal

log = structlog.get_logger("oplich.jobs")
TRIES = 5  # when the database or a disk does not answer: 2, 4, 8, 16 s apart
KILLS = 50  # a job whose process dies this often is given up
EVERY = 0.2  # seconds between two writes of progress
UNFINISHED = [Job.State.WAITING, Job.State.RUNNING]


class Cancelled(Exception):
    """The person asked to stop. Raised by `step`; let it pass."""


class AlreadyEnded(Refusal):
    pass


@dataclass(frozen=True)
class Progress:
    """How far a job is: `done` of `total` (0: not known yet), what it is doing, and whether it was asked to stop."""

    done: int = 0
    total: int = 0
    doing: str = ""
    stopping: bool = False

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None


def _file(job_id: uuid.UUID, ending: str) -> Path:
    folder = settings.DATA / "progress"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{job_id}.{ending}"


class Handle:
    """What a job function gets as `job`."""

    def __init__(self, row: Job) -> None:
        self.id, self.by, self.title = row.pk, row.by, row.title
        self.done = self.total = 0
        self.doing = ""
        self._written = 0.0
        self._stop = _file(row.pk, "stop")
        self._progress = _file(row.pk, "json")

    def step(self, done: int, total: int = 0, *, doing: str = "") -> None:
        """Show progress. Raises Cancelled when the person asked to stop; call it where stopping does no harm."""
        changed = bool(doing) and str(doing) != self.doing
        self.done, self.total, self.doing = done, total, str(doing) or self.doing
        now = time.monotonic()
        if changed or now - self._written >= EVERY:
            self._written = now
            new = self._progress.with_suffix(".new")
            new.write_text(json.dumps({"done": self.done, "total": self.total, "doing": self.doing}), encoding="utf-8")
            os.replace(new, self._progress)
        if self._stop.exists():
            raise Cancelled


def ask(
    *, by: Any, path: str, title: str, arguments: dict[str, Any] | None = None, once_key: str | None = None, at: dt.datetime | None = None
) -> Job:
    """Have the function at `path` called as fn(job=handle, **arguments) by the worker, once this transaction is committed.

    While a job with the same `once_key` is not finished, that one is returned. `title` is what the person reads; no personal data.
    """
    by = by if getattr(by, "pk", None) else None
    if once_key and (same := Job.objects.filter(once_key=once_key).first()):
        return same
    try:
        with transaction.atomic():
            return Job.objects.create(
                path=path, title=str(title)[:200], arguments=arguments or {}, by=by, once_key=once_key, run_at=at or timezone.now()
            )
    except IntegrityError:
        same = Job.objects.filter(once_key=once_key).first()
        if same is None:
            raise
        return same


def progress(job: Job) -> Progress:
    """How far the job is now."""
    stopping = job.state in UNFINISHED and _file(job.pk, "stop").exists()
    if job.state in UNFINISHED:
        with contextlib.suppress(OSError, ValueError):
            seen = json.loads(_file(job.pk, "json").read_text(encoding="utf-8"))
            return Progress(seen["done"], seen["total"], seen["doing"], stopping)
    return Progress(job.done_steps, job.total_steps, job.doing, stopping)


def look(job: Job) -> Job:
    """The job with how far it is now in its own fields, for a page."""
    if job.state in UNFINISHED:
        seen = progress(job)
        job.done_steps, job.total_steps, job.doing, job.stopping = seen.done, seen.total, seen.doing, seen.stopping
    return job


def cancel(*, by: Any, job: Job) -> None:
    """Ask a job to stop. It ends at its next step, with nothing half done. Raises AlreadyEnded.

    Only a file is written, because the job may hold the database; the worker journals the end, with who asked for it.
    """
    if job.state not in UNFINISHED:
        raise AlreadyEnded(_("“%(title)s” has already ended.") % {"title": job.title})
    _file(job.pk, "stop").write_text(str(by.pk))


@contextlib.contextmanager
def _held(job_id: uuid.UUID) -> Iterator[bool]:
    """Hold the job's lock for as long as the block runs; False when a living process has it."""
    path = _file(job_id, "lock")
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _end(row: Job, handle: Handle, state: str, outcome: str = "", url: str = "", *, by: Any = None) -> str:
    with transaction.atomic():
        Job.objects.filter(pk=row.pk).update(
            state=state,
            outcome=outcome,
            outcome_url=url,
            ended_at=timezone.now(),
            once_key=None,
            done_steps=min(handle.done, handle.total) if handle.total else handle.done,
            total_steps=handle.total,
            doing=handle.doing[:200],
        )
        if row.by_id is None and state == Job.State.DONE:
            Job.objects.filter(pk=row.pk).delete()  # a round that went well is not worth remembering
        elif row.by_id or by:
            journal.write(by=by or row.by, what=f"job.{state}", subject=row, path=row.path)
    for ending in ("json", "stop", "lock"):
        _file(row.pk, ending).unlink(missing_ok=True)
    return state


def _later(row: Job, error: Exception) -> str:
    pause = dt.timedelta(seconds=2**row.attempts)
    Job.objects.filter(pk=row.pk).update(state=Job.State.WAITING, run_at=timezone.now() + pause)
    log.warning("job.put_off", job=str(row.pk), path=row.path, attempt=row.attempts, error=type(error).__name__)
    return Job.State.WAITING


def _stopped_by(row: Job) -> Any:
    with contextlib.suppress(OSError, ValueError):
        return User.objects.filter(pk=int(_file(row.pk, "stop").read_text())).first()
    return None


def _in_the_askers_language(row: Job) -> Any:
    return translation.override(row.by.language if row.by else settings.LANGUAGE_CODE)


def run(job_id: uuid.UUID) -> str | None:
    """Run one waiting job in this process and thread. Returns its state afterwards, None when somebody else has it."""
    with _held(job_id) as mine:
        now = timezone.now()
        if not mine or not Job.objects.filter(pk=job_id, state=Job.State.WAITING, run_at__lte=now).update(
            state=Job.State.RUNNING, started_at=now, attempts=F("attempts") + 1
        ):
            return None
        row = Job.objects.select_related("by").get(pk=job_id)
        handle = Handle(row)
        with _in_the_askers_language(row):
            return _call(row, handle)


def _call(row: Job, handle: Handle) -> str:
    started = time.monotonic()
    try:
        handle.step(0)
        result = import_string(row.path)(job=handle, **row.arguments)
    except Cancelled:
        return _end(row, handle, Job.State.CANCELLED, _("Stopped as asked. Nothing was left half done."), by=_stopped_by(row))
    except Refusal as refusal:
        return _end(row, handle, Job.State.REFUSED, str(refusal))
    except (OperationalError, InterfaceError, OSError) as error:
        if row.attempts < TRIES:
            return _later(row, error)
        log.error("job.failed", job=str(row.pk), path=row.path, exc_info=error)
    except Exception as error:  # the worker lives on, whatever a job does
        log.error("job.failed", job=str(row.pk), path=row.path, exc_info=error)
    else:
        words, url = result if isinstance(result, tuple) and len(result) == 2 else ("", "")
        log.info("job.done", job=str(row.pk), path=row.path, seconds=round(time.monotonic() - started, 2))
        return _end(row, handle, Job.State.DONE, str(words), str(url))
    return _end(
        row,
        handle,
        Job.State.FAILED,
        _("Something went wrong on our side, and nothing was changed. Start it again, or tell your operator."),
    )


def take_up_again() -> int:
    """Put jobs back whose process died. Returns how many."""
    found = 0
    for row in Job.objects.filter(state=Job.State.RUNNING).select_related("by"):
        with _held(row.pk) as mine:
            row.refresh_from_db(fields=["state", "attempts"])
            if not mine or row.state != Job.State.RUNNING:
                continue
            found += 1
            if row.attempts >= KILLS:
                with _in_the_askers_language(row):
                    _end(row, Handle(row), Job.State.FAILED, _("The work was broken off again and again. Tell your operator."))
            else:
                Job.objects.filter(pk=row.pk, state=Job.State.RUNNING).update(state=Job.State.WAITING)
    return found


def next_waiting(skip: set[uuid.UUID] | None = None) -> uuid.UUID | None:
    """The job that is due longest."""
    due = Job.objects.filter(state=Job.State.WAITING, run_at__lte=timezone.now()).exclude(pk__in=skip or set())
    return due.order_by("run_at", "pk").values_list("pk", flat=True).first()


def run_waiting(limit: int = 1000) -> list[str]:
    """Run what is due now, here, one after the other (tests, and the command line while no worker runs)."""
    states: list[str] = []
    passed: set[uuid.UUID] = set()
    while len(states) < limit and (job_id := next_waiting(passed)):
        passed.add(job_id)
        if state := run(job_id):
            states.append(state)
    return states


def ask_rounds(last: dict[str, float], ask_one: Callable[..., Job] = ask) -> None:
    """Ask for each job of OPLICH_ROUNDS whose minutes have passed; `last` remembers between calls."""
    for path, minutes in settings.OPLICH_ROUNDS.items():
        if time.monotonic() - last.get(path, float("-inf")) >= minutes * 60:
            last[path] = time.monotonic()
            ask_one(by=None, path=path, title=path.rsplit(".", 1)[-1], once_key=f"round:{path}")
