"""What every figure says about itself: title, unit, source and method, in Ukrainian and English, read from its `.sql` file."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_LABELS = {
    "en": {"Unit": "unit", "Source": "source", "Method": "method"},
    "uk": {"Одиниця": "unit", "Джерело": "source", "Спосіб": "method"},
}


@dataclass(frozen=True)
class FigureWords:
    """One figure's own words in one language. `measure` is the unit in English: the column of the SQL that holds the figure."""

    slug: str
    title: str
    unit: str
    source: str
    method: str
    measure: str


@functools.cache
def catalogue() -> dict[str, Path]:
    """Every figure by its slug."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.sql"))}


@functools.cache
def words_of(slug: str, language: str = "uk") -> FigureWords:
    """What the figure's opening comment says, in Ukrainian or (any other language) English."""
    blocks = _blocks(catalogue()[slug].read_text(encoding="utf-8"))
    found = blocks.get("uk" if language.startswith("uk") else "en")
    if found is None or not all(found.get(part) for part in ("title", "unit", "source", "method")):
        raise ValueError(f"{slug}.sql does not state title, unit, source and method in {language}")
    return FigureWords(slug=slug, measure=blocks["en"]["unit"], **found)


def _blocks(text: str) -> dict[str, dict[str, str]]:
    """The comment's two parts. The first is English; a line without words parts it from the Ukrainian one."""
    blocks: dict[str, dict[str, str]] = {}
    language, part = "en", "title"
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        said = line[2:].strip()
        if not said:
            language, part = "uk", "title"
            continue
        block = blocks.setdefault(language, {})
        label, colon, rest = said.partition(": ")
        if colon and label in _LABELS[language]:
            part, said = _LABELS[language][label], rest.strip()
        block[part] = f"{block[part]} {said}" if part in block else said
    return blocks


def sql_of(slug: str) -> str:
    return catalogue()[slug].read_text(encoding="utf-8")
