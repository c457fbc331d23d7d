"""Guess what a file is: which sheet, where its header stands, what each column may mean, by header words, HXL tags and values."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import translation
from rapidfuzz import fuzz

from oplich.intake import cells, mapping
from oplich.intake.reading.marks import letter
from oplich.intake.reading.tables import SheetHead, Table
from oplich.intake.sheets import Column, Context, Misread, Sheet

HEADER_WITHIN = 25  # lines in which a header is looked for
SURE = 0.999
TRIED = "cells tried while guessing"
PREAMBLE = re.compile(
    r"^(?:(?:total )?(?:number|no|nr) of|в т ч|[ву] тому числі|в том числе|з них|із них|из них|of which|of these|including|of)\s+"
)
NONSENSE = "щось незрозуміле ~ 77 zz"
TOTALS = {
    "total",
    "totals",
    "grand total",
    "sum",
    "всього",
    "усього",
    "разом",
    "загалом",
    "підсумок",
    "итого",
    "всего",
    "загальна кількість",
    "ітого",
}
TOTAL_LINE = re.compile(
    r"(?:total|sub-?total|grand total|всього|усього|разом|загалом|ітого|итого|всего)\b(?: ?[:—–-].*|,? ?\d.*|"
    r"(?: за списком| осіб| людей| отримувачів| чел| человек| people| persons)[:. \d]*| (?:по|за|для|for|in|per) .*)?"
)


def is_total_line(cell: str) -> bool:
    """Whether this first cell of a line says that the line adds up others: “Разом по області”, “Всього: 12 осіб”."""
    return is_total(cell) or TOTAL_LINE.fullmatch(cells.fold(cell)) is not None


def is_total(text: Any) -> bool:
    return isinstance(text, str) and text.strip(":. *\xa0").lower() in TOTALS


_WORDS: dict[int, tuple[Column, frozenset[str]]] = {}  # by identity: hashing a column would translate its title each time


def _words(column: Column) -> frozenset[str]:
    found = {column.name.replace("_", " "), *column.words}
    for language in ("uk", "en"):
        with translation.override(language):
            found.add(str(column.title))
    return frozenset(header_fold(word) for word in found if word)


def words_of(sheet: Sheet, column: Column) -> frozenset[str]:
    """Every header this column goes by, folded."""
    if id(column) not in _WORDS:
        _WORDS[id(column)] = column, _words(column)
    return _WORDS[id(column)][1]


@functools.lru_cache(maxsize=4096)
def header_fold(text: str) -> str:
    """A header without its number, asterisk, unit in brackets."""
    text = cells.fold(text)
    text = re.sub(r"^(?:\d+[.)]|#|№)\s*(?=[^\W\d])", "", text)
    text = text.replace("к-сть", "кількість").replace("кіл-ть", "кількість").replace("кол-во", "количество").replace("ё", "е")
    text = re.sub(r"\bп\. ?і\. ?б\b\.?", "піб", re.sub(r"\bф\. ?и\. ?о\b\.?", "фио", text))
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text)
    words = " ".join(re.sub(r"[*:;?!\"«»“”_/\\.,-]", " ", bare if bare.strip() else text).split())
    return PREAMBLE.sub("", words) or words


@dataclass
class Guess:
    """One column of the file: the sheet's columns it may be, best first."""

    index: int
    title: str
    hxl: str = ""
    examples: list[str] = field(default_factory=list)
    scores: list[tuple[str, float, str]] = field(default_factory=list)  # slug, score, why
    column: str = ""
    score: float = 0.0
    why: str = ""


@dataclass
class Recognised:
    """A worksheet read as one of our sheets."""

    sheet: Sheet
    index: int
    worksheet: str
    header_row: int
    header_rows: int
    guesses: list[Guess]
    mapping: dict[str, Any]
    missing: list[str]
    strength: float
    sure: bool
    own: bool = False
    known: int = 0  # columns known beyond doubt


def _exact(sheet: Sheet, title: str, tag: str) -> tuple[str, str] | None:
    if tag:
        parts = mapping.tag_parts(tag)
        for column in sheet.columns:
            if column.hxl and mapping.tag_parts(column.hxl) == parts:
                return column.name, "hxl"
    for word in dict.fromkeys(map(header_fold, [title, *reversed(title.split(" / "))])):  # of two lines of header the lower says more
        for column in sheet.columns:
            if word and word in words_of(sheet, column):
                return column.name, "header"
    return None


def _reads(column: Column, cell: Any, context: Context) -> bool:
    """Whether this column's reader takes the cell; each distinct cell is tried once."""
    tried = context.memory.setdefault(TRIED, {})
    seen = column.name, type(cell), cell
    if seen not in tried:
        tried[seen] = _try(column, cell, context)
    return tried[seen]


def _try(column: Column, cell: Any, context: Context) -> bool:
    try:
        column.read(cell, context)
    except Misread:
        return False
    except Exception:  # a reader that cannot cope with this cell does not recognise it
        return False
    return True


