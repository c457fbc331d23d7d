"""What pages, sheets and the API read from this room: who is meant by a name, who there is, who works where."""

from __future__ import annotations

import base64
import bisect
import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oplich.core import alphabet, paging, permissions
from oplich.core.home import Matter
from oplich.intake.models import Fault, Upload
from oplich.partners import known, naming
from oplich.partners.models import Alias, Organisation, Presence, Spelling
from oplich.places.models import Place

LIKELY = 79.0  # from here on the first suggestion is offered on Enter; below, "a new organisation" is


@dataclass(frozen=True)
class Suggestion:
    """What a spelling may mean: an organisation of this response, or a well-known one it has not met yet."""

    title: str
    score: float
    organisation: Organisation | None = None
    known_as: str = ""
    kind: str = ""


@dataclass
class Proposal:
    """A spelling that waits, with what it may mean."""

    spelling: str
    folded: str
    lines: int
    kind: str = ""
    source: str = ""
    suggestions: list[Suggestion] = field(default_factory=list)
    sure: bool = False

    @property
    def likely(self) -> bool:
        return bool(self.suggestions) and self.suggestions[0].score >= LIKELY

    @property
    def stranger(self) -> bool:
        """It resembles nothing: most probably an organisation not met before."""
        return not self.suggestions and not self.nobody

    @property
    def nobody(self) -> bool:
        """It says that there is no organisation to name."""
        return self.folded in naming.NOBODY


def sector_names() -> dict[str, str]:
    """Slug → name of every sector, in order and in the active language. Sectors belong to a room above, so settings say where to ask."""
    return {slug: str(term) for slug, term in import_module(settings.OPLICH_SECTORS).terms("sectors").items()}


def sector_of(text: str) -> str | None:
    """The slug of a sector as people write it, or None."""
    term = import_module(settings.OPLICH_SECTORS).recognise("sectors", text)
    return term.slug if term else None


def recognise(text: str) -> Organisation | None:
    """The organisation this spelling is known to mean (after merges), or None. Never a guess."""
    folded = naming.fold(str(text))
    if not folded:
        return None
    alias = Alias.objects.select_related("organisation__merged_into").filter(folded=folded).first()
    if alias is not None:
        return alias.organisation.kept
    if acronym := naming.acronym_in(str(text)):
        owners = {one.kept for one in Organisation.objects.filter(acronym=acronym).select_related("merged_into")}
        if len(owners) == 1:
            return owners.pop()
    return None


def recognised() -> dict[str, tuple[str, str]]:
    """Folded spelling → (organisation id, name) of everything that is known: for reading long files without asking line by line."""
    organisations = {one.pk: one for one in Organisation.objects.all()}
    kept = kept_ids()

    def entry(pk: uuid.UUID) -> tuple[str, str]:
        return str(kept.get(pk, pk)), str(organisations[kept.get(pk, pk)])

    found: dict[str, tuple[str, str]] = {}
    acronyms: dict[str, set] = defaultdict(set)
    for one in organisations.values():
        if one.acronym:
            acronyms[naming.fold(one.acronym)].add(entry(one.pk))
    found.update({folded: next(iter(owners)) for folded, owners in acronyms.items() if len(owners) == 1 and folded})
    found.update({folded: entry(pk) for folded, pk in Alias.objects.values_list("folded", "organisation_id")})
    return found


