"""Who did what, when, to which record. Written in the same transaction as the deed; sealed into a chain afterwards by one appender."""

from __future__ import annotations

from typing import Any

from oplich.core.models import Entry
from oplich.core.permissions import Scope


def write(*, by: Any, what: str, subject: Any = None, at: Any = None, **detail: Any) -> Entry:
    """One line. `what` is "noun.deed" ("upload.accepted", "person.seen"); `subject` a model instance; details carry no personal data."""
    where = at if at is not None else subject
    scope = where if isinstance(where, Scope) else where.scope() if hasattr(where, "scope") else Scope()
    return Entry.objects.create(
        by=by if getattr(by, "pk", None) else None,
        what=what,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        organisation=scope.organisation,
        area=scope.area,
        detail=detail,
    )
