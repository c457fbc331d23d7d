"""What pages and the API read from this room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oplich.core import permissions
from oplich.core.home import Matter
from oplich.intake import evidence, filing, mapping, recognising, returning, taking, words
from oplich.intake.checking import Bad, Checker
from oplich.intake.models import Fault, Row, Upload
from oplich.intake.opening import NotReadable, opened_head
from oplich.intake.reading.marks import letter, unpack
from oplich.intake.reading.tables import Batch, SheetHead
from oplich.intake.sheets import Context, Sheet, all_sheets

State = Upload.State


@dataclass
class Proposal:
    """What one column of a foreign file may mean. `column` is a slug of the sheet, or "" when nothing fits."""

    letter: str
    header: str
    hxl: str = ""
    examples: list[str] = field(default_factory=list)
    column: str = ""
    score: float = 0.0  # 1.0 sure, below 0.6 a guess
    why: str = ""  # header, hxl, values, remembered
    others: list[tuple[str, float]] = field(default_factory=list)  # further (column, score), best first


@dataclass
class Proposals:
    """How a file may be read: the proposed mapping (docs/guides/handing-in.md) with its reasons."""

    sheet: str
    worksheet: str
    worksheets: list[str]
    header_row: int
    columns: list[Proposal]
    mapping: dict
    remembered: bool = False
    missing: list[str] = field(default_factory=list)  # required columns for which nothing was found


@dataclass
class Told:
    """A fault, ready to be shown. `value` is "•••" when the column is personal and the values were not asked for."""

    fault: Fault
    where: str  # "Дані!C14"
    sheet: str
    row: int
    letter: str
    column: str
    title: str
    value: Any
    expected: str
    suggestion: str
    words: str


@dataclass
class Changes:
    """What accepting would do."""

    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    faulty: int = 0


@dataclass
class PreviewRow:
    number: int
    part: int
    values: dict[str, Any]
    faults: dict[str, str]  # column slug → words


@dataclass
class Preview:
    """The first lines as they would be read with a mapping. Personal values are shown as they stand in the file."""

    columns: list[tuple[str, str]]  # slug, title
    rows: list[PreviewRow]


def uploads(user) -> QuerySet[Upload]:
    """The uploads this user may see."""
    return Upload.objects.filter(permissions.visible(user, "intake.see", organisation="organisation", area="area"))


def proposals(upload: Upload, *, sheet: str = "", worksheet: str = "") -> Proposals:
    """What the columns may mean. Reads the head of the kept file. Raises actions.NotReadable."""
    table = opened_head(upload)
    sheets = all_sheets()
    wanted = sheet or upload.sheet
    among = [sheets[wanted]] if wanted in sheets else filing.candidates(upload.by, upload) or list(sheets.values())
    contexts = {one.slug: filing.context_for(upload.by, upload.organisation, one) for one in among}
    found = recognising.recognise_file(among, table, contexts)
    found = [one for one in found if not worksheet or one.worksheet == worksheet] or found
    if not found:
        raise NotReadable(words.refused("no-header"))
    best = found[0]
    learned = filing.remembered(upload, table, {best.sheet.slug: best.sheet}) if not worksheet else None
    said = upload.mapping if upload.mapping and upload.mapping.get("sheet", best.sheet.slug) == best.sheet.slug else None
    chosen = said or (learned.columns if learned else None)
    return Proposals(
        sheet=best.sheet.slug,
        worksheet=best.worksheet,
        worksheets=[head.name for head in table.sheets if head.head],
        header_row=best.header_row,
        columns=[_proposal(guess) for guess in best.guesses],
        mapping={"format": 1, "sheet": best.sheet.slug, **chosen} if chosen else best.mapping,
        remembered=chosen is not None,
        missing=best.missing,
    )


def _proposal(guess: recognising.Guess) -> Proposal:
    others = [(slug, score) for slug, score, _why in guess.scores if slug != guess.column][:4]
    return Proposal(letter(guess.index), guess.title, guess.hxl, guess.examples, guess.column, guess.score, guess.why, others)


def preview(upload: Upload, mapping_: dict | None = None, *, limit: int = 10) -> Preview:
    """The first lines as they would be read. Raises mapping.NotAMapping, actions.NotReadable."""
    table = opened_head(upload)
    sheets = filing.candidates(upload.by, upload) or list(all_sheets().values())
    if mapping_ is not None and mapping_.get("sheet") in all_sheets():
        sheets = [all_sheets()[mapping_["sheet"]]]
    contexts = {one.slug: filing.context_for(upload.by, upload.organisation, one) for one in sheets}
    choice = filing.choose(upload, table, sheets, contexts, mapping_ if mapping_ is not None else upload.mapping)
    if choice.sheet is None or not choice.plans:
        raise mapping.NotAMapping(_("Say first what the columns mean."), field="mapping")
    plan, rows = choice.plans[0], []
    checker = Checker(choice.sheet, plan, contexts[choice.sheet.slug])
    used: dict[str, None] = {}
    for found in checker.heading_faults:
        words_ = _words_of(choice.sheet, found)
        rows.append(PreviewRow(plan.header_row, 0, {found.column: found.cell}, {found.column: words_}))
        used[found.column] = None
    for one in checker.batch(_batch_of(table.sheets[plan.index], plan.index)):
        if len(rows) >= limit:
            break
        shown = {**one.values, **{found.column: unpack(found.cell) for found in one.faults if not _unknown(found.cell)}}
        rows.append(PreviewRow(one.number, one.part, shown, {found.column: _words_of(choice.sheet, found) for found in one.faults}))
        used |= dict.fromkeys([slug for slug, value in shown.items() if value is not None] + [found.column for found in one.faults])
    columns = [(column.name, str(column.title)) for column in choice.sheet.columns if column.name in used]
    return Preview(columns, rows)


def _unknown(cell: Any) -> bool:
    return not isinstance(unpack(cell), str | int | float | bool | type(None)) and not hasattr(unpack(cell), "year")


def _words_of(sheet: Sheet, found: Any) -> str:
    bad: Bad = found.bad
    value = "" if _unknown(found.cell) or found.cell is None else recognising.cells.shown(unpack(found.cell))
    return words.told(
        sheet, bad.code, column=found.column, value=value, expected=bad.expected, suggestion=bad.suggestion, detail=bad.detail
    )


def _batch_of(head: SheetHead, index: int) -> Batch:
    width = max(map(len, head.head), default=0)
    columns = [[row[one] if one < len(row) else None for row in head.head] for one in range(width)]
    return Batch(index, 1, len(head.head), columns)


def faults(upload: Upload) -> QuerySet[Fault]:
    """Every located fault, in the order of the file (key: id)."""
    return Fault.objects.filter(upload=upload).order_by("id")


def tell(upload: Upload, found: Iterable[Fault], *, reveal: bool = False) -> list[Told]:
    """Faults with their words in the active language; `reveal` opens personal values (the caller journals the look)."""
    sheet = all_sheets().get(upload.sheet)
    titles = {column.name: str(column.title) for column in sheet.columns} if sheet else {}
    found = list(found)
    key = evidence.key_of(upload) if reveal and any(fault.sealed for fault in found) else None
    told = []
    for fault in found:
        fault.upload = upload
        opened = evidence.open_fault(key, fault) if key is not None else {}
        detail = {**fault.detail, **opened}
        place = f"{fault.column_letter}{fault.number}" if fault.column_letter else str(fault.number)
        told.append(
            Told(
                fault=fault,
                where=f"{fault.sheet_name}!{place}" if fault.sheet_name else place,
                sheet=fault.sheet_name,
                row=fault.number,
                letter=fault.column_letter,
                column=fault.column,
                title=titles.get(fault.column, fault.column),
                value=detail.get("value", words.MASK if fault.sealed else ""),
                expected=_(str(detail["expected"])) if detail.get("expected") else "",
                suggestion=str(detail.get("suggestion", "")),
                words=words.tell(fault, opened=opened),
            )
        )
    return told


def fault_groups(upload: Upload) -> list[dict[str, Any]]:
    """Faults counted by column and kind: {"column", "title", "code", "words", "faults"}; most first. The words are of the first one."""
    groups = list(Fault.objects.filter(upload=upload).values("column", "code").annotate(faults=Count("id"), first=Min("id")))
    firsts = {fault.pk: fault for fault in Fault.objects.filter(pk__in=[group["first"] for group in groups])}
    told = {one.fault.pk: one for one in tell(upload, firsts.values())}
    return sorted(
        (
            {
                "column": group["column"],
                "title": told[group["first"]].title,
                "code": group["code"],
                "words": told[group["first"]].words,
                "faults": group["faults"],
            }
            for group in groups
        ),
        key=lambda group: (-group["faults"], group["column"]),
    )


def opened(upload: Upload, rows: Iterable[Row]) -> dict[int, dict[str, Any]]:
    """The personal values of lines by their ids. The caller journals the look."""
    return evidence.open_rows(upload, rows)


def notes(upload: Upload) -> list[str]:
    """What is worth knowing about how the file was read, in words."""
    return [words.note(one) for one in upload.layout.get("notes", [])]


def changes(upload: Upload) -> Changes:
    """What accepting the good lines would do, without doing it."""
    good = Row.objects.filter(upload=upload, state=Row.State.GOOD)
    found = Changes(faulty=upload.rows_read - upload.rows_good)
    if upload.corrects_id or good.exclude(mark="").exists():
        sorter = taking.Sorter(upload)
        for rows in taking.good_lines(upload, light=True):
            sorted_ = sorter.sort(rows)
            found.new += len(sorted_.new)
            found.replaced += len(sorted_.replacing)
            found.unchanged += len(sorted_.unchanged)
        return found
    standing = Row.objects.filter(in_force_key=Concat(Value(taking.in_force_prefix(upload)), OuterRef("key")))
    known = good.filter(Exists(standing)).count()
    found.unchanged = good.filter(Exists(standing.filter(digest=OuterRef("digest")))).count()
    found.replaced, found.new = known - found.unchanged, upload.rows_good - known
    return found


def returned_workbook(upload: Upload, language: str) -> bytes:
    """The workbook that was handed in, with every fault marked in its cell, its words in a note, and a list of them.

    Raises actions.NotReadable.
    """
    return returning.returned_workbook(upload, language)


def template(sheet: Sheet, *, context: Context | None = None, language: str = "uk") -> bytes:
    """An empty workbook to fill in: header, HXL tags, drop-down lists, an example line that is not read."""
    return returning.template(sheet, context=context, language=language)


def matters(user) -> list[Matter]:
    """What waits for this user in this room: files to be decided on, or whose columns nobody has explained yet."""
    waiting = uploads(user).filter(state__in=[State.CHECKED, State.MAPPING]).order_by("received_at", "pk")[:20]
    return [_matter(upload) for upload in waiting if permissions.may(user, "intake.accept", at=upload)]


def _matter(upload: Upload) -> Matter:
    sheet = all_sheets().get(upload.sheet)
    if upload.state == State.MAPPING:
        title = _("Say what the columns of “%(file)s” mean") % {"file": upload.file_name}
    elif upload.faults_found:
        text = ngettext("%(faults)s fault in “%(file)s”", "%(faults)s faults in “%(file)s”", upload.faults_found)
        title = text % {"faults": upload.faults_found, "file": upload.file_name}
    else:
        text = ngettext("%(rows)s line of “%(file)s” to be taken in", "%(rows)s lines of “%(file)s” to be taken in", upload.rows_good)
        title = text % {"rows": upload.rows_good, "file": upload.file_name}
    detail = " · ".join(str(one) for one in (upload.sender, sheet.title if sheet else "") if one)
    return Matter(title=title, url=reverse("intake:upload", args=[upload.pk]), since=upload.received_at, detail=detail, icon="xlsx")
