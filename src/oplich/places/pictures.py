"""What the pages of this room draw: maps of the tree and of published figures, the history of zones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oplich.places import boundaries, maps, queries
from oplich.places.measures import GROUP_TITLES, SECTOR_TITLES, measure_of
from oplich.places.models import Place, PlaceFigure, Zone

# Countries of the inter-agency Regional Refugee Response Plan 2023.
IN_RESPONSE_PLAN = {"BG", "CZ", "EE", "HU", "LT", "LV", "MD", "PL", "RO", "SK"}
QUESTIONS = {
    "idps": gettext_lazy("How many are displaced, and where?"),
    "returnees": gettext_lazy("How many have returned, and where?"),
    "people-in-need": gettext_lazy("How many need help, and where?"),
    "people-targeted": gettext_lazy("How many are to be helped, and where?"),
    "people-affected": gettext_lazy("How many are affected, and where?"),
    "population": gettext_lazy("How many live where?"),
    "refugees": gettext_lazy("In which countries are the refugees?"),
}
HOW_FOUND = {
    "code": gettext_lazy("by its code"),
    "name": gettext_lazy("by its name"),
    "old name": gettext_lazy("by a former name"),
    "seat": gettext_lazy("by its centre"),
    "sound": gettext_lazy("written in another way"),
    "old sound": gettext_lazy("a former name written in another way"),
    "seat sound": gettext_lazy("by its centre, written in another way"),
    "bones": gettext_lazy("sounds alike"),
    "like": gettext_lazy("similar name"),
}


def tree_map(within: Place) -> maps.Map | None:
    """The next level below a place, each part a link."""
    if within.pk == "UA":
        level, inside = "oblasts", list(Place.objects.filter(kind="oblast", parent="UA"))
    elif within.kind == "oblast" and within.settlement_type != "special city":
        level, inside = "raions", list(Place.objects.filter(kind="raion", parent=within))
    else:
        return None
    drawn = [one for one in inside if one.pk in boundaries.load(level).shapes]
    if not drawn:
        return None
    return maps.choropleth(
        {}, level=level, title=within.full_name, names={one.pk: one.full_name for one in drawn},
        description=_("A map of %(place)s. The list beside it has the same places.") % {"place": within.full_name},
        links={one.pk: f"{reverse('places:places')}?in={one.pk}" for one in drawn}, around=[one.pk for one in drawn], ident="tree",
    )  # fmt: skip


def place_map(place: Place) -> maps.Map | None:
    """Where a place lies."""
    codes = queries.codes_above(place)
    level = "countries" if codes[0] != "UA" or len(codes) == 1 else "oblasts" if len(codes) == 2 else "raions"
    mark = codes[-1] if level == "countries" else codes[1] if level == "oblasts" else codes[2] if len(codes[2]) == 6 else codes[1]
    if mark not in boundaries.load(level).shapes:
        return None
    points = (
        [(place.lon, place.lat, place.full_name)]
        if place.lat is not None and place.lon is not None and place.kind not in ("oblast", "country")
        else []
    )
    around = [code for code in boundaries.load("raions").shapes if code.startswith(codes[1])] if level == "raions" else []
    names = {one.pk: one.full_name for one in Place.objects.filter(pk__in=boundaries.load(level).shapes)}
    return maps.choropleth(
        {}, level=level, title=_("Where it lies"), marked=[mark], points=points, around=around, names=names, width=560, ident="where",
        description=_("A map that marks %(place)s.") % {"place": place.full_name},
    )  # fmt: skip


@dataclass(frozen=True)
class ZoneBar:
    zone: Zone
    percent: float
    days: int


def zone_bars(history: Iterable[Zone], today: dt.date | None = None) -> list[ZoneBar]:
    """Zones as parts of one bar, as wide as they lasted."""
    history, today = list(history), today or timezone.localdate()
    spans = [(zone, max(1, ((zone.until_day or max(today, zone.from_day)) - zone.from_day).days)) for zone in history]
    whole = sum(days for _zone, days in spans)
    return [ZoneBar(zone, round(100 * days / whole, 2), days) for zone, days in spans]


@dataclass(frozen=True)
class Shown:
    """One figure as a page tells it."""

    figure: PlaceFigure
    title: str
    detail: str


def _detail(figure: PlaceFigure) -> str:
    parts = [SECTOR_TITLES.get(figure.sector, figure.sector), GROUP_TITLES.get(figure.population_group, figure.population_group)]
    return " · ".join(str(part) for part in parts if part)


def newest(figures: Iterable[PlaceFigure], limit: int = 40) -> list[Shown]:
    """Of each measure, sector, group and source the newest figure; whole figures before their parts."""
    found: dict[tuple, PlaceFigure] = {}
    for figure in sorted(figures, key=lambda one: one.as_of):
        found[figure.measure, figure.sector, figure.population_group, figure.source] = figure
    order = {slug: number for number, slug in enumerate(QUESTIONS)}
    rows = sorted(
        found.values(), key=lambda one: (bool(one.sector or one.population_group), order.get(one.measure, 50), one.measure, one.sector)
    )
    return [Shown(one, str(measure_of(one.measure).title), _detail(one)) for one in rows[:limit]]


@dataclass(frozen=True)
class Line:
    """A row of the table under the picture."""

    place: Place
    figure: PlaceFigure
    share: PlaceFigure | None = None
    in_plan: bool = False


@dataclass(frozen=True)
class Published:
    """One publication of a measure, drawn and in a table."""

    measure: str
    source: str
    source_url: str
    as_of: dt.date
    rows: list[Line]
    total: Decimal
    not_estimated: list[Place]
    elsewhere: list[PlaceFigure]
    chart: maps.Map
    key: str
    others: list[queries.Round] = field(default_factory=list)

    @property
    def has_notes(self) -> bool:
        return any(row.figure.note for row in self.rows)

    @property
    def by_country(self) -> bool:
        return self.measure == "refugees"

    @property
    def title(self) -> str:
        return str(measure_of(self.measure).title)


def published(measure: str, key: str = "") -> Published | None:
    """The publication asked for by its key, or the newest one. None when nothing is known of the measure."""
    by_country = measure == "refugees"
    everything = PlaceFigure.objects.standing()
    kinds = ("country", "group") if by_country else ("oblast",)
    rounds = queries.rounds(everything, measure, kind="country" if by_country else "oblast")
    if not rounds:
        return None
    chosen = next((one for one in rounds if one.key == key), rounds[0])
    of_round = everything.filter(measure=measure, source=chosen.source, as_of=chosen.as_of, sector="").select_related("place")
    whole = list(of_round.filter(population_group="", place__kind__in=kinds).exclude(place="UA"))
    shares = {}
    if by_country:
        same = everything.filter(measure="refugees-share", source=chosen.source, as_of=chosen.as_of)
        shares = {one.place_id: one for one in same}
    lines = [
        Line(one.place, one, shares.get(one.place_id), one.place_id in IN_RESPONSE_PLAN)
        for one in sorted(whole, key=lambda one: -(shares[one.place_id].people if one.place_id in shares else one.people or Decimal(-1)))
    ]
    values = {one.place_id: one.people for one in whole}
    if by_country and "XWB" in values:  # one number for the group: each of its members is drawn with it
        values |= {code: values["XWB"] for code in ("AL", "BA", "ME", "MK", "RS", "XK")}
    if by_country and "XRK" in values:
        values |= {code: values["XRK"] for code in ("RS", "XK")}
    level = "countries" if by_country else "oblasts"
    names = {place.pk: place.full_name for place in Place.objects.filter(pk__in=boundaries.load(level).shapes)}
    title = f"{measure_of(measure).title}, {chosen.as_of:%d.%m.%Y}"
    chart = maps.choropleth(
        values, level=level, title=title, unit=_("people"), names=names, ident="figures",
        description=_("A map with one shade per class of numbers. The table below has every number."),
        links={code: reverse("places:place", args=[code]) for code in values if code in names},
    )  # fmt: skip
    elsewhere = list(of_round.filter(population_group="residence-unknown"))
    total = sum((one.people for one in [*whole, *elsewhere] if one.people is not None), Decimal(0))
    return Published(
        measure, chosen.source, next((one.source_url for one in whole if one.source_url), ""), chosen.as_of, lines, total,
        [one.place for one in whole if one.people is None], elsewhere, chart, chosen.key, rounds,
    )  # fmt: skip
