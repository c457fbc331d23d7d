"""Pages about help that was given: the records behind every figure, one record, writing one down by hand."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from oplich.assistance import exports, forms, queries
from oplich.assistance.actions import ledger
from oplich.assistance.models import Assistance
from oplich.core import journal, paging, permissions
from oplich.core.ids import uuid7
from oplich.core.refusal import NotAllowed, Refusal
from oplich.partners.models import Organisation
from oplich.people import queries as people
from oplich.people.models import Person
from oplich.places.models import Place

personal = cache_control(no_store=True, private=True)


@login_required
def listing(request):
    """The records behind a figure: the same filters, in the address."""
    permissions.require(request.user, "assistance.see")
    asked = queries.Filter.read(request.GET)
    found = queries.listed(request.user, asked)
    page = paging.page(found, order=("-given_on", "-pk"), after=request.GET.get("after"))
    context = {
        "page": page,
        "asked": asked,
        "totals": queries.totals(found),
        "sectors": forms.filter_sectors(),
        "place": Place.objects.filter(path=asked.within).first() if asked.within else None,
        "organisation": Organisation.objects.filter(pk=asked.organisation).first() if asked.organisation else None,
        "organisations": queries.reporting_organisations(request.user),
        "areas": Place.objects.filter(kind="oblast", path__startswith="UA/").order_by("name_uk"),
        "may_report": permissions.may(request.user, "assistance.report"),
    }
    return render(request, "assistance/list.html", context)


@login_required
def record(request, pk):
    """One record with everything it was and is, and the line of the file it came from."""
    return _record(request, get_object_or_404(queries.visible(request.user), pk=pk))


def _record(request, row: Assistance, *, withdraw_form=None, status=200):
    history = queries.history(row)
    latest = history[-1]
    may_change = latest.pk == row.pk and not row.withdrawn and permissions.may(request.user, "assistance.report", at=row)
    context = {
        "row": row,
        "history": history,
        "latest": latest,
        "groups": [(label, getattr(row, name)) for name, label in queries.group_labels() if getattr(row, name) is not None],
        "may_correct": may_change and row.person_id is None,
        "may_withdraw": may_change,
        "may_see_person": row.person_id and people.registrations(request.user).filter(pk=row.registration_id).exists(),
        "may_see_upload": row.from_row is not None and permissions.may(request.user, "intake.see", at=row.from_row.upload),
        "withdraw_form": withdraw_form or forms.WithdrawForm(initial={"id": uuid7()}),
        "entries": journal.of(row)[:20],
    }
    return render(request, "assistance/record.html", context, status=status)


@login_required
def headcount(request, pk=None):
    """Write down a headcount, or correct one: a correction is a new record in place of the old one."""
    permissions.require(request.user, "assistance.report")
    earlier = get_object_or_404(queries.visible(request.user).filter(person__isnull=True), pk=pk) if pk else None
    if earlier is not None:
        permissions.require(request.user, "assistance.report", at=earlier)
    initial = forms.as_it_stands(earlier) if earlier else forms.fresh(request.user)
    form = forms.HeadcountForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _done(form, lambda: ledger.record_headcount(by=request.user, help=form.help(replaces=earlier)))
        if made is not None:
            messages.success(request, _("Corrected. The earlier record stays to be seen.") if earlier else _("Written down."))
            return redirect("assistance:record", made.pk)
    context = {"form": form, "earlier": earlier}
    return render(request, "assistance/headcount.html", context, status=422 if form.errors else 200)


@login_required
def help(request, registration):
    """Write down help to a registered person."""
    one = get_object_or_404(people.registrations(request.user).select_related("place"), pk=registration)
    permissions.require(request.user, "assistance.report", at=one)
    form = forms.HelpForm(
        request.POST or None,
        user=request.user,
        initial={**forms.fresh(request.user), "organisation": one.registered_with_id, "place": one.place_id},
    )
    if request.method == "POST" and form.is_valid():
        said = lambda: form.help(registration=one.pk, population_group=one.population_group)
        if _done(form, lambda: ledger.record_help(by=request.user, help=said())) is not None:
            messages.success(request, _("Written down."))
            return redirect("people:person", one.person_id)
    return render(request, "assistance/help.html", {"form": form, "registration": one}, status=422 if form.errors else 200)


def _done(form, deed):
    """What the deed made; None when it was refused, with its words at the field."""
    try:
        return deed()
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


@login_required
@require_POST
def withdraw(request, pk):
    """Take a record back."""
    row = get_object_or_404(queries.visible(request.user), pk=pk)
    form = forms.WithdrawForm(request.POST)
    if not form.is_valid():
        return _record(request, row, withdraw_form=form, status=422)
    try:
        ledger.withdraw_help(by=request.user, assistance=row, reason=form.cleaned_data["reason"], id=form.cleaned_data["id"])
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _record(request, row, withdraw_form=form, status=422)
    messages.success(request, _("Taken back. It no longer counts; the record stays to be seen."))
    return redirect("assistance:record", row.pk)


@login_required
@personal
def person(request, pk):
    """Help a human being received: a panel of the person's page, and a page of its own without JavaScript."""
    permissions.require(request.user, "assistance.see")
    who = get_object_or_404(Person, pk=pk)
    seen, _others = people.of_person(request.user, who.pk)
    rows = queries.of_person(request.user, who.pk)[:200]
    if not seen and not rows:
        permissions.require(None, "assistance.see")
    page = "assistance/_help.html" if request.htmx else "assistance/person.html"
    return render(request, page, {"rows": rows, "person": who})


@login_required
@personal
@require_POST
def everything(request, pk):
    """All that is held about one human being, as a file for that human being."""
    held = exports.everything(by=request.user, person=get_object_or_404(Person, pk=pk))
    answer = HttpResponse(json.dumps(held, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="person-{timezone.localdate():%Y-%m-%d}.json"'
    return answer
