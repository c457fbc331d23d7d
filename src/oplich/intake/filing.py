"""Read a kept file, decide how its columns are read, check it, and file every line and fault. The inside of `actions.check`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language

from oplich.core import permissions
from oplich.intake import cells, evidence, mapping, recognising
from oplich.intake.checking import Checked, Checker
from oplich.intake.mapping import Plan
from oplich.intake.models import Fault, Mapping, Row, Upload
from oplich.intake.reading.marks import unpack
from oplich.intake.reading.tables import Table
from oplich.intake.sheets import Context, Sheet, all_sheets

CHUNK = 2_000
ROW_COLUMNS = ("upload_id", "sheet_name", "number", "part", "values", "sealed", "key", "digest", "mark", "state")
MOST_FAULTS = 20_000  # kept in the database; the sender corrects these first


@dataclass
class Choice:
    """How a file is going to be read, or, with no plans, the best guess to show to a person."""

    sheet: Sheet | None = None
    plans: list[Plan] = field(default_factory=list)
    mapping: dict[str, Any] | None = None
    remembered: bool = False


def context_for(by: Any, organisation: str, sheet: Sheet) -> Context:
    """What a sheet's readers may look at, prepared once."""
    context = Context(by=by, organisation=organisation, today=timezone.localdate(), language=(get_language() or settings.LANGUAGE_CODE)[:2])
    if sheet.prepare is not None:
        sheet.prepare(context)
    return context


def candidates(by: Any, upload: Upload) -> list[Sheet]:
    """The sheets this file may be: the named one, or every one the person may hand in here."""
    sheets = all_sheets()
    if upload.sheet in sheets:
        return [sheets[upload.sheet]]
    return [sheet for sheet in sheets.values() if permissions.may(by, sheet.deed, at=upload)]


def choose(upload: Upload, table: Table, sheets: list[Sheet], contexts: dict[str, Context], given: dict[str, Any] | None) -> Choice:
    """By the mapping given, by what is remembered for this sender, or by recognising it. Raises mapping.NotAMapping."""
    by_slug = {sheet.slug: sheet for sheet in sheets}
    if given is not None:
        named = str(given.get("sheet") or upload.sheet or (sheets[0].slug if len(sheets) == 1 else ""))
        if named not in by_slug:
            raise mapping.NotAMapping(mapping.unknown_sheet(named, by_slug), field="mapping")
        return Choice(by_slug[named], mapping.lay_over(given, by_slug[named], table), given)
    found = recognising.recognise_file(sheets, table, contexts)
    if found and found[0].sure:
        first = found[0]
        same = sorted((one for one in found if one.sure and one.sheet is first.sheet), key=lambda one: one.index)
        plans = [plan for one in same for plan in mapping.lay_over(one.mapping, one.sheet, table)]
        for plan in plans:
            plan.own = plan.mark is not None
        return Choice(first.sheet, plans)
    if (learned := remembered(upload, table, by_slug)) is not None:
        return Choice(
            by_slug[learned.sheet], mapping.lay_over(learned.columns, by_slug[learned.sheet], table), learned.columns, remembered=True
        )
    return Choice(found[0].sheet if found else None)


def remembered(upload: Upload, table: Table, sheets: dict[str, Sheet]) -> Mapping | None:
    """The mapping learned for this sender from a file whose header had the same words; the newest that still fits."""
    shapes = {mapping.shape(mapping.texts(head, row)) for head in table.sheets for row in range(1, min(25, len(head.head)) + 1)}
    learned = Mapping.objects.filter(organisation=upload.organisation, shape__in=shapes, sheet__in=sheets).order_by("-learned_at")
    for one in learned:
        try:
            mapping.lay_over(one.columns, sheets[one.sheet], table)
        except mapping.NotAMapping:
            continue
        return one
    return None


@dataclass
class Counts:
    read: int = 0
    good: int = 0
    faults: int = 0


