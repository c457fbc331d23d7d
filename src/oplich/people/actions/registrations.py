"""Writing people down, one or ten thousand at a time, and taking that back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oplich.core import journal, keys, permissions, sealing
from oplich.core.ids import uuid7
from oplich.core.permissions import Scope
from oplich.core.refusal import Refusal
from oplich.intake import storing
from oplich.people import entries as writing
from oplich.people import matching
from oplich.people.entries import Entry
from oplich.people.matching import tax
from oplich.people.matching.certain import METHOD
from oplich.people.models import Consent, Household, Person, Registration, SameHuman
from oplich.places.models import Place

BATCH = 500
OLDEST = 115  # years; nobody in the response is older
ONE_AT_A_TIME = 0x0911C401  # PostgreSQL advisory lock: two registrars with the same newcomer must meet


class SaysTooLittle(Refusal):
    """A name is missing, so that nobody could ever find this person again."""


class NotPossible(Refusal):
    """Two things that were written down contradict each other."""


class NoConsent(Refusal):
    """The person did not agree to be registered."""


@transaction.atomic
def register(*, by: Any, entries: Sequence[Entry], reference: str = "") -> list[Registration]:
    """Write down a person, or the people of one household, as they said it. Sent twice it is written once.

    Raises NotAllowed, SaysTooLittle, NotPossible, NoConsent; `field` names the member and the field ("0-birth_date").
    """
    paths = dict(Place.objects.filter(pk__in={one.place for one in entries}).values_list("pk", "path"))
    for number, one in enumerate(entries):
        permissions.require(by, "people.register", at=Scope(str(one.registered_with), paths.get(one.place, "")))
        _refuse_nonsense(one, number)
    if not entries:
        raise SaysTooLittle(_("Nobody was written down. Fill in at least one name."), field="0-surname")
    if len(entries) > 1 or reference:
        reference = reference or f"{entries[0].registered_on:%Y}-{entries[0].id.hex[-6:].upper()}"
        entries = [replace(one, household=reference) for one in entries]
    return register_many(by=by, entries=entries)


def _refuse_nonsense(one: Entry, number: int) -> None:
    def field(name: str) -> str:
        return f"{number}-{name}"

    if not one.surname or not one.given_name:
        raise SaysTooLittle(
            _("Write the surname and the given name, as in the document or as the person says it."),
            field=field("surname" if not one.surname else "given_name"),
        )
    if one.registered_on > timezone.localdate():
        raise NotPossible(_("The day of registration lies in the future."), field="registered_on")
    if one.birth_date and one.birth_date > one.registered_on:
        raise NotPossible(_("The birth date lies after the day of registration. Check the year."), field=field("birth_date"))
    if one.birth_date and one.registered_on.year - one.birth_date.year > OLDEST:
        raise NotPossible(
            _("By this birth date the person would be older than %(age)s. Check the year.") % {"age": OLDEST}, field=field("birth_date")
        )
    if one.tax_number:
        number_ = tax.digits(one.tax_number)
        if not tax.is_right(number_):
            raise NotPossible(
                _("This tax number has a typing mistake: its last digit does not fit the others. Leave it empty rather than wrong."),
                field=field("tax_number"),
            )
        if one.birth_date and tax.birth_date(number_) != one.birth_date:
            raise NotPossible(
                _("The tax number says the birth date is %(inside)s. Check both.") % {"inside": f"{tax.birth_date(number_):%d.%m.%Y}"},
                field=field("tax_number"),
            )
    if Consent.Purpose.ASSISTANCE not in one.consents:
        raise NoConsent(
            _("Without the person's agreement to be helped nothing may be written down. Read the text out and tick the box."),
            field=field("consents"),
        )


@transaction.atomic
def register_many(*, by: Any, entries: Sequence[Entry], progress: Callable[[int, int], Any] | None = None) -> list[Registration]:
    """Write down many people at once, in the order given; those already written (same id) are left as they are.

    The caller has asked whether `by` may: intake for an accepted list, `register` for a page. No refusals of its own.
    """
    if not entries:
        return []
    _wait_for_others()
    there = {one.pk: one for one in _in_batches(Registration.objects.all(), "pk", [entry.id for entry in entries])}
    fresh = [entry for entry in entries if entry.id not in there]
    corrected = [entry.instead_of for entry in fresh if entry.instead_of]
    reusable = _end(corrected)
    known = [writing.recognised_by(entry) for entry in fresh]
    found = matching.recognise(known, _whose(known), uuid7)
    subjects = _keep_the_person_of_a_correction(fresh, found, reusable)
    newcomers = set(found.new)
    new = [subject for subject in dict.fromkeys(subjects) if subject in newcomers]
    storing.insert([Person(pk=subject) for subject in new])
    opened = {**keys.make(new), **keys.fetch(set(subjects) - set(new))}
    households = _households(fresh)
    made = []
    for number, (entry, subject, blind) in enumerate(zip(fresh, subjects, known, strict=True)):
        made.append(_written(by, entry, subject, blind, opened[subject], households))
        if progress is not None and number % 1000 == 999:
            progress(number + 1, len(fresh))
    storing.insert(made)
    storing.insert(
        [
            Consent(
                registration=one,
                purpose=purpose,
                given_on=entry.registered_on,
                language=entry.consent_language,
                withdrawn_on=entry.registered_on if purpose in entry.refused else None,
            )
            for entry, one in zip(fresh, made, strict=True)
            for purpose in dict.fromkeys((*entry.consents, *entry.refused))
        ]
    )
    _link(by, found.links, made)
    if fresh:
        only = made[0] if len(made) == 1 else None
        journal.write(by=by, what="person.registered", subject=only, at=_common_scope(fresh), people=len(made), newcomers=len(new))
    there.update({one.pk: one for one in made})
    return [there[entry.id] for entry in entries]


@transaction.atomic
def take_back(*, by: Any, registrations: Iterable[uuid.UUID], reason: str) -> int:
    """Registrations that should not have been made: nobody is recognised by them any more. The names go when retention ends.

    The caller has asked whether `by` may. Returns how many were in force. No refusals of its own.
    """
    registrations = list(registrations)
    gone = len(_end(registrations, remember=False))
    if gone:
        journal.write(by=by, what="registration.withdrawn", registrations=gone, reason=reason)
    return gone


def _wait_for_others() -> None:
    """SQLite has one writer anyway; on PostgreSQL two registrations of one newcomer wait for each other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _in_batches(queryset, column: str, wanted: Iterable[Any]) -> Iterator[Any]:
    wanted = list(dict.fromkeys(wanted))
    for start in range(0, len(wanted), BATCH):
        yield from queryset.filter(**{f"{column}__in": wanted[start : start + BATCH]})


