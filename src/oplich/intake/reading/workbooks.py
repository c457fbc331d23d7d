"""Excel workbooks (.xlsx, and the older .xls) as sheets of rows."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import python_calamine as calamine

from oplich.intake.confined import Unreadable
from oplich.intake.reading import archives
from oplich.intake.reading.marks import FORMULA, MERGED, pack

MOST_SHEETS = 200
MOST_MERGED = 50_000
MOST_COLUMNS = 2_000


class WorkSheet:
    """One worksheet, read whole by calamine and handed out in rows from line 1, column A."""

    def __init__(self, sheet: Any, hidden: bool, facts: archives.SheetFacts) -> None:
        self.name, self.hidden, self.facts = sheet.name, hidden, facts
        self.sheet = sheet
        top, self.left = sheet.start or (0, 0)
        self.lines = top + sheet.height
        self.width = self.left + sheet.width
        if self.width > MOST_COLUMNS:
            raise Unreadable("too-wide", columns=self.width, most=MOST_COLUMNS)
        self.merged = self._merged()

    def _merged(self) -> list[tuple[int, int, int, int]]:
        found = []
        for (top, left), (bottom, right) in (self.sheet.merged_cell_ranges or [])[:MOST_MERGED]:
            bottom, right = min(bottom, self.lines - 1), min(right, self.width - 1)
            if (bottom > top or right > left) and (bottom - top + 1) * (right - left + 1) <= 100_000:
                found.append((top, left, bottom, right))
        return found

    def notes(self) -> list[dict[str, Any]]:
        found = []
        if self.hidden:
            found.append({"code": "hidden-sheet", "sheet": self.name})
        if self.facts.hidden_count:
            found.append({"code": "hidden-rows", "sheet": self.name, "rows": self.facts.hidden_count, "first": self.facts.hidden_rows[:5]})
        if self.merged:
            found.append({"code": "merged", "sheet": self.name, "places": len(self.merged)})
        return found

    def rows(self) -> Iterator[list[Any]]:
        """Every line from the first, cells packed, merged cells filled, formulas without a result marked."""
        before = [None] * self.left
        touched: dict[int, list[tuple[int, int, int, int]]] = {}
        for area in self.merged:
            for line in range(area[0], area[2] + 1):
                touched.setdefault(line, []).append(area)
        unknown: dict[int, list[tuple[int, str]]] = {}
        for line, column in self.facts.without_result:
            unknown.setdefault(line - 1, []).append((column, FORMULA))
        for (line, column), error in self.facts.errors.items():
            unknown.setdefault(line - 1, []).append((column, error))
        heads: dict[tuple[int, int, int, int], Any] = {}
        for number, cells in enumerate(self.sheet.iter_rows()):  # from line 1, but from the first used column
            row = before + [pack(cell) for cell in cells]
            for column, instead in unknown.get(number, ()):
                row += [None] * (column + 1 - len(row))
                if row[column] in (None, 0):
                    row[column] = instead
            for area in touched.get(number, ()):
                self._fill(row, number, area, heads)
            yield row

    @staticmethod
    def _fill(row: list[Any], number: int, area: tuple[int, int, int, int], heads: dict) -> None:
        top, left, _, right = area
        if number == top:
            heads[area] = row[left] if left < len(row) else None
        head = heads.get(area)
        if number > top and isinstance(head, int | float):
            head = MERGED  # a number filled down would be counted again in every line
        for column in range(left, min(right + 1, len(row))):
            if row[column] is None:
                row[column] = head


LARGE = 20_000_000  # unpacked bytes from which looking through and loading run side by side


def read(file: BinaryIO, kind: str) -> tuple[list[WorkSheet], list[dict[str, Any]]]:
    """All worksheets and notes about the file. Raises Unreadable."""
    file.seek(0)
    content = io.BytesIO(file.read())
    if kind != "xlsx":
        return _load(content, {}), []
    try:
        with zipfile.ZipFile(file) as archive:
            notes = archives.inspect(archive)
            archives.refuse_entities(archive)
            parts = _parts(archive)
            if sum(archive.getinfo(part).file_size for part in parts.values()) < LARGE:
                return _load(content, _look(archive, parts)), notes
            with ThreadPoolExecutor(1) as beside:  # calamine lets go of the interpreter while it parses
                looking = beside.submit(_look, archive, parts)
                sheets = _load(content, {})
                for sheet, facts in looking.result().items():
                    for one in sheets:
                        if one.name == sheet:
                            one.facts = facts
                return sheets, notes
    except (zipfile.BadZipFile, KeyError, NotImplementedError, UnicodeDecodeError) as error:
        raise Unreadable("broken", why=[str(error)]) from error


def _look(archive: zipfile.ZipFile, parts: dict[str, str]) -> dict[str, archives.SheetFacts]:
    return {name: archives.look_through(archive, part) for name, part in parts.items()}


def _load(content: BinaryIO, facts: dict[str, archives.SheetFacts]) -> list[WorkSheet]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(content)
        meta = book.sheets_metadata
        if len(meta) > MOST_SHEETS:
            raise Unreadable("bomb", parts=len(meta))
        sheets = []
        for one in meta:
            if one.typ == calamine.SheetTypeEnum.WorkSheet:
                hidden = one.visible != calamine.SheetVisibleEnum.Visible
                sheets.append(WorkSheet(book.get_sheet_by_name(one.name), hidden, facts.get(one.name, archives.SheetFacts())))
        return sheets
    except calamine.PasswordError as error:
        raise Unreadable("password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("broken", why=[str(error)[:200]]) from error


ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Worksheet name → its part in the archive."""
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")):
        found = dict(ATTRIBUTE.findall(tag))
        target = found.get("Target", "")
        targets[found.get("Id", "")] = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    parts, names = {}, set(archive.namelist())
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", archive.read("xl/workbook.xml").decode("utf-8")):
        found = dict(ATTRIBUTE.findall(tag))
        part = targets.get(next((value for name, value in found.items() if name.endswith(":id")), ""))
        if part in names and "worksheets/" in part:
            parts[_plain(found.get("name", ""))] = part
    return parts


def _plain(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text
