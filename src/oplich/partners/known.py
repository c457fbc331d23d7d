"""Organisations that most responses meet, with their names in several languages: proposed where this response has not met them yet."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from oplich.partners.naming import Entry


@dataclass(frozen=True)
class Known:
    """One line of data/known.tsv (written by hand for this project)."""

    name: str
    name_uk: str
    acronyms: tuple[str, ...]
    kind: str
    other: tuple[str, ...]

    @property
    def writings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (self.name, self.name_uk, *self.other))))

    def entry(self) -> Entry:
        return Entry(key=self, names=self.writings, acronyms=self.acronyms)


@functools.cache
def everyone() -> tuple[Known, ...]:
    text = resources.files("oplich.partners").joinpath("data/known.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")

    def several(cell: str | None) -> tuple[str, ...]:
        return tuple(filter(None, (cell or "").split("|")))

    return tuple(Known(row["name"], row["name_uk"] or "", several(row["acronym"]), row["kind"], several(row["other"])) for row in rows)


@functools.cache
def by_name() -> dict[str, Known]:
    return {one.name: one for one in everyone()}
