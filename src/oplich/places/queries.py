"""What pages, the API and the rooms above read about places."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from oplich.core import permissions
from oplich.places.lookup import Match, lookup
from oplich.places.models import Place, PlaceFigure, Site, Zone

NEXT_LEVEL = {
    "country": ("oblast",),
    "oblast": ("raion", "district"),
    "raion": ("hromada",),
    "hromada": ("settlement",),
    "settlement": ("district",),
}


def codes_above(place: Place) -> list[str]:
    """The codes of the places a place lies in, from the outside in, itself last."""
    return place.path.strip("/").split("/")


def parents(place: Place) -> list[Place]:
    above = codes_above(place)[:-1]
    found = Place.objects.in_bulk(above)
    return [found[code] for code in above if code in found]


def children(place: Place) -> QuerySet[Place]:
    return Place.objects.filter(parent=place)


def search(text: str, *, within: str = "", kinds: list[str] | None = None, limit: int = 20) -> list[tuple[Place, Match]]:
    """Loaded places a text may mean, best first."""
    matches = lookup(text, within=within, kinds=kinds or None, limit=limit)
    found = Place.objects.in_bulk([one.place_code for one in matches])
    return [(found[one.place_code], one) for one in matches if one.place_code in found]


def zones_on(day: dt.date) -> QuerySet[Zone]:
    return Zone.objects.filter(Q(until_day__isnull=True) | Q(until_day__gt=day), from_day__lte=day)


def zone_on(place: Place, day: dt.date) -> Zone | None:
    """The zone a place is in on a day: its own, or that of the nearest place around it."""
    found = {zone.place_id: zone for zone in zones_on(day).filter(place__in=codes_above(place))}
    return next((found[code] for code in reversed(codes_above(place)) if code in found), None)


def zones_of(place: Place) -> list[Zone]:
    """The zones of a place in order of time, or of the nearest place around it that has some."""
    rows = list(Zone.objects.filter(place__in=codes_above(place)).select_related("place").order_by("from_day"))
    for code in reversed(codes_above(place)):
        own = [zone for zone in rows if zone.place_id == code]
        if own:
            return own
    return []


def places_in_zone(kind: str, day: dt.date) -> QuerySet[Place]:
    """The communities that are in a zone on a day."""
    return Place.objects.filter(pk__in=zones_on(day).filter(kind=kind).values("place"))


def figures(place: Place) -> QuerySet[PlaceFigure]:
    """What was published about a place itself. Published figures are everybody's who may see places."""
    return PlaceFigure.objects.standing().filter(place=place)


def visible_sites(user) -> QuerySet[Site]:
    """Sites in the areas of this user's grants; exact points do not leave them."""
    found = Q(pk__in=[])
    for scope in permissions.scopes(user, "places.see"):
        found |= Q(place__path__startswith=scope.area)
    return Site.objects.filter(found).select_related("place").order_by("closed_on", "kind", "name")


@dataclass(frozen=True)
class Round:
    """One publication of a measure: who published it, as of when, over how many places."""

    source: str
    as_of: dt.date
    places: int

    @property
    def key(self) -> str:
        return f"{self.as_of.isoformat()} {self.source}"


def rounds(figures: QuerySet[PlaceFigure], measure: str, *, kind: str) -> list[Round]:
    """The publications that give a measure by oblast or by country, newest first."""
    rows = (
        figures.filter(measure=measure, place__kind=kind, sector="", population_group="").order_by().values_list("source", "as_of", "place")
    )
    found: dict[tuple, set] = {}
    for source, as_of, place in rows:
        found.setdefault((source, as_of), set()).add(place)
    made = [Round(source, as_of, len(places)) for (source, as_of), places in found.items() if len(places) > 2]
    return sorted(made, key=lambda one: (one.as_of, one.source), reverse=True)
