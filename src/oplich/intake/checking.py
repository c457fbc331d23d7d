"""Check the cells of a worksheet, column by column. A cell that was seen before costs one look into a dictionary.

Knows no database: `bench/intake.py` and the mapping page's preview use the same Checker as `actions.check`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import compress
from typing import Any, NamedTuple

from oplich.core import sealing
from oplich.intake import cells
from oplich.intake.mapping import EXAMPLE, Matrix, Plan, Source, Split
from oplich.intake.reading.marks import MARK, Unknown, letter, unpack
from oplich.intake.reading.tables import Batch
from oplich.intake.recognising import is_total_line
from oplich.intake.sheets import Column, Context, Misread, Problem, Sheet

MOST_REMEMBERED = 40_000  # distinct cells per column
ERRORS = {"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"}  # #N/A is a blank: a look-up that found nothing


class Bad:
    """A cell that cannot be taken in, and why."""

    __slots__ = ("code", "detail", "expected", "of_row", "suggestion")

    def __init__(
        self, code: str, expected: str = "", suggestion: str = "", detail: dict[str, Any] | None = None, *, of_row: bool = False
    ) -> None:
        self.code, self.expected, self.suggestion, self.detail, self.of_row = code, expected, suggestion, detail or {}, of_row


class Found(NamedTuple):
    """A fault at its cell."""

    column: str
    letter: str
    bad: Bad
    cell: Any


class Checked(NamedTuple):
    """One record read from one line (or from a part of it)."""

    number: int
    part: int
    values: dict[str, Any]
    faults: list[Found]
    key: str
    digest: str
    mark: str


class Memory(dict):
    """What each distinct cell of a column means."""

    def __init__(self, column: Column, context: Context) -> None:
        super().__init__()
        self.column, self.context, self.has_bad = column, context, False

    def __missing__(self, packed: Any) -> Any:
        value = self.read(packed)
        self[packed] = value
        return value

    def read(self, packed: Any) -> Any:
        if packed is None:
            return None
        cell = packed
        if type(packed) is str:
            if packed.startswith(MARK):
                cell = unpack(packed)
                if type(cell) is Unknown:
                    self.has_bad = True
                    return Bad(cell.code)
            elif packed.startswith("#") and packed.upper() in ERRORS:
                self.has_bad = True
                return Bad("formula-error")
            elif len(packed) <= 12 and packed.lower() in cells.BLANK:
                return None
        try:
            return self.column.read(cell, self.context)
        except Misread as misread:
            self.has_bad = True
            return Bad(misread.code, misread.expected, misread.suggestion, misread.detail)


class Checker:
    """Checks the batches of one worksheet. `seen` (key → line) and `memories` are shared between the worksheets of one file."""

    def __init__(self, sheet: Sheet, plan: Plan, context: Context, *, seen: dict | None = None, memories: dict | None = None) -> None:
        self.sheet, self.plan, self.context = sheet, plan, context
        self.seen: dict[str, tuple[str, int]] = {} if seen is None else seen
        self.memories: dict[str, Memory] = {} if memories is None else memories
        for column in sheet.columns:
            self.memories.setdefault(column.name, Memory(column, context))
        self.slugs = [column.name for column in sheet.columns if self._given(column.name)]
        self.required = {column.name for column in sheet.columns if column.required}
        self.name = self._namer()
        self.totals_left_out: list[int] = []
        self.examples_left_out = 0
        self.repeats: dict[str, int] = {}
        self.heading_faults = self._headings()

    def _given(self, slug: str) -> bool:
        plan = self.plan
        return slug in plan.fields or slug in plan.constants or (plan.matrix is not None and slug in (plan.matrix.header, plan.matrix.cell))

    def _namer(self) -> Callable[[str], str]:
        if self.sheet.personal:
            return sealing.blinder(f"intake-row|{self.sheet.slug}")
        return lambda text: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _headings(self) -> list[Found]:
        """Titles over a matrix that mean nothing: one fault each, at the title."""
        found = []
        if self.plan.matrix:
            memory = self.memories[self.plan.matrix.header]
            for index, title in list(self.plan.matrix.columns):
                if type(bad := memory[title or None]) is Bad or bad is None:
                    found.append(Found(self.plan.matrix.header, letter(index), bad or Bad("missing"), title))
                    self.plan.matrix.columns.remove((index, title))
        return found

    # Raw columns, line by line or unrolled

    def _source(self, source: Source, batch: Batch) -> list[Any]:
        columns = [batch.columns[one] if one < len(batch.columns) else [None] * batch.lines for one in source.columns]
        if source.how == "one":
            return columns[0]
        if source.how == "join":
            return [
                source.by.join(cells.shown(unpack(one)) for one in line if one is not None) or None for line in zip(*columns, strict=True)
            ]
        return [_sum(line) for line in zip(*columns, strict=True)]

    def _raw(self, batch: Batch) -> tuple[dict[str, list[Any]], list[int], list[int], dict[str, Any], list[Any]]:
        plan = self.plan
        numbers = list(range(batch.first, batch.first + batch.lines))
        raw = {slug: self._source(source, batch) for slug, source in plan.fields.items()}
        letters: dict[str, Any] = {slug: letter(source.columns[0]) for slug, source in plan.fields.items()}
        marks = batch.columns[plan.mark] if plan.mark is not None and plan.mark < len(batch.columns) else [None] * batch.lines
        keep = self._lines_to_read(batch, raw, numbers, marks)
        if not all(keep):
            raw = {slug: list(compress(column, keep)) for slug, column in raw.items()}
            numbers, marks = list(compress(numbers, keep)), list(compress(marks, keep))
        parts = [0] * len(numbers)
        if plan.matrix:
            raw, numbers, parts, letters, marks = self._unroll(plan.matrix, batch, keep, raw, numbers, letters, marks)
        if plan.split:
            raw, numbers, parts, letters, marks = self._part(plan.split, raw, numbers, parts, letters, marks)
        for slug, value in plan.constants.items():
            raw[slug] = [value] * len(numbers)
        return raw, numbers, parts, letters, marks

    def _lines_to_read(self, batch: Batch, raw: dict[str, list[Any]], numbers: list[int], marks: list[Any]) -> list[bool]:
        """Leave out lines before and after the table, blank lines, repeated headers, totals and the template's example."""
        plan = self.plan
        last = plan.last_row or 1 << 40
        columns = list(raw.values())
        if plan.matrix:
            columns += [batch.columns[one] for one, _ in plan.matrix.columns if one < len(batch.columns)]
        width = len(columns)
        keep = [line.count(None) < width for line in zip(*columns, strict=True)] if columns else [False] * batch.lines
        if batch.first < plan.first_row or batch.first + batch.lines > last:
            keep = [one and plan.first_row <= number <= last for one, number in zip(keep, numbers, strict=True)]
        if plan.mark is not None:
            for at, mark in enumerate(marks):
                if mark == EXAMPLE and keep[at]:
                    keep[at] = False
                    self.examples_left_out += 1
        for index, words in plan.skip:
            column = batch.columns[index] if index < len(batch.columns) else []
            for at, cell in enumerate(column):
                if keep[at] and isinstance(cell, str) and cells.fold(cell) in words:
                    keep[at] = False
                    self.totals_left_out.append(numbers[at])
        if not plan.own:
            self._leave_out_totals(raw, numbers, keep)
        return keep

    def _leave_out_totals(self, raw: dict[str, list[Any]], numbers: list[int], keep: list[bool]) -> None:
        """In a foreign table: lines that are totals, and headers repeated further down."""
        for slug, source in sorted(self.plan.fields.items(), key=lambda pair: pair[1].columns[0])[:3]:
            title = self.plan.titles.get(source.columns[0], "") if source.how == "one" else ""
            for at, cell in enumerate(raw[slug]):
                if type(cell) is str and len(cell) < 80 and (cell == title or is_total_line(cell)) and keep[at]:
                    keep[at] = False
                    self.totals_left_out.append(numbers[at])

    def _unroll(self, matrix: Matrix, batch: Batch, keep: list[bool], raw: dict, numbers: list[int], letters: dict, marks: list) -> tuple:
        columns = [
            (index, title, list(compress(batch.columns[index], keep))) for index, title in matrix.columns if index < len(batch.columns)
        ]
        unrolled: dict[str, list[Any]] = {slug: [] for slug in [*raw, matrix.header, matrix.cell]}
        lines, parts, where, tags = [], [], [], []
        for at, number in enumerate(numbers):
            for index, title, column in columns:
                cell = column[at]
                if cell is None or cell == 0 or (type(cell) is str and cells.fold(cell) in cells.BLANK):
                    continue
                for slug, values in raw.items():
                    unrolled[slug].append(values[at])
                unrolled[matrix.header].append(title)
                unrolled[matrix.cell].append(cell)
                lines.append(number)
                parts.append(index)
                where.append(letter(index))
                tags.append(marks[at])
        return unrolled, lines, parts, {**letters, matrix.header: where, matrix.cell: where}, tags

    def _part(self, split: Split, raw: dict, numbers: list[int], parts: list[int], letters: dict, marks: list) -> tuple:
        made: dict[str, list[Any]] = {slug: [] for slug in raw}
        origin: list[int] = []
        which: list[int] = []
        for at in range(len(numbers)):
            cell = raw[split.column][at]
            pieces = [piece.strip() for piece in cell.split(split.by) if piece.strip()] if isinstance(cell, str) else [cell]
            for nth, piece in enumerate(pieces or [None]):
                for slug, column in raw.items():
                    value = piece if slug == split.column else column[at]
                    if slug in split.numbers and len(pieces) > 1:
                        value = _share(value, nth, len(pieces), split.share)
                    made[slug].append(value)
                origin.append(at)
                which.append(nth)
        spread = {slug: [one[at] for at in origin] if isinstance(one, list) else one for slug, one in letters.items()}
        return made, [numbers[at] for at in origin], [parts[at] * 100 + nth for at, nth in zip(origin, which, strict=True)], spread, [
            marks[at] for at in origin
        ]  # fmt: skip

    # Checking

    def batch(self, batch: Batch) -> Iterator[Checked]:
        """Every record of these lines, in their order."""
        raw, numbers, parts, letters, marks = self._raw(batch)
        if not numbers:
            return
        columns, faults = [], {}
        for slug in self.slugs:
            memory = self.memories[slug]
            cells_in = raw[slug]
            values = list(map(memory.__getitem__, cells_in))
            if memory.has_bad:
                for at, value in enumerate(values):
                    if type(value) is Bad:
                        faults.setdefault(at, []).append(Found(slug, _at(letters, slug, at), value, cells_in[at]))
                        values[at] = None
            if slug in self.required and None in values:
                for at, value in enumerate(values):
                    if value is None and not any(one.column == slug for one in faults.get(at, ())):
                        faults.setdefault(at, []).append(Found(slug, _at(letters, slug, at), Bad("missing"), cells_in[at]))
            if len(memory) > MOST_REMEMBERED:
                memory.clear()
            columns.append(values)
        yield from self._records(columns, faults, raw, numbers, parts, letters, marks)

    def _records(self, columns: list, faults: dict, raw: dict, numbers: list, parts: list, letters: dict, marks: list) -> Iterator[Checked]:
        absent = {column.name: None for column in self.sheet.columns if column.name not in self.slugs}
        nothing: list[Found] = []
        check_row, identity, context, name, slugs = self.sheet.check_row, self.sheet.identity, self.context, self.name, self.slugs
        stray = self._stray(raw, len(numbers))
        for at, line in enumerate(zip(*columns, strict=True)):
            if at in stray:
                slug = stray[at]
                found = Found(slug, _at(letters, slug, at), Bad("stray-line"), raw[slug][at])
                yield Checked(numbers[at], parts[at], {}, [found], "", "", "")
                continue
            values = dict(zip(slugs, line, strict=True))
            if absent:
                values.update(absent)
            wrong = faults.get(at, nothing)
            if check_row is not None:
                for problem in check_row(values, context):
                    if not any(one.column == problem.column or one.column in problem.about for one in wrong):
                        wrong = [*wrong, self._problem(problem, raw, letters, at)]
            key = digest = ""
            if not wrong:
                key = name(repr(identity(values)))
                compact = {slug: value for slug, value in values.items() if value is not None}
                digest = name(repr(compact))
                if key in self.seen:
                    key, wrong = self._repeat(key, numbers[at], letters, at, raw)
                if not wrong:
                    self.seen[key] = (self.plan.worksheet, numbers[at])
                values = compact
            mark = marks[at]
            yield Checked(numbers[at], parts[at], values, wrong, key, digest, mark if type(mark) is str else "")

    def _stray(self, raw: dict, lines: int) -> dict[int, str]:
        """In a foreign table: lines with nothing but one text, a note or a signature; their only column."""
        plan, found = self.plan, {}
        if plan.own or plan.matrix or plan.split or len(plan.fields) < 4:
            return found
        columns = [raw[slug] for slug in plan.fields]
        blanks = len(columns) - 1
        for at, line in enumerate(zip(*columns, strict=True)):
            if line.count(None) == blanks:
                slug, cell = next((slug, cell) for slug, cell in zip(plan.fields, line, strict=True) if cell is not None)
                if type(cell) is str and not cell.startswith(MARK):
                    found[at] = slug
        return found

    def _problem(self, problem: Problem, raw: dict, letters: dict, at: int) -> Found:
        column = next((one for one in (problem.column, *problem.about) if one in letters), problem.column)
        cell = raw[column][at] if column in raw else None
        bad = Bad(problem.code, problem.expected, problem.suggestion, dict(problem.detail), of_row=True)
        return Found(column, _at(letters, column, at), bad, cell)

    def _repeat(self, key: str, number: int, letters: dict, at: int, raw: dict) -> tuple[str, list[Found]]:
        """The same fact a second time: a fault, or, where the mapping says so, the next of several equal lines."""
        if self.plan.keeps_repeats:
            self.repeats[key] = self.repeats.get(key, 1) + 1
            return self.name(f"{key}|{self.repeats[key]}"), []
        worksheet, line = self.seen[key]
        column = next(iter(self.plan.fields), self.sheet.columns[0].name)
        return key, [
            Found(
                column,
                _at(letters, column, at),
                Bad("repeats-line", detail={"line": line, "worksheet": worksheet}),
                raw.get(column, [None])[at],
            )
        ]


def _at(letters: dict[str, Any], slug: str, at: int) -> str:
    where = letters.get(slug, "")
    return where[at] if isinstance(where, list) else where


def _sum(line: tuple[Any, ...]) -> Any:
    """Numbers added up; a cell that is no number stands for the sum, so that the fault shows it."""
    total: Any = None
    for one in line:
        if one is None or (isinstance(one, str) and cells.fold(one) in cells.BLANK):
            continue
        if not isinstance(one, int | float):
            return one
        total = one if total is None else total + one
    return total


def _share(value: Any, nth: int, parts: int, share: str) -> Any:
    if not isinstance(value, int | float) or share == "repeat":
        return value
    if share == "first":
        return value if nth == 0 else None
    return int(value) // parts + (nth < int(value) % parts)
