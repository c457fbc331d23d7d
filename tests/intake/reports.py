"""A sheet without personal cells for the tests of the engine: who helped how many, where, with what. What was recorded lies in the
journal of the test database (`recorded`), so that it is as safe as the deed itself and other processes can see it."""

import datetime as dt
import io

import xlsxwriter

from oplich.core.models import Entry
from oplich.intake import cells
from oplich.intake.sheets import Column, Misread, Problem, Sheet

OBLASTS = {"Київська": "UA32", "Kyivska": "UA32", "Харківська": "UA63", "Kharkivska": "UA63", "Львівська": "UA46", "Lvivska": "UA46", "UA32": "UA32", "UA63": "UA63", "UA46": "UA46"}  # fmt: skip
SECTORS = {"Вода": "wash", "WASH": "wash", "Захист": "protection", "Protection": "protection", "Освіта": "education", "Education": "education", "Житло": "shelter", "Shelter/NFI": "shelter"}  # fmt: skip
oblast = cells.choice(OBLASTS, code="unknown-place")
sector = cells.choice(SECTORS, code="unknown-sector")


def check_row(values, context):
    women, people = values.get("women"), values.get("people")
    if women is not None and people is not None and women > people:
        yield Problem("women", "more-than-all", expected=f"≤ {people}", suggestion=str(people))


def record(*, by, upload, taken, progress=None):
    lines = [
        Entry(what="test.recorded", subject_id=str(one.row.pk), detail={**one.values, "replaces": one.replaces and one.replaces.pk})
        for one in taken
    ]
    if any(one.values.get("people") == 666 for one in taken):
        raise RuntimeError("the room fell over in the middle")
    Entry.objects.bulk_create(lines)


def withdraw(*, by, upload, rows):
    Entry.objects.bulk_create([Entry(what="test.withdrawn", subject_id=str(row.pk)) for row in rows])


def recorded() -> dict[int, dict]:
    """What is in force now, by row: recorded, neither replaced nor withdrawn."""
    found = {}
    for entry in Entry.objects.filter(what__in=["test.recorded", "test.withdrawn"]).order_by("id"):
        if entry.what == "test.withdrawn":
            assert found.pop(int(entry.subject_id)) is not None
        else:
            values = dict(entry.detail)
            if (old := values.pop("replaces")) is not None:
                assert found.pop(old) is not None
            assert int(entry.subject_id) not in found
            found[int(entry.subject_id)] = values
    return found


REPORTS = Sheet(
    slug="reports",
    title="Reports",
    columns=(
        Column("oblast", "Oblast", oblast, required=True, hxl="#adm1+name", words=("область", "admin1"), choices=lambda: [("UA32", "Київська"), ("UA63", "Харківська"), ("UA46", "Львівська")], example="Київська"),
        Column("sector", "Sector", sector, required=True, hxl="#sector", words=("сектор", "кластер", "cluster"), choices=lambda: [("wash", "Вода"), ("protection", "Захист"), ("education", "Освіта"), ("shelter", "Житло")], example="Вода"),
        Column("day", "Day", cells.date(), required=True, hxl="#date", words=("дата", "дата допомоги"), example="28.02.2023"),
        Column("people", "People", cells.whole(minimum=1), required=True, hxl="#reached", words=("людей", "осіб", "people reached"), example=120),
        Column("women", "Women", cells.whole(), hxl="#reached+f", words=("жінок",)),
        Column("note", "Note", cells.text(longest=60), words=("примітка",)),
    ),
    record=record,
    withdraw=withdraw,
    identity=lambda values: (values["oblast"], values["sector"], values["day"]),
    check_row=check_row,
    words={"more-than-all": "There are more women (%(value)s) than people (%(expected)s)."},
)  # fmt: skip
HEADER = ["Область", "Сектор", "Дата", "Людей", "Жінок", "Примітка"]


def book(rows, *, header=HEADER, title="Дані", options=None) -> bytes:
    """A workbook with typed cells as Excel would save it."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "default_date_format": "dd.mm.yyyy", **(options or {})},
    )
    made.set_properties({"created": dt.datetime(2023, 1, 1)})  # the same rows make the same bytes
    page = made.add_worksheet(title)
    for line, row in enumerate([header, *rows] if header else rows):
        for place, cell in enumerate(row):
            if cell is not None:
                page.write(line, place, cell)
    made.close()
    return out.getvalue()


def lines(count: int, *, people: int = 10):
    """Different facts: oblast × sector × day."""
    oblasts, sectors = ["Київська", "Харківська", "Львівська"], ["Вода", "Захист", "Освіта", "Житло"]
    return [
        [
            oblasts[one % 3],
            sectors[one // 3 % 4],
            f"{one // 12 % 28 + 1:02}.{one // 336 % 12 + 1:02}.{2022 + one // 4032}",
            people + one % 7,
        ]
        for one in range(count)
    ]


def read_raises(cell, context):
    raise Misread("not-in-list")
