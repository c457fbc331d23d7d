"""The whole story in a real browser: a partner's list, its faults, the corrected workbook, and people reached changes."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.management import call_command

from oplich.core import jobs
from oplich.intake.models import Upload
from oplich.reporting import facts
from tests import make

HEAD = ["Прізвище", "Ім'я", "Дата народження", "Стать", "Телефон", "Місце", "Сектор", "Дата", "Згода"]
ROWS = [
    ["Зразкова", "Олена", "12.03.1984", "ж", "+380501110001", "UA6312027", "WASH", "05.01.2023", "так"],
    ["Зразковий", "Петро", "01.07.1979", "ч", "+380501110002", "UA6312027", "WASH", "05.01.2023", "так"],
    ["Зразкова", "Марія", "30.11.2015", "ж", "+380501110001", "UA6312027", "Health", "06.02.2023", "так"],
    ["Зразкова", "Ганна", "12.03.1961", "ж", "+380501110004", "UA6312027", "WASH", "45.02.2023", "так"],
]
WORDS = {
    "uk": ["Подати й перевірити", "1 помилка; усього в файлі 4 рядки", "Ваш файл із позначеними помилками", "Ще", "Подати виправлений файл"]
    + ["4 рядки, без помилок", "Прийняти 4 рядки", "Прийнято: нових – 4", "Подивитися, скільки людей охоплено"],
    "en": ["Hand in and check", "1 fault in 4 lines", "Your workbook with the faults marked", "More", "Hand in the corrected file"]
    + ["4 lines, no faults", "Take in 4 lines", "Taken in: 4 new", "See people reached"],
}


@pytest.fixture
def manager(transactional_db):
    make.place("UA6312027", name_uk="Харківська", name_en="Kharkivska")
    call_command("load_sectors", verbosity=0)
    make.organisation("Rescue Now")
    facts.refresh(force=True)
    return make.user("information-manager", name="olena")


def total(page) -> int:
    """The number in the sentence that answers “Who was reached?”."""
    rows = page.locator("tfoot td.num strong")
    return int("".join(filter(str.isdigit, rows.first.inner_text()))) if rows.count() else 0


def corrected(path):
    book = openpyxl.load_workbook(path)
    (cell,) = [cell for line in book.worksheets[0].iter_rows() for cell in line if cell.value == "45.02.2023"]
    assert cell.comment, "the fault stands in its cell"
    cell.value = "25.02.2023"
    book.save(path)
    return str(path)


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_corrected_list_changes_people_reached(browser_page, manager, no_barriers, tmp_path, language):
    send, faults, returned, more, again, clean, take, taken, see = WORDS[language]
    page = browser_page(manager, language=language)
    figure = f"/{language}/reports/reached/?from=2023-01-01&to=2023-03-31&within=UA&by=oblast"
    page.goto(figure)
    before = total(page)
    book = openpyxl.Workbook()
    for row in [HEAD, *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "january.xlsx")
    # Hand in on a partner's behalf, in a spelling of its own; the faults come back.
    page.goto(f"/{language}/intake/hand-in/")
    page.set_input_files("input[type=file]", str(tmp_path / "january.xlsx"))
    page.locator("input[name=sender]").fill("rescue now")
    page.get_by_role("button", name=send).click()
    page.wait_for_url("**/intake/*-*-*-*-*/")
    jobs.run_waiting()
    page.get_by_text(faults).first.wait_for()
    assert Upload.objects.get().sender == "Rescue Now"
    no_barriers(page)
    # Take the marked workbook, correct the cell, hand it in again.
    with page.expect_download() as coming:
        page.get_by_role("link", name=returned).click()
    coming.value.save_as(tmp_path / "returned.xlsx")
    page.get_by_text(more, exact=True).first.click()
    page.get_by_role("link", name=again).click()
    page.set_input_files("input[type=file]", corrected(tmp_path / "returned.xlsx"))
    page.get_by_role("button", name=send).click()
    page.wait_for_url(lambda url: not url.endswith(("/correct/", "/hand-in/")))
    jobs.run_waiting()
    page.get_by_text(clean).first.wait_for()
    # Nothing counts until it is taken in; then the figure follows.
    facts.refresh()
    page.get_by_role("button", name=take).click()
    jobs.run_waiting()
    page.get_by_text(taken).first.wait_for()
    facts.refresh()
    page.get_by_role("link", name=see).click()
    page.wait_for_url("**/reports/reached/**")
    no_barriers(page)
    page.goto(figure)
    assert (before, total(page)) == (0, 4)


def test_every_name_stays_out_of_the_pages(browser_page, manager, tmp_path):
    """Somebody who reports, but may not see people, finds no name on any page of the file."""
    reporter = make.user("reporter", at=make.organisation("Second Hands"), name="reporter")
    page = browser_page(reporter, language="uk")
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in [HEAD, *ROWS]:
        book.active.append(row)
    book.save(out)
    page.goto("/uk/intake/hand-in/")
    page.set_input_files("input[type=file]", {"name": "list.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()})
    page.get_by_role("button", name=WORDS["uk"][0]).click()
    page.wait_for_url("**/intake/*-*-*-*-*/")
    jobs.run_waiting()
    upload = Upload.objects.get()
    for address in ("", "faults/", "rows/", "?names=shown", "rows/?names=shown"):
        page.goto(f"/uk/intake/{upload.pk}/{address}")
        said = page.content()
        assert "•••" in said or "faults" in address
        assert not [name for name in ("Зразков", "Олена", "+38050", "380501110") if name in said], address
