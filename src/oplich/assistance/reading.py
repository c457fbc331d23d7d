"""Sectors and activities as people write them, in Ukrainian, English and Russian, in codes and in the clusters' own short forms."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from rapidfuzz import fuzz, process

from oplich.intake.sheets import Misread

REFERENCE = Path(__file__).with_name("reference")
FILLERS = re.compile(r"\b(?:aor|cluster|sector|subsector|sub cluster|кластер\w*|сектор\w*|субкластер\w*)\b")
NEAR = 82  # of 100: below that a guess would rather mislead


@dataclass(frozen=True)
class Term:
    """One sector or activity of the shipped reference table."""

    slug: str
    name_en: str
    name_uk: str
    sector: str = ""

    def __str__(self) -> str:
        return self.name_uk if (get_language() or "uk").startswith("uk") else self.name_en


def fold(text: str) -> str:
    """What two spellings of a sector have in common: case, apostrophes, hyphens, “&”, the word “cluster” do not count."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    text = re.sub(r"['’ʼ`´]", "", text).replace("&", " and ")
    text = re.sub(r"[^\w+/#]+|_", " ", text)
    return " ".join(FILLERS.sub(" ", text).split())


@functools.cache
def table(kind: str) -> list[dict[str, str]]:
    """The shipped rows of "sectors" or "activities"."""
    with (REFERENCE / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def terms(kind: str) -> dict[str, Term]:
    """By slug, in the order of the table."""
    key = "slug" if kind == "sectors" else "code"
    return {row[key]: Term(row[key], row["name_en"], row["name_uk"], row.get("sector", "")) for row in table(kind)}


@functools.cache
def spellings(kind: str) -> dict[str, Term]:
    """Every known spelling, folded. A spelling that two rows claim belongs to the first."""
    found: dict[str, Term] = {}
    for row, term in zip(table(kind), terms(kind).values(), strict=True):
        for word in (term.slug, term.name_en, term.name_uk, *row["also"].split("|")):
            found.setdefault(fold(word), term)
    found.pop("", None)
    return found


def recognise(kind: str, text: str) -> Term | None:
    """The term this text certainly means, or None. “Protection: Child Protection” means its last part when that is known."""
    known, folded = spellings(kind), fold(text)
    if folded in known:
        return known[folded]
    for mark in (":", " - ", " – ", " — "):
        if mark in text:
            head, tail = text.split(mark, 1)
            if (whole := known.get(fold(tail))) and (known.get(fold(head)) or whole):
                return whole
    if match := re.fullmatch(r"([^()]+)\(([^()]+)\)\s*", text):  # “Protection (CP AoR)”, “Health (medicines)”
        outer, inner = known.get(fold(match[1])), known.get(fold(match[2]))
        return _finer(outer, inner) if outer and inner else outer or inner
    return None


def _finer(one: Term, other: Term) -> Term | None:
    """Of a sector and its part the part; None of two that stand side by side."""
    if one.slug in (other.slug, parent_of(other.slug)):
        return other
    return one if parent_of(one.slug) == other.slug else None


def several(text: str) -> list[Term]:
    """The sectors of a cell that certainly names more than one, “WASH, NFI”; empty otherwise."""
    found = [recognise("sectors", piece) for piece in re.split(r"[,;/+\n]|\s(?:та|і|й|и|and|&)\s", text) if piece.strip()]
    return list(dict.fromkeys(term for term in found if term)) if len(found) > 1 and all(found) else []


def nearest(kind: str, text: str) -> Term | None:
    """What was probably meant, for a suggestion only."""
    found = process.extractOne(fold(text), spellings(kind).keys(), scorer=fuzz.WRatio, score_cutoff=NEAR)
    return spellings(kind)[found[0]] if found else None


def _read(kind: str, cell: Any) -> str:
    text = str(cell).strip()
    if term := recognise(kind, text):
        return term.slug
    if kind == "sectors" and (named := several(text)):
        finest = _finer(*named) if len(named) == 2 else None
        if finest or len(named) == 1:
            return (finest or named[0]).slug
        raise Misread("several-sectors", expected=" / ".join(map(str, named)))
    if other := recognise("activities" if kind == "sectors" else "sectors", text):
        return other.sector or other.slug  # kinds of help and sectors often stand in one column
    if guess := nearest(kind, text):
        raise Misread(f"unknown-{'sector' if kind == 'sectors' else 'activity'}", suggestion=str(guess))
    raise Misread(
        f"unknown-{'sector' if kind == 'sectors' else 'activity'}", expected=", ".join(map(str, list(terms(kind).values())[:6])) + " …"
    )


def read_sector(cell: Any, context: Any = None) -> str:
    """The slug of the sector a cell names. Raises Misread "unknown-sector" with the likeliest one."""
    return _read("sectors", cell)


def read_activity(cell: Any, context: Any = None) -> str:
    """The code of the activity a cell names, or the slug of the sector when it names only that. Raises Misread "unknown-activity"."""
    return _read("activities", cell)


def sector_choices() -> list[tuple[str, Any]]:
    return [(slug, str(term)) for slug, term in terms("sectors").items()]


def activity_choices() -> list[tuple[str, Any]]:
    return [(code, str(term)) for code, term in terms("activities").items()]


def sector_of(activity: str) -> str:
    return terms("activities")[activity].sector


@functools.cache
def parent_of(sector: str) -> str:
    return next((row["parent"] for row in table("sectors") if row["slug"] == sector), "")
