"""A real Chromium on a real port. A page that writes an error, breaks the content rules or asks another host fails its test.

`server` serves the test's own database; `browser_page(user, language=…, width=…, scheme=…, script=…)` opens a signed-in page.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import axe

# Playwright's blocking interface runs a loop in this thread; Django would otherwise refuse its database here.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
QUIET += ["--disable-default-apps", "--no-first-run", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Browser:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium here, and CI demands it (make system)")
        pytest.skip("there is no Chromium here (make system)")
    built = HERE.parents[1] / "src/oplich/site/static/built/app.css"
    if not built.exists():
        pytest.fail("the pages' styles are not built: make frontend")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def server(transactional_db, live_server) -> str:
    """The address of the application on the test's own database."""
    return live_server.url


class Watcher:
    """What a page did that it should not."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()

    def look_at(self, page: Page) -> None:
        page.on("console", lambda said: said.type == "error" and self.note(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.note(f"script: {error}"))
        page.on("request", lambda request: self.note(f"another host: {request.url}") if self.foreign(request.url) else None)

    def foreign(self, url: str) -> bool:
        return url.startswith(("http", "ws")) and not url.startswith(self.origin)

    def note(self, complaint: str) -> None:
        if not any(words in complaint for words in self.expected):
            self.complaints.append(complaint)


@pytest.fixture
def watched():
    """Watchers of every page of this test; read at its end. `watched[0].expected` names what this test means to provoke."""
    watchers: list[Watcher] = []
    yield watchers
    complaints = [complaint for watcher in watchers for complaint in watcher.complaints]
    assert not complaints, "\n".join(complaints)


def sign_in(context, origin: str, user) -> None:
    """Give the context the session of somebody who has signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": origin}]
    )


@pytest.fixture
def browser_page(chromium, server, watched):
    """Open a page as somebody (or nobody): browser_page(user, language="uk", width=1440, scheme="light", script=True)."""
    contexts = []

    def open_page(user=None, *, language="uk", width=1440, height=900, scheme="light", script=True) -> Page:
        context = chromium.new_context(
            base_url=server,
            locale="uk-UA" if language == "uk" else "en-GB",
            timezone_id="Europe/Kyiv",
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=script,
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        if user is not None:
            sign_in(context, server, user)
        page = context.new_page()
        watcher = Watcher(server)
        watcher.look_at(page)
        watched.append(watcher)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def no_barriers():
    """no_barriers(page): nothing serious or critical is found by axe."""
    return axe.no_barriers
