"""Pages about people. A name is shown only where somebody asked for it with a purpose, and never kept by the browser."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from oplich.core import journal, paging, permissions
from oplich.core.refusal import NotAllowed, Refusal
from oplich.people import forms, queries
from oplich.people.actions import consents, drafts, registrations
from oplich.people.actions import people as deeds
from oplich.people.models import Consent, Draft, Person, Registration

personal = cache_control(no_store=True, private=True)


@login_required
@personal
@sensitive_post_parameters()
def people(request):
    """Look somebody up by an exact key; go on with a draft; the newest registrations, without names."""
    if not permissions.may(request.user, "people.see"):
        permissions.require(request.user, "people.register")
    form = forms.FindForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = queries.find(request.user, **form.cleaned_data)
        journal.write(by=request.user, what="person.searched", found=len(found))
    page = paging.page(
        queries.registrations(request.user).select_related("registered_with", "place"),
        order=("-registered_on", "-pk"),
        after=request.GET.get("after"),
    )
    context = {
        "form": form,
        "found": found,
        "page": page,
        "drafts": queries.drafts(request.user)[:20],
        "may_register": permissions.may(request.user, "people.register"),
    }
    return render(request, "people/people.html", context, status=422 if form.errors else 200)


@login_required
@personal
@sensitive_post_parameters()
def register(request, draft=None):
    """Write down a person or a household. Sent twice it is written once; kept as a draft it is sealed."""
    permissions.require(request.user, "people.register")
    kept = get_object_or_404(queries.drafts(request.user), pk=draft) if draft else None
    typed = request.POST if request.method == "POST" else queries.opened_draft(kept) if kept else None
    household = forms.HouseholdForm(typed, user=request.user, initial=forms.fresh_household(request.user))
    count = _members(typed)
    members = [forms.MemberForm(typed, prefix=str(number)) for number in range(count)]
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    if deed == "add" or (kept and not deed):
        more = count + (deed == "add")
        return _form(request, _unbound(household, typed, user=request.user, members=more), _unbound_members(typed, more))
    if deed == "keep":
        return _keep(request, household, typed, count)
    if deed == "register":
        filled = [member for number, member in enumerate(members) if number == 0 or not member.is_blank()]
        if all([household.is_valid(), *(member.is_valid() for member in filled)]):
            try:
                made = registrations.register(
                    by=request.user,
                    entries=forms.entries_of(household.cleaned_data, [member.cleaned_data for member in filled]),
                    reference=household.cleaned_data["reference"],
                )
            except NotAllowed:
                raise
            except Refusal as refusal:
                _say(refusal, household, members)
            else:
                drafts.discard(by=request.user, drafts=Draft.objects.filter(kept_by=request.user, pk=household.cleaned_data["id"]))
                _tell(request, made)
                return redirect("people:person", made[0].person_id)
        return _form(request, household, members, status=422)
    return _form(request, _unbound(household, None, user=request.user, members=1), _unbound_members(None, 1))


def _members(typed) -> int:
    try:
        return max(1, min(int((typed or {}).get("members", 1)), forms.MOST_MEMBERS))
    except ValueError:
        return 1


def _unbound(household, typed, *, user, members: int) -> forms.HouseholdForm:
    """The form as typed so far, without complaints."""
    initial = dict(household.initial)
    if typed:
        initial |= {name: _said(typed, name) for name in household.fields if name in typed}
    return forms.HouseholdForm(user=user, initial={**initial, "members": min(members, forms.MOST_MEMBERS)})


def _unbound_members(typed, count: int) -> list[forms.MemberForm]:
    names = forms.MemberForm.base_fields
    return [
        forms.MemberForm(
            prefix=str(number),
            initial={name: _said(typed, f"{number}-{name}") for name in names if f"{number}-{name}" in typed} if typed else None,
        )
        for number in range(min(count, forms.MOST_MEMBERS))
    ]


def _said(typed, name: str):
    several = name.endswith(("consents", "needs"))
    if hasattr(typed, "getlist"):
        return typed.getlist(name) if several else typed.get(name)
    return typed.get(name)


def _form(request, household, members, status=200):
    context = {"household": household, "members": members, "most": forms.MOST_MEMBERS}
    return render(request, "people/register.html", context, status=status)


def _keep(request, household, typed, count: int):
    household.is_valid()
    pk = household.cleaned_data.get("id")
    if pk is None:
        return _form(request, household, _unbound_members(typed, count), status=422)
    form = {name: _said(typed, name) for name in typed if name not in {"csrfmiddlewaretoken", "deed"}}
    drafts.keep(by=request.user, id=pk, form=form, people=count)
    messages.success(request, _("Kept for later, sealed. Only you can open it."))
    return redirect("people:people")


def _say(refusal: Refusal, household, members) -> None:
    """Put a refusal's words at the field they are about."""
    number, _dash, field = (refusal.field or "").partition("-")
    if number.isdigit() and int(number) < len(members) and field in members[int(number)].fields:
        members[int(number)].add_error(field, str(refusal))
    else:
        name = field if number.isdigit() else refusal.field
        household.add_error(name if name in household.fields else None, str(refusal))


