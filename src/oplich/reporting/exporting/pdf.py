"""A figure on paper: tagged PDF that a screen reader can read, in the language of the page. The one doorway to typst."""

from __future__ import annotations

import json
from pathlib import Path

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oplich.reporting import words
from oplich.reporting.exporting.edition import Edition

TEMPLATE = Path(__file__).parent / "figure.typ"


def as_pdf(edition: Edition) -> bytes:
    """The edition as PDF/UA-1: map and chart with their words, the table, how it was counted."""
    shown = []
    if edition.map is not None:
        shown.append({"svg": str(edition.map.svg), "alt": edition.map.description, "caption": edition.map.title})
    if edition.chart is not None and edition.figure.by:
        shown.append({"svg": edition.chart.plain_svg, "alt": edition.chart.description, "caption": edition.chart.title})
    on = edition.produced_on
    hidden = _("not shown")
    number = lambda units: hidden if units is None else words.number(units)
    body = {
        "title": edition.title,
        "author": "Oplich",
        "language": (get_language() or "uk")[:2],
        "on": [on.year, on.month, on.day],
        "footer": _("Oplich, %(day)s. %(rule)s")
        % {"day": words.day(on), "rule": words.RULES.get(edition.figure.rule, edition.figure.title)},
        "answer": edition.answer,
        "pictures": shown,
        "table_title": _("In numbers"),
        "head": [_("Code"), edition.head or _("Group"), edition.unit],
        "rows": [[row.key if len(row.key) <= 20 else "", row.name, number(row.units)] for row in edition.rows],
        "total": ["", _("Total, counted on its own"), number(edition.total)],
        "notes_title": _("How this was counted"),
        "notes": edition.notes,
    }
    return typst.compile(
        TEMPLATE.read_bytes(), format="pdf", pdf_standards=["ua-1"], sys_inputs={"it": json.dumps(body, ensure_ascii=False, default=str)}
    )
