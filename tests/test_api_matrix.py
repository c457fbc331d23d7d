"""Who gets what from the API: every operation of its description × every role and token × {own, another partner's, erased, missing}.

What may not be opened answers exactly like what does not exist, nothing breaks down, and no answer names a record outside the grant.
The page matrix (test_access_matrix.py) asks the same of every page.
"""

import io
import re
import uuid
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from oplich.core import permissions, tokens
from oplich.core.models import ApiToken, User
from oplich.core.permissions import Scope
from oplich.intake import actions as intake
from oplich.people.models import Registration
from oplich.reporting import facts
from oplich.site.api import api
from tests import make, world
from tests.operations import LISTS, OPERATIONS, SEEN_BY

pytestmark = pytest.mark.django_db
NOBODY = uuid.UUID(int=7)
WORDS = {"level": "oblasts", "slug": "people_reached"}


def operations() -> set[str]:
    return {f"{method.upper()} {path}" for path, found in api.get_openapi_schema()["paths"].items() for method in found}


def test_every_operation_is_described_in_the_matrix():
    named, known = operations(), {name.partition(" (")[0] for name in OPERATIONS}
    assert sorted(named - known) == [], "describe these in tests/operations.py"
    assert sorted(known - named) == [], "these are gone: take them out of tests/operations.py"


def side_of(made, root) -> SimpleNamespace:
    """One side of the world with what only the API needs."""
    made.name, made.place, made.place_path = made.partner.name, made.registration.place_id, made.registration.place.path
    made.oblast = made.place_path.split("/")[1]
    made.scope = Scope(str(made.partner.pk), made.place_path)
    made.erased_registration = Registration.objects.select_related("place").get(person=made.erased)
    made.checked = intake.receive(
        by=root,
        file=io.BytesIO(world.partner_list(made.place, "Перевірена").getvalue() + b"\n"),
        file_name="checked.csv",
        organisation=str(made.partner.pk),
        sheet="partner-list",
    )
    made.checked = intake.check(by=root, upload=made.checked)
    return made


def missing_of(side) -> SimpleNamespace:
    """A side on which every record is missing."""
    nothing = SimpleNamespace(pk=NOBODY)
    names = ("partner", "upload", "checked", "registration", "person", "erased", "help", "headcount")
    return SimpleNamespace(**dict.fromkeys(names, nothing), name="Nobody here", place=side.place, oblast=side.oblast)


@pytest.fixture
def everybody(db, settings, tmp_path):
    """The world, and everybody who may ask: (who, bound to what) → (the user as permissions see it, the client that asks)."""
    settings.OPLICH_API_CALLS_A_MINUTE = 10**9
    settings.DATA = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    made = world.build()
    own, other = side_of(made.own, made.root), side_of(made.other, made.root)
    facts.refresh()
    asking = {}
    for role in settings.OPLICH_ROLES:
        for bound, where in (("everywhere", {}), ("own partner", {"at": own.partner}), ("own oblast", {"area": "UA/UA63/"})):
            user = make.user(role, name=f"{role} {bound}".replace(" ", "-"), **where)
            client = Client()
            client.force_login(user)
            asking[role, bound] = user, client
    nobody = make.user("", name="no-role")
    asking["nobody", "no role"] = nobody, Client(HTTP_AUTHORIZATION=f"Bearer {token(nobody, 'information-manager')}")
    for role, bound, holder, scope in (
        ("information-manager", "token for own partner", "everywhere", {"organisation": str(own.partner.pk)}),
        ("information-manager", "token for own oblast", "own partner", {"area": "UA/UA63/"}),
        ("information-manager", "token for other partner", "own partner", {"organisation": str(other.partner.pk)}),
        ("viewer", "token of a manager", "everywhere", {}),
        ("data-protection-officer", "token of a manager", "everywhere", {}),
    ):
        holding = asking["information-manager", holder][0]
        secret = token(holding, role, **scope)
        asking[role, bound] = tokens.user_of(secret), Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return SimpleNamespace(own=own, other=other, asking=asking)


def token(user: User, role: str, **scope: str) -> str:
    secret = tokens.new_secret()
    ApiToken.objects.create(user=user, name="test", role=role, digest=tokens.digest(secret), **scope)
    return secret


def ask(client: Client, operation: str, kind: str, side, sent=None):
    """One request, whose effects are undone: a permitted POST must not change the world under the next question."""
    method, path = operation.partition(" (")[0].split()
    record = getattr(side, kind, None)
    values = WORDS | {"pk": getattr(record, "pk", ""), "code": side.place, "organisation": side.partner.pk}
    if kind == "public place" and side.partner.pk == NOBODY:
        values["code"] = "UA9999999"
    if kind == "known template":
        values["slug"] = "partner-list"
    path = re.sub(r"{(\w+)}", lambda found: str(values[found.group(1)]), path)
    said = sent(side) if sent else {}
    with transaction.atomic():
        if method == "GET":
            response = client.get(path, said.get("query", {}))
        elif "form" in said:
            response = client.post(path, said["form"])
        else:
            response = client.post(path, said.get("json", {}), content_type="application/json")
        response.text = "" if response.streaming else response.content.decode(errors="replace")
        if method == "POST" and response.status_code < 400:
            connection.check_constraints()  # what the end of the transaction would find
        transaction.set_rollback(True)
    return response


