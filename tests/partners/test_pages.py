"""Pages and API of the partners' room."""

import json
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from oplich.core.models import Entry
from oplich.partners import queries
from oplich.partners.actions import contacts, organisations, spellings
from oplich.partners.models import Contact, Organisation
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    made = make.user("information-manager")
    client.force_login(made)
    return made


def address(name, *args, language="uk"):
    with translation.override(language):
        return reverse(name, args=args)


def test_the_list_narrows_by_type_role_area_sector_and_any_spelling(client, manager):
    kharkiv, lviv = make.place("UA63"), make.place("UA46")
    rescue = organisations.create(by=manager, name="Rescue Now", name_uk="Рятуй зараз", kind="nngo")
    organisations.set_role(by=manager, organisation=rescue, kind="pipeline")
    organisations.add_presence(by=manager, organisation=rescue, place=kharkiv, sector="nfi")
    organisations.create(by=manager, name="World Food Programme", acronym="WFP", kind="un")
    url = address("partners:organisations")

    def shown(**asked):
        return [one.name for one in client.get(url, asked).context["page"].rows]

    assert shown() == ["World Food Programme", "Rescue Now"]  # Latin letters first, then Рятуй
    assert shown(kind="un") == ["World Food Programme"]
    assert shown(role="pipeline") == ["Rescue Now"]
    assert shown(area="UA63") == ["Rescue Now"] and shown(area="UA46") == []
    assert shown(sector="nfi", area="UA63") == ["Rescue Now"] and shown(sector="wash") == []
    assert shown(text="рятуй") == ["Rescue Now"] and shown(text="wfp") == ["World Food Programme"]
    assert lviv.pk == "UA46"


def test_a_long_list_pages_by_key_and_shows_each_once(client, manager):
    Organisation.objects.bulk_create([Organisation(name=f"Partner {number:03}") for number in range(120)])
    url, seen = address("partners:organisations"), []
    after = ""
    while True:
        page = client.get(url, {"after": after} if after else {}).context["page"]
        seen += [one.name for one in page.rows]
        if not page.next:
            break
        after = page.next
    assert seen == sorted(seen) and len(set(seen)) == 120


def test_the_list_stands_in_the_order_of_the_ukrainian_alphabet(client, manager):
    for name in ("Ягода", "Ілля", "Єдність", "Абрикос", "Їжак", "Щастя", "Ґанок", "Йод", "Zeta"):
        make.organisation(name)
    rows = client.get(address("partners:organisations")).context["page"].rows
    assert [one.name for one in rows] == ["Zeta", "Абрикос", "Ґанок", "Єдність", "Ілля", "Їжак", "Йод", "Щастя", "Ягода"]
    assert client.get(address("partners:organisations"), {"after": "broken"}).status_code == 302


@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_page_opens_in_both_languages(client, manager, language):
    one = make.organisation("Unity", name_uk="Єдність")
    organisations.add_presence(by=manager, organisation=one, place=make.place("UA63"), sector="wash")
    spellings.meet(by=manager, spellings=["Unitty"])
    for name, *args in [("organisations",), ("picture",), ("settle",), ("new",), ("organisation", one.pk), ("edit", one.pk)]:
        response = client.get(address(f"partners:{name}", *args, language=language))
        assert response.status_code == 200, name
        assert "<h1" in response.content.decode()


