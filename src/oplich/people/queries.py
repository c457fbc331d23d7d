"""What pages, figures and upper rooms read about people. Names are opened by `actions.people.look` only."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from oplich.core import keys, permissions, sealing
from oplich.people import entries
from oplich.people.matching import tax
from oplich.people.models import Consent, Draft, Registration, SameHuman

BATCH = 500


def humans() -> dict[uuid.UUID, uuid.UUID]:
    """Person → the one that stands for the human being (the oldest of all that are linked). Persons without links are left out."""
    links = SameHuman.objects.filter(undone_at__isnull=True).values_list("one_id", "other_id")
    root: dict[uuid.UUID, uuid.UUID] = {}

    def find(one: uuid.UUID) -> uuid.UUID:
        while root.setdefault(one, one) != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for one, other in links.iterator():
        one, other = find(one), find(other)
        if one != other:
            root[max(one, other)] = min(one, other)
    return {one: find(one) for one in root}


def same_human(person: uuid.UUID) -> set[uuid.UUID]:
    """Every person record of the same human being, this one included."""
    found, frontier = {person}, {person}
    while frontier:
        links = SameHuman.objects.filter(undone_at__isnull=True).filter(Q(one_id__in=frontier) | Q(other_id__in=frontier))
        frontier = {end for pair in links.values_list("one_id", "other_id") for end in pair} - found
        found |= frontier
    return found


def _refused_statistics() -> QuerySet:
    return (
        Consent.objects.filter(purpose=Consent.Purpose.STATISTICS, withdrawn_on__isnull=False)
        .filter(registration__withdrawn_at__isnull=True)
        .values("registration__person_id")
    )


def outside_statistics() -> set[uuid.UUID]:
    """Persons who took back their agreement to be counted: left out of named counts, with a footnote that says how many."""
    refused = {row["registration__person_id"] for row in _refused_statistics()}
    if not refused:
        return set()
    standing = humans()
    roots = {standing.get(person, person) for person in refused}
    return refused | {person for person, root in standing.items() if root in roots}


def not_to_be_counted() -> Iterator[uuid.UUID]:
    """The id of every registration of those `outside_statistics`, whoever made it.

    Asked in batches by person: as one nested query PostgreSQL, before it had statistics of a fresh load, took eleven minutes.
    """
    whose = sorted(outside_statistics())
    for start in range(0, len(whose), BATCH):
        found = Registration.objects.filter(person_id__in=whose[start : start + BATCH])
        yield from found.order_by().values_list("pk", flat=True)


def statistics() -> QuerySet:
    """All that figures may know of a registration: its id, sex, year of birth, household. No name, document, phone or place."""
    return Registration.objects.order_by().values_list("id", "sex", "birth_year", "household_id")


def turn() -> str:
    """A word that changes whenever who is the same human being, or who agreed to be counted, may have changed."""
    links = SameHuman.objects.aggregate(all=Count("pk"), undone=Count("undone_at"), last=Max("pk"))
    withdrawn = Consent.objects.filter(purpose=Consent.Purpose.STATISTICS, withdrawn_on__isnull=False).count()
    return f"{links['all']}.{links['undone']}.{links['last']}.{withdrawn}"


def registrations(user) -> QuerySet[Registration]:
    """The registrations this user may see (without their names)."""
    return Registration.objects.in_force().filter(
        permissions.visible(user, "people.see", organisation="registered_with_id", area="place__path")
    )


def of_person(user, person: uuid.UUID) -> tuple[list[Registration], int]:
    """A human being's registrations that this user may see, newest first, and how many more others hold."""
    everyone = same_human(person)
    seen = list(
        registrations(user)
        .filter(person_id__in=everyone)
        .select_related("registered_with", "place", "from_place", "household", "person")
        .prefetch_related("consents")
        .order_by("-registered_on", "-pk")
    )
    return seen, Registration.objects.in_force().filter(person_id__in=everyone).count() - len(seen)


def people_of_household(registration: Registration) -> int:
    if registration.household_id is None:
        return 1
    return Registration.objects.in_force().filter(household=registration.household_id).values("person_id").distinct().count()


def find(user, *, phone: str = "", tax_number: str = "", surname: str = "", given_name: str = "", birth_date: dt.date | None = None):
    """Registrations that match one exact key and that this user may see; [] when the key says too little."""
    wanted = Q(pk__in=[])
    if index := entries.phone_index(phone):
        wanted |= Q(phone_index=index)
    if tax.is_right(number := tax.digits(tax_number)):
        wanted |= Q(tax_index=sealing.blind("recognise/tax", number))
    if index := entries.born_index(surname, given_name, birth_date):
        wanted |= Q(born_index=index)
    return list(
        registrations(user).filter(wanted).select_related("registered_with", "place", "household").order_by("-registered_on", "-pk")[:50]
    )


def known_before(made: Iterable[Registration]) -> int:
    """Of these new registrations: how many are of people who had been registered before."""
    made = list(made)
    earlier = Registration.objects.in_force().filter(person_id__in={one.person_id for one in made}).exclude(pk__in=[one.pk for one in made])
    return earlier.values("person_id").distinct().count()


def drafts(user) -> QuerySet[Draft]:
    """What this user began and kept for later."""
    return Draft.objects.filter(kept_by=user).order_by("-kept_at")


def opened_draft(draft: Draft) -> dict[str, Any]:
    """What was typed, for the one who typed it."""
    return json.loads(sealing.open_fields(draft, keys.get(draft.pk), ["form"])["form"])
