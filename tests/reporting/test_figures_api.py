"""Figures over the HTTP API: the same numbers, the same borders, the same refusals."""

import json

import pytest

from tests import make

Q1 = {"from": "2023-01-01", "to": "2023-03-31"}


def get(client, user, path="/people_reached", **said):
    client.force_login(user)
    return client.get(f"/api/figures{path}", Q1 | said)


def test_a_figure_comes_with_all_it_says_about_itself(counted, client):
    told = get(client, make.user("viewer"), by="oblast").json()
    assert told["total"] == 127 and told["unit"] == "people" and told["period"] == {"from": "2023-01-01", "to": "2023-03-31"}
    assert {row["key"]: row["people"] for row in told["rows"]} == {"UA12": 67, "UA63": 60}
    assert told["method"] and told["exclusions"] and told["as_of"] and told["share_named"]


def test_the_catalogue_lists_every_figure(counted, client):
    told = get(client, make.user("viewer"), "/").json()
    assert "people_reached" in [one["slug"] for one in told["items"]] and told["next"] is None
    assert get(client, make.user("viewer"), "/facts").json()["current"] is True


@pytest.mark.parametrize(
    "wrong", [{"by": "moon"}, {"rule": "guess"}, {"from": "soon"}, {"within": "UA99"}, {"sector": "magic"}, {"to": "2020-01-01"}]
)
def test_what_makes_no_sense_is_refused_as_problem_details(counted, client, wrong):
    answer = get(client, make.user("viewer"), **wrong)
    assert answer.status_code == 422 and answer.json()["detail"] and answer["Content-Type"].startswith("application/problem+json")


def test_nobody_reads_outside_their_grant(counted, client):
    reporter = make.user("reporter", at=counted.unicef)
    assert get(client, reporter, rule="services").json()["total"] == 62
    assert get(client, reporter, organisation=str(counted.caritas.pk)).status_code == 404
    assert get(client, make.user("operator")).status_code == 404
    client.logout()
    assert client.get("/api/figures/people_reached").status_code == 401


def test_a_figure_that_does_not_exist_is_refused(counted, client):
    assert get(client, make.user("viewer"), "/people_lost").status_code in (404, 422)


def test_a_file_is_asked_for_with_its_purpose(counted, client):
    client.force_login(make.user("viewer"))
    ask = lambda **more: client.post("/api/figures/people_reached/file", json.dumps(Q1 | more), content_type="application/json")
    answer = ask(format="csv", purpose="donor", by="oblast")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert ask(format="csv").status_code == 422
    assert ask(format="exe", purpose="donor").status_code == 422