def test_a_decision_is_one_press_and_the_next_spelling_comes(client, manager):
    rescue = make.organisation("Rescue Now")
    spellings.meet(by=manager, spellings=["Rescue Nov", "Zorya Dubno"])
    page = client.get(address("partners:settle")).content.decode()
    assert "Rescue Nov" in page and 'data-key="1"' in page and f"organisation:{rescue.pk}" in page
    decide = address("partners:decide")
    client.post(decide, {"spelling": "Rescue Nov", "choice": f"organisation:{rescue.pk}"})
    assert queries.recognise("rescue nov") == rescue
    part = client.post(decide, {"spelling": "Zorya Dubno", "choice": "new", "kind": "cso"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and b"<html" not in part.content
    assert queries.recognise("Zorya Dubno").kind == "cso"
    client.post(decide, {"choice": "undo"})
    assert queries.recognise("Zorya Dubno") is None


def test_a_refusal_is_shown_where_the_decision_was_made(client, manager):
    make.organisation("Rescue Now")
    other = make.organisation("Another")
    response = client.post(address("partners:decide"), {"spelling": "Rescue now", "choice": f"organisation:{other.pk}"})
    assert response.status_code == 422
    assert "Rescue Now" in response.content.decode()


def test_a_pasted_list_waits_below(client, manager):
    make.organisation("Rescue Now")
    client.post(address("partners:meet"), {"spellings": "Rescue now\nNew hands\n\nNew Hands\n", "source": "cluster mail"})
    assert [one.spelling for one in queries.waiting(manager)] == ["New hands"]


def test_contacts_are_sealed_shown_on_demand_and_the_look_is_journalled(client, manager):
    one = make.organisation("Unity")
    client.post(address("partners:deed", one.pk, "add-contact"), {"duty": "warehouse", "name": "Олена Прикладна", "phone": "+380000000001"})
    stored = Contact.objects.get()
    assert "Олена".encode() not in bytes(stored.name)
    assert "Олена" not in client.get(address("partners:organisation", one.pk)).content.decode()
    assert "Олена Прикладна" in client.post(address("partners:contacts", one.pk)).content.decode()
    assert Entry.objects.filter(what="contact.seen", subject_id=str(one.pk), by=manager).count() == 1
    client.post(address("partners:deed", one.pk, "remove-contact"), {"one": str(stored.pk)})
    assert not Contact.objects.exists()


def test_a_reporter_sees_contacts_of_their_own_organisation_only(client):
    own, other = make.organisation("Own"), make.organisation("Other")
    for one in (own, other):
        contacts.add_contact(by=None, organisation=one, duty="all", name="Somebody", phone="+380000000002")
    client.force_login(make.user("reporter", at=own))
    assert "Somebody" in client.post(address("partners:contacts", own.pk)).content.decode()
    assert client.post(address("partners:contacts", other.pk)).status_code == 404
    assert client.get(address("partners:settle")).status_code == 404
    assert client.post(address("partners:deed", own.pk, "merge"), {"other": "Other"}).status_code == 404


def test_merge_and_undo_on_the_page(client, manager):
    keep, lose = make.organisation("Keep"), make.organisation("Lose")
    assert client.post(address("partners:deed", lose.pk, "merge"), {"other": "Nobody"}).status_code == 422
    response = client.post(address("partners:deed", lose.pk, "merge"), {"other": "keep"})
    assert response["Location"] == address("partners:organisation", keep.pk)
    client.post(address("partners:deed", lose.pk, "unmerge"))
    assert Organisation.objects.get(pk=lose.pk).merged_into is None


def test_who_works_where_counts_each_organisation_once(client, manager):
    kharkiv, town = make.place("UA63"), make.place("UA6312")
    one, same, other = make.organisation("One"), make.organisation("Same as one"), make.organisation("Other")
    organisations.merge(by=manager, keep=one, lose=same)
    for organisation, place in ((one, kharkiv), (same, town), (other, town)):
        organisations.add_presence(by=manager, organisation=organisation, place=place, sector="wash")
    picture = queries.who_works_where()
    assert picture.cells == {("UA63", "wash"): 2} and picture.organisations == 2
    page = client.get(address("partners:picture", language="en")).content.decode()
    assert re.search(r"2\s+organisations work in 1 areas", page)


def test_the_api_writes_once_and_refuses_in_words(client, manager):
    id = str(uuid.uuid4())
    body = {"id": id, "name": "Unity Hub", "kind": "cso", "roles": ["cso"]}

    def post(data, url="/api/partners/organisations"):
        return client.post(url, json.dumps(data), content_type="application/json")

    assert post(body).json()["id"] == post(body).json()["id"] == id
    assert Organisation.objects.filter(name="Unity Hub").count() == 1
    refused = post({**body, "id": str(uuid.uuid4())})
    assert refused.status_code == 422 and refused.json()["field"] == "name"
    assert post({**body, "kind": "castle"}).status_code == 422
    assert post({"spelling": "Yunity Hab"}, f"/api/partners/organisations/{id}/aliases").status_code == 200
    found = client.get("/api/partners/recognise", {"text": "yunity hab"}).json()
    assert found["organisation"]["id"] == id
    assert client.get("/api/partners/organisations", {"limit": 500}).status_code == 422
    assert client.get("/api/partners/organisations", {"text": "unity"}).json()["items"][0]["roles"] == ["cso"]
    assert client.get(f"/api/partners/organisations/{uuid.uuid4()}").status_code == 404
    assert client.get("/api/partners/where").json()["cells"] == []


def test_the_api_lets_a_viewer_read_and_not_write(client):
    one = make.organisation("Unity")
    client.force_login(make.user("viewer"))
    assert client.get(f"/api/partners/organisations/{one.pk}").status_code == 200
    body = json.dumps({"id": str(uuid.uuid4()), "name": "New"})
    assert client.post("/api/partners/organisations", body, content_type="application/json").status_code == 404
    assert (
        client.post(
            f"/api/partners/organisations/{one.pk}/aliases", json.dumps({"spelling": "U"}), content_type="application/json"
        ).status_code
        == 404
    )
