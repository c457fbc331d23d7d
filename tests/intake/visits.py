"""A small sheet for the tests of pages and API: who was visited, where, when. What was recorded lies in `LEDGER`."""

import io

import openpyxl

from oplich.intake import cells
from oplich.intake.sheets import Column, Misread, Problem, Sheet

LEDGER: dict[int, dict] = {}
TOWNS = {"lviv": "Львів", "dnipro": "Дніпро", "kharkiv": "Харків"}
TOWN_WORDS = {"львів": "lviv", "lviv": "lviv", "дніпро": "dnipro", "dnipro": "dnipro", "харків": "kharkiv", "kharkiv": "kharkiv"}


def read_town(cell, context):
    found = TOWN_WORDS.get(str(cell).strip().casefold())
    if found is None:
        raise Misread("not-in-list", expected="Львів, Дніпро, Харків", suggestion=cells.nearest(str(cell).casefold(), TOWN_WORDS))
    return found


def check_row(values, context):
    if values.get("people") and values["people"] > 5000:
        yield Problem("people", "too-large", expected="≤ 5000", detail={"maximum": 5000})


def record(*, by, upload, taken, progress=None):
    for one in taken:
        if one.replaces is not None:
            LEDGER.pop(one.replaces.pk, None)
        LEDGER[one.row.pk] = one.values


def withdraw(*, by, upload, rows):
    for row in rows:
        LEDGER.pop(row.pk, None)


VISITS = Sheet(
    slug="visits",
    title="Visits",
    columns=(
        Column(
            "name",
            "Name",
            cells.text(),
            required=True,
            personal=True,
            hxl="#beneficiary+name",
            words=("ім'я", "прізвище"),
            example="Олена П.",
        ),
        Column(
            "town",
            "Town",
            read_town,
            required=True,
            hxl="#adm3+name",
            words=("місто", "населений пункт"),
            choices=lambda: list(TOWNS.items()),
            help="Where they were visited.",
        ),
        Column("day", "Day", cells.date(), required=True, hxl="#date", words=("дата",)),
        Column("people", "People", cells.whole(minimum=1), hxl="#reached", words=("людей", "кількість людей")),
    ),
    record=record,
    withdraw=withdraw,
    identity=lambda values: (values["name"], values["town"], values["day"]),
    check_row=check_row,
    order=1,
)
HEADER = ["Name", "Town", "Day", "People"]
GOOD = [
    ["Олена Петренко", "Львів", "28.02.2023", 3],
    ["Іван Сидоренко", "Дніпро", "2023-03-01", 2],
    ["Марія Коваль", "Харків", "02.03.2023", 4],
]
BAD = [GOOD[0], ["Іван Сидоренко", "Днiпро-на-річці", "2023-03-01", 2], ["Марія Коваль", "Харків", "колись", 4]]


def workbook(rows, header=HEADER, title="Дані") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in [header, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
