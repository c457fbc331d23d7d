"""What is wrong with a request to the API, in words and by field."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


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
