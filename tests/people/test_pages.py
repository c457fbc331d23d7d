"""Pages and API about people: names only where somebody asked with a purpose, and never for strangers."""

import datetime as dt
import json
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from oplich.core.models import Entry as Line
from oplich.people.actions import registrations
from oplich.people.entries import Entry
from oplich.people.models import Consent, Draft, Household, Person, Registration
from tests import make

pytestmark = pytest.mark.django_db
SECRETS = ("Зразкова", "Олена", "501110001")


@pytest.fixture
def office():
    for code in ("UA63", "UA46"):
        make.place(code)
    partner = make.organisation("Rescue Now")
    return {
        "partner": partner,
        "registrar": make.user("registrar", at=partner),
        "stranger": make.user("registrar", at=make.organisation("Union")),
        "officer": make.user("data-protection-officer"),
        "viewer": make.user("viewer"),
    }


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def one(office):
    said = {"surname": "Зразкова", "given_name": "Олена", "birth_date": dt.date(1984, 3, 12), "phone": "0501110001", "note": "поверх 5"}
    said |= {"consents": ("assistance", "statistics"), "place": "UA63", "registered_on": dt.date(2023, 1, 20)}
    return registrations.register_many(by=None, entries=[Entry(registered_with=office["partner"].pk, **said)])[0]


def form_of(office, **more):
    said = {
        "id": str(uuid.uuid4()),
        "members": "1",
        "registered_with": str(office["partner"].pk),
        "registered_on": "2023-01-20",
        "place": "Харківська область",
        "consents": ["assistance", "statistics"],
        "deed": "register",
        "0-surname": "Зразкова",
        "0-given_name": "Олена",
        "0-birth_date": "1984-03-12",
        "0-phone": "050 111 00 01",
    }
    return {**said, **more}


def test_a_family_is_registered_and_a_double_press_registers_once(client, office):
    client.force_login(office["registrar"])
    said = form_of(office, members="3", **{"1-surname": "Зразковий", "1-given_name": "Петро", "1-needs": ["disability"]})
    for _ in range(2):
        answer = client.post(reverse("people:register"), said)
        assert answer.status_code == 302, re.findall(r'class="faults".*?</ul>', answer.content.decode(), re.S)
    assert Registration.objects.count() == 2, "the empty third line is nobody"
    assert Household.objects.count() == 1 and Person.objects.count() == 2
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"assistance", "statistics"}


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(client, office):
    client.force_login(office["registrar"])
    answer = client.post(reverse("people:register"), form_of(office, **{"0-tax_number": "1234567890"}))
    assert answer.status_code == 422 and "typing mistake" in answer.content.decode() and "Зразкова" in answer.content.decode()
    answer = client.post(reverse("people:register"), form_of(office, consents=[]))
    assert answer.status_code == 422 and "nothing may be written down" in answer.content.decode()
    answer = client.post(reverse("people:register"), form_of(office, place="Вигадане"))
    assert answer.status_code == 422 and "No place is known" in answer.content.decode()
    assert not Registration.objects.exists()


def test_another_line_is_added_without_losing_what_was_typed(client, office):
    client.force_login(office["registrar"])
    page = client.post(reverse("people:register"), form_of(office, deed="add")).content.decode()
    assert 'name="1-surname"' in page and "Зразкова" in page and 'name="members" value="2"' in page.replace(' id="id_members"', "")
    assert "faults" not in page


def test_a_draft_is_kept_sealed_opened_again_and_gone_after_registering(client, office):
    client.force_login(office["registrar"])
    said = form_of(office, deed="keep", **{"0-needs": ["disability", "pregnant"]})
    assert client.post(reverse("people:register"), said).status_code == 302
    draft = Draft.objects.get()
    page = client.get(reverse("people:draft", args=[draft.pk])).content.decode()
    assert "Зразкова" in page and page.count("checked") >= 4
    client.force_login(office["stranger"])
    assert client.get(reverse("people:draft", args=[draft.pk])).status_code == 404
    client.force_login(office["registrar"])
    assert client.post(reverse("people:register"), {**said, "deed": "register"}).status_code == 302
    assert not Draft.objects.exists()


def test_a_persons_page_shows_no_name_until_it_is_opened_for_a_purpose(client, office, one):
    client.force_login(office["registrar"])
    url = reverse("people:person", args=[one.person_id])
    masked = client.get(url)
    assert not any(secret in masked.content.decode() for secret in SECRETS) and "no-store" in masked["Cache-Control"]
    assert client.post(reverse("people:look", args=[one.person_id]), {}).status_code == 422
    opened = client.post(reverse("people:look", args=[one.person_id]), {"purpose": "assistance"})
    assert all(secret in opened.content.decode() for secret in SECRETS) and "no-store" in opened["Cache-Control"]
    assert Line.objects.get(what="person.seen").detail["purpose"] == "assistance"


