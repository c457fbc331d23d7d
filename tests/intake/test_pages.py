"""Handing in, as a person sees it."""

import io
import re
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from oplich.core import jobs
from oplich.core.models import Entry
from oplich.intake.models import Row, Upload
from tests import make
from tests.intake import visits


@pytest.fixture(autouse=True)
def one_sheet(settings, db):
    settings.OPLICH_SHEETS = ["tests.intake.visits.VISITS"]
    visits.LEDGER.clear()


@pytest.fixture
def partner(db):
    return make.organisation("Rescue Now")


@pytest.fixture
def reporter(partner):
    return make.user("reporter", at=partner, name="reporter")


@pytest.fixture
def manager(db):
    return make.user("information-manager", name="manager")


def sent(rows, name="march.xlsx", **more):
    body = visits.workbook(rows, **more) if not isinstance(rows, bytes) else rows
    return SimpleUploadedFile(name, body)


def hand_in(client, rows, sender, name="march.xlsx", **more):
    """Hand in through the form, have it checked, and give back the upload."""
    answer = client.post("/en/intake/hand-in/", {"file": sent(rows, name), "sheet": "", "sender": sender, **more})
    assert answer.status_code == 302, answer.text
    jobs.run_waiting()
    return Upload.objects.get(pk=re.search(r"intake/([0-9a-f-]{36})/", answer.url)[1])


def words_of(answer) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ")


def test_a_reporter_hands_in_for_the_own_organisation_and_no_other(client, reporter, partner):
    client.force_login(reporter)
    page = client.get("/uk/intake/hand-in/")
    assert f'<option value="{partner.pk}"' in page.text and "Rescue Now" in page.text
    other = make.organisation("Somebody Else")
    refused = client.post("/uk/intake/hand-in/", {"file": sent(visits.GOOD), "sender": str(other.pk)})
    assert refused.status_code == 422
    assert not Upload.objects.exists()


def test_a_clean_file_says_what_would_change_and_is_taken_in(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.GOOD, partner.pk)
    assert (upload.state, upload.organisation, upload.sender) == ("checked", str(partner.pk), "Rescue Now")
    page = words_of(client.get(f"/en/intake/{upload.pk}/"))
    assert "3 lines, no faults" in page and "New 3" in page and "Take in 3 lines" in page
    assert client.post(f"/en/intake/{upload.pk}/accept/").status_code == 302
    jobs.run_waiting()
    assert len(visits.LEDGER) == 3
    assert "Taken in: 3 new, 0 replaced, 0 already there" in words_of(client.get(f"/en/intake/{upload.pk}/"))


def test_faults_are_told_at_their_cells_and_grouped(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.BAD, partner.pk)
    page = words_of(client.get(f"/en/intake/{upload.pk}/"))
    assert "2 faults in 3 lines" in page
    assert "Дані!B3" in page and "Дані!C4" in page
    assert "Днiпро-на-річці" in page and "колись" in page
    every = words_of(client.get(f"/en/intake/{upload.pk}/faults/?column=day"))
    assert "Дані!C4" in every and "Дані!B3" not in every


def test_the_good_lines_can_be_taken_in_and_the_others_stay(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.BAD, partner.pk)
    refused = client.post(f"/en/intake/{upload.pk}/accept/")
    assert refused.status_code == 422 and "Some lines have faults" in refused.text
    client.post(f"/en/intake/{upload.pk}/accept/", {"only_good": "1"})
    jobs.run_waiting()
    assert len(visits.LEDGER) == 1


def test_the_workbook_comes_back_with_the_faults_marked_and_goes_in_again(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.BAD, partner.pk)
    answer = client.get(f"/en/intake/{upload.pk}/returned.xlsx")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert Entry.objects.filter(what="upload.returned", subject_id=str(upload.pk)).count() == 1
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["Дані"]
    faulty = {cell.coordinate: cell for line in sheet.iter_rows() for cell in line if cell.comment}
    values = {str(cell.value): cell for cell in faulty.values()}
    assert {"Днiпро-на-річці", "колись"} <= set(values)
    values["Днiпро-на-річці"].value, values["колись"].value = "Дніпро", "02.03.2023"
    out = io.BytesIO()
    book.save(out)
    again = hand_in(client, out.getvalue(), partner.pk, "march – corrected.xlsx", corrects=str(upload.pk))
    assert (again.corrects_id, again.faults_found, again.rows_good) == (upload.pk, 0, 3)
    assert "march – corrected.xlsx" in client.get(f"/en/intake/{upload.pk}/").text
    client.post(f"/en/intake/{again.pk}/accept/")
    jobs.run_waiting()
    assert len(visits.LEDGER) == 3


