"""Put the shipped gazetteer into the database. The same table again changes nothing; a newer one changes what differs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from oplich.core import journal
from oplich.places.lookup.index import Entry, shipped
from oplich.places.models import Place, PlaceCode, PlaceName

FIELDS = ["path", "parent_id", "kind", "settlement_type", "name_uk", "name_en", "name_ru", "katottg", "lat", "lon", "valid_until"]
BATCH = 1000
FROM_THE_TABLE = "gazetteer: "


@dataclass(frozen=True)
class Loaded:
    places: int
    added: int
    changed: int
    names: int
    codes: int

    def __str__(self) -> str:
        return f"{self.places} places: {self.added} new, {self.changed} changed; {self.names} other names and {self.codes} other codes new."


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _values(entry: Entry) -> tuple:
    return (
        entry.path, entry.parent or None, entry.kind, entry.type, entry.uk, entry.en, entry.ru, entry.katottg or None,
        entry.lat, entry.lon, _day(entry.until),
    )  # fmt: skip


def _names(entries: list[Entry]) -> dict[tuple[str, str, str], tuple[dt.date | None, str]]:
    return {
        (entry.code, name, language.lstrip("~")): (_day(until), FROM_THE_TABLE + source)
        for entry in entries
        for name, language, until, source in entry.names
    }


@transaction.atomic
def load(*, within: str = "", progress: Callable[[int, int], Any] | None = None) -> Loaded:
    """Load the shipped table, or with `within` (a path) only that part of it and what stands above it."""
    tell = progress or (lambda done, total: None)
    entries = [one for one in shipped().entries if one.path.startswith(within) or within.startswith(one.path)]
    known = {row[0]: row[1:] for row in Place.objects.values_list("code", *FIELDS)}
    fresh = [entry for entry in entries if entry.code not in known]
    changed = [entry for entry in entries if entry.code in known and known[entry.code] != _values(entry)]
    for start in range(0, len(fresh), BATCH):
        Place.objects.bulk_create(
            [Place(code=entry.code, **dict(zip(FIELDS, _values(entry), strict=True))) for entry in fresh[start : start + BATCH]],
            batch_size=BATCH,
        )
        tell(start, len(fresh))
    if changed:
        rows = [Place(code=entry.code, **dict(zip(FIELDS, _values(entry), strict=True))) for entry in changed]
        Place.objects.bulk_update(rows, [field.removesuffix("_id") for field in FIELDS], batch_size=200)

    wanted = _names(entries)
    held = {
        (place, name, language): (pk, until, source)
        for pk, place, name, language, until, source in PlaceName.objects.filter(source__startswith=FROM_THE_TABLE).values_list(
            "pk", "place_id", "name", "language", "valid_until", "source"
        )
    }
    theirs = set(PlaceName.objects.exclude(source__startswith=FROM_THE_TABLE).values_list("place_id", "name", "language"))
    new_names = [key for key, value in wanted.items() if key not in theirs and held.get(key, (0,))[1:] != value]
    PlaceName.objects.filter(pk__in=[held[key][0] for key in new_names if key in held]).delete()
    PlaceName.objects.bulk_create(
        [
            PlaceName(place_id=key[0], name=key[1], language=key[2], valid_until=wanted[key][0], source=wanted[key][1][:200])
            for key in new_names
        ],
        batch_size=BATCH,
    )
    if not within:
        gone = [one[0] for key, one in held.items() if key not in wanted]
        for start in range(0, len(gone), BATCH):
            PlaceName.objects.filter(pk__in=gone[start : start + BATCH]).delete()

    held_codes = set(PlaceCode.objects.values_list("place_id", "scheme", "code"))
    new_codes = [(entry.code, scheme, code) for entry in entries for scheme, code in entry.codes]
    new_codes = [one for one in new_codes if one not in held_codes]
    PlaceCode.objects.bulk_create([PlaceCode(place_id=one[0], scheme=one[1], code=one[2]) for one in new_codes], batch_size=BATCH)
    done = Loaded(len(entries), len(fresh), len(changed), len(new_names), len(new_codes))
    if fresh or changed or new_names or new_codes:
        journal.write(by=None, what="places.loaded", added=done.added, changed=done.changed)
    return done
