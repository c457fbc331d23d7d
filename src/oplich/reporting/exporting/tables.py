"""Tables out: CSV, HXL, JSON, and Excel (the one doorway to xlsxwriter in this room). No cell can run as a formula."""

from __future__ import annotations

import csv
import io
import json

import xlsxwriter
from django.utils.translation import gettext as _

from oplich.core.periods import Period
from oplich.reporting import words
from oplich.reporting.exporting.edition import Edition

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell):
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(RISKY) else cell


def as_csv(edition: Edition) -> bytes:
    """One line per group, and one for the total; hidden groups have an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out)
    period = edition.asked.period
    writer.writerow([_("Code"), edition.head or _("Group"), edition.unit, _("First day"), _("Last day"), _("Counting rule")])
    rule = edition.figure.rule
    for row in edition.rows:
        writer.writerow(map(safe, [row.key, row.name, row.units, period.start, period.last, rule]))
    writer.writerow(map(safe, ["", _("Total, counted on its own"), edition.total, period.start, period.last, rule]))
    for note in edition.notes:
        writer.writerow(["", safe(note)])
    return out.getvalue().encode("utf-8-sig")


def as_json(edition: Edition) -> bytes:
    """What programs read: the same as `oplich figure … --json`, redacted."""
    figure, period = edition.figure, edition.asked.period
    body = {
        "figure": figure.slug,
        "title": edition.title,
        "answer": edition.answer,
        "unit": figure.measure,
        "rule": figure.rule or None,
        "method": figure.method,
        "source": figure.source,
        "period": {"from": period.start.isoformat(), "to": period.last.isoformat()},
        "within": edition.asked.parameters()["within"],
        "sector": figure.sector,
        "organisation": figure.organisation,
        "by": figure.by,
        "total": edition.total,
        "adds_up": figure.adds_up,
        "share_named_percent": edition.share,
        "as_of": figure.as_of.isoformat(),
        "hidden": edition.hidden,
        "rows": [{"key": row.key, "name": row.name, figure.measure: row.units} for row in edition.rows],
        "notes": edition.notes,
    }
    return json.dumps(body, ensure_ascii=False, indent=2).encode()


def as_xlsx(edition: Edition) -> bytes:
    """A workbook: the table with numbers as numbers, and a second sheet that says how it was counted."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": edition.title, "comments": edition.answer})
        big = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "#,##0"})
        bold_number = book.add_format({"num_format": "#,##0", "bold": True, "top": 1})
        bold = book.add_format({"bold": True, "top": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("Figure"))
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 44)
        sheet.set_column(2, 2, 16)
        sheet.write_string(0, 0, edition.title, big)
        sheet.write_string(1, 0, edition.answer)
        for column, name in enumerate([_("Code"), edition.head or _("Group"), edition.unit]):
            sheet.write_string(3, column, name, head)
        line = 4
        for row in edition.rows:
            sheet.write_string(line, 0, row.key)
            sheet.write_string(line, 1, row.name)
            if row.units is None:
                sheet.write_string(line, 2, _("not shown"))
            else:
                sheet.write_number(line, 2, row.units, number)
            line += 1
        sheet.write_string(line, 0, "", bold)
        sheet.write_string(line, 1, _("Total, counted on its own"), bold)
        if edition.total is None:
            sheet.write_string(line, 2, _("not shown"), bold)
        else:
            sheet.write_number(line, 2, edition.total, bold_number)
        sheet.freeze_panes(4, 0)
        sheet.autofilter(3, 0, max(line - 1, 3), 2)
        notes = book.add_worksheet(_("How it was counted"))
        notes.set_column(0, 0, 110)
        for line, note in enumerate([edition.title, edition.answer, *edition.notes]):
            notes.write_string(line, 0, note, wrapped)
    return out.getvalue()


# The columns of an HXL file, as the sheet of figures about places reads them again.
HXL = (
    ("P-code", "#adm+code"),
    ("Place name", "#adm+name"),
    ("What is counted", "#indicator+name"),
    ("Sector", "#sector"),
    ("Number", "#affected"),
    ("As of", "#date+reported"),
    ("Source", "#meta+source"),
    ("Note", "#description"),
)


def as_hxl(edition: Edition) -> bytes:
    """Figures of places with HXL tags: it validates with libhxl and can be handed in again as a sheet of place figures.

    By place, each line is a place; by sector, each line is the whole place's figure for one sector; by month, each line is dated with
    the month's last day. Anything else gives one line, the total. Hidden groups have no line.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([title for title, _tag in HXL])
    writer.writerow([tag for _title, tag in HXL])
    figure, asked = edition.figure, edition.asked
    measure = figure.slug.replace("_", "-")
    rule = str(words.RULES[figure.rule]) if figure.rule else ""
    source = f"Oplich, {figure.as_of:%Y-%m-%d}"
    last = asked.period.last.isoformat()
    code, name = asked.parameters()["within"], figure.names.get("within", "")
    plain = {line.path: line.name for line in figure.rows}
    lines = []
    for row in edition.rows:
        if row.path:
            lines.append([row.key, plain[row.path], measure, figure.sector or "", row.units, last])
        elif figure.by == "sector":
            lines.append([code, name, measure, row.key, row.units, last])
        elif figure.by == "month":
            lines.append([code, name, measure, figure.sector or "", row.units, _month_end(row.key, last)])
    if not lines:
        lines = [[code, name, measure, figure.sector or "", edition.total, last]]
    for line in lines:
        if line[4] is not None:
            writer.writerow(map(safe, [*line, source, rule]))
    return out.getvalue().encode()


def _month_end(key: str, last: str) -> str:
    """The last day of a month such as 2023-01, or of the period where that comes first."""
    return min(last, Period.month(*map(int, key.split("-"))).last.isoformat())
