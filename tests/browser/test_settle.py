"""Settling names of organisations with the keyboard alone, and without JavaScript."""

import csv

import pytest

from oplich.partners import queries
from oplich.partners.actions import spellings
from oplich.partners.models import Organisation
from tests import make

NAMES = ["Norvegian Refugee Counsil", "Rescue Nov", "Zorya Dubno", "невідомо"]


@pytest.fixture
def manager(server):
    made = make.user("information-manager")
    make.organisation("Rescue Now")
    spellings.meet(by=made, spellings=NAMES, source="a cluster's list")
    return made


def test_four_names_are_settled_with_five_keys(server, browser_page, manager):
    page = browser_page(manager, language="en")
    page.goto(f"{server}/en/partners/settle/")
    heading = page.locator("#settle h2").first
    for spelling, key in [("Norvegian Refugee Counsil", "Enter"), ("Rescue Nov", "1"), ("Zorya Dubno", "n")]:
        heading.get_by_text(spelling).wait_for()
        page.keyboard.press(key)
    heading.get_by_text("невідомо").wait_for()
    page.keyboard.press("u")
    heading.get_by_text("Zorya Dubno").wait_for()
    page.keyboard.press("n")
    heading.get_by_text("невідомо").wait_for()
    page.keyboard.press("x")
    page.get_by_text("Every name is recognised").wait_for()
    assert queries.recognise("NRC") == queries.recognise("Norvegian Refugee Counsil")
    assert queries.recognise("rescue nov").name == "Rescue Now"
    assert Organisation.objects.filter(name="Zorya Dubno").exists()
    assert queries.recognise("невідомо") is None


def test_a_name_is_settled_without_javascript(server, browser_page, manager):
    page = browser_page(manager, language="uk", script=False)
    page.goto(f"{server}/uk/partners/settle/")
    page.locator("button[name=choice][data-key='1']").click()
    assert queries.recognise("Norvegian Refugee Counsil") is not None
    assert page.locator("#settle h2").first.inner_text() == "Rescue Nov"


@pytest.mark.shared
def test_the_real_list_is_settled_by_keyboard(server, browser_page, shared_data):
    """128 spellings of the real 3W list: two buttons, then Enter for what is left."""
    with (shared_data / "threeW" / "ebola_3w_activities.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["Organisation"] for row in csv.DictReader(file)]
    user = make.user("information-manager")
    spellings.meet(by=user, spellings=names, source="3W")
    page = browser_page(user, language="en")
    page.goto(f"{server}/en/partners/settle/")
    page.locator("button[value='sure']").click()
    page.locator("button[value='sure']").wait_for(state="detached")
    page.locator("button[value='sure-and-strangers']").click()
    keys = 0
    page.get_by_text("spellings are settled").last.wait_for()
    while waiting := queries.waiting(user):
        page.locator("#settle h2").first.get_by_text(waiting[0].spelling, exact=True).wait_for()
        page.keyboard.press("Enter")
        keys += 1
        page.locator("#settle h2").first.get_by_text(waiting[0].spelling, exact=True).wait_for(state="detached")
    print(f"{keys} keys after two buttons")
    assert keys <= 30
    assert {name for name in names if queries.recognise(name) is None} == {"unknown"}
