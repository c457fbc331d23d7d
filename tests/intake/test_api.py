"""The letter box over HTTP: the same deeds, the same refusals."""

import io
import json
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from oplich.core import jobs
from oplich.core.models import Entry
from oplich.intake.models import Upload
from tests import make
from tests.intake import visits

API = "/api/intake"


@pytest.fixture(autouse=True)
def one_sheet(settings, db):
    settings.OPLICH_SHEETS = ["tests.intake.visits.VISITS"]
    visits.LEDGER.clear()


@pytest.fixture
def partner(db):
    return make.organisation("Rescue Now")


@pytest.fixture
def reporter(client, partner):
    user = make.user("reporter", at=partner)
    client.force_login(user)
    return user


def send(client, rows=visits.GOOD, *, name="march.xlsx", **fields):
    body = rows if isinstance(rows, bytes) else visits.workbook(rows)
    return client.post(f"{API}/uploads", {"file": SimpleUploadedFile(name, body), **fields})


def post(client, path, body=None):
    return client.post(f"{API}/{path}", json.dumps(body or {}), content_type="application/json")


def checked(client, rows=visits.GOOD, **fields):
    answer = send(client, rows, **fields)
    assert answer.status_code in (200, 201), answer.text
    jobs.run_waiting()
    return client.get(f"{API}/uploads/{answer.json()['id']}").json()


def test_a_file_goes_in_is_checked_and_taken_in(client, reporter, partner):
    answer = send(client)
    assert answer.status_code == 201
    told = answer.json()
    assert told["working"] and told["state"] == "received" and told["sender"] == "Rescue Now"
    jobs.run_waiting()
    told = client.get(f"{API}/uploads/{told['id']}").json()
    assert (told["state"], told["rows_good"], told["faults_found"], told["working"]) == ("checked", 3, 0, False)
    assert client.get(f"{API}/uploads/{told['id']}/changes").json() == {"new": 3, "replaced": 0, "unchanged": 0, "faulty": 0}
    assert post(client, f"uploads/{told['id']}/accept").json()["working"]
    jobs.run_waiting()
    again = post(client, f"uploads/{told['id']}/accept")
    assert (again.status_code, again.json()["state"], again.json()["rows_new"]) == (200, "accepted", 3)
    assert len(visits.LEDGER) == 3


def test_sending_the_same_again_changes_nothing(client, reporter):
    body, own = visits.workbook(visits.GOOD), str(uuid.uuid4())
    first, same_id, same_file = send(client, body, id=own), send(client, body, id=own), send(client, body, id=str(uuid.uuid4()))
    assert [answer.status_code for answer in (first, same_id, same_file)] == [201, 200, 200]
    assert {answer.json()["id"] for answer in (first, same_id, same_file)} == {own}
    assert Upload.objects.count() == 1


def test_faults_come_with_their_cells_page_by_page(client, reporter):
    told = checked(client, visits.BAD)
    first = client.get(f"{API}/uploads/{told['id']}/faults?limit=1").json()
    second = client.get(f"{API}/uploads/{told['id']}/faults?limit=1&after={first['next']}").json()
    assert second["next"] is None
    found = {(one["sheet"], one["row"], one["letter"]): one for one in first["items"] + second["items"]}
    assert set(found) == {("Дані", 3, "B"), ("Дані", 4, "C")}
    town = found["Дані", 3, "B"]
    assert town["column"] == "town" and town["value"] == "Днiпро-на-річці" and town["words"]


def test_a_fault_in_a_name_does_not_show_the_name(client, reporter):
    told = checked(client, [["Дуже довге ім'я " * 30, "Львів", "28.02.2023", 1]])
    (fault,) = client.get(f"{API}/uploads/{told['id']}/faults").json()["items"]
    assert fault["column"] == "name" and "Дуже довге" not in json.dumps(fault, ensure_ascii=False)


