"""Users, access and tokens, as deeds and on the pages."""

import datetime as dt
import re

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from oplich.core import jobs, permissions, tokens
from oplich.core.models import ApiToken, Entry, Grant, User
from oplich.core.permissions import Scope
from oplich.core.refusal import NotAllowed, Refusal
from oplich.site import health, sign_ins, worker
from oplich.site.office import access
from oplich.site.office.work import matters
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    user = make.user("operator", name="operator")
    user.language = "en"
    user.save(update_fields=["language"])
    return user


@pytest.fixture
def page(operator):
    client = Client()
    client.force_login(operator)
    return client


def test_an_operator_makes_an_account_and_gives_access(operator):
    olena, password = access.add_user(by=operator, username="olena", full_name="Олена")
    assert olena.check_password(password) and not permissions.may(olena, "intake.see")
    access.give(by=operator, user=olena, role="reporter", organisation="7")
    assert permissions.may(olena, "intake.see", at=Scope("7"))
    assert not permissions.may(olena, "intake.see", at=Scope("8"))
    assert list(Entry.objects.order_by("pk").values_list("what", flat=True)) == ["user.added", "access.given"]


def test_access_given_again_changes_how_long_and_not_how_often(operator):
    olena, _password = access.add_user(by=operator, username="olena")
    until = timezone.now() + dt.timedelta(days=3)
    access.give(by=operator, user=olena, role="viewer")
    access.give(by=operator, user=olena, role="viewer", until=until)
    assert Grant.objects.get(user=olena).until == until


def test_access_ends_by_itself_on_its_day(operator, time_machine):
    olena, _password = access.add_user(by=operator, username="olena")
    access.give(by=operator, user=olena, role="viewer", until=timezone.now() + dt.timedelta(days=3))
    assert permissions.may(olena, "places.see")
    time_machine.move_to(timezone.now() + dt.timedelta(days=3, seconds=1))
    assert not permissions.may(User.objects.get(pk=olena.pk), "places.see")


