"""The generated lines as the files partners would send: a workbook, or a CSV as Excel writes it in Ukraine. The same bytes every time."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import xlsxwriter

WRITTEN = dt.datetime(2023, 3, 31, 12, 0)
MARK = "ЗРАЗОК: цей список складено програмою, людей у ньому не існує"


def _shown(value: Any) -> Any:
    return ("так" if value else "ні") if isinstance(value, bool) else value


def columns_of(lines: list[dict[str, Any]], known: list[str]) -> list[str]:
    """The columns that have a value in any line, in the order of the sheet."""
    used = {name for line in lines for name, value in line.items() if value not in ("", None)}
    return [name for name in known if name in used]


def workbook(lines: list[dict[str, Any]], titles: dict[str, str], *, sheet_name: str = "Дані") -> bytes:
    """An XLSX file: one header line, one line each; `titles` names the columns and their order."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "dd.mm.yyyy"})
    book.set_properties({"title": MARK, "created": WRITTEN})
    page, bold = book.add_worksheet(sheet_name), book.add_format({"bold": True, "bg_color": "#DCE6F1"})
    names = columns_of(lines, list(titles))
    for place, name in enumerate(names):
        page.write_string(0, place, titles[name], bold)
        page.set_column(place, place, 18)
    for number, line in enumerate(lines, start=1):
        for place, name in enumerate(names):
            value = _shown(line.get(name, ""))
            if isinstance(value, dt.date):
                page.write_datetime(number, place, dt.datetime(value.year, value.month, value.day))
            elif isinstance(value, int):
                page.write_number(number, place, value)
            elif value not in ("", None):
                page.write_string(number, place, str(value))
    page.freeze_panes(1, 0)
    book.close()
    return made.getvalue()


def semicolons(lines: list[dict[str, Any]], titles: dict[str, str]) -> bytes:
    """A CSV with semicolons in Windows-1251, as Excel saves it on many desks."""
    made = io.StringIO()
    names = columns_of(lines, list(titles))
    out = csv.writer(made, delimiter=";", lineterminator="\r\n")
    out.writerow([titles[name] for name in names])
    for line in lines:
        values = [_shown(line.get(name, "")) for name in names]
        out.writerow([value.strftime("%d.%m.%Y") if isinstance(value, dt.date) else value for value in values])
    return made.getvalue().replace("ʼ", "'").encode("cp1251", "replace")
