"""What is told about a fault: what is the matter, in the person's words and with their value, then what they can do.

A sheet may bring words for its own codes (`Sheet.words`); the rest is here. Each text is filled with value, expected, suggestion,
column and whatever detail the reader gave.
"""

from __future__ import annotations

import collections
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from oplich.intake.models import Fault
from oplich.intake.sheets import Sheet, all_sheets

MASK = "•••"
FAULTS = {
    "missing": gettext_lazy("“%(column)s” is empty. Write it in."),
    "stray-line": gettext_lazy("Nothing but “%(value)s” stands in this line. Fill in the line, or delete it."),
    "not-a-date": gettext_lazy("“%(value)s” is not a date; write it as %(expected)s."),
    "not-a-month": gettext_lazy("“%(value)s” is not a month; write it as %(expected)s."),
    "too-early": gettext_lazy("%(value)s is before %(first)s. Correct the date."),
    "in-the-future": gettext_lazy("%(value)s has not come yet. Correct the date."),
    "not-a-number": gettext_lazy("“%(value)s” is not a number; write digits only, such as %(expected)s."),
    "not-whole": gettext_lazy("“%(value)s” is not a whole number; people are counted whole."),
    "two-readings": gettext_lazy(
        "“%(value)s” can be read as %(suggestion)s or as %(other)s. Write it without the comma or as you mean it."
    ),
    "too-small": gettext_lazy("%(value)s is too small; the least is %(minimum)s."),
    "too-large": gettext_lazy("%(value)s is too large; the most is %(maximum)s."),
    "too-long": gettext_lazy("This text is too long; at most %(longest)s characters fit."),
    "not-in-list": gettext_lazy("“%(value)s” is not in the list. It has: %(expected)s …"),
    "not-yes-or-no": gettext_lazy("“%(value)s” is neither yes nor no. Write так or ні."),
    "unknown-place": gettext_lazy("No place is known as “%(value)s”. Write its name as in the codifier, or its code."),
    "ambiguous-place": gettext_lazy("There are several places named “%(value)s”. Add the oblast or the raion, or write the code."),
    "unknown-organisation": gettext_lazy("No organisation is known as “%(value)s”. Choose it from the list, or have it added."),
    "unknown-sector": gettext_lazy("No sector is known as “%(value)s”. Choose one from the list."),
    "repeats-line": gettext_lazy("This line repeats line %(line)s. Delete one of the two, or correct what differs."),
    "formula-without-value": gettext_lazy(
        "This cell holds a formula without its result. Open the file in Excel, save it, and hand it in again."
    ),
    "formula-error": gettext_lazy("The formula in this cell ends in an error (%(value)s). Write the value itself."),
    "merged-number": gettext_lazy("This cell is merged with the ones above. Write the number into each line it belongs to."),
}
SUGGESTS = gettext_lazy("Perhaps: %(suggestion)s.")
UNKNOWN_FAULT = gettext_lazy("“%(value)s” cannot be taken in. Expected: %(expected)s.")

REFUSED = {
    "empty": gettext_lazy("The file is empty. Hand in the file with the table."),
    "too-large-file": gettext_lazy("The file is larger than %(megabytes)s MB. Split it, or remove pictures and sheets that are not needed."),
    "bomb": gettext_lazy("The file unpacks to far more than a table needs. Copy the table into a new workbook and hand that in."),
    "too-much": gettext_lazy("The file unpacks to far more than a table needs. Copy the table into a new workbook and hand that in."),
    "too-large-inside": gettext_lazy("The table is too large to be read safely. Split it into several files."),
    "too-slow": gettext_lazy("Reading the file took too long, so it was stopped. Copy the table into a new workbook and hand that in."),
    "too-wide": gettext_lazy("The table has %(columns)s columns; at most %(most)s can be read. Delete the columns that are not needed."),
    "far-cell": gettext_lazy("There is something in cell %(cell)s, far away from the table. Delete it, or copy the table into a new workbook."),
    "xml-tricks": gettext_lazy("The file contains declarations that no spreadsheet program writes, so it was not opened. Save it anew from Excel or LibreOffice."),
    "password": gettext_lazy("The file is locked with a password. Remove the password and hand it in again."),
    "broken": gettext_lazy("The file is damaged and cannot be opened. Open it in Excel or LibreOffice, save it anew and hand that in."),
    "cut-off": gettext_lazy("The file is damaged: part of it is missing. Send it again from where it was made."),
    "other-kind": gettext_lazy("This is a %(kind)s file, whatever its name says. Save the table as .xlsx or .csv and hand that in."),
    "not-a-table": gettext_lazy("This is not a table. Hand in an Excel workbook (.xlsx) or a CSV file."),
    "broken-letters": gettext_lazy("In line %(row)s there are letters that cannot be read as %(encoding)s. Save the file as “CSV UTF-8” and hand it in again."),
    "quotes": gettext_lazy("From line %(row)s on the quotation marks do not match. Save the table as .xlsx and hand that in."),
    "no-header": gettext_lazy("No header with two or more columns was found. Put the names of the columns in one line above the data."),
    "no-lines": gettext_lazy("No filled line was found under the header. Fill in the table and hand it in again."),
    "erased": gettext_lazy("The file is no longer kept: its time is over. Hand it in again."),
    "changed": gettext_lazy("The kept file was changed or damaged on the disk, so it was not opened. Hand the file in again and tell the operator."),
}  # fmt: skip

