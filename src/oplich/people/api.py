"""This room's part of the HTTP API. Names go in sealed and come out only for a purpose, journalled."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from oplich.core import journal, paging, permissions
from oplich.core.problems import Problem
from oplich.partners.models import Organisation
from oplich.people import queries
from oplich.people.actions import consents, registrations
from oplich.people.actions import people as deeds
from oplich.people.entries import Entry
from oplich.people.models import Person, Registration
from oplich.places.models import Place

router = Router(tags=["people"])
REFUSED = {404: Problem, 422: Problem}
Limit = Annotated[int, Query(ge=1, le=200, description="How many, 1 to 200.")]
Purpose = Literal["assistance", "checking", "protection", "request"]
ConsentPurpose = Literal["assistance", "sharing", "statistics", "photo"]
Need = Literal["disability", "chronic-illness", "older-alone", "single-parent", "pregnant", "unaccompanied-child", "limited-mobility"]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class MemberIn(Schema):
    """One person of a household, in clear on its way in."""

    id: uuid.UUID = Field(description="Made by the client; the same again changes nothing.")
    surname: Text
    given_name: Text
    patronymic: Text = ""
    birth_date: dt.date | None = None
    sex: Literal["f", "m", ""] = ""
    phone: Text = ""
    tax_number: Text = ""
    document: Text = ""
    address: Text = ""
    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    needs: list[Need] = []


class HouseholdIn(Schema):
    """One person, or everybody who lives together."""

    registered_with: uuid.UUID
    registered_on: dt.date
    place: Text = Field(description="A place code such as UA63.")
    from_place: Text | None = None
    population_group: Literal["idp", "returnee", "host", "refugee", "other", ""] = ""
    reference: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = ""
    consents: list[ConsentPurpose] = Field(description="What they agree to; “assistance” is needed.")
    members: list[MemberIn] = Field(min_length=1, max_length=40)


class ConsentOut(Schema):
    purpose: str
    given_on: dt.date
    withdrawn_on: dt.date | None


class RegistrationOut(Schema):
    """A registration without its names."""

    id: uuid.UUID
    person: uuid.UUID
    registered_with: uuid.UUID
    registered_on: dt.date
    place: str
    from_place: str | None
    sex: str
    birth_year: int | None
    has_needs: bool
    population_group: str
    household: uuid.UUID | None
    consents: list[ConsentOut]


class Registrations(Schema):
    items: list[RegistrationOut]
    next: str | None


class LookIn(Schema):
    purpose: Purpose


class NamesOut(Schema):
    """The opened fields of the registrations one may see."""

    items: list[dict[str, str]]


class FindIn(Schema):
    """One exact key. Sent in the body, so that it stands in no address and no log."""

    phone: Text = ""
    tax_number: Text = ""
    surname: Text = ""
    given_name: Text = ""
    birth_date: dt.date | None = None


class ConsentIn(Schema):
    purpose: ConsentPurpose
    agreed: bool


class EraseIn(Schema):
    reason: Literal["asked", "retention", "mistake"]


class ErasedOut(Schema):
    registrations: int


def _out(one: Registration) -> dict:
    return {
        "id": one.pk,
        "person": one.person_id,
        "registered_with": one.registered_with_id,
        "registered_on": one.registered_on,
        "place": one.place_id,
        "from_place": one.from_place_id,
        "sex": one.sex,
        "birth_year": one.birth_year,
        "has_needs": one.has_needs,
        "population_group": one.population_group,
        "household": one.household_id,
        "consents": list(one.consents.all()),
    }


@router.post("/registrations", response={200: Registrations, **REFUSED}, summary="Register a person or a household")
def register(request, said: HouseholdIn):
    """The same ids again change nothing."""
    get_object_or_404(Organisation, pk=said.registered_with)
    for code in filter(None, (said.place, said.from_place)):
        get_object_or_404(Place, pk=code)
    refused = () if "statistics" in said.consents else ("statistics",)
    shared: dict[str, Any] = {
        "registered_with": said.registered_with,
        "registered_on": said.registered_on,
        "place": said.place,
        "from_place": said.from_place,
        "population_group": said.population_group,
        "consents": tuple(said.consents),
        "refused": refused,
    }
    members = [Entry(**shared, **{**member.dict(), "needs": tuple(member.needs)}) for member in said.members]
    made = registrations.register(by=request.user, entries=members, reference=said.reference)
    return {"items": [_out(one) for one in made], "next": None}


@router.get("/registrations", response={200: Registrations, **REFUSED}, summary="Registrations, newest first, without names")
def listing(request, after: str | None = None, limit: Limit = 50):
    permissions.require(request.user, "people.see")
    found = queries.registrations(request.user).prefetch_related("consents")
    page = paging.page(found, order=("-registered_on", "-pk"), after=after, size=limit)
    return {"items": [_out(one) for one in page.rows], "next": page.next}


@router.get("/registrations/{uuid:pk}", response={200: RegistrationOut, **REFUSED}, summary="One registration, without names")
def registration(request, pk: uuid.UUID):
    return _out(get_object_or_404(queries.registrations(request.user), pk=pk))


@router.post("/registrations/{uuid:pk}/consents", response={200: RegistrationOut, **REFUSED}, summary="Note a consent given or taken back")
def consent(request, pk: uuid.UUID, said: ConsentIn):
    one = get_object_or_404(queries.registrations(request.user), pk=pk)
    deed = consents.give if said.agreed else consents.withdraw
    deed(by=request.user, registration=one, purpose=said.purpose)
    return _out(one)


@router.post("/find", response={200: Registrations, **REFUSED}, summary="Find registrations by one exact key")
def find(request, said: FindIn):
    permissions.require(request.user, "people.see")
    found = queries.find(request.user, **said.dict())
    journal.write(by=request.user, what="person.searched", found=len(found))
    return {"items": [_out(one) for one in found], "next": None}


@router.post("/{uuid:pk}/names", response={200: NamesOut, **REFUSED}, summary="Open the names, for a purpose; journalled")
def names(request, pk: uuid.UUID, said: LookIn):
    opened = deeds.look(by=request.user, person=get_object_or_404(Person, pk=pk), purpose=said.purpose)
    return {"items": [{"registration": str(key), **fields} for key, fields in opened.items()]}


@router.post("/{uuid:pk}/erase", response={200: ErasedOut, **REFUSED}, summary="Erase a person's names for good")
def erase(request, pk: uuid.UUID, said: EraseIn):
    return {"registrations": deeds.erase(by=request.user, person=get_object_or_404(Person, pk=pk), reason=said.reason)}
