"""The picture of the response on the home page: three figures and one map, of what this person may see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oplich.core import permissions
from oplich.core.refusal import Refusal
from oplich.places import maps
from oplich.reporting import facts, queries, words
from oplich.site.search import address

AN_HOUR = 3600
FIGURES = ["people_reached", "organisations_active", "places_reached"]


@dataclass(frozen=True)
class Number:
    """One figure: its name, its number with the unit, which rule or day it stands for, and where it opens."""

    title: str
    number: int
    unit: str
    detail: str
    url: str


@dataclass(frozen=True)
class Picture:
    figures: list[Number]
    map: maps.Map | None


def of_the_response(user: Any) -> Picture | None:
    """None when this person may see no figures, or nothing has been counted yet. Drawn once per state of the facts and scope."""
    state = facts.state()
    if state is None or not permissions.may(user, queries.SEE):
        return None
    scopes = sorted(str(scope) for scope in permissions.scopes(user, queries.SEE))
    seen = f"{get_language()} {state} {scopes} {settings.OPLICH_RESPONSE}"
    key = "picture:" + hashlib.sha256(seen.encode()).hexdigest()
    drawn = cache.get(key)
    if drawn is None:
        drawn = _draw(user)
        cache.set(key, drawn, AN_HOUR)
    return drawn


def _draw(user: Any) -> Picture | None:
    response = settings.OPLICH_RESPONSE
    said = {"from": response["since"].isoformat()} | ({"to": response["until"].isoformat()} if response["until"] else {})
    try:
        numbers = []
        for slug in FIGURES:
            asked = queries.question(slug, said, user=user)
            figure = queries.answer(asked)
            page = address("reporting:reached") if slug == "people_reached" else address("reporting:figure", slug)
            url = f"{page}?{urlencode(asked.parameters())}" if page else ""
            unit = words.UNITS[figure.measure](figure.total)  # agrees with the number: 54 199 людей
            numbers.append(Number(figure.title, figure.total, unit, _as_of(figure), url))
        return Picture(numbers, _map(user, said))
    except Refusal:
        return None


def _as_of(figure: Any) -> str:
    return _("as of %(moment)s") % {"moment": formats.date_format(figure.as_of, "DATETIME_FORMAT")}


def _map(user: Any, said: dict[str, str]) -> maps.Map | None:
    asked = queries.question("people_reached", said, user=user, by="oblast")
    figure = queries.answer(asked)
    known = {line.key: line for line in figure.rows if line.units and line.path}
    if not known:
        return None
    page = address("reporting:reached")
    links = {code: f"{page}?{urlencode(asked.parameters(within=line.path))}" for code, line in known.items()} if page else {}
    title = _("People reached, by oblast")
    return maps.choropleth(
        {code: line.units for code, line in known.items()},
        title=title,
        description=_("%(title)s. The most in %(place)s. The same numbers stand in the table of the page of people reached.")
        % {"title": title, "place": max(known.values(), key=lambda line: line.units).name},
        unit=figure.unit,
        links=links,
        names={code: line.name for code, line in known.items()},
        ident="home-map",
    )
