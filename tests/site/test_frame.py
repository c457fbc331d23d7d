"""The frame of every page."""

import pytest

from oplich.core.models import Grant, User


@pytest.fixture
def manager(db):
    user = User.objects.create_user("manager", password="a long and quiet river", full_name="Олена Іванова")
    Grant.objects.create(user=user, role="information-manager")
    return user


@pytest.fixture
def page(client, manager):
    client.force_login(manager)
    return client


def test_the_home_page_says_what_needs_me(page):
    answer = page.get("/uk/")
    assert answer.status_code == 200
    assert 'lang="uk"' in answer.text


def test_switching_the_language_keeps_the_page_and_its_query(page):
    answer = page.get("/uk/search/?q=Dnipro")
    assert 'href="/en/search/?q=Dnipro"' in answer.text


def test_nobody_unknown_sees_the_home_page(client, db):
    assert client.get("/uk/").status_code == 302


def test_light_or_dark_is_remembered_and_never_leads_away(page):
    answer = page.post("/uk/light/", {"theme": "dark", "next": "//elsewhere.example/"})
    assert answer.url == "/"
    assert 'data-bs-theme="dark"' in page.get("/uk/").text


def test_a_missing_page_helps_in_the_language_of_its_address(page):
    answer = page.get("/en/no/such/page/")
    assert answer.status_code == 404
    assert "may open" in answer.text


def test_robots_are_turned_away(client, db):
    assert "Disallow: /" in client.get("/robots.txt").text
