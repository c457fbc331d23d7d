"""Who gets what at every address: every page × every role × {own, another partner's, erased, missing}.

The addresses come from the URL plan, so a page that nobody described in tests/matrix.py fails the first test. What may not be opened
must look exactly like what does not exist; nothing answers with a breakdown; nobody reads outside their grant.
"""

import re
import uuid

import pytest
from django.db import transaction
from django.test import Client

from oplich.core import permissions
from oplich.core.models import User
from oplich.core.permissions import Scope
from oplich.places.models import Place
from tests import make, routes, world
from tests.matrix import PAGES

pytestmark = pytest.mark.django_db(transaction=True)
OWN_AREA = "UA/UA63/"


def value_of(side, name: str) -> tuple[dict, object]:
    """What fills the address for a kind of record, and the record whose scope decides."""
    if name == "known template":
        return {"slug": "partner-list", "language": "uk"}, None
    if name == "known figure":
        return {"slug": "people_reached"}, None
    if name in ("public place", "known place"):
        place = Place.objects.get(pk=side.registration.place_id)
        return {"code": place.pk}, place if name == "known place" else None
    if name in ("known partner", "public partner"):
        return {"pk": side.partner.pk, "what": "set-role"}, side.partner if name == "known partner" else None
    record = getattr(side, name)
    if name == "row":
        return {"pk": record.pk}, side.upload
    return {"pk": record.pk, "registration": record.pk, "draft": record.pk}, side.person_scope if name in ("person", "erased") else record


MISSING = {
    "pk": uuid.UUID(int=7),
    "registration": uuid.UUID(int=7),
    "draft": uuid.UUID(int=7),
    "code": "UA9999999",
    "slug": "no-such-thing",
    "language": "uk",
    "what": "role",
}


def seen(response, values: dict) -> tuple[int, str]:
    """What somebody can tell from an answer: its status and its text, without the address asked and what differs in every answer."""
    if response.streaming or response.get("Content-Type", "").startswith("application/"):
        return response.status_code, ""
    text = response.content.decode(errors="replace")
    text = text.replace(response.wsgi_request.path[3:], "…")  # without the language, which the switch changes
    if "code" in values:
        text = text.replace(str(values["code"]), "…")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", text)
    return response.status_code, re.sub(r"[A-Za-z0-9]{32,}", "", text)


def ask(client: Client, route, values: dict, method: str):
    """One request, whose effects are undone: a permitted POST must not change the world under the next question."""
    point = transaction.atomic()
    with point:
        response = client.get(route.path(values)) if method == "GET" else client.post(route.path(values))
        transaction.set_rollback(True)
    return response


@pytest.fixture
def everybody(db, settings):
    """The world, and users by (role, bound to)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody guesses these passwords
    made = world.build()
    for side, area in ((made.own, "UA/UA63/"), (made.other, "UA/UA46/")):
        side.person_scope = Scope(str(side.partner.pk), side.registration.place.path)
        assert side.person_scope.area.startswith(area)
    users = {}
    for role in settings.OPLICH_ROLES:
        users[role, "everywhere"] = make.user(role, name=f"{role}-everywhere")
        users[role, "own partner"] = make.user(role, name=f"{role}-partner", at=made.own.partner)
        users[role, "own oblast"] = make.user(role, name=f"{role}-oblast", area=OWN_AREA)
    users["nobody", "no role"] = make.user("", name="no-role")
    return made, users


def test_every_address_is_described_in_the_matrix():
    named = {route.name for route in routes.pages()}
    assert sorted(named - set(PAGES)) == [], "describe these in tests/matrix.py"
    assert sorted(set(PAGES) - named) == [], "these are gone: take them out of tests/matrix.py"


def test_without_a_sign_in_every_page_of_ours_asks_for_one(everybody):
    made, _ = everybody
    for route in routes.pages():
        deed, kind, method = PAGES[route.name]
        if deed is None or kind in ("draft", "job", "grant", "token", "user"):
            continue
        values = value_of(made.own, kind)[0] if kind else {}
        response = ask(Client(), route, values, method)
        assert response.status_code == 302 and "/account/login/" in response["Location"], f"{route.name}: {response.status_code}"


def allowed(user: User, deed: str, record) -> bool:
    """`deed` as tests/matrix.py writes it: | means any of them, & all."""
    if "&" in deed:
        return all(permissions.may(user, one, at=record) for one in deed.split("&"))
    return deed == "" or any(permissions.may(user, one, at=record) for one in deed.split("|"))


def test_nobody_reads_outside_their_grant_and_the_forbidden_looks_missing(everybody):
    made, users = everybody
    wrong, asked = [], 0
    for (role, bound), user in users.items():
        client = Client()
        client.force_login(user)
        for route in routes.pages():
            deed, kind, method = PAGES.get(route.name, (None, "", ""))
            if deed is None:
                continue
            if not kind or kind in ("known template", "known figure"):
                sides = {"own": made.own}
            elif kind in ("draft", "job", "grant", "token", "user"):
                sides = {}  # tested with their room: a record that belongs to one user
            elif kind == "person":
                sides = {"own": made.own, "other": made.other, "own erased": made.own, "other erased": made.other}
            else:
                sides = {"own": made.own, "other": made.other}
            missing = {**MISSING, "pk": 999999999} if "<int:pk>" in route.pattern else MISSING
            nothing = seen(ask(client, route, missing, method), missing)
            for which, side in sides.items():
                values, record = value_of(side, "erased" if "erased" in which else kind) if kind else ({}, None)
                answer = ask(client, route, values, method)
                asked += 1
                where = f"{role} ({bound}) {method} {route.name} {which}: {answer.status_code}"
                if answer.status_code >= 500:
                    wrong.append(where)
                elif not allowed(user, deed, record):
                    told = seen(answer, values)
                    if told[0] < 400:
                        wrong.append(f"{where}, though it is forbidden")
                    elif kind.startswith("known "):
                        continue  # everybody may know that it exists
                    elif kind and told[0] != nothing[0]:
                        wrong.append(f"{where}, but a missing one answers {nothing[0]}")
                    elif kind and told[1] != nothing[1]:
                        wrong.append(f"{where}, and its words differ from a missing one's")
                elif "erased" not in which and answer.status_code in (401, 403, 404):
                    wrong.append(f"{where}, though it is allowed")
    assert asked > 1000
    assert not wrong, "\n".join(wrong)
