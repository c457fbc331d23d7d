"""Users, what each may do and until when, and everybody's own page."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oplich.core import journal, paging, permissions
from oplich.core.models import ApiToken, Grant, User
from oplich.core.refusal import Refusal
from oplich.partners.models import Organisation
from oplich.places.models import Place
from oplich.site import health
from oplich.site.office import access, forms


def describe(scoped: list) -> list:
    """Grants or tokens with their role, organisation and area in words."""
    known = {str(one.pk): str(one) for one in Organisation.objects.filter(pk__in={one.organisation for one in scoped if one.organisation})}
    places = {one.path: str(one) for one in Place.objects.filter(path__in={one.area for one in scoped if one.area})}
    purposes = dict(forms.PURPOSES)
    for one in scoped:
        one.role_title = settings.OPLICH_ROLES.get(one.role, {}).get("title", one.role)
        one.organisation_name = known.get(one.organisation, _("An organisation that is no longer here")) if one.organisation else ""
        one.area_name = places.get(one.area, one.area)
        one.purpose_name = purposes.get(one.purpose, one.purpose) if one.purpose else ""
        one.is_over = bool(one.until and one.until <= timezone.now())
    return scoped


def _not_for_you(request, *deeds: str) -> None:
    if not any(permissions.may(request.user, deed) for deed in deeds):
        raise Http404


@login_required
@require_GET
def office(request):
    """What runs the office: who may do what, what was done, what is running, how the house is."""
    _not_for_you(request, "core.users", "core.jobs", "core.journal")
    may = {name: permissions.may(request.user, f"core.{name}") for name in ("users", "jobs", "journal", "health")}
    found = health.look() if may["health"] else {}
    return render(request, "office/office.html", {"may": may, "health": found, "active": User.objects.filter(is_active=True).count()})


@login_required
@require_GET
def users(request):
    _not_for_you(request, "core.users")
    asked = request.GET.get("text", "").strip()[:100].replace("\x00", "")
    found = User.objects.filter(Q(username__icontains=asked) | Q(full_name__icontains=asked)) if asked else User.objects.all()
    page = paging.page(found.prefetch_related("grants"), order=("username",), after=request.GET.get("after"))
    for one in page.rows:
        one.roles = sorted(
            {str(settings.OPLICH_ROLES[grant.role]["title"]) for grant in one.grants.all() if grant.role in settings.OPLICH_ROLES}
        )
    return render(request, "office/users.html", {"page": page, "asked": asked})


@login_required
def new_user(request):
    _not_for_you(request, "core.users")
    form = forms.NewUser(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = access.add_user(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return render(request, "office/password.html", {"person": made, "password": password})
    return render(request, "office/new_user.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def user(request, pk):
    """One user: what they may do, and giving more."""
    _not_for_you(request, "core.users")
    person = get_object_or_404(User, pk=pk)
    form = forms.Scope(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            access.give(by=request.user, user=person, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("%(name)s may do this from now on.") % {"name": person})
            return redirect("office:user", pk)
    shown = {
        "person": person,
        "form": form,
        "grants": describe(list(person.grants.order_by("role", "pk"))),
        "tokens": describe(list(person.api_tokens.filter(revoked_at__isnull=True).order_by("-made_at"))),
        "entries": list(journal.of(person)[:20]),
        "is_me": person == request.user,
    }
    return render(request, "office/user.html", shown, status=422 if form.errors else 200)


@login_required
@require_POST
def account(request, pk):
    """Close or open an account, or give a new password."""
    _not_for_you(request, "core.users")
    person = get_object_or_404(User, pk=pk)
    deed = request.POST.get("deed")
    try:
        if deed == "password":
            return render(
                request, "office/password.html", {"person": person, "password": access.new_password(by=request.user, user=person)}
            )
        if deed == "close":
            access.close_account(by=request.user, user=person)
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": person})
        elif deed == "open":
            access.reopen_account(by=request.user, user=person)
            messages.success(request, _("%(name)s can sign in again.") % {"name": person})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("office:user", pk)


@login_required
@require_POST
def end_access(request, pk):
    _not_for_you(request, "core.grant")
    grant = get_object_or_404(Grant.objects.select_related("user"), pk=pk)
    person = grant.user
    try:
        access.end(by=request.user, grant=grant)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. It holds at once, also where %(name)s is signed in.") % {"name": person})
    return redirect("office:user", person.pk)


def _my_page(request, token_form, status=200, **more):
    shown = {
        "language_form": forms.Language(initial={"language": request.user.language}),
        "token_form": token_form,
        "grants": describe([grant for grant in request.user.grants.order_by("role", "pk")]),
        "tokens": describe(list(request.user.api_tokens.filter(revoked_at__isnull=True).order_by("-made_at"))),
        **more,
    }
    return render(request, "office/me.html", shown, status=status)


def _my_roles(request) -> list[str]:
    return sorted({grant.role for grant in request.user.live_grants() if grant.is_live(timezone.now())})


@login_required
def me(request):
    """One's own page: language, what one may do, keys for programs."""
    if request.method == "POST":
        form = forms.Language(request.POST)
        if form.is_valid():
            access.choose_language(by=request.user, language=form.cleaned_data["language"])
            response = redirect(f"/{form.cleaned_data['language']}/office/me/")
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax", secure=settings.OPLICH_HTTPS)
            return response
    return _my_page(request, forms.NewToken(roles=_my_roles(request)))


@login_required
@require_POST
def new_token(request):
    """Make a key for a program and show it, once."""
    form = forms.NewToken(request.POST, roles=_my_roles(request))
    if form.is_valid():
        try:
            token, secret = access.make_token(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return render(request, "office/token.html", {"token": token, "secret": secret})
    return _my_page(request, form, status=422)


@login_required
@require_POST
def revoke_token(request, pk):
    token = get_object_or_404(ApiToken.objects.select_related("user"), pk=pk)
    if token.user_id != request.user.pk and not permissions.may(request.user, "core.users"):
        raise Http404
    access.revoke_token(by=request.user, token=token)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("office:me") if token.user_id == request.user.pk else redirect("office:user", token.user_id)
