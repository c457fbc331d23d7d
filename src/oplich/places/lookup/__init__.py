"""Which place is meant by a text: `lookup` for suggestions, `resolve` for the one sure answer. No Django here.

resolve("м. Дніпро")                          → "UA1202…"
resolve("Степанівка")                         → None: there are dozens; give `within`
lookup("Кривой Рог", within="UA/UA12/")       → ranked matches, each with a score and how it was found
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from oplich.places.lookup.index import Found, Match, shipped

__all__ = ["Found", "Match", "find", "lookup", "resolve"]


@lru_cache(maxsize=50_000)
def _find(text: str, within: str, kinds: tuple[str, ...] | None, limit: int) -> Found:
    return shipped().find(text, within=within, kinds=kinds, limit=limit)


def find(text: str, *, within: str = "UA/", kinds: Iterable[str] | None = None, limit: int = 5) -> Found:
    """The ranked matches and the one sure answer together. `within` is a place path or a place code."""
    if within and not within.endswith("/"):
        entry = shipped().entry(within)
        within = entry.path if entry else within + "/"
    return _find(str(text), within, tuple(sorted(kinds)) if kinds else None, limit)


def lookup(text: str, *, within: str = "UA/", kinds: Iterable[str] | None = None, limit: int = 5) -> list[Match]:
    """Places the text may mean, best first."""
    return find(text, within=within, kinds=kinds, limit=limit).matches


def resolve(text: str, *, within: str = "UA/", kinds: Iterable[str] | None = None) -> str | None:
    """The code of the place the text surely means, or None when it may mean several or none."""
    return find(text, within=within, kinds=kinds, limit=0).sure
