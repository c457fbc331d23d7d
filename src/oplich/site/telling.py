"""The journal in human words: what each deed is called, and where its record opens. A test finds deeds without words."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oplich.core import permissions
from oplich.core.models import Entry
from oplich.core.permissions import Scope

DEEDS = {
    "upload.received": _("A file was handed in: %(file_name)s"),
    "upload.mapped": _("The columns of a file were matched"),
    "upload.checked": _("A file was checked"),
    "upload.accepted": _("A file was taken in"),
    "upload.refused": _("A file was refused"),
    "upload.withdrawn": _("A file was taken back"),
    "upload.returned": _("A workbook with its faults marked was downloaded"),
    "upload.file_taken": _("The file as it was handed in was downloaded"),
    "upload.names_seen": _("The names in a file were looked at"),
    "upload.file_destroyed": _("A kept file was destroyed because its time was over"),
    "rows.forgotten": _("Personal cells of %(rows)s kept rows were destroyed"),
    "mapping.learned": _("How a sender's columns are read was remembered"),
    "organisation.written-down": _("An organisation was written down: %(name)s"),
    "organisation.changed": _("An organisation's particulars were changed"),
    "organisation.merged": _("Two records of one organisation were merged"),
    "organisation.parted": _("A merge of two organisations was undone"),
    "organisation.role-set": _("An organisation was given a role"),
    "organisation.role-ended": _("A role of an organisation ended"),
    "organisation.presence-added": _("It was written down where an organisation works"),
    "organisation.presence-ended": _("An organisation stopped working in an area"),
    "organisation.alias-learned": _("A spelling was learned: %(spelling)s"),
    "organisation.alias-forgotten": _("A spelling was forgotten: %(spelling)s"),
    "spellings.met": _("%(spellings)s unknown names of organisations were met"),
    "spelling.settled-as-new": _("An unknown name became a new organisation: %(spelling)s"),
    "spelling.set-aside": _("A name was found not to be an organisation: %(spelling)s"),
    "spelling.undone": _("A decision about a name was undone: %(spelling)s"),
    "spellings.settled-together": _("%(spellings)s names of organisations were recognised together"),
    "contact.written-down": _("A contact was written down"),
    "contact.seen": _("The contacts of an organisation were looked at"),
    "contact.removed": _("A contact was removed for good"),
    "person.registered": _("People were registered: %(people)s"),
    "person.seen": _("A person's record was looked at"),
    "person.searched": _("A person was looked for by an exact key"),
    "person.exported": _("A person's data were given out"),
    "person.erased": _("A person was erased"),
    "registration.withdrawn": _("Registrations were taken back: %(registrations)s"),
    "retention.kept": _("What had been kept long enough was let go"),
    "consent.given": _("Consent was given"),
    "consent.withdrawn": _("Consent was withdrawn"),
    "draft.kept": _("A draft of a registration was kept"),
    "draft.discarded": _("Drafts of registrations were thrown away"),
    "help.recorded": _("Help was written down"),
    "help.withdrawn": _("Help that was written down was taken back"),
    "help.corrected": _("Help that was written down was corrected"),
    "sectors.loaded": _("Sectors and activities were brought up to date"),
    "places.loaded": _("Places were brought up to date"),
    "figures.recorded": _("Published figures were taken in"),
    "zone.set": _("The zone of a community was set"),
    "site.opened": _("A site was written down"),
    "site.closed": _("A site was closed"),
    "figures.withdrawn": _("Published figures were taken back"),
    "figure.exported": _("A figure was downloaded"),
    "facts.asked": _("The figures were asked to be computed anew"),
    "facts.refreshed": _("The figures were computed anew"),
    "access.given": _("Access was given"),
    "access.ended": _("Access ended"),
    "token.made": _("A key for a program was made"),
    "token.revoked": _("A key for a program was taken back"),
    "user.added": _("An account was made"),
    "user.closed": _("An account was closed"),
    "user.reopened": _("An account was opened again"),
    "user.password_renewed": _("A new password was given"),
    "user.language_chosen": _("A language was chosen"),
    "organisation.added": _("The office was written down as an organisation"),
    "key.rotated": _("The keys were wrapped anew"),
    "backup.made": _("A backup was made"),
    "backup.restored": _("A backup was restored"),
    "job.done": _("Work was finished"),
    "job.refused": _("Work was refused"),
    "job.failed": _("Work failed"),
    "job.cancelled": _("Work was stopped as asked"),
}
# Where a record opens, and the deed one must be allowed to open it.
PAGES = {
    "intake.upload": ("intake:upload", "intake.see"),
    "partners.organisation": ("partners:organisation", "partners.see"),
    "places.place": ("places:place", "places.see"),
    "people.person": ("people:person", "people.see"),
    "core.user": ("office:user", "core.users"),
}


class _Known(dict):
    def __missing__(self, key: str) -> str:
        return "—"


def told(entry: Entry) -> str:
    """One line of the journal in the active language."""
    words = DEEDS.get(entry.what)
    return str(words) % _Known(entry.detail) if words else gettext("Something was done: %(what)s") % {"what": entry.what}


def page_of(entry: Entry, user: Any) -> str:
    """Where the record of a line opens; empty where there is no such page, or this person may not open it."""
    name, deed = PAGES.get(entry.subject_kind, ("", ""))
    if not name or not entry.subject_id or not permissions.may(user, deed, at=Scope(entry.organisation, entry.area)):
        return ""
    try:
        return reverse(name, args=[entry.subject_id])
    except NoReverseMatch:
        return ""


def who(user: Any) -> str:
    return str(user) if user else gettext("Oplich itself")
