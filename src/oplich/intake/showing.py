"""What the pages say about an upload: its state in one sentence, what can be done next, its first lines with the faults in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oplich.core import permissions
from oplich.intake import words, work
from oplich.intake.models import Upload
from oplich.intake.sheets import Sheet, all_sheets

MEANINGS: dict[str, str] = {
    Upload.State.RECEIVED: "underway",
    Upload.State.READING: "underway",
    Upload.State.MAPPING: "needsyou",
    Upload.State.CHECKED: "needsyou",
    Upload.State.ACCEPTING: "underway",
    Upload.State.ACCEPTED: "done",
    Upload.State.REFUSED: "refused",
    Upload.State.WITHDRAWN: "neutral",
}


@dataclass
class Step:
    """Something that can be done next: a link, or a form to be sent."""

    label: str
    url_name: str
    method: str = "get"
    name: str = ""
    value: str = ""
    main: bool = False


@dataclass
class Shown:
    """An upload as its page shows it."""

    upload: Upload
    sheet: Sheet | None
    meaning: str
    lead: str
    steps: list[Step] = field(default_factory=list)
    more: list[Step] = field(default_factory=list)
    job: Any = None

    @property
    def word(self) -> str:
        return self.upload.get_state_display()


def rows_of(units: int) -> str:
    """ "1 line", "2,310 lines" in the active language."""
    return ngettext("%(n)s line", "%(n)s lines", units) % {"n": number_format(units)}


def faults_of(units: int) -> str:
    return ngettext("%(n)s fault", "%(n)s faults", units) % {"n": number_format(units)}


def sheet_of(upload: Upload) -> Sheet | None:
    return all_sheets().get(upload.sheet)


def meaning_of(upload: Upload) -> str:
    return "refused" if upload.state == Upload.State.CHECKED and not upload.rows_good else MEANINGS[upload.state]


def lead_of(upload: Upload) -> str:
    """The state of an upload as a sentence."""
    rows, good, faulty = rows_of(upload.rows_read), rows_of(upload.rows_good), faults_of(upload.faults_found)
    match upload.state:
        case Upload.State.RECEIVED | Upload.State.READING:
            return _("The file is here and safe. It is being read and checked; you may leave this page.")
        case Upload.State.MAPPING:
            return _("Before it can be checked, say what its columns mean. We propose an answer for each.")
        case Upload.State.CHECKED if not upload.rows_read:
            return _("No lines were found in this file.")
        case Upload.State.CHECKED if not upload.faults_found:
            return _("%(rows)s, no faults. Nothing counts until you take them in.") % {"rows": rows}
        case Upload.State.CHECKED if upload.rows_good:
            return _("%(faults)s in %(rows)s. Correct them in your workbook, or take in the good part: %(good)s.") % {
                "faults": faulty,
                "rows": rows,
                "good": good,
            }
        case Upload.State.CHECKED:
            return _("%(faults)s in %(rows)s, and no line without one. Correct them in your workbook and hand it in again.") % {
                "faults": faulty,
                "rows": rows,
            }
        case Upload.State.ACCEPTING:
            return _("The lines are being taken in. All of them are, or none.")
        case Upload.State.ACCEPTED:
            return _("Taken in: %(new)s new, %(replaced)s replaced, %(unchanged)s already there.") % {
                "new": number_format(upload.rows_new),
                "replaced": number_format(upload.rows_replaced),
                "unchanged": number_format(upload.rows_unchanged),
            }
        case Upload.State.REFUSED:
            return words.refusal(upload) or _("This file could not be read.")
    return _("What this file brought was taken back. The file is kept as evidence.")


def is_ours(upload: Upload) -> bool:
    """Whether it was read as our own template, marks and all."""
    return any(one.get("own") for one in upload.layout.get("worksheets", []))


def steps_of(upload: Upload, user: Any, job: Any) -> tuple[list[Step], list[Step]]:
    """What this user can do next with the upload: at most two buttons, the rest in a menu."""
    hand_in = permissions.may(user, "intake.hand_in", at=upload)
    accept = permissions.may(user, "intake.accept", at=upload)
    withdraw = permissions.may(user, "intake.withdraw", at=upload)
    state, steps, more = upload.state, [], []
    if job:
        return [], []
    if state in (Upload.State.RECEIVED, Upload.State.READING) and hand_in:
        steps.append(Step(_("Check it again"), "intake:check", "post", main=True))
    if state == Upload.State.MAPPING and hand_in:
        steps.append(Step(_("Say what the columns mean"), "intake:mapping", main=True))
    if state == Upload.State.CHECKED:
        if hand_in and upload.faults_found and not upload.rows_good and not is_ours(upload):
            steps.append(Step(_("Say what the columns mean"), "intake:mapping", main=True))  # no good line: read the wrong way, most likely
            steps.append(Step(_("Your workbook with the faults marked"), "intake:returned"))
        elif upload.faults_found:
            if hand_in:
                steps.append(Step(_("Your workbook with the faults marked"), "intake:returned", main=True))
            if accept and upload.rows_good:
                label = _("Take in %(rows)s without faults") % {"rows": rows_of(upload.rows_good)}
                steps.append(Step(label, "intake:accept", "post", "only_good", "1"))
        elif accept and upload.rows_good:
            steps.append(Step(_("Take in %(rows)s") % {"rows": rows_of(upload.rows_good)}, "intake:accept", "post", main=True))
        if hand_in:
            more.append(Step(_("Hand in the corrected file"), "intake:correct"))
            if not any(step.url_name == "intake:mapping" for step in steps):
                more.append(Step(_("Read the columns another way"), "intake:mapping"))
    if state == Upload.State.ACCEPTED and hand_in:
        steps.append(Step(_("Hand in a corrected file"), "intake:correct"))
        if upload.faults_found:
            more.append(Step(_("Your workbook with the faults marked"), "intake:returned"))
    if state in (Upload.State.CHECKED, Upload.State.ACCEPTED, Upload.State.MAPPING) and withdraw:
        more.append(Step(_("Withdraw"), "intake:withdraw"))
    if state in (Upload.State.REFUSED, Upload.State.WITHDRAWN) and hand_in:
        steps.append(Step(_("Hand in another file"), "intake:hand-in", main=True))
    return steps[:2], steps[2:] + more


def shown(upload: Upload, user: Any) -> Shown:
    job = work.under_way(upload)
    steps, more = steps_of(upload, user, job)
    return Shown(upload, sheet_of(upload), meaning_of(upload), lead_of(upload), steps, more, job)


def may_see_names(user: Any, upload: Upload) -> bool:
    return permissions.may(user, "people.see", at=upload)


def may_have_file(user: Any, upload: Upload) -> bool:
    """The sender's own file, names and all: for who hands in for the sender, or may see names."""
    return permissions.may(user, "intake.hand_in", at=upload) or may_see_names(user, upload)


def returned_name(upload: Upload) -> str:
    """ "march.csv" → "march – faults marked.xlsx"."""
    stem = upload.file_name.rsplit(".", 1)[0] or upload.file_name
    return _("%(name)s – faults marked") % {"name": stem} + ".xlsx"


def disposition(name: str) -> str:
    """A Content-Disposition header for a file whose name may be in any script (RFC 6266)."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " ._-") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
