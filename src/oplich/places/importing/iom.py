"""IOM's Displacement Tracking Matrix: general population survey rounds, and the area baseline."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from oplich.places.actions.figures import Published
from oplich.places.importing.tables import Tables, blank, day, not_estimated, number
from oplich.places.lookup import find, resolve
from oplich.places.lookup.index import shipped

MEASURES = {"#affected+idp+ind": "idps", "#affected+returnees+ind": "returnees"}


def _column(tags: list[str], tag: str) -> int:
    return tags.index(tag) if tag in tags else -1


def is_round(tables: Tables) -> bool:
    return "#meta+round" in tables.tags()[1]


def is_baseline(tables: Tables) -> bool:
    tags = tables.tags()[1]
    return "#adm3+code" in tags and "#affected+idps+ind" in tags


def place_of(name: Any, code: Any) -> tuple[str, str]:
    """The oblast a row is about, and what to note. The name wins: round 14 exchanged the codes of Kyiv and Kyivska."""
    bare = re.sub(r"[*\d]+$", "", str(name)).strip()
    named, coded = resolve(bare, kinds=("oblast",)), resolve(str(code)) if not blank(code) else None
    if named and coded and named != coded:
        return named, f"the file gives the code {code} beside “{bare}”; the name was followed"
    if named or coded:
        return named or coded or "", ""
    return "UA", bare


def read_round(tables: Tables) -> list[Published]:
    """IDPs and returnees per oblast. A residence that is not known is a figure about the country, in a group of its own."""
    start, tags = tables.tags()
    at = {
        name: _column(tags, tag)
        for name, tag in (("round", "#meta+round"), ("day", "#date+reported"), ("name", "#adm1+name"), ("code", "#adm1+code"))
    }
    found = []
    for row in tables.first[start + 1 :]:
        as_of = day(row[at["day"]])
        if as_of is None or blank(row[at["name"]]):
            continue
        place, note = place_of(row[at["name"]], row[at["code"]])
        unknown = place == "UA"
        for tag, measure in MEASURES.items():
            cell = row[_column(tags, tag)]
            if blank(cell):
                continue
            value = number(cell)
            words = [
                note,
                "" if value is not None else not_estimated(cell),
                "likely under-represented" if "*" in str(row[at["name"]]) and not unknown else "",
            ]
            found.append(
                Published(
                    place, measure, value, as_of, f"IOM DTM, general population survey, round {int(row[at['round']])}",
                    population_group="residence-unknown" if unknown else "", note="; ".join(filter(None, words)),
                    source_url="https://dtm.iom.int/ukraine",
                )
            )  # fmt: skip
    return found


def read_baseline(tables: Tables) -> list[Published]:
    """IDPs present per hromada, as municipalities told. Two tellings of one hromada and day are added."""
    start, tags = tables.tags()
    code, name, value, told = (_column(tags, tag) for tag in ("#adm3+code", "#adm3+name", "#affected+idps+ind", "#date+occurred"))
    reported, raion = _column(tags, "#date+reported"), _column(tags, "#adm2+code")
    url = next((cell for cell in tables.first[0] if str(cell).startswith("http")), "")
    found: dict[str, Published] = {}
    for row in tables.first[start + 1 :]:
        as_of, people = day(row[reported]) or day(row[told]), number(row[value])
        if as_of is None or blank(row[value]):
            continue
        place, note = str(row[code]).strip(), ""
        if shipped().entry(place) is None:
            guess = find(str(row[name]), within=str(row[raion]).strip(), kinds=("hromada",))
            place, note = guess.sure or str(row[raion]).strip(), f"the file says {row[name]} ({row[code]})"
        if people is None:
            note = not_estimated(row[value])
        was = found.get(place)
        if was and was.people is not None and people is not None:
            people += Decimal(str(was.people))
            note = "; ".join(filter(None, (was.note, "two entries of the file added")))
        found[place] = Published(place, "idps", people, as_of, "IOM DTM, area baseline assessment", note=note, source_url=url)
    return list(found.values())
