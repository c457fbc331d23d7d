"""UNHCR's operational data portal: refugees recorded per country, and people leaving Ukraine by day."""

from __future__ import annotations

from oplich.places.actions.figures import Published
from oplich.places.importing.tables import Tables, blank, day, not_estimated, number
from oplich.places.lookup import resolve

PORTAL = "https://data.unhcr.org/en/situations/ukraine"


def is_by_country(tables: Tables) -> bool:
    return isinstance(tables.json, dict) and bool(tables.json.get("data")) and "geomaster_name" in tables.json["data"][0]


def read_by_country(tables: Tables) -> list[Published]:
    found = []
    for row in tables.json["data"]:
        place = resolve(row["geomaster_name"], within="", kinds=("country", "group"))
        if place is None:
            raise LookupError(f"no country is called {row['geomaster_name']}")
        as_of, people = day(row["date"]), number(row["individuals"])
        if as_of is None:
            raise LookupError(f"no day is called {row['date']}")
        found.append(
            Published(
                place, "refugees", people, as_of, "UNHCR Operational Data Portal",
                source_url=PORTAL, note="" if people is not None else not_estimated(row["individuals"]),
            )
        )  # fmt: skip
    return found


def is_by_day(tables: Tables) -> bool:
    return bool(tables.first) and str(tables.first[0][0]).strip() == "data_date"


# column → measure; the file of one country is named after it
SERIES = {
    "cumulative_individuals": "departures-in-all",
    "daily_individuals": "departures",
    "cumulative_refugees": "arrivals-in-all",
    "daily_refugees": "arrivals",
    "cumulative_refugees_ukr_mol": "arrivals-direct-in-all",
}


def read_by_day(tables: Tables) -> list[Published]:
    """Border crossings. They are movements, not people present, and are never added to refugees recorded."""
    header = [str(cell).strip().lower() for cell in tables.first[0]]
    place = resolve(tables.path.stem.split("-")[-1].strip(), within="", kinds=("country",)) or "UA"
    if "cumulative_refugees_ukr_mol" in header:  # Moldova's file: the first column counts what came directly, the next both ways
        measures = {"cumulative_refugees": "arrivals-direct-in-all", "cumulative_refugees_ukr_mol": "arrivals-in-all"}
    else:
        measures = {name: SERIES[name] for name in header if name in SERIES}
    found = []
    for row in tables.first[1:]:
        as_of = day(row[0])
        for name, measure in measures.items():
            cell = row[header.index(name)]
            if as_of and not blank(cell) and (people := number(cell)) is not None:
                found.append(Published(place, measure, people, as_of, "UNHCR Operational Data Portal", source_url=PORTAL))
    return found
