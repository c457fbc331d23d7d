"""Pages about places: the tree and its search, one place, the picture of published figures."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oplich.core import alphabet, journal, paging, permissions
from oplich.core.refusal import Refusal
from oplich.places import forms, pictures, queries
from oplich.places.actions import zones
from oplich.places.measures import DRAWN, MEASURES, measure_of
from oplich.places.models import Place

SHORT = 300


def _place(code: str) -> Place:
    found = Place.objects.filter(pk=code.upper()).select_related("parent").first()
    if found is None:
        raise Http404
    return found


def _listed(within: Place | None, kind: str):
    """What a list shows: everything of a kind below a place, or the next level down."""
    if kind in Place.Kind.values:
        found = Place.objects.filter(kind=kind)
        return found.within(within) if within else found
    return queries.children(within) if within else Place.objects.filter(kind__in=("country", "group"), parent=None)


def _page(found, after: str | None) -> paging.Page:
    """A short list in the order of the alphabet, whole; a long one in the codifier's order, page by page."""
    if not after and found[SHORT : SHORT + 1].count() == 0:
        return paging.Page(sorted(found, key=lambda place: alphabet.order(place.name)))
    return paging.page(found, order=("path", "pk"), after=after, size=100)


@login_required
def listing(request):
    """The tree, one level at a time, or what a search finds. Every choice is in the address."""
    permissions.require(request.user, "places.see")
    text, kind = request.GET.get("q", "").strip()[:200], request.GET.get("kind", "")
    code = request.GET.get("in", "UA").upper()
    within = Place.objects.filter(pk=code).first() if code else None
    found = (
        queries.search(text, within=within.path if within and request.GET.get("in") else "", kinds=[kind] if kind else None) if text else []
    )
    page = None if text else _page(_listed(within, kind), request.GET.get("after"))
    above = queries.parents(within) if within else []
    shown = page.rows if page else [place for place, _match in found]
    parents = Place.objects.in_bulk({one for place in shown for one in place.path.strip("/").split("/")[1:-1]})
    rows = [
        {"place": place, "above": [parents[one] for one in place.path.strip("/").split("/")[1:-1] if one in parents], "how": how}
        for place, how in ([(place, match.how) for place, match in found] if text else [(place, "") for place in shown])
    ]
    return render(
        request,
        "places/places.html",
        {
            "text": text, "kind": kind, "kinds": Place.Kind.choices, "within": within, "above": above, "rows": rows, "page": page,
            "hows": pictures.HOW_FOUND, "is_loaded": within is not None or Place.objects.exists(),
            "picture": pictures.tree_map(within) if within and not text and not kind else None,
        },
    )  # fmt: skip


@login_required
def show(request, code):
    """One place: what it is called and was called, its codes, how near the war it is, what was published about it."""
    permissions.require(request.user, "places.see")
    return _show(request, _place(code), forms.SetZone())


def _show(request, place: Place, form: forms.SetZone, status: int = 200):
    history, figures = queries.zones_of(place), pictures.newest(queries.figures(place))
    return render(
        request,
        "places/place.html",
        {
            "place": place, "above": queries.parents(place), "children": sorted(queries.children(place), key=lambda one: alphabet.order(one.name))[:24],
            "children_in_all": queries.children(place).count(),
            "former": [one for one in place.other_names.order_by("-valid_until", "name") if one.source != "gazetteer: noun"],
            "codes": place.other_codes.order_by("scheme", "code"), "history": history, "zone_bars": pictures.zone_bars(history),
            "figures": [one for one in figures if not one.detail],
            "figure_parts": [one for one in figures if one.detail], "sites": queries.visible_sites(request.user).filter(place__path__startswith=place.path),
            "picture": pictures.place_map(place), "form": form, "may_edit": permissions.may(request.user, "places.edit", at=place),
        },
        status=status,
    )  # fmt: skip


@login_required
@require_POST
def set_zone(request, code):
    """Say which zone a community is in."""
    place = _place(code)
    permissions.require(request.user, "places.edit", at=place)
    form = forms.SetZone(request.POST)
    if form.is_valid():
        try:
            zone = zones.set_zone(by=request.user, place=place, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("%(place)s: %(zone)s.") % {"place": place.full_name, "zone": zone.get_kind_display()})
            return redirect("places:place", place.pk)
    return _show(request, place, form, status=422)


@login_required
def picture(request):
    """How many are displaced, and where: one published measure, drawn and in a table, each number with its source."""
    permissions.require(request.user, "places.see")
    measure = request.GET.get("measure", "idps")
    offered = [slug for slug in (*DRAWN, "refugees") if slug in MEASURES]
    if measure not in offered:
        measure = "idps"
    figure = pictures.published(measure, request.GET.get("round", ""))
    if request.GET.get("as") == "csv" and figure:
        return _as_csv(request, figure)
    return render(
        request,
        "places/figures.html",
        {
            "figure": figure,
            "measure": measure,
            "offered": [(slug, measure_of(slug).title) for slug in offered],
            "question": pictures.QUESTIONS[measure],
        },
    )


def _as_csv(request, figure: pictures.Published) -> HttpResponse:
    """Exactly the table shown."""
    journal.write(by=request.user, what="figure.exported", measure=figure.measure, source=figure.source)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{figure.measure}-{figure.as_of:%Y-%m-%d}.csv"'
    lines = csv.writer(answer)
    lines.writerow([_("P-code"), _("Place"), measure_of(figure.measure).title, _("Note"), _("As of"), _("Source")])
    for row in figure.rows:
        number = "" if row.figure.people is None else f"{row.figure.people.normalize():f}"
        cells = [row.place.pk, row.place.full_name, number, row.figure.note, row.figure.as_of.isoformat(), row.figure.source]
        lines.writerow([f"'{cell}" if cell and cell[0] in "=+-@\t\r" else cell for cell in cells])
    return answer
