"""What pages, the command and the API ask of this room: a question in people's words, narrowed to what they may see, and its figure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oplich.assistance.models import Sector
from oplich.core import permissions
from oplich.core.periods import Period
from oplich.core.permissions import Scope
from oplich.core.refusal import NotAllowed, Refusal
from oplich.partners import queries as partners
from oplich.partners.models import Organisation
from oplich.places.models import Place, PlaceFigure
from oplich.reporting import facts, figures, words

SEE = "reporting.see"
EVERYWHERE = "all"
HOME = "UA/"
BY = (*figures.DIMENSIONS, "sex-age")


class NotUnderstood(Refusal):
    """Something asked for is not known here."""


class NotCountedYet(Refusal):
    """There are no facts to count: nobody has asked for the first refresh."""


@dataclass(frozen=True)
class Question:
    """Which figure, for when, where, what and whom. `narrowed` when the person may see only a part of what was asked."""

    slug: str
    period: Period
    within: str = HOME
    sector: str | None = None
    organisation: str | None = None
    by: str | None = None
    rule: str = "recognised"
    without: tuple[str, ...] = ()
    narrowed: bool = False

    def parameters(self, **changes: Any) -> dict[str, str]:
        """The question as a query string says it, with some of it changed."""
        asked = dataclasses.replace(self, **changes)
        found = {
            "from": asked.period.start.isoformat(),
            "to": asked.period.last.isoformat(),
            "within": asked.within.rstrip("/").rpartition("/")[2] or EVERYWHERE,
            "sector": asked.sector or "",
            "organisation": asked.organisation or "",
            "by": asked.by or "",
            "rule": asked.rule,
            "without": ",".join(asked.without),
        }
        return {name: said for name, said in found.items() if said}


def question(slug: str, said: Mapping[str, Any], *, user: Any = None, by: str | None = None) -> Question:
    """Read a question as a query string or a command line asks it. Without `user` nothing is narrowed (the operator's own command).

    Raises NotUnderstood, NotAllowed, NotAPeriod.
    """
    if slug not in figures.catalogue():
        raise NotUnderstood(
            _("There is no figure called “%(name)s”. The list of figures shows all of them.") % {"name": slug}, field="figure"
        )
    response: dict[str, Any] = settings.OPLICH_RESPONSE
    first = _day(said.get("from"), "from") or response["since"]
    last = _day(said.get("to"), "to") or response["until"] or timezone.localdate()
    rule = said.get("rule") or "recognised"
    if rule not in figures.RULES:
        raise NotUnderstood(
            _("“%(rule)s” is not a counting rule. Choose one of: %(rules)s.") % {"rule": rule, "rules": ", ".join(figures.RULES)},
            field="rule",
        )
    by = said.get("by") or by
    if by not in (None, "", *BY):
        raise NotUnderstood(_("Nothing can be shown by “%(by)s”. Choose one of: %(all)s.") % {"by": by, "all": ", ".join(BY)}, field="by")
    asked = Question(
        slug=slug,
        period=Period.from_days(first, last),
        within=_place(said.get("within")),
        sector=_sector(said.get("sector"), "sector"),
        organisation=_organisation(said.get("organisation")),
        by=by or None,
        rule=rule,
        without=tuple(_sector(one, "without") or "" for one in str(said.get("without") or "").split(",") if one),
    )
    return asked if user is None else narrow(user, asked)


def narrow(user: Any, asked: Question, *, deed: str = SEE) -> Question:
    """The part of the question this person may see: their organisation's and their area's. Raises NotAllowed when there is none."""
    permissions.require(user, deed)
    wanted = Scope(asked.organisation or "", asked.within)
    scopes = permissions.scopes(user, deed)
    if any(scope.covers(wanted) for scope in scopes if not scope.purpose):
        return asked
    for scope in scopes:
        if not scope.purpose and scope.overlaps(wanted):
            return dataclasses.replace(
                asked,
                organisation=scope.organisation or asked.organisation,
                within=max(scope.area, asked.within, key=len),
                narrowed=True,
            )
    raise NotAllowed(_("There is nothing here that you may open or change. Ask the person who gave you access."))


def answer(asked: Question, *, language: str | None = None) -> figures.Figure:
    """The figure that answers the question. Raises NotCountedYet."""
    try:
        return figures.compute(
            asked.slug,
            facts_path=facts.path(),
            period=asked.period,
            within=asked.within,
            sector=asked.sector,
            organisation=asked.organisation,
            by=asked.by,
            rule=asked.rule,
            without=asked.without,
            language=language or get_language() or "uk",
        )
    except figures.NoFacts as none:
        raise NotCountedYet(_("Nothing has been counted yet. Bring the figures up to date first.")) from none


def by_every_rule(asked: Question) -> list[figures.Figure]:
    """The same question under the three counting rules, largest promise first."""
    return [answer(dataclasses.replace(asked, rule=rule, by=None)) for rule in ("services", "maximum", "recognised")]


def published(asked: Question) -> dict[tuple[str, str], PlaceFigure]:
    """What others published about people reached here: (place path, sector or "") → their latest figure within the period."""
    if asked.organisation or asked.slug != "people_reached":
        return {}
    rows = PlaceFigure.objects.filter(
        measure="people-reached",
        population_group="",
        replaced_by__isnull=True,
        withdrawn=False,
        place__path__startswith=asked.within,
        as_of__gte=asked.period.start,
        as_of__lt=asked.period.end,
    )
    return {(row.place.path, row.sector): row for row in rows.select_related("place").order_by("as_of", "recorded_at")}


def as_data(figure: figures.Figure) -> dict[str, Any]:
    """A figure as programs read it."""
    rows = []
    for line in figure.rows:
        row = {"key": line.key, "name": words.line_name(line, figure.by), figure.measure: line.units}
        if figure.by and figure.by != "sex-age":
            row[figure.by] = line.key
        if line.named is not None:
            row |= {"named": line.named, "share_named": round(line.named / line.units, 4) if line.units else None}
        rows.append(row)
    return {
        "figure": figure.slug,
        "title": figure.title,
        "unit": figure.measure,
        "source": figure.source,
        "rule": figure.rule or None,
        "method": figure.method,
        "period": {"from": figure.period.start.isoformat(), "to": (figure.period.end - dt.timedelta(days=1)).isoformat()},
        "within": figure.within.rstrip("/").rpartition("/")[2] or EVERYWHERE,
        "sector": figure.sector,
        "organisation": figure.organisation,
        "without": list(figure.without),
        "by": figure.by,
        "total": figure.total,
        "adds_up": figure.adds_up,
        "share_named": None if figure.share_named is None else round(figure.share_named, 4),
        "exclusions": [{**dataclasses.asdict(one), "words": words.left_out(one)} for one in figure.exclusions],
        "as_of": figure.as_of.isoformat(),
        "rows": rows,
    }


def _day(said: Any, field: str) -> dt.date | None:
    if not said:
        return None
    if isinstance(said, dt.date):
        return said
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(str(said).strip(), shape).date()
        except ValueError:
            continue
    raise NotUnderstood(_("“%(day)s” is not a date; write it as 2023-02-28.") % {"day": said}, field=field)


def _place(said: Any) -> str:
    """A place path by code, path or name; UA when nothing is said."""
    text = str(said or "").strip()
    if not text:
        return HOME
    if text.lower() == EVERYWHERE:
        return ""
    code = text.strip("/").rpartition("/")[2]
    found = Place.objects.filter(pk__in={code, code.upper()}).first()
    if found is None:
        raise NotUnderstood(
            _("There is no place with the code “%(code)s”. Write a code such as UA or UA63, or “all”.") % {"code": text}, field="within"
        )
    return found.path


def _sector(said: Any, field: str) -> str | None:
    if not said:
        return None
    slug = str(said).strip()
    if Sector.objects.filter(pk=slug).exists():
        return slug
    raise NotUnderstood(_("There is no sector “%(name)s”.") % {"name": slug}, field=field)


def _organisation(said: Any) -> str | None:
    """An organisation's id, found by its id or by any spelling it is known by."""
    if not said:
        return None
    try:
        found: Organisation | None = Organisation.objects.filter(pk=uuid.UUID(str(said))).first()
    except ValueError:
        found = partners.recognise(str(said))
    if found is None:
        raise NotUnderstood(_("No organisation here goes by “%(name)s”.") % {"name": said}, field="organisation")
    return str(found.kept.pk)
