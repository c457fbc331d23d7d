"""What the columns of a file mean: the mapping (docs/guides/handing-in.md), checked and laid over a file's worksheets."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from oplich.core.refusal import Refusal
from oplich.intake import cells
from oplich.intake.reading.marks import letter, position
from oplich.intake.reading.tables import SheetHead, Table
from oplich.intake.sheets import Sheet

MARK_HEADER = "#oplich+row"  # the hidden column that says which line is which
EXAMPLE = "example"  # its content in the example line, which is not read
HXL_TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+[a-z][a-z0-9_]*)*", re.IGNORECASE)
KNOWN = {"format", "sheet", "worksheet", "header_row", "header_rows", "first_row", "last_row", "columns", "constants", "matrix", "split", "skip", "repeats"}  # fmt: skip


class NotAMapping(Refusal):
    """The mapping does not fit the sheet or the file."""


@dataclass
class Source:
    """Where a column's cells come from: one column of the file, several joined with a word between, or several added up."""

    columns: list[int]
    how: str = "one"  # one, join, sum
    by: str = " "


@dataclass
class Matrix:
    """Columns of the file whose header is a value (a sector, say) and whose cells are another (people)."""

    header: str
    cell: str
    columns: list[tuple[int, str]]


@dataclass
class Split:
    """A column whose cells hold several values; each becomes a record. `share` says what happens to the numbers."""

    column: str
    by: str
    share: str = "repeat"  # repeat, first, even
    numbers: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """How one worksheet is read."""

    index: int
    worksheet: str
    header_row: int
    first_row: int
    last_row: int | None
    fields: dict[str, Source]
    titles: dict[int, str]  # header texts by column
    constants: dict[str, Any] = field(default_factory=dict)
    matrix: Matrix | None = None
    split: Split | None = None
    skip: list[tuple[int, set[str]]] = field(default_factory=list)
    mark: int | None = None
    keeps_repeats: bool = False
    own: bool = False
    width: int = 0

    def as_json(self) -> dict[str, Any]:
        """For Upload.layout: what was read from where."""
        return {
            "worksheet": self.worksheet,
            "header_row": self.header_row,
            "first_row": self.first_row,
            "columns": {slug: [letter(one) for one in source.columns] for slug, source in self.fields.items()},
            "matrix": [letter(one) for one, _ in self.matrix.columns] if self.matrix else [],
            "constants": sorted(self.constants),
            "unread": [
                [letter(one), text] for one, text in sorted(self.titles.items()) if text and one != self.mark and one not in self.used()
            ],
            "width": self.width,
            "mark": letter(self.mark) if self.mark is not None else "",
            "own": self.own,
        }

    def used(self) -> set[int]:
        found = {one for source in self.fields.values() for one in source.columns}
        return found | {one for one, _ in self.matrix.columns} if self.matrix else found


def shape(words: Iterable[str]) -> str:
    """The digest of a header: the same words in the same order."""
    return hashlib.sha256("\x1f".join(cells.fold(word) for word in words if word).encode()).hexdigest()


def texts(head: SheetHead, row: int) -> list[str]:
    """A line of the head as texts, blank cells as ""."""
    line = head.head[row - 1] if row <= len(head.head) else []
    return [cells.shown(one) if (one := head.cell(row, column)) is not None else "" for column in range(len(line))]


def is_hxl(words: list[str]) -> bool:
    """A line of HXL tags: at least two, and nothing but tags and blanks."""
    filled = [word for word in words if word]
    tags = [word for word in filled if HXL_TAG.fullmatch(word.strip())]
    return len(tags) >= 2 and len(tags) >= 0.8 * len(filled)


def titles_of(head: SheetHead, header_row: int, header_rows: int) -> dict[int, str]:
    """Header text per column; several header lines are read from above to below, a repeated word once."""
    found: dict[int, str] = {}
    for row in range(header_row, header_row + header_rows):
        for column, word in enumerate(texts(head, row)):
            if word and word not in found.get(column, "").split(" / "):
                found[column] = f"{found[column]} / {word}" if column in found else word
    return found


