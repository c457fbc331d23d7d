"""The data keys of subjects: made with them, fetched in bulk, destroyed to erase them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction

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
    return gone