def _by_values(sheet: Sheet, column: Column, values: list[Any], context: Context) -> float:
    """How well this column's reader understands the values, when it is one that refuses nonsense."""
    if not values or _reads(column, NONSENSE, context):
        return 0.0
    share = sum(_reads(column, value, context) for value in values) / len(values)
    numeric = all(isinstance(value, int | float) for value in values)
    worth = 0.3 if numeric and not column.choices else 0.55  # any number fits any column of numbers
    return worth * share if share >= 0.6 else 0.0


def _scores(sheet: Sheet, guess: Guess, values: list[Any], context: Context) -> list[tuple[str, float, str]]:
    found = []
    exact = _exact(sheet, guess.title, guess.hxl)
    title = header_fold(guess.title)
    for column in sheet.columns:
        if exact and exact[0] == column.name:
            found.append((column.name, 1.0, exact[1]))
            continue
        best = max((fuzz.token_sort_ratio(title, word) for word in words_of(sheet, column)), default=0) if title else 0
        inside = max((fuzz.token_set_ratio(title, word) for word in words_of(sheet, column)), default=0) if len(title) > 3 else 0
        by_header = max(best, 0.85 * inside) / 100
        by_values = 0.0 if exact else _by_values(sheet, column, values, context)
        if guess.hxl and column.hxl and mapping.tag_parts(guess.hxl)[0] == mapping.tag_parts(column.hxl)[0]:
            by_header = max(by_header, 0.8)
        score, why = (by_header * 0.9, "header") if by_header >= 0.7 else (0.0, "")
        if score and by_values:
            score = min(0.97, score + 0.1)
        elif by_values > score:
            score, why = by_values, "values"
        if score >= 0.25:
            found.append((column.name, round(score, 3), why))
    return sorted(found, key=lambda one: -one[1])


def _header_rows(head: SheetHead) -> list[tuple[int, int]]:
    """Lines that may be a header: (line, how many lines it is high)."""
    found = []
    for row in range(1, min(HEADER_WITHIN, len(head.head)) + 1):
        words = mapping.texts(head, row)
        named = {word for word in words if word and not re.fullmatch(r"[\d\s.,%+-]+", word)}
        if len(named) >= 2 or (len(named) == 1 and len([word for word in words if word]) == 1 and head.width <= 1):
            found += [(row, 1), (row, 2)]
    return found


def _column_texts(head: SheetHead, row: int, high: int) -> tuple[dict[int, str], dict[int, str]]:
    tagged = mapping.hxl_row(head, row, high)
    tags = {column: word for column, word in enumerate(mapping.texts(head, tagged)) if word} if tagged else {}
    return ({} if tagged == row else mapping.titles_of(head, row, high)), tags


def recognise(sheet: Sheet, head: SheetHead, index: int, context: Context) -> Recognised | None:
    """This worksheet as this sheet: the header line under which most columns are known by word or tag."""
    best: tuple[float, int, int] | None = None
    for row, high in _header_rows(head):
        titles, tags = _column_texts(head, row, high)
        known = {exact[0] for column in {*titles, *tags} if (exact := _exact(sheet, titles.get(column, ""), tags.get(column, "")))}
        # More known columns win, then the lower of two header lines' height, then the upper line; tags count a little more.
        strength = len(known) + 0.05 * bool(tags) + 0.01 * len(titles) - 0.2 * (high - 1) - 0.002 * row
        if best is None or strength > best[0]:
            best = (strength, row, high)
    if best is None:
        return None
    _, row, high = best
    return _guess(sheet, head, index, row, high, context)


def _guess(sheet: Sheet, head: SheetHead, index: int, row: int, high: int, context: Context) -> Recognised:
    titles, tags = _column_texts(head, row, high)
    first = max(row + high, mapping.hxl_row(head, row, high) + 1)
    guesses = []
    for column in sorted({*titles, *tags}):
        values = [
            value
            for line in range(first, min(first + 20, len(head.head) + 1))
            if isinstance(value := head.cell(line, column), str | int | float) or hasattr(value, "year")
        ]
        guess = Guess(column, titles.get(column, ""), tags.get(column, ""), list(dict.fromkeys(map(cells.shown, values)))[:3])
        if mapping.MARK_HEADER not in guess.title and mapping.MARK_HEADER not in guess.hxl:
            guess.scores = _scores(sheet, guess, values, context)
            guesses.append(guess)
    _assign(guesses)
    taken = {guess.column for guess in guesses if guess.column}
    matrix = _matrix(sheet, guesses, head, first, context, taken)
    if matrix:
        taken |= {matrix["header"], matrix["cell"]}
    missing = [column.name for column in sheet.columns if column.required and column.name not in taken]
    missing += [group[0] for group in sheet.enough if not taken & set(group)]
    exact = [guess for guess in guesses if guess.score >= SURE]
    known = {guess.column for guess in exact}
    required = {column.name for column in sheet.columns if column.required}
    whole = required <= known and all(known & set(group) for group in sheet.enough)
    sure = whole and not missing and not matrix and len(exact) >= min(2, len(sheet.columns))
    read = {"letter": None}
    columns = {
        guess.column: {**read, "letter": letter(guess.index)} for guess in guesses if guess.column and (not sure or guess.score >= SURE)
    }
    proposed: dict[str, Any] = {"format": 1, "sheet": sheet.slug, "worksheet": head.name, "header_row": row, "columns": columns}
    if high > 1:
        proposed["header_rows"] = high
    if matrix:
        proposed["matrix"] = matrix
    own = any(mapping.MARK_HEADER in word for word in [*titles.values(), *tags.values()])
    strength = sum(guess.score for guess in guesses if guess.column) + (_worth(sheet, matrix, head) if matrix else 0) - len(missing)
    return Recognised(sheet, index, head.name, row, high, guesses, proposed, missing, strength, sure, own, len(known))