def hxl_row(head: SheetHead, header_row: int, header_rows: int) -> int:
    """The line of HXL tags at or below the header, or 0."""
    for row in (header_row + header_rows, header_row + header_rows - 1):
        if 0 < row <= len(head.head) and is_hxl(texts(head, row)):
            return row
    return 0


def counted(head: SheetHead, row: int) -> bool:
    """A line below the header that only counts its columns, 1 2 3 …, as official forms have it."""
    found = [word for word in (texts(head, row) if row <= len(head.head) else []) if word]
    return len(found) >= 3 and found == [str(one) for one in range(1, len(found) + 1)]


def tag_parts(tag: str) -> tuple[str, frozenset[str]]:
    name, *attributes = [part.strip().lower() for part in tag.split("+")]
    return name, frozenset(attributes)


def _refuse(message: str) -> NotAMapping:
    return NotAMapping(message, field="mapping")


def check(mapping: Any, sheet: Sheet) -> dict[str, Any]:
    """The mapping, when its form is right for this sheet. Raises NotAMapping saying what is not."""
    if not isinstance(mapping, dict) or not isinstance(mapping.get("columns", {}), dict):
        raise _refuse(_("A mapping is a JSON object with “columns”. The guide on handing in shows one."))
    if "\\u0000" in json.dumps(mapping, default=str):
        raise _refuse(_("The mapping contains a character that no table can hold. Remove it."))
    if unknown := set(mapping) - KNOWN:
        raise _refuse(_("The mapping says “%(word)s”, which means nothing here.") % {"word": sorted(unknown)[0]})
    for name in ("header_row", "header_rows", "first_row", "last_row"):
        if mapping.get(name) is not None and (type(mapping[name]) is not int or not 1 <= mapping[name] <= 1_048_576):
            raise _refuse(_("“%(name)s” in the mapping is the number of a line, counted from 1.") % {"name": name})
    slugs = {column.name for column in sheet.columns}
    matrix, split = mapping.get("matrix"), mapping.get("split")
    named = [*mapping.get("columns", {}), *mapping.get("constants", {})]
    if matrix is not None:
        if not isinstance(matrix, dict) or not {"header", "cell"} <= set(matrix):
            raise _refuse(_("“matrix” needs “header” (what the column titles are) and “cell” (what the cells are)."))
        named += [matrix["header"], matrix["cell"]]
    if split is not None:
        if not isinstance(split, dict) or not {"column", "by"} <= set(split) or not split["by"]:
            raise _refuse(_("“split” needs “column” and “by” (the sign between two values)."))
        if split.get("share", "repeat") not in ("repeat", "first", "even"):
            raise _refuse(_("“share” in “split” is repeat, first or even."))
        named.append(split["column"])
    for name in named:
        if name not in slugs:
            raise _refuse(
                _("“%(name)s” is no column of this sheet. It has: %(columns)s.") % {"name": name, "columns": ", ".join(sorted(slugs))}
            )
    given = set(named)
    if missing := [column for column in sheet.columns if column.required and column.name not in given]:
        raise _refuse(
            _("Nothing says where “%(title)s” stands. Choose a column or give one value for all lines.") % {"title": missing[0].title}
        )
    return mapping


class _NotHere(Exception):
    """A column the mapping names is not in this worksheet."""


def find(reference: Any, titles: dict[int, str], tags: dict[int, str]) -> int:
    """The column a reference means: a header text, {"letter": "C"}, {"hxl": "#sector"} or {"header": "…"}."""
    if isinstance(reference, dict) and "letter" in reference:
        return position(str(reference["letter"]))
    if isinstance(reference, dict) and "hxl" in reference:
        name, attributes = tag_parts(str(reference["hxl"]))
        for column, tag in tags.items():
            if tag_parts(tag) == (name, attributes):
                return column
        raise _NotHere(str(reference["hxl"]))
    word = cells.fold(reference["header"] if isinstance(reference, dict) and "header" in reference else reference)
    for column, title in titles.items():
        if cells.fold(title) == word or word in map(cells.fold, title.split(" / ")):
            return column
    if isinstance(reference, str) and re.fullmatch(r"[A-Z]{1,2}", reference):
        return position(reference)
    raise _NotHere(str(reference))


