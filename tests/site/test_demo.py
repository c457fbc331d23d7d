"""The demonstration response: what it brings, that it brings it once, and that nobody in it is real."""

import csv
import datetime as dt

import pytest
from django.db import transaction
from django.utils import translation

from oplich.assistance.models import Assistance
from oplich.core.models import User
from oplich.intake import queries as intake
from oplich.intake.models import Upload
from oplich.partners import queries as partners
from oplich.people.matching import tax
from oplich.people.models import Person, Registration
from oplich.places import lookup
from oplich.places.models import PlaceFigure, Site, Zone
from oplich.reporting import facts
from oplich.site import demo, sign_ins
from oplich.site.demo import generate, load, marking, story, workbooks

INSIDE = {"nfi": 1005321, "protection": 84313, "health": 104250, "mhpss": 33643, "cash": 381193, "wash": 2071523, "shelter": 1960246, "site-management": 97406}  # fmt: skip


def test_the_same_files_are_made_every_time():
    once = [(spec.file_name, lines) for spec, lines in generate.lists(story.LISTS)]
    again = [(spec.file_name, lines) for spec, lines in generate.lists(story.LISTS)]
    assert once == again
    titles = {name: name for name in once[0][1][0]}
    assert workbooks.workbook(once[0][1], titles) == workbooks.workbook(again[0][1], titles)


def test_nobody_generated_can_be_somebody_real():
    """Phones have an operator code that does not exist; tax numbers check, and their order digits are below 050."""
    seen = 0
    for spec, lines in generate.lists([*story.LISTS, story.TO_MAP]):
        assert spec.partner.startswith("Demo – ")
        for line in lines:
            if line["phone"]:
                assert line["phone"].replace(" ", "").replace("-", "").startswith("+38000")
            if line["tax_number"]:
                assert tax.is_right(line["tax_number"]) and tax.birth_date(line["tax_number"]) == line["birth_date"]
                assert int(line["tax_number"][5:8]) < 50 and tax.sex(line["tax_number"]) == line["sex"]
                seen += 1
            assert dt.date(2022, 2, 24) <= line["date"] <= dt.date(2023, 3, 31)
    assert seen > 2000


def test_two_different_people_never_share_a_tax_number():
    owners = {}
    for _spec, lines in generate.lists(story.LISTS):
        for line in lines:
            if line["tax_number"]:
                who = (line["birth_date"], line["sex"], line["patronymic"])
                assert owners.setdefault(line["tax_number"], who) == who


def test_every_town_of_the_story_is_one_place():
    for row in generate.table("towns"):
        for town in row["towns"].split("|"):
            assert lookup.resolve(town, within=row["code"]), f"{town} in {row['oblast']}"


def test_the_published_figures_are_those_of_the_source():
    rows = generate.table("published_figures")
    reached = [row for row in rows if row["Measure"] == "people-reached"]
    inside = {row["Sector"]: int(row["Number"]) for row in reached if row["Place code"] == "UA" and row["Sector"]}
    assert inside == INSIDE and sum(inside.values()) == 5737895
    outside = {row["Sector"]: int(row["Number"]) for row in reached if row["Place code"] == load.NEIGHBOURS and row["Sector"]}
    assert sum(outside.values()) == 600466
    totals = {row["Place code"]: int(row["Number"]) for row in reached if not row["Sector"]}
    assert totals == {"UA": 3828089, load.NEIGHBOURS: 409962}
    countries = [row for row in rows if row["Measure"] == "refugees" and row["Place code"] != load.NEIGHBOURS]
    assert len(countries) == 17
    assert all(row["Source"] for row in rows)


def test_every_organisation_says_where_it_is_named():
    with (generate.FOLDER / "organisations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 50 and all(row["Source"] for row in rows)
    assert {row["Organisation"] for row in rows if "generated" in row["Source"]} >= {
        spec.partner for spec in [*story.LISTS, *story.REPORTS]
    }


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demonstration as `oplich load-demo` brings it, once for the tests below; they only read."""
    with django_db_blocker.unblock(), translation.override("uk"), transaction.atomic():
        for _words, work in load.steps():
            work()
        yield
        transaction.set_rollback(True)
    for left in (marking.mark(), sign_ins.path(), facts.path()):
        left.unlink(missing_ok=True)


on_the_demonstration = pytest.mark.usefixtures("loaded")


@pytest.mark.django_db
@on_the_demonstration
def test_every_file_came_in_whole_but_those_that_wait():
    states = dict(Upload.objects.values_list("file_name", "state"))
    assert states.pop(story.WITH_FAULTS.file_name) == Upload.State.CHECKED
    assert states.pop(story.TO_MAP.file_name) == Upload.State.MAPPING
    assert set(states.values()) == {Upload.State.ACCEPTED}
    assert len(states) == 1 + len(story.LISTS) + len(story.REPORTS)


@pytest.mark.django_db
@on_the_demonstration
def test_the_waiting_file_shows_its_faults_at_their_cells():
    upload = Upload.objects.get(file_name=story.WITH_FAULTS.file_name)
    assert upload.faults_found >= 12
    assert {"not-a-date", "in-the-future", "unknown-place"} & {fault.code for fault in intake.faults(upload)}


@pytest.mark.django_db
@on_the_demonstration
def test_people_helped_by_two_partners_are_recognised():
    registrations = Registration.objects.count()
    assert registrations >= 4900
    assert Person.objects.count() < registrations * 0.9


@pytest.mark.django_db
@on_the_demonstration
def test_every_line_of_help_leads_to_the_line_of_a_file():
    assert not Assistance.objects.filter(from_row__isnull=True).exists()
    oblasts = {
        path.split("/")[1] for path in Assistance.objects.filter(place__path__startswith="UA/").values_list("place__path", flat=True)
    }
    assert len(oblasts) == 25
    abroad = set(Assistance.objects.exclude(place__path__startswith="UA/").values_list("place_id", flat=True))
    assert abroad == {"PL", "MD", "SK"}


@pytest.mark.django_db
@on_the_demonstration
def test_there_is_something_to_do_and_somebody_to_sign_in():
    manager = User.objects.get(username="manager")
    assert len(partners.waiting(manager)) >= 10
    assert intake.matters(manager)
    assert {name for name, _password, _who in sign_ins.known()} == {name for name, *_more in load.USERS}
    name, password, _who = sign_ins.known()[1]
    assert User.objects.get(username=name).check_password(password)
    assert demo.is_demo()


@pytest.mark.django_db
@on_the_demonstration
def test_sites_zones_and_figures_stand_with_their_source():
    assert Site.objects.filter(kind="warehouse").count() == 14
    assert not Site.objects.filter(source="").exists() and not Site.objects.filter(lat__isnull=False).exists()
    assert PlaceFigure.objects.filter(place_id="UA", measure="people-reached", sector="").get().people == 3828089
    mariupol = partners.recognise("Маріупольська міська рада")
    assert (mariupol.home_id, mariupol.displaced_from_id) == ("UA1202001001", "UA1414005001")
    assert Zone.objects.filter(place_id="UA65", kind="occupied").get().until_day == dt.date(2022, 11, 11)


@pytest.mark.django_db
@on_the_demonstration
def test_loading_again_changes_nothing():
    before = (
        Upload.objects.count(),
        Assistance.objects.count(),
        Registration.objects.count(),
        PlaceFigure.objects.count(),
        User.objects.count(),
    )
    for _words, work in load.steps():
        work()
    after = (
        Upload.objects.count(),
        Assistance.objects.count(),
        Registration.objects.count(),
        PlaceFigure.objects.count(),
        User.objects.count(),
    )
    assert after == before
