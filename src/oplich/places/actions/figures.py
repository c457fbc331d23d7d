"""Figures others published about places: taken down once, corrected by a new row, never altered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oplich.core import journal, permissions
from oplich.core.permissions import Scope
from oplich.core.refusal import Refusal
from oplich.places.models import Place, PlaceFigure


class UnknownPlace(Refusal):
    """A figure about a place that is not loaded."""


class NoValue(Refusal):
    """A figure without a number and without a word why."""


@dataclass(frozen=True)
class Published:
    """One figure as somebody published it. `people` None means: not estimated, and `note` says so in the source's words."""

    place: str
    measure: str
    people: Decimal | int | float | None
    as_of: dt.date
    source: str
    sector: str = ""
    population_group: str = ""
    unit: str = "people"
    source_url: str = ""
    note: str = ""
    from_row: int | None = None

    @property
    def identity(self) -> tuple:
        return (self.place, self.measure, self.sector, self.population_group, self.unit, self.as_of, self.source)


@dataclass(frozen=True)
class Recorded:
    """What came of it; `rows` are the figures in force, in the order given."""

    rows: list[PlaceFigure]
    fresh: int
    replaced: int
    unchanged: int


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.001"))


@transaction.atomic
def record(*, by: Any, figures: Iterable[Published]) -> Recorded:
    """Take down published figures. The same figure again changes nothing; another value for the same fact replaces the old row.

    Raises NotAllowed, UnknownPlace, NoValue.
    """
    figures = list({one.identity: one for one in figures}.values())
    places = {place.code: place for place in Place.objects.filter(pk__in={one.place for one in figures})}
    for one in figures:
        if one.place not in places:
            raise UnknownPlace(
                _("“%(code)s” is not the code of a place. Load the places first, or correct the code.") % {"code": one.place}
            )
        if one.people is None and not one.note:
            raise NoValue(_("A figure needs a number, or the words why there is none."), field="people")
    if by is not None:
        for path in {place.path for place in places.values()}:
            permissions.require(by, "places.edit", at=Scope(area=path))
    known: dict[tuple, PlaceFigure] = {}
    measures, sources = {one.measure for one in figures}, {one.source for one in figures}
    for row in PlaceFigure.objects.standing(withdrawn=True).filter(measure__in=measures, source__in=sources, place__in=places):
        known[row.identity] = row
    rows, fresh, replaced = [], [], 0
    for one in figures:
        was = known.get(one.identity)
        if (
            was
            and not was.withdrawn
            and (was.people, was.note, was.source_url) == (_amount(one.people), one.note[:500], one.source_url[:500])
        ):
            rows.append(was)
            continue
        row = PlaceFigure(
            place=places[one.place], measure=one.measure, sector=one.sector, population_group=one.population_group, unit=one.unit,
            people=_amount(one.people), as_of=one.as_of, source=one.source[:200], source_url=one.source_url[:500], note=one.note[:500],
            from_row_id=one.from_row, replaces=was,
        )  # fmt: skip
        replaced += was is not None
        fresh.append(row)
        rows.append(row)
    PlaceFigure.objects.bulk_create(fresh, batch_size=500)
    if fresh:
        detail = {"figures": len(fresh), "replaced": replaced, "measures": sorted(measures)[:20]}
        journal.write(by=by, what="figures.recorded", at=Scope(), **detail)
    return Recorded(rows, len(fresh) - replaced, replaced, len(figures) - len(fresh))


@transaction.atomic
def withdraw(*, by: Any, figures: Iterable[PlaceFigure]) -> int:
    """Take figures back: each gets a row that says so. Already withdrawn ones stay as they are.

    Raises NotAllowed.
    """
    figures = list(PlaceFigure.objects.standing().filter(pk__in=[one.pk for one in figures]).select_related("place"))
    if by is not None:
        for path in {one.place.path for one in figures}:
            permissions.require(by, "places.edit", at=Scope(area=path))
    rows = []
    for one in figures:
        same = {
            name: getattr(one, name)
            for name in ("place", "measure", "sector", "population_group", "unit", "people", "as_of", "source", "note")
        }
        rows.append(PlaceFigure(**same, source_url=one.source_url, from_row_id=one.from_row_id, replaces=one, withdrawn=True))
    PlaceFigure.objects.bulk_create(rows, batch_size=500)
    if rows:
        journal.write(by=by, what="figures.withdrawn", at=Scope(), figures=len(rows))
    return len(rows)
