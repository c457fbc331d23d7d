"""Organisations: made, changed, given a role and a place to work, recognised as one and parted again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oplich.core import journal, permissions
from oplich.core.refusal import Refusal
from oplich.partners import naming, queries
from oplich.partners.models import Alias, Organisation, OrganisationRole, Presence
from oplich.places.models import Place


class KnownAlready(Refusal):
    """Another organisation goes by this name."""


class NameMissing(Refusal):
    """An organisation needs a name with letters in it."""


class CannotMerge(Refusal):
    """These two records cannot become one."""


class NotMerged(Refusal):
    """The record stands on its own already."""


EDITABLE = ("name", "name_uk", "acronym", "kind", "home", "displaced_from", "source")


def _check_name(name: str, *, but_for: Organisation | None = None) -> None:
    if not naming.fold(name) or not any(map(str.isalpha, name)):
        raise NameMissing(_("Write the organisation's name in full."), field="name")
    other = queries.recognise(name)
    if other is None:
        other = Organisation.objects.filter(name=name).first()
    if other is not None and (but_for is None or other.pk not in (but_for.pk, but_for.kept.pk)):
        raise KnownAlready(
            _("“%(name)s” is already here as %(other)s. Open that organisation.") % {"name": name, "other": other}, field="name"
        )


def _learn_names(organisation: Organisation, by: Any, source: str) -> None:
    for spelling in (organisation.name, organisation.name_uk):
        if folded := naming.fold(spelling):
            Alias.objects.get_or_create(
                folded=folded, defaults={"spelling": spelling, "organisation": organisation, "learned_by": by, "source": source}
            )


@transaction.atomic
def create(
    *,
    by: Any,
    name: str,
    name_uk: str = "",
    acronym: str = "",
    kind: str = Organisation.Kind.OTHER,
    home: Place | None = None,
    displaced_from: Place | None = None,
    source: str = "",
    from_row=None,
    id: uuid.UUID | None = None,
) -> Organisation:
    """Write down an organisation nobody has written down yet. The same `id` again answers the same record.

    Raises KnownAlready, NameMissing, NotAllowed.
    """
    _may(by, "partners.edit", None)
    if id is not None and (made := Organisation.objects.filter(pk=id).first()):
        return made
    name, name_uk = " ".join(name.split()), " ".join(name_uk.split())
    _check_name(name)
    if name_uk and name_uk != name:
        _check_name(name_uk)
    organisation = Organisation(
        name=name, name_uk=name_uk, acronym=acronym.strip(), kind=kind, home=home, displaced_from=displaced_from, source=source, from_row=from_row
    )  # fmt: skip
    if id is not None:
        organisation.pk = id
    organisation.save(force_insert=True)
    _learn_names(organisation, by, source)
    journal.write(by=by, what="organisation.written-down", subject=organisation, name=name)
    return organisation


@transaction.atomic
def edit(*, by: Any, organisation: Organisation, **changes) -> Organisation:
    """Change what is written about an organisation; its old names stay recognised.

    Raises KnownAlready, NameMissing, NotAllowed.
    """
    _may(by, "partners.edit", organisation)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"an organisation has no {', '.join(sorted(unknown))}")
    for field in ("name", "name_uk"):
        if field in changes:
            changes[field] = " ".join(changes[field].split())
            if changes[field] or field == "name":
                _check_name(changes[field], but_for=organisation)
    changed = [field for field, value in changes.items() if getattr(organisation, field) != value]
    if changed:
        for field in changed:
            setattr(organisation, field, changes[field])
        organisation.save(update_fields=changed)
        _learn_names(organisation, by, organisation.source)
        journal.write(by=by, what="organisation.changed", subject=organisation, changed=sorted(changed))
    return organisation


@transaction.atomic
def set_role(
    *, by: Any, organisation: Organisation, kind: str, since: dt.date | None = None, until: dt.date | None = None
) -> OrganisationRole:
    """Say what an organisation is in this response, from a day until a day. Said twice it stays once; a new last day replaces the old.

    Raises NotAllowed.
    """
    _may(by, "partners.edit", organisation)
    role, made = OrganisationRole.objects.get_or_create(organisation=organisation, kind=kind, since=since, defaults={"until": until})
    if made or role.until != until:
        role.until = until
        role.save(update_fields=["until"])
        journal.write(by=by, what="organisation.role-set", subject=organisation, role=kind, since=str(since or ""), until=str(until or ""))
    return role


@transaction.atomic
def end_role(*, by: Any, role: OrganisationRole, until: dt.date | None = None) -> None:
    """Take a role away: from a day on, or altogether when no day is given.

    Raises NotAllowed.
    """
    _may(by, "partners.edit", role.organisation)
    if until is None:
        role.delete()
    else:
        role.until = until
        role.save(update_fields=["until"])
    journal.write(by=by, what="organisation.role-ended", subject=role.organisation, role=role.kind, until=str(until or ""))


@transaction.atomic
def add_presence(
    *,
    by: Any,
    organisation: Organisation,
    place: Place,
    sector: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    source: str = "",
    from_row=None,
) -> Presence:
    """Say that an organisation works in an area and sector. Said twice it stays once.

    Raises NotAllowed.
    """
    _may(by, "partners.edit", organisation)
    presence, made = Presence.objects.get_or_create(
        organisation=organisation,
        place=place,
        sector=sector,
        since=since,
        defaults={"until": until, "source": source, "from_row": from_row},
    )
    if made:
        journal.write(by=by, what="organisation.presence-added", subject=organisation, place=place.path, sector=sector)
    return presence


@transaction.atomic
def end_presence(*, by: Any, presence: Presence, until: dt.date | None = None) -> None:
    """An organisation no longer works somewhere: from a day on, or it never did when no day is given.

    Raises NotAllowed.
    """
    _may(by, "partners.edit", presence.organisation)
    if until is None:
        presence.delete()
    else:
        presence.until = until
        presence.save(update_fields=["until"])
    journal.write(by=by, what="organisation.presence-ended", subject=presence.organisation, place=presence.place_id, sector=presence.sector)


@transaction.atomic
def merge(*, by: Any, keep: Organisation, lose: Organisation) -> Organisation:
    """Two records are one organisation: `lose` points to `keep`, and every name of `lose` is recognised as `keep` from now on.

    Nothing is moved, so `unmerge` parts them exactly as they were. Raises CannotMerge, NotAllowed.
    """
    _may(by, "partners.merge", None)
    rows = {row.pk: row for row in Organisation.objects.select_for_update().filter(pk__in=[keep.pk, lose.pk]).order_by("pk")}
    keep, lose = rows[keep.pk].kept, rows[lose.pk]
    if keep.pk == lose.pk:
        raise CannotMerge(_("These are the same record. Choose two different organisations."))
    if lose.merged_into_id:
        raise CannotMerge(
            _("%(lose)s was already merged into %(kept)s. Undo that first to merge it with another.") % {"lose": lose, "kept": lose.kept}
        )
    lose.merged_into = keep
    lose.save(update_fields=["merged_into"])
    journal.write(by=by, what="organisation.merged", subject=lose, into=str(keep.pk))
    return keep


@transaction.atomic
def unmerge(*, by: Any, organisation: Organisation) -> Organisation:
    """Undo a merge: the record stands on its own again, with the names, roles and areas it had.

    Raises NotMerged, NotAllowed.
    """
    _may(by, "partners.merge", None)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not organisation.merged_into_id:
        raise NotMerged(_("%(name)s stands on its own already. There is nothing to undo.") % {"name": organisation})
    kept, organisation.merged_into = organisation.merged_into_id, None
    organisation.save(update_fields=["merged_into"])
    journal.write(by=by, what="organisation.parted", subject=organisation, was_in=str(kept))
    return organisation


def _may(by: Any, deed: str, at) -> None:
    """`by` None is the installation itself (loading, accepting a file whose sender was asked already)."""
    if by is not None:
        permissions.require(by, deed, at=at)
