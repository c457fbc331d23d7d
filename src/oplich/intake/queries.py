"""What pages and the API read from this room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from oplich.core import permissions
from oplich.core.home import Matter
from oplich.intake.models import Fault, Upload
from oplich.intake.sheets import Context, Sheet


@dataclass
class Proposal:
    """What one column of a foreign file may mean. `column` is a slug of the sheet, or "" when nothing fits."""

    letter: str
    header: str
    hxl: str = ""
    examples: list[str] = field(default_factory=list)
    column: str = ""
    score: float = 0.0  # 1.0 sure, below 0.6 a guess
    why: str = ""  # header, hxl, values, remembered
    others: list[tuple[str, float]] = field(default_factory=list)  # further (column, score), best first


@dataclass
class Proposals:
    """How a file may be read: the proposed mapping (docs/guides/handing-in.md) with its reasons."""

    sheet: str
    worksheet: str
    worksheets: list[str]
    header_row: int
    columns: list[Proposal]
    mapping: dict
    remembered: bool = False
    missing: list[str] = field(default_factory=list)  # required columns for which nothing was found


@dataclass
class Told:
    """A fault, ready to be shown. `value` is "•••" when the column is personal and the values were not asked for."""

    fault: Fault
    where: str  # "Дані!C14"
    sheet: str
    row: int
    letter: str
    column: str
    title: str
    value: Any
    expected: str
    suggestion: str
    words: str


@dataclass
class Changes:
    """What accepting would do."""

    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    faulty: int = 0


@dataclass
class PreviewRow:
    number: int
    part: int
    values: dict[str, Any]
    faults: dict[str, str]  # column slug → words


@dataclass
class Preview:
    """The first lines as they would be read with a mapping. Personal values are shown as they stand in the file."""

    columns: list[tuple[str, str]]  # slug, title
    rows: list[PreviewRow]


def uploads(user) -> QuerySet[Upload]:
    """The uploads this user may see."""
    return Upload.objects.filter(permissions.visible(user, "intake.see", organisation="organisation", area="area"))


def proposals(upload: Upload, *, sheet: str = "", worksheet: str = "") -> Proposals:
    """What the columns may mean. Reads the head of the kept file. Raises actions.NotReadable."""
    raise NotImplementedError


def preview(upload: Upload, mapping: dict | None = None, *, limit: int = 10) -> Preview:
    """The first lines as they would be read. Raises mapping.NotAMapping, actions.NotReadable."""
    raise NotImplementedError


def faults(upload: Upload) -> QuerySet[Fault]:
    """Every located fault, in the order of the file (key: id)."""
    return Fault.objects.filter(upload=upload).order_by("id")


def tell(upload: Upload, found: Iterable[Fault], *, reveal: bool = False) -> list[Told]:
    """Faults with their words in the active language; `reveal` opens personal values (the caller journals the look)."""
    raise NotImplementedError


def fault_groups(upload: Upload) -> list[dict[str, Any]]:
    """Faults counted by column and kind: {"column", "title", "code", "words", "faults"}; most first."""
    raise NotImplementedError


def changes(upload: Upload) -> Changes:
    """What accepting the good lines would do, without doing it."""
    raise NotImplementedError


def returned_workbook(upload: Upload, language: str) -> bytes:
    """The workbook that was handed in, with every fault marked in its cell, its words in a note, and a list of them."""
    raise NotImplementedError


def template(sheet: Sheet, *, context: Context | None = None, language: str = "uk") -> bytes:
    """An empty workbook to fill in: header, HXL tags, drop-down lists, an example line that is not read."""
    raise NotImplementedError


def matters(user) -> list[Matter]:
    """What waits for this user in this room."""
    return []
