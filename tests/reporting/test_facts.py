"""The file of facts: what is in it, what is not, and that nobody ever sees half of it."""

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
import uuid

import pytest
from django.db import connection

from oplich.core import keys, sealing
from oplich.core.periods import Period
from oplich.people.models import Consent, Registration, SameHuman
from oplich.reporting import duck, facts, figures

Q1 = Period.from_days(dt.date(2023, 1, 1), dt.date(2023, 3, 31))


def reached(rule="recognised", slug="people_reached", within="UA/", **more):
    return figures.compute(slug, facts_path=facts.path(), period=Q1, rule=rule, within=within, **more)


def test_the_figures_of_a_small_response_are_right(counted):
    assert reached("services").total == 4 + 30 + 40 + 25 + 60
    assert reached("maximum").total == max(2 + 30, 2 + 40, 25) + 60
    figure = reached(by="oblast")
    assert figure.total == 2 + 40 + 25 + 60
    assert {row.key: row.units for row in figure.rows} == {"UA12": 2 + 40 + 25, "UA63": 60}
    assert figure.share_named == 2 / 127
    assert {one.reason: (one.records, one.people) for one in figure.exclusions} == {
        "sector:information": (1, 500),
        "activity:health-referral": (1, 7),
    }
    assert reached(within="").total == 130
    assert reached("services", "households_reached").total == 0
    assert reached(slug="organisations_active").total == 2


def test_sex_and_age_come_from_the_registrations_and_the_headcounts(counted):
    assert reached("services", sector="health").sex_age == {
        "girls": 10,
        "boys": 6,
        "women": 11,
        "men": 5,
        "older_women": 0,
        "older_men": 0,
    }


def test_the_parts_of_a_sector_are_shown_once_it_is_chosen(counted):
    assert {row.key for row in reached(by="sector").rows} == {"health", "wash", "protection"}
    assert [row.key for row in reached(by="sector", sector="protection").rows] == ["gbv"]


def test_two_records_of_one_human_being_are_one_person(response):
    one, other = response.person(), response.person(by=response.unicef)
    response.help(one)
    response.help(other)
    facts.refresh()
    assert reached().total == 2

    link = SameHuman.objects.create(one=one.person, other=other.person, because="tax number", method="certain")
    assert facts.refresh()
    assert reached().total == 1

    link.undone_at = dt.datetime.now(dt.UTC)
    link.save(update_fields=["undone_at"])
    assert facts.refresh()
    assert reached().total == 2


def test_who_took_back_the_agreement_is_not_counted_and_the_figure_says_so(response):
    response.help(response.person())
    shy = response.person()
    response.help(shy)
    facts.refresh()
    assert reached().total == 2

    Consent.objects.filter(registration=shy).update(withdrawn_on=dt.date(2023, 4, 1))
    assert facts.refresh()

    figure = reached()
    assert figure.total == 1
    assert [(one.reason, one.records) for one in figure.exclusions] == [("consent", 1)]


def test_an_erased_person_stays_counted(response):
    registration = response.person()
    response.help(registration)
    facts.refresh()
    keys.destroy([registration.person_id], reason="asked")

    facts.refresh(force=True)
    assert reached().total == 1


def test_a_correction_replaces_and_a_withdrawal_takes_away(response):
    wrong = response.help(50)
    response.help(5, replaces=wrong)
    gone = response.help(70, sector="wash")
    response.help(70, sector="wash", replaces=gone, withdrawn=True)
    facts.refresh()
    assert reached("services").total == 5


def test_help_of_a_merged_organisation_counts_for_the_one_that_was_kept(response):
    response.help(5, by=response.caritas)
    response.help(6, by=response.unicef)
    facts.refresh()
    assert len(reached(by="organisation").rows) == 2

    response.unicef.merged_into = response.caritas
    response.unicef.save(update_fields=["merged_into"])
    assert facts.refresh()
    assert [row.key for row in reached("services", by="organisation").rows] == [str(response.caritas.pk)]


def test_a_refresh_is_skipped_when_nothing_changed(counted):
    before = facts.path().stat().st_mtime_ns
    assert not facts.refresh()
    assert facts.path().stat().st_mtime_ns == before
    counted.help(1)
    assert not facts.is_current()
    assert facts.refresh()
    assert facts.is_current()


