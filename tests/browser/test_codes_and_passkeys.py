"""A second key to the door, in a real browser under our content rules: time-based codes, recovery codes, and a passkey alone."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from tests import make


@pytest.fixture
def reporter(transactional_db):
    cache.clear()
    return make.user("reporter", name="reporter")


def sign_in(page, then="**/en/"):
    page.goto("/en/account/login/")
    page.locator("#id_login").fill("reporter")
    page.locator("#id_password").fill("a long enough word")
    page.locator("#id_password").press("Enter")
    page.wait_for_url(then)


def open_guarded(page, address: str):
    """Pages that change how one signs in ask for the password once more."""
    page.goto(address)
    assert "/reauthenticate/" in page.url
    page.locator("[name=password]").fill("a long enough word")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"**{address}**")


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_time_based_code_then_a_recovery_code_open_the_door(browser_page, reporter):
    page = browser_page(language="en")
    sign_in(page)
    open_guarded(page, "/en/account/2fa/totp/activate/")
    secret = re.search(r"\b[A-Z2-7]{32}\b", page.content()).group()
    page.locator("[name=code]").fill(code_now(secret))
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/2fa/recovery-codes/**")
    page.goto("/en/account/2fa/recovery-codes/")
    recovery = re.findall(r"\b[0-9a-f]{8}\b", page.content())[0]
    cache.clear()

    again = browser_page(language="en")
    sign_in(again, "**/2fa/authenticate/**")
    again.goto("/en/reports/")
    assert "/2fa/authenticate/" in again.url, "the password alone opens nothing"
    again.locator("[name=code]").fill(recovery)
    again.locator("[name=code]").press("Enter")
    again.wait_for_function("!location.pathname.includes('/account/')")
    assert again.locator("nav.side").is_visible()

    once_more = browser_page(language="en")
    sign_in(once_more, "**/2fa/authenticate/**")
    once_more.locator("[name=code]").fill(recovery)
    once_more.locator("[name=code]").press("Enter")
    once_more.wait_for_load_state()
    assert "authenticate" in once_more.url, "a recovery code opens once"


def test_a_passkey_alone_opens_the_door(browser_page, reporter):
    page = browser_page(language="en")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page)
    open_guarded(page, "/en/account/2fa/webauthn/add/")
    page.locator("[name=name]").fill("My laptop")
    passwordless = page.locator("[name=passwordless]")
    if passwordless.count():
        passwordless.check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/2fa/**")
    page.wait_for_function("!location.pathname.endsWith('/add/')")
    page.context.clear_cookies()
    page.goto("/en/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/en/")
    assert page.locator("nav.side").is_visible()
