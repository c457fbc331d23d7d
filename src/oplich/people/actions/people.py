"""Looking at names, handing a person what is held about them, and erasing them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oplich.core import journal, keys, permissions, sealing
from oplich.core.models import Erasure
from oplich.core.permissions import Scope
from oplich.core.refusal import Refusal
from oplich.intake import forgetting
from oplich.people import queries
from oplich.people.entries import SEALED
from oplich.people.models import Person, Registration

BATCH = 500


class Purpose(TextChoices):
    """Why somebody looks at a name. Stored in the journal; a grant may be bound to one."""

    ASSISTANCE = "assistance", gettext_lazy("To help this person")
    CHECKING = "checking", gettext_lazy("To check a list or a report")
    PROTECTION = "protection", gettext_lazy("To protect this person")
    REQUEST = "request", gettext_lazy("The person asked for it")


class NoPurpose(Refusal):
    """Nobody looks at names without saying why."""


class Reason(TextChoices):
    """Why somebody was erased. Kept for ever beside the erasure; says nothing about the person."""

    ASKED = "asked", gettext_lazy("The person asked for it")
    RETENTION = "retention", gettext_lazy("The time we may keep it has ended")
    MISTAKE = "mistake", gettext_lazy("It should never have been written down")


@transaction.atomic
def look(*, by: Any, person: Person, purpose: str) -> dict[uuid.UUID, dict[str, str]]:
    """Open the names on a human being's registrations that `by` may see for this purpose: registration → field → text.

    The look is journalled. Raises NoPurpose, NotAllowed; an erased person opens to nothing.
    """
    if purpose not in Purpose.values:
        raise NoPurpose(_("Say what you need the name for; it is written in the journal."), field="purpose")
    everyone = queries.same_human(person.pk)
    open_to_me = [
        one
        for one in Registration.objects.in_force().filter(person_id__in=everyone).select_related("place")
        if permissions.may(by, "people.see", at=_for(one, purpose))
    ]
    if not open_to_me:
        permissions.require(by, "people.see", at=Scope("nobody", "nowhere", purpose))
    opened = _open(open_to_me)
    for scope in dict.fromkeys(one.scope() for one in open_to_me):
        journal.write(by=by, what="person.seen", subject=person, at=scope, purpose=purpose, registrations=len(opened))
    return opened


def _for(registration: Registration, purpose: str) -> Scope:
    scope = registration.scope()
    return Scope(scope.organisation, scope.area, purpose)


def _open(registrations: Sequence[Registration]) -> dict[uuid.UUID, dict[str, str]]:
    subjects = keys.fetch(one.person_id for one in registrations)
    return {one.pk: sealing.open_fields(one, subjects[one.person_id], SEALED) for one in registrations if one.person_id in subjects}


@transaction.atomic
def export_own(*, by: Any, person: Person) -> dict[str, Any]:
    """Everything this room holds about one human being, to be handed to that human being.

    Raises NotAllowed: it takes the right to export at every organisation that registered them.
    """
    found = _registrations_of(person)
    for one in found:
        permissions.require(by, "people.export", at=one)
    opened = _open(found)
    journal.write(by=by, what="person.exported", subject=person, registrations=len(found))
    return {
        "registrations": [
            {
                **opened.get(one.pk, {}),
                "registered_with": one.registered_with.name,
                "registered_on": one.registered_on.isoformat(),
                "place": one.place.name,
                "displaced_from": one.from_place.name if one.from_place else "",
                "sex": one.sex,
                "birth_year": one.birth_year,
                "population_group": one.population_group,
                "household": one.household.reference if one.household else "",
                "withdrawn": one.withdrawn_at is not None,
                "consents": [
                    {
                        "purpose": consent.purpose,
                        "given_on": consent.given_on.isoformat(),
                        "wording": consent.wording,
                        "language": consent.language,
                        "withdrawn_on": consent.withdrawn_on.isoformat() if consent.withdrawn_on else None,
                    }
                    for consent in one.consents.all()
                ],
            }
            for one in found
        ]
    }


def _registrations_of(person: Person) -> list[Registration]:
    """All of them, taken back or not."""
    return list(
        Registration.objects.filter(person_id__in=queries.same_human(person.pk))
        .select_related("registered_with", "place", "from_place", "household")
        .prefetch_related("consents")
        .order_by("registered_on", "pk")
    )


@transaction.atomic
def erase(*, by: Any, person: Person, reason: str) -> int:
    """Destroy the names of a human being for good: keys, sealed fields, look-up fingerprints, and the lines and files they came in.

    The anonymous facts stay: that somebody of this sex and birth year was helped, there and then. A restored backup erases again.
    Raises NotAllowed: it takes the right to erase at every organisation that registered them. Returns how many registrations it was.
    """
    found = _registrations_of(person)
    for one in found:
        permissions.require(by, "people.erase", at=one)
    if not found:
        permissions.require(by, "people.erase", at=Scope())
    return _forget(by, queries.same_human(person.pk), reason if reason in Reason.values else Reason.ASKED)


@transaction.atomic
def erase_many(*, by: Any, people: Sequence[uuid.UUID], reason: str) -> int:
    """Erase many at once, when their retention has ended. The caller has asked whether `by` may. Returns how many registrations it was."""
    linked = {one for person in people for one in queries.same_human(person)}
    return _forget(by, linked, reason) if linked else 0


@transaction.atomic
def repeat_erasures(*, by: Any) -> int:
    """After a backup was restored: erase again everybody whose key was destroyed since. No refusals. Returns how many people."""
    left = list(
        Person.objects.filter(erased_at__isnull=True, pk__in=Erasure.objects.values("subject")).order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(left), BATCH):
        _forget(by, left[start : start + BATCH], "again")
    return len(left)


def _forget(by: Any, people, reason: str) -> int:
    people, now, count = sorted(people), timezone.now(), 0
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        keys.destroy(batch, reason=reason)
        found = Registration.objects.filter(person_id__in=batch)
        from_rows = [row for row in found.values_list("from_row_id", flat=True) if row]
        count += found.update(
            **dict.fromkeys(SEALED, None), tax_index="", name_index="", phone_index="", born_index="", household=None, from_place=None
        )
        if from_rows:
            forgetting.forget_rows(by=by, rows=from_rows)
        Person.objects.filter(pk__in=batch, erased_at__isnull=True).update(erased_at=now)
        for person in Person.objects.filter(pk__in=batch):
            journal.write(by=by, what="person.erased", subject=person, reason=reason)
    return count
