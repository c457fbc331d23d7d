"""This room's part of the HTTP API: the ledger of help, written and read with the same rules as the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from oplich.assistance import exports, queries
from oplich.assistance.actions import ledger
from oplich.assistance.help import GROUPS, Help
from oplich.assistance.models import Activity, Assistance, Sector
from oplich.core import paging, permissions
from oplich.core.problems import Problem
from oplich.partners.models import Organisation
from oplich.people.models import Person
from oplich.places.models import Site

router = Router(tags=["assistance"])
REFUSED = {404: Problem, 422: Problem}
Limit = Annotated[int, Query(ge=1, le=200, description="How many, 1 to 200.")]
Count = Annotated[int, Field(ge=0, le=50_000_000)]
Text = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]


class SectorOut(Schema):
    slug: str
    name_uk: str
    name_en: str
    parent: str | None
    in_total: bool = Field(description="False: left out of published totals by rule.")
    activities: list[str]


class HelpIn(Schema):
    """Help to one registered person."""

    id: uuid.UUID = Field(description="Made by the client; the same again changes nothing, other content is refused.")
    sector: Text
    given_on: dt.date
    place: Text = Field(description="A place code such as UA63.")
    organisation: uuid.UUID
    registration: uuid.UUID
    activity: Text | None = None
    site: uuid.UUID | None = None
    implemented_by: uuid.UUID | None = None
    units: Count | None = None
    replaces: uuid.UUID | None = Field(None, description="The record this one corrects.")


class HeadcountIn(Schema):
    """People helped whose names nobody took."""

    id: uuid.UUID = Field(description="Made by the client; the same again changes nothing, other content is refused.")
    sector: Text
    given_on: dt.date
    by_month: bool = False
    place: Text = Field(description="A place code such as UA63.")
    organisation: uuid.UUID
    headcount: Annotated[int, Field(ge=1, le=50_000_000)]
    girls: Count | None = None
    boys: Count | None = None
    women: Count | None = None
    men: Count | None = None
    older_women: Count | None = None
    older_men: Count | None = None
    with_disability: Count | None = None
    activity: Text | None = None
    site: uuid.UUID | None = None
    implemented_by: uuid.UUID | None = None
    population_group: Literal["idp", "returnee", "host", "refugee", "other", ""] = ""
    plan_code: Text = ""
    through_pipeline: bool | None = None
    by_convoy: bool | None = None
    units: Count | None = None
    comment: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    replaces: uuid.UUID | None = Field(None, description="The record this one corrects.")


class WithdrawIn(Schema):
    id: uuid.UUID = Field(description="Made by the client.")
    reason: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class AssistanceOut(Schema):
    """A record of help. Whom it names is said only as an id."""

    id: uuid.UUID
    sector: str
    activity: str | None
    given_on: dt.date
    by_month: bool
    place: str
    organisation: uuid.UUID
    implemented_by: uuid.UUID | None
    named: bool
    headcount: int | None
    girls: int | None
    boys: int | None
    women: int | None
    men: int | None
    older_women: int | None
    older_men: int | None
    with_disability: int | None
    population_group: str
    plan_code: str
    through_pipeline: bool | None
    by_convoy: bool | None
    units: int | None
    comment: str
    replaces: uuid.UUID | None
    withdrawn: bool
    recorded_at: dt.datetime


class Records(Schema):
    items: list[AssistanceOut]
    next: str | None


def _out(row: Assistance) -> dict:
    same = (
        "given_on",
        "by_month",
        "headcount",
        *GROUPS,
        "with_disability",
        "population_group",
        "plan_code",
        "through_pipeline",
        "by_convoy",
    )
    return {
        "id": row.pk,
        "sector": row.sector_id,
        "activity": row.activity_id,
        "place": row.place_id,
        "organisation": row.organisation_id,
        "implemented_by": row.implemented_by_id,
        "named": row.person_id is not None,
        "replaces": row.replaces_id,
        **{name: getattr(row, name) for name in (*same, "units", "comment", "withdrawn", "recorded_at")},
    }


@router.get("/sectors", response={200: list[SectorOut]}, summary="Sectors and their activities")
def sectors(request):
    activities: dict[str, list[str]] = {}
    for code, sector in Activity.objects.order_by("code").values_list("code", "sector_id"):
        activities.setdefault(sector, []).append(code)
    return [
        {
            "slug": one.slug,
            "name_uk": one.name_uk,
            "name_en": one.name_en,
            "parent": one.parent_id,
            "in_total": one.in_total,
            "activities": activities.get(one.slug, []),
        }
        for one in Sector.objects.all()
    ]


@router.get("", response={200: Records, **REFUSED}, summary="Records of help, newest first")
def listing(
    request,
    after: str | None = None,
    limit: Limit = 50,
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
    within: str = "",
    sector: str = "",
    organisation: str = "",
    upload: str = "",
    named: str = "",
    state: str = "",
):
    """The same filters as the page and the figures: from, to, within, sector, organisation."""
    permissions.require(request.user, "assistance.see")
    said = {"from": first, "to": last, "within": within, "sector": sector, "organisation": organisation}
    asked = queries.Filter.read({**said, "upload": upload, "named": named, "state": state})
    page = paging.page(queries.listed(request.user, asked), order=("-given_on", "-pk"), after=after, size=limit)
    return {"items": [_out(row) for row in page.rows], "next": page.next}


@router.get("/{uuid:pk}", response={200: AssistanceOut, **REFUSED}, summary="One record of help")
def record(request, pk: uuid.UUID):
    return _out(get_object_or_404(queries.visible(request.user), pk=pk))


@router.post("/help", response={200: AssistanceOut, **REFUSED}, summary="Write down help to a registered person, or correct it")
def help(request, said: HelpIn):
    return _out(ledger.record_help(by=request.user, help=_help(said)))


@router.post("/headcounts", response={200: AssistanceOut, **REFUSED}, summary="Write down a headcount, or correct one")
def headcount(request, said: HeadcountIn):
    return _out(ledger.record_headcount(by=request.user, help=_help(said)))


def _help(said: HelpIn | HeadcountIn) -> Help:
    """What was sent; what it refers to must be there."""
    get_object_or_404(Sector, pk=said.sector)
    get_object_or_404(Organisation, pk=said.organisation)
    for model, pk in ((Activity, said.activity), (Site, said.site), (Organisation, said.implemented_by)):
        if pk is not None:
            get_object_or_404(model, pk=pk)
    return Help(**said.dict())


@router.post("/{uuid:pk}/withdraw", response={200: AssistanceOut, **REFUSED}, summary="Take a record back; it stays to be seen")
def withdraw(request, pk: uuid.UUID, said: WithdrawIn):
    row = get_object_or_404(queries.visible(request.user), pk=pk)
    return _out(ledger.withdraw_help(by=request.user, assistance=row, reason=said.reason, id=said.id))


@router.post("/people/{uuid:pk}/everything", response={200: dict, **REFUSED}, summary="Everything held about a person, for that person")
def everything(request, pk: uuid.UUID):
    return exports.everything(by=request.user, person=get_object_or_404(Person, pk=pk))
