"""What was done, and what is running."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oplich.core import jobs, paging, permissions
from oplich.core.home import Matter
from oplich.core.models import Entry, Job, Seal
from oplich.core.refusal import Refusal
from oplich.site import health, telling


def matters(user) -> list[Matter]:
    """Work of mine that failed in the last three days; for an operator, what ails the house."""
    found = [
        Matter(
            _("“%(title)s” did not work out") % {"title": job.title},
            reverse("office:jobs"),
            job.ended_at or job.asked_at,
            job.outcome,
            "refused",
        )
        for job in Job.objects.filter(by=user, state=Job.State.FAILED, ended_at__gte=timezone.now() - dt.timedelta(days=3))[:5]
    ]
    if permissions.may(user, "core.health") and any(not check["ok"] for check in health.look().values()):
        found.append(Matter(_("The house is not well"), reverse("office:office"), timezone.now(), _("See what ails it."), "alert"))
    return found


@login_required
@require_GET
def journal_page(request):
    """Who did what, when, to which record, as far as one may see."""
    if not permissions.may(request.user, "core.journal"):
        raise Http404
    found = Entry.objects.filter(permissions.visible(request.user, "core.journal", organisation="organisation", area="area"))
    who = request.GET.get("who", "").strip()[:150].replace("\x00", "")
    deed = request.GET.get("deed", "")
    if who:
        found = found.filter(by__username__iexact=who)
    if deed in telling.DEEDS:
        found = found.filter(what=deed)
    page = paging.page(found.select_related("by"), order=("-pk",), after=request.GET.get("after"))
    for entry in page.rows:
        entry.words, entry.url, entry.who = telling.told(entry), telling.page_of(entry, request.user), telling.who(entry.by)
    head = Seal.objects.order_by("-number").first()
    deeds = sorted(((what, str(words).split(":")[0]) for what, words in telling.DEEDS.items()), key=lambda one: one[1])
    return render(request, "office/journal.html", {"page": page, "who": who, "deed": deed, "deeds": deeds, "head": head})


def _may_see(request, job: Job) -> bool:
    return (job.by_id is not None and job.by_id == request.user.pk) or permissions.may(request.user, "core.jobs")


@login_required
@require_GET
def jobs_page(request):
    """The work one asked for; for an operator, everybody's."""
    everybody = permissions.may(request.user, "core.jobs") and request.GET.get("whose") != "mine"
    found = Job.objects.select_related("by") if everybody else Job.objects.filter(by=request.user)
    if request.GET.get("state") in Job.State.values:
        found = found.filter(state=request.GET["state"])
    page = paging.page(found, order=("-asked_at", "-pk"), after=request.GET.get("after"), size=30)
    for job in page.rows:
        jobs.look(job)
    shown = {"page": page, "everybody": everybody, "may_see_all": permissions.may(request.user, "core.jobs"), "states": Job.State.choices}
    return render(request, "office/jobs.html", {**shown, "state": request.GET.get("state", "")})


@login_required
@require_POST
def stop_job(request, pk):
    """Ask a job to stop; one's own, or as an operator anybody's."""
    job = get_object_or_404(Job, pk=pk)
    if not _may_see(request, job):
        raise Http404
    try:
        jobs.cancel(by=request.user, job=job)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It stops at the next safe place."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back) if safe else redirect("office:jobs")
