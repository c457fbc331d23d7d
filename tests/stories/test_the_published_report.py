"""The sources' own report: sectors that add up to far more than the people reached, and information that is left out by rule.

Its sector figures go into the ledger as headcounts; the three counting rules must bracket the published total as the report says:
5,737,895 services, a largest sector of 2,071,523, and 3,828,089 people between the two.
"""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from tests import make

from oplich.assistance.actions import ledger
from oplich.assistance.help import Help
from oplich.core.periods import Period
from oplich.reporting import facts
from oplich.reporting.figures import compute

pytestmark = pytest.mark.django_db(transaction=True)
INSIDE = {
    "nfi": 1_005_321,
    "protection": 84_313,
    "health": 104_250,
    "mhpss": 33_643,
    "cash": 381_193,
    "wash": 2_071_523,
    "shelter": 1_960_246,
    "site-management": 97_406,
}
PUBLISHED = 3_828_089
INFORMED = 332_970
YEAR = Period(dt.date(2022, 2, 24), dt.date(2023, 4, 1))


@pytest.fixture
def report(db):
    call_command("load_sectors", verbosity=0)
    make.place("UA", name_uk="Україна", name_en="Ukraine")
    iom, manager = make.organisation("International Organization for Migration"), make.user()
    for sector, people in [*INSIDE.items(), ("information", INFORMED)]:
        ledger.record_headcount(by=manager, help=Help(sector, dt.date(2023, 3, 31), "UA", iom.pk, headcount=people))
    facts.refresh()


def reached(rule: str, **more):
    return compute("people_reached", facts_path=facts.path(), period=YEAR, rule=rule, **more)


def test_the_sum_of_services_is_no_number_of_people(report):
    assert reached("services").total == sum(INSIDE.values()) == 5_737_895


def test_the_largest_sector_is_a_floor_under_the_published_total(report):
    assert reached("maximum").total == 2_071_523
    assert reached("recognised").total <= PUBLISHED <= reached("services").total


def test_information_provision_is_left_out_and_the_footnote_says_how_much(report):
    figure = reached("services")
    assert INFORMED in [one.people for one in figure.exclusions]
    assert figure.total == sum(INSIDE.values())


def test_the_command_says_the_same_as_the_page_would(report):
    said = StringIO()
    call_command(
        "figure",
        "people_reached",
        "--from",
        "2022-02-24",
        "--to",
        "2023-03-31",
        "--by",
        "sector",
        "--rule",
        "services",
        "--json",
        stdout=said,
    )
    told = json.loads(said.getvalue())
    assert told["total"] == 5_737_895 and told["adds_up"]
    assert {row["key"]: row["people"] for row in told["rows"]} == INSIDE
    assert told["share_named"] == 0
