"""A small response to count: two oblasts and a country abroad, sectors with and without a place in the totals, the facts of one test only."""

import datetime as dt
import shutil

import pytest

from oplich.assistance.models import Assistance
from oplich.people.models import Consent, Household, Person, Registration
from oplich.reporting import facts
from tests import make


@pytest.fixture
def own_facts(settings, tmp_path):
    """A data folder of this test's own, so that no other test's facts are read."""
    settings.DATA = tmp_path
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


class Response:
    """What a test writes into the ledger."""

    def __init__(self):
        make.place("UA12", "Дніпропетровська", "Dnipropetrovska")
        make.place("UA63", "Харківська", "Kharkivska")
        for code in ("UA1202001", "UA1204003", "UA6312027", "PL"):
            make.place(code)
        make.sector("health")
        make.sector("wash")
        protection = make.sector("protection")
        make.sector("gbv", parent=protection)
        make.sector("information", in_total=False)
        make.activity("health-referral", "health", in_total=False)
        self.caritas = make.organisation("Caritas")
        self.unicef = make.organisation("UNICEF")

    def person(self, *, by=None, household=None, sex="f", birth_year=1990, place="UA1202001", sealed=None, agrees=True, person=None):
        by = by or self.caritas
        person = person or Person.objects.create()
        registration = Registration.objects.create(
            person=person,
            registered_with=by,
            household=Household.objects.create(registered_with=by, reference=household) if household else None,
            place=make.place(place),
            sex=sex,
            birth_year=birth_year,
            registered_on=dt.date(2023, 1, 1),
            **(sealed or {}),
        )
        Consent.objects.create(
            registration=registration,
            purpose=Consent.Purpose.STATISTICS,
            given_on=dt.date(2023, 1, 1),
            withdrawn_on=None if agrees else dt.date(2023, 2, 1),
        )
        return registration

    def help(self, who, *, sector="health", on="2023-01-10", place="UA1202001", by=None, activity=None, **more):
        """`who` is a registration, or the size of a group."""
        if isinstance(who, int):
            more["headcount"] = who
        else:
            more |= {"registration": who, "person": who.person}
        return Assistance.objects.create(
            sector_id=sector,
            activity_id=activity,
            given_on=dt.date.fromisoformat(on),
            place_id=place,
            organisation=by or self.caritas,
            **more,
        )


@pytest.fixture
def response(db, own_facts):
    return Response()


@pytest.fixture
def counted(response):
    """The facts of a response with something of everything in it."""
    two = response.person(sex="m", birth_year=2015)
    for person in (response.person(), two):
        response.help(person)
        response.help(person, sector="wash", on="2023-02-10", by=response.unicef)
    response.help(30, place="UA1202001", girls=10, boys=5, women=10, men=5)
    response.help(40, place="UA1202001", sector="wash", on="2023-03-05")
    response.help(25, place="UA1204003", sector="gbv")
    response.help(60, place="UA6312027", sector="wash", by=response.unicef, on="2023-02-01")
    response.help(500, place="UA", sector="information")
    response.help(7, place="UA6312027", activity="health-referral")
    response.help(3, place="PL")
    facts.refresh()
    return response
