"""OCHA's key figures of the 2022 flash appeal, update by update. Money in the same table belongs to the funding room."""

from __future__ import annotations

import datetime as dt

from oplich.places.actions.figures import Published
from oplich.places.importing.tables import Tables, blank, day, not_estimated, number

APPEAL_DAY = dt.date(2022, 3, 1)
# column words → measure, group
OF_APPEAL = {
    "total population(flash appeal)": ("population", ""),
    "people affected(flash appeal)": ("people-affected", ""),
    "people affected - idps": ("people-affected", "idps"),
    "people in need(flash appeal)": ("people-in-need", ""),
    "pin - idps": ("people-in-need", "idps"),
    "people targeted(flash appeal)": ("people-targeted", ""),
    "people targeted - idps": ("people-targeted", "idps"),
}
OF_UPDATE = {
    "refugees(unhcr)": ("refugees-abroad", ""),
    "idps": ("idps", ""),
    "civilian casualities(ohchr) - killed": ("civilians-killed", ""),
    "civilian casualities(ohchr) - injured": ("civilians-injured", ""),
    "number of people reached": ("people-reached", ""),
}


def _header(tables: Tables) -> list[str]:
    return [" ".join(str(cell).split()).lower() for cell in tables.first[1]] if len(tables.first) > 1 else []


def is_key_figures(tables: Tables) -> bool:
    return "people in need(flash appeal)" in _header(tables)


def read_key_figures(tables: Tables) -> list[Published]:
    header = _header(tables)
    when, url, appeal_url = header.index("date"), header.index("source url"), header.index("flash appeal url")
    found = []
    for row in tables.first[2:]:
        as_of = day(row[when])
        for columns, on, source in (
            (OF_APPEAL, APPEAL_DAY, "OCHA, Ukraine Flash Appeal 2022"),
            (OF_UPDATE, as_of, "OCHA, key figures of the flash appeal"),
        ):
            for name, (measure, group) in columns.items():
                cell = row[header.index(name)]
                if on is None or blank(cell):
                    continue
                value = number(cell)
                found.append(
                    Published(
                        "UA", measure, value, on, source, population_group=group,
                        source_url=str(row[appeal_url if columns is OF_APPEAL else url]).strip(),
                        note="" if value is not None else not_estimated(cell),
                    )
                )  # fmt: skip
    return found