def test_nothing_personal_is_in_the_facts(response):
    """Canaries in every personal field; neither they nor the person's own id are in the file or left beside it."""
    registration = response.person()
    canaries = {name: f"Канарка{uuid.uuid4().hex}" for name in ("surname", "given_name", "phone", "tax_number", "address", "needs")}
    key = keys.make([registration.person_id])[registration.person_id]
    for name, value in sealing.seal_fields(Registration, registration.pk, key, canaries).items():
        setattr(registration, name, value)
    registration.tax_index, registration.name_index = "taxindexcanary", "nameindexcanary"
    registration.save()
    response.help(registration, comment="a comment with a name")
    facts.refresh()

    left = [file for file in facts.path().parent.rglob("*") if file.is_file()]
    assert {file.name for file in left} == {"facts.duckdb", "lock"}
    with duck.reading(facts.path()) as file:
        told = str([file.execute(f"select * from facts.{table}").fetchall() for table in _tables(file)])
    raw = facts.path().read_bytes()
    for secret in [*canaries.values(), "taxindexcanary", "nameindexcanary", "comment with", registration.person_id, registration.pk]:
        assert str(secret) not in told
        assert str(secret).encode() not in raw
        assert getattr(secret, "hex", "not a uuid").encode() not in raw
        assert getattr(secret, "bytes", b"not a uuid") not in raw
    columns = {name for (name,) in duck_columns()}
    assert not columns & {"person", "surname", "name", "birth_date", "birth_year", "phone", "comment", "tax_number", "address"}


def _tables(file):
    return [name for (name,) in file.execute("select table_name from duckdb_tables() where database_name = 'facts'").fetchall()]


def duck_columns():
    with duck.reading(facts.path()) as file:
        return file.execute("select column_name from duckdb_columns() where table_name = 'help_given' and database_name='facts'").fetchall()


def test_a_human_being_has_another_number_after_every_refresh(response):
    for _ in range(30):
        response.help(response.person())
    seen = set()
    for _ in range(3):
        facts.refresh(force=True)
        with duck.reading(facts.path()) as file:
            seen.add(tuple(file.execute("select one_human from help_given order by record").fetchall()))
    assert len(seen) == 3


def test_a_file_of_another_version_is_built_anew(counted, monkeypatch):
    monkeypatch.setattr(duck, "VERSION", 99)
    assert facts.state() is None
    with pytest.raises(figures.NoFacts):
        reached()
    assert facts.refresh()
    assert facts.state().records


def test_a_broken_file_is_built_anew(counted):
    facts.path().write_bytes(b"half of it")
    assert facts.state() is None
    assert facts.refresh()


def test_a_refresh_that_is_stopped_leaves_the_old_facts(counted):
    counted.help(1000, sector="wash", place="UA6312027")

    def stop(done, total, doing):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        facts.refresh(progress=stop)
    assert reached("services").total == 159
    assert {file.name for file in facts.path().parent.iterdir()} == {"facts.duckdb", "lock"}
    assert facts.refresh()
    assert reached("services").total == 1159


AGAIN_AND_AGAIN = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "oplich.site.settings"
django.setup()
from django.conf import settings
from django.db import connections
settings.DATA = __import__("pathlib").Path(os.environ["FACTS_FOLDER"])
connections["default"].settings_dict["NAME"] = os.environ["FACTS_DATABASE"]
from oplich.reporting import facts
print("ready", flush=True)
while True:
    facts.refresh(force=True)
"""


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_twenty_kills_in_the_middle_never_leave_half_a_file(own_facts):
    from tests.reporting.conftest import Response  # the fixture cannot be used: this test commits

    response = Response()
    for size in range(1, 60):
        response.help(size)
    facts.refresh()
    whole = reached("services").total
    environment = os.environ | {"FACTS_FOLDER": str(own_facts), "FACTS_DATABASE": str(connection.settings_dict["NAME"])}
    chance, in_the_middle = random.Random(7), 0
    for _ in range(20):
        child = subprocess.Popen([sys.executable, "-c", AGAIN_AND_AGAIN], env=environment, stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.25))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        in_the_middle += len(list(facts.path().parent.iterdir())) > 2
        assert reached("services").total == whole
    assert in_the_middle >= 5, "the kills came between two builds and prove nothing"
    assert facts.refresh(force=True)
    assert {file.name for file in facts.path().parent.iterdir()} == {"facts.duckdb", "lock"}
    assert reached("services").total == whole == sum(range(1, 60))