@pytest.mark.parametrize("role", [role for role in settings.OPLICH_ROLES if role != "operator"])
def test_only_an_operator_gives_access(role):
    somebody, olena = make.user(role), make.user("")
    for deed in (
        lambda: access.add_user(by=somebody, username="petro"),
        lambda: access.give(by=somebody, user=olena, role="viewer"),
        lambda: access.close_account(by=somebody, user=olena),
        lambda: access.new_password(by=somebody, user=olena),
        lambda: access.reopen_account(by=somebody, user=olena),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_an_operator_of_one_organisation_gives_access_there_only():
    one, olena = make.user(""), make.user("")
    access.give(by=None, user=one, role="operator", organisation="7")
    access.give(by=one, user=olena, role="viewer", organisation="7")
    for scope in ({"organisation": "8"}, {}):
        with pytest.raises(NotAllowed):
            access.give(by=one, user=olena, role="viewer", **scope)


def test_nobody_gives_access_to_themselves_or_closes_themselves(operator):
    with pytest.raises(access.NotYourself, match="Ask another operator"):
        access.give(by=operator, user=operator, role="data-protection-officer")
    with pytest.raises(access.NotYourself):
        access.close_account(by=operator, user=operator)


def test_the_last_operator_stays(operator):
    grant = Grant.objects.get(user=operator)
    with pytest.raises(access.LastOperator):
        access.end(by=operator, grant=grant)
    with pytest.raises(access.LastOperator):
        access.close_account(by=None, user=operator)
    other = make.user("operator")
    access.end(by=other, grant=grant)
    assert not permissions.may(User.objects.get(pk=operator.pk), "core.users")


def test_refusals_are_told_for_names_roles_and_days(operator):
    make.user("", name="olena")
    for what, match in (
        ({"username": "OLENA"}, "already signs in as “OLENA”"),
        ({"username": "new", "password": "1234"}, "10"),
    ):
        with pytest.raises(Refusal, match=match):
            access.add_user(by=operator, **what)
    with pytest.raises(access.NoSuchRole, match="Choose one from the list"):
        access.give(by=operator, user=User.objects.get(username="olena"), role="king")
    with pytest.raises(Refusal, match="already passed"):
        access.give(by=operator, user=User.objects.get(username="olena"), role="viewer", until=timezone.now())


def test_rights_are_gone_at_once_in_a_session_that_is_open(operator):
    olena = make.user("operator", name="olena")
    client = Client()
    client.force_login(olena)
    assert client.get("/en/office/users/").status_code == 200
    access.end(by=operator, grant=Grant.objects.get(user=olena))
    assert client.get("/en/office/users/").status_code == 404


def test_a_closed_account_is_out_at_once_everywhere(operator):
    olena = make.user("information-manager", name="olena")
    _token, secret = access.make_token(by=olena, name="Power BI", role="information-manager")
    client = Client()
    client.force_login(olena)
    assert client.get("/en/office/me/").status_code == 200
    access.close_account(by=operator, user=olena)
    assert client.get("/en/office/me/").status_code == 302
    assert tokens.user_of(secret) is None
    access.reopen_account(by=operator, user=olena)
    assert tokens.user_of(secret) is None, "a key that was taken back stays so"


def test_a_new_password_ends_the_old_sessions(operator):
    olena = make.user("viewer", name="olena")
    client = Client()
    client.force_login(olena)
    password = access.new_password(by=operator, user=olena)
    assert client.get("/en/office/me/").status_code == 302
    assert Client().login(username="olena", password=password)


def test_a_token_has_no_role_or_place_that_its_user_lacks():
    olena = make.user("reporter", name="olena", area="UA/UA63/")
    for what in ({"role": "operator"}, {"role": "reporter", "area": "UA/UA12/"}, {"role": "king"}):
        with pytest.raises(access.MoreThanYouMay):
            access.make_token(by=olena, name="x", **what)
    _token, secret = access.make_token(by=olena, name="x", role="reporter", area="UA/UA63/UA6312/")
    narrowed = tokens.user_of(secret)
    with pytest.raises(access.MoreThanYouMay):
        access.make_token(by=narrowed, name="y", role="reporter")


def test_the_pages_make_a_user_give_and_end_access(page, operator):
    answer = page.post("/en/office/users/new/", {"username": "olena", "full_name": "Олена", "language": "uk"})
    olena = User.objects.get(username="olena")
    password = re.search(r"<dt>Password</dt><dd><code>([^<]+)", answer.content.decode()).group(1)
    assert olena.check_password(password)
    assert page.post(f"/en/office/users/{olena.pk}/", {"role": "viewer", "until": "2099-01-31"}).status_code == 302
    grant = Grant.objects.get(user=olena)
    assert timezone.localdate(grant.until) == dt.date(2099, 2, 1), "the last day is included"
    assert "Viewer" in page.get(f"/en/office/users/{olena.pk}/").content.decode()
    page.post(f"/en/office/access/{grant.pk}/end/")
    assert not olena.grants.exists()


def test_a_refused_form_comes_back_with_the_words(page, operator):
    answer = page.post("/en/office/users/new/", {"username": "OPERATOR", "language": "uk"})
    assert answer.status_code == 422 and "already signs in" in answer.content.decode()


def test_a_token_is_shown_once(page, operator):
    answer = page.post("/en/office/me/tokens/", {"name": "Power BI", "role": "operator"})
    secret = re.search(r"oplich_[\w-]+", answer.content.decode()).group()
    assert tokens.user_of(secret) == operator
    assert secret not in page.get("/en/office/me/").content.decode()
    page.post(f"/en/office/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert tokens.user_of(secret) is None


def test_the_token_of_another_looks_like_a_missing_one():
    owner, other = make.user("viewer"), make.user("viewer")
    token, _secret = access.make_token(by=owner, name="x", role="viewer")
    client = Client()
    client.force_login(other)
    there = client.post(f"/en/office/tokens/{token.pk}/revoke/")
    missing = client.post("/en/office/tokens/0190a7c0-6f4e-7cc1-8a5b-3f2b7d9f0c11/revoke/")
    assert there.status_code == missing.status_code == 404
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize("path", ["", "users/", "users/new/", "users/1/", "journal/"])
def test_the_office_is_closed_to_the_others(path):
    client = Client()
    client.force_login(make.user("viewer"))
    assert client.get(f"/en/office/{path}").status_code == 404


def test_one_chooses_ones_language(page, operator):
    assert page.post("/en/office/me/", {"language": "uk"})["Location"] == "/uk/office/me/"
    operator.refresh_from_db()
    assert operator.language == "uk"


def test_the_first_operator_is_made_on_the_command_line(capsys):
    call_command("operator", "olena")
    said = capsys.readouterr().out
    password = re.search(r"password (\S+) and", said).group(1)
    assert Client().login(username="olena", password=password)
    assert permissions.may(User.objects.get(), "core.users")


def test_the_demonstrations_sign_ins_are_private_and_printed():
    sign_ins.keep([("olena", "a-word", "Information manager"), ("petro", "another", "Reporter")])
    assert sign_ins.path().stat().st_mode & 0o077 == 0
    assert sign_ins.lines()[1].split() == ["olena", "a-word", "Information", "manager"]
    sign_ins.path().unlink()
    assert sign_ins.lines() == []


def test_no_address_is_kept_of_anybody_who_signs_in(client):
    make.user("viewer", name="olena")
    answer = client.post("/en/account/login/", {"login": "olena", "password": "a long enough word"}, REMOTE_ADDR="203.0.113.77")
    assert answer.status_code == 302
    kept = UserSession.objects.get()
    assert "203.0.113.77" not in str(kept.ip) and str(kept.ip).startswith("fd")


def test_guessing_passwords_is_slowed_down(client):
    cache.clear()
    make.user("viewer", name="olena")
    for _n in range(25):
        answer = client.post("/en/account/login/", {"login": "olena", "password": "wrong"}, REMOTE_ADDR="203.0.113.77")
    assert answer.status_code == 429 or "attempts" in answer.content.decode().lower()
    answer = client.post("/en/account/login/", {"login": "olena", "password": "a long enough word"}, REMOTE_ADDR="203.0.113.77")
    assert answer.status_code != 302, "the right word does not help either, for a while"
    cache.clear()


def test_work_that_failed_waits_for_whoever_asked_for_it_and_is_not_shown_to_others(operator):
    olena, petro = make.user("viewer"), make.user("viewer")
    jobs.ask(by=olena, path="tests.core.errands.break_down", title="Monthly report")
    jobs.run_waiting()
    (matter,) = matters(olena)
    assert "Monthly report" in str(matter.title) and matters(petro) == []


def test_an_operator_hears_that_the_house_is_not_well(operator, monkeypatch):
    worker.beat()
    assert matters(operator) == []
    monkeypatch.setattr(health, "BEAT", -1)
    assert [str(one.title) for one in matters(operator)] == ["The house is not well"]
    assert matters(make.user("viewer")) == []
