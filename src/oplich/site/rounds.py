"""What the house does for itself every day: checks its journal, and throws away what nobody needs any more."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from oplich.core import jobs, journal
from oplich.core.models import Job

log = structlog.get_logger("oplich.rounds")
KEPT = dt.timedelta(days=90)  # how long ended work can be looked up; the journal keeps that it was done


def _finding() -> Path:
    return settings.HOME / "key" / "journal.checked"


def check_journal(*, job: Any) -> None:
    """Verify the whole chain and keep what was found where the health page looks."""
    journal.seal(everything=True)
    found = list(journal.verify())
    _finding().write_text(json.dumps({"at": timezone.now().isoformat(), "found": len(found)}))
    for _words in found[:20]:
        log.error("journal.not_whole", job=str(job.id))


def last_check() -> dict[str, Any]:
    """When the journal was last verified, and how many things were wrong with it."""
    try:
        return json.loads(_finding().read_text())
    except (FileNotFoundError, ValueError):
        return {"at": None, "found": 0}


def tidy(*, job: Any) -> None:
    """Expired sessions, work that ended long ago, and progress of work that is gone."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    Job.objects.filter(ended_at__lt=timezone.now() - KEPT).delete()
    unfinished = {str(one) for one in Job.objects.filter(state__in=jobs.UNFINISHED).values_list("pk", flat=True)}
    for file in (settings.DATA / "progress").iterdir():
        name = file.name.split(".")[0]
        try:
            uuid.UUID(name)
        except ValueError:
            continue
        if name not in unfinished and time.time() - file.stat().st_mtime > 3600:
            file.unlink(missing_ok=True)
