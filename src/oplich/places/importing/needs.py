"""OCHA's Humanitarian Needs Overview (people in need, severity) and Humanitarian Response Plan (targets), as published on HDX."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from oplich.places.actions.figures import Published
from oplich.places.importing.tables import Tables, blank, not_estimated, number
from oplich.places.lookup.index import shipped

SECTORS = {
    "cccm": "site-management", "education": "education", "educaton": "education", "food security & livelihoods": "food-security",
    "health": "health", "protection": "protection", "general protection": "protection", "child protection": "child-protection",
    "gender-based violence": "gbv", "mine action": "mine-action", "shelter & nfis": "shelter", "wash": "wash",
    "multi-purpose cash": "cash", "intersectoral": "",
}  # fmt: skip
GROUPS = {
    "internally displaced people": "idps", "idps": "idps", "non-displaced people": "non-displaced", "non-displaced": "non-displaced",
    "returnees": "returnees", "female": "female", "male": "male", "girls": "girls", "boys": "boys", "women (18 to 59)": "women",
    "men (18 to 59)": "men", "older women (60+)": "older-women", "older men (60+)": "older-men", "overall": "", "total": "",
}  # fmt: skip
OVERVIEW = "OCHA, Ukraine Humanitarian Needs Overview 2023"
PLAN = "OCHA, Ukraine Humanitarian Response Plan 2023"


def _words(cell: Any) -> str:
    return " ".join(str(cell).split()).lower()


def is_overview(tables: Tables) -> bool:
    return "Cluster PIN By Oblast" in tables.sheets


def is_plan(tables: Tables) -> bool:
    return "Targeted by Cluster Oblast" in tables.sheets


def _published_on(tables: Tables, otherwise: dt.date) -> dt.date:
    found = re.search(r"(20\d\d)(\d\d)(\d\d)", tables.path.stem)
    return dt.date(*map(int, found.groups())) if found else otherwise


def _area_rows(rows: list[list[Any]]):
    """(header, code, row) of every row that is about an area: the first P-code in it is its place."""
    header: list[str] = []
    for row in rows:
        code = next((str(cell).strip() for cell in row[:3] if re.fullmatch(r"UA\d{2,7}", str(cell).strip())), "")
        if not code and any(_words(cell) in ("oblast pcode", "raion pcode") for cell in row):
            header = [_words(cell) for cell in row]
        elif code and header:
            yield header, code, row


def _figure(place: str, measure: str, cell: Any, as_of: dt.date, source: str, **more) -> Published | None:
    if blank(cell) or shipped().entry(place) is None:
        return None
    value = number(cell)
    return Published(place, measure, value, as_of, source, note="" if value is not None else not_estimated(cell), **more)


def read_overview(tables: Tables) -> list[Published]:
    as_of = _published_on(tables, dt.date(2023, 2, 15))
    found: list[Published | None] = []

    def add(place: str, measure: str, cell: Any, **more) -> None:
        found.append(_figure(place, measure, cell, as_of, OVERVIEW, **more))

    for _header, code, row in _area_rows(tables.sheets["Overall Affected PIN By Oblast"]):
        add(code, "population", row[3])
        add(code, "people-affected", row[4])
        add(code, "people-in-need", row[5])
    for header, code, row in _area_rows(tables.sheets["Cluster PIN By Oblast"]):
        for name, cell in zip(header[5:], row[5:], strict=False):
            if SECTORS.get(name):
                add(code, "people-in-need", cell, sector=SECTORS[name])
    for header, code, row in _area_rows(tables.sheets["Overall PIN SADD by Oblast "]):
        for measure, columns in (("people-affected", range(4, 7)), ("people-in-need", range(8, 20))):
            for place in columns:
                if GROUPS.get(header[place]):
                    add(code, measure, row[place], population_group=GROUPS[header[place]])
    for name, first in (("Severity by Raion {<> ED WA}", 6), ("Severity by Oblast {= ED WA}", 3)):
        for header, code, row in _area_rows(tables.sheets.get(name, [])):
            for title, cell in zip(header[first:], row[first:], strict=False):
                if title in SECTORS and title != "protection":
                    add(code, "severity", cell, sector=SECTORS[title], unit="level")
    found += _by_cluster(tables.sheets["Population Group PIN By Cluster"], "people-in-need", as_of, OVERVIEW)
    return [one for one in found if one]


def read_plan(tables: Tables) -> list[Published]:
    as_of = _published_on(tables, dt.date(2023, 4, 25))
    sheets = {
        "Targeted by Cluster Oblast": "",
        "Targeted IDPs by Cluster Oblast": "idps",
        "Targeted Non-Dis Cluster Oblast": "non-displaced",
        "Target Ret.. by Cluster Oblast": "returnees",
    }
    found: list[Published | None] = []
    for name, group in sheets.items():
        for header, code, row in _area_rows(tables.sheets.get(name, [])):
            for title, cell in zip(header[3:], row[3:], strict=False):
                if title in SECTORS:
                    found.append(_figure(code, "people-targeted", cell, as_of, PLAN, sector=SECTORS[title], population_group=group))
    found += _by_cluster(tables.sheets["Targeted by Pop. Group Cluster"], "people-targeted", as_of, PLAN)
    return [one for one in found if one]


def _by_cluster(rows: list[list[Any]], measure: str, as_of: dt.date, source: str) -> list[Published | None]:
    """The country's totals per cluster and group of people, as the source's first table gives them."""
    found: list[Published | None] = []
    header: list[str] = []
    for row in rows:
        title = _words(row[0])
        if title == "cluster":
            header = [_words(cell) for cell in row]
        elif header and title in SECTORS:
            for place, cell in enumerate(row[1:5], 1):
                group = GROUPS.get(header[place], "")
                found.append(_figure("UA", measure, cell, as_of, source, sector=SECTORS[title], population_group=group))
    return found