NOTES = {
    "macros": gettext_lazy("The workbook contains macros; they were not run."),
    "other-files": gettext_lazy("The workbook refers to other files; the values it last saw there were used."),
    "hidden-sheet": gettext_lazy("The worksheet “%(sheet)s” is hidden; it was read all the same."),
    "merged": gettext_lazy("Merged cells in “%(sheet)s” were filled with the value they show."),
    "unread-sheet": gettext_lazy("The worksheet “%(sheet)s” was not read: its columns are not those of this sheet."),
    "unread-column": gettext_lazy("The column “%(title)s” (%(letter)s) was not read."),
    "examples": gettext_lazy("The example line of the template was left out."),
    "more-faults": gettext_lazy("There are more faults than are shown here. Correct these first and hand the file in again."),
}


def _fill(text: Any, parts: dict[str, Any]) -> str:
    try:
        return str(text) % parts
    except (KeyError, TypeError, ValueError):
        return str(text)


def told(
    sheet: Sheet | None,
    code: str,
    *,
    column: str,
    value: Any,
    expected: str = "",
    suggestion: str = "",
    detail: dict | None = None,
    hidden: bool = False,
) -> str:
    """The words of one fault in the active language; `hidden`: what is not known is masked, not an error."""
    title = column
    if sheet is not None:
        title = next((str(one.title) for one in sheet.columns if one.name == column), column)
    parts = (collections.defaultdict(lambda: MASK) if hidden else {}) | {
        **(detail or {}),
        "column": title,
        "value": value,
        "expected": expected,
        "suggestion": suggestion,
    }
    text = (sheet.words.get(code) if sheet is not None else None) or FAULTS.get(code) or (UNKNOWN_FAULT if expected else FAULTS["missing"])
    words = _fill(text, parts)
    if suggestion and str(suggestion) not in words:
        words += " " + _fill(SUGGESTS, parts)
    return words


def tell(fault: Fault, *, opened: dict[str, Any] | None = None) -> str:
    """A fault's words in the active language. `opened`: what `evidence.open_fault` gave, where the column is personal and may be shown."""
    detail = {**fault.detail, **(opened or {})}
    return told(
        all_sheets().get(fault.upload.sheet),
        fault.code,
        column=fault.column,
        value=detail.pop("value", MASK if fault.sealed else ""),
        expected=detail.pop("expected", ""),
        suggestion=detail.pop("suggestion", ""),
        detail=detail,
        hidden=bool(fault.sealed) and not opened,
    )


def refused(code: str, detail: dict[str, Any] | None = None) -> str:
    """Why a file could not be read, in the active language."""
    return _fill(REFUSED.get(code, REFUSED["broken"]), {"kind": "", "row": "?", "encoding": "", "cell": "", "columns": "", "most": "", "megabytes": "", **(detail or {})})  # fmt: skip


def refusal(upload: Any) -> str:
    """Why an upload was refused, in the active language, whoever's language it was checked in."""
    why = upload.layout.get("refused")
    return refused(why["code"], why["detail"]) if why else upload.refusal


def note(one: dict[str, Any]) -> str:
    """Something worth knowing about how the file was read; not a fault."""
    if one["code"] == "hidden-rows":
        text = ngettext(
            "%(rows)s hidden line in “%(sheet)s” was read all the same (line %(first)s).",
            "%(rows)s hidden lines in “%(sheet)s” were read all the same (from line %(first)s).",
            one["rows"],
        )
        return text % {**one, "first": one["first"][0]}
    if one["code"] == "totals":
        text = ngettext(
            "%(rows)s line was taken for a total and left out (line %(first)s).",
            "%(rows)s lines were taken for totals or repeated headers and left out (line %(first)s and others).",
            one["rows"],
        )
        return text % one
    return _fill(NOTES.get(one["code"], one["code"]), one)


def columns_unknown() -> str:
    """What the command line says where the page would show the columns."""
    return gettext("The columns of this file are not known yet. Say what they mean on its page, or give a mapping with --map.")
