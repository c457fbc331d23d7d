"""The data keys of subjects: made with them, fetched in bulk, destroyed to erase them."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.module_loading import import_string

from oplich.core import sealing
from oplich.core.models import Erasure, Key


def make(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Fresh keys for new subjects, stored wrapped. Call inside the transaction that stores the subjects."""
    keys, rows = {}, []
    for subject in subjects:
        keys[subject], wrapped = sealing.new_wrapped_key(subject)
        rows.append(Key(subject=subject, wrapped=wrapped))
    Key.objects.bulk_create(rows, batch_size=500)
    return keys


def fetch(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The keys that still exist. A subject without one has been erased."""
    wanted, found = list(set(subjects)), {}
    for start in range(0, len(wanted), 500):
        for row in Key.objects.filter(pk__in=wanted[start : start + 500]):
            found[row.subject] = sealing.unwrap(row.subject, bytes(row.wrapped))
    return found


def get(subject: uuid.UUID) -> bytes:
    """One subject's key. Raises sealing.Erased."""
    found = fetch([subject])
    if subject not in found:
        raise sealing.Erased(str(subject))
    return found[subject]


@transaction.atomic
def destroy(subjects: Iterable[uuid.UUID], *, reason: str) -> int:
    """Delete the keys and note the erasure, so that a restored backup erases again. Returns how many keys existed."""
    subjects = list(set(subjects))
    Erasure.objects.bulk_create([Erasure(subject=one, reason=reason) for one in subjects], ignore_conflicts=True)
    gone = 0
    for start in range(0, len(subjects), 500):
        gone += Key.objects.filter(pk__in=subjects[start : start + 500]).delete()[0]
    transaction.on_commit(lambda: _leave_no_trace(subjects))
    return gone


def _leave_no_trace(subjects: list[uuid.UUID]) -> None:
    """Note the erasure beside the backups, and let the database forget the old pages now rather than some day."""
    note_erasures(subjects)
    with contextlib.suppress(DatabaseError), connection.cursor() as cursor:  # busy: the next one does it
        cursor.execute("pragma wal_checkpoint(truncate)" if connection.vendor == "sqlite" else f"vacuum {Key._meta.db_table}")


def note_erasures(subjects: Iterable[uuid.UUID]) -> None:
    """Add to the list outside the database that every restore reads. It holds ids only."""
    path = settings.OPLICH_ERASURES
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as file:
        file.writelines(f"{subject}\n" for subject in subjects)
        file.flush()
        os.fsync(file.fileno())


def known_erasures() -> set[uuid.UUID]:
    """Everybody erased, as the database and the list outside it know."""
    found = set(Erasure.objects.values_list("subject", flat=True))
    with contextlib.suppress(FileNotFoundError):
        found |= {uuid.UUID(line) for line in settings.OPLICH_ERASURES.read_text().split()}
    return found


def erase_again(subjects: set[uuid.UUID]) -> int:
    """After a restore: destroy the keys that came back, and let the rooms drop what else came back. Returns how many keys."""
    with transaction.atomic():
        gone = destroy(subjects, reason="restored")
        for dotted in settings.OPLICH_ERASERS:
            import_string(dotted)(subjects)
    return gone


def rewrap_all(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Wrap every data key with the wrapping key in force, in small transactions beside normal work. Safe to stop and run again."""
    total, done, changed, last = Key.objects.count(), 0, 0, uuid.UUID(int=0)
    while batch := list(Key.objects.filter(pk__gt=last).order_by("pk")[:2000]):
        new = [(fresh, row.subject) for row in batch if (fresh := sealing.rewrap(row.subject, bytes(row.wrapped)))]
        value = Key._meta.pk.get_db_prep_value
        with transaction.atomic(), connection.cursor() as cursor:  # one that was erased meanwhile stays erased
            cursor.executemany(
                f"update {Key._meta.db_table} set wrapped = %s where subject = %s",  # noqa: S608  (our own table's name)
                [(fresh, value(subject, connection)) for fresh, subject in new],
            )
        last, done, changed = batch[-1].subject, done + len(batch), changed + len(new)
        progress(done, max(total, done))
    return changed
