"""Comma-separated text in whatever encoding and with whatever delimiter it was saved."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from oplich.intake.confined import Unreadable
from oplich.intake.reading.marks import pack

MOST_COLUMNS = 2_000
LONGEST_CELL = 100_000
DELIMITERS = ",;\t|"
CYRILLIC = ["cp1251", "koi8-u", "cp866", "iso8859-5", "mac_cyrillic"]
LATIN = ["cp1250", "cp1252", "iso8859-2"]
MIXED = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
# Letters per thousand in Ukrainian and Russian prose, roughly: enough to tell one encoding of Cyrillic from another.
COMMON = dict(zip("оаинтевркслдмупзягьбчхйжшюцщфєїіґыэъё", [94, 83, 60, 65, 52, 50, 50, 45, 36, 40, 36, 31, 29, 33, 27, 22, 21, 17, 18, 17, 13, 11, 12, 9, 8, 9, 7, 5, 3, 6, 7, 57, 1, 8, 2, 1, 1], strict=True))  # fmt: skip


class TextFile:
    """A delimited text file as one sheet."""

    hidden = False
    name = ""

    def __init__(self, file: BinaryIO, encoding: str, delimiter: str, skip: int) -> None:
        self.file, self.encoding, self.delimiter, self.skip = file, encoding, delimiter, skip
        self.lines = 0
        self.width = 0

    def notes(self) -> list[dict[str, Any]]:
        return []

    def rows(self) -> Iterator[list[Any]]:
        """Every record; lines count as Excel would number them. Cells are text without surrounding space, or None."""
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding=self.encoding, errors="strict", newline="")
        csv.field_size_limit(LONGEST_CELL)
        number = 0
        try:
            reader = csv.reader(text, delimiter=self.delimiter)
            for number, cells in enumerate(reader, 1):
                if len(cells) > MOST_COLUMNS:
                    raise Unreadable("too-wide", columns=len(cells), most=MOST_COLUMNS)
                if number == 1 and self.skip:
                    yield []
                    continue
                yield [pack(cell) for cell in cells]
        except csv.Error as error:
            raise Unreadable("quotes", row=number + 1, why=[str(error)]) from error
        except UnicodeDecodeError as error:
            raise Unreadable("broken-letters", row=number + 1, encoding=self.encoding) from error
        finally:
            text.detach()


def read(file: BinaryIO) -> TextFile:
    """Find out encoding and delimiter. Raises Unreadable."""
    file.seek(0)
    head = file.read(400_000)
    encoding = encoding_of(file, head)
    sample = codecs.getincrementaldecoder(encoding)("replace").decode(head[:200_000])
    if "\0" in sample:
        raise Unreadable("not-a-table")
    lines = sample.splitlines()
    if len(sample) > 150_000 and len(lines) <= 1:
        widest = max(sample.count(one) for one in DELIMITERS)
        raise Unreadable("too-wide", columns=widest, most=MOST_COLUMNS) if widest > MOST_COLUMNS else Unreadable("not-a-table")
    if lines and (hint := re.fullmatch(r"\ufeff?sep=(.)", lines[0].strip())):
        return TextFile(file, encoding, hint[1], 1)
    return TextFile(file, encoding, delimiter_of(lines), 0)


def encoding_of(file: BinaryIO, head: bytes) -> str:
    """The encoding, by byte order mark, by strict UTF-8, or by which reading has the letters of a language."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return name
    if b"\0" in head[:4000]:
        for name in ("utf-16-le", "utf-16-be"):
            if _reads_well(head[: len(head[:4000]) // 2 * 2].decode(name, "replace")):
                return name
        raise Unreadable("not-a-table")
    good, bad, line = _utf8(file)
    if not bad:
        return "utf-8"
    if good > 4 * bad:
        raise Unreadable("broken-letters", row=line, encoding="UTF-8")
    return _single_byte(head)


def _reads_well(text: str) -> bool:
    """Letters of Europe, digits and signs, and hardly anything else."""
    odd = sum(one >= "\u0530" and one not in "’‘“”„«»–—…№₴€\ufeff" or (one < " " and one not in "\r\n\t") for one in text)
    return odd <= 0.02 * len(text)


def _utf8(file: BinaryIO) -> tuple[int, int, int]:
    """Well-formed characters beyond ASCII, ill-formed ones, and the line of the first ill-formed one."""
    file.seek(0)
    good = bad = line = 0
    lines = 1
    rest = b""
    while piece := file.read(1 << 20):
        text = rest + piece
        cut = text.rfind(b"\n") + 1
        text, rest = (text[:cut], text[cut:]) if cut and len(piece) == 1 << 20 else (text, b"")
        try:
            decoded = text.decode("utf-8")
            good += len(text) - len(decoded)
        except UnicodeDecodeError as error:
            if not bad:
                line = lines + text.count(b"\n", 0, error.start)
            decoded = text.decode("utf-8", "replace")
            broken = decoded.count("\ufffd")
            bad += broken
            good += sum(1 for one in decoded if one > "\x7f") - broken
        lines += text.count(b"\n")
        if bad > 5000:
            break
    return good, bad, line


def _single_byte(head: bytes) -> str:
    head = head[:60_000]
    beyond = bytes(one for one in head if one > 127)
    best, name = max((_letters(beyond.decode(one, "replace")), one) for one in CYRILLIC) if beyond else (0.0, "")
    if best >= 8 and not _among_latin(head.decode(name, "replace")):
        return name
    return max(LATIN, key=lambda one: sum(letter.isalpha() for letter in beyond.decode(one, "replace")))


def _among_latin(text: str) -> bool:
    """Cyrillic letters inside Latin words: it was no Cyrillic after all."""
    return 3 * len(MIXED.findall(text)) > len(re.findall("[\u0400-\u04ff]", text))


def _letters(text: str) -> float:
    """How much this reads like Ukrainian or Russian: the mean weight of its letters, less for signs and odd capitals."""
    score = 0.0
    for number, one in enumerate(text):
        low = one.lower()
        if low in COMMON:
            score += COMMON[low] if one == low or number == 0 else COMMON[low] * 0.4
        elif not one.isalpha():
            score -= 30
        else:
            score -= 10
    return score / max(1, len(text))


def delimiter_of(lines: list[str]) -> str:
    """The delimiter that cuts the first lines into the most columns of equal number."""
    best, found = 0.0, ","
    sample = lines[:60]
    for one in DELIMITERS:
        try:
            widths = Counter(len(cells) for cells in csv.reader(sample, delimiter=one) if cells)
        except csv.Error:
            continue
        if not widths:
            continue
        width, often = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1] * pair[0]))
        score = (often / sum(widths.values())) * (width - 1)
        if score > best:
            best, found = score, one
    return found