def test_names_are_hidden_until_somebody_who_may_asks_and_the_look_is_written_down(client, reporter, manager, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.GOOD, partner.pk)
    assert "Олена Петренко" not in client.get(f"/uk/intake/{upload.pk}/?names=shown").text
    assert not Entry.objects.filter(what="upload.names_seen").exists()
    client.force_login(manager)
    assert "Олена Петренко" not in client.get(f"/uk/intake/{upload.pk}/").text
    assert "Олена Петренко" in client.get(f"/uk/intake/{upload.pk}/?names=shown").text
    assert Entry.objects.filter(what="upload.names_seen", subject_id=str(upload.pk), by=manager).count() == 1


def test_the_file_itself_can_be_had_back_byte_for_byte_by_who_may_and_that_is_written_down(client, reporter, partner):
    client.force_login(reporter)
    body = visits.workbook(visits.GOOD)
    upload = hand_in(client, body, partner.pk, "березень «1».xlsx")
    answer = client.get(f"/uk/intake/{upload.pk}/kept/")
    assert b"".join(answer.streaming_content) == body
    assert "filename*=UTF-8''%D0%B1%D0%B5%D1%80%D0%B5%D0%B7%D0%B5%D0%BD%D1%8C" in answer.headers["Content-Disposition"]
    assert Entry.objects.filter(what="upload.file_taken", subject_id=str(upload.pk), by=reporter).count() == 1
    client.force_login(make.user("reporter", at=make.organisation("Somebody Else")))
    assert client.get(f"/uk/intake/{upload.pk}/kept/").status_code == 404


def test_the_same_file_again_leads_to_the_same_upload(client, reporter, partner):
    client.force_login(reporter)
    body = visits.workbook(visits.GOOD)
    assert hand_in(client, body, partner.pk).pk == hand_in(client, body, partner.pk, "other name.xlsx").pk
    assert Upload.objects.count() == 1


