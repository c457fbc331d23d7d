"""Is the house well? /health/ answers 200 or 503 and says what ails it, without paths or names."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from oplich.core import append_only, sealing
from oplich.core.models import Job, Seal
from oplich.reporting import facts
from oplich.site import rounds, worker

ROOM = 200_000_000  # bytes that must be left on the disk
BEAT = 60  # seconds a worker may be silent
WAIT = 600  # seconds a job may wait


def database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        cursor.fetchone()
    lost = append_only.missing()
    return {"ok": not lost, "kind": connection.vendor, **({"can_be_altered": lost} if lost else {})}


def disk() -> dict[str, Any]:
    free = shutil.disk_usage(settings.DATA).free
    return {"ok": free > ROOM, "free_mb": free // 1_000_000}


def queue() -> dict[str, Any]:
    beat = worker.last_beat()
    oldest = Job.objects.filter(state=Job.State.WAITING, run_at__lte=timezone.now()).order_by("run_at").first()
    waited = (timezone.now() - oldest.run_at).total_seconds() if oldest else 0
    return {
        "ok": beat is not None and beat < BEAT and waited < WAIT,
        "worker_seen_seconds_ago": None if beat is None else round(beat),
        "oldest_waiting_seconds": round(waited),
        "failed": Job.objects.filter(state=Job.State.FAILED, ended_at__gte=timezone.now() - dt.timedelta(days=1)).count(),
    }


def key_file() -> dict[str, Any]:
    try:
        sealing.check_key_file(settings.OPLICH_KEY_FILE, settings.DATA)
    except sealing.KeyFileTrouble as trouble:
        return {"ok": False, "trouble": type(trouble).__name__}
    return {"ok": True}


def journal() -> dict[str, Any]:
    head = Seal.objects.order_by("-number").first()
    checked = rounds.last_check()
    return {
        "ok": not checked["found"],
        "sealed_lines": head.number if head else 0,
        "sealed_at": head.sealed_at if head else None,
        "verified_at": checked["at"],
        "faults": checked["found"],
    }


def figures() -> dict[str, Any]:
    """How old the figures are; none yet is no trouble."""
    known = facts.state()
    return {"ok": True, "as_of": known.as_of if known else None, "records": known.records if known else 0}


CHECKS: dict[str, Callable[[], dict[str, Any]]] = {
    "database": database,
    "disk": disk,
    "queue": queue,
    "key_file": key_file,
    "journal": journal,
    "figures": figures,
}


def look() -> dict[str, dict[str, Any]]:
    """What every check found."""
    found: dict[str, dict[str, Any]] = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except (DatabaseError, OSError) as error:
            found[name] = {"ok": False, "trouble": type(error).__name__}
    return found


def show(request: HttpRequest) -> JsonResponse:
    found = look()
    well = all(one["ok"] for one in found.values())
    return JsonResponse({"ok": well, "checks": found}, status=200 if well else 503)
