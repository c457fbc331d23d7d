"""What is asked for when access is given."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oplich.partners.models import Organisation
from oplich.places.models import Place

PURPOSES = [("", _("Every purpose")), ("assistance", _("Assistance")), ("statistics", _("Statistics")), ("protection", _("Protection"))]


def organisations() -> list[tuple[str, str]]:
    kept = Organisation.objects.filter(merged_into__isnull=True)
    return [("", str(_("Every organisation")))] + sorted(((str(one.pk), str(one)) for one in kept), key=lambda one: one[1].casefold())


def areas() -> list[tuple[str, str]]:
    """Countries and oblasts, each oblast below its country."""
    kept = Place.objects.filter(kind__in=["country", "oblast"]).order_by("path")
    return [("", str(_("Everywhere")))] + [(one.path, str(one) if one.kind == "country" else f"– {one}") for one in kept]


def end_of(day: dt.date | None) -> dt.datetime | None:
    """Access until a day includes that day."""
    if day is None:
        return None
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


def _offer(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class NewUser(forms.Form):
    username = forms.CharField(label=_("Sign-in name"), max_length=150, strip=True)
    full_name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"), max_length=200, required=False, help_text=_("As colleagues know them.")
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class Scope(forms.Form):
    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES, required=False)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day. Empty: until it is taken back."),
    )

    def __init__(self, *arguments, roles: list[str] | None = None, **more) -> None:
        super().__init__(*arguments, **more)
        known = settings.OPLICH_ROLES
        _offer(self.fields["role"], [(slug, known[slug]["title"]) for slug in (roles if roles is not None else known) if slug in known])
        _offer(self.fields["organisation"], organisations())
        _offer(self.fields["area"], areas())

    def clean_until(self) -> dt.datetime | None:
        return end_of(self.cleaned_data["until"])


class NewToken(Scope):
    name = forms.CharField(label=_("What it is for"), max_length=100)
    field_order = ["name", "role"]


class Language(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
