"""Signing in at the API, and how refusals are told there."""

import datetime as dt
import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from ninja import Schema

from oplich.core import permissions, tokens
from oplich.core.models import ApiToken, Grant, User
from oplich.core.refusal import NotAllowed, Refusal
from oplich.site import faults
from oplich.site.api import Api, PerUser, Session, Token, api


@pytest.fixture
def olena(db):
    olena = User.objects.create(username="olena", language="en")
    Grant.objects.create(user=olena, role="information-manager")
    return olena


def token_for(user, **more) -> str:
    secret = tokens.new_secret()
    ApiToken.objects.create(user=user, name="test", role=more.pop("role", "reporter"), digest=tokens.digest(secret), **more)
    return secret


def test_a_token_acts_as_its_user_in_its_role_and_scope(olena):
    user = tokens.user_of(token_for(olena, organisation="7", area="UA/UA63/"))
    assert user == olena
    assert permissions.may(user, "intake.hand_in", at=permissions.Scope("7", "UA/UA63/UA6312/"))
    assert not permissions.may(user, "intake.hand_in", at=permissions.Scope("8", "UA/UA63/"))
    assert not permissions.may(user, "intake.hand_in", at=permissions.Scope("7", "UA/UA12/"))
    assert not permissions.may(user, "partners.edit"), "the user may, the token's role may not"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: ApiToken.objects.update(revoked_at=timezone.now()),
        lambda t: ApiToken.objects.update(until=timezone.now() - dt.timedelta(seconds=1)),
        lambda t: User.objects.update(is_active=False),
        lambda t: ApiToken.objects.update(digest="0" * 64),
    ],
)
def test_a_token_that_was_taken_back_opens_nothing(olena, spoil):
    secret = token_for(olena)
    spoil(secret)
    assert tokens.user_of(secret) is None


def test_a_token_is_not_kept_in_clear(olena):
    secret = token_for(olena)
    assert secret not in json.dumps([str(value) for value in ApiToken.objects.values_list().get()])


def test_what_one_grant_ends_ends_for_the_token_too(olena):
    secret = token_for(olena)
    Grant.objects.all().delete()
    assert not permissions.may(tokens.user_of(secret), "intake.see")


class Asked(Schema):
    people: int
    on: dt.date


@pytest.fixture
def small(settings):
    """An API of the same class with operations that only refuse."""
    settings.OPLICH_API_CALLS_A_MINUTE = 1000
    cache.clear()
    found = Api(title="small", urls_namespace=f"small-{timezone.now().timestamp()}", auth=[Token(), Session()], throttle=[PerUser()])
    found._exception_handlers = api._exception_handlers

    @found.get("/refused")
    def refused(request):
        raise Refusal("The upload was already taken in. Open it.", field="upload")

    @found.get("/hidden")
    def hidden(request):
        raise NotAllowed("There is such a person but you may not see her.")

    @found.get("/missing")
    def missing(request):
        raise Http404("No User matches the given query.")

    @found.post("/asked")
    def asked(request, payload: Asked):
        return {"people": payload.people}

    return found


def call(small, path, *, method="get", token=None, body=None, user=None):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    factory = RequestFactory(enforce_csrf_checks=True)
    made = (
        factory.post(f"/{path}", data=json.dumps(body), content_type="application/json", **headers)
        if method == "post"
        else factory.get(f"/{path}", **headers)
    )
    made.user = user or AnonymousUser()
    view = next(p for p in small.urls[0] if p.pattern.match(path))
    return view.callback(made)


def told(response):
    assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


def test_a_refusal_is_told_as_a_problem_with_its_field(small, olena):
    response = call(small, "refused", token=token_for(olena))
    assert response.status_code == 422
    assert told(response)["detail"] == "The upload was already taken in. Open it."
    assert told(response)["field"] == "upload"


def test_a_forbidden_and_a_missing_record_look_the_same(small, olena):
    secret = token_for(olena)
    hidden, missing = call(small, "hidden", token=secret), call(small, "missing", token=secret)
    assert (hidden.status_code, hidden.content, dict(hidden.headers)) == (missing.status_code, missing.content, dict(missing.headers))
    assert hidden.status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", [None, "oplich_wrong", "", "\u0456"])
def test_without_a_sign_in_every_operation_answers_401(small, method, token, db):
    response = call(small, "asked" if method == "post" else "refused", method=method, token=token, body={})
    assert response.status_code == 401 and response["WWW-Authenticate"] == "Bearer"
    assert told(response)["status"] == 401


def test_a_session_without_the_csrf_token_writes_nothing(small, olena):
    response = call(small, "asked", method="post", body={"people": 1, "on": "2023-02-28"}, user=olena)
    assert response.status_code == 403 and told(response)["status"] == 403


def test_a_faulty_body_is_told_by_field_in_words(small, olena):
    response = call(small, "asked", method="post", token=token_for(olena), body={"people": "many"})
    detail = told(response)
    assert response.status_code == 422 and detail["field"] == "people"
    assert "“people” is not a number." in detail["detail"] and "“on” is missing." in detail["detail"]


def test_more_calls_in_a_minute_than_allowed_are_put_off(small, olena, settings):
    settings.OPLICH_API_CALLS_A_MINUTE = 3
    secret = token_for(olena)
    states = [call(small, "refused", token=secret).status_code for _n in range(5)]
    assert states[-1] == 429 and states[0] == 422


def test_the_description_of_the_api_can_be_read_and_names_the_refusals_of_each_operation(olena, client):
    client.force_login(olena)
    described = client.get("/api/openapi.json").json()
    for operations in described["paths"].values():
        for operation in operations.values():
            assert {"401", "404", "422", "429"} <= set(operation["responses"])


@given(kind=st.text(max_size=20), loc=st.lists(st.one_of(st.text(max_size=8), st.integers()), max_size=4))
def test_every_fault_of_a_body_has_words(kind, loc):
    words, _field = faults.words_for({"type": kind, "loc": loc})
    assert words
