"""This room's part of the HTTP API: places, which place a text means, what was published about places, outlines."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Path, Query, Router, Schema

from oplich.core import paging, permissions
from oplich.core.problems import Problem
from oplich.places import boundaries, queries
from oplich.places.lookup import find
from oplich.places.models import Place, PlaceFigure

router = Router(tags=["places"])
REFUSED = {404: Problem, 422: Problem}
Code = Annotated[str, Path(max_length=80, pattern=r"^[^\x00]*$")]


class PlaceOut(Schema):
    code: str
    path: str
    kind: str
    settlement_type: str
    name_uk: str
    name_en: str
    name_ru: str
    katottg: str | None
    lat: float | None
    lon: float | None
    valid_until: dt.date | None


class NameOut(Schema):
    name: str
    language: str
    valid_until: dt.date | None


class CodeOut(Schema):
    scheme: str
    code: str


class PlaceInFull(PlaceOut):
    other_names: list[NameOut]
    other_codes: list[CodeOut]

    @staticmethod
    def resolve_other_names(one: Place) -> list[Any]:
        return list(one.other_names.exclude(source="gazetteer: noun"))

    @staticmethod
    def resolve_other_codes(one: Place) -> list[Any]:
        return list(one.other_codes.all())


class PlacesOut(Schema):
    items: list[PlaceOut]
    next: str | None


class Answer(Schema):
    code: str
    path: str
    kind: str
    name_uk: str
    name_en: str
    score: float = Field(description="0 to 100")
    how: str = Field(description="code, name, old name, seat, sound, bones (other vowels) or like (only similar)")


class Answers(Schema):
    query: str
    within: str
    sure: str | None = Field(description="The code, when exactly one place fits; likeness alone is never sure.")
    answers: list[Answer]


class FigureOut(Schema):
    id: Any
    place: str = Field(alias="place_id")
    measure: str
    sector: str
    population_group: str
    value: float | None = Field(alias="people", description="null: not estimated, see note")
    unit: str
    as_of: dt.date
    source: str
    source_url: str
    note: str


class FiguresOut(Schema):
    items: list[FigureOut]
    next: str | None


@router.get("/", response={200: PlacesOut, **REFUSED}, operation_id="places_list", summary="Places, by their path")
def places(
    request: HttpRequest,
    within: str = Query("", max_length=80),
    kind: Place.Kind | None = None,
    after: str | None = None,
    limit: int = Query(50, ge=1, le=200),
):
    permissions.require(request.user, "places.see")
    found = Place.objects.within(within) if within else Place.objects.all()
    if kind:
        found = found.filter(kind=kind)
    page = paging.page(found, order=("path", "pk"), after=after, size=limit)
    return {"items": page.rows, "next": page.next}


@router.get("/search", response={200: Answers, **REFUSED}, operation_id="places_search", summary="Which place is meant?")
def search(
    request: HttpRequest,
    q: str = Query(..., max_length=200),
    within: str = Query("UA/", max_length=80),
    kind: list[Place.Kind] = Query([]),
    limit: int = Query(5, ge=1, le=50),
):
    permissions.require(request.user, "places.see")
    found = find(q, within=within, kinds=[str(one) for one in kind] or None, limit=limit)
    answers = [
        {
            "code": one.place_code,
            "path": one.path,
            "kind": one.kind,
            "name_uk": one.name_uk,
            "name_en": one.name_en,
            "score": one.score,
            "how": one.how,
        }
        for one in found.matches
    ]
    return {"query": q, "within": within, "sure": found.sure, "answers": answers}


@router.get(
    "/figures", response={200: FiguresOut, **REFUSED}, operation_id="places_figures", summary="Figures others published about places"
)
def figures(
    request: HttpRequest,
    within: str = Query("", max_length=80),
    measure: str = Query("", max_length=40),
    sector: str | None = Query(None, max_length=40),
    as_of: dt.date | None = None,
    after: str | None = None,
    limit: int = Query(50, ge=1, le=200),
):
    permissions.require(request.user, "places.see")
    found = PlaceFigure.objects.standing()
    found = found.within(within) if within else found
    for name, value in (("measure", measure or None), ("sector", sector), ("as_of", as_of)):
        if value is not None:
            found = found.filter(**{name: value})
    page = paging.page(found, order=("-as_of", "pk"), after=after, size=limit)
    return {"items": page.rows, "next": page.next}


@router.get(
    "/outlines/{level}",
    response={200: dict[str, Any], **REFUSED},
    operation_id="places_outlines",
    summary="Outlines as GeoJSON; raions are schematic",
)
def outlines(request: HttpRequest, level: Literal["countries", "oblasts", "raions"], within: str = Query("", max_length=80)):
    permissions.require(request.user, "places.see")
    return boundaries.geojson(level, within=within)


@router.get(
    "/{code}", response={200: PlaceInFull, **REFUSED}, operation_id="places_get", summary="One place, with its other names and codes"
)
def place(request: HttpRequest, code: Code):
    permissions.require(request.user, "places.see")
    return get_object_or_404(Place, pk=code.upper())


class ZoneOut(Schema):
    kind: str
    from_day: dt.date
    until_day: dt.date | None
    source: str
    place: str = Field(alias="place_id")


@router.get(
    "/{code}/zones", response={200: list[ZoneOut], **REFUSED}, operation_id="places_zones", summary="How near the war it was, by date"
)
def zones(request: HttpRequest, code: Code):
    permissions.require(request.user, "places.see")
    return queries.zones_of(get_object_or_404(Place, pk=code.upper()))
