"""What is handed to a person about themselves: everything the rooms below and this one hold."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from oplich.assistance.models import Assistance
from oplich.people import queries as people
from oplich.people.actions import people as deeds
from oplich.people.models import Person


@transaction.atomic
def everything(*, by: Any, person: Person) -> dict[str, Any]:
    """Registrations, consents and help of one human being, journalled. Raises NotAllowed."""
    held = deeds.export_own(by=by, person=person)
    rows = Assistance.objects.filter(person__in=people.same_human(person.pk)).select_related("sector", "activity", "place", "organisation")
    return {
        "written_on": timezone.localdate().isoformat(),
        **held,
        "help": [
            {
                "given_on": one.given_on.isoformat(),
                "sector": str(one.sector),
                "activity": str(one.activity) if one.activity else "",
                "place": one.place.name,
                "organisation": str(one.organisation),
                "units": one.units,
                "withdrawn": one.withdrawn,
                "corrected": Assistance.objects.filter(replaces=one.pk).exists(),
            }
            for one in rows.order_by("given_on", "pk")
        ],
    }