def told(response) -> tuple[int, str, str]:
    """All that somebody can tell from an answer, without the ids they asked with."""
    return response.status_code, response["Content-Type"], re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|UA\d+", "…", response.text)


def allowed(user: User, deed: str, record) -> bool:
    """`deed` as tests/operations.py writes it."""
    return deed == "" or any(all(permissions.may(user, one, at=record) for one in each.split("&")) for each in deed.split("|"))


def decided_by(side, kind: str):
    """The record or scope that decides."""
    if kind in ("", "known template") or kind.startswith("public "):
        return None
    if kind in ("person", "erased", "new person", "told partner", "told registration", "told headcount"):
        return side.scope
    if kind == "known figure":
        return Scope(str(side.partner.pk), f"UA/{side.oblast}/")
    return side.partner if kind == "known partner" else getattr(side, kind)


def sides_of(made, kind: str) -> list[tuple[str, SimpleNamespace, str]]:
    """Which sides an operation is asked about: (words, side, the kind of record)."""
    if kind in ("", "known template"):
        return [("", made.own, kind)]
    sides = [("own", made.own, kind), ("other", made.other, kind)]
    if erased := {"person": "erased", "registration": "erased_registration"}.get(kind):
        sides += [("own erased", made.own, erased), ("other erased", made.other, erased)]
    return sides


def outside(made, user: User) -> dict[str, str]:
    """The ids this user may find in no answer → what they are."""
    found = {}
    for which, side in (("own", made.own), ("other", made.other)):
        for kind, deed in SEEN_BY.items():
            record = getattr(side, kind)
            if not permissions.may(user, deed, at=record):
                found[str(record.pk)] = f"{which} {kind}"
        if not permissions.may(user, "people.see", at=side.scope) and not permissions.may(user, "people.erase", at=side.scope):
            found |= {str(side.person.pk): f"{which} person", str(side.erased.pk): f"{which} erased person"}
    return found


def test_nobody_reads_or_writes_outside_their_grant_and_the_forbidden_looks_missing(everybody):
    wrong, asked, missing = [], 0, missing_of(everybody.own)
    for (role, bound), (user, client) in everybody.asking.items():
        hidden = outside(everybody, user)
        for operation, (deed, kind, sent) in OPERATIONS.items():
            nothing = told(ask(client, operation, kind, missing, sent)) if kind else None
            for which, side, record in sides_of(everybody, kind):
                answer = ask(client, operation, record, side, sent)
                asked += 1
                where = f"{role} ({bound}) {operation} {which}: {answer.status_code}"
                if answer.status_code >= 500:
                    wrong.append(where)
                elif not allowed(user, deed, decided_by(side, record)):
                    if answer.status_code != 404:
                        wrong.append(f"{where}, though it is forbidden")
                    elif not kind.startswith("known") and kind and told(answer) != nothing:
                        wrong.append(f"{where}, but a missing one answers {nothing}, not {told(answer)}")
                elif "erased" not in which and answer.status_code in (401, 403, 404):
                    wrong.append(f"{where}, though it is allowed")
                if answer.status_code < 400:
                    wrong += [f"{where} names the {what}" for pk, what in hidden.items() if pk in answer.text]
    assert asked > 1000
    assert not wrong, "\n".join(wrong)


def test_a_list_shows_all_that_its_reader_may_see(everybody):
    for who, (user, client) in everybody.asking.items():
        for operation, (deed, kinds) in LISTS.items():
            if not permissions.may(user, deed):
                continue
            shown = {one["id"] for one in ask(client, operation, "", everybody.own).json()["items"]}
            for side in (everybody.own, everybody.other):
                for kind in kinds:
                    record = getattr(side, kind)
                    assert (str(record.pk) in shown) == permissions.may(user, deed, at=record), f"{who} {operation} {kind}"


@pytest.mark.parametrize(
    "client", [Client(), Client(HTTP_AUTHORIZATION="Bearer oplich_wrong"), Client(HTTP_AUTHORIZATION="Basic cm9vdDp4")]
)
def test_without_a_sign_in_every_operation_asks_for_one(everybody, client):
    for operation, (_deed, kind, sent) in OPERATIONS.items():
        answers = {told(ask(client, operation, kind, side, sent)) for side in (everybody.own, missing_of(everybody.own))}
        assert len(answers) == 1 and {status for status, *_ in answers} == {401}, f"{operation}: {answers}"


def test_a_session_without_the_csrf_token_writes_nothing(everybody):
    client = Client(enforce_csrf_checks=True)
    client.force_login(everybody.asking["information-manager", "everywhere"][0])
    for operation, (_deed, kind, sent) in OPERATIONS.items():
        if operation.startswith("POST"):
            assert ask(client, operation, kind, everybody.own, sent).status_code == 403, operation