def _source(reference: Any, titles: dict[int, str], tags: dict[int, str]) -> Source:
    if isinstance(reference, dict) and "join" in reference:
        return Source([find(one, titles, tags) for one in reference["join"]], "join", str(reference.get("by", " ")))
    if isinstance(reference, dict) and "sum" in reference:
        return Source([find(one, titles, tags) for one in reference["sum"]], "sum")
    return Source([find(reference, titles, tags)])


def _lay(mapping: dict[str, Any], head: SheetHead, index: int, header_row: int) -> Plan:
    header_rows = int(mapping.get("header_rows") or 1)
    titles = titles_of(head, header_row, header_rows)
    tagged = hxl_row(head, header_row, header_rows)
    tags = {column: word for column, word in enumerate(texts(head, tagged)) if word} if tagged else {}
    first = max(header_row + header_rows, tagged + 1)
    first += counted(head, first)
    plan = Plan(
        index=index,
        worksheet=head.name,
        header_row=header_row,
        first_row=int(mapping.get("first_row") or first),
        last_row=mapping.get("last_row"),
        fields={slug: _source(reference, titles, tags) for slug, reference in mapping.get("columns", {}).items()},
        titles=titles,
        constants=dict(mapping.get("constants", {})),
        keeps_repeats=mapping.get("repeats") == "keep",
        width=max(head.width, max(map(len, head.head), default=0)),
    )
    plan.mark = next((column for column, word in {**titles, **tags}.items() if MARK_HEADER in word), None)
    if matrix := mapping.get("matrix"):
        if "columns" in matrix:
            columns = [find(one, titles, tags) for one in matrix["columns"]]
        else:
            columns = list(range(find(matrix["from"], titles, tags), find(matrix["to"], titles, tags) + 1))
        plan.matrix = Matrix(matrix["header"], matrix["cell"], [(one, titles.get(one, "").split(" / ")[-1]) for one in columns])
    if split := mapping.get("split"):
        plan.split = Split(split["column"], split["by"], split.get("share", "repeat"), list(split.get("numbers", [])))
    for rule in mapping.get("skip", []):
        plan.skip.append((find(rule["column"], titles, tags), {cells.fold(word) for word in rule["words"]}))
    return plan


def lay_over(mapping: dict[str, Any], sheet: Sheet, table: Table) -> list[Plan]:
    """A plan for each worksheet the mapping fits. Raises NotAMapping when it fits none."""
    check(mapping, sheet)
    wanted = mapping.get("worksheet")
    plans, missing = [], ""
    for index, head in enumerate(table.sheets):
        if wanted and cells.fold(head.name) != cells.fold(wanted):
            continue
        rows = [int(mapping["header_row"])] if mapping.get("header_row") else range(1, min(25, len(head.head)) + 1)
        for row in rows:
            try:
                plans.append(_lay(mapping, head, index, row))
                break
            except _NotHere as error:
                missing = missing or str(error)
            except (KeyError, TypeError, ValueError) as error:
                raise _refuse(_("The mapping cannot be read at “%(word)s”.") % {"word": str(error)}) from error
    if not plans:
        if wanted and wanted not in [head.name for head in table.sheets]:
            raise _refuse(_("There is no worksheet “%(name)s” in this file.") % {"name": wanted})
        raise _refuse(_("There is no column “%(name)s” in this file. Look at its header and correct the mapping.") % {"name": missing})
    return plans


def unknown_sheet(named: str, sheets: Iterable[str]) -> str:
    """The words for a mapping that does not say which of our sheets it is for."""
    known = ", ".join(sheets)
    if named:
        return _("There is no sheet “%(name)s”. Choose one of: %(known)s.") % {"name": named, "known": known}
    return _("Say in the mapping which sheet the file is: %(known)s.") % {"known": known}
