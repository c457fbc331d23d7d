"""Who may do what, where. Asked per deed: `may(user, "intake.accept", at=upload)`.

A grant gives one role in one organisation × area × purpose ("" means every). Roles are lists of deeds, composed in
`settings.OPLICH_ROLES`. An API token narrows its user further: a deed must be allowed by the user's grants and by the token's.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oplich.core.refusal import NotAllowed


@dataclass(frozen=True)
class Scope:
    """Where a deed happens. `organisation` is an organisation's id as text, `area` a place path ("UA/UA63/"), "" means not bound."""

    organisation: str = ""
    area: str = ""
    purpose: str = ""

    def covers(self, other: Scope) -> bool:
        """True when everything in `other` lies inside this scope. An unbound target needs an unbound grant."""
        return (
            (not self.organisation or self.organisation == other.organisation)
            and other.area.startswith(self.area)
            and (not self.purpose or self.purpose == other.purpose)
        )

    def overlaps(self, other: Scope) -> bool:
        """True when something could lie in both: enough to open a list that is then filtered."""
        return (
            (not self.organisation or not other.organisation or self.organisation == other.organisation)
            and (other.area.startswith(self.area) or self.area.startswith(other.area))
            and (not self.purpose or not other.purpose or self.purpose == other.purpose)
        )


def scope_of(thing: Any) -> Scope:
    """The scope of a record (anything with `.scope()`), of a Scope, or the unbound scope for None."""
    if thing is None:
        return Scope()
    return thing if isinstance(thing, Scope) else thing.scope()


def deeds_of(role: str) -> tuple[str, ...]:
    found: Any = settings.OPLICH_ROLES.get(role, {}).get("deeds", [])
    return tuple(found)


def _allows(role: str, deed: str) -> bool:
    return any(fnmatch.fnmatchcase(deed, pattern) for pattern in deeds_of(role))


def _combine(one: Scope, two: Scope) -> Scope | None:
    """What two scopes have in common, or None."""
    if not one.overlaps(two):
        return None
    return Scope(
        one.organisation or two.organisation,
        max(one.area, two.area, key=len),
        one.purpose or two.purpose,
    )


def scopes(user: Any, deed: str) -> list[Scope]:
    """Every scope in which this user may do this deed, now."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    now = timezone.now()
    grants = [grant for grant in user.live_grants() if grant.is_live(now) and _allows(grant.role, deed)]
    found = [grant.scope() for grant in grants]
    token = getattr(user, "narrowed_to", None)
    if token is not None:
        if not _allows(token.role, deed):
            return []
        found = [both for one in found if (both := _combine(one, token.scope()))]
    return found


def may(user: Any, deed: str, *, at: Any = None) -> bool:
    """May this user do this deed at this record or scope? Without `at`: anywhere at all (to open a page or show a button)."""
    allowed = scopes(user, deed)
    if at is None:
        return bool(allowed)
    where = scope_of(at)
    return any(scope.covers(where) for scope in allowed)


def require(user: Any, deed: str, *, at: Any = None) -> None:
    """Raise NotAllowed unless `may`. The words do not tell whether the record exists."""
    if not may(user, deed, at=at):
        raise NotAllowed(_("There is nothing here that you may open or change. Ask the person who gave you access."))


def visible(user: Any, deed: str, *, organisation: str | None = None, area: str | None = None) -> Q:
    """A filter for what this user may do `deed` on: `organisation` and `area` name the columns (an organisation id, a place path).

    A grant bound to something the records do not have (no column named) gives nothing. The empty filter matches no record.
    """
    found = Q(pk__in=[])
    for scope in scopes(user, deed):
        one = Q()
        if scope.organisation:
            if organisation is None:
                continue
            one &= Q(**{organisation: scope.organisation})
        if scope.area:
            if area is None:
                continue
            one &= Q(**{f"{area}__startswith": scope.area})
        if one == Q():
            return Q()
        found |= one
    return found


def roles_of(user: Any) -> Iterable[str]:
    return {grant.role for grant in user.live_grants()}
