"""Registrations begun and kept for later, sealed, for the one who began them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from oplich.core import journal, keys, permissions, sealing
from oplich.people.models import Draft


@transaction.atomic
def keep(*, by: Any, id: uuid.UUID, form: dict[str, Any], people: int) -> Draft:
    """Keep what was typed so far; the same id again replaces it. Raises NotAllowed."""
    permissions.require(by, "people.register")
    earlier = Draft.objects.filter(pk=id).first()
    if earlier is not None and earlier.kept_by_id != by.pk:
        permissions.require(None, "people.register")
    key = keys.get(id) if earlier is not None else keys.make([id])[id]
    draft = Draft(
        pk=id, kept_by=by, people=people, kept_at=timezone.now(), **sealing.seal_fields(Draft, id, key, {"form": json.dumps(form)})
    )
    if earlier is None:
        draft.save(force_insert=True)
    else:
        draft.save(force_update=True)
    journal.write(by=by, what="draft.kept", subject=draft, people=people)
    return draft


@transaction.atomic
def discard(*, by: Any, drafts) -> int:
    """Throw drafts away with their keys: after registering, by hand, or when their time has ended. No refusals of its own."""
    pks = [one.pk for one in drafts]
    if pks:
        keys.destroy(pks, reason="draft")
        Draft.objects.filter(pk__in=pks).delete()
        journal.write(by=by, what="draft.discarded", drafts=len(pks))
    return len(pks)