def test_the_marked_workbook_comes_back_and_that_is_journalled(client, reporter):
    told = checked(client, visits.BAD)
    answer = client.get(f"{API}/uploads/{told['id']}/returned")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "Дані" in openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
    assert Entry.objects.filter(what="upload.returned", subject_id=told["id"]).exists()


def test_taking_in_faulty_lines_is_refused_like_on_the_page(client, reporter):
    told = checked(client, visits.BAD)
    refused = post(client, f"uploads/{told['id']}/accept")
    assert refused.status_code == 422 and refused.headers["Content-Type"] == "application/problem+json"
    assert "помилки" in refused.json()["detail"]
    assert post(client, f"uploads/{told['id']}/accept", {"only_good": True}).status_code == 200
    jobs.run_waiting()
    assert len(visits.LEDGER) == 1


def test_withdrawing_needs_a_reason_and_twice_is_once(client, reporter):
    told = checked(client)
    post(client, f"uploads/{told['id']}/accept")
    jobs.run_waiting()
    assert post(client, f"uploads/{told['id']}/withdraw").status_code == 422
    for _ in range(2):
        answer = post(client, f"uploads/{told['id']}/withdraw", {"reason": "A test file"})
        assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert visits.LEDGER == {}
    assert Entry.objects.filter(what="upload.withdrawn", subject_id=told["id"]).count() == 1


def test_a_foreign_file_is_proposed_and_mapped(client, reporter):
    foreign = visits.workbook([["Олена Петренко", "Львів", 3]], ["Хто", "Де саме", "Скільки"])
    told = checked(client, foreign, sheet="visits")
    assert told["state"] == "mapping"
    proposed = client.get(f"{API}/uploads/{told['id']}/proposals").json()
    assert [one["letter"] for one in proposed["columns"]] == ["A", "B", "C"]
    columns = {"name": "Хто", "town": {"letter": "B"}, "people": "Скільки"}
    mapping = {"sheet": "visits", "columns": columns, "constants": {"day": "2023-03-01"}}
    answer = post(client, f"uploads/{told['id']}/mapping", {"mapping": mapping})
    assert answer.status_code == 200, answer.text
    jobs.run_waiting()
    told = client.get(f"{API}/uploads/{told['id']}").json()
    assert (told["state"], told["rows_good"]) == ("checked", 1)


def test_a_mapping_that_makes_no_sense_is_refused_in_words(client, reporter):
    told = checked(client, visits.workbook([["x", 1]], ["foo", "bar"]), sheet="visits")
    for mapping in ({}, {"columns": {"nonsense": "foo"}}, {"columns": []}, {"columns": {"name": "absent"}}, {"matrix": 1}):
        answer = post(client, f"uploads/{told['id']}/mapping", {"mapping": mapping})
        assert answer.status_code == 422 and answer.json()["detail"], mapping
    assert Upload.objects.get().state == "mapping"


def test_templates_are_described_and_downloaded(client, reporter):
    (sheet,) = client.get(f"{API}/templates").json()
    assert sheet["slug"] == "visits"
    assert [(one["name"], one["personal"]) for one in sheet["columns"]][0] == ("name", True)
    for language in ("uk", "en"):
        assert client.get(f"{API}/templates/visits?language={language}").content[:2] == b"PK"
    assert client.get(f"{API}/templates/visits?language=de").status_code == 422
    assert client.get(f"{API}/templates/nothing").status_code == 404


def test_another_organisations_upload_answers_exactly_like_a_missing_one(client, reporter):
    told = checked(client)
    client.force_login(make.user("reporter", at=make.organisation("Somebody Else")))
    for pk in (told["id"], str(uuid.uuid4())):
        answers = [client.get(f"{API}/uploads/{pk}{end}") for end in ("", "/faults", "/changes", "/returned", "/proposals")]
        answers += [post(client, f"uploads/{pk}/{end}") for end in ("accept", "check")]
        answers += [post(client, f"uploads/{pk}/withdraw", {"reason": "x"}), post(client, f"uploads/{pk}/mapping", {"mapping": {}})]
        answers += [send(client, visits.BAD, corrects=pk)]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1
    assert client.get(f"{API}/uploads").json()["items"] == []


