"""Lines of an upload as pages show them: values by column, faults in place, personal values masked unless asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from oplich.intake import queries
from oplich.intake.models import Fault, Row, Upload
from oplich.intake.sheets import Column, all_sheets

MASK = "•••"
ROW_MEANINGS: dict[str, str] = {
    Row.State.FAULTY: "needsyou",
    Row.State.GOOD: "underway",
    Row.State.TAKEN: "done",
    Row.State.UNCHANGED: "done",
    Row.State.REPLACED: "neutral",
    Row.State.WITHDRAWN: "neutral",
}


@dataclass
class Cell:
    """One cell: its value in words, and what is the matter with it ("" when nothing)."""

    column: Column
    value: str = ""
    words: str = ""
    number: bool = False


@dataclass
class Line:
    row: Row
    cells: list[Cell]

    @property
    def meaning(self) -> str:
        return ROW_MEANINGS[self.row.state]


@dataclass
class Table:
    columns: list[Column] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)  # column → its letter in the file
    lines: list[Line] = field(default_factory=list)


def in_words(column: Column, value: Any) -> str:
    """A checked value as a person reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number_format(value, use_l10n=True)
    if isinstance(value, list):
        return ", ".join(in_words(column, one) for one in value)
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        try:
            return date_format(dt.date.fromisoformat(value), "j E Y" if settings.USE_I18N else "Y-m-d")
        except ValueError:
            return value
    if column.choices:
        return str(dict(column.choices()).get(value, value))
    return str(value)


def table_of(upload: Upload, rows: Sequence[Row], *, reveal: bool) -> Table:
    """Rows of one upload as a table: only the columns in which something stands, faults at their cells."""
    sheet = all_sheets().get(upload.sheet)
    if sheet is None or not rows:
        return Table()
    spots = {(row.sheet_name, row.number, row.part) for row in rows}
    found = Fault.objects.filter(upload=upload, number__in={row.number for row in rows}).order_by("id")
    told: dict[tuple, queries.Told] = {}
    for one in queries.tell(upload, [fault for fault in found if (fault.sheet_name, fault.number, fault.part) in spots], reveal=reveal):
        told.setdefault((one.fault.sheet_name, one.fault.number, one.fault.part, one.fault.column), one)
    values = values_of(upload, rows, reveal=reveal)
    used = [
        column
        for column in sheet.columns
        if any(values[row.pk].get(column.name) not in (None, "") for row in rows) or any(key[3] == column.name for key in told)
    ]
    lines = []
    for row in rows:
        cells = []
        for column in used:
            value = values[row.pk].get(column.name)
            fault = told.get((row.sheet_name, row.number, row.part, column.name))
            number = isinstance(value, int | float) and not isinstance(value, bool)
            shown = str(fault.value) if fault and value in (None, "") else in_words(column, value)
            cells.append(Cell(column, shown, fault.words if fault else "", number))
        lines.append(Line(row, cells))
    return Table(used, letters_of(upload), lines)


def letters_of(upload: Upload) -> dict[str, str]:
    """Where each column stands in the file, when it was read from one worksheet."""
    worksheets = upload.layout.get("worksheets", [])
    if len(worksheets) != 1:
        return {}
    return {name: "+".join(letters) for name, letters in worksheets[0].get("columns", {}).items()}


def values_of(upload: Upload, rows: Iterable[Row], *, reveal: bool) -> dict[int, dict[str, Any]]:
    """The checked values of rows, personal ones masked unless revealed."""
    personal = [column.name for column in all_sheets()[upload.sheet].columns if column.personal] if upload.sheet in all_sheets() else []
    rows = list(rows)
    opened = queries.opened(upload, rows) if reveal else {}
    found = {}
    for row in rows:
        hidden = dict.fromkeys(personal, MASK) if row.sealed else {}
        found[row.pk] = {**row.values, **(opened.get(row.pk, {}) if reveal else hidden)}
    return found


def first_lines(upload: Upload, *, reveal: bool, limit: int) -> Table:
    """The first lines with faults, or simply the first."""
    rows = Row.objects.filter(upload=upload).order_by("pk")
    faulty = list(rows.filter(state=Row.State.FAULTY)[:limit]) if upload.faults_found else []
    return table_of(upload, faulty or list(rows[:limit]), reveal=reveal)


def in_force(upload: Upload) -> int:
    """How many lines of this upload are in force now."""
    return Row.objects.filter(upload=upload, state=Row.State.TAKEN).count()


@dataclass
class Became:
    """What a line became in the room it belongs to: words, and where to see it ("" when nowhere)."""

    words: str
    url: str = ""


def became(user: Any, row: Row) -> list[Became]:
    """Asks the rooms in `settings.OPLICH_BECAME`: functions of (user, row) that return (words, url) pairs."""
    return [Became(str(words), url) for dotted in settings.OPLICH_BECAME for words, url in import_string(dotted)(user, row)]
