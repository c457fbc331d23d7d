"""On whose behalf a file is handed in. Intake knows no organisations: the room that does is named in `settings.OPLICH_SENDERS`.

That function takes a name in any spelling, or an organisation's id, and returns (id, name), or a list of suggested names.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from oplich.core import permissions
from oplich.core.refusal import Refusal


class UnknownSender(Refusal):
    """No organisation goes by this name."""


@dataclass(frozen=True)
class Sender:
    """`organisation` is an id as text, "" for the office itself."""

    organisation: str
    name: str


def named(text: str) -> Sender:
    """The organisation that goes by this name or id; the office itself for "". Raises UnknownSender with suggestions."""
    text = " ".join(text.split())
    if not text:
        return Sender("", "")
    found = import_string(settings.OPLICH_SENDERS)(text)
    if isinstance(found, tuple):
        return Sender(str(found[0]), str(found[1]))
    if found:
        raise UnknownSender(
            _("Nobody is known as “%(name)s”. Is it one of these: %(names)s?") % {"name": text, "names": ", ".join(map(str, found))},
            field="sender",
        )
    raise UnknownSender(
        _("Nobody is known as “%(name)s”. Check the spelling, or add the organisation under Partners first.") % {"name": text},
        field="sender",
    )


def named_or_new(*, by, text: str, certainly_new: bool = False) -> Sender:
    """As `named`; a name that resembles none here becomes a new organisation, by the deed named in `settings.OPLICH_NEW_SENDER`.

    Raises UnknownSender with suggestions when it resembles one, unless it is said to be `certainly_new`.
    """
    try:
        return named(text)
    except UnknownSender:
        if not certainly_new and import_string(settings.OPLICH_SENDERS)(text):
            raise
    made = import_string(settings.OPLICH_NEW_SENDER)(by=by, name=" ".join(text.split()), source="hand-in")
    return Sender(str(made.pk), str(made))


def own(user) -> list[Sender]:
    """The organisations this user hands in for, when bound to some; empty when bound to none."""
    scopes = permissions.scopes(user, "intake.hand_in")
    if not scopes or any(not scope.organisation for scope in scopes):
        return []
    found = (named(one) for one in dict.fromkeys(scope.organisation for scope in scopes))
    return sorted(found, key=lambda sender: sender.name)
