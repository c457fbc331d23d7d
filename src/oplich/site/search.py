"""Search over everything one may see: each room is asked in its own way, and only for what this person may open.

People are not among it: they are found by an exact key, on the page of the people, and the look is journalled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oplich.core import permissions
from oplich.core.permissions import Scope
from oplich.intake import queries as intake
from oplich.partners import queries as partners
from oplich.partners.models import Organisation
from oplich.places import lookup
from oplich.places.models import Place
from oplich.reporting import figures

EACH = 8
LIKELY = 72  # of 100: below it a spelling is a guess that a search need not make


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, where it opens, and what tells it from others of the name."""

    title: Any
    url: str
    detail: Any = ""


@dataclass(frozen=True)
class Kind:
    """What one room found."""

    title: Any
    icon: str
    hits: list[Hit] = field(default_factory=list)


def address(name: str, *args: Any) -> str | None:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def _places(user: Any, text: str) -> Kind:
    found = [match for match in lookup.lookup(text, within="", limit=EACH) if match.score >= LIKELY]
    kept = {place.pk: place for place in Place.objects.filter(pk__in=[match.place_code for match in found])}
    above = Place.objects.in_bulk({code for place in kept.values() for code in place.path.strip("/").split("/")})
    hits = []
    for match in found:
        place = kept.get(match.place_code)
        url = address("places:place", match.place_code)
        if place is None or url is None or not permissions.may(user, "places.see", at=Scope(area=place.path)):
            continue
        parents = [above[code].name for code in place.path.strip("/").split("/")[:-1] if code in above]
        hits.append(Hit(place.name, url, " · ".join([place.get_kind_display(), *reversed(parents)])))
    return Kind(_("Places"), "places", hits)


def _organisations(user: Any, text: str) -> Kind:
    mine = permissions.visible(user, "partners.see", organisation="pk")
    seen = {str(one.pk): one for one in partners.organisations(text=text).filter(mine).order_by("name")[:EACH]}
    guessed = [one for one, score in partners.suggest(text, EACH) if score >= LIKELY]
    allowed = {str(pk) for pk in Organisation.objects.filter(mine, pk__in=[one.pk for one in guessed]).values_list("pk", flat=True)}
    seen |= {str(one.pk): one for one in guessed if str(one.pk) in allowed}
    hits = [
        Hit(str(one), url, one.get_kind_display())
        for one in list(seen.values())[:EACH]
        if (url := address("partners:organisation", one.pk)) is not None
    ]
    return Kind(_("Partners"), "partners", hits)


def _uploads(user: Any, text: str) -> Kind:
    found = intake.uploads(user).filter(Q(file_name__icontains=text) | Q(sender__icontains=text)).order_by("-received_at", "-pk")[:EACH]
    hits = [
        Hit(
            upload.file_name,
            url,
            f"{upload.sender} · {formats.date_format(timezone.localtime(upload.received_at), 'DATE_FORMAT')} · {upload.get_state_display()}",
        )
        for upload in found
        if (url := address("intake:upload", upload.pk)) is not None
    ]
    return Kind(_("Hand-ins"), "handins", hits)


def _figures(user: Any, text: str) -> Kind:
    if not permissions.may(user, "reporting.see"):
        return Kind(_("Figures"), "figures")
    hits, wanted = [], text.casefold()
    for slug in figures.catalogue():
        url = address("reporting:figure", slug)
        words = {language: figures.words_of(slug, language) for language in ("uk", "en")}
        if url and any(wanted in one.title.casefold() or wanted in one.method.casefold() for one in words.values()):
            own = words["uk" if (get_language() or "uk").startswith("uk") else "en"]
            hits.append(Hit(own.title, url, own.unit))
    return Kind(_("Figures"), "figures", hits[:EACH])


FINDERS: list[Callable[[Any, str], Kind]] = [_places, _organisations, _uploads, _figures]


def find(user: Any, text: str) -> list[Kind]:
    """What this person may see that answers to the text, by kind; kinds without an answer are left out."""
    text = " ".join(text.replace("\x00", "").split())[:200]
    if len(text) < 2:
        return []
    return [kind for finder in FINDERS if (kind := finder(user, text)).hits]
