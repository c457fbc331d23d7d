"""What the pages of this room ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oplich.partners.models import Organisation, OrganisationRole


class OrganisationForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("In full, as the organisation writes it itself; usually in English.")
    )
    name_uk = forms.CharField(label=_("Name in Ukrainian"), max_length=200, required=False)
    acronym = forms.CharField(label=_("Acronym"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Type"), choices=Organisation.Kind.choices)
    source = forms.CharField(
        label=_("Source"), max_length=300, required=False, help_text=_("Where this is written, so that others can check it.")
    )


class RoleForm(forms.Form):
    kind = forms.ChoiceField(label=_("Role"), choices=OrganisationRole.Kind.choices)
    since = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class PresenceForm(forms.Form):
    place = forms.CharField(label=_("Area"), max_length=120, help_text=_("An oblast, a town or a country, in any spelling."))
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    since = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, sectors=(), **more):
        super().__init__(*args, **more)
        self.fields["sector"] = forms.ChoiceField(label=_("Sector"), required=False, choices=[("", "—"), *sectors])


class ContactForm(forms.Form):
    duty = forms.CharField(label=_("Responsible for"), max_length=120)
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)


class MergeForm(forms.Form):
    other = forms.CharField(label=_("Merge into"), max_length=200, help_text=_("The organisation that is kept: its name or acronym."))


class SpellingForm(forms.Form):
    spelling = forms.CharField(label=_("Another spelling"), max_length=200)


class SpellingsForm(forms.Form):
    spellings = forms.CharField(
        label=_("Names of organisations, one on a line"), widget=forms.Textarea(attrs={"rows": 6}), max_length=200_000
    )
    source = forms.CharField(label=_("Where the list comes from"), max_length=200, required=False)
