"""The shipped sectors and activities, brought into the database."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from oplich.assistance import reading
from oplich.assistance.models import Activity, Sector
from oplich.core import journal


@transaction.atomic
def load(*, by: Any) -> tuple[int, int]:
    """Bring sectors and activities up to the shipped table; what an office added stays. Returns how many were new or changed. No refusals."""
    sectors = [
        Sector(
            slug=row["slug"],
            parent_id=row["parent"] or None,
            in_total=row["in_total"] == "1",
            icon=row["icon"],
            order=int(row["order"]),
            name_en=row["name_en"],
            name_uk=row["name_uk"],
        )
        for row in sorted(reading.table("sectors"), key=lambda row: bool(row["parent"]))
    ]
    activities = [
        Activity(
            code=row["code"],
            sector_id=row["sector"],
            in_total=row["in_total"] == "1",
            unit=row["unit"],
            name_en=row["name_en"],
            name_uk=row["name_uk"],
        )
        for row in reading.table("activities")
    ]
    changed = _bring(Sector, sectors), _bring(Activity, activities)
    if any(changed):
        journal.write(by=by, what="sectors.loaded", sectors=changed[0], activities=changed[1])
    return changed


def _bring(model, wanted) -> int:
    fields = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    there = {one.pk: one for one in model.objects.all()}
    new = [one for one in wanted if one.pk not in there]
    changed = [one for one in wanted if one.pk in there and any(getattr(one, f) != getattr(there[one.pk], f) for f in fields)]
    model.objects.bulk_create(new)
    model.objects.bulk_update(changed, [field.name for field in model._meta.concrete_fields if not field.primary_key])
    return len(new) + len(changed)
