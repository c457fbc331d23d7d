"""What this room writes: nothing about the response; only who asked for a recount, and which figure left the office for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from oplich.core import jobs, journal, permissions
from oplich.core.models import Job
from oplich.core.permissions import Scope
from oplich.core.refusal import Refusal
from oplich.reporting import queries
from oplich.reporting.exporting import edition as editions
from oplich.reporting.exporting import pdf, tables

FORMATS = {
    "pdf": ("application/pdf", pdf.as_pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", tables.as_xlsx),
    "csv": ("text/csv; charset=utf-8", tables.as_csv),
    "hxl": ("text/csv; charset=utf-8", tables.as_hxl),
    "json": ("application/json", tables.as_json),
}
TITLE = gettext_noop("Bringing the figures up to date")


class NoSuchFile(Refusal):
    """The kind of file or the purpose is not one of ours."""


@dataclass(frozen=True)
class File:
    name: str
    kind: str
    content: bytes


@transaction.atomic
def refresh(*, by: Any) -> Job:
    """Ask for the facts to be brought up to date. While one such request waits or runs, it is the answer.

    Raises NotAllowed.
    """
    permissions.require(by, "reporting.refresh")
    journal.write(by=by, what="facts.asked")
    return _ask(by)


@transaction.atomic
def follow_acceptance(*, by: Any, upload: Any) -> Job:
    """What `settings.OPLICH_AFTER_ACCEPT` names: rows were taken in, so the figures are counted again. Refuses nothing."""
    journal.write(by=by, what="facts.asked", subject=upload)
    return _ask(by)


def _ask(by: Any) -> Job:
    """One request at a time; but one that is already reading may have missed what was just written, so another follows it."""
    path = "oplich.reporting.facts.refresh_round"
    job = jobs.ask(by=by, path=path, title=_(TITLE), once_key="facts")
    if job.state == Job.State.RUNNING:
        job = jobs.ask(by=by, path=path, title=_(TITLE), once_key="facts again")
    return job


@transaction.atomic
def export(*, by: Any, asked: queries.Question, kind: str, purpose: str) -> File:
    """Give out a figure as a file for a stated purpose. It is redacted, and who took it for what is written down.

    Raises NotAllowed, NoSuchFile, TooSmallAnArea, NotCountedYet.
    """
    if kind not in FORMATS:
        raise NoSuchFile(_("A figure comes as %(kinds)s.") % {"kinds": ", ".join(FORMATS)}, field="format")
    if purpose not in editions.PURPOSES:
        raise NoSuchFile(_("Say what the file is for. It is written down with it."), field="purpose")
    asked = queries.narrow(by, asked, deed="reporting.export")
    edition = editions.prepare(asked, purpose)
    media_type, make = FORMATS[kind]
    content = make(edition)
    journal.write(
        by=by,
        what="figure.exported",
        at=Scope(asked.organisation or "", asked.within),
        figure=asked.slug,
        kind=kind,
        purpose=purpose,
        asked=asked.parameters(),
        total=edition.total,
        groups=len(edition.rows),
        hidden=edition.hidden,
    )
    ending = "hxl.csv" if kind == "hxl" else kind
    return File(f"{edition.file_name}.{ending}", media_type, content)
