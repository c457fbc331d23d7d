"""A published file as plain rows, whatever its format; and what its cells say."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

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


def open_tables(path: Path) -> Tables:
    if path.suffix.lower() == ".json":
        return Tables(path, json=json.loads(path.read_text(encoding="utf-8-sig")))
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        book = CalamineWorkbook.from_path(str(path))
        return Tables(path, {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names})
    with path.open(encoding="utf-8-sig", newline="") as text:
        return Tables(path, {path.stem: list(csv.reader(text))})


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