def _whose(known: Sequence[matching.Keys]) -> list[tuple[matching.Keys, uuid.UUID]]:
    """Earlier registrations that share a key with these, oldest first, with the person each belongs to."""
    rows = Registration.objects.in_force().filter(person__erased_at__isnull=True).order_by()
    columns = rows.values_list("id", "tax_index", "name_index", "person_id")
    hits = {row[0]: row for row in _in_batches(columns, "tax_index", [one.tax for one in known if one.tax])}
    hits.update({row[0]: row for row in _in_batches(columns, "name_index", [one.name for one in known if one.name])})
    return [(matching.Keys(tax=by_tax, name=by_name), person) for _id, by_tax, by_name, person in sorted(hits.values())]


def _end(registrations: Sequence[uuid.UUID], *, remember: bool = True) -> dict[uuid.UUID, uuid.UUID]:
    """Withdraw registrations and the links that rested on them. Returns registration → person, for those whose person has no other."""
    ended = {one.pk: one.person_id for one in _in_batches(Registration.objects.in_force(), "pk", registrations)}
    now = timezone.now()
    pks = list(ended)
    for start in range(0, len(pks), BATCH):
        batch = pks[start : start + BATCH]
        Registration.objects.filter(pk__in=batch).update(withdrawn_at=now)
        SameHuman.objects.filter(shown_by__in=batch, undone_at__isnull=True).update(undone_at=now)
    if not remember:
        return ended
    busy = {one.person_id for one in _in_batches(Registration.objects.in_force().only("person_id"), "person_id", ended.values())}
    erased = {one.pk for one in _in_batches(Person.objects.filter(erased_at__isnull=False), "pk", ended.values())}
    return {pk: person for pk, person in ended.items() if person not in busy | erased}


