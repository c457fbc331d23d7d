"""What pages, the API and upper rooms read about help that was given."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from oplich.assistance.models import Assistance, AssistanceQuerySet
from oplich.core import permissions
from oplich.core.refusal import Refusal
from oplich.intake.models import Row
from oplich.partners.models import Organisation
from oplich.people import queries as people
from oplich.people.models import Registration

BATCH = 500


class NotAFilter(Refusal):
    """Something in the address of the list cannot be read."""


@dataclass(frozen=True)
class Filter:
    """What a list shows: the same names as the figures use, so that every number can link to the records it rests on."""

    first: dt.date | None = None
    last: dt.date | None = None
    within: str = ""
    sector: str = ""
    activity: str = ""
    organisation: str = ""
    upload: str = ""
    named: str = ""  # "yes": registered people, "no": headcounts
    state: str = ""  # "all": also what was replaced or taken back

    @classmethod
    def read(cls, said) -> Filter:
        """From an address (?from=2023-01-01&to=2023-03-31&within=UA/UA63/&sector=wash&organisation=…). Raises NotAFilter."""
        return cls(
            first=_day(said.get("from", ""), "from"),
            last=_day(said.get("to", ""), "to"),
            within=_path(said.get("within", "")),
            sector=said.get("sector", "")[:40],
            activity=said.get("activity", "")[:40],
            organisation=_id(said.get("organisation", ""), "organisation"),
            upload=_id(said.get("upload", ""), "upload"),
            named=said.get("named", "") if said.get("named") in {"yes", "no"} else "",
            state="all" if said.get("state") == "all" else "",
        )

    def query(self) -> Q:
        wanted = Q()
        if self.first:
            wanted &= Q(given_on__gte=self.first)
        if self.last:
            wanted &= Q(given_on__lte=self.last)
        if self.within:
            wanted &= Q(place__path__startswith=self.within)
        if self.sector:
            wanted &= Q(sector=self.sector) | Q(sector__parent=self.sector)
        if self.activity:
            wanted &= Q(activity=self.activity)
        if self.organisation:
            wanted &= Q(organisation=self.organisation) | Q(organisation__merged_into=self.organisation)
        if self.upload:
            wanted &= Q(from_row__upload=self.upload)
        if self.named:
            wanted &= Q(person__isnull=self.named == "no")
        if not self.state:
            wanted &= Q(replaced_by__isnull=True, withdrawn=False)
        return wanted


def _day(text: str, field: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotAFilter(_("“%(text)s” is not a date; write it as 2023-02-28.") % {"text": text[:20]}, field=field) from error


def _path(text: str) -> str:
    """ "UA", "UA63", "UA/UA63" and "UA/UA63/" all mean a place and everything in it."""
    text = text.strip("/")[:80]
    if not text or "\x00" in text:
        return ""
    if "/" not in text and len(text) > 2:
        cuts = [size for size in (2, 4, 6, 9, 12) if size < len(text)]
        text = "/".join([*(text[:size] for size in cuts), text])
    return f"{text}/"


def _id(text: str, field: str) -> str:
    try:
        return str(uuid.UUID(text)) if text else ""
    except ValueError as error:
        raise NotAFilter(_("This link was shortened or changed. Open the list from its beginning."), field=field) from error


def visible(user) -> AssistanceQuerySet:
    """Help this user may see."""
    return Assistance.objects.filter(permissions.visible(user, "assistance.see", organisation="organisation_id", area="place__path"))


def listed(user, wanted: Filter) -> QuerySet[Assistance]:
    """Records for a list, with what a line shows."""
    return visible(user).filter(wanted.query()).select_related("sector", "activity", "place", "organisation", "implemented_by")


def of_person(user, person: uuid.UUID) -> QuerySet[Assistance]:
    """Help in force that a human being received, as far as this user may see it, newest first."""
    return (
        visible(user)
        .filter(person__in=people.same_human(person))
        .in_force()
        .select_related("sector", "activity", "place", "organisation")
        .order_by("-given_on", "-pk")
    )


def totals(found: QuerySet[Assistance]) -> dict[str, int]:
    """What a list holds: records, records of named people, and the sum of the headcounts."""
    return found.order_by().aggregate(records=Count("pk"), named=Count("person"), headcount=Coalesce(Sum("headcount"), 0))


def reporting_organisations(user) -> QuerySet[Organisation]:
    """Organisations that reported something this user may see."""
    return Organisation.objects.filter(pk__in=visible(user).order_by().values("organisation")).order_by("name")


def group_labels() -> list[tuple[str, str]]:
    """The columns of a headcount by sex and age, as people call them."""
    return [
        ("girls", _("Girls (0–17)")),
        ("boys", _("Boys (0–17)")),
        ("women", _("Women (18–59)")),
        ("men", _("Men (18–59)")),
        ("older_women", _("Older women (60+)")),
        ("older_men", _("Older men (60+)")),
        ("with_disability", _("Of these with a disability")),
    ]


def history(assistance: Assistance) -> list[Assistance]:
    """The record's earlier and later states, oldest first, itself included."""
    first = assistance
    while first.replaces_id:
        first = Assistance.objects.get(pk=first.replaces_id)
    chain = [first]
    while later := Assistance.objects.filter(replaces=chain[-1].pk).first():
        chain.append(later)
    return chain


def standing_from(rows: Iterable[int]) -> Iterator[Assistance]:
    """Help in force that these lines of files brought in."""
    for batch in _batches(rows):
        yield from Assistance.objects.in_force().filter(from_row__in=batch).order_by("pk")


def registrations_from(rows: Iterable[int]) -> dict[int, uuid.UUID]:
    """Line → the registration in force that it brought in."""
    found = {}
    for batch in _batches(rows):
        found.update(Registration.objects.in_force().filter(from_row__in=batch).values_list(F("from_row_id"), F("pk")))
    return found


def became(user, row: Row) -> list[tuple[str, str]]:
    """What a line of a file became in this room, as (words, address): for the page of that line."""
    found = []
    for one in visible(user).filter(from_row=row.pk).select_related("sector", "place").order_by("recorded_at", "pk"):
        words = (
            _("Help taken back") if one.withdrawn else _("Help given: %(sector)s, %(place)s") % {"sector": one.sector, "place": one.place}
        )
        found.append((words, reverse("assistance:record", args=[one.pk])))
    for person in people.registrations(user).filter(from_row=row.pk).values_list("person_id", flat=True):
        found.append((_("A registered person"), reverse("people:person", args=[person])))
    return found


def _batches(wanted: Iterable[int]) -> Iterator[list[int]]:
    wanted = list(wanted)
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]
