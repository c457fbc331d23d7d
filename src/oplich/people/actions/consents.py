"""What people agreed to, and taking it back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oplich.core import journal, permissions
from oplich.core.refusal import Refusal
from oplich.people.models import Consent, Registration


class NotYet(Refusal):
    """A day that has not come."""


@transaction.atomic
def give(*, by: Any, registration: Registration, purpose: str, on: dt.date | None = None, language: str = "") -> Consent:
    """Note that the person agreed, for one purpose; after a withdrawal it is a new agreement. Raises NotAllowed, NotYet."""
    permissions.require(by, "people.register", at=registration)
    on = _past(on)
    consent, _new = Consent.objects.update_or_create(
        registration=registration, purpose=purpose, defaults={"given_on": on, "language": language, "withdrawn_on": None}
    )
    journal.write(by=by, what="consent.given", subject=registration, purpose=purpose)
    return consent


@transaction.atomic
def withdraw(*, by: Any, registration: Registration, purpose: str, on: dt.date | None = None) -> Consent:
    """Note that the person took an agreement back (also one that was never written down). Twice is once.

    Without statistics consent they are no longer counted among named people; the figures say how many that are.
    Raises NotAllowed, NotYet.
    """
    permissions.require(by, "people.register", at=registration)
    on = _past(on)
    consent, _new = Consent.objects.get_or_create(
        registration=registration, purpose=purpose, defaults={"given_on": registration.registered_on}
    )
    if consent.withdrawn_on is None:
        consent.withdrawn_on = on
        consent.save(update_fields=["withdrawn_on"])
        journal.write(by=by, what="consent.withdrawn", subject=registration, purpose=purpose)
    return consent


def _past(on: dt.date | None) -> dt.date:
    today = timezone.localdate()
    if on is not None and on > today:
        raise NotYet(_("That day has not come yet. Write the day on which the person said so."), field="on")
    return on or today
