"""`oplich figure …`: what an information manager or a script types."""

import json

import pytest
from django.core.management import CommandError, call_command

from oplich.reporting import facts

Q1 = ["--from", "2023-01-01", "--to", "2023-03-31", "--within", "UA"]


def run(capsys, *more):
    call_command("figure", "people_reached", *Q1, *more)
    return capsys.readouterr().out


@pytest.mark.parametrize("by", ["sector", "oblast", "month", "organisation", "sex-age", "raion", "activity"])
def test_it_prints_all_that_a_figure_says(counted, capsys, by):
    said = json.loads(run(capsys, "--by", by, "--json"))
    assert said["total"] == 127 and said["unit"] == "people" and said["rule"] == "recognised" and said["by"] == by
    assert said["period"] == {"from": "2023-01-01", "to": "2023-03-31"} and said["within"] == "UA"
    assert 0 < said["share_named"] < 1 and said["as_of"] and "largest single group" in said["method"]
    assert {one["reason"] for one in said["exclusions"]} == {"sector:information", "activity:health-referral"}
    assert all({"key", "name", "people"} <= row.keys() for row in said["rows"])


def test_rules_sectors_and_organisations_can_be_chosen(counted, capsys):
    assert json.loads(run(capsys, "--rule", "services", "--json"))["total"] == 159
    assert json.loads(run(capsys, "--rule", "maximum", "--json"))["total"] == 102
    assert json.loads(run(capsys, "--rule", "maximum", "--without", "wash", "--json"))["total"] == 32
    assert json.loads(run(capsys, "--sector", "protection", "--json"))["total"] == 25
    assert json.loads(run(capsys, "--organisation", "unicef", "--json"))["total"] == 62


def test_it_counts_what_was_taken_in_a_moment_ago(counted, capsys):
    counted.help(1000, place="UA6312027")
    assert json.loads(run(capsys, "--json", "--as-it-stands"))["total"] == 127
    assert json.loads(run(capsys, "--json"))["total"] == 127 - 60 + 1000
    assert facts.is_current()


def test_without_json_it_prints_a_table_in_the_language_asked_for(counted, capsys):
    assert "Охоплені люди" in run(capsys, "--by", "month", "--language", "uk")
    assert "January 2023" in run(capsys, "--by", "month")


@pytest.mark.parametrize("wrong", [["--by", "moon"], ["--rule", "guess"], ["--sector", "magic"], ["--within", "UA99"], ["--from", "soon"]])
def test_what_it_does_not_understand_it_says_in_words(counted, wrong):
    with pytest.raises(CommandError, match=wrong[1]) as told:
        call_command("figure", "people_reached", *Q1, *wrong)
    assert told.value.returncode == 2