def test_handing_in_for_another_organisation_is_as_if_it_did_not_exist(client, reporter):
    other = make.organisation("Somebody Else")
    assert send(client, sender=str(other.pk)).status_code == 404
    assert not Upload.objects.exists()


def test_who_may_only_look_at_figures_finds_nothing_here(client, db):
    client.force_login(make.user("viewer"))
    assert client.get(f"{API}/uploads").status_code == 404
    assert client.get(f"{API}/templates").status_code == 404
    assert send(client).status_code == 404


def test_nobody_unknown_gets_in(client, db):
    assert client.get(f"{API}/uploads").status_code == 401


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=-1", "limit=many", "after=nonsense", "after=%00"])
def test_bounds_of_lists_are_kept(client, reporter, query):
    told = checked(client)
    for path in ("uploads", f"uploads/{told['id']}/faults"):
        answer = client.get(f"{API}/{path}?{query}")
        assert answer.status_code == 422 and answer.json()["detail"]


def test_sending_without_a_file_or_with_nonsense_says_what_is_missing(client, reporter):
    answer = client.post(f"{API}/uploads", {"sheet": "visits"})
    assert answer.status_code == 422 and answer.json()["field"] == "file"
    assert send(client, id="not-a-uuid").status_code == 422
    assert send(client, sheet="no-such-sheet").status_code == 422
    assert send(client, b"").status_code == 422
    assert send(client, sender="Nobody Known").status_code == 422
    assert send(client, name="../../etc/passwd\x00.xlsx").status_code in (201, 422)


def test_characters_that_no_database_holds_are_refused_and_not_a_crash(client, reporter):
    told = checked(client, visits.workbook([["x", 1]], ["foo", "bar"]), sheet="visits")
    assert client.get(f"{API}/uploads?state=%00").status_code == 422
    assert client.get(f"{API}/uploads?sheet=%00").status_code == 422
    assert client.get(f"{API}/uploads/{told['id']}/proposals?worksheet=%00").status_code == 422
    assert send(client, sender="a\x00b").status_code == 422
    assert send(client, sheet="a\x00b").status_code == 422
    assert post(client, f"uploads/{told['id']}/withdraw", {"reason": "a\x00b"}).status_code == 422
    mapping = {"sheet": "visits", "columns": {"name": "foo"}, "constants": {"town": "a\x00", "day": "2023-01-01"}}
    assert post(client, f"uploads/{told['id']}/mapping", {"mapping": mapping}).status_code == 422
    for address in (
        "?state=%00",
        "?sender=%00",
        f"{told['id']}/faults/?column=%00",
        f"{told['id']}/rows/?state=%00",
        f"rows/{2**70}/",
        "?after=%00",
    ):
        assert client.get(f"/uk/intake/{address}").status_code in (302, 400, 404, 422), address
    answer = client.post(f"/uk/intake/{told['id']}/mapping/", {"chosen": "1", "do": "read", "column-A": "name", "same-town": "a\x00"})
    assert answer.status_code in (400, 422)


def test_a_file_larger_than_is_taken_is_413(client, reporter, settings):
    settings.OPLICH_UPLOAD_BYTES = 20_000
    answer = send(client, b"x" * 300_000, name="big.csv")
    assert answer.status_code == 413 and answer.json()["field"] == "file"
    assert not Upload.objects.exists()


def test_every_answer_is_documented(client, reporter):
    paths = client.get("/api/openapi.json").json()["paths"]
    mine = {path: operations for path, operations in paths.items() if path.startswith(API)}
    assert len(mine) == 12
    for operations in mine.values():
        for operation in operations.values():
            assert {"200", "401", "404", "422"} <= set(operation["responses"]) and operation["summary"]
