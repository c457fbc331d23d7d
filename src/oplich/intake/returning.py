"""Give workbooks to people: their own with the faults in the cells, and empty ones to fill in."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from oplich.core import sealing
from oplich.intake import evidence, keeping, words
from oplich.intake.confined import Child, Limits, Unreadable, clear_file
from oplich.intake.mapping import MARK_HEADER
from oplich.intake.models import Fault, Row, Upload
from oplich.intake.opening import NotReadable
from oplich.intake.sheets import Context, Sheet, all_sheets
from oplich.intake.writing import templates

LIMITS = Limits(memory_bytes=2_000_000_000, cpu_seconds=180, wall_seconds=240, written_bytes=300_000_000)


def line_mark(upload: Upload, worksheet: int, number: int) -> str:
    """What the hidden column says about a line that had no mark of its own: upload, worksheet as listed in its layout, line."""
    return f"{upload.pk.hex}.{worksheet}.{number}"


def template(sheet: Sheet, *, context: Context | None, language: str) -> bytes:
    return templates.template(sheet, context=context, language=language)


def returned_workbook(upload: Upload, language: str) -> bytes:
    """The marked workbook. Raises NotReadable when the file is no longer kept or cannot be written."""
    with translation.override(language):
        asked = _asked(upload)
    try:
        clear = keeping.open_kept(upload)
    except (sealing.Erased, sealing.CannotOpen) as error:
        raise NotReadable(words.refused("erased" if isinstance(error, sealing.Erased) else "changed")) from error
    with clear, clear_file() as result, tempfile.TemporaryDirectory(dir=_in_memory(), prefix="oplich-") as folder:
        try:
            with Child("oplich.intake.writing", {**asked, "folder": folder}, [clear, result], LIMITS) as child:
                for _frame in child.frames():
                    pass
        except Unreadable as why:
            raise NotReadable(words.refused(why.code, why.detail)) from why
        result.seek(0)
        return result.read()


def _in_memory() -> str:
    """Where a child may put pieces of clear text: in memory where there is such a place, else below the data folder."""
    if os.access("/dev/shm", os.W_OK):  # noqa: S108  memory, not a shared folder on the disk; the folder made there is private
        return "/dev/shm"  # noqa: S108  as above
    folder = Path(settings.DATA) / "progress"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return str(folder)


def _asked(upload: Upload) -> dict[str, Any]:
    sheet = all_sheets().get(upload.sheet)
    titles = {column.name: str(column.title) for column in sheet.columns} if sheet else {}
    key = evidence.key_of(upload)
    faults = []
    for fault in Fault.objects.filter(upload=upload).order_by("id"):
        fault.upload = upload
        opened = evidence.open_fault(key, fault)
        detail = {**fault.detail, **opened}
        place = f"{fault.column_letter}{fault.number}"
        faults.append(
            {
                "sheet": fault.sheet_name,
                "row": fault.number,
                "letter": fault.column_letter,
                "where": f"{fault.sheet_name}!{place}" if fault.sheet_name else place,
                "title": titles.get(fault.column, fault.column),
                "value": str(detail.get("value", "")),
                "words": words.tell(fault, opened=opened),
                "suggestion": str(detail.get("suggestion", "")),
            }
        )
    plans = upload.layout.get("worksheets", [])
    return {
        "faults": faults,
        "first_letter": {
            plan["worksheet"]: min((letters[0] for letters in plan["columns"].values() if letters), default="A") for plan in plans
        },
        "worksheets": [_worksheet(upload, index, plan) for index, plan in enumerate(plans)],
        "mark_header": MARK_HEADER,
        "table_name": _("Table"),
        "list": {
            "title": _("Faults"),
            "header": [_("Where"), _("Line"), _("Column"), _("What stands there"), _("What is the matter"), _("Perhaps")],
        },
    }


def _worksheet(upload: Upload, index: int, plan: dict[str, Any]) -> dict[str, Any]:
    rows = (
        Row.objects.filter(upload=upload, sheet_name=plan["worksheet"], mark="")
        .values_list("number", flat=True)
        .distinct()
        .order_by("number")
    )
    return {
        "name": plan["worksheet"],
        "header_row": plan["header_row"],
        "mark": plan["mark"],
        "width": plan.get("width", 0),
        "marks": [(number, line_mark(upload, index, number)) for number in rows],
    }
