"""The HTTP API: every room's router under /api/<name>/, one way to sign in, refusals as problem details."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import BaseThrottle

from oplich.core import problems, tokens
from oplich.core.refusal import Refusal
from oplich.site import faults


class Token(HttpBearer):
    """`Authorization: Bearer oplich_…`: acts as the user who made the token, in its role and scope."""

    def authenticate(self, request: HttpRequest, token: str):
        user = tokens.user_of(token)
        if user is not None:
            request.user = user
            translation.activate(user.language if "HTTP_ACCEPT_LANGUAGE" not in request.META else translation.get_language())
        return user


class Session(SessionAuth):
    """The sign-in of the pages; writes need the CSRF header."""

    def __call__(self, request: HttpRequest):
        return super().__call__(request) if request.user.is_authenticated else None  # no sign-in is 401, whatever the method

    def authenticate(self, request: HttpRequest, key: str | None):
        return request.user if request.user.is_authenticated and request.user.is_active else None


class PerUser(BaseThrottle):
    """So many calls a minute for each signed-in user. No address is looked at or stored."""

    def allow_request(self, request: HttpRequest) -> bool:
        key = f"api:{request.user.pk}:{int(time.time() // 60)}"
        cache.add(key, 0, timeout=120)
        return cache.incr(key) <= settings.OPLICH_API_CALLS_A_MINUTE


class NotText(Refusal):
    """A text holds a NUL, which no database keeps."""


class Reading(Parser):
    """Bodies and addresses on their way in. What no database can hold is refused here, for every operation there is and will be."""

    def parse_body(self, request: HttpRequest):
        said = super().parse_body(request)
        if rb"\u0000" in request.body:
            _refuse_nul(said if isinstance(said, dict) else {"": said})
        return said

    def parse_querydict(self, data, list_fields, request: HttpRequest):
        said = super().parse_querydict(data, list_fields, request)
        _refuse_nul(said)
        return said


def _refuse_nul(said: dict) -> None:
    for name, value in said.items():
        if _has_nul(name) or _has_nul(value):
            name = name.replace("\x00", "")
            words = _("“%(name)s” holds a sign that no text has (NUL). Take it out.") % {"name": name or _("the request")}
            raise NotText(words, field=name or None)


def _has_nul(said) -> bool:
    if isinstance(said, dict):
        return any(_has_nul(one) for pair in said.items() for one in pair)
    return any(map(_has_nul, said)) if isinstance(said, list) else isinstance(said, str) and "\x00" in said


class Api(NinjaAPI):
    _described: dict[str, OpenAPISchema]

    def create_response(self, request, data, *, status=None, temporal_response=None):
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        if response.status_code >= 400:
            response["Content-Type"] = "application/problem+json"
        response["Cache-Control"] = "no-store"
        return response

    def get_openapi_schema(self, **arguments):
        """Every operation can answer these; said here once. Made once per process: it takes as long as fifty pages."""
        if (known := self.__dict__.setdefault("_described", {}).get(key := repr(sorted(arguments.items())))) is not None:
            return known
        schema = super().get_openapi_schema(**arguments)
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = problems.Problem.model_json_schema()
        answer = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        meanings = {
            400: "Not JSON, or not to be read at all",
            401: "Not signed in",
            403: "Session without CSRF token",
            404: "Missing, or not for you",
            422: "Refused",
            429: "Too many calls",
        }
        for operations in schema["paths"].values():
            for operation in operations.values():
                for code, words in meanings.items():
                    operation["responses"].pop(code, None)
                    operation["responses"][str(code)] = {"description": words, **answer}
        self._described[key] = schema
        return schema


api = Api(
    title="Oplich",
    version="1",
    description="The same deeds and the same refusals as the pages. Lists go on with `?after=<next>`; "
    "writes carry an `id` that the client made (a UUID), so that sending one again changes nothing.",
    docs_url="docs",
    openapi_url="openapi.json",
    auth=[Token(), Session()],
    throttle=[PerUser()],
    parser=Reading(),
)


def _answer(request: HttpRequest, status: int, detail: str, field: str | None = None) -> HttpResponse:
    return api.create_response(request, problems.problem(status, detail, field=field), status=status)


@api.exception_handler(Refusal)
def refused(request, error: Refusal):
    if error.status == 404:
        return _answer(request, 404, problems.nothing_here())
    return _answer(request, error.status, str(error), error.field)


@api.exception_handler(Http404)
def missing(request, error):
    return _answer(request, 404, problems.nothing_here())


@api.exception_handler(AuthenticationError)
def not_signed_in(request, error):
    response = _answer(request, 401, _("Send a token (“Authorization: Bearer …”) that is still in force, or sign in on the page."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(AuthorizationError)
def not_allowed(request, error):
    return _answer(request, 404, problems.nothing_here())


@api.exception_handler(ValidationError)
def not_readable(request, error: ValidationError):
    told = [faults.words_for(one) for one in error.errors]
    return _answer(request, 422, " ".join(dict.fromkeys(words for words, _field in told)), told[0][1] if told else None)


@api.exception_handler(HttpError)
def http_error(request, error: HttpError):
    if isinstance(error.__cause__, Refusal):  # from reading the body
        return refused(request, error.__cause__)
    words = {
        400: _("The body is not JSON as this address expects it."),
        403: _("The page that sent this is not ours, or was open for too long. Load it again."),
        429: _("Wait a minute, then go on more slowly."),
    }
    return _answer(request, error.status_code, words.get(error.status_code, str(error)))


for name, dotted in settings.OPLICH_APIS.items():
    api.add_router(f"/{name}/", import_string(dotted))
