"""People to call at an organisation. Their names and numbers are sealed; looking at them is journalled."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oplich.core import journal, keys, permissions, sealing
from oplich.core.ids import uuid7
from oplich.core.refusal import Refusal
from oplich.partners.models import Contact, Organisation

FIELDS = ("name", "phone", "email")


class ContactMissing(Refusal):
    """A contact needs a name and a way to reach them."""


@transaction.atomic
def add_contact(
    *,
    by: Any,
    organisation: Organisation,
    duty: str,
    name: str,
    phone: str = "",
    email: str = "",
    checked_on: dt.date | None = None,
) -> Contact:
    """Write down whom to call. Raises ContactMissing, NotAllowed."""
    if by is not None:
        permissions.require(by, "partners.edit", at=organisation)
    if not name.strip():
        raise ContactMissing(_("Write whom to call."), field="name")
    if not phone.strip() and not email.strip():
        raise ContactMissing(_("Write a phone number or an e-mail address, so that they can be reached."), field="phone")
    pk = uuid7()
    key = keys.make([pk])[pk]
    clear = {"name": name.strip(), "phone": phone.strip() or None, "email": email.strip() or None}
    contact = Contact.objects.create(
        pk=pk, organisation=organisation, duty=duty.strip(), checked_on=checked_on, **sealing.seal_fields(Contact, pk, key, clear)
    )
    journal.write(by=by, what="contact.written-down", subject=contact, organisation_id=str(organisation.pk))
    return contact


@transaction.atomic
def look(*, by: Any, organisation: Organisation) -> list[dict[str, str]]:
    """The contacts of an organisation in clear, newest first; each look is journalled. Raises NotAllowed."""
    permissions.require(by, "partners.contacts", at=organisation)
    contacts = list(organisation.contacts.order_by("-recorded_at"))
    opened = keys.fetch(contact.pk for contact in contacts)
    found = []
    for contact in contacts:
        if contact.pk not in opened:
            continue
        found.append({"id": str(contact.pk), "duty": contact.duty, **sealing.open_fields(contact, opened[contact.pk], FIELDS)})
    if found:
        journal.write(by=by, what="contact.seen", subject=organisation, contacts=len(found))
    return found


@transaction.atomic
def remove_contact(*, by: Any, contact: Contact) -> None:
    """Take a contact away for good: its key is destroyed first, so no copy can be read. Raises NotAllowed."""
    if by is not None:
        permissions.require(by, "partners.edit", at=contact.organisation)
    organisation = contact.organisation
    keys.destroy([contact.pk], reason="contact removed")
    journal.write(by=by, what="contact.removed", subject=organisation)
    contact.delete()
