"""A published file as plain rows, whatever its format; and what its cells say."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oplich.core.refusal import Refusal
from oplich.intake import words
from oplich.intake.confined import Unreadable
from oplich.intake.reading.marks import Unknown, unpack
from oplich.intake.reading.tables import Reading, Table

Row = list[Any]
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%B %d, %Y", "%d %B %Y", "%b %d, %Y")
NO_WORDS = {"", "-", "–", "n/a", "na", "нд", "н/д"}


@dataclass
class Tables:
    """Worksheets by name (a CSV has one), or the parsed JSON."""

    path: Path
    sheets: dict[str, list[Row]] = field(default_factory=dict)
    json: Any = None

    @property
    def first(self) -> list[Row]:
        return next(iter(self.sheets.values()), [])

    def tags(self, sheet: str | None = None) -> tuple[int, list[str]]:
        """Where the HXL row stands, and its tags without spaces; (-1, []) when there is none."""
        rows = self.first if sheet is None else self.sheets.get(sheet, [])
        for number, row in enumerate(rows[:12]):
            tags = ["".join(str(cell).lower().split()) for cell in row]
            if sum(tag.startswith("#") for tag in tags) >= 2:
                return number, tags
        return -1, []


class NotRead(Refusal):
    """The file cannot be read as a table."""


def open_tables(path: Path) -> Tables:
    """The file's worksheets, read in the confined child as every file of others is. Raises NotRead."""
    if path.suffix.lower() == ".json":
        try:
            return Tables(path, json=json.loads(path.read_text(encoding="utf-8-sig")))
        except ValueError as error:
            raise NotRead(_("“%(file)s” is not JSON: %(why)s.") % {"file": path.name, "why": error}) from error
    try:
        with path.open("rb") as file, Reading(file) as table:
            return Tables(path, _rows(table, path.stem))
    except Unreadable as why:
        raise NotRead(f"{path.name}: {words.refused(why.code, why.detail)}") from why


def _rows(table: Table, only: str) -> dict[str, list[Row]]:
    """Every line of every worksheet by its name (a text file goes by `only`); blank cells are ""."""
    sheets: dict[str, list[Row]] = {head.name or only: [] for head in table.sheets}
    names = list(sheets)
    for batch in table.batches():
        sheets[names[batch.sheet]] += [[_cell(cell) for cell in line] for line in zip(*batch.columns, strict=True)] or [[]] * batch.lines
    return sheets


def _cell(packed: Any) -> Any:
    cell = unpack(packed)
    return "" if cell is None or isinstance(cell, Unknown) else cell


def number(cell: Any) -> Decimal | None:
    """The number in a cell; None when it holds words or nothing."""
    if isinstance(cell, bool) or cell is None:
        return None
    try:
        found = Decimal(str(cell).replace("\u00a0", "").replace(" ", "").replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def blank(cell: Any) -> bool:
    return cell is None or not str(cell).strip()


def day(cell: Any) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    for pattern in DAYS:
        try:
            return dt.datetime.strptime(str(cell).strip(), pattern).date()
        except ValueError:
            continue
    return None


def not_estimated(cell: Any) -> str:
    """What is noted when a cell that should hold a number holds words."""
    return f"not estimated (the source says “{str(cell).strip()}”)"
