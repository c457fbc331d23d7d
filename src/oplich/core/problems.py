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
