"""Refusals as the HTTP API tells them: problem details (RFC 9457), in the words the page would show."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Schema


class Problem(Schema):
    """Why a request was not done. `field` names the input it is about, as it was sent."""

    title: str
    status: int
    detail: str
    field: str | None = None


def title(status: int) -> str:
    return {
        400: _("The request could not be read"),
        401: _("Sign in first"),
        403: _("Not from here"),
        404: _("There is nothing here"),
        413: _("Too large"),
        422: _("Not done"),
        429: _("Too many requests"),
    }.get(status, _("Something went wrong on our side"))


def nothing_here() -> str:
    """The one answer to a missing record and to one that may not be seen."""
    return _("There is nothing here that you may open or change. Ask the person who gave you access.")


def problem(status: int, detail: str, *, field: str | None = None) -> dict[str, Any]:
    return {"title": title(status), "status": status, "detail": detail, "field": field}


def words_for(error: dict[str, Any]) -> tuple[str, str | None]:
    """A pydantic error in words, and the field it is about."""
    path = [str(part) for part in error.get("loc", ()) if part not in {"body", "query", "path", "form", "file", "data", "payload"}]
    field = ".".join(path) or None
    kind, context = error.get("type", ""), error.get("ctx", {})
    name = field or _("the request")
    if kind == "missing":
        return _("“%(name)s” is missing.") % {"name": name}, field
    if kind.startswith(("date", "time")):
        return _("“%(name)s” is not a date; write it as 2023-02-28.") % {"name": name}, field
    if kind.startswith("uuid"):
        return _("“%(name)s” is not an id such as 0190a7c0-6f4e-7cc1-8a5b-3f2b7d9f0c11.") % {"name": name}, field
    if kind.startswith(("int", "float", "decimal")):
        return _("“%(name)s” is not a number.") % {"name": name}, field
    if kind in {"literal_error", "enum"}:
        return _("“%(name)s” is not one of: %(expected)s.") % {"name": name, "expected": context.get("expected", "")}, field
    if kind.startswith(("greater_than", "less_than")):
        bound = next(iter(context.values()), "")
        return _("“%(name)s” is outside what is possible (limit %(bound)s).") % {"name": name, "bound": bound}, field
    if kind.endswith(("too_long", "too_short")):
        return _("“%(name)s” is too long or too short.") % {"name": name}, field
    return _("“%(name)s” cannot be read.") % {"name": name}, field
