"""What accepting does to each line: new, replacing an earlier line, or already there. The inside of `actions.accept`.

A line is matched to what is in force, in this order: by the fact it names (its key); by the mark in the hidden column; and, when the
file was handed in as a correction of another, by its place in that file. A line that an earlier one is matched to by its key is
never also matched in another way, so rows can be inserted, moved and sorted without harm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from oplich.intake import evidence
from oplich.intake.models import Row, Upload
from oplich.intake.sheets import Sheet, Taken

OUR_MARK = re.compile(r"([0-9a-f]{32})\.(\d{1,3})\.(\d{1,7})")
CHUNK = 2_000
PIECE = 400  # parameters in one IN (…), which SQLite bounds


@dataclass
class Sorted:
    """One piece of the good lines, sorted by what becomes of them."""

    new: list[Row] = field(default_factory=list)
    replacing: list[tuple[Row, Row]] = field(default_factory=list)  # (line, the earlier one)
    unchanged: list[tuple[Row, Row]] = field(default_factory=list)
    merged_away: list[Row] = field(default_factory=list)  # earlier lines whose mark a line carries that names another known fact


def in_force_prefix(upload: Upload) -> str:
    return f"{upload.organisation}|{upload.sheet}|"


def _by(column: str, wanted: list[Any], **more: Any) -> Iterator[Row]:
    wanted = list(dict.fromkeys(wanted))
    for start in range(0, len(wanted), PIECE):
        yield from Row.objects.filter(**{f"{column}__in": wanted[start : start + PIECE]}, **more)


def good_lines(upload: Upload, *, light: bool = False) -> Iterator[list[Row]]:
    """The good lines in the order of the file, in pieces; `light`: without their values."""
    last, rows = 0, Row.objects.filter(upload=upload, state=Row.State.GOOD).order_by("pk")
    rows = rows.defer("values", "sealed") if light else rows
    while piece := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield piece
        last = piece[-1].pk


class Sorter:
    """Sorts the good lines of one upload against what is in force for its sender and sheet."""

    def __init__(self, upload: Upload) -> None:
        self.upload, self.prefix = upload, in_force_prefix(upload)
        self.claimed: set[int] = set()  # earlier rows already matched

    def sort(self, rows: list[Row]) -> Sorted:
        found = Sorted()
        standing = {row.in_force_key: row for row in _by("in_force_key", [self.prefix + row.key for row in rows])}
        unmatched, marked = [], []
        for row in rows:
            old = standing.get(self.prefix + row.key)
            if old is None:
                unmatched.append(row)
                continue
            self.claimed.add(old.pk)
            (found.unchanged if old.digest == row.digest else found.replacing).append((row, old))
            if row.mark and row.mark != old.mark:
                marked.append(row)
        by_mark = self._standing_by_mark([*unmatched, *marked])
        by_place = self._standing_by_place(unmatched) if self.upload.corrects_id else {}
        named = self._named_in_this_file([*by_mark.values(), *by_place.values()])
        for row in unmatched:
            old = by_mark.get((row.mark, row.part)) or by_place.get((row.sheet_name, row.number, row.part))
            if old is None or old.in_force_key in named or old.pk in self.claimed:
                found.new.append(row)
            else:
                self.claimed.add(old.pk)
                found.replacing.append((row, old))
        for row in marked:
            old = by_mark.get((row.mark, row.part))
            if old is not None and old.in_force_key not in named and old.pk not in self.claimed:
                self.claimed.add(old.pk)
                found.merged_away.append(old)
        return found

    def _standing(self, rows: Iterator[Row]) -> Iterator[tuple[Row, Row]]:
        """Each earlier row with the one that is in force in its stead: itself, or the one it was found equal to."""
        for row in rows:
            if row.in_force_key is not None:
                yield row, row
            elif row.state == Row.State.UNCHANGED and row.replaces and row.replaces.in_force_key is not None:
                yield row, row.replaces

    def _standing_by_mark(self, rows: list[Row]) -> dict[tuple[str, int], Row]:
        marks = [row.mark for row in rows if row.mark]
        if not marks:
            return {}
        mine = {"upload__organisation": self.upload.organisation, "upload__sheet": self.upload.sheet}
        earlier = (row for row in _by("mark", marks, **mine) if row.upload_id != self.upload.pk)
        return {(row.mark, row.part): standing for row, standing in self._standing(earlier)} | self._standing_by_our_mark(marks, mine)

    def _standing_by_our_mark(self, marks: list[str], mine: dict[str, Any]) -> dict[tuple[str, int], Row]:
        """The lines that a returned workbook's marks point at: upload, worksheet, line (returning.line_mark)."""
        pointed: dict[tuple[str, int], dict[int, str]] = {}
        for mark in marks:
            if match := OUR_MARK.fullmatch(mark):
                pointed.setdefault((match[1], int(match[2])), {})[int(match[3])] = mark
        found = {}
        for (upload_id, worksheet), by_number in pointed.items():
            upload = Upload.objects.filter(pk=upload_id).first()
            plans = upload.layout.get("worksheets", []) if upload else []
            if worksheet < len(plans):
                here = _by("number", list(by_number), upload=upload, sheet_name=plans[worksheet]["worksheet"], **mine)
                found |= {(by_number[row.number], row.part): standing for row, standing in self._standing(here)}
        return found

    def _standing_by_place(self, rows: list[Row]) -> dict[tuple[str, int, int], Row]:
        earlier = _by("number", [row.number for row in rows], upload=self.upload.corrects_id)
        return {(row.sheet_name, row.number, row.part): standing for row, standing in self._standing(earlier)}

    def _named_in_this_file(self, earlier: list[Row]) -> set[str]:
        """The earlier rows' facts that some line of this file names itself."""
        keys = [row.in_force_key.removeprefix(self.prefix) for row in earlier if row.in_force_key]
        states = [Row.State.GOOD, Row.State.TAKEN, Row.State.UNCHANGED]
        return {self.prefix + row.key for row in _by("key", keys, upload=self.upload, state__in=states)}


