"""Every address of the product, read from the URL plan itself, so that none can be forgotten by the access matrix."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

OURS = {"core", "office", "intake", "places", "partners", "people", "assistance", "reporting", "site"}


@dataclass(frozen=True)
class Route:
    """One address: its name with namespace, its pattern below the language, and the names of what it takes."""

    name: str
    pattern: str
    takes: tuple[str, ...]

    def path(self, values: dict[str, str], language: str = "en") -> str:
        filled = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: str(values[found.group(1)]), self.pattern)
        return f"/{language}/{filled}" if self.localised else f"/{filled}"

    @property
    def localised(self) -> bool:
        return not self.pattern.startswith(("api/", "health", "metrics"))


def _walk(patterns, prefix: str = "", namespace: str = ""):
    for one in patterns:
        text = str(one.pattern)
        if isinstance(one, URLResolver):
            inner = ":".join(filter(None, [namespace, one.namespace]))
            yield from _walk(one.url_patterns, prefix + ("" if text in ("en/", "uk/") else text), inner)
        elif isinstance(one, URLPattern):
            name = ":".join(filter(None, [namespace, one.name or ""]))
            pattern = (prefix + text).replace("\\", "").replace("^", "").replace("$", "")
            yield Route(name, pattern, tuple(re.findall(r"<(?:[^:>]+:)?([^>]+)>", pattern)))


def pages() -> list[Route]:
    """Every page of ours (not the API, not allauth's), once."""
    found = {route.pattern: route for route in _walk(get_resolver().url_patterns)}
    return [
        route
        for route in sorted(found.values(), key=lambda one: one.pattern)
        if not route.pattern.startswith(("api/", "account/", "static/")) and "(?P" not in route.pattern
    ]