def _keep_the_person_of_a_correction(fresh, found, reusable) -> list[uuid.UUID]:
    """A corrected registration of somebody nobody else knows stays the same person, so that figures do not count them anew."""
    renamed: dict[uuid.UUID, uuid.UUID] = {}
    newcomers, taken = set(found.new), set()
    for entry, subject in zip(fresh, found.subjects, strict=True):
        earlier = reusable.get(entry.instead_of)
        if subject in newcomers and subject not in renamed and earlier is not None and earlier not in taken:
            renamed[subject] = earlier
            taken.add(earlier)
    found.new = [subject for subject in found.new if subject not in renamed]
    found.links = [(renamed.get(one, one), renamed.get(other, other), because, at) for one, other, because, at in found.links]
    return [renamed.get(subject, subject) for subject in found.subjects]


def _households(fresh: Sequence[Entry]) -> dict[tuple[uuid.UUID, str], Household]:
    wanted = {(entry.registered_with, entry.household): entry for entry in fresh if entry.household}
    references = [reference for _with, reference in wanted]
    there = {(one.registered_with_id, one.reference): one for one in _in_batches(Household.objects.all(), "reference", references)}
    new = [
        Household(registered_with_id=key[0], reference=key[1], place_id=entry.place) for key, entry in wanted.items() if key not in there
    ]
    Household.objects.bulk_create(new, batch_size=BATCH)
    there.update({(one.registered_with_id, one.reference): one for one in new})
    return there


def _written(by, entry: Entry, subject: uuid.UUID, blind: matching.Keys, key: bytes, households) -> Registration:
    born: dt.date | None = entry.birth_date
    return Registration(
        id=entry.id,
        person_id=subject,
        household=households.get((entry.registered_with, entry.household)),
        registered_with_id=entry.registered_with,
        place_id=entry.place,
        from_place_id=entry.from_place or None,
        birth_year=born.year if born else entry.birth_year,
        sex=entry.sex,
        has_needs=bool(entry.needs),
        population_group=entry.population_group,
        tax_index=blind.tax,
        name_index=blind.name,
        phone_index=writing.phone_index(entry.phone),
        born_index=writing.born_index(entry.surname, entry.given_name, born),
        from_row_id=entry.from_row,
        registered_on=entry.registered_on,
        recorded_by=by if getattr(by, "pk", None) else None,
        **sealing.seal_fields(Registration, entry.id, key, entry.clear()),
    )


def _link(by, links, made: Sequence[Registration]) -> None:
    """Note that two known people are one, once per pair."""
    wanted = {frozenset((one, other)): (one, other, because, made[at]) for one, other, because, at in reversed(links)}
    if not wanted:
        return
    people = {person for pair in wanted for person in pair}
    there = {
        frozenset((one.one_id, one.other_id)) for one in _in_batches(SameHuman.objects.filter(undone_at__isnull=True), "one_id", people)
    }
    recorder = by if getattr(by, "pk", None) else None
    SameHuman.objects.bulk_create(
        [
            SameHuman(one_id=one, other_id=other, because=because, method=METHOD, shown_by=registration, recorded_by=recorder)
            for pair, (one, other, because, registration) in wanted.items()
            if pair not in there
        ],
        batch_size=BATCH,
    )


def _common_scope(fresh: Sequence[Entry]) -> Scope:
    organisations = {entry.registered_with for entry in fresh}
    return Scope(organisation=str(organisations.pop())) if len(organisations) == 1 else Scope()
