"""Pages of figures: a question, its answer in one sentence, a picture, the table, how it was counted, and files to take away."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oplich.assistance.models import Sector
from oplich.core import permissions
from oplich.core.models import Job
from oplich.core.periods import Period
from oplich.core.refusal import NotAllowed, Refusal
from oplich.partners.models import Organisation
from oplich.places.models import Place
from oplich.reporting import actions, charts, facts, figures, queries, words
from oplich.reporting.exporting import edition as editions

PLACES = frozenset({"country", "oblast", "raion", "hromada"})
FINER = {"country": "oblast", "oblast": "raion", "raion": "hromada"}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is counted here, with the number that people ask for first."""
    permissions.require(request.user, queries.SEE)
    asked = queries.question("people_reached", {"by": "month"}, user=request.user)
    found = _or_none(asked)
    return render(
        request,
        "reporting/index.html",
        {
            "figure": found,
            "sentence": editions.sentence(found, found.total) if found else "",
            "chart": charts.of_figure(found, _("People recognised, by month")) if found and found.total else None,
            "catalogue": _catalogue(),
            **_freshness(request),
        },
    )


@login_required
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """How every figure is counted, in its own words."""
    permissions.require(request.user, queries.SEE)
    return render(request, "reporting/catalogue.html", {"catalogue": _catalogue(), "rules": words.RULES})


def reached(request: HttpRequest) -> HttpResponse:
    """Who was reached? The page that the whole response is asked about."""
    return figure(request, "people_reached")


@login_required
@require_GET
def figure(request: HttpRequest, slug: str) -> HttpResponse:
    """One figure as a picture page."""
    if slug not in figures.catalogue():
        raise Http404
    refusal, status = None, 200
    try:
        asked = queries.question(slug, request.GET.dict(), user=request.user, by="upload" if slug == "records_by_upload" else "oblast")
    except NotAllowed:
        raise
    except Refusal as said:
        refusal, status = said, 422
        asked = queries.question(slug, {}, user=request.user, by="oblast")
    context: dict[str, Any] = {"asked": asked, "refusal": refusal, "choices": _choices(asked), **_freshness(request)}
    found = _or_none(asked)
    if found is not None:
        context |= _shown(request, asked, found)
    return render(request, "reporting/figure.html", context, status=status)


@login_required
@require_POST
def take_away(request: HttpRequest, slug: str) -> HttpResponse:
    """A file of the figure, for the purpose that was chosen."""
    asked = queries.question(slug, request.POST.dict(), user=request.user)
    try:
        file = actions.export(by=request.user, asked=asked, kind=request.POST.get("format", ""), purpose=request.POST.get("purpose", ""))
    except NotAllowed:
        raise
    except Refusal as refusal:
        context = {"asked": asked, "refusal": refusal, "choices": _choices(asked), **_freshness(request)}
        found = _or_none(asked)
        return render(request, "reporting/figure.html", context | (_shown(request, asked, found) if found else {}), status=422)
    response = HttpResponse(file.content, content_type=file.kind)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def drawing(request: HttpRequest, slug: str) -> HttpResponse:
    """The page's picture as a Vega-Lite specification, for whoever wants to draw it elsewhere."""
    if slug not in figures.catalogue():
        raise Http404
    found = queries.answer(queries.question(slug, request.GET.dict(), user=request.user, by="oblast"))
    return JsonResponse(charts.of_figure(found, editions.title_of(found)).spec, json_dumps_params={"ensure_ascii": False})


