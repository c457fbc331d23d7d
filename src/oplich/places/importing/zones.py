"""The Kyiv School of Economics' table of the war status of hromadas (four days of 2022, and de-occupation), read into zones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from oplich.places.importing.tables import Tables
from oplich.places.lookup.index import shipped
from oplich.places.models import Zone

SOURCE = "Ministry of Reintegration lists of war-affected communities, collected by KSE Loc Data Hub"
STATUS_DAY = dt.date(2022, 10, 10)
# The table knows months, not days; the first day of the later month stands for them.
FREED = {"March-April": dt.date(2022, 4, 1), "September-October": dt.date(2022, 10, 1), "November": dt.date(2022, 11, 11)}


@dataclass(frozen=True)
class ZoneOf:
    place: str
    kind: str
    from_day: dt.date


def is_war_status(tables: Tables) -> bool:
    return bool(tables.first) and {"hromada_code", "Status_war_sept_ext", "deoccupation_date"} <= set(map(str, tables.first[0]))


def read_war_status(tables: Tables) -> list[ZoneOf]:
    """From the start of the full-scale war: rear, near the front or occupied; then de-occupied from the month it was freed."""
    header = [str(cell) for cell in tables.first[0]]
    lists = {name: dt.date(int(name[-4:]), int(name[-7:-5]), int(name[-10:-8])) for name in header if name.startswith("war_zone_")}
    found: list[ZoneOf] = []
    for line in tables.first[1:]:
        row: dict[str, Any] = dict(zip(header, line, strict=False))
        number = shipped().codes.get(str(row["hromada_code"]).strip())
        if number is None:
            continue
        place, status = shipped().entries[number].code, str(row["Status_war_sept"])
        freed = FREED.get(str(row["deoccupation_date"]))
        if status == "occupied" or freed:
            found.append(ZoneOf(place, Zone.Kind.OCCUPIED, dt.date(2022, 2, 24)))
            if freed:
                found.append(ZoneOf(place, Zone.Kind.DE_OCCUPIED, freed))
            continue
        kind = ""
        for name, day in sorted(lists.items(), key=lambda one: one[1]):
            now = Zone.Kind.NEAR_FRONT if str(row[name]).strip() == "1" else Zone.Kind.REAR
            if now != kind:
                found.append(ZoneOf(place, now, day if kind else dt.date(2022, 2, 24)))
                kind = now
    return found