def test_withdrawing_asks_why_and_takes_back(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.GOOD, partner.pk)
    client.post(f"/en/intake/{upload.pk}/accept/")
    jobs.run_waiting()
    page = client.get(f"/en/intake/{upload.pk}/withdraw/")
    assert "Take back 3 lines" in words_of(page)
    assert client.post(f"/en/intake/{upload.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert client.post(f"/en/intake/{upload.pk}/withdraw/", {"reason": "Handed in twice by mistake"}).status_code == 302
    assert visits.LEDGER == {}
    upload.refresh_from_db()
    assert upload.state == "withdrawn"


def test_a_line_testifies_by_itself(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.GOOD, partner.pk)
    row = Row.objects.filter(upload=upload).order_by("pk").first()
    page = words_of(client.get(f"/en/intake/rows/{row.pk}/"))
    assert "Line 2 of “march.xlsx”" in page and "Rescue Now" in page and "•••" in page and "Олена" not in page
    assert upload.sha256 in page


def test_anothers_upload_answers_like_a_missing_one(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.GOOD, partner.pk)
    row = Row.objects.filter(upload=upload).first()
    stranger = make.user("reporter", at=make.organisation("Somebody Else"))
    client.force_login(stranger)
    for end in ("", "faults/", "rows/", "mapping/", "correct/", "withdraw/", "changes/", "kept/", "returned.xlsx"):
        own, missing = client.get(f"/uk/intake/{upload.pk}/{end}"), client.get(f"/uk/intake/{uuid.uuid4()}/{end}")
        assert own.status_code == missing.status_code == 404
    for end in ("accept/", "check/", "withdraw/"):
        assert client.post(f"/uk/intake/{upload.pk}/{end}", {"reason": "x"}).status_code == 404
    assert client.get(f"/uk/intake/rows/{row.pk}/").status_code == 404
    assert "march.xlsx" not in client.get("/uk/intake/").text


def test_a_file_larger_than_is_taken_is_refused_in_words(client, reporter, partner, settings):
    settings.OPLICH_UPLOAD_BYTES = 20_000
    client.force_login(reporter)
    answer = client.post("/en/intake/hand-in/", {"sender": str(partner.pk), "file": SimpleUploadedFile("big.csv", b"x" * 200_000)})
    assert answer.status_code == 413 and "Split it by month" in answer.text
    assert not Upload.objects.exists()


def test_an_empty_form_says_what_is_missing(client, manager):
    client.force_login(manager)
    answer = client.post("/en/intake/hand-in/", {"sender": "Nobody Ever Heard Of"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text and "Nobody is known as “Nobody Ever Heard Of”" in answer.text


def test_the_list_is_filtered_and_says_when_nothing_fits(client, manager, partner):
    client.force_login(manager)
    hand_in(client, visits.GOOD, "Rescue Now")
    assert "march.xlsx" in client.get("/en/intake/?state=checked&sender=rescue").text
    nothing = client.get("/en/intake/?state=accepted")
    assert "march.xlsx" not in nothing.text and "Nothing fits" in nothing.text


def test_templates_explain_every_column_and_can_be_downloaded(client, reporter):
    client.force_login(reporter)
    page = client.get("/en/intake/templates/")
    for column in visits.VISITS.columns:
        assert column.title in page.text and column.hxl in page.text
    for language in ("uk", "en"):
        answer = client.get(f"/uk/intake/templates/visits/{language}.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        texts = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value}
        assert "#adm3+name" in texts
    assert client.get("/uk/intake/templates/visits/de.xlsx").status_code == 404
    assert client.get("/uk/intake/templates/nothing/uk.xlsx").status_code == 404


def test_a_filled_in_template_is_read_without_a_question(client, reporter, partner):
    client.force_login(reporter)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/uk/intake/templates/visits/uk.xlsx").content))
    sheet = book.worksheets[0]
    where = {str(cell.value): cell for line in sheet.iter_rows() for cell in line if cell.value}
    last = sheet.max_row + 1
    for title, value in zip(visits.HEADER, visits.GOOD[0], strict=True):
        cell = next(cell for text, cell in where.items() if text.startswith(title))
        sheet.cell(row=last, column=cell.column, value=value)
    out = io.BytesIO()
    book.save(out)
    upload = hand_in(client, out.getvalue(), partner.pk, "filled.xlsx")
    assert (upload.state, upload.rows_read, upload.faults_found) == ("checked", 1, 0)


def test_a_foreign_file_is_matched_column_by_column_and_remembered(client, reporter, partner):
    client.force_login(reporter)
    foreign = visits.workbook(
        [["A-1", "Олена Петренко", "Львів", 3], ["A-2", "Іван Сидоренко", "Харків", 1]], ["№", "Хто", "Де саме", "Скільки"]
    )
    upload = hand_in(client, foreign, partner.pk, "foreign.xlsx", sheet="visits")
    assert upload.state == "mapping"
    page = client.get(f"/en/intake/{upload.pk}/mapping/")
    assert "Де саме" in page.text and "Leave out" in page.text
    choices = {"chosen": "1", "sheet": "visits", "column-B": "name", "column-C": "town", "column-D": "people", "same-day": "2023-03-05"}
    looked = client.post(f"/en/intake/{upload.pk}/mapping/", {**choices, "do": "look"})
    assert "Харків" in looked.text
    read = client.post(f"/en/intake/{upload.pk}/mapping/", {**choices, "do": "read"})
    assert read.status_code == 302, words_of(read)
    jobs.run_waiting()
    upload.refresh_from_db()
    assert (upload.state, upload.rows_good, upload.faults_found) == ("checked", 2, 0)
    second = visits.workbook([["A-9", "Петро Мельник", "Дніпро", 5]], ["№", "Хто", "Де саме", "Скільки"])
    assert hand_in(client, second, partner.pk, "april.xlsx", sheet="visits").state == "checked"


def test_a_mapping_that_says_too_little_is_refused_in_words(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.workbook([["x", 1]], ["foo", "bar"]), partner.pk, "odd.xlsx", sheet="visits")
    answer = client.post(f"/en/intake/{upload.pk}/mapping/", {"chosen": "1", "sheet": "visits", "column-A": "name", "do": "read"})
    assert answer.status_code == 422 and "Not yet" in answer.text


def test_who_may_only_look_sees_no_button_that_changes_anything(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.GOOD, partner.pk)
    client.force_login(make.user("data-protection-officer"))
    page = client.get(f"/en/intake/{upload.pk}/")
    assert page.status_code == 200 and "Take in" not in page.text and "Withdraw" not in page.text
    assert client.post(f"/en/intake/{upload.pk}/accept/").status_code == 404
    assert client.get("/en/intake/hand-in/").status_code == 404


def test_pages_speak_ukrainian(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, visits.BAD, partner.pk)
    page = words_of(client.get(f"/uk/intake/{upload.pk}/"))
    assert "2 помилки; усього в файлі 3 рядки" in page
    for address in ("", "hand-in/", "templates/", f"{upload.pk}/faults/", f"{upload.pk}/rows/", f"{upload.pk}/withdraw/"):
        assert client.get(f"/uk/intake/{address}").status_code == 200


def test_why_a_file_was_refused_is_told_in_the_language_of_the_page(client, reporter, partner):
    client.force_login(reporter)
    upload = hand_in(client, bytes(range(256)) * 20, str(partner.pk), name="broken.xlsx")
    assert upload.state == "refused"
    assert "Це не таблиця" in client.get(f"/uk/intake/{upload.pk}/").content.decode()
    english = client.get(f"/en/intake/{upload.pk}/").content.decode()
    assert "This is not a table" in english and "Це не таблиця" not in english
