"""Lists by key: the next page starts after the last row of this one, so page 1,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Q, QuerySet
from django.db.models.fields.related import RelatedField
from django.utils.translation import gettext as _

from oplich.core.refusal import Refusal

LARGEST = 200


class PlaceLost(Refusal):
    """The `after` of the address was shortened or changed."""


@dataclass(frozen=True)
class Page:
    """Some rows, and the token that opens the page after them (None: these were the last)."""

    rows: list[Any]
    next: str | None = None
    after: str | None = None


def _column(model, path: str) -> Field | None:
    """The field at the end of a path such as "place__name"; None for an annotation."""
    field = None
    for part in path.split("__"):
        if part == "pk":
            part = model._meta.pk.name
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return field


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = row.pk if part == "pk" else getattr(row, part)
    value = getattr(row, "pk", row)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _write(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _read(token: str, model, paths: Sequence[str]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if not isinstance(values, list) or len(values) != len(paths):
            raise ValueError
        found = []
        for path, value in zip(paths, values, strict=True):
            if not isinstance(value, str | int | float | Decimal) or (isinstance(value, str) and "\x00" in value):
                raise ValueError
            field = _column(model, path)
            if isinstance(field, RelatedField):
                field = field.target_field
            found.append(field.to_python(value) if field else value)
        return found
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, UnicodeError, ValidationError) as error:
        raise PlaceLost(_("This link no longer shows where the list goes on. Open the list from its beginning."), field="after") from error


def page(queryset: QuerySet, *, order: Sequence[str] = ("-pk",), after: str | None = None, size: int = 50) -> Page:
    """One page of `queryset` in `order` (columns that are never null, "-" for descending; the key is added at the end).

    Raises PlaceLost.
    """
    size = max(1, min(int(size), LARGEST))
    order = [*order] if order and order[-1].lstrip("-") in {"pk", "id"} else [*order, "pk"]
    paths = [name.lstrip("-") for name in order]
    queryset = queryset.order_by(*order)
    if after:
        values = _read(after, queryset.model, paths)
        beyond, same = Q(), Q()
        for name, path, value in zip(order, paths, values, strict=True):
            beyond |= same & Q(**{f"{path}__{'lt' if name.startswith('-') else 'gt'}": value})
            same &= Q(**{path: value})
        # The bound on the first column alone says nothing new, but lets the database start in its index.
        bound = Q(**{f"{paths[0]}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]})
        queryset = queryset.filter(bound, beyond)
    rows = list(queryset[: size + 1])
    if len(rows) <= size:
        return Page(rows, None, after)
    rows.pop()
    return Page(rows, _write([_value(rows[-1], path) for path in paths]), after)
