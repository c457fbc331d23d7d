"""The picture of the response on the home page."""

import datetime as dt

import pytest
from django.core.cache import cache
from tests import make

from oplich.assistance.actions import ledger
from oplich.assistance.help import Help
from oplich.reporting import facts
from oplich.site import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()
    facts.path().unlink(missing_ok=True)
    yield
    facts.path().unlink(missing_ok=True)


def help_people(people, place="UA63", organisation=None):
    help = Help(
        sector=make.sector().slug,
        place=make.place(place).code,
        organisation=(organisation or make.organisation()).pk,
        given_on=dt.date(2022, 6, 1),
        headcount=people,
    )
    ledger.record_headcount(by=make.user("information-manager"), help=help)


def test_without_facts_there_is_no_picture():
    assert picture.of_the_response(make.user("viewer")) is None


def test_the_picture_follows_the_facts():
    viewer = make.user("viewer")
    help_people(120)
    facts.refresh(force=True)
    assert picture.of_the_response(viewer).figures[0].number == 120
    help_people(80, "UA46")
    facts.refresh(force=True)
    assert picture.of_the_response(viewer).figures[0].number == 200


def test_somebody_bound_to_one_oblast_sees_its_figure_only():
    help_people(120)
    help_people(80, "UA46")
    facts.refresh(force=True)
    assert picture.of_the_response(make.user("viewer", area="UA/UA46/")).figures[0].number == 80
    assert picture.of_the_response(make.user("viewer")).figures[0].number == 200


def test_somebody_without_the_right_sees_no_picture():
    help_people(120)
    facts.refresh(force=True)
    assert picture.of_the_response(make.user("")) is None