def kept_ids() -> dict[uuid.UUID, uuid.UUID]:
    """Merged record → the record kept, through chains. Records that stand on their own are absent."""
    into = dict(Organisation.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    found = {}
    for pk in into:
        end, seen = pk, {pk}
        while end in into and into[end] not in seen:
            end = into[end]
            seen.add(end)
        found[pk] = end
    return found


def index() -> naming.Index:
    """Everything a spelling may be compared with: this response's organisations and those well known elsewhere."""
    kept, names, acronyms = kept_ids(), defaultdict(list), defaultdict(set)
    organisations = {one.pk: one for one in Organisation.objects.all()}
    for one in organisations.values():
        stands = kept.get(one.pk, one.pk)
        names[stands] += [one.name, *filter(None, [one.name_uk])]
        if one.acronym:
            acronyms[stands].add(one.acronym)
    for spelling, pk in Alias.objects.values_list("spelling", "organisation_id"):
        names[kept.get(pk, pk)].append(spelling)
    entries = [naming.Entry(organisations[pk], tuple(dict.fromkeys(own)), tuple(acronyms[pk])) for pk, own in names.items()]
    here = {naming.fold(name) for own in names.values() for name in own}
    entries += [one.entry() for one in known.everyone() if not any(naming.fold(name) in here for name in one.writings)]
    return naming.Index(entries)


def _suggestion(key: Any, score: float) -> Suggestion:
    if isinstance(key, Organisation):
        return Suggestion(title=str(key), score=score, organisation=key, kind=key.kind)
    return Suggestion(title=f"{key.name}", score=score, known_as=key.name, kind=key.kind)


def suggest(text: str, limit: int = 5, *, among: naming.Index | None = None) -> list[tuple[Organisation, float]]:
    """Organisations of this response a spelling may mean, with a score 0–100, best first."""
    found = (among or index()).suggest(text, limit + 20)
    return [(key, score) for key, score in found if isinstance(key, Organisation)][:limit]


def proposal_for(spelling: Spelling, among: naming.Index) -> Proposal:
    """One waiting spelling with at most three suggestions. Sure: a suggested name is the very same after folding."""
    found = among.suggest(spelling.spelling, 3)
    same = among.by_fold.get(spelling.folded)
    if same is not None:
        found = [(same, 100.0), *((key, score) for key, score in found if key is not same and key != same)][:3]
    suggestions = [_suggestion(key, score) for key, score in found]
    return Proposal(spelling.spelling, spelling.folded, spelling.lines, spelling.kind, spelling.source, suggestions, sure=same is not None)


def waiting(user) -> list[Spelling]:
    """Every spelling waiting for a decision: from lists, and from uploads whose organisations were not recognised. By name."""
    found = {one.folded: one for one in Spelling.objects.all()}
    known_here = set(recognised())
    uploads = Upload.objects.filter(
        permissions.visible(user, "intake.see", organisation="organisation", area="area"), state=Upload.State.CHECKED
    )
    faults = Fault.objects.filter(upload__in=uploads, code="unknown-organisation").values_list(
        "detail", "upload__file_name", "upload__received_at"
    )
    for detail, file_name, received_at in faults:
        text = " ".join(str(detail.get("value", "")).split())[:200]
        folded = naming.fold(text)
        if folded and folded not in known_here:
            if folded not in found:
                found[folded] = Spelling(spelling=text, folded=folded, lines=0, source=file_name, met_at=received_at)
            if found[folded].pk is None:
                found[folded].lines += 1
    return sorted((one for one in found.values() if one.decided_at is None and one.folded not in known_here), key=lambda one: one.folded)


def proposals(user) -> list[Proposal]:
    """Everything that waits, with suggestions."""
    among = index()
    return [proposal_for(one, among) for one in waiting(user)]


def uploads_to_check_again(user) -> list[Upload]:
    """Uploads that stumbled over organisations which are recognised by now."""
    known_here, found = recognised(), {}
    uploads = Upload.objects.filter(
        permissions.visible(user, "intake.see", organisation="organisation", area="area"), state=Upload.State.CHECKED
    )
    for fault in Fault.objects.filter(upload__in=uploads, code="unknown-organisation").select_related("upload").order_by("pk"):
        if naming.fold(str(fault.detail.get("value", ""))) in known_here:
            found.setdefault(fault.upload_id, fault.upload)
    return list(found.values())


def sender(text: str) -> tuple[str, str] | list[str]:
    """Who hands something in: (organisation id, name) when the spelling is known, otherwise the names that come nearest."""
    organisation = recognise(text)
    if organisation is None:
        try:
            organisation = Organisation.objects.filter(pk=uuid.UUID(str(text))).first()
        except ValueError:
            organisation = None
    if organisation is not None:
        return str(organisation.kept.pk), str(organisation.kept)
    return [str(one) for one, _score in suggest(text, 3)]


def organisations(
    *, kind: str = "", role: str = "", within: Place | None = None, sector: str = "", text: str = "", on: dt.date | None = None
) -> QuerySet[Organisation]:
    """The organisations of this response, merged records left out."""
    found = Organisation.objects.filter(merged_into__isnull=True)
    if kind:
        found = found.filter(kind=kind)
    if role:
        roles = Q(roles__kind=role)
        if on:
            roles &= _holding("roles__", on)
        found = found.filter(roles)
    if within is not None or sector:
        there = Q()
        if within is not None:
            there &= Q(presences__place__path__startswith=within.path)
        if sector:
            there &= Q(presences__sector=sector)
        found = found.filter(there & (_holding("presences__", on) if on else Q()))
    if folded := naming.fold(text):
        found = found.filter(
            Q(aliases__folded__contains=folded) | Q(acronym__icontains=text.strip()) | Q(merged__aliases__folded__contains=folded)
        )
    return found.distinct()


def page_by_name(found: QuerySet[Organisation], *, after: str | None = None, size: int = 50) -> paging.Page:
    """One page in the order of the alphabet of the page's language, which no database here knows. Organisations are few: names are
    sorted in memory, rows read for one page only. The token is the key of the last row, so nothing is skipped when others come or go.
    """
    ordered = sorted((*alphabet.order(one), str(one.pk)) for one in found.only("pk", "name", "name_uk"))
    start = 0
    if after:
        try:
            start = bisect.bisect_right(ordered, tuple(json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))))
        except (ValueError, TypeError):
            raise paging.PlaceLost(
                gettext("This link no longer shows where the list goes on. Open the list from its beginning."), field="after"
            ) from None
    wanted = ordered[start : start + size]
    rows = {str(one.pk): one for one in Organisation.objects.filter(pk__in=[key[-1] for key in wanted]).prefetch_related("roles")}
    more = start + size < len(ordered)
    token = base64.urlsafe_b64encode(json.dumps(wanted[-1], ensure_ascii=False).encode()).decode().rstrip("=") if more else None
    return paging.Page([rows[key[-1]] for key in wanted if key[-1] in rows], token, after)


