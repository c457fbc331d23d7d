"""Pages about organisations: the list, one organisation, who works where."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oplich.core import alphabet, journal, permissions
from oplich.core.ids import uuid7
from oplich.core.refusal import Refusal
from oplich.partners import forms, queries
from oplich.partners.actions import contacts, organisations, spellings
from oplich.partners.models import Alias, Contact, Organisation, OrganisationRole, Presence
from oplich.places import lookup, maps
from oplich.places.models import Place


def _areas() -> list[Place]:
    """What one filters by: oblasts, and countries in which somebody works."""
    present = {path.split("/")[0] for path in Presence.objects.values_list("place__path", flat=True).distinct()}
    found = list(Place.objects.filter(kind="oblast", path__startswith="UA/", valid_until__isnull=True))
    found += list(Place.objects.filter(pk__in=present - {"UA"}))
    return sorted(found, key=lambda place: (place.kind != "oblast", alphabet.order(place.name)))


@login_required
def listing(request):
    """Every organisation, narrowed by type, role, area, sector and text; all of it in the address."""
    permissions.require(request.user, "partners.see")
    asked = {name: request.GET.get(name, "").strip() for name in ("kind", "role", "area", "sector", "text")}
    within = Place.objects.filter(pk=asked["area"]).first() if asked["area"] else None
    found = queries.organisations(kind=asked["kind"], role=asked["role"], within=within, sector=asked["sector"], text=asked["text"])
    page = queries.page_by_name(found, after=request.GET.get("after"))
    return render(
        request,
        "partners/organisations.html",
        {
            "page": page,
            "organisations": found.count(),
            "asked": asked,
            "kinds": Organisation.Kind.choices,
            "roles": OrganisationRole.Kind.choices,
            "areas": _areas(),
            "sectors": queries.sector_names().items(),
            "may_edit": permissions.may(request.user, "partners.edit", at=permissions.Scope()),
            "may_merge": permissions.may(request.user, "partners.merge"),
            "waiting": len(queries.waiting(request.user)) if permissions.may(request.user, "partners.merge") else 0,
        },
    )


@login_required
def show(request, pk):
    """One organisation."""
    permissions.require(request.user, "partners.see")
    return _page(request, get_object_or_404(Organisation, pk=pk))


def _page(request, organisation, *, shown_contacts=None, forms_now=None, status=200):
    may_edit = permissions.may(request.user, "partners.edit", at=organisation)
    sectors = queries.sector_names()
    presences = [(one, sectors.get(one.sector, one.sector)) for one in queries.presences(organisation).order_by("place__path", "sector")]
    picture = queries.who_works_where(organisation=organisation)
    asked = {
        "role_form": forms.RoleForm(auto_id="role_%s"),
        "presence_form": forms.PresenceForm(auto_id="presence_%s", sectors=sectors.items()),
        "contact_form": forms.ContactForm(auto_id="contact_%s"),
        "merge_form": forms.MergeForm(auto_id="merge_%s"),
        "spelling_form": forms.SpellingForm(auto_id="spelling_%s"),
        **(forms_now or {}),
    }
    context = {
        "organisation": organisation,
        "roles": organisation.roles.order_by("since", "kind"),
        "presences": presences,
        "works": [(area, [name for _slug, name, there in cells if there]) for area, cells, _all in picture.rows()],
        "aliases": queries.aliases(organisation),
        "merged": organisation.merged.order_by("name"),
        "contacts": organisation.contacts.order_by("-recorded_at"),
        "shown_contacts": shown_contacts,
        "may_edit": may_edit,
        "may_see_reached": permissions.may(request.user, "reporting.see"),
        "may_merge": permissions.may(request.user, "partners.merge"),
        "may_see_contacts": permissions.may(request.user, "partners.contacts", at=organisation),
        "entries": journal.of(organisation)[:20] if may_edit else [],
        **asked,
    }
    return render(request, "partners/organisation.html", context, status=status)


@login_required
def write(request, pk=None):
    """Write down a new organisation, or change one."""
    organisation = get_object_or_404(Organisation, pk=pk) if pk else None
    permissions.require(request.user, "partners.edit", at=organisation)
    fields = ("name", "name_uk", "acronym", "kind", "source")
    initial = (
        {name: getattr(organisation, name) for name in fields} if organisation else {"id": uuid7(), "name": request.GET.get("name", "")}
    )
    form = forms.OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        entered = dict(form.cleaned_data)
        made_by_client = entered.pop("id")
        try:
            if organisation:
                organisations.edit(by=request.user, organisation=organisation, **entered)
            else:
                organisation = organisations.create(by=request.user, id=made_by_client, **entered)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return redirect("partners:organisation", organisation.pk)
    return render(request, "partners/write.html", {"form": form, "organisation": organisation}, status=422 if form.errors else 200)


def _choices(name: str) -> dict:
    return {"sectors": queries.sector_names().items()} if name == "presence_form" else {}


@login_required
@require_POST
def deed(request, pk, what):
    """One change on an organisation's page; a refusal comes back beside its form."""
    permissions.require(request.user, "partners.see")
    organisation = get_object_or_404(Organisation, pk=pk)
    if what not in DEEDS:
        raise Http404
    name, form = DEEDS[what][0], None
    if name:
        form = FORMS[name](request.POST, auto_id=name.removesuffix("form") + "%s", **_choices(name))
    try:
        if form is None or form.is_valid():
            goes_to = DEEDS[what][1](request, organisation, form.cleaned_data if form else {})
            return redirect("partners:organisation", (goes_to or organisation).pk)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        if form is None:
            messages.warning(request, str(refusal))
            return redirect("partners:organisation", organisation.pk)
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _page(request, organisation, forms_now={name: form}, status=422)


