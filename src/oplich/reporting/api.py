"""This room's part of the HTTP API: what is counted here, and each figure for a question, with how it was counted."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema

from oplich.core import permissions
from oplich.core.problems import Problem
from oplich.reporting import actions, facts, figures, queries

router = Router(tags=["reporting"])
REFUSED = {404: Problem, 422: Problem}
Rule = Literal["recognised", "maximum", "services"]
By = Literal["sector", "activity", "country", "oblast", "raion", "hromada", "month", "organisation", "upload", "sex-age"]


class FigureWords(Schema):
    slug: str
    title: str
    unit: str
    source: str
    method: str


class CatalogueOut(Schema):
    items: list[FigureWords]
    next: str | None = None


class Asked(Schema):
    """A question. `within` is a place's code or “all”; `without` lists sectors to leave out, comma between them."""

    from_: dt.date | None = Field(None, alias="from")
    to: dt.date | None = None
    within: str = Field("UA", max_length=80)
    sector: str | None = Field(None, max_length=40)
    organisation: str | None = Field(None, max_length=200)
    by: By | None = None
    rule: Rule = "recognised"
    without: str = Field("", max_length=400)


class Days(Schema):
    from_: dt.date = Field(alias="from")
    to: dt.date


class LeftOut(Schema):
    reason: str
    name: str
    records: int
    people: int
    words: str


class FigureOut(Schema):
    """A figure with all that it says about itself. Each row names its group (`key`, `name`) and carries the figure under its unit's name."""

    figure: str
    title: str
    unit: str
    source: str
    rule: str | None
    method: str
    period: Days
    within: str
    sector: str | None
    organisation: str | None
    without: list[str]
    by: str | None
    total: int
    adds_up: bool
    share_named: float | None
    exclusions: list[LeftOut]
    as_of: dt.datetime
    rows: list[dict[str, Any]]


class StateOut(Schema):
    as_of: dt.datetime | None
    records: int
    current: bool


class FileAsked(Asked):
    format: Literal["pdf", "xlsx", "csv", "hxl", "json"]
    purpose: Literal["internal", "coordination", "donor", "public"]


def _question(request: HttpRequest, slug: str, asked: Asked) -> queries.Question:
    said = asked.dict()
    return queries.question(slug, said | {"from": said["from_"]}, user=request.user)


@router.get("", response={200: CatalogueOut, **REFUSED}, summary="What is counted here")
def all_figures(request: HttpRequest):
    permissions.require(request.user, queries.SEE)
    return {"items": [figures.words_of(slug, get_language() or "uk") for slug in figures.catalogue()], "next": None}


@router.get("/facts", response={200: StateOut, **REFUSED}, summary="How current the figures are")
def facts_state(request: HttpRequest):
    permissions.require(request.user, queries.SEE)
    state = facts.state()
    return {"as_of": state and state.as_of, "records": state.records if state else 0, "current": facts.is_current()}


@router.get("/{slug}", response={200: FigureOut, **REFUSED}, by_alias=True, summary="One figure")
def one_figure(request: HttpRequest, slug: str, asked: Query[Asked]):
    return queries.as_data(queries.answer(_question(request, slug, asked)))


BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE = {media.partition(";")[0]: {"schema": {"type": "object"}} if "json" in media else BINARY for media, _make in actions.FORMATS.values()}


@router.post(
    "/{slug}/file",
    response={200: None, **REFUSED},
    openapi_extra={"responses": {200: {"content": FILE}}},
    summary="A figure as a file, redacted and written down",
)
def figure_file(request: HttpRequest, slug: str, asked: FileAsked):
    file = actions.export(by=request.user, asked=_question(request, slug, asked), kind=asked.format, purpose=asked.purpose)
    response = HttpResponse(file.content, content_type=file.kind)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Cache-Control"] = "no-store"
    return response
