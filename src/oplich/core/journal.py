"""Who did what, when, to which record. Written in the same transaction as the deed; sealed into a chain afterwards by one appender.

Sealing inside the deed's transaction forks the chain on PostgreSQL (two deeds see the same last seal), so lines are written
freely and a round seals them, one appender at a time. Each seal covers its line and the seal before. The head is also noted in
a file outside the database, so that a cut-off tail is found too.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from oplich.core.models import Entry, Seal
from oplich.core.permissions import Scope

START = "0" * 64
LOCK = 0x0911C4  # the appender's advisory lock on PostgreSQL
REACH = 200_000  # a line can become visible this far behind the last sealed one (a long transaction); the daily check looks at all


def write(*, by: Any, what: str, subject: Any = None, at: Any = None, **detail: Any) -> Entry:
    """One line. `what` is "noun.deed" ("upload.accepted", "person.seen"); `subject` a model instance; details carry no personal data."""
    where = at if at is not None else subject
    scope = where if isinstance(where, Scope) else where.scope() if hasattr(where, "scope") else Scope()
    return Entry.objects.create(
        by=by if getattr(by, "pk", None) else None,
        what=what,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        organisation=scope.organisation,
        area=scope.area,
        detail=detail,
    )


def of(subject: Any) -> QuerySet[Entry]:
    """What was done to one record, newest first."""
    return Entry.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)).select_related("by").order_by("-pk")


def digest(entry: Entry, previous: str) -> str:
    """SHA-256 over the seal before and everything the line says. Anybody can work it out again."""
    said = {
        "id": entry.pk,
        "recorded_at": entry.recorded_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "by": entry.by_id,
        "what": entry.what,
        "subject": [entry.subject_kind, entry.subject_id],
        "scope": [entry.organisation, entry.area],
        "detail": entry.detail,
    }
    return hashlib.sha256(f"{previous}\n{json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(',', ':'))}".encode()).hexdigest()


def seal(*, everything: bool = False, batch: int = 5000) -> int:
    """Seal what is not sealed yet, in order of number. One appender at a time: others wait. Returns how many lines."""
    sealed = 0
    while True:
        with transaction.atomic():  # IMMEDIATE on SQLite: whoever is here is alone
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            head = Seal.objects.order_by("-number").first()
            waiting = Entry.objects.filter(seal__isnull=True).order_by("pk")
            if head and not everything:
                waiting = waiting.filter(pk__gt=head.entry_id - REACH)
            number, previous, now, new = (head.number, head.digest, timezone.now(), []) if head else (0, START, timezone.now(), [])
            for entry in waiting[:batch]:
                number += 1
                new.append(Seal(number=number, entry=entry, previous=previous, digest=digest(entry, previous), sealed_at=now))
                previous = new[-1].digest
            Seal.objects.bulk_create(new, batch_size=500)
        if new:
            _note(f"{number} {previous} {now.isoformat()}")
            sealed += len(new)
        if len(new) < batch:
            return sealed


def seal_round(*, job: Any) -> None:
    """The round that seals (settings.OPLICH_ROUNDS)."""
    seal()


def _note(line: str) -> None:
    settings.OPLICH_JOURNAL_HEADS.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with settings.OPLICH_JOURNAL_HEADS.open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def note_restore() -> None:
    """After a restore the chain is shorter, rightly so: heads noted later than its end no longer count."""
    last = Seal.objects.order_by("-number").first()
    _note(f"restored {last.number if last else 0} {timezone.now().isoformat()}")


def _heads() -> dict[int, str]:
    found: dict[int, str] = {}
    with contextlib.suppress(FileNotFoundError):
        for line in settings.OPLICH_JOURNAL_HEADS.read_text().splitlines():
            words = line.split()
            if words[:1] == ["restored"]:
                found = {number: head for number, head in found.items() if number <= int(words[1])}
            elif len(words) == 3:
                found[int(words[0])] = words[1]
    return found


def verify() -> Iterator[str]:
    """Everything that is wrong with the chain, in words; nothing when it is whole."""
    number, previous, heads = 0, START, _heads()
    for one in Seal.objects.order_by("number").select_related("entry").iterator(2000):
        number += 1
        if one.number != number:
            yield f"Seals {number} to {one.number - 1} are gone."
            number, previous = one.number, one.previous
        if one.previous != previous:
            yield f"Seal {number} does not follow the one before it: something was taken out or put in."
        if one.digest != digest(one.entry, one.previous):
            yield f"Line {one.entry_id} (seal {number}) was altered after it was sealed."
        if heads.pop(number, one.digest) != one.digest:
            yield f"Seal {number} is not the one noted outside the database: the chain was written anew."
        previous = one.digest
    for lost in sorted(heads):
        yield f"The chain ends at {number}; outside the database it is noted up to {lost}. The end was cut off."
        break
    late = Entry.objects.filter(seal__isnull=True, recorded_at__lt=timezone.now() - dt.timedelta(hours=1)).order_by("pk")
    if number and (first := late.first()):
        yield f"{late.count()} lines are older than an hour and not sealed, from line {first.pk} on: put in later, or sealing stands still."
