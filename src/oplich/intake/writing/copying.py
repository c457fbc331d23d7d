"""A plain copy of a table's values with the faults marked: for text files, old .xls files, and workbooks too large for openpyxl.

Rows stream through; nothing is kept but the row in hand. Text is written as text, whatever it begins with.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any, BinaryIO

import xlsxwriter

from oplich.intake.reading import texts, workbooks
from oplich.intake.reading.marks import Unknown, position, unpack

MOST_NOTES = 5_000


def copy(file: BinaryIO, kind: str, result: BinaryIO, asked: dict[str, Any]) -> None:
    """Write the copy into `result`."""
    sheets = [texts.read(file)] if kind == "text" else workbooks.read(file, kind)[0]
    options = {"constant_memory": True, "tmpdir": asked["folder"], "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(result, {**options, "strings_to_numbers": False})
    formats = {
        "faulty": book.add_format({"bg_color": "#F8C9C4"}),
        "head": book.add_format({"bold": True, "bg_color": "#E8EDF3"}),
        "day": book.add_format({"num_format": "dd.mm.yyyy"}),
        "moment": book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
        "faulty_day": book.add_format({"num_format": "dd.mm.yyyy", "bg_color": "#F8C9C4"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    faults: dict[str, dict[tuple[int, int], list[str]]] = defaultdict(lambda: defaultdict(list))
    for fault in asked["faults"]:
        letter = fault["letter"] or asked["first_letter"].get(fault["sheet"], "A")
        faults[fault["sheet"]][fault["row"] - 1, position(letter)].append(fault["words"])
    read = {one["name"]: one for one in asked["worksheets"]}
    used: set[str] = set()
    links = {}
    for sheet in sheets:
        name = _name(sheet.name or asked["table_name"], used)
        links[sheet.name] = name
        page = book.add_worksheet(name)
        if sheet.hidden:
            page.hide()
        _write(page, sheet, faults[sheet.name], read.get(sheet.name), asked["mark_header"], formats)
    _list(book, asked, links, used, formats)
    book.close()


def _name(wanted: str, used: set[str]) -> str:
    plain = "".join("_" if one in "[]:*?/\\" else one for one in wanted).strip("'")[:28] or "1"
    name, number = plain, 2
    while name.casefold() in used:
        name, number = f"{plain[:25]} {number}", number + 1
    used.add(name.casefold())
    return name


def _write(page: Any, sheet: Any, faults: dict, read: dict[str, Any] | None, mark_header: str, formats: dict[str, Any]) -> None:
    marks = dict(read["marks"]) if read else {}
    header = read["header_row"] if read else 0
    column = position(read["mark"]) if read and read["mark"] else (read["width"] if read else 0)
    by_line: dict[int, list[tuple[int, list[str]]]] = defaultdict(list)
    for (line, place), words in faults.items():
        by_line[line].append((place, words))
    notes = 0
    for line, row in enumerate(sheet.rows()):
        wrong = dict(by_line.get(line, ()))
        for place, packed in enumerate(row):
            if packed is not None or place in wrong:
                _cell(page, line, place, packed, place in wrong, line + 1 == header, formats)
        for place, words in wrong.items():
            if place >= len(row):
                page.write_blank(line, place, None, formats["faulty"])
            if notes < MOST_NOTES:
                page.write_comment(line, place, "\n".join(dict.fromkeys(words)), {"author": "Oplich", "x_scale": 2.4})
                notes += 1
        if read and line + 1 == header and not read["mark"]:
            page.write_string(line, column, mark_header)
        elif line + 1 in marks and (column >= len(row) or row[column] is None):
            page.write_string(line, column, marks[line + 1])
    if read:
        page.set_column(column, column, None, None, {"hidden": True})
        page.freeze_panes(header, 0)


def _cell(page: Any, line: int, place: int, packed: Any, wrong: bool, head: bool, formats: dict[str, Any]) -> None:
    cell = unpack(packed)
    plain = formats["faulty"] if wrong else formats["head"] if head else None
    if cell is None or isinstance(cell, Unknown):
        page.write_blank(line, place, None, plain)
    elif isinstance(cell, bool):
        page.write_boolean(line, place, cell, plain)
    elif isinstance(cell, int | float):
        page.write_number(line, place, cell, plain)
    elif isinstance(cell, dt.datetime):
        page.write_datetime(line, place, cell, formats["faulty_day"] if wrong else formats["moment"])
    elif isinstance(cell, dt.date):
        page.write_datetime(line, place, cell, formats["faulty_day"] if wrong else formats["day"])
    else:
        page.write_string(line, place, cell[:32_767], plain)


def _list(book: Any, asked: dict[str, Any], links: dict[str, str], used: set[str], formats: dict[str, Any]) -> None:
    page = book.add_worksheet(_name(asked["list"]["title"], used))
    for column, (word, width) in enumerate(zip(asked["list"]["header"], (22, 8, 24, 26, 70, 24), strict=True)):
        page.write_string(0, column, word, formats["head"])
        page.set_column(column, column, width)
    for row, fault in enumerate(asked["faults"], 1):
        letter = fault["letter"] or asked["first_letter"].get(fault["sheet"], "A")
        place = f"{letter}{fault['row']}"
        sheet = links.get(fault["sheet"], "").replace("'", "''")
        if row <= 20_000:
            page.write_url(row, 0, f"internal:'{sheet}'!{place}", string=fault["where"][:255])
        else:
            page.write_string(row, 0, fault["where"])
        page.write_number(row, 1, fault["row"])
        for column, name in ((2, "title"), (3, "value"), (4, "words"), (5, "suggestion")):
            page.write_string(row, column, str(fault[name])[:32_000], formats["wrap"] if name == "words" else None)
    page.freeze_panes(1, 0)
