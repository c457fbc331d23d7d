"""Pages and API about help: the records behind a figure, one record, writing down, correcting, taking back."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from oplich.assistance import queries
from oplich.assistance.actions import ledger, reference
from oplich.assistance.help import Help
from oplich.assistance.models import Assistance
from oplich.assistance.sheets import ACTIVITIES
from oplich.people.actions import registrations
from oplich.people.entries import Entry
from tests import make
from tests.assistance.lines import take, upload_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def office():
    reference.load(by=None)
    for code in ("UA63", "UA46"):
        make.place(code)
    partner = make.organisation("Rescue Now")
    return {
        "partner": partner,
        "reporter": make.user("reporter", at=partner),
        "registrar": make.user("registrar", at=partner),
        "stranger": make.user("reporter", at=make.organisation("Union")),
        "manager": make.user(),
        "viewer": make.user("viewer"),
    }


@pytest.fixture
def row(office):
    said = Help(
        sector="wash",
        given_on=dt.date(2023, 1, 20),
        place="UA63",
        organisation=office["partner"].pk,
        headcount=1120,
        girls=20,
        plan_code="WA102",
    )
    return ledger.record_headcount(by=office["manager"], help=said)


def said_of(office, **more):
    said = {
        "id": str(uuid.uuid4()),
        "organisation": str(office["partner"].pk),
        "sector": "wash",
        "given_on": "2023-01-20",
        "place": "UA63",
        "headcount": "120",
    }
    return {**said, **more}


def test_the_list_takes_the_filters_of_the_figures(client, office, row):
    client.force_login(office["manager"])
    url = reverse("assistance:list")
    shown = client.get(
        url, {"from": "2023-01-01", "to": "2023-01-31", "within": "UA/UA63/", "sector": "wash", "organisation": str(office["partner"].pk)}
    )
    assert shown.status_code == 200 and str(row.pk) in shown.content.decode() and "1,120" in shown.content.decode()
    for other in ({"from": "2023-02-01"}, {"within": "UA46"}, {"sector": "health"}, {"named": "yes"}, {"organisation": str(uuid.uuid4())}):
        assert "No help is written down here" in client.get(url, other).content.decode()
    assert client.get(url, {"from": "gestern"}).status_code == 302
    assert client.get(f"{url}?within=%00").status_code == 400
    for text in ("after=xx", "sector=" + "x" * 200, "from=0000-00-00"):
        assert client.get(f"{url}?{text}", follow=True).status_code == 200


def test_a_long_list_goes_on_by_key(client, office):
    helps = [
        Help(
            sector="wash", given_on=dt.date(2023, 1, 1 + number % 28), place="UA63", organisation=office["partner"].pk, headcount=number + 1
        )
        for number in range(120)
    ]
    ledger.record_many(by=office["manager"], helps=helps)
    client.force_login(office["manager"])
    seen, after = [], ""
    while True:
        page = client.get(reverse("assistance:list"), {"after": after} if after else {}).context["page"]
        seen += [one.pk for one in page.rows]
        if not page.next:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 120


def test_nobody_sees_another_organisations_records(client, office, row):
    client.force_login(office["stranger"])
    assert str(row.pk) not in client.get(reverse("assistance:list")).content.decode()
    for pk in (row.pk, uuid.uuid4()):
        for name, send in (("record", client.get), ("correct", client.get), ("correct", client.post), ("withdraw", client.post)):
            assert send(reverse(f"assistance:{name}", args=[pk]), {"id": str(uuid.uuid4())}).status_code == 404
    client.force_login(office["viewer"])
    assert client.get(reverse("assistance:list")).status_code == 404


def test_a_headcount_is_written_down_once_corrected_and_taken_back(client, office):
    client.force_login(office["reporter"])
    said = said_of(office, women="70", men="50")
    for _ in range(2):
        answer = client.post(reverse("assistance:headcount"), said)
        assert answer.status_code == 302, answer.content.decode()
    first = Assistance.objects.get()
    page = client.get(reverse("assistance:correct", args=[first.pk])).content.decode()
    assert 'value="120"' in page
    answer = client.post(reverse("assistance:correct", args=[first.pk]), said_of(office, headcount="110", women="60", men="50"))
    second = Assistance.objects.in_force().get()
    assert second.replaces == first and second.headcount == 110 and answer.url.endswith(f"{second.pk}/")
    assert "Open what holds now" in client.get(reverse("assistance:record", args=[first.pk])).content.decode()
    client.post(reverse("assistance:withdraw", args=[second.pk]), {"id": str(uuid.uuid4()), "reason": "wrong month"})
    assert not Assistance.objects.in_force().exists()
    assert "It no longer counts." in client.get(reverse("assistance:record", args=[second.pk])).content.decode()


def test_a_correction_by_hand_keeps_what_the_form_does_not_ask(client, office, row):
    client.force_login(office["reporter"])
    client.post(reverse("assistance:correct", args=[row.pk]), said_of(office, headcount="1000"))
    assert Assistance.objects.in_force().get().plan_code == "WA102"


def test_a_refusal_stands_at_its_field(client, office):
    client.force_login(office["reporter"])
    for wrong, words in (
        ({"women": "200"}, "add up to 200"),
        ({"given_on": "2999-01-01"}, "not come yet"),
        ({"activity": "legal-aid"}, "another sector"),
    ):
        answer = client.post(reverse("assistance:headcount"), said_of(office, **wrong))
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not Assistance.objects.exists()


def test_help_to_a_registered_person_is_written_down_from_their_page(client, office):
    one = registrations.register_many(
        by=None,
        entries=[
            Entry(
                registered_with=office["partner"].pk,
                place="UA63",
                registered_on=dt.date(2023, 1, 20),
                surname="Зразкова",
                given_name="Олена",
            )
        ],
    )[0]
    client.force_login(office["registrar"])
    answer = client.post(reverse("assistance:help", args=[one.pk]), said_of(office, units="2"))
    assert answer.status_code == 302
    row = Assistance.objects.get()
    assert row.person_id == one.person_id and row.units == 2 and row.headcount is None
    panel = reverse("assistance:person", args=[one.person_id])
    assert str(row.pk) in client.get(panel).content.decode()
    assert "<html" not in client.get(panel, headers={"HX-Request": "true"}).content.decode()
    client.force_login(office["stranger"])
    assert client.get(panel).status_code == 404
    assert client.get(reverse("assistance:help", args=[one.pk])).status_code == 404


def call(client, path="", said=None, **query):
    if said is None:
        return client.get(f"/api/assistance/{path}", query)
    return client.post(f"/api/assistance/{path}", json.dumps(said), content_type="application/json")


def test_the_api_writes_lists_corrects_and_takes_back(client, office):
    client.force_login(office["reporter"])
    assert len(call(client, "sectors").json()) == 20
    said = {
        "id": str(uuid.uuid4()),
        "sector": "wash",
        "given_on": "2023-01-20",
        "place": "UA63",
        "organisation": str(office["partner"].pk),
        "headcount": 120,
    }
    for _ in range(2):
        assert call(client, "headcounts", said).status_code == 200
    assert call(client, "headcounts", {**said, "headcount": 121}).status_code == 422
    assert call(client, "headcounts", {**said, "id": str(uuid.uuid4()), "girls": 121}).json()["field"] == "headcount"
    assert call(client, "headcounts", {**said, "id": str(uuid.uuid4()), "sector": "nonsense"}).status_code == 404
    second = call(client, "headcounts", {**said, "id": str(uuid.uuid4()), "headcount": 90, "replaces": said["id"]}).json()
    listed = call(client, **{"from": "2023-01-01", "within": "UA63", "sector": "wash"}).json()
    assert [one["id"] for one in listed["items"]] == [second["id"]] and listed["next"] is None
    assert call(client, state="all", limit=1).json()["next"]
    gone = call(client, f"{second['id']}/withdraw", {"id": str(uuid.uuid4())})
    assert gone.status_code == 200 and gone.json()["withdrawn"] and call(client).json()["items"] == []
    client.force_login(office["stranger"])
    assert (
        call(client, second["id"]).status_code == 404 and call(client, "headcounts", {**said, "id": str(uuid.uuid4())}).status_code == 404
    )


def test_a_record_leads_back_to_its_line_and_the_line_to_its_record(client, office):
    upload = upload_of(ACTIVITIES, office["partner"].pk)
    (line,) = take(ACTIVITIES, upload, [{"oblast": "Харківська", "sector": "WASH", "month": "01.2023", "people": 120}])
    row = Assistance.objects.get()
    client.force_login(office["manager"])
    assert reverse("intake:row", args=[line.pk]) in client.get(reverse("assistance:record", args=[row.pk])).content.decode()
    assert [url for _words, url in queries.became(office["manager"], line)] == [reverse("assistance:record", args=[row.pk])]
    assert queries.became(office["stranger"], line) == []
