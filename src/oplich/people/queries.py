"""What pages, the API and the facts read from this room."""

from __future__ import annotations

import uuid

from django.db.models import Count, Max, Q

from oplich.people.models import Consent, Registration, SameHuman


def humans() -> dict[uuid.UUID, uuid.UUID]:
    """Person → the person standing for the same human being, for everybody who was linked to somebody. Others stand for themselves."""
    standing: dict[uuid.UUID, uuid.UUID] = {}

    def root(person: uuid.UUID) -> uuid.UUID:
        while (above := standing.setdefault(person, person)) != person:
            standing[person] = standing[above]
            person = above
        return person

    for one, other in SameHuman.objects.filter(undone_at__isnull=True).values_list("one_id", "other_id").iterator():
        first, second = sorted((root(one), root(other)))
        standing[second] = first
    return {person: root(person) for person in standing}


def not_to_be_counted():
    """Registrations whose person took back the agreement to be counted in statistics."""
    return Registration.objects.filter(consents__purpose=Consent.Purpose.STATISTICS, consents__withdrawn_on__isnull=False)


def turn() -> str:
    """A word that changes whenever who is the same human being, or who agreed to be counted, may have changed."""
    links = SameHuman.objects.aggregate(all=Count("pk"), undone=Count("undone_at"), last=Max("pk"))
    withdrawn = Consent.objects.filter(Q(purpose=Consent.Purpose.STATISTICS), withdrawn_on__isnull=False).count()
    return f"{links['all']}.{links['undone']}.{links['last']}.{withdrawn}"


def statistics():
    """All that figures may know of a registration: its id, sex, year of birth, household. No name, document, phone or place."""
    return Registration.objects.order_by().values_list("id", "sex", "birth_year", "household_id")
