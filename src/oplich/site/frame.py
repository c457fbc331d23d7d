"""What the frame of every page shows: the rooms one may enter, the language, the light, what is running."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oplich.core import jobs, permissions
from oplich.core.models import Job
from oplich.site.demo import is_demo


@dataclass(frozen=True)
class Room:
    """One entry of the navigation, named by the user's work."""

    slug: str
    title: Any
    icon: str
    pages: tuple[str, ...]  # URL name of its first page (the first that there is)
    deeds: tuple[str, ...]  # any of these opens it
    under: tuple[str, ...]  # addresses (without the language) that belong to it


ROOMS = [
    Room("home", _("Today"), "home", ("home",), (), ("",)),
    Room("reach", _("Reach"), "reach", ("reporting:reached", "reporting:index"), ("reporting.see",), ("reports/", "assistance/")),
    Room("handins", _("Hand-ins"), "handins", ("intake:uploads",), ("intake.see",), ("intake/",)),
    Room(
        "people",
        _("People"),
        "people",
        ("people:people", "people:list", "people:search", "people:find"),
        ("people.see", "people.register"),
        ("people/",),
    ),
    Room("partners", _("Partners"), "partners", ("partners:organisations",), ("partners.see",), ("partners/",)),
    Room("places", _("Places"), "places", ("places:places", "places:list", "places:index", "places:home"), ("places.see",), ("places/",)),
    Room(
        "office",
        _("Office"),
        "office",
        ("office:office",),
        ("core.users", "core.grant", "core.jobs", "core.journal"),
        ("office/",),
    ),
]
ON_A_PHONE = 4


def first_page(room: Room) -> str | None:
    for name in room.pages:
        with contextlib.suppress(NoReverseMatch):
            return reverse(name)
    return None


def rooms(request) -> list[dict[str, Any]]:
    """The rooms this person may enter, in order, with the one they are in marked."""
    here = request.path[len(get_language() or "uk") + 2 :]
    entries = []
    for room in ROOMS:
        if room.deeds and not any(permissions.may(request.user, deed) for deed in room.deeds):
            continue
        url = first_page(room)
        if url is None:
            continue
        current = here == "" if room.slug == "home" else here.startswith(room.under)
        entries.append({"slug": room.slug, "title": room.title, "icon": room.icon, "url": url, "current": current})
    return entries


def languages(request) -> list[dict[str, Any]]:
    """The same page in each language."""
    whole = request.get_full_path()
    first, rest = (whole.lstrip("/").split("/", 1) + [""])[:2]
    codes = [code for code, _name in settings.LANGUAGES]
    rest = rest if first in codes else ""
    return [{"code": code, "name": name, "url": f"/{code}/{rest}", "current": code == get_language()} for code, name in settings.LANGUAGES]


def running(user) -> list[Job]:
    """The work this person asked for that has not ended."""
    if not user.is_authenticated:
        return []
    return [jobs.look(job) for job in Job.objects.filter(by=user, state__in=jobs.UNFINISHED).order_by("asked_at")[:10]]


def frame(request) -> dict[str, Any]:
    """Context of every page. Nothing is asked of the database unless the frame is drawn."""
    chosen = request.COOKIES.get("theme", "")
    language = get_language() or settings.LANGUAGE_CODE
    response = settings.OPLICH_RESPONSE
    return {
        "frame_rooms": SimpleLazyObject(lambda: rooms(request)),
        "frame_languages": SimpleLazyObject(lambda: languages(request)),
        "frame_running": SimpleLazyObject(lambda: running(request.user)),
        "frame_theme": chosen if chosen in ("light", "dark") else "",
        "frame_on_a_phone": ON_A_PHONE,
        "response_name": response.get(f"name_{language}", response["name_en"]),
        "response_since": response["since"],
        "response_until": response["until"],
        "response_generated": is_demo(),
    }
