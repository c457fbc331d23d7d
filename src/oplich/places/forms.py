"""Forms of this room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from oplich.places.models import Zone


class SetZone(forms.Form):
    """Which zone a community is in, from a day."""

    kind = forms.ChoiceField(label=_("Zone"), choices=Zone.Kind.choices)
    from_day = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until_day = forms.DateField(
        label=_("Until, if it has ended"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(label=_("Source"), max_length=200)
