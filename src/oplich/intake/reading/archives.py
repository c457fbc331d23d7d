"""What an .xlsx is made of, looked at before any reader touches it: sizes, entities, far cells, hidden rows, formulas without results."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Any

from oplich.intake.confined import Unreadable
from oplich.intake.reading.marks import position

MOST_PARTS = 3_000
MOST_UNPACKED = 700_000_000
MOST_RATIO = 250  # real workbooks shrink 5 to 40 times
MOST_CELLS = 12_000_000  # rows × columns of the rectangle that holds all cells
CHUNK = 4 * 1024 * 1024

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,4})(\d{1,9})"')
WIDE = re.compile(rb' r="([A-Z]{2,4})(\d{1,9})"')
LINE = re.compile(rb"<row\b([^>]*)>")
LINE_NUMBER = re.compile(rb'\br="(\d{1,9})"')
ERROR = re.compile(rb'<c\b[^>]* t="e"[^>]*>(?:<f\b[^>]*>[^<]*</f>|<f\b[^>]*/>)?<v>([^<]{1,20})</v>')
NO_RESULT = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>")


@dataclass
class SheetFacts:
    """What one worksheet's XML says that a reader would not tell."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_count: int = 0
    without_result: set[tuple[int, int]] = field(default_factory=set)  # (row from 1, column from 0)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # what a formula ended in: #DIV/0!


def inspect(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    """Raise Unreadable for a bomb; return notes about macros and links to other files."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise Unreadable("bomb", parts=len(parts))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise Unreadable("bomb", megabytes=unpacked // 1_000_000)
    for part in parts:
        if part.flag_bits & 1:
            raise Unreadable("password")
        if part.file_size > 40_000_000 and part.file_size > MOST_RATIO * max(1, part.compress_size):
            raise Unreadable("bomb", megabytes=part.file_size // 1_000_000)
    names = {part.filename for part in parts}
    if len(names) != len(parts):
        raise Unreadable("broken", why=["two parts of one name"])
    notes = []
    if any(name.endswith("vbaProject.bin") for name in names):
        notes.append({"code": "macros"})
    if any(name.startswith("xl/externalLinks/") for name in names):
        notes.append({"code": "other-files"})
    return notes


def chunks(stream: IO[bytes], most: int = MOST_UNPACKED):
    """Pieces of a part, never more than it may hold. A part that lies about itself is broken."""
    seen = 0
    try:
        while piece := stream.read(CHUNK):
            seen += len(piece)
            if seen > most:
                raise Unreadable("bomb", megabytes=seen // 1_000_000)
            yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Unreadable("broken", why=[str(error)]) from error


def refuse_entities(archive: zipfile.ZipFile) -> None:
    """A workbook never declares entities or document types; an attack does. UTF-16 would hide them, so it is refused too."""
    for part in archive.infolist():
        if not part.filename.endswith((".xml", ".rels")) or SHEET.fullmatch(part.filename):
            continue
        with archive.open(part) as stream:
            _refuse_entities_in(chunks(stream))


def _refuse_entities_in(pieces) -> None:
    before = b""
    for number, piece in enumerate(pieces):
        if number == 0 and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
            raise Unreadable("xml-tricks")
        whole = before + piece
        if b"<!DOCTYPE" in whole:  # entities can only be declared there
            raise Unreadable("xml-tricks")
        before = piece[-16:]


def look_through(archive: zipfile.ZipFile, name: str) -> SheetFacts:
    """One pass over a worksheet's XML. Raises Unreadable("far-cell") when its rectangle would not fit into memory."""
    facts = SheetFacts()
    first_row = first_column = 1 << 30
    last_row, last_column, far = 0, 0, ""
    line = 0
    rest = b""
    with archive.open(name) as stream:
        for piece in _with_entities_refused(chunks(stream)):
            text = rest + piece
            cut = text.rfind(b"</c>")
            cut = cut + 4 if cut >= 0 else (text.rfind(b"<") if len(text) < 2 * CHUNK else len(text))
            text, rest = text[:cut], text[cut:]
            for match in LINE.finditer(text):
                attributes = match[1]
                numbered = LINE_NUMBER.search(attributes)
                line = int(numbered[1]) if numbered else line + 1
                last_row = max(last_row, line)
                if b'hidden="1"' in attributes or b'hidden="true"' in attributes:
                    facts.hidden_count += 1
                    if len(facts.hidden_rows) < 50:
                        facts.hidden_rows.append(line)
            for match in WIDE.finditer(text):
                column = position(match[1].decode())
                if column > last_column:
                    last_column, far = column, (match[1] + match[2]).decode()
            if (one := CELL.search(text)) is not None:
                first_row = min(first_row, int(one[2]))
                first_column = min(first_column, position(one[1].decode()))
            if b"<f" in text:
                _formulas_without_result(text, facts)
            if b' t="e"' in text:
                _errors(text, facts)
    if last_row > 1_048_576 or last_column > 16_383:
        raise Unreadable("far-cell", cell=far)
    if (last_row or 1) * (last_column + 1 if last_column else 26) > MOST_CELLS:
        _refuse_if_really_far(archive, name, far)
    return facts


def _with_entities_refused(pieces):
    before = b""
    for number, piece in enumerate(pieces):
        _refuse_entities_in([before + piece] if number else [piece])
        before = piece[-16:]
        yield piece


def _formulas_without_result(text: bytes, facts: SheetFacts) -> None:
    for match in NO_RESULT.finditer(text):
        start = text.rfind(b"<c ", 0, match.start())
        cell = CELL.match(text, start) if start >= 0 else None
        if cell and len(facts.without_result) < 100_000:
            facts.without_result.add((int(cell[2]), position(cell[1].decode())))


def _errors(text: bytes, facts: SheetFacts) -> None:
    """The reader shows cells that hold an error as blank; here they keep their words."""
    for match in ERROR.finditer(text):
        cell = CELL.match(match[0])
        if cell and len(facts.errors) < 100_000:
            facts.errors[int(cell[2]), position(cell[1].decode())] = match[1].decode("ascii", "replace")


def _refuse_if_really_far(archive: zipfile.ZipFile, name: str, far: str) -> None:
    """Styled but empty cells far out are common and harmless: only cells that hold something span the reader's rectangle."""
    rows, columns = [1 << 30, 0], [1 << 30, 0]
    filled = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,4})(\d{1,9})"[^>]*?>(?:<f|<v|<is)')
    rest, where = b"", far
    with archive.open(name) as stream:
        for piece in chunks(stream):
            text = rest + piece
            cut = text.rfind(b"</c>") + 4
            text, rest = (text[:cut], text[cut:]) if cut > 3 else (b"", text)
            for match in filled.finditer(text):
                row, column = int(match[2]), position(match[1].decode())
                if row > rows[1] or column > columns[1]:
                    where = (match[1] + match[2]).decode()
                rows = [min(rows[0], row), max(rows[1], row)]
                columns = [min(columns[0], column), max(columns[1], column)]
            if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > MOST_CELLS:
                raise Unreadable("far-cell", cell=where)
