"""The frame in a real browser."""

import pytest

from tests import make


@pytest.fixture
def manager(transactional_db):
    return make.user("information-manager", name="olena")


def test_home_has_no_barrier_in_either_light(browser_page, manager, no_barriers):
    for scheme in ("light", "dark"):
        page = browser_page(manager, scheme=scheme)
        page.goto("/uk/")
        assert page.locator("html").get_attribute("data-bs-theme") == scheme
        no_barriers(page)


def test_slash_goes_to_the_search_and_enter_searches(browser_page, manager):
    page = browser_page(manager, language="en")
    page.goto("/en/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("nowhere at all")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/search/?q=nowhere+at+all")
    assert "nowhere at all" in page.locator("h1").inner_text()


def test_the_first_tab_leads_past_the_rooms(browser_page, manager):
    page = browser_page(manager)
    page.goto("/uk/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_dark_is_chosen_with_a_press_and_stays(browser_page, manager):
    page = browser_page(manager)
    page.goto("/uk/")
    page.locator("[data-theme-switch] button").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_the_switch_of_light_works_without_script(browser_page, manager):
    page = browser_page(manager, script=False)
    page.goto("/uk/search/?q=ab")
    page.locator("[data-theme-switch] button").click()
    assert page.url.endswith("/uk/search/?q=ab")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_the_account_menu_opens_without_script_and_signs_out(browser_page, manager):
    page = browser_page(manager, script=False)
    page.goto("/uk/")
    page.locator(".top details.menu summary").last.click()
    page.locator(".sheet form button").click()
    page.goto("/uk/")
    assert "/account/login/" in page.url


def test_a_phone_has_its_bar_below_and_nothing_sticks_out(browser_page, manager):
    page = browser_page(manager, width=390, height=800)
    page.goto("/uk/")
    assert page.locator("nav.below").is_visible()
    assert not page.locator("nav.side").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
