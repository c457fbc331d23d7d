"""Doors one can knock at: opened, and closed again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oplich.core import journal, permissions
from oplich.core.refusal import Refusal
from oplich.places.models import Place, Site


class AlreadyClosed(Refusal):
    """The site was closed before."""


class ClosedBeforeOpened(Refusal):
    """The closing day lies before the opening day."""


@transaction.atomic
def open_site(
    *,
    by: Any,
    kind: str,
    name: str,
    place: Place,
    lat: float | None = None,
    lon: float | None = None,
    opened_on: dt.date | None = None,
    source: str = "",
    id: uuid.UUID | None = None,
) -> Site:
    """Put a site on the map. The same site (same client id, or same kind, name and place) said again stays one.

    Raises NotAllowed.
    """
    if by is not None:
        permissions.require(by, "places.edit", at=place)
    known = (
        Site.objects.filter(pk=id).first() if id else Site.objects.filter(kind=kind, name=name, place=place, closed_on__isnull=True).first()
    )
    if known:
        if by is not None:
            permissions.require(by, "places.edit", at=known)
        return known
    more = {"id": id} if id else {}
    site = Site.objects.create(kind=kind, name=name, place=place, lat=lat, lon=lon, opened_on=opened_on, source=source, **more)
    journal.write(by=by, what="site.opened", subject=site, kind=kind)
    return site


@transaction.atomic
def close_site(*, by: Any, site: Site, on: dt.date) -> Site:
    """The site is closed from this day.

    Raises NotAllowed, AlreadyClosed, ClosedBeforeOpened.
    """
    if by is not None:
        permissions.require(by, "places.edit", at=site)
    if site.closed_on:
        raise AlreadyClosed(_("%(site)s is closed already.") % {"site": site})
    if site.opened_on and on < site.opened_on:
        raise ClosedBeforeOpened(_("%(site)s opened later than that. Choose a later day.") % {"site": site}, field="on")
    site.closed_on = on
    site.save(update_fields=["closed_on"])
    journal.write(by=by, what="site.closed", subject=site, on=on.isoformat())
    return site