@login_required
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Bring the figures up to date; progress shows on the page one came from."""
    actions.refresh(by=request.user)
    return redirect(f"{reverse('reporting:reached')}?{request.POST.get('asked', '')}".rstrip("?"))


def _or_none(asked: queries.Question) -> figures.Figure | None:
    try:
        return queries.answer(asked)
    except queries.NotCountedYet:
        return None


def _freshness(request: HttpRequest) -> dict[str, Any]:
    """How current the figures are, and the recount under way if there is one."""
    may_refresh = permissions.may(request.user, "reporting.refresh")
    state = facts.state()
    running = (
        Job.objects.filter(once_key__startswith="facts", state__in=[Job.State.WAITING, Job.State.RUNNING]).order_by("asked_at").first()
    )
    return {
        "facts": state,
        "stale": state is not None and not facts.is_current(),
        "may_refresh": may_refresh,
        "job": running if may_refresh else None,
        "query": request.GET.urlencode(),
    }


def _catalogue() -> list[figures.FigureWords]:
    language = get_language() or "uk"
    return [figures.words_of(slug, language) for slug in figures.catalogue()]


def _choices(asked: queries.Question) -> dict[str, Any]:
    """What can be chosen in the sentence of filters."""
    named = Place.objects.filter(kind__in=["oblast", "country", "group"])
    countries = sorted((one for one in named if one.kind != "oblast" and one.code != "UA"), key=lambda one: one.name)
    here = Place.objects.filter(path=asked.within).first() if asked.within else None
    return {
        "oblasts": [(one.code, one.name) for one in named if one.kind == "oblast"],
        "countries": [(one.code, one.name) for one in countries],
        "other_place": here if here and here.kind not in ("oblast", "country", "group") else None,
        "sectors": [(one.slug, str(one)) for one in Sector.objects.all()],
        "organisations": sorted(
            ((str(one.pk), str(one)) for one in Organisation.objects.filter(merged_into__isnull=True)), key=lambda pair: pair[1].lower()
        ),
        "by": [(key, words.BY[key]) for key in queries.BY],
        "rules": list(words.RULES.items()) if asked.slug == "people_reached" else [],
        "said": asked.parameters(),
        "purposes": editions.PURPOSES.items(),
        "formats": actions.FORMATS,
    }


def _shown(request: HttpRequest, asked: queries.Question, found: figures.Figure) -> dict[str, Any]:
    """All that the page shows of a figure."""
    title = editions.title_of(found)
    others = queries.published(asked)
    sees_records = permissions.may(request.user, "assistance.see")
    rows = [_row(asked, found, line, others, sees_records) for line in found.rows]
    address = reverse("reporting:drawing", args=[found.slug]) + "?" + urlencode(asked.parameters())
    rules = queries.by_every_rule(asked) if found.slug == "people_reached" else []
    return {
        "figure": found,
        "title": title,
        "sentence": editions.sentence(found, found.total),
        "rows": rows,
        "head": words.HEADS.get(asked.by or "", _("Group")),
        "map": charts.on_map(found, title, links={line.key: row["closer"] for line, row in zip(found.rows, rows, strict=True)}),
        "chart": charts.of_figure(found, title, spec_url=address) if found.rows and found.total else None,
        "rule_words": words.RULES.get(found.rule, ""),
        "rules": [(words.RULES[one.rule], one, _here(asked, rule=one.rule)) for one in rules],
        "rules_chart": charts.of_rules(rules, _("The same people under three counting rules")) if rules and found.total else None,
        "exclusions": [words.left_out(one) for one in found.exclusions],
        "published_total": others.get((asked.within, asked.sector or "")),
        "any_published": any(row["published"] for row in rows),
        "records": _records(asked) if sees_records else "",
        "may_export": permissions.may(request.user, "reporting.export"),
    }


def _here(asked: queries.Question, **changes: Any) -> str:
    address = reverse("reporting:reached") if asked.slug == "people_reached" else reverse("reporting:figure", args=[asked.slug])
    return f"{address}?{urlencode(asked.parameters(**changes))}"


def _row(asked: queries.Question, found: figures.Figure, line: figures.Line, others: dict, sees_records: bool) -> dict[str, Any]:
    """One line of the table: its words, and the question that is this line alone."""
    by = found.by or ""
    narrower: dict[str, Any] = {}
    if by in PLACES and not line.coarser:
        narrower = {"within": line.path, "by": FINER.get(by, "sector")}
    elif by == "sector":
        narrower = {"sector": line.key, "by": "oblast"}
    elif by == "organisation":
        narrower = {"organisation": line.key, "by": "oblast"}
    elif by == "month":
        month = Period.month(*map(int, line.key.split("-")))
        start, end = max(month.start, asked.period.start), min(month.end, asked.period.end)
        narrower = {"period": Period(start, end), "by": "oblast"}
    published = (
        others.get((line.path, asked.sector or "")) if line.path else others.get((asked.within, line.key)) if by == "sector" else None
    )
    return {
        "name": words.line_name(line, by),
        "units": line.units,
        "share": line.named / line.units if line.named is not None and line.units else None,
        "closer": _here(asked, **narrower) if narrower else "",
        "records": _records(dataclasses.replace(asked, **narrower)) if narrower and sees_records else "",
        "published": published,
    }


def _records(asked: queries.Question) -> str:
    """The list of records behind a number: the same filters, as far as this person may see them."""
    said = {name: value for name, value in asked.parameters().items() if name in {"from", "to", "within", "sector", "organisation"}}
    try:
        return f"{reverse('assistance:list')}?{urlencode(said)}"
    except NoReverseMatch:
        return ""
