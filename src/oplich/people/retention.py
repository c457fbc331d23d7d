"""What docs/privacy/retention.yaml says is due: for each rule, whose time has ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from oplich.core.models import Key
from oplich.intake.models import Upload
from oplich.partners.models import Contact
from oplich.people import queries
from oplich.people.models import Draft, Person, Registration


@dataclass(frozen=True)
class Rule:
    """One class of personal data: what for, how long, and what happens then."""

    slug: str
    about: str
    purpose: str
    legal_basis: str
    days: int | None
    counted_from: str
    at_end: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Due:
    """A rule with the records whose time has ended."""

    rule: Rule
    ids: tuple[Any, ...]


def rules(path: Path | None = None) -> list[Rule]:
    """The rules as the office wrote them."""
    said = yaml.safe_load(Path(path or settings.OPLICH_RETENTION).read_text(encoding="utf-8"))
    return [Rule(slug=one["rule"], fields=tuple(one["fields"]), **{key: one[key] for key in PARTS}) for one in said["classes"]]


PARTS = ("about", "purpose", "legal_basis", "days", "counted_from", "at_end")


def due(today: dt.date | None = None) -> list[Due]:
    """Every rule with what has come to its end by now."""
    today = today or timezone.localdate()
    return [Due(rule, tuple(WHOSE[rule.slug](today - dt.timedelta(days=rule.days))) if rule.days is not None else ()) for rule in rules()]


def _people(before: dt.date) -> list[Any]:
    standing = Registration.objects.in_force().filter(person=OuterRef("pk"))
    ended = set(
        Person.objects.filter(Exists(standing), ~Exists(standing.filter(registered_on__gte=before)), erased_at__isnull=True).values_list(
            "pk", flat=True
        )
    )
    return sorted(_whole_human_beings(ended))


def _whole_human_beings(people: set[Any]) -> set[Any]:
    """Without those who are linked to somebody whose time has not ended."""
    standing, members = queries.humans(), {}
    for person, root in standing.items():
        members.setdefault(root, set()).add(person)
    erased = set(Person.objects.filter(erased_at__isnull=False, pk__in=standing).values_list("pk", flat=True))
    return {person for person in people if members.get(standing.get(person, person), {person}) <= people | erased}


def _taken_back(before: dt.date) -> list[Any]:
    left = ~Q(tax_index="", name_index="", phone_index="", born_index="") | Q(surname__isnull=False) | Q(given_name__isnull=False)
    return list(
        Registration.objects.filter(left, withdrawn_at__date__lt=before, person__erased_at__isnull=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _drafts(before: dt.date) -> list[Any]:
    return list(Draft.objects.filter(kept_at__date__lt=before).order_by("pk").values_list("pk", flat=True))


def _uploads(before: dt.date, taken_in: bool) -> list[Any]:
    kept = Upload.objects.filter(Exists(Key.objects.filter(subject=OuterRef("pk"))), received_at__date__lt=before)
    kept = kept.filter(state=Upload.State.ACCEPTED) if taken_in else kept.exclude(state=Upload.State.ACCEPTED)
    return list(kept.order_by("pk").values_list("pk", flat=True))


def _contacts(before: dt.date) -> list[Any]:
    since = Coalesce(F("checked_on"), TruncDate("recorded_at"))
    return list(Contact.objects.annotate(since=since).filter(since__lt=before).order_by("pk").values_list("pk", flat=True))


WHOSE: dict[str, Callable[[dt.date], list[Any]]] = {
    "people-forgotten": _people,
    "registrations-taken-back": _taken_back,
    "drafts": _drafts,
    "evidence": lambda before: _uploads(before, taken_in=True),
    "evidence-not-taken-in": lambda before: _uploads(before, taken_in=False),
    "contacts": _contacts,
}
