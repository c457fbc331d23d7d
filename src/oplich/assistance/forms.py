"""What is asked when help is written down or corrected by hand, and what a list can be narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oplich.assistance.help import GROUPS, Help
from oplich.assistance.models import Activity, Assistance, Sector
from oplich.core.ids import uuid7
from oplich.partners.models import Organisation
from oplich.people.forms import GROUPS as POPULATION_GROUPS
from oplich.people.forms import Day, offer, organisations_for, sure_place


class HelpForm(forms.Form):
    """Help to one registered person."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label=gettext_lazy("Organisation that reports"))
    sector = forms.ModelChoiceField(queryset=Sector.objects.all(), label=gettext_lazy("Sector"))
    activity = forms.ModelChoiceField(
        queryset=Activity.objects.select_related("sector").order_by("sector__order", "code"), required=False, label=gettext_lazy("Activity")
    )
    given_on = Day(label=gettext_lazy("Day"))
    place = forms.CharField(
        max_length=200, label=gettext_lazy("Place"), help_text=gettext_lazy("Settlement or hromada with its oblast, or a P-code.")
    )
    units = forms.IntegerField(min_value=1, required=False, label=gettext_lazy("How many items"))

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)
        offer(self.fields["organisation"], organisations_for(user, "assistance.report"))

    def clean_place(self):
        return sure_place(self.cleaned_data["place"])

    def help(self, **more: Any) -> Help:
        """What was typed, for the ledger."""
        said = self.cleaned_data
        return Help(
            id=said["id"],
            organisation=said["organisation"].pk,
            sector=said["sector"].pk,
            activity=said["activity"].pk if said["activity"] else None,
            given_on=said["given_on"],
            place=said["place"],
            units=said["units"],
            **more,
        )


class HeadcountForm(HelpForm):
    """People helped whose names nobody took."""

    by_month = forms.BooleanField(required=False, label=gettext_lazy("Only the month is known"))
    headcount = forms.IntegerField(
        min_value=1, label=gettext_lazy("How many people"), help_text=gettext_lazy("People, not households and not kits.")
    )
    girls = forms.IntegerField(min_value=0, required=False, label=gettext_lazy("Girls (0–17)"))
    boys = forms.IntegerField(min_value=0, required=False, label=gettext_lazy("Boys (0–17)"))
    women = forms.IntegerField(min_value=0, required=False, label=gettext_lazy("Women (18–59)"))
    men = forms.IntegerField(min_value=0, required=False, label=gettext_lazy("Men (18–59)"))
    older_women = forms.IntegerField(min_value=0, required=False, label=gettext_lazy("Older women (60+)"))
    older_men = forms.IntegerField(min_value=0, required=False, label=gettext_lazy("Older men (60+)"))
    with_disability = forms.IntegerField(min_value=0, required=False, label=gettext_lazy("Of these with a disability"))
    population_group = forms.ChoiceField(choices=POPULATION_GROUPS, required=False, label=gettext_lazy("Population group"))
    comment = forms.CharField(
        max_length=500, required=False, label=gettext_lazy("Comment"), help_text=gettext_lazy("Write nobody's name here.")
    )

    def help(self, *, replaces: Assistance | None = None, **more: Any) -> Help:
        said = self.cleaned_data
        kept: dict[str, Any] = {}
        if replaces is not None:  # what this form does not ask stays as it was
            kept = {name: getattr(replaces, name) for name in ("plan_code", "through_pipeline", "by_convoy")}
            kept |= {"site": replaces.site_id, "implemented_by": replaces.implemented_by_id, "from_row": replaces.from_row_id}
        day = said["given_on"].replace(day=1) if said["by_month"] else said["given_on"]
        found = super().help(
            headcount=said["headcount"],
            by_month=said["by_month"],
            **{name: said[name] for name in (*GROUPS, "with_disability")},
            population_group=said["population_group"],
            comment=said["comment"],
            replaces=replaces.pk if replaces else None,
            **kept,
            **more,
        )
        found.given_on = day
        return found


class WithdrawForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Stays with the record. Write nobody's name here."),
    )


def fresh(user) -> dict:
    """How an empty form begins."""
    mine = list(organisations_for(user, "assistance.report")[:2])
    return {"id": uuid7(), "given_on": timezone.localdate(), "organisation": mine[0] if len(mine) == 1 else None}


def as_it_stands(row: Assistance) -> dict:
    """A record, to be corrected."""
    names = (
        "sector",
        "activity",
        "given_on",
        "by_month",
        "headcount",
        *GROUPS,
        "with_disability",
        "population_group",
        "comment",
        "units",
        "organisation",
    )
    return {"id": uuid7(), "place": row.place_id, **{name: getattr(row, name) for name in names}}


def filter_sectors() -> list[tuple[str, str]]:
    return [("", _("All sectors")), *((one.slug, str(one)) for one in Sector.objects.all())]
