"""Search over everything one may see: each room answers for itself, and only with what this person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

EACH = 8


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


FINDERS: list[Callable[[Any, str], Kind]] = []


def find(user: Any, text: str) -> list[Kind]:
    """What this person may see that answers to the text, by kind; kinds without an answer are left out."""
    text = " ".join(text.split())[:200]
    if len(text) < 2:
        return []
    return [kind for finder in FINDERS if (kind := finder(user, text)).hits]
