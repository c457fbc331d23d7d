"""What is asked when somebody is registered, looked for, or looked at."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oplich.core import permissions
from oplich.core.ids import uuid7
from oplich.partners.models import Organisation
from oplich.people.actions.people import Purpose, Reason
from oplich.people.entries import Entry
from oplich.people.models import Consent, Registration
from oplich.places import reading
from oplich.places.lookup import find
from oplich.places.models import Place

MOST_MEMBERS = 20
GROUPS = [
    ("", gettext_lazy("Not asked")),
    ("idp", gettext_lazy("Internally displaced")),
    ("returnee", gettext_lazy("Returned")),
    ("host", gettext_lazy("Host community")),
    ("refugee", gettext_lazy("Refugee")),
    ("other", gettext_lazy("Other")),
]


def organisations_for(user, deed: str) -> QuerySet[Organisation]:
    """The organisations for which somebody may do a deed."""
    bound = {scope.organisation for scope in permissions.scopes(user, deed)}
    everyone = Organisation.objects.filter(merged_into__isnull=True).order_by("name")
    return everyone if "" in bound else everyone.filter(pk__in=bound)


def offer(field: forms.Field, choices: QuerySet) -> None:
    """Narrow what a field of a form lets one choose."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = choices


def sure_place(text: str) -> str:
    """The code of the place a text certainly means; a form's fault with what may be meant otherwise."""
    found = find(text, within="")
    if found.sure and Place.objects.filter(pk=found.sure).exists():
        return found.sure
    likely = reading.suggestions(found)
    if likely and found.matches[0].how not in ("like", "bones"):
        raise forms.ValidationError(_("It is not clear which place is meant. Perhaps: %(likely)s.") % {"likely": likely})
    words = _("No place is known by this name. Write it as in the codifier, with its oblast, or its P-code.")
    raise forms.ValidationError(f"{words} {_('Perhaps: %(likely)s.') % {'likely': likely}}" if likely else words)


class Day(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, **more):
        formats = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=formats, **more)


class HouseholdForm(forms.Form):
    """What holds for everybody who is registered together."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    members = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_MEMBERS)
    registered_with = forms.ModelChoiceField(queryset=Organisation.objects.none(), label=gettext_lazy("Registered with"))
    registered_on = Day(label=gettext_lazy("Day of registration"))
    place = forms.CharField(
        max_length=200,
        label=gettext_lazy("Where they live now"),
        help_text=gettext_lazy("Settlement or hromada with its oblast, or a P-code."),
    )
    from_place = forms.CharField(max_length=200, required=False, label=gettext_lazy("Displaced from"))
    population_group = forms.ChoiceField(choices=GROUPS, required=False, label=gettext_lazy("Population group"))
    reference = forms.CharField(
        max_length=80,
        required=False,
        label=gettext_lazy("Household number"),
        help_text=gettext_lazy("Your own number; left empty, one is made."),
    )
    consents = forms.MultipleChoiceField(
        choices=Consent.Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        label=gettext_lazy("What they agree to, for themselves and their children"),
        help_text=gettext_lazy("Read each out. Only the first is needed to be helped; whoever does not want to be counted is not counted."),
    )

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)
        offer(self.fields["registered_with"], organisations_for(user, "people.register"))

    def clean_place(self):
        return sure_place(self.cleaned_data["place"])

    def clean_from_place(self):
        text = self.cleaned_data["from_place"].strip()
        return sure_place(text) if text else None


class MemberForm(forms.Form):
    """One person of the household."""

    surname = forms.CharField(max_length=80, required=False, label=gettext_lazy("Surname"))
    given_name = forms.CharField(max_length=80, required=False, label=gettext_lazy("Given name"))
    patronymic = forms.CharField(max_length=80, required=False, label=gettext_lazy("Patronymic"))
    birth_date = Day(required=False, label=gettext_lazy("Birth date"))
    sex = forms.ChoiceField(
        choices=[("", gettext_lazy("Not asked")), ("f", gettext_lazy("Female")), ("m", gettext_lazy("Male"))],
        required=False,
        label=gettext_lazy("Sex"),
    )
    phone = forms.CharField(max_length=40, required=False, label=gettext_lazy("Phone"), widget=forms.TextInput(attrs={"inputmode": "tel"}))
    tax_number = forms.CharField(
        max_length=20,
        required=False,
        label=gettext_lazy("Tax number (РНОКПП)"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Asked so that the same person is not counted twice. May stay empty."),
    )
    document = forms.CharField(max_length=60, required=False, label=gettext_lazy("Document"))
    needs = forms.MultipleChoiceField(
        choices=list(Registration.NEEDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        label=gettext_lazy("Special needs"),
    )
    note = forms.CharField(max_length=500, required=False, label=gettext_lazy("Note"), help_text=gettext_lazy("Sealed like the name."))

    def is_blank(self) -> bool:
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in self.fields if name != "needs")


def entries_of(household: dict, members: list[dict]) -> list[Entry]:
    """What was typed, ready to be registered. The members' ids follow from the form's, so a double press registers once."""
    agreed = tuple(household["consents"])
    refused = () if "statistics" in agreed else ("statistics",)
    first = household["id"].int
    return [
        Entry(
            id=type(household["id"])(int=(first + number) % (1 << 128)),
            registered_with=household["registered_with"].pk,
            place=household["place"],
            from_place=household["from_place"],
            registered_on=household["registered_on"],
            population_group=household["population_group"],
            consents=agreed,
            refused=refused,
            **{**member, "needs": tuple(member["needs"])},
        )
        for number, member in enumerate(members)
    ]


def fresh_household(user) -> dict:
    """How the form begins."""
    mine = list(organisations_for(user, "people.register")[:2])
    return {"id": uuid7(), "members": 1, "registered_on": timezone.localdate(), "registered_with": mine[0] if len(mine) == 1 else None}


class FindForm(forms.Form):
    """One exact key: a phone, a tax number, or name and birth date."""

    phone = forms.CharField(max_length=40, required=False, label=gettext_lazy("Phone"))
    tax_number = forms.CharField(max_length=20, required=False, label=gettext_lazy("Tax number (РНОКПП)"))
    surname = forms.CharField(max_length=80, required=False, label=gettext_lazy("Surname"))
    given_name = forms.CharField(max_length=80, required=False, label=gettext_lazy("Given name"))
    birth_date = Day(required=False, label=gettext_lazy("Birth date"))

    def clean(self):
        super().clean()
        said = self.cleaned_data
        whole = said.get("surname") and said.get("given_name") and isinstance(said.get("birth_date"), dt.date)
        if not (said.get("phone") or said.get("tax_number") or whole):
            raise forms.ValidationError(_("Write a whole phone number, a whole tax number, or surname, given name and birth date."))
        return said


class LookForm(forms.Form):
    purpose = forms.ChoiceField(choices=Purpose.choices, label=gettext_lazy("What you need the name for"))


class EraseForm(forms.Form):
    reason = forms.ChoiceField(choices=Reason.choices, label=gettext_lazy("Why"))