def write_down(sorted_: Sorted, prefix: str) -> None:
    """Store what becomes of each line: first the earlier ones give way, so that one line per fact is in force at any moment."""
    gone = [old.pk for _, old in sorted_.replacing]
    _update("state = %s, in_force_key = NULL WHERE id = %s", [(Row.State.REPLACED, pk) for pk in gone])
    _update("state = %s, in_force_key = NULL WHERE id = %s", [(Row.State.WITHDRAWN, row.pk) for row in sorted_.merged_away])
    _update("state = %s, replaces_id = %s WHERE id = %s", [(Row.State.UNCHANGED, old.pk, row.pk) for row, old in sorted_.unchanged])
    taken = [(row, None) for row in sorted_.new] + [(row, old.pk) for row, old in sorted_.replacing]
    for row, old in taken:
        row.state, row.in_force_key, row.replaces_id = Row.State.TAKEN, prefix + row.key, old
    _update(
        "state = %s, in_force_key = %s, replaces_id = %s WHERE id = %s",
        [(Row.State.TAKEN, prefix + row.key, old, row.pk) for row, old in taken],
    )


def _update(what: str, parameters: list[tuple]) -> None:
    if parameters:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {Row._meta.db_table} SET {what}", parameters)  # noqa: S608  our own words only


def hand_over(
    *, by: Any, upload: Upload, sheet: Sheet, sorted_: Sorted, key: bytes | None, progress: Callable[[int, int], Any] | None = None
) -> None:
    """Give the room its rows, in the order of the file."""
    if sorted_.merged_away:
        sheet.withdraw(by=by, upload=upload, rows=sorted_.merged_away)
    pairs = sorted([*((row, None) for row in sorted_.new), *sorted_.replacing], key=lambda pair: pair[0].pk)
    if pairs:
        taken = [Taken(row=row, values=evidence.values_of(key, row), replaces=old) for row, old in pairs]
        sheet.record(by=by, upload=upload, taken=taken, progress=progress)


def lock(name: str) -> None:
    """One at a time for this name until the transaction ends. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
