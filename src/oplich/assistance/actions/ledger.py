"""Writing help into the ledger, correcting it, taking it back. Nothing is ever altered: each of these is a new row."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oplich.assistance import queries, reading
from oplich.assistance.help import Help, content_of
from oplich.assistance.models import Activity, Assistance
from oplich.core import journal, permissions
from oplich.core.ids import uuid7
from oplich.core.permissions import Scope
from oplich.core.refusal import Refusal
from oplich.intake import storing
from oplich.partners.models import Organisation
from oplich.people import queries as people
from oplich.places.models import Place

BATCH = 500
RESPONSE_BEGAN = dt.date(2022, 2, 24)
OFFICE = {"name": "Response office", "name_uk": "Офіс реагування"}


class NotPossible(Refusal):
    """Something about this help contradicts itself."""


class AlreadyRecorded(Refusal):
    """The same id came with other content: two different records, or a changed one."""


class AlreadyReplaced(Refusal):
    """Somebody corrected or withdrew this record before."""


@transaction.atomic
def record_help(*, by: Any, help: Help) -> Assistance:
    """Write down help given to one registered person. Sent twice it is written once; with `replaces` it corrects.

    Raises NotAllowed, NotPossible, AlreadyRecorded, AlreadyReplaced.
    """
    if help.registration is None:
        raise NotPossible(_("Choose the registered person who was helped."), field="registration")
    seen = people.registrations(by).filter(pk=help.registration).values_list("person_id", flat=True).first()
    if seen is None:
        permissions.require(None, "people.see")
    return _record(by, replace(help, person=seen, headcount=None))


@transaction.atomic
def record_headcount(*, by: Any, help: Help) -> Assistance:
    """Write down how many people were helped whose names nobody took. Sent twice it is written once; with `replaces` it corrects.

    Raises NotAllowed, NotPossible, AlreadyRecorded, AlreadyReplaced.
    """
    if not help.headcount or help.headcount < 1:
        raise NotPossible(_("Write how many people were helped, at least 1."), field="headcount")
    parts = help.breakdown()
    if sum(parts) > help.headcount or (len(parts) == 6 and sum(parts) != help.headcount):
        raise NotPossible(
            _("Girls, boys, women and men add up to %(sum)s, and the total says %(total)s. Correct one of them.")
            % {"sum": sum(parts), "total": help.headcount},
            field="headcount",
        )
    if (help.with_disability or 0) > help.headcount:
        raise NotPossible(_("More people with disabilities than people helped. Correct one of the two."), field="with_disability")
    return _record(by, replace(help, person=None, registration=None))


def _record(by: Any, help: Help) -> Assistance:
    place = Place.objects.filter(pk=help.place).first()
    if place is None:
        raise NotPossible(_("Choose the place where the help was given."), field="place")
    permissions.require(by, "assistance.report", at=Scope(str(help.organisation), place.path))
    earlier = Assistance.objects.select_related("place").filter(pk=help.id).first()
    if earlier is not None:
        return _the_same_again(help, earlier)
    _refuse_nonsense(help)
    if help.replaces is not None:
        corrected = Assistance.objects.select_related("place").filter(pk=help.replaces).first()
        permissions.require(by if corrected else None, "assistance.report", at=corrected)
        assert corrected is not None  # nobody may correct what is not there
        _refuse_replaced(corrected)
    row = _insert(help.row(by))
    journal.write(by=by, what="help.corrected" if help.replaces else "help.recorded", subject=row, people=help.headcount or 1)
    return row


def _the_same_again(help: Help, earlier: Assistance) -> Assistance:
    if content_of(earlier) == help.content() and earlier.replaces_id == help.replaces:
        return earlier
    raise AlreadyRecorded(
        _("This record was already written down on %(day)s with other details. Open it and correct it there.")
        % {"day": date_format(timezone.localtime(earlier.recorded_at), "d.m.Y")}
    )


def _refuse_nonsense(help: Help) -> None:
    if help.given_on > timezone.localdate():
        raise NotPossible(_("This day has not come yet. Correct the date."), field="given_on")
    if help.given_on < RESPONSE_BEGAN.replace(day=1 if help.by_month else RESPONSE_BEGAN.day):
        raise NotPossible(_("The response began on 24 February 2022. Correct the date."), field="given_on")
    if help.activity:
        sector = Activity.objects.filter(pk=help.activity).values_list("sector_id", flat=True).first()
        if sector != help.sector and reading.parent_of(sector or "") != help.sector:
            raise NotPossible(_("This activity belongs to another sector. Choose one of the two anew."), field="activity")


def _refuse_replaced(earlier: Assistance) -> None:
    if earlier.withdrawn or Assistance.objects.filter(replaces=earlier.pk).exists():
        raise AlreadyReplaced(_("Somebody has already corrected or withdrawn this record. Open its latest state and go on from there."))


def _insert(row: Assistance) -> Assistance:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if row.replaces_id and Assistance.objects.filter(replaces=row.replaces_id).exists():
            raise AlreadyReplaced(_("Somebody has just corrected or withdrawn this record. Open its latest state.")) from error
        raise
    return row


@transaction.atomic
def withdraw_help(*, by: Any, assistance: Assistance, reason: str = "", id: uuid.UUID | None = None) -> Assistance:
    """Take help back: it should never have been written down. A new row says so; withdrawn twice is withdrawn once.

    Raises NotAllowed, AlreadyReplaced.
    """
    permissions.require(by, "assistance.report", at=assistance)
    if assistance.withdrawn:
        return assistance
    later = Assistance.objects.filter(replaces=assistance.pk).first()
    if later is not None and later.withdrawn:
        return later
    _refuse_replaced(assistance)
    row = _insert(_withdrawal(assistance, by, id))
    journal.write(by=by, what="help.withdrawn", subject=assistance, reason=reason[:200])
    return row


def _withdrawal(earlier: Assistance, by: Any, id: uuid.UUID | None = None) -> Assistance:
    return Assistance(
        id=id or uuid7(),
        replaces=earlier,
        withdrawn=True,
        from_row_id=earlier.from_row_id,
        recorded_by=by if getattr(by, "pk", None) else None,
        **content_of(earlier),
    )


@transaction.atomic
def record_many(*, by: Any, helps: Sequence[Help], progress: Callable[[int, int], Any] | None = None) -> int:
    """Write many at once, in the order given; an id that stands already is left as it is.

    The caller has asked whether `by` may, and has checked every line. Returns how many were written. No refusals of its own.
    """
    there = {one for batch in _batches([help.id for help in helps]) for one in _pks(batch)}
    fresh = [help for help in helps if help.id not in there]
    for start in range(0, len(fresh), 4 * BATCH):
        storing.insert([help.row(by) for help in fresh[start : start + 4 * BATCH]])
        if progress is not None:
            progress(min(start + 4 * BATCH, len(fresh)), len(fresh))
    if fresh:
        organisations = {help.organisation for help in fresh}
        at = Scope(organisation=str(organisations.pop())) if len(organisations) == 1 else Scope()
        journal.write(by=by, what="help.recorded", at=at, records=len(fresh), corrections=sum(bool(help.replaces) for help in fresh))
    return len(fresh)


@transaction.atomic
def withdraw_many(*, by: Any, rows: Iterable[int]) -> int:
    """Take back what lines of a file brought in, as far as it is still in force.

    The caller has asked whether `by` may. Returns how many were taken back. No refusals of its own.
    """
    standing = list(queries.standing_from(rows))
    Assistance.objects.bulk_create([_withdrawal(one, by) for one in standing], batch_size=BATCH)
    if standing:
        journal.write(by=by, what="help.withdrawn", records=len(standing))
    return len(standing)


def _batches(wanted: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]


def _pks(batch: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    return list(Assistance.objects.filter(pk__in=batch).values_list("pk", flat=True))


@transaction.atomic
def the_office(*, by: Any) -> Organisation:
    """Who reports what nobody else signs: the response's own office, made when first needed. No refusals."""
    found, new = Organisation.objects.get_or_create(
        name=OFFICE["name"], defaults={"name_uk": OFFICE["name_uk"], "kind": Organisation.Kind.OTHER}
    )
    if new:
        journal.write(by=by, what="organisation.added", subject=found)
    return found
