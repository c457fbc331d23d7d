"""This room's part of the HTTP API: organisations, who is meant by a name, who works where."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from oplich.core import paging, permissions
from oplich.core.problems import Problem
from oplich.partners import queries
from oplich.partners.actions import organisations, spellings
from oplich.partners.models import Organisation, OrganisationRole
from oplich.places.models import Place

router = Router(tags=["partners"])
REFUSED = {404: Problem, 422: Problem}


class OrganisationOut(Schema):
    id: uuid.UUID
    name: str
    name_uk: str
    acronym: str
    kind: str
    roles: list[str]
    merged_into: uuid.UUID | None = None

    @staticmethod
    def resolve_roles(one: Organisation) -> list[str]:
        return sorted({role.kind for role in one.roles.all()})

    @staticmethod
    def resolve_merged_into(one: Organisation) -> uuid.UUID | None:
        return one.merged_into_id


class OrganisationsOut(Schema):
    items: list[OrganisationOut]
    next: str | None


class OrganisationIn(Schema):
    id: uuid.UUID
    name: str = Field(max_length=200)
    name_uk: str = Field("", max_length=200)
    acronym: str = Field("", max_length=40)
    kind: Organisation.Kind = Organisation.Kind.OTHER
    roles: list[OrganisationRole.Kind] = []
    source: str = Field("", max_length=300)


class Suggested(Schema):
    id: uuid.UUID
    name: str
    score: float


class RecognisedOut(Schema):
    text: str
    organisation: OrganisationOut | None
    suggestions: list[Suggested]


class AliasIn(Schema):
    spelling: str = Field(max_length=200)


class Cell(Schema):
    area: str
    area_name: str
    sector: str
    organisations: int


class PictureOut(Schema):
    on: dt.date | None
    organisations: int
    cells: list[Cell]


class Asked(Schema):
    kind: str = ""
    role: str = ""
    area: str = ""
    sector: str = ""
    text: str = Field("", max_length=200)
    after: str | None = None
    limit: int = Field(50, ge=1, le=200)


@router.get("organisations", response={200: OrganisationsOut, **REFUSED}, summary="Organisations of the response")
def listing(request: HttpRequest, asked: Query[Asked]):
    permissions.require(request.user, "partners.see")
    within = get_object_or_404(Place, pk=asked.area) if asked.area else None
    found = queries.organisations(kind=asked.kind, role=asked.role, within=within, sector=asked.sector, text=asked.text)
    page = paging.page(found.prefetch_related("roles"), order=("name", "pk"), after=asked.after, size=asked.limit)
    return {"items": page.rows, "next": page.next}


@router.post("organisations", response={200: OrganisationOut, **REFUSED}, summary="Write an organisation down")
def create(request: HttpRequest, entered: OrganisationIn):
    made = organisations.create(by=request.user, **entered.dict(exclude={"roles"}))
    for kind in entered.roles:
        organisations.set_role(by=request.user, organisation=made, kind=kind)
    return made


@router.get("organisations/{uuid:organisation}", response={200: OrganisationOut, **REFUSED}, summary="One organisation")
def one(request: HttpRequest, organisation: uuid.UUID):
    permissions.require(request.user, "partners.see")
    return get_object_or_404(Organisation, pk=organisation)


@router.post("organisations/{uuid:organisation}/aliases", response={200: OrganisationOut, **REFUSED}, summary="Teach a spelling")
def learn(request: HttpRequest, organisation: uuid.UUID, entered: AliasIn):
    permissions.require(request.user, "partners.merge")
    known = get_object_or_404(Organisation, pk=organisation)
    spellings.learn_alias(by=request.user, organisation=known, spelling=entered.spelling)
    return known.kept


@router.get("recognise", response={200: RecognisedOut, **REFUSED}, summary="Who is meant by a name?")
def recognise(request: HttpRequest, text: str = Query(max_length=200)):
    permissions.require(request.user, "partners.see")
    suggestions = [{"id": found.pk, "name": str(found), "score": score} for found, score in queries.suggest(text)]
    return {"text": text, "organisation": queries.recognise(text), "suggestions": suggestions}


@router.get("where", response={200: PictureOut, **REFUSED}, summary="Who works where: organisations by area and sector")
def where(request: HttpRequest, on: dt.date | None = None):
    permissions.require(request.user, "partners.see")
    found = queries.who_works_where(on=on)
    names = {area.pk: str(area) for area in found.areas}
    cells = [
        {"area": area, "area_name": names.get(area, area), "sector": sector, "organisations": organisations}
        for (area, sector), organisations in sorted(found.cells.items())
    ]
    return {"on": on, "organisations": found.organisations, "cells": cells}
