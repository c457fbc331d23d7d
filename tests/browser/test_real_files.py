"""Two files as they were really published, matched column by column in a real browser."""

from __future__ import annotations

import openpyxl
import pytest
from django.core.management import call_command
from django.db.models import Sum

from oplich.assistance.models import Assistance
from oplich.core import jobs
from oplich.intake.models import Upload
from tests import make
from tests.intake.test_real_files import OBLASTS

pytestmark = pytest.mark.shared


@pytest.fixture
def manager(transactional_db, settings):
    settings.OPLICH_SHEETS = ["oplich.assistance.sheets.ACTIVITIES", "oplich.partners.sheets.ORGANISATIONS"]
    for oblast in OBLASTS:
        make.place(f"UA{oblast}")
    call_command("load_sectors", verbosity=0)
    return make.user("information-manager", name="olena")


def hand_in(page, path, sheet):
    page.goto("/en/intake/hand-in/")
    page.set_input_files("input[type=file]", str(path))
    page.select_option("select[name=sheet]", sheet)
    page.get_by_role("button", name="Hand in and check").click()
    page.wait_for_url("**/intake/*-*-*-*-*/")
    jobs.run_waiting()
    return Upload.objects.get()


def read_it(page):
    page.get_by_role("button", name="Read it this way").click()
    page.wait_for_url("**/intake/*-*-*-*-*/")
    jobs.run_waiting()


def test_the_3w_is_read_as_oblasts_by_clusters(browser_page, manager, no_barriers, shared_data):
    page = browser_page(manager, language="en")
    upload = hand_in(page, shared_data / "threeW/Data__Ukraine_3W_Round_4_2022-03-31.xlsx", "activities")
    page.goto(f"/en/intake/{upload.pk}/mapping/")
    page.select_option("#worksheet", "People_Reached_by_Oblast")
    page.get_by_role("button", name="Look at this one").click()
    page.wait_for_url("**worksheet=People_Reached_by_Oblast**")
    assert [page.locator(f"#column-{letter}").input_value() for letter in "DEFGHIJ"] == ["*"] * 7
    assert (page.locator("#matrix-header").input_value(), page.locator("#matrix-cell").input_value()) == ("sector", "people")
    no_barriers(page)
    preview = page.locator("section[aria-labelledby=preview]")
    assert preview.locator(".intake-faulty").count()  # it says nowhere when
    page.locator("#same-month").fill("03.2022")
    page.locator("#same-month").press("Tab")
    preview.locator("td:not(.intake-faulty)", has_text="March 2022").first.wait_for()
    assert not preview.locator(".intake-faulty").count()
    read_it(page)
    page.get_by_role("button", name="Take in 126 lines").click()
    jobs.run_waiting()
    page.get_by_text("Taken in: 126 new").first.wait_for()
    sheet = openpyxl.load_workbook(shared_data / "threeW/Data__Ukraine_3W_Round_4_2022-03-31.xlsx")["People_Reached_by_Oblast"]
    in_the_file = sum(line[4].value or 0 for line in sheet.iter_rows(min_row=2))
    assert Assistance.objects.in_force().filter(sector="food-security").aggregate(people=Sum("headcount"))["people"] == in_the_file


def test_the_ebola_rows_are_read_whole(browser_page, manager, shared_data):
    page = browser_page(manager, language="en")
    upload = hand_in(page, shared_data / "threeW/ebola_3w_activities.csv", "organisations")
    page.goto(f"/en/intake/{upload.pk}/mapping/")
    for letter, meaning in {"A": "", "B": "", "C": "name", "D": "", "E": "", "F": "kind"}.items():
        page.select_option(f"#column-{letter}", meaning)
    page.locator("summary", has_text="Several in one cell, and lines that repeat").click()
    page.get_by_label("Lines that repeat another are facts of their own, not a slip").check()
    page.wait_for_load_state("networkidle")
    read_it(page)
    page.get_by_text("1,201 lines, no faults").first.wait_for()
