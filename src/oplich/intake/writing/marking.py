"""Mark faults in the sender's own workbook: styles, formulas and other sheets stay as they are. The one doorway to openpyxl."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from typing import Any, BinaryIO

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter

from oplich.intake.reading import archives

MOST_UNPACKED = 14_000_000  # about 200,000 cells; beyond that openpyxl takes too long and too much memory
MOST_NOTES = 5_000
FAULTY = PatternFill("solid", fgColor="FFF8C9C4")
HEAD = PatternFill("solid", fgColor="FFE8EDF3")


def small_enough(file: BinaryIO) -> bool:
    """Whether openpyxl may open it."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        archives.inspect(archive)
        return sum(part.file_size for part in archive.infolist()) <= MOST_UNPACKED


def mark(file: BinaryIO, result: BinaryIO, asked: dict[str, Any]) -> None:
    """Write the marked workbook into `result`."""
    file.seek(0)
    book = openpyxl.load_workbook(file)
    by_cell: dict[tuple[str, int, str], list[dict[str, Any]]] = defaultdict(list)
    for fault in asked["faults"]:
        by_cell[fault["sheet"], fault["row"], fault["letter"] or asked["first_letter"].get(fault["sheet"], "A")].append(fault)
    for number, ((name, row, letter), faults) in enumerate(by_cell.items()):
        if name in book.sheetnames:
            _mark_cell(book[name], row, letter, faults, noted=number < MOST_NOTES)
    for one in asked["worksheets"]:
        if one["name"] in book.sheetnames:
            _mark_lines(book[one["name"]], one, asked["mark_header"])
    _list(book, asked)
    book.save(result)


def _mark_cell(sheet: Any, row: int, letter: str, faults: list[dict[str, Any]], *, noted: bool) -> None:
    cell = sheet[f"{letter}{row}"]
    if isinstance(cell, MergedCell):
        area = next((one for one in sheet.merged_cells.ranges if cell.coordinate in one), None)
        if area is None:
            return
        cell = sheet.cell(area.min_row, area.min_col)
    cell.fill = FAULTY
    if noted:
        comment = Comment("\n".join(dict.fromkeys(fault["words"] for fault in faults)), "Oplich")
        comment.width, comment.height = 320, 40 + 26 * len(faults)
        cell.comment = comment


def _mark_lines(sheet: Any, one: dict[str, Any], mark_header: str) -> None:
    """A hidden column that says which line is which, so that a corrected line replaces its earlier self."""
    column = column_index_from_string(one["mark"]) if one["mark"] else sheet.max_column + 1
    if not one["mark"]:
        sheet.cell(one["header_row"], column).value = mark_header
    for row, said in one["marks"]:
        cell = sheet.cell(row, column)
        if cell.value in (None, "") and not isinstance(cell, MergedCell):
            cell.value = said
    sheet.column_dimensions[get_column_letter(column)].hidden = True


def _list(book: Any, asked: dict[str, Any]) -> None:
    """The list of faults, each with a link to its cell."""
    title = asked["list"]["title"]
    if title in book.sheetnames and book[title].cell(1, 1).value == asked["list"]["header"][0]:
        del book[title]  # our own list from an earlier time
    sheet = book.create_sheet(title if title not in book.sheetnames else f"{title} (Oplich)")
    for column, word in enumerate(asked["list"]["header"], 1):
        cell = sheet.cell(1, column, word)
        cell.font, cell.fill = Font(bold=True), HEAD
    for row, fault in enumerate(asked["faults"], 2):
        letter = fault["letter"] or asked["first_letter"].get(fault["sheet"], "A")
        for column, value in enumerate(
            (fault["where"], fault["row"], fault["title"], fault["value"], fault["words"], fault["suggestion"]), 1
        ):
            cell = sheet.cell(row, column)
            _inert(cell, value)
            cell.alignment = Alignment(wrap_text=column == 5, vertical="top")
        if fault["sheet"] in book.sheetnames:
            quoted = fault["sheet"].replace("'", "''")
            sheet.cell(row, 1).hyperlink = f"#'{quoted}'!{letter}{fault['row']}"
            sheet.cell(row, 1).font = Font(color="FF0B5CAD", underline="single")
    for letter, width in zip("ABCDEF", (22, 8, 24, 26, 70, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _inert(cell: Any, value: Any) -> None:
    """A value that no program will ever run: text that begins like a formula stays text."""
    if isinstance(value, str):
        cell.value = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        if value[:1] in "=+-@\t\r":
            cell.quotePrefix = True
    else:
        cell.value = value
