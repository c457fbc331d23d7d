"""Help as somebody reports it, before it stands in the ledger."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from oplich.assistance.models import Assistance
from oplich.core.ids import uuid7

GROUPS = ("girls", "boys", "women", "men", "older_women", "older_men")
# What the ledger keeps of it, by column. `replaces`, `withdrawn` and the record's own moments are not what happened in the world.
CONTENT = (
    "sector_id",
    "activity_id",
    "given_on",
    "by_month",
    "place_id",
    "site_id",
    "organisation_id",
    "implemented_by_id",
    "person_id",
    "registration_id",
    "headcount",
    *GROUPS,
    "with_disability",
    "population_group",
    "plan_code",
    "through_pipeline",
    "by_convoy",
    "units",
    "comment",
)


@dataclass
class Help:
    """One sector, one day, one place, one organisation; a registered person or a headcount. `id` is made by whoever writes."""

    sector: str
    given_on: dt.date
    place: str
    organisation: uuid.UUID
    activity: str | None = None
    by_month: bool = False
    site: uuid.UUID | None = None
    implemented_by: uuid.UUID | None = None
    person: uuid.UUID | None = None
    registration: uuid.UUID | None = None
    headcount: int | None = None
    girls: int | None = None
    boys: int | None = None
    women: int | None = None
    men: int | None = None
    older_women: int | None = None
    older_men: int | None = None
    with_disability: int | None = None
    population_group: str = ""
    plan_code: str = ""
    through_pipeline: bool | None = None
    by_convoy: bool | None = None
    units: int | None = None
    comment: str = ""
    from_row: int | None = None
    replaces: uuid.UUID | None = None
    id: uuid.UUID = field(default_factory=uuid7)

    def content(self) -> dict[str, object]:
        """By column of the ledger."""
        return {column: getattr(self, column.removesuffix("_id")) for column in CONTENT}

    def breakdown(self) -> list[int]:
        """The stated numbers of girls, boys, women …"""
        return [number for group in GROUPS if (number := getattr(self, group)) is not None]

    def row(self, by) -> Assistance:
        return Assistance(
            id=self.id,
            from_row_id=self.from_row,
            replaces_id=self.replaces,
            recorded_by=by if getattr(by, "pk", None) else None,
            **self.content(),
        )


def content_of(row: Assistance) -> dict[str, object]:
    return {column: getattr(row, column) for column in CONTENT}