def _holding(prefix: str, on: dt.date) -> Q:
    """Began by this day and not ended before it."""
    return (Q(**{f"{prefix}since__isnull": True}) | Q(**{f"{prefix}since__lte": on})) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": on})
    )


def records_of(organisation: Organisation) -> list[uuid.UUID]:
    """The record itself and every record merged into it, through chains."""
    return [organisation.pk, *(lost for lost, kept in kept_ids().items() if kept == organisation.pk)]


def presences(organisation: Organisation) -> QuerySet[Presence]:
    """Where an organisation works, with what its merged records wrote."""
    return Presence.objects.filter(organisation__in=records_of(organisation)).select_related("place")


def aliases(organisation: Organisation) -> QuerySet[Alias]:
    """Every spelling that means this organisation."""
    return Alias.objects.filter(organisation__in=records_of(organisation)).order_by("folded")


@dataclass(frozen=True)
class Picture:
    """Who works where: areas × sectors → how many organisations; `organisations` counts each once however often it appears."""

    areas: list[Place]
    sectors: list[tuple[str, str]]
    cells: dict[tuple[str, str], int]
    by_area: dict[str, int]
    by_sector: dict[str, int]
    organisations: int
    most: int

    def rows(self) -> list[tuple[Place, list[tuple[str, str, int]], int]]:
        return [
            (area, [(slug, name, self.cells.get((area.pk, slug), 0)) for slug, name in self.sectors], self.by_area.get(area.pk, 0))
            for area in self.areas
        ]


def who_works_where(*, on: dt.date | None = None, organisation: Organisation | None = None, within: str = "") -> Picture:
    """Organisations by oblast (or country) and sector. A presence in a town counts in its oblast; in a whole country, in that country."""
    found = presences(organisation) if organisation else Presence.objects.select_related("place")
    if on:
        found = found.filter(_holding("", on))
    if within:
        found = found.filter(place__path__startswith=within)
    kept, who, per_area, per_sector, everyone = kept_ids(), defaultdict(set), defaultdict(set), defaultdict(set), set()
    for pk, path, sector in found.values_list("organisation_id", "place__path", "sector"):
        pk = kept.get(pk, pk)
        parts = path.strip("/").split("/")
        area = parts[1] if len(parts) > 1 else parts[0]
        who[area, sector].add(pk)
        per_area[area].add(pk)
        per_sector[sector].add(pk)
        everyone.add(pk)
    names = sector_names()
    areas = list(Place.objects.filter(pk__in=list(per_area)))
    areas.sort(key=lambda place: (place.kind != "oblast", alphabet.order(place.name)))
    sectors = [(slug, name) for slug, name in names.items() if slug in per_sector]
    sectors += [(slug, slug or str(_("No sector named"))) for slug in sorted(per_sector) if slug not in names]
    return Picture(
        areas=areas,
        sectors=sectors,
        cells={key: len(members) for key, members in who.items()},
        by_area={key: len(members) for key, members in per_area.items()},
        by_sector={key: len(members) for key, members in per_sector.items()},
        organisations=len(everyone),
        most=max((len(members) for members in who.values()), default=0),
    )


def matters(user) -> list[Matter]:
    """Spellings of organisations that wait for a decision."""
    if not permissions.may(user, "partners.merge"):
        return []
    waits = waiting(user)
    if not waits:
        return []
    oldest = Spelling.objects.filter(decided_at__isnull=True).aggregate(Min("met_at"))["met_at__min"]
    since = min([one.met_at for one in waits] + ([oldest] if oldest else []))
    detail = ", ".join(one.spelling for one in waits[:3])
    return [
        Matter(
            title=_("Organisations to recognise: %d") % len(waits), url=reverse("partners:settle"), since=since, detail=detail, icon="users"
        )
    ]


def by_ids(ids: Iterable[str]) -> dict[str, Organisation]:
    """Organisations by their id as text, for the rooms above that keep it so."""
    return {str(one.pk): one for one in Organisation.objects.filter(pk__in=list(ids))}