def _tell(request, made) -> None:
    messages.success(request, ngettext("%(n)s person is registered.", "%(n)s people are registered.", len(made)) % {"n": len(made)})
    if known := queries.known_before(made):
        messages.info(
            request,
            ngettext(
                "%(n)s of them was known already and was recognised: nobody is counted twice.",
                "%(n)s of them were known already and were recognised: nobody is counted twice.",
                known,
            )
            % {"n": known},
        )


@login_required
@personal
def person(request, pk):
    """One human being, without names until somebody asks for them."""
    return _person(request, get_object_or_404(Person, pk=pk))


def _person(request, who: Person, *, opened=None, look_form=None, status=200):
    seen, others = queries.of_person(request.user, who.pk)
    if not seen:
        raise Http404
    context = {
        "person": who,
        "registrations": [(one, _shown(opened or {}, one), queries.people_of_household(one)) for one in seen],
        "newest": seen[0],
        "name": _name((opened or {}).get(seen[0].pk)),
        "others": others,
        "opened": opened is not None,
        "look_form": look_form or forms.LookForm(),
        "erase_form": forms.EraseForm(),
        "purposes": Consent.Purpose,
        "entries": journal.of(who)[:20],
        "may_register": any(permissions.may(request.user, "people.register", at=one) for one in seen),
        "may_export": not others and all(permissions.may(request.user, "people.export", at=one) for one in seen),
        "may_erase": not others and all(permissions.may(request.user, "people.erase", at=one) for one in seen),
        "may_see_help": permissions.may(request.user, "assistance.see"),
    }
    return render(request, "people/person.html", context, status=status)


def _name(fields) -> str:
    return " ".join(filter(None, (fields["surname"], fields["given_name"], fields["patronymic"]))) if fields else ""


def _shown(opened, one: Registration):
    """The opened fields of a registration as (label, text)."""
    if one.pk not in opened:
        return []
    fields = opened[one.pk]
    needs = ", ".join(str(Registration.NEEDS.get(need, need)) for need in fields["needs"].split(",") if need)
    born = fields["birth_date"] and f"{fields['birth_date'][8:]}.{fields['birth_date'][5:7]}.{fields['birth_date'][:4]}"
    rows = [
        (pgettext("of a person", "Name"), _name(fields)),
        (_("Birth date"), born),
        (_("Phone"), fields["phone"]),
        (_("Tax number"), fields["tax_number"]),
        (_("Document"), fields["document"]),
        (_("Address"), fields["address"]),
        (_("Special needs"), needs),
        (_("Note"), fields["note"]),
    ]
    return [(label, text) for label, text in rows if text]


@login_required
@personal
@require_POST
def look(request, pk):
    """Open the names, for a purpose; the look is journalled."""
    who = get_object_or_404(Person, pk=pk)
    form = forms.LookForm(request.POST)
    if not form.is_valid():
        return _person(request, who, look_form=form, status=422)
    opened = deeds.look(by=request.user, person=who, purpose=form.cleaned_data["purpose"])
    return _person(request, who, opened=opened)


@login_required
@require_POST
def consent(request, pk):
    """Note that an agreement was given or taken back."""
    registration = get_object_or_404(queries.registrations(request.user), pk=pk)
    purpose = request.POST.get("purpose", "")
    if purpose in Consent.Purpose.values:
        if request.POST.get("deed") == "withdraw":
            consents.withdraw(by=request.user, registration=registration, purpose=purpose)
        else:
            consents.give(by=request.user, registration=registration, purpose=purpose, language=(get_language() or "")[:5])
        messages.success(request, _("Written down. It holds for the figures from their next refresh on."))
    return redirect("people:person", registration.person_id)


@login_required
@require_POST
def erase(request, pk):
    """Erase a human being's names for good."""
    who = get_object_or_404(Person, pk=pk)
    for registration in who.registrations.all():  # before the form is looked at: its faults would tell that the person exists
        permissions.require(request.user, "people.erase", at=registration)
    form = forms.EraseForm(request.POST)
    if not form.is_valid():
        return _person(request, who, status=422)
    deeds.erase(by=request.user, person=who, reason=form.cleaned_data["reason"])
    messages.success(request, _("The names are erased for good, here and in every backup that is restored from now on."))
    return redirect("people:person", who.pk)


@login_required
@require_POST
def discard(request, pk):
    """Throw a draft away."""
    drafts.discard(by=request.user, drafts=[get_object_or_404(queries.drafts(request.user), pk=pk)])
    messages.success(request, _("The draft is gone."))
    return redirect("people:people")
