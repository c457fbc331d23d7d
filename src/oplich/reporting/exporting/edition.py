"""One figure ready to leave: its words, its rows with the small groups hidden, its footnotes. What every kind of file is made from."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oplich.core import sealing
from oplich.core.refusal import Refusal
from oplich.places.maps import Map
from oplich.reporting import charts, queries, redaction, words
from oplich.reporting.figures import Figure, Line

PURPOSES = {
    "internal": gettext_lazy("for our own work"),
    "coordination": gettext_lazy("for coordination with partners"),
    "donor": gettext_lazy("for a report to a donor"),
    "public": gettext_lazy("for publication"),
}


class TooSmallAnArea(Refusal):
    pass


@dataclass(frozen=True)
class Row:
    """One group as it is printed. `units` is None where it is hidden."""

    key: str
    name: str
    path: str
    units: int | None


@dataclass(frozen=True)
class Edition:
    asked: queries.Question
    figure: Figure
    title: str
    answer: str
    head: str
    unit: str
    rows: list[Row]
    total: int | None
    notes: list[str]
    chart: charts.Chart | None
    map: Map | None
    purpose: str
    hidden: int
    share: int | None

    @property
    def file_name(self) -> str:
        """Says what is in it, in letters every system can store."""
        where = self.asked.within.rstrip("/").rpartition("/")[2] or "all"
        parts = [self.asked.slug, where, f"{self.asked.period.start:%Y%m%d}-{self.asked.period.last:%Y%m%d}"]
        return "_".join([*parts, self.asked.by or "total", self.figure.rule or "count"]).replace("-", "_")

    @property
    def produced_on(self) -> dt.date:
        return timezone.localdate()


def title_of(figure: Figure) -> str:
    """The question the figure answers."""
    period = words.period(figure.period)
    if figure.slug == "people_reached":
        return _("Who was reached, %(period)s?") % {"period": period}
    return _("%(figure)s, %(period)s") % {"figure": figure.title, "period": period}


def place_of(figure: Figure) -> str:
    return figure.names.get("within") or _("the whole response")


def sentence(figure: Figure, total: int | None) -> str:
    """The answer as one sentence, with the number."""
    if total is None:
        return _("So few that the number itself would point at people; it is not given.")
    said = {"units": f"{words.number(total)} {words.UNITS[figure.measure](total)}", "place": place_of(figure)}
    if figure.sector and figure.organisation:
        said |= {"sector": figure.names["sector"], "organisation": figure.names["organisation"]}
        return _("%(place)s: %(units)s. Sector: %(sector)s. Organisation: %(organisation)s.") % said
    if figure.sector:
        return _("%(place)s: %(units)s. Sector: %(sector)s.") % (said | {"sector": figure.names["sector"]})
    if figure.organisation:
        return _("%(place)s: %(units)s. Organisation: %(organisation)s.") % (said | {"organisation": figure.names["organisation"]})
    return _("%(place)s: %(units)s in all sectors.") % said


def prepare(asked: queries.Question, purpose: str) -> Edition:
    """Compute the figure and redact it for this purpose. Raises TooSmallAnArea, NotCountedYet."""
    try:
        redaction.check_area(asked.within, asked.sector, purpose)
    except redaction.TooSmallAnArea as small:
        raise TooSmallAnArea(
            _("A figure about so small a place could point at people. Choose the raion or the oblast around it."), field="within"
        ) from small
    by = redaction.finest(asked.by, asked.sector, purpose)
    coarsened = by != asked.by
    figure = queries.answer(dataclasses.replace(asked, by=by))
    out = redaction.redact(figure, secret=sealing.blind("redaction", "ties"), coarsened=coarsened)
    lines = {line.key + line.path: line for line in figure.rows}
    shown = dict(zip(lines, (units for _key, units in out.rows), strict=True))
    rows = [Row(line.key, words.line_name(line, figure.by), line.path, shown[key]) for key, line in lines.items()]
    title = title_of(figure)
    visible = [
        Line(line.key, line.name, shown[key] or 0, None, line.path, line.coarser) for key, line in lines.items() if shown[key] is not None
    ]
    return Edition(
        asked=dataclasses.replace(asked, by=by),
        figure=figure,
        title=title,
        answer=sentence(figure, out.total),
        head=str(words.HEADS.get(by or "", "")),
        unit=figure.unit,
        rows=rows,
        total=out.total,
        notes=_notes(figure, out),
        chart=charts.of_figure(dataclasses.replace(figure, rows=visible), title, width=480) if visible else None,
        map=charts.on_map(dataclasses.replace(figure, rows=visible), title, theme="print") if visible else None,
        purpose=purpose,
        hidden=out.hidden,
        share=out.share,
    )


def _notes(figure: Figure, out: redaction.Outgoing) -> list[str]:
    notes = [
        _("How this was counted: %(method)s") % {"method": figure.method},
        _("Unit: %(unit)s. Source: %(source)s. Data as of %(moment)s.")
        % {"unit": figure.unit, "source": figure.source, "moment": f"{words.day(figure.as_of.date())}, {figure.as_of:%H:%M}"},
    ]
    if out.share is not None:
        notes.append(_("%(share)s %% of the figure rests on records with names; the rest on counts without names.") % {"share": out.share})
    if figure.by and not figure.adds_up:
        notes.append(_("The groups of the table do not add up to the total: some people are in several of them."))
    for one in out.exclusions:
        notes.append(words.left_out(one) if one.records else _few(one))
    if figure.without:
        notes.append(_("Left out on request: %(sectors)s.") % {"sectors": ", ".join(figure.without)})
    if out.hidden:
        notes.append(
            ngettext(
                "%(n)s group is not shown, because groups of fewer than %(least)s could point at people or would let others be worked out.",
                "%(n)s groups are not shown, because groups of fewer than %(least)s could point at people or would let others be worked out.",
                out.hidden,
            )
            % {"n": out.hidden, "least": out.threshold}
        )
    if out.coarsened:
        notes.append(_("Places are shown more coarsely than asked for, so that nobody can be recognised."))
    notes.append(
        _(
            "Figures may be adjusted as records are corrected and methods change. The names and boundaries used do not imply "
            "official endorsement or acceptance by anyone."
        )
    )
    return notes


def _few(one) -> str:
    if one.reason == "consent":
        return _("A few records of people who took back their agreement to be counted are left out.")
    if one.reason == "wider":
        return _("A few records known only for a wider area are left out.")
    return _("%(name)s: a few records, which published totals leave out by rule.") % {"name": one.name}