@pytest.mark.parametrize("who", ["stranger", "viewer"])
def test_who_may_not_see_gets_the_same_answer_as_for_nobody(client, office, one, who):
    client.force_login(office[who])
    for pk in (one.person_id, uuid.uuid4()):
        assert client.get(reverse("people:person", args=[pk])).status_code == 404
        assert client.post(reverse("people:look", args=[pk]), {"purpose": "assistance"}).status_code == 404
        assert client.post(reverse("people:erase", args=[pk]), {"reason": "asked"}).status_code == 404
    assert client.post(reverse("people:consent", args=[one.pk]), {"purpose": "statistics", "deed": "withdraw"}).status_code == 404


def test_somebody_is_found_by_a_whole_key_and_the_search_is_journalled_without_it(client, office, one):
    client.force_login(office["registrar"])
    page = client.post(reverse("people:people"), {"phone": "+380 50 111 00 01"}).content.decode()
    assert "1 registration found" in page and str(one.person_id) in page
    assert "Nobody you may see" in client.post(reverse("people:people"), {"phone": "0501110009"}).content.decode()
    assert client.post(reverse("people:people"), {"surname": "Зразкова"}).status_code == 422
    assert "501110001" not in json.dumps(list(Line.objects.filter(what="person.searched").values("detail", "subject_id")))


def test_consent_is_taken_back_and_given_again_on_the_page(client, office, one):
    client.force_login(office["registrar"])
    url = reverse("people:consent", args=[one.pk])
    client.post(url, {"purpose": "statistics", "deed": "withdraw"})
    assert Consent.objects.get(purpose="statistics").withdrawn_on
    assert "taken back on" in client.get(reverse("people:person", args=[one.person_id])).content.decode()
    client.post(url, {"purpose": "statistics", "deed": "give"})
    assert Consent.objects.get(purpose="statistics").withdrawn_on is None


def test_a_person_is_erased_on_the_page_and_the_page_says_so(client, office, one):
    client.force_login(office["officer"])
    assert client.post(reverse("people:erase", args=[one.person_id]), {"reason": "asked"}).status_code == 302
    assert "An erased person" in client.get(reverse("people:person", args=[one.person_id])).content.decode()


def test_everything_held_is_handed_over_as_a_file(client, office, one):
    client.force_login(office["registrar"])
    assert client.post(reverse("assistance:everything", args=[one.person_id])).status_code == 404
    client.force_login(office["officer"])
    held = json.loads(client.post(reverse("assistance:everything", args=[one.person_id])).content)
    assert held["registrations"][0]["surname"] == "Зразкова" and held["help"] == []


def call(client, path, said=None):
    if said is None:
        return client.get(f"/api/people/{path}")
    return client.post(f"/api/people/{path}", json.dumps(said), content_type="application/json")


def test_the_api_registers_finds_opens_and_erases_with_the_same_rules(client, office):
    client.force_login(office["registrar"])
    said = {
        "registered_with": str(office["partner"].pk),
        "registered_on": "2023-01-20",
        "place": "UA63",
        "consents": ["assistance"],
        "members": [{"id": str(uuid.uuid4()), "surname": "Зразкова", "given_name": "Олена", "phone": "0501110001"}],
    }
    for _ in range(2):
        answer = call(client, "registrations", said)
        assert answer.status_code == 200, answer.content
    made = answer.json()["items"][0]
    assert Registration.objects.count() == 1 and not any(secret in answer.content.decode() for secret in SECRETS)
    assert made["consents"] == [
        {"purpose": "assistance", "given_on": "2023-01-20", "withdrawn_on": None},
        {"purpose": "statistics", "given_on": "2023-01-20", "withdrawn_on": "2023-01-20"},
    ]
    assert call(client, "registrations").json()["items"][0]["id"] == made["id"]
    assert call(client, "find", {"phone": "050 111 00 01"}).json()["items"][0]["id"] == made["id"]
    opened = call(client, f"{made['person']}/names", {"purpose": "assistance"}).json()["items"]
    assert opened[0]["surname"] == "Зразкова"
    assert call(client, f"{made['person']}/erase", {"reason": "asked"}).status_code == 404
    refused = call(client, "registrations", {**said, "consents": ["photo"], "members": [{**said["members"][0], "id": str(uuid.uuid4())}]})
    assert refused.status_code == 422 and refused.json()["field"] == "0-consents"
    client.force_login(office["stranger"])
    assert call(client, "registrations").json()["items"] == []
    for path, body in (
        (f"registrations/{made['id']}", None),
        (f"{made['person']}/names", {"purpose": "assistance"}),
        ("registrations", said),
    ):
        assert call(client, path, body).status_code == 404
    client.force_login(office["officer"])
    assert call(client, f"{made['person']}/erase", {"reason": "asked"}).json() == {"registrations": 1}
