"""The pages that belong to no room: home, search, what is running, light or dark, and what a browser asks for by itself."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from oplich.core import jobs, permissions, problems
from oplich.core.models import Job
from oplich.site import frame, search, today

YEAR = 365 * 24 * 3600


@login_required
@require_GET
def home(request):
    return render(request, "site/home.html", today.page(request))


@login_required
@require_GET
def find(request):
    searched = request.GET.get("q", "").strip()[:200]
    return render(request, "site/search.html", {"searched": searched, "kinds": search.find(request.user, searched)})


@login_required
@require_GET
def running(request):
    """What is running for me, for the frame to look again."""
    return render(request, "_running.html", {"frame_running": frame.running(request.user)})


@login_required
@require_GET
def job_part(request, pk):
    """One job as a part of a page, for the page to look again. Another's job looks like a missing one."""
    job = get_object_or_404(Job, pk=pk)
    if job.by_id != request.user.pk and not permissions.may(request.user, "core.jobs"):
        raise Http404
    then = "reload" if request.GET.get("then") == "reload" else ""
    response = render(request, "_job.html", {"job": jobs.look(job), "then": then})
    if job.state not in (Job.State.WAITING, Job.State.RUNNING) and then:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def theme(request):
    """Remember light or dark on this device."""
    chosen = request.POST.get("theme", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) or urlsplit(back).netloc:
        back = "/"
    response = redirect(back)
    if chosen in ("light", "dark"):
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.OPLICH_HTTPS)
    return response


@require_GET
@cache_control(max_age=86400)
def manifest(request):
    """What a phone needs to keep Oplich on its home screen."""
    return JsonResponse(
        {
            "name": "Oplich",
            "short_name": "Oplich",
            "description": _("What a humanitarian response runs on"),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f6f8",
            "theme_color": "#1d5b92",
            "icons": [{"src": static("built/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
        },
        content_type="application/manifest+json",
    )


@require_GET
def robots(request):
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@require_GET
def favicon(request):
    return redirect(static("built/mark.svg"))


def _wants_words(request) -> bool:
    return request.path.startswith("/api/")


def _refuse(request, template: str, status: int, title: str):
    if _wants_words(request):
        told = problems.problem(status, problems.nothing_here() if status == 404 else f"{title}.")
        return HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type="application/problem+json")
    return render(request, template, status=status)


def not_found(request, exception=None):
    return _refuse(request, "404.html", 404, _("There is nothing here that you may open"))


def not_allowed(request, exception=None):
    return _refuse(request, "403.html", 403, _("This is not yours to do"))


def not_understood(request, exception=None):
    return _refuse(request, "400.html", 400, _("This request could not be understood"))


def went_wrong(request):
    """Drawn without the frame: whatever broke may be what the frame needs."""
    if _wants_words(request):
        return _refuse(request, "", 500, _("Something went wrong on our side"))
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failed(request, reason=""):
    """Shown when the form's seal is missing or old."""
    return render(request, "403_csrf.html", status=403)
