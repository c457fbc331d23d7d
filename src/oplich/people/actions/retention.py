"""Letting go of what has been kept for as long as docs/privacy/retention.yaml allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from oplich.core import journal, permissions
from oplich.core.permissions import Scope
from oplich.intake import forgetting
from oplich.partners.actions import contacts
from oplich.partners.models import Contact
from oplich.people import retention
from oplich.people.actions import drafts, people
from oplich.people.entries import SEALED
from oplich.people.models import Draft, Registration

BATCH = 500


@transaction.atomic
def keep(*, by: Any, today: dt.date | None = None) -> dict[str, int]:
    """Do what every rule says at its end. Run twice, the second does nothing. Returns rule → how many records went.

    `by` is None for the operator's command. Raises NotAllowed: it takes the right to erase everywhere.
    """
    if by is not None:
        permissions.require(by, "people.erase", at=Scope())
    today = today or timezone.localdate()
    done = {}
    for found in retention.due(today):
        if found.ids:
            ENDS[found.rule.slug](by, found.ids)
            done[found.rule.slug] = len(found.ids)
    if done:
        journal.write(by=by, what="retention.kept", **{slug.replace("-", "_"): count for slug, count in done.items()})
    return done


def _empty_registrations(by: Any, ids: Sequence[Any]) -> None:
    """Empty the fields; who has no other registration left is erased."""
    for start in range(0, len(ids), BATCH):
        batch = Registration.objects.filter(pk__in=ids[start : start + BATCH])
        whose = set(batch.values_list("person_id", flat=True))
        lines = [row for row in batch.values_list("from_row_id", flat=True) if row]
        batch.update(**dict.fromkeys(SEALED, None), tax_index="", name_index="", phone_index="", born_index="", household=None)
        if lines:
            forgetting.forget_rows(by=by, rows=lines)
        left = set(Registration.objects.filter(person__in=whose, surname__isnull=False).values_list("person_id", flat=True))
        gone = [person for person in whose - left if len(people.queries.same_human(person)) == 1]
        people.erase_many(by=by, people=gone, reason="retention")


ENDS: dict[str, Callable[[Any, Sequence[Any]], Any]] = {
    "people-forgotten": lambda by, ids: people.erase_many(by=by, people=ids, reason="retention"),
    "registrations-taken-back": _empty_registrations,
    "drafts": lambda by, ids: drafts.discard(by=by, drafts=Draft.objects.filter(pk__in=ids)),
    "evidence": lambda by, ids: forgetting.forget_uploads(by=by, uploads=ids),
    "evidence-not-taken-in": lambda by, ids: forgetting.forget_uploads(by=by, uploads=ids),
    "contacts": lambda by, ids: [contacts.remove_contact(by=None, contact=one) for one in Contact.objects.filter(pk__in=ids)],
}
