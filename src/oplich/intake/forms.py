"""What people fill in on the pages of this room."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oplich.core import permissions
from oplich.intake import senders
from oplich.intake.models import Upload
from oplich.intake.sheets import Sheet, all_sheets


def sheets_for(user) -> list[Sheet]:
    """The sheets this user may hand in, in the order they are offered."""
    return sorted((one for one in all_sheets().values() if permissions.may(user, one.deed)), key=lambda one: one.order)


def sheets_offered() -> list[tuple[str, object]]:
    """Every sheet this installation accepts: (slug, title)."""
    return [(one.slug, one.title) for one in sorted(all_sheets().values(), key=lambda one: one.order)]


class HandIn(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=255,
        error_messages={"required": _("Choose a file."), "max_length": _("The file's name is too long. Shorten it to 255 letters.")},
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".xlsx,.xlsm,.xls,.csv,.tsv,.txt"}),
    )
    sheet = forms.ChoiceField(required=False)
    sender = forms.CharField(label=_("On whose behalf?"), required=False, max_length=200)
    corrects = forms.UUIDField(required=False, widget=forms.HiddenInput)
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["sheet"] = forms.ChoiceField(
            label=_("What is it?"),
            required=False,
            choices=[("", _("Recognise it")), *((one.slug, one.title) for one in sheets_for(user))],
            help_text=_("The headers usually tell. Choose when they do not."),
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.own = senders.own(user)
        if self.own:
            self.fields["sender"] = forms.ChoiceField(
                label=_("On whose behalf?"),
                choices=[(sender.organisation, sender.name) for sender in self.own],
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        else:
            self.fields["sender"].widget.attrs |= {"class": "form-control", "list": "senders", "autocomplete": "off"}
            self.fields["sender"].help_text = _(
                "The organisation the file comes from, in any spelling we know. Leave empty for the office itself."
            )
        self.initial.setdefault("id", uuid.uuid4())

    def clean_sender(self) -> senders.Sender:
        given = self.cleaned_data["sender"].strip()
        if self.own:
            return next(sender for sender in self.own if sender.organisation == given)
        try:
            return senders.named(given)
        except senders.UnknownSender as unknown:
            raise forms.ValidationError(str(unknown)) from unknown

    def clean_corrects(self) -> Upload | None:
        wanted = self.cleaned_data["corrects"]
        if wanted is None:
            return None
        found = Upload.objects.filter(
            permissions.visible(self.user, "intake.see", organisation="organisation", area="area"), pk=wanted
        ).first()
        if found is None:
            raise forms.ValidationError(_("The file to be corrected is not there. Hand this one in by itself."))
        return found


class Filter(forms.Form):
    """The list of uploads: what is shown."""

    state = forms.ChoiceField(required=False, choices=[("", pgettext_lazy("state", "Any")), *Upload.State.choices])
    sheet = forms.ChoiceField(required=False, choices=lambda: [("", pgettext_lazy("sheet", "Any")), *sheets_offered()])
    sender = forms.CharField(required=False, max_length=200)


class Withdraw(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_("It is written in the journal, so that a figure that changes can be explained."),
        error_messages={"required": _("Say why, in a few words: it explains the change in the figures.")},
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
