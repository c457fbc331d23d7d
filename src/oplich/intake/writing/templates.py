"""Empty workbooks to fill in: header, HXL tags, an example, drop-down lists, help, and a hidden column that names each line."""

from __future__ import annotations

import datetime as dt
import io
import secrets
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from oplich.intake.mapping import EXAMPLE, MARK_HEADER
from oplich.intake.reading.marks import letter
from oplich.intake.sheets import Context, Sheet

LINES = 500  # that carry a mark and drop-down lists; more can be added below
LONGEST_LIST = 40_000


def template(sheet: Sheet, *, context: Context | None, language: str) -> bytes:
    """The workbook as bytes."""
    with translation.override(language):
        return _template(sheet)


def _template(sheet: Sheet) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": str(sheet.title), "author": "Oplich"})
    formats = {
        "required": book.add_format({"bold": True, "bg_color": "#0B5CAD", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top", "border": 1}),
        "optional": book.add_format({"bold": True, "bg_color": "#DCE6F2", "text_wrap": True, "valign": "top", "border": 1}),
        "tag": book.add_format({"font_color": "#6B7785", "font_size": 8}),
        "example": book.add_format({"italic": True, "font_color": "#6B7785", "bg_color": "#F3F5F7"}),
        "example_day": book.add_format({"italic": True, "font_color": "#6B7785", "bg_color": "#F3F5F7", "num_format": "dd.mm.yyyy"}),
        "open": book.add_format({"locked": False}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "bold": book.add_format({"bold": True}),
    }  # fmt: skip
    page = book.add_worksheet(_sheet_name(str(sheet.title)))
    guide = book.add_worksheet(_("How to fill in")[:31])
    lists = book.add_worksheet("lists")
    lists.hide()
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width, formats["open"])
        page.write_string(
            0, index, str(column.title) + (" *" if column.required else ""), formats["required" if column.required else "optional"]
        )
        page.write_string(1, index, column.hxl, formats["tag"])
        _example(page, index, column.example, formats)
        if column.help:
            page.write_comment(0, index, str(column.help), {"author": "Oplich", "x_scale": 2.0})
        if column.choices is not None:
            _drop_down(page, lists, index, [str(label) for _value, label in column.choices()], column)
    mark = len(sheet.columns)
    page.set_column(mark, mark, None, formats["open"], {"hidden": True})
    page.write_string(0, mark, MARK_HEADER)
    page.write_string(1, mark, MARK_HEADER)
    page.write_string(2, mark, EXAMPLE)
    for line in range(LINES):
        page.write_string(3 + line, mark, secrets.token_hex(8), formats["open"])
    page.set_row(0, 34)
    page.freeze_panes(2, 0)
    may = ("insert_rows", "delete_rows", "sort", "autofilter", "format_cells", "format_columns", "format_rows", "select_locked_cells")
    page.protect("", dict.fromkeys(may, True))
    _guide(guide, sheet, formats)
    page.activate()
    book.close()
    return out.getvalue()


def _sheet_name(title: str) -> str:
    return "".join("_" if one in "[]:*?/\\" else one for one in title)[:31] or "Sheet"


def _example(page: Any, index: int, example: Any, formats: dict[str, Any]) -> None:
    if isinstance(example, dt.date):
        page.write_datetime(2, index, example, formats["example_day"])
    elif isinstance(example, int | float) and not isinstance(example, bool):
        page.write_number(2, index, example, formats["example"])
    else:
        page.write_string(2, index, str(example), formats["example"])


def _drop_down(page: Any, lists: Any, index: int, labels: Sequence[str], column: Any) -> None:
    labels = list(dict.fromkeys(labels))[:LONGEST_LIST]
    if not labels:
        return
    for row, label in enumerate(labels):
        lists.write_string(row, index, label)
    place = letter(index)
    page.data_validation(
        3,
        index,
        3 + LINES * 20,
        index,
        {
            "validate": "list",
            "source": f"=lists!${place}$1:${place}${len(labels)}",
            "error_type": "warning",
            "error_title": str(column.title)[:32],
            "error_message": _("This is not in the list. It will be looked at when the file is handed in."),
        },
    )


def _guide(guide: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    guide.set_column(0, 0, 30)
    guide.set_column(1, 1, 14)
    guide.set_column(2, 2, 80)
    guide.set_column(3, 3, 30)
    lines = [
        str(sheet.help),
        _("Fill in one line per record, from line 4. The grey line is an example and is not read. Columns with * must be filled in."),
        _("Dates: 28.02.2023. Numbers: digits only. Do not rename the columns; you may leave columns empty or put them in another order."),
    ]
    for row, text in enumerate(line for line in lines if line):
        guide.write_string(row, 0, text)
    for at, word in enumerate((_("Column"), _("Required"), _("What to write"), "HXL")):
        guide.write_string(4, at, word, formats["bold"])
    for row, column in enumerate(sheet.columns, 5):
        guide.write_string(row, 0, str(column.title), formats["wrap"])
        guide.write_string(row, 1, _("yes") if column.required else "", formats["wrap"])
        guide.write_string(row, 2, str(column.help), formats["wrap"])
        guide.write_string(row, 3, column.hxl, formats["wrap"])
