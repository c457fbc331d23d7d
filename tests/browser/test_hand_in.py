"""Handing in, in a real browser: faults come back, the marked workbook is corrected and goes in again."""

from __future__ import annotations

import openpyxl
import pytest

from oplich.core import jobs
from oplich.intake.models import Upload
from tests import make
from tests.intake import visits

WORDS = {
    "uk": {
        "choose": "Подати й перевірити",
        "faults": "2 помилки; усього в файлі 3 рядки",
        "returned": "Ваш файл із позначеними помилками",
        "corrected": "Подати виправлений файл",
        "more": "Ще",
        "clean": "3 рядки, без помилок",
        "take": "Прийняти 3 рядки",
        "taken": "Прийнято: нових – 3, замінено – 0, уже було – 0.",
        "withdraw": "Відкликати",
        "back": "Відкликати 3 рядки",
        "withdrawn": "Відкликано",
    },
    "en": {
        "choose": "Hand in and check",
        "faults": "2 faults in 3 lines",
        "returned": "Your workbook with the faults marked",
        "corrected": "Hand in the corrected file",
        "more": "More",
        "clean": "3 lines, no faults",
        "take": "Take in 3 lines",
        "taken": "Taken in: 3 new, 0 replaced, 0 already there.",
        "withdraw": "Withdraw",
        "back": "Take back 3 lines",
        "withdrawn": "Withdrawn",
    },
}


@pytest.fixture(autouse=True)
def one_sheet(settings, transactional_db):
    settings.OPLICH_SHEETS = ["tests.intake.visits.VISITS"]
    visits.LEDGER.clear()


@pytest.fixture
def partner(transactional_db):
    return make.organisation("Rescue Now")


@pytest.fixture
def reporter(partner):
    return make.user("reporter", at=partner, name="reporter")


def save(path, rows, **more):
    path.write_bytes(visits.workbook(rows, **more))
    return path


def send(page, language, path, words):
    page.goto(f"/{language}/intake/hand-in/")
    page.set_input_files("input[type=file]", str(path))
    page.get_by_role("button", name=words["choose"]).click()
    page.wait_for_url("**/intake/*-*-*-*-*/")
    jobs.run_waiting()


def correct(path):
    """What the reporter does at the desk: the two cells with a note are put right."""
    book = openpyxl.load_workbook(path)
    for line in book["Дані"].iter_rows():
        for cell in line:
            if cell.value == "Днiпро-на-річці":
                assert cell.comment
                cell.value = "Дніпро"
            elif cell.value == "колись":
                assert cell.comment
                cell.value = "02.03.2023"
    book.save(path)


@pytest.mark.parametrize("language", ["uk", "en"])
def test_faults_come_back_are_corrected_and_taken_in(browser_page, reporter, no_barriers, tmp_path, language):
    words = WORDS[language]
    page = browser_page(reporter, language=language)
    send(page, language, save(tmp_path / "березень.xlsx", visits.BAD), words)
    # The page looks again by itself until the work is done.
    page.get_by_text(words["faults"]).first.wait_for()
    assert page.get_by_text("Дані!B3").count() and page.get_by_text("Дані!C4").count()
    no_barriers(page)
    with page.expect_download() as coming:
        page.get_by_role("link", name=words["returned"]).click()
    coming.value.save_as(tmp_path / "returned.xlsx")
    correct(tmp_path / "returned.xlsx")
    page.get_by_text(words["more"], exact=True).first.click()
    page.get_by_role("link", name=words["corrected"]).click()
    page.set_input_files("input[type=file]", str(tmp_path / "returned.xlsx"))
    page.get_by_role("button", name=words["choose"]).click()
    page.wait_for_url(lambda url: not url.endswith(("/correct/", "/hand-in/")))
    jobs.run_waiting()
    page.get_by_text(words["clean"]).first.wait_for()
    no_barriers(page)
    page.get_by_role("button", name=words["take"]).click()
    jobs.run_waiting()
    page.get_by_text(words["taken"]).first.wait_for()
    assert len(visits.LEDGER) == 3
    no_barriers(page)
    page.get_by_text(words["more"], exact=True).first.click()
    page.get_by_role("link", name=words["withdraw"]).click()
    page.get_by_role("textbox").last.fill("Подано помилково")
    page.get_by_role("button", name=words["back"]).click()
    page.get_by_text(words["withdrawn"], exact=True).first.wait_for()
    assert visits.LEDGER == {}


