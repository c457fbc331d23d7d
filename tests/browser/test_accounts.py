"""The way in, in a real browser."""

import pytest

from tests import make

SIGNED_IN = ["password/change/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "sessions/", "logout/"]


@pytest.fixture
def reporter(transactional_db):
    return make.user("reporter", name="reporter")


@pytest.mark.parametrize("language", ["uk", "en"])
def test_somebody_signs_in_with_the_keyboard_alone_and_is_told_when_it_was_wrong(browser_page, reporter, no_barriers, language):
    page = browser_page(language=language, width=390)
    page.goto(f"/{language}/")
    assert f"/{language}/account/login/" in page.url
    no_barriers(page)
    page.locator("#id_login").focus()
    page.keyboard.type("reporter")
    page.keyboard.press("Tab")
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    page.locator(".faults").wait_for()
    no_barriers(page)
    page.locator("#id_password").fill("a long enough word")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/")
    assert page.locator("nav.below").is_visible()


def test_one_signs_in_without_script(browser_page, reporter):
    page = browser_page(script=False)
    page.goto("/uk/")
    page.locator("#id_login").fill("reporter")
    page.locator("#id_password").fill("a long enough word")
    page.locator("form button.btn-primary").click()
    assert page.locator("nav.side").is_visible()


def test_the_account_pages_have_no_barrier(browser_page, reporter, no_barriers):
    for scheme, language in (("light", "uk"), ("dark", "en")):
        page = browser_page(language=language, scheme=scheme)
        page.goto(f"/{language}/account/login/")
        page.locator("#id_login").fill("reporter")
        page.locator("#id_password").fill("a long enough word")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{language}/")
        for address in SIGNED_IN:
            page.goto(f"/{language}/account/{address}")
            assert page.locator("h1").count() == 1, address
            no_barriers(page)
