"""How near the war a community is, by date: exactly one zone per community and day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oplich.core import journal, permissions
from oplich.core.refusal import Refusal
from oplich.places.models import Place, Zone


class ZoneKnown(Refusal):
    """For some of these days the community already has another zone."""


class DaysTurnedRound(Refusal):
    """The zone would end before it began."""


@transaction.atomic
def set_zone(*, by: Any, place: Place, kind: str, from_day: dt.date, source: str, until_day: dt.date | None = None) -> Zone:
    """Say which zone a community is in from a day (until a day). The zone that held until then ends; said twice it changes nothing.

    Raises NotAllowed, DaysTurnedRound, ZoneKnown (when a zone that begins later, or has already ended, would be overlapped).
    """
    if by is not None:
        permissions.require(by, "places.edit", at=place)
    if until_day is not None and until_day <= from_day:
        raise DaysTurnedRound(_("The last day lies before the first. Exchange them."), field="until_day")
    Place.objects.select_for_update().get(pk=place.pk)  # one change of a community's zones at a time
    zones = Zone.objects.filter(place=place).order_by("from_day")
    same = zones.filter(from_day=from_day, kind=kind).first()
    if same and (same.until_day == until_day or until_day is None):
        return same
    before = zones.filter(from_day__lt=from_day).last()
    if before and before.until_day is None:
        if before.kind == kind and until_day is None:
            return before
        before.until_day = from_day
        before.save(update_fields=["until_day"])
        if until_day is not None:  # afterwards it is again what it was
            Zone.objects.create(place=place, kind=before.kind, from_day=until_day, source=before.source)
    overlapping = zones.filter(Q(until_day__isnull=True) | Q(until_day__gt=from_day))
    if until_day is not None:
        overlapping = overlapping.filter(from_day__lt=until_day)
    if overlap := overlapping.first():
        raise ZoneKnown(
            _("%(place)s is already “%(zone)s” from %(day)s. End that zone first, or choose other days.")
            % {"place": place, "zone": overlap.get_kind_display(), "day": date_format(overlap.from_day, "j E Y")},
            field="from_day",
        )
    zone = Zone.objects.create(place=place, kind=kind, from_day=from_day, until_day=until_day, source=source[:200])
    journal.write(by=by, what="zone.set", subject=place, zone=kind, from_day=from_day.isoformat())
    return zone
