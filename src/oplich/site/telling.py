"""The journal in human words: what each deed is called, and where its record opens. A test finds deeds without words."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oplich.core.models import Entry

_L = gettext_lazy
DEEDS = {
    "upload.received": _L("A file was handed in: %(file_name)s"),
    "upload.mapped": _L("The columns of a file were matched"),
    "upload.checked": _L("A file was checked"),
    "upload.accepted": _L("A file was taken in"),
    "upload.refused": _L("A file was refused"),
    "upload.withdrawn": _L("A file was taken back"),
    "upload.returned": _L("A workbook with its faults marked was downloaded"),
    "upload.names_seen": _L("The names in a file were looked at"),
    "upload.file_destroyed": _L("A kept file was destroyed because its time was over"),
    "rows.forgotten": _L("Personal cells of %(rows)s kept rows were destroyed"),
    "mapping.learned": _L("How a sender's columns are read was remembered"),
    "organisation.written-down": _L("An organisation was written down: %(name)s"),
    "organisation.changed": _L("An organisation's particulars were changed"),
    "organisation.merged": _L("Two records of one organisation were merged"),
    "organisation.parted": _L("A merge of two organisations was undone"),
    "organisation.role-set": _L("An organisation was given a role"),
    "organisation.role-ended": _L("A role of an organisation ended"),
    "organisation.presence-added": _L("It was written down where an organisation works"),
    "organisation.presence-ended": _L("An organisation stopped working in an area"),
    "organisation.alias-learned": _L("A spelling was learned: %(spelling)s"),
    "organisation.alias-forgotten": _L("A spelling was forgotten: %(spelling)s"),
    "spellings.met": _L("%(spellings)s unknown names of organisations were met"),
    "spelling.settled-as-new": _L("An unknown name became a new organisation: %(spelling)s"),
    "spelling.set-aside": _L("A name was found not to be an organisation: %(spelling)s"),
    "spelling.undone": _L("A decision about a name was undone: %(spelling)s"),
    "spellings.settled-together": _L("%(spellings)s names of organisations were recognised together"),
    "contact.written-down": _L("A contact was written down"),
    "contact.seen": _L("The contacts of an organisation were looked at"),
    "contact.removed": _L("A contact was removed for good"),
    "person.registered": _L("People were registered: %(people)s"),
    "person.seen": _L("A person's record was looked at"),
    "person.searched": _L("A person was looked for by an exact key"),
    "person.exported": _L("A person's data were given out"),
    "person.erased": _L("A person was erased"),
    "registration.withdrawn": _L("Registrations were taken back: %(registrations)s"),
    "consent.given": _L("Consent was given"),
    "consent.withdrawn": _L("Consent was withdrawn"),
    "draft.kept": _L("A draft of a registration was kept"),
    "draft.discarded": _L("Drafts of registrations were thrown away"),
    "help.recorded": _L("Help was written down"),
    "help.withdrawn": _L("Help that was written down was taken back"),
    "help.corrected": _L("Help that was written down was corrected"),
    "sectors.loaded": _L("Sectors and activities were brought up to date"),
    "places.loaded": _L("Places were brought up to date"),
    "figures.recorded": _L("Published figures were taken in"),
    "zone.set": _L("The zone of a community was set"),
    "site.opened": _L("A site was written down"),
    "site.closed": _L("A site was closed"),
    "figures.withdrawn": _L("Published figures were taken back"),
    "figure.exported": _L("A figure was downloaded"),
    "facts.refreshed": _L("The figures were computed anew"),
    "access.given": _L("Access was given"),
    "access.ended": _L("Access ended"),
    "token.made": _L("A key for a program was made"),
    "token.revoked": _L("A key for a program was taken back"),
    "user.added": _L("An account was made"),
    "user.closed": _L("An account was closed"),
    "user.reopened": _L("An account was opened again"),
    "user.password_renewed": _L("A new password was given"),
    "user.language_chosen": _L("A language was chosen"),
    "organisation.added": _L("The office was written down as an organisation"),
    "key.rotated": _L("The keys were wrapped anew"),
    "backup.made": _L("A backup was made"),
    "backup.restored": _L("A backup was restored"),
    "job.done": _L("Work was finished"),
    "job.refused": _L("Work was refused"),
    "job.failed": _L("Work failed"),
    "job.cancelled": _L("Work was stopped as asked"),
}
PAGES = {
    "intake.upload": "intake:upload",
    "partners.organisation": "partners:organisation",
    "places.place": "places:place",
    "people.person": "people:person",
    "core.user": "office:user",
}


class _Known(dict):
    def __missing__(self, key: str) -> str:
        return "—"


def told(entry: Entry) -> str:
    """One line of the journal in the active language."""
    words = DEEDS.get(entry.what)
    return str(words) % _Known(entry.detail) if words else _("Something was done: %(what)s") % {"what": entry.what}


def page_of(entry: Entry) -> str:
    """Where the record of a line opens; empty where there is no such page."""
    name = PAGES.get(entry.subject_kind)
    if not name or not entry.subject_id:
        return ""
    try:
        return reverse(name, args=[entry.subject_id])
    except NoReverseMatch:
        return ""


def who(user: Any) -> str:
    return str(user) if user else _("Oplich itself")
