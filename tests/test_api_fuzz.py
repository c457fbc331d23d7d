"""What anybody might send: every operation with generated data, fitting its description and not, and with what breaks databases.

Nothing breaks down, and every answer is one that the description promises. Every request's effects are undone.
"""

import contextlib
import io
import itertools
import json
import re
from types import SimpleNamespace

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks

from oplich.core import tokens
from oplich.core.models import ApiToken
from oplich.intake import actions as intake
from oplich.reporting import facts
from oplich.site.api import api
from tests import make, world
from tests.operations import OPERATIONS

pytestmark = pytest.mark.django_db
EACH = 4  # cases of each operation and each kind of data
PROMISES = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
BOUNDS = hypothesis.settings(
    max_examples=EACH,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def asked(db, settings, tmp_path):
    """The world, the described API over WSGI, and the headers of an information manager's program."""
    settings.OPLICH_API_CALLS_A_MINUTE = 10**9
    settings.DATA = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    made = world.build()
    own = made.own
    own.checked = intake.check(
        by=made.root,
        upload=intake.receive(
            by=made.root,
            file=io.BytesIO(world.partner_list(own.registration.place_id, "Перевірена").getvalue() + b"\n"),
            file_name="checked.csv",
            organisation=str(own.partner.pk),
        ),
    )
    facts.refresh()
    manager, secret = make.user("information-manager"), tokens.new_secret()
    ApiToken.objects.create(user=manager, name="fuzz", role="information-manager", digest=tokens.digest(secret))
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = get_wsgi_application()
    for signal in (request_started, request_finished):  # as Django's own test client does: the connection is the test's
        signal.disconnect(close_old_connections)
    yield SimpleNamespace(own=own, schema=schema, headers={"Authorization": f"Bearer {secret}"})
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def records(own, path: str) -> dict:
    """Names in paths, queries and bodies → a record that is there, so that more than “missing” is tried."""
    subjects = {"mapping": own.checked, "uploads": own.upload, "people/{pk}": own.person, "people": own.registration, "": own.help}
    subject = next(record for words, record in subjects.items() if words in path)
    return {
        "pk": str(subject.pk),
        "code": own.registration.place_id,
        "slug": "partner-list" if "templates" in path else "people_reached",
        "organisation": str(own.partner.pk),
        "registered_with": str(own.partner.pk),
        "registration": str(own.registration.pk),
        "place": own.registration.place_id,
        "sector": "wash",
    }


def about_records(case, known: dict) -> None:
    """Name records that are there wherever the case names one."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: value for name, value in known.items() if name in part})


def send(asked, case) -> list[str]:
    """Ask, and hold the answer against the promises. What it changed is undone."""
    with transaction.atomic():
        response = case.call(headers=asked.headers)
        if response.status_code < 400 and case.method == "POST":
            connection.check_constraints()  # what the end of the transaction would find
        transaction.set_rollback(True)
    try:
        case.validate_response(response, checks=PROMISES)
    except FailureGroup as group:
        return [f"{case.method} {case.formatted_path} {case.query} {case.body!r:.300}: {one}" for one in group.exceptions]
    except Failure as one:
        return [f"{case.method} {case.formatted_path} {case.query} {case.body!r:.300}: {one}"]
    return []


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
def test_whatever_is_sent_the_answer_is_one_that_the_description_promises(asked, mode):
    wrong, sent = [], itertools.count()
    for found in asked.schema.get_all_operations():
        operation = found.ok()

        @hypothesis.seed(20230331)
        @BOUNDS
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def try_out(case):
            if next(sent) % 4:
                about_records(case, records(asked.own, case.operation.path))
            wrong.extend(send(asked, case))

        with contextlib.suppress(hypothesis.errors.Unsatisfiable):  # what takes nothing cannot be sent anything unfitting
            try_out()
    assert next(sent) > 130
    assert not wrong, "\n\n".join(wrong)


BREAKING = [
    "\x00",
    "text\x00text",
    "\ud800",
    "a" * 100_000,
    "', --",
    "%",
    2**63,
    -(2**70),
    1e400,
    True,
    None,
    [],
    {},
    [[]],
    {"a": {"b": ["\x00"]}},
    {"columns": {"A": "surname"}, "constants": {"sector": "\x00"}, "repeats": {}},
    {"columns": {"A": 1, "B": "\ud800"}, "constants": [], "worksheet": 2**70, "skip": [-(2**70)], "format": 1},
]
LOST = [
    "x",
    "W10",
    "bnVsbA",
    "WyJcdTAwMDAiLCAxXQ",
    "WzEsIDJd",
    "W3t9LCB7fV0",
    "WyJhIiwgImIiLCAiYyJd",
    "\x00",
    "Ą",
    "W" * 50_000,
    "WzFlNDAwLCAxZTQwMF0",
]


def spoilt(operation: str, described: dict, own) -> list[tuple[str, dict, object]]:
    """Requests with one thing in each that breaks databases: (path, query, body)."""
    method, path = operation.split()
    known, schemas = records(own, path), api.get_openapi_schema()["components"]["schemas"]
    right = re.sub(r"{(\w+)}", lambda found: str(known.get(found.group(1), "oblasts")), path)
    needed = {
        one["name"]: known.get(one["name"], "x") for one in described.get("parameters", []) if one["in"] == "query" and one["required"]
    }
    found: list[tuple[str, dict, object]] = []
    for one in described.get("parameters", []):
        name = one["name"]
        if one["in"] == "path":
            texts = ["%00", "%ED%A0%80", "%D0%AF%00", "a" * 5_000, "9" * 40, "..", "%2F", "%27"]
            found += [(path.replace(f"{{{name}}}", text), needed, {}) for text in texts]
        else:
            found += [(right, needed | {name: text}, {}) for text in (*BREAKING[:2], "a" * 5_000, str(2**63), "-1", "nan", "Ⅷ", *LOST[:-2])]
    for media, one in described.get("requestBody", {}).get("content", {}).items():
        if media == "application/json":
            schema = schemas[one["schema"]["$ref"].rpartition("/")[2]]
            full = sent_rightly(operation, own)
            for name in schema["properties"]:
                found += [(right, {}, full | {name: value}) for value in BREAKING]
            if "members" in full:
                member = full["members"][0]
                names = [name for name in schemas["MemberIn"]["properties"] if name != "id"]
                found += [(right, {}, full | {"members": [member | {name: value}]}) for name in names for value in BREAKING]
            found += [(right, {}, body) for body in (None, [], "text", 1, [full], b"\xff\xfe", b'{"a": 1', b"[" * 5_000)]
    return found


def sent_rightly(operation: str, own) -> dict:
    """A body that would be taken."""
    sent = OPERATIONS[operation][2](own) if OPERATIONS[operation][2] else {}
    return sent.get("json", {})


def test_what_breaks_databases_is_refused_in_words(asked):
    client = Client(raise_request_exception=False)
    own = asked.own
    own.place, own.oblast, own.name = own.registration.place_id, "UA63", own.partner.name
    wrong, count = [], 0
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, described in methods.items():
            documented = {str(code) for code in described["responses"]}
            for address, query, body in spoilt(f"{method.upper()} {path}", described, own):
                count += 1
                with transaction.atomic():
                    if method == "get":
                        response = client.get(address, query, headers=asked.headers)
                    else:
                        data = body if isinstance(body, bytes) else json.dumps(body)
                        response = client.post(address, data, content_type="application/json", headers=asked.headers)
                    transaction.set_rollback(True)
                if str(response.status_code) not in documented or (response.status_code >= 400 and not response.json()["detail"]):
                    wrong.append(f"{response.status_code} {method} {address:.120} {query!r:.120} {body!r:.300}")
    assert count > 1000
    assert not wrong, "\n".join(wrong)


def test_a_page_asked_for_with_a_nul_is_not_understood_and_breaks_nothing(asked):
    client = Client(raise_request_exception=False)
    client.force_login(make.user("information-manager"))
    for address in ("assistance/?sector=%00", "assistance/?activity=a%00", "people/?q=%00", "partners/?text=%00", "search/?q=%00"):
        assert client.get(f"/en/{address}").status_code == 400, address
