"""Every kind of page of a whole Oplich with its demonstration response, found by its own links, in a real browser.

Light and dark, Ukrainian and English, wide and narrow, with and without script: no barrier, no error, no other host, nothing that
sticks out, nothing left in the other language.
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from tests.browser import axe, house, words
from tests.browser.conftest import Watcher
from tests.browser.crawl import walk
from tests.routes import pages


@pytest.fixture(scope="module")
def standing(tmp_path_factory, chromium):
    with house.standing(tmp_path_factory.mktemp("house")) as stands:
        yield stands


@pytest.fixture
def visitor(chromium, standing):
    """Sign in to the house by its own page: visitor("information-manager", language="uk", …) → (page, watcher)."""
    contexts = []

    def enter(name, *, language="uk", width=1440, scheme="light", script=True):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script)
        context.set_default_timeout(60_000)  # the first page after a start reads the boundaries and the facts
        contexts.append(context)
        page = context.new_page()
        watcher = Watcher(standing.origin)
        watcher.look_at(page)
        page.goto(f"{standing.origin}/{language}/account/login/")
        page.locator("#id_login").fill(name)
        page.locator("#id_password").fill(standing.sign_ins[name])
        page.locator("form button.btn-primary").click()
        page.wait_for_url(f"**/{language}/")
        return page, watcher

    yield enter
    for context in contexts:
        context.close()


def someone(standing, *words_of_role):
    """The first demonstration sign-in whose name has one of these words in it."""
    for word in words_of_role:
        for name in standing.sign_ins:
            if word in name:
                return name
    return next(iter(standing.sign_ins))


def test_every_page_is_free_of_barriers_and_faults(standing, visitor):
    """1440 px, light, Ukrainian: as the office sees it."""
    faults, seen = [], set()
    for role in (("manager", "information"), ("operator",), ("protection", "dpo"), ("registrar",)):
        page, watcher = visitor(someone(standing, *role))
        for route, address in walk(page, standing.origin, "/uk/"):
            if route in seen:
                continue
            seen.add(route)
            faults += [f"{address}: {fault}" for fault in axe.barriers(page)]
            faults += [f"{address}: {said}" for said in words.left_in_english(page)]
            if page.locator("h1").count() != 1:
                faults.append(f"{address}: {page.locator('h1').count()} headings of the first rank")
        faults += watcher.complaints
    assert not faults, "\n".join(faults)
    not_met = {route.pattern for route in pages()} - seen - words.NOT_PAGES
    assert len(seen) > 15, seen
    assert not words.really_pages(not_met), f"no link leads to: {sorted(words.really_pages(not_met))}"


def test_every_page_fits_a_phone_in_the_dark_in_english(standing, visitor):
    faults = []
    page, watcher = visitor(someone(standing, "manager", "information"), language="en", width=390, scheme="dark")
    for _route, address in walk(page, standing.origin, "/en/"):
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 390:
            faults.append(f"{address}: {wide} px wide, by {page.evaluate(words.WHO_STICKS_OUT)}")
        faults += [f"{address}: {fault}" for fault in axe.barriers(page)]
    assert not faults + watcher.complaints, "\n".join(faults + watcher.complaints)


def test_every_page_is_there_without_script(standing, visitor):
    faults = []
    page, _watcher = visitor(someone(standing, "manager", "information"), script=False)
    for _route, address in walk(page, standing.origin, "/uk/"):
        if not page.locator("main h1").first.is_visible():
            faults.append(f"{address}: no heading to be seen")
        if page.locator("main").inner_text().strip() == "":
            faults.append(f"{address}: empty")
    assert not faults, "\n".join(faults)


def test_every_page_can_be_walked_with_the_keyboard(standing, visitor):
    """Tab reaches the end of each page without being caught, and what has the focus can be seen."""
    faults = []
    page, _watcher = visitor(someone(standing, "manager", "information"))
    for _route, address in walk(page, standing.origin, "/uk/"):
        stops, same, last = 0, 0, None
        while stops < 40:
            page.keyboard.press("Tab")
            stops += 1
            at = page.evaluate(words.WHERE_FOCUS_IS)
            if at["unseen"]:
                faults.append(f"{address}: the focus cannot be seen at {at['html']}")
                break
            same = same + 1 if at["html"] == last else 0
            if same > (4 if 'type="date"' in at["html"] else 0):  # a day has stops of its own: day, month, year, the picker
                faults.append(f"{address}: Tab stays at {at['html']}")
                break
            last = at["html"]
            if at["html"] == "body":
                break
    assert not faults, "\n".join(faults)


def test_no_page_tells_where_the_session_lies(standing, visitor):
    page, _watcher = visitor(someone(standing, "manager", "information"))
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies[settings.SESSION_COOKIE_NAME]["httpOnly"]
    assert not re.search(cookies[settings.SESSION_COOKIE_NAME]["value"], page.content())