def _worth(sheet: Sheet, matrix: dict[str, Any], head: SheetHead) -> float:
    """A matrix, and more when the worksheet's name says what its cells are: “People reached by oblast”, not “Organisations by oblast”."""
    name = f" {header_fold(head.name)} "
    return 1.5 + 0.3 * any(f" {word} " in name for word in words_of(sheet, sheet.column(matrix["cell"])))


def _assign(guesses: list[Guess]) -> None:
    """Give each column of the sheet to the one column of the file that fits best."""
    pairs = sorted(
        ((score, -guess.index, guess, slug, why) for guess in guesses for slug, score, why in guess.scores), key=lambda one: one[:2]
    )
    taken: set[str] = set()
    for score, _, guess, slug, why in reversed(pairs):
        if not guess.column and slug not in taken and not (is_total(guess.title) and score < SURE):
            guess.column, guess.score, guess.why = slug, score, why
            taken.add(slug)


def _matrix(sheet: Sheet, guesses: list[Guess], head: SheetHead, first: int, context: Context, taken: set[str]) -> dict[str, Any] | None:
    """Three or more neighbours whose titles are values of one column and whose cells are numbers: a table to be unrolled."""
    for column in sheet.columns:
        if (
            _reads(column, NONSENSE, context)
            or _reads(column, "1250", context)
            or any(g.column == column.name and g.score >= SURE for g in guesses)
        ):
            continue
        headed = [
            guess
            for guess in guesses
            if guess.title
            and guess.score < SURE
            and _reads(column, guess.title.split(" / ")[-1], context)
            and _numbers(head, guess.index, first)
        ]
        if len(headed) < 3:
            continue
        cell = _cell_column(sheet, context, taken, {guess.index for guess in headed}, guesses)
        if not cell:
            continue
        for guess in guesses:  # what the matrix says is no longer a column's business
            if guess in headed or guess.column in (cell, column.name):
                guess.column, guess.score, guess.why = "", 0.0, ""
        return {"header": column.name, "cell": cell, "columns": [{"letter": letter(guess.index)} for guess in headed]}
    return None


def _numbers(head: SheetHead, column: int, first: int) -> bool:
    values = [value for line in range(first, len(head.head) + 1) if (value := head.cell(line, column)) is not None and not is_total(value)]
    numeric = [value for value in values if isinstance(value, int | float) or (isinstance(value, str) and cells.fold(value) in cells.BLANK)]
    return len(numeric) >= 0.6 * len(values)  # an empty column of a matrix still belongs to it


def _cell_column(sheet: Sheet, context: Context, taken: set[str], within: set[int], guesses: list[Guess]) -> str:
    # A column of totals stands beside the matrix; what it is called is what the cells are.
    beside = {min(within) - 1, max(within) + 1}
    sure = {guess.column for guess in guesses if guess.score >= SURE and guess.index not in within and guess.index not in beside}
    for column in sorted(sheet.columns, key=lambda one: not one.required):
        if column.name not in sure and not column.choices and _counts(column, context) and not _reads(column, NONSENSE, context):
            return column.name
    return ""


def _counts(column: Column, context: Context) -> bool:
    """A column of numbers: a number stays what it is (in a column of dates it becomes a day)."""
    try:
        return column.read(1250, context) == 1250
    except Misread:
        return False


def recognise_file(sheets: list[Sheet], table: Table, contexts: dict[str, Context]) -> list[Recognised]:
    """Every worksheet as the sheet it fits best, strongest first."""
    found = []
    contexts = {slug: replace(context, guessing=True) for slug, context in contexts.items()}
    for index, head in enumerate(table.sheets):
        candidates = [one for sheet in sheets if (one := recognise(sheet, head, index, contexts[sheet.slug])) is not None]
        if candidates:
            most = max(one.known for one in candidates)  # a list of names with a total is no report of totals
            found.append(max(candidates, key=lambda one: (one.sure and one.known == most, one.known == most, one.strength)))
    return sorted(found, key=lambda one: (not one.sure, -one.strength))