def test_it_all_works_without_script(browser_page, reporter, tmp_path):
    page = browser_page(reporter, language="en", script=False)
    words = WORDS["en"]
    send(page, "en", save(tmp_path / "march.xlsx", visits.GOOD), words)
    page.reload()
    page.get_by_text(words["clean"]).first.wait_for()
    page.get_by_role("button", name=words["take"]).click()
    jobs.run_waiting()
    page.reload()
    assert page.get_by_text(words["taken"]).count()


def test_a_dropped_file_is_named_and_one_that_is_too_large_is_refused_before_it_travels(browser_page, reporter, tmp_path, settings):
    settings.OPLICH_UPLOAD_BYTES = 30_000
    page = browser_page(reporter, language="en")
    page.goto("/en/intake/hand-in/")
    drop = """(size) => {
        const moved = new DataTransfer();
        moved.items.add(new File([new Uint8Array(size)], "april.xlsx"));
        document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: moved, bubbles: true, cancelable: true}));
    }"""
    page.evaluate(drop, 2000)
    assert page.get_by_text("april.xlsx · 2 kB").count()
    page.evaluate(drop, 40_000)
    assert page.get_by_text("Split it by month").count()
    assert not Upload.objects.exists()


def test_a_refusal_comes_back_into_the_form(browser_page, reporter, watched, tmp_path):
    page = browser_page(reporter, language="en")
    page.goto("/en/intake/hand-in/")
    watched[0].expected = ("422",)  # the browser notes the refusal on its console
    (tmp_path / "nothing.csv").write_bytes(b"")
    page.set_input_files("input[type=file]", str(tmp_path / "nothing.csv"))
    page.get_by_role("button", name="Hand in and check").click()
    page.get_by_role("alert").wait_for()
    assert "empty" in page.get_by_role("alert").inner_text()


def test_the_columns_of_a_foreign_file_are_matched_with_a_living_preview(browser_page, reporter, no_barriers, tmp_path):
    page = browser_page(reporter, language="en")
    rows = [["Олена Петренко", "Львів", 3], ["Іван Сидоренко", "Харків", 1]]
    page.goto("/en/intake/hand-in/")
    page.set_input_files("input[type=file]", str(save(tmp_path / "foreign.xlsx", rows, header=["Хто", "Де саме", "Скільки"])))
    page.select_option("select[name=sheet]", "visits")
    page.get_by_role("button", name="Hand in and check").click()
    page.wait_for_url("**/intake/*-*-*-*-*/")
    jobs.run_waiting()
    page.get_by_role("link", name="Say what the columns mean").click()
    no_barriers(page)
    page.select_option("#column-A", "name")
    page.select_option("#column-B", "town")
    page.select_option("#column-C", "people")
    page.locator("summary", has_text="The same for every line").click() if not page.locator("#same-day").is_visible() else None
    page.locator("#same-day").fill("2023-03-05")
    page.locator("#same-day").press("Tab")
    preview = page.locator("section[aria-labelledby=preview]")
    preview.get_by_text("kharkiv").or_(preview.get_by_text("Харків")).first.wait_for()
    page.get_by_role("button", name="Read it this way").click()
    page.wait_for_url("**/intake/*-*-*-*-*/")
    jobs.run_waiting()
    page.get_by_text("2 lines, no faults").first.wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_scrolls_sideways_and_none_has_a_barrier(browser_page, reporter, no_barriers, tmp_path, width):
    page = browser_page(reporter, language="uk", width=width)
    send(page, "uk", save(tmp_path / "березень.xlsx", visits.BAD * 3), WORDS["uk"])
    upload = Upload.objects.get()
    for address in ("", "hand-in/", "templates/", f"{upload.pk}/", f"{upload.pk}/faults/", f"{upload.pk}/rows/", f"{upload.pk}/withdraw/"):
        page.goto(f"/uk/intake/{address}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is {wide} px wider than {width}"
        no_barriers(page)
