"""The page that answers “who was reached?”: for whom it opens, what it says, where its numbers lead."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from oplich.core import jobs
from oplich.core.models import Entry, Job
from oplich.reporting import facts
from tests import make

Q1 = {"from": "2023-01-01", "to": "2023-03-31", "within": "UA"}


def open_page(client, user, name="reached", language="en", args=(), **said):
    client.force_login(user)
    with translation.override(language):
        return client.get(reverse(f"reporting:{name}", args=args), Q1 | said)


@pytest.mark.parametrize(
    "by", ["sector", "oblast", "raion", "month", "organisation", "sex-age", "activity", "upload", "country", "hromada"]
)
@pytest.mark.parametrize("rule", ["recognised", "maximum", "services"])
def test_it_answers_in_one_sentence_with_picture_table_and_method(counted, client, by, rule):
    page = open_page(client, make.user("viewer"), by=by, rule=rule).content.decode()
    total = {"recognised": 127, "maximum": 102, "services": 159}[rule]
    assert f"{total} people in all sectors" in page
    assert "Who was reached, January–March 2023?" in page
    assert "<svg" in page and "<title" in page and "How this was counted" in page
    assert "rests on records with names" in page and "Data as of" in page


def test_it_reads_the_same_in_ukrainian(counted, client):
    page = open_page(client, make.user("viewer"), language="uk", by="month").content.decode()
    assert "Кого охоплено допомогою, січень–березень 2023?" in page
    assert "Правило підрахунку" in page and "Як це пораховано" in page and "Січень 2023" in page


def test_the_rules_are_shown_side_by_side_and_what_is_left_out_is_said(counted, client):
    page = open_page(client, make.user("viewer")).content.decode()
    for number in (127, 102, 159):
        assert f">{number}</td>" in page
    assert "leave out by rule" in page and "do not add up to the total" in page


def test_every_number_leads_down_to_a_narrower_question(counted, client):
    page = open_page(client, make.user("information-manager"), by="oblast").content.decode()
    assert "within=UA12" in page and "by=raion" in page
    page = open_page(client, make.user("information-manager"), by="month").content.decode()
    assert "from=2023-02-01&amp;to=2023-02-28" in page


def test_before_anything_is_counted_the_page_says_so(db, own_facts, client):
    make.place("UA")
    page = open_page(client, make.user("information-manager"))
    assert page.status_code == 200 and "Nothing has been counted yet" in page.content.decode()
    assert open_page(client, make.user("viewer"), "index").status_code == 200


def test_nothing_found_is_said_in_words_and_not_as_an_empty_picture(counted, client):
    page = open_page(client, make.user("viewer"), **{"from": "2020-01-01", "to": "2020-02-01"}).content.decode()
    assert "Nobody, as far as the records say" in page


@pytest.mark.parametrize("wrong", [{"from": "soon"}, {"within": "Atlantis"}, {"sector": "magic"}, {"by": "moon"}, {"from": "2024-01-01"}])
def test_a_question_that_makes_no_sense_is_answered_in_words(counted, client, wrong):
    page = open_page(client, make.user("viewer"), **wrong)
    assert page.status_code == 422 and 'role="alert"' in page.content.decode()


def test_a_partner_sees_its_own_part_only(counted, client):
    reporter = make.user("reporter", at=counted.unicef)
    page = open_page(client, reporter, rule="services").content.decode()
    assert "62 people" in page and "part of the response" in page
    assert open_page(client, reporter, organisation=str(counted.caritas.pk)).status_code == 404


def test_an_area_is_a_border_too(counted, client):
    viewer = make.user("viewer", area="UA/UA63/")
    assert "60 people" in open_page(client, viewer).content.decode()
    assert open_page(client, viewer, within="UA12").status_code == 404


@pytest.mark.parametrize("name", ["index", "reached", "catalogue"])
def test_who_may_not_see_figures_finds_nothing_here(counted, client, name):
    assert open_page(client, make.user("operator"), name).status_code == 404
    client.logout()
    assert client.get(reverse("reporting:reached")).status_code == 302


@pytest.mark.parametrize(
    "slug",
    ["services_given", "households_reached", "organisations_active", "places_reached", "records_by_upload", "people_reached_maximum"],
)
def test_every_other_figure_has_its_page(counted, client, slug):
    page = open_page(client, make.user("viewer"), "figure", args=[slug])
    assert page.status_code == 200 and "How this was counted" in page.content.decode()


def test_a_figure_that_does_not_exist_is_not_found(counted, client):
    assert open_page(client, make.user("viewer"), "figure", args=["people_lost"]).status_code == 404


def test_the_drawing_comes_as_a_specification(counted, client):
    answer = open_page(client, make.user("viewer"), "drawing", args=["people_reached"], by="oblast")
    assert answer.json()["$schema"].endswith("v5.json")


def test_a_file_is_taken_away_and_written_down(counted, client):
    client.force_login(make.user("viewer"))
    answer = client.post(
        reverse("reporting:take-away", args=["people_reached"]), Q1 | {"by": "oblast", "format": "csv", "purpose": "donor"}
    )
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"] and answer["Cache-Control"] == "no-store"
    assert Entry.objects.filter(what="figure.exported").count() == 1


def test_a_file_without_a_purpose_is_refused_in_words(counted, client):
    client.force_login(make.user("viewer"))
    with translation.override("en"):
        answer = client.post(reverse("reporting:take-away", args=["people_reached"]), Q1 | {"format": "csv"})
    assert answer.status_code == 422 and "Say what the file is for" in answer.content.decode()


def test_the_button_brings_the_figures_up_to_date(counted, client):
    counted.help(1000, place="UA6312027")
    manager = make.user("information-manager")
    assert "Changed since" in open_page(client, manager).content.decode()
    assert client.post(reverse("reporting:refresh"), {"asked": "by=month"}).status_code == 302
    assert client.post(reverse("reporting:refresh")).status_code == 302
    assert Job.objects.count() == 1
    jobs.run_waiting()
    assert Job.objects.get().state == Job.State.DONE
    assert facts.is_current()
    client.force_login(make.user("viewer"))
    assert client.post(reverse("reporting:refresh")).status_code == 404


def test_a_number_leads_to_the_records_behind_it(counted, client):
    """The list of records opens with the same filters, and shows what was counted."""
    page = open_page(client, make.user("information-manager"), by="oblast").content.decode()
    address = re.search(r'href="(/en/assistance/\?[^"]*within=UA63[^"]*)"', page)[1].replace("&amp;", "&")
    records = client.get(address)
    assert records.status_code == 200
    assert "60" in records.content.decode()
    assert 'href="/en/assistance/' not in open_page(client, make.user("viewer"), by="oblast").content.decode()
