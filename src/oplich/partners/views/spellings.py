"""The page where spellings are settled: one at a time, by keyboard."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from oplich.core import permissions
from oplich.core.refusal import Refusal
from oplich.intake import work
from oplich.partners import forms, queries
from oplich.partners.actions import spellings
from oplich.partners.models import Organisation, Spelling

A_DECISION = 4  # seconds, for "about 9 minutes"


@login_required
def settle(request):
    """The next spelling that waits, with what it may mean."""
    permissions.require(request.user, "partners.merge")
    return _page(request)


def _page(request, *, form=None, refusal="", status=200):
    waiting = queries.waiting(request.user)
    after = request.POST.get("after") or request.GET.get("after", "")
    current = next((one for one in waiting if one.folded > after), waiting[0] if waiting else None)
    decided = Spelling.objects.filter(decided_by=request.user, decided_at__gte=timezone.now() - dt.timedelta(hours=12))
    done = decided.count()
    among = queries.index()
    context = {
        "proposal": queries.proposal_for(current, among) if current else None,
        "after": after,
        "sure": sum(one.folded in among.by_fold for one in waiting),
        "done": done,
        "total": done + len(waiting),
        "left": len(waiting),
        "minutes": max(1, round(len(waiting) * A_DECISION / 60)),
        "last": decided.select_related("organisation").order_by("-decided_at", "-pk").first(),
        "uploads": queries.uploads_to_check_again(request.user),
        "kinds": Organisation.Kind.choices,
        "form": form or forms.SpellingsForm(),
        "refusal": refusal,
    }
    name = (
        "partners/_settle.html" if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted") else "partners/settle.html"
    )
    return render(request, name, context, status=status)


@login_required
@require_POST
def decide(request):
    """One decision; then the next spelling."""
    permissions.require(request.user, "partners.merge")
    spelling, choice = request.POST.get("spelling", ""), request.POST.get("choice", "")
    try:
        if choice == "undo":
            spellings.undo(by=request.user)
        elif choice == "aside":
            spellings.set_aside(by=request.user, spelling=spelling)
        elif choice == "new":
            spellings.settle_as_new(by=request.user, spelling=spelling, kind=request.POST.get("kind", ""))
        elif choice.startswith("known:"):
            spellings.settle_as_new(by=request.user, spelling=spelling, known_as=choice.removeprefix("known:"))
        elif choice.startswith("organisation:"):
            organisation = get_object_or_404(Organisation, pk=choice.removeprefix("organisation:"))
            spellings.settle(by=request.user, spelling=spelling, organisation=organisation)
        elif choice in {"sure", "sure-and-strangers"}:
            settled = spellings.settle_sure(by=request.user, also_strangers=choice != "sure")
            messages.success(request, ngettext("%d spelling is settled.", "%d spellings are settled.", settled) % settled)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, refusal=str(refusal), status=422)
    if request.headers.get("HX-Request"):
        return _page(request)
    after = request.POST.get("after", "")
    return redirect(reverse("partners:settle") + (f"?after={after}" if after else ""))


@login_required
@require_POST
def meet(request):
    """A pasted list: what is not recognised waits below."""
    permissions.require(request.user, "partners.merge")
    form = forms.SpellingsForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    lines = [line.strip() for line in form.cleaned_data["spellings"].splitlines() if line.strip()]
    new = spellings.meet(by=request.user, spellings=lines, source=form.cleaned_data["source"] or _("a pasted list"))
    known = len({line.casefold() for line in lines}) - new
    messages.success(
        request,
        ngettext("%(new)d new spelling waits; %(known)d are known.", "%(new)d new spellings wait; %(known)d are known.", new)
        % {"new": new, "known": max(0, known)},
    )
    return redirect("partners:settle")


@login_required
@require_POST
def check_again(request):
    """Have the files checked again that stumbled over names known by now."""
    permissions.require(request.user, "partners.merge")
    asked = 0
    for upload in queries.uploads_to_check_again(request.user):
        if permissions.may(request.user, "intake.hand_in", at=upload):
            work.ask_check(by=request.user, upload=upload)
            asked += 1
    messages.success(request, ngettext("%d file is being checked again.", "%d files are being checked again.", asked) % asked)
    return redirect("partners:settle")
