"""Spellings nothing recognises: met, decided once, undone if wrong. What was decided is never asked again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from oplich.core import journal, permissions
from oplich.core.refusal import Refusal
from oplich.partners import known, naming, queries
from oplich.partners.actions import organisations
from oplich.partners.models import Alias, Organisation, Spelling


class DecidedAlready(Refusal):
    """This spelling is known as another organisation."""


class NothingToUndo(Refusal):
    """No decision of yours is left to undo."""


class InUse(Refusal):
    """The organisation a decision made has records of its own by now."""


@transaction.atomic
def learn_alias(*, by: Any, organisation: Organisation, spelling: str, source: str = "") -> Alias:
    """From now on this spelling means this organisation.

    Raises DecidedAlready, organisations.NameMissing, NotAllowed.
    """
    if by is not None:
        permissions.require(by, "partners.merge")
    spelling = " ".join(spelling.split())[:200]
    folded = naming.fold(spelling)
    if not folded:
        raise organisations.NameMissing(_("Write the organisation's name in full."), field="spelling")
    alias = Alias.objects.select_related("organisation").filter(folded=folded).first()
    if alias is not None:
        if alias.organisation.kept.pk != organisation.kept.pk:
            raise DecidedAlready(
                _("“%(spelling)s” is known as %(other)s. If both are one organisation, merge them; otherwise take the spelling away there.")
                % {"spelling": spelling, "other": alias.organisation.kept},
                field="spelling",
            )
        return alias
    alias = Alias.objects.create(spelling=spelling, folded=folded, organisation=organisation.kept, learned_by=by, source=source)
    Spelling.objects.filter(folded=folded, decided_at__isnull=True).update(
        decided_at=timezone.now(), decided_by=by, organisation=organisation.kept
    )
    journal.write(by=by, what="organisation.alias-learned", subject=organisation.kept, spelling=spelling)
    return alias


@transaction.atomic
def forget_alias(*, by: Any, alias: Alias) -> None:
    """Take a spelling away from an organisation; met again, it will be asked again.

    Raises InUse (the organisation's own name), NotAllowed.
    """
    if by is not None:
        permissions.require(by, "partners.merge")
    if alias.folded in (naming.fold(alias.organisation.name), naming.fold(alias.organisation.name_uk)):
        raise InUse(_("This is the organisation's own name. Change the name itself first."))
    alias.delete()
    Spelling.objects.filter(folded=alias.folded).update(decided_at=None, decided_by=None, organisation=None, made_organisation=False)
    journal.write(by=by, what="organisation.alias-forgotten", subject=alias.organisation, spelling=alias.spelling)


@transaction.atomic
def meet(*, by: Any, spellings: Iterable[str | tuple[str, str, int]], source: str = "") -> int:
    """Put the spellings nothing recognises on the waiting list. Each is a text, or (text, kind of organisation, lines). Answers how many wait newly.

    Raises NotAllowed.
    """
    if by is not None:
        permissions.require(by, "partners.merge")
    decided = set(Alias.objects.values_list("folded", flat=True))
    lines: dict[str, int] = {}
    new: dict[str, Spelling] = {}
    for one in spellings:
        text, kind, times = one if isinstance(one, tuple) else (one, "", 1)
        text = " ".join(str(text).split())[:200]
        folded = naming.fold(text)
        if not folded or folded in decided:
            continue
        lines[folded] = lines.get(folded, 0) + times
        new.setdefault(folded, Spelling(spelling=text, folded=folded, kind=kind, source=source[:300]))
    there = set(Spelling.objects.filter(folded__in=list(new)).values_list("folded", flat=True))
    for folded in there:
        Spelling.objects.filter(folded=folded).update(lines=F("lines") + lines[folded])
    fresh = [spelling for folded, spelling in new.items() if folded not in there]
    for spelling in fresh:
        spelling.lines = lines[spelling.folded]
    Spelling.objects.bulk_create(fresh)
    if fresh:
        journal.write(by=by, what="spellings.met", spellings=len(fresh), source=source[:300])
    return len(fresh)


@transaction.atomic
def settle(*, by: Any, spelling: str, organisation: Organisation) -> Alias:
    """This spelling is that organisation.

    Raises DecidedAlready, NotAllowed.
    """
    permissions.require(by, "partners.merge")
    waiting = _waiting(spelling)
    alias = learn_alias(by=by, organisation=organisation, spelling=waiting.spelling, source=waiting.source)
    _decide(waiting, by, organisation.kept, made=False)
    return alias


@transaction.atomic
def settle_as_new(*, by: Any, spelling: str, known_as: str = "", kind: str = "") -> Organisation:
    """This spelling is an organisation not met before: under its own name, or as one of the well-known ones (`known_as` names it).

    Raises organisations.KnownAlready, organisations.NameMissing, NotAllowed.
    """
    permissions.require(by, "partners.merge")
    waiting = _waiting(spelling)
    template = known.by_name().get(known_as)
    made = True
    if template is not None and (there := queries.recognise(template.name)):
        organisation, made = there, False
    elif template is not None:
        organisation = organisations.create(
            by=None, name=template.name, name_uk=template.name_uk, acronym=next(iter(template.acronyms), ""), kind=template.kind,
            source=waiting.source,
        )  # fmt: skip
        for other in (*template.other, *template.acronyms[1:]):
            if queries.recognise(other) is None:
                learn_alias(by=None, organisation=organisation, spelling=other)
    else:
        organisation = organisations.create(
            by=None, name=waiting.spelling, kind=kind or waiting.kind or Organisation.Kind.OTHER,
            acronym=naming.acronym_in(waiting.spelling), source=waiting.source,
        )  # fmt: skip
    if queries.recognise(waiting.spelling) is None:
        learn_alias(by=by, organisation=organisation, spelling=waiting.spelling, source=waiting.source)
    _decide(waiting, by, organisation, made=made)
    journal.write(by=by, what="spelling.settled-as-new", subject=organisation, spelling=waiting.spelling)
    return organisation


@transaction.atomic
def set_aside(*, by: Any, spelling: str) -> None:
    """This is not an organisation (“unknown”, “various”). It is not asked again; lines with it stay faulty.

    Raises NotAllowed.
    """
    permissions.require(by, "partners.merge")
    _decide(_waiting(spelling), by, None, made=False)
    journal.write(by=by, what="spelling.set-aside", spelling=spelling[:200])


@transaction.atomic
def settle_sure(*, by: Any, also_strangers: bool = False) -> int:
    """Settle every waiting spelling that is exactly a known name; with `also_strangers` also make new organisations of those
    that resemble nothing at all, and set aside what names nobody (“unknown”). Answers how many were settled. Raises NotAllowed.
    """
    permissions.require(by, "partners.merge")
    settled = 0
    for proposal in queries.proposals(by):
        first = proposal.suggestions[0] if proposal.suggestions else None
        if proposal.sure and first is not None:
            if first.organisation is not None:
                settle(by=by, spelling=proposal.spelling, organisation=first.organisation)
            else:
                settle_as_new(by=by, spelling=proposal.spelling, known_as=first.known_as)
        elif also_strangers and proposal.nobody:
            set_aside(by=by, spelling=proposal.spelling)
        elif also_strangers and proposal.stranger and queries.recognise(proposal.spelling) is None:
            settle_as_new(by=by, spelling=proposal.spelling)
        else:
            continue
        settled += 1
    if settled:
        journal.write(by=by, what="spellings.settled-together", spellings=settled)
    return settled


@transaction.atomic
def undo(*, by: Any) -> Spelling:
    """Take back this person's last decision: the spelling waits again, and an organisation made by it goes.

    Raises NothingToUndo, InUse, NotAllowed.
    """
    permissions.require(by, "partners.merge")
    last = Spelling.objects.select_for_update().filter(decided_by=by, decided_at__isnull=False).order_by("-decided_at", "-pk").first()
    if last is None:
        raise NothingToUndo(_("There is no decision of yours to undo."))
    organisation, made = last.organisation, last.made_organisation
    last.decided_at = last.decided_by = last.organisation = None
    last.made_organisation = False
    last.save()
    Alias.objects.filter(folded=last.folded).delete()
    if organisation is not None and made:
        others = Spelling.objects.filter(organisation=organisation).exists()
        try:
            with transaction.atomic():
                if others:
                    raise ProtectedError("spellings", set())
                organisation.delete()
        except ProtectedError:
            name = str(organisation)
            raise InUse(
                _("%(name)s is in use by now and cannot be taken back. Merge it with the right organisation instead.") % {"name": name}
            ) from None
    journal.write(by=by, what="spelling.undone", subject=last, spelling=last.spelling)
    return last


def _waiting(spelling: str) -> Spelling:
    """The waiting record of a spelling; made when it was met in an upload only."""
    spelling = " ".join(spelling.split())[:200]
    folded = naming.fold(spelling)
    if not folded:
        raise organisations.NameMissing(_("Write the organisation's name in full."), field="spelling")
    return Spelling.objects.select_for_update().get_or_create(folded=folded, defaults={"spelling": spelling})[0]


def _decide(waiting: Spelling, by: Any, organisation: Organisation | None, *, made: bool) -> None:
    waiting.decided_at, waiting.decided_by = timezone.now(), by
    waiting.organisation, waiting.made_organisation = organisation, made
    waiting.save()