@dataclass
class Filer:
    """Turns checked records into Row and Fault objects of one upload and stores them piece by piece."""

    upload: Upload
    sheet: Sheet
    key: bytes
    counts: Counts = field(default_factory=Counts)
    rows: list[tuple] = field(default_factory=list)  # as ROW_COLUMNS
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.personal = frozenset(column.name for column in self.sheet.columns if column.personal)
        self.pk = Upload._meta.pk.get_db_prep_value(self.upload.pk, connection)

    def take(self, worksheet: str, one: Checked) -> None:
        """One checked record."""
        clear, personal = {}, {}
        for slug, value in one.values.items():
            if value is not None:
                (personal if slug in self.personal else clear)[slug] = value
        sealed = evidence.seal_row(self.key, self.upload.pk, worksheet, one.number, one.part, personal)
        state = Row.State.FAULTY if one.faults else Row.State.GOOD
        key, digest = ("", "") if one.faults else (one.key, one.digest)
        self.rows.append((self.pk, worksheet, one.number, one.part, json.dumps(clear), sealed, key, digest, one.mark[:60], state.value))
        self.counts.read += 1
        self.counts.good += not one.faults
        for found in one.faults:
            self.fault(worksheet, one.number, one.part, found)
        if len(self.rows) >= CHUNK:
            self.flush()

    def fault(self, worksheet: str, number: int, part: int, found: Any) -> None:
        """One fault, at its cell. The found value is sealed where the column is personal."""
        self.counts.faults += 1
        if self.counts.faults > MOST_FAULTS:
            return
        cell = unpack(found.cell)
        value = cells.shown(cell)[:500] if isinstance(cell, str | int | float | dt.date) else ""
        bad = found.bad
        detail = {**bad.detail, "value": value}
        if bad.expected:
            detail["expected"] = str(bad.expected)
        if bad.suggestion:
            detail["suggestion"] = str(bad.suggestion)
        sealed = None
        if found.column in self.personal:
            # What a reader expects of a cell is no secret; what was found, what it may mean, and what other cells say is.
            clear = {name: one for name, one in detail.items() if not bad.of_row and (name == "expected" or isinstance(one, int))}
            clear |= {name: one for name, one in detail.items() if name in ("line", "worksheet")}
            sealed = evidence.seal_found(self.key, self.upload.pk, worksheet, number, part, found.column, detail)
            detail = clear
        self.faults.append(
            Fault(
                upload_id=self.upload.pk,
                sheet_name=worksheet,
                number=number,
                part=part,
                column=found.column,
                column_letter=found.letter,
                code=found.bad.code[:40],
                detail=detail,
                sealed=sealed,
            )
        )

    def flush(self) -> None:
        with transaction.atomic():
            _insert(self.rows)
            Fault.objects.bulk_create(self.faults)
        self.rows, self.faults = [], []


def _insert(rows: list[tuple]) -> None:
    """Rows into the table without making objects of them first: half the time of a check went there."""
    if rows:
        names = ", ".join(connection.ops.quote_name(name) for name in ROW_COLUMNS)
        table, places = connection.ops.quote_name(Row._meta.db_table), ", ".join(["%s"] * len(ROW_COLUMNS))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608  our own names only


def file_lines(
    upload: Upload, sheet: Sheet, plans: list[Plan], table: Table, context: Context, progress: Callable[[int, int], Any] | None
) -> tuple[Counts, list[dict[str, Any]]]:
    """Check and store every record of the planned worksheets. Returns the counts and notes worth telling."""
    key = evidence.key_of(upload)
    assert key is not None  # the file could not have been opened without it
    filer, seen, memories = Filer(upload, sheet, key), {}, {}
    checkers = {plan.index: Checker(sheet, plan, context, seen=seen, memories=memories) for plan in plans}
    for checker in checkers.values():
        for found in checker.heading_faults:
            filer.fault(checker.plan.worksheet, checker.plan.header_row, 0, found)
    total = sum(table.sheets[index].lines for index in checkers)
    done = 0
    for batch in table.batches():
        if batch.sheet in checkers:
            worksheet = checkers[batch.sheet].plan.worksheet
            for one in checkers[batch.sheet].batch(batch):
                filer.take(worksheet, one)
            done += batch.lines
            if progress is not None:
                progress(done, max(total, done) if total else 0)
    filer.flush()
    return filer.counts, _notes(plans, checkers, table, filer)


def _notes(plans: list[Plan], checkers: dict[int, Checker], table: Table, filer: Filer) -> list[dict[str, Any]]:
    read = {plan.worksheet for plan in plans}
    notes = [note for note in table.notes if note.get("sheet", next(iter(read))) in read]
    if not any(plan.own for plan in plans):  # our template's own guide and lists need no word
        notes += [{"code": "unread-sheet", "sheet": head.name} for head in table.sheets if head.name not in read and head.head]
    for plan in plans:
        notes += [{"code": "unread-column", "letter": place, "title": title[:80]} for place, title in plan.as_json()["unread"][:20]]
        totals = checkers[plan.index].totals_left_out
        if totals:
            notes.append({"code": "totals", "sheet": plan.worksheet, "rows": len(totals), "first": totals[0]})
        if checkers[plan.index].examples_left_out:
            notes.append({"code": "examples"})
    if filer.counts.faults > MOST_FAULTS:
        notes.append({"code": "more-faults"})
    return notes