def _set_role(request, organisation, entered):
    organisations.set_role(by=request.user, organisation=organisation, **entered)


def _end_role(request, organisation, entered):
    role = get_object_or_404(OrganisationRole, pk=_number(request), organisation=organisation)
    organisations.end_role(by=request.user, role=role)


def _add_presence(request, organisation, entered):
    code = lookup.resolve(entered["place"], within="")
    if code is None:
        near = lookup.lookup(entered["place"], within="", limit=3)
        names = ", ".join(f"{match.name_uk} / {match.name_en}" for match in near)
        raise PlaceUnknown(
            _("No one place is called “%(place)s”. %(near)s")
            % {"place": entered["place"], "near": _("Near: %s.") % names if names else ""},
            field="place",
        )
    place = Place.objects.get(pk=code)
    organisations.add_presence(by=request.user, organisation=organisation, place=place, sector=entered["sector"], since=entered["since"])


def _end_presence(request, organisation, entered):
    presence = get_object_or_404(queries.presences(organisation), pk=_number(request))
    organisations.end_presence(by=request.user, presence=presence, until=dt.date.today() if request.POST.get("today") else None)


def _add_contact(request, organisation, entered):
    contacts.add_contact(by=request.user, organisation=organisation, **entered)


def _remove_contact(request, organisation, entered):
    contacts.remove_contact(by=request.user, contact=get_object_or_404(Contact, pk=request.POST.get("one"), organisation=organisation))


def _merge(request, organisation, entered):
    keep = queries.recognise(entered["other"])
    if keep is None:
        near = ", ".join(str(one) for one, _score in queries.suggest(entered["other"], 3))
        raise organisations.CannotMerge(
            _("No organisation is called “%(name)s”. %(near)s") % {"name": entered["other"], "near": _("Near: %s.") % near if near else ""},
            field="other",
        )
    return organisations.merge(by=request.user, keep=keep, lose=organisation)


def _unmerge(request, organisation, entered):
    organisations.unmerge(by=request.user, organisation=organisation)


def _learn(request, organisation, entered):
    spellings.learn_alias(by=request.user, organisation=organisation, spelling=entered["spelling"], source=_("written on its page"))


def _forget(request, organisation, entered):
    spellings.forget_alias(by=request.user, alias=get_object_or_404(Alias, pk=_number(request), organisation=organisation))


class PlaceUnknown(Refusal):
    """No one place is meant by what was written."""


def _number(request) -> int:
    one = request.POST.get("one", "")
    if not one.isdecimal() or len(one) > 18:
        raise Http404
    return int(one)


FORMS = {
    "role_form": forms.RoleForm,
    "presence_form": forms.PresenceForm,
    "contact_form": forms.ContactForm,
    "merge_form": forms.MergeForm,
    "spelling_form": forms.SpellingForm,
}
DEEDS = {
    "set-role": ("role_form", _set_role),
    "end-role": (None, _end_role),
    "add-presence": ("presence_form", _add_presence),
    "end-presence": (None, _end_presence),
    "add-contact": ("contact_form", _add_contact),
    "remove-contact": (None, _remove_contact),
    "merge": ("merge_form", _merge),
    "unmerge": (None, _unmerge),
    "learn": ("spelling_form", _learn),
    "forget": (None, _forget),
}


@login_required
@require_POST
def show_contacts(request, pk):
    """Open the contacts: a POST, because the look is written into the journal."""
    organisation = get_object_or_404(Organisation, pk=pk)
    shown = contacts.look(by=request.user, organisation=organisation)
    return _page(request, organisation, shown_contacts=shown)


@login_required
def picture(request):
    """Who works where? Areas × sectors."""
    permissions.require(request.user, "partners.see")
    try:
        on = dt.date.fromisoformat(request.GET.get("on", "")) if request.GET.get("on") else None
    except ValueError:
        on = None
    found = queries.who_works_where(on=on)
    oblasts = [area for area in found.areas if area.path.startswith("UA/") and area.kind == Place.Kind.OBLAST]
    chart = maps.choropleth(
        {area.pk: found.by_area[area.pk] for area in oblasts},
        title=_("Organisations in each oblast of Ukraine"),
        description="; ".join(f"{area}: {found.by_area[area.pk]}" for area in oblasts),
        unit=_("organisations"),
        names={area.pk: str(area) for area in oblasts},
        links={area.pk: f"{reverse('partners:organisations')}?area={area.pk}" for area in oblasts},
        ident="who-works-where",
    )
    return render(request, "partners/picture.html", {"picture": found, "on": on, "chart": chart if oblasts else None})
