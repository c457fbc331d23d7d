"""Forty kinds of dirt as partners send it: each is either understood as meant, or a fault at exactly its cell (N15)."""

import datetime as dt

from oplich.intake.models import Row
from tests.intake import reports

FIRST = ["Київська", "Вода", "28.02.2023", 120, 60, "примітка"]
OBLAST, S, D, P, W, N = range(6)
# kind: (column, what stands in the cell, what it is understood as — or the code of the fault)
UNDERSTOOD = {
    "no-break space around a word": (OBLAST, "\u00a0Київська\u00a0", "UA32"),
    "upper case": (OBLAST, "КИЇВСЬКА", "UA32"),
    "zero-width sign inside": (OBLAST, "Київ\u200bська", "UA32"),
    "two spaces and a line break": (S, " Вода \n", "wash"),
    "a combining accent": (S, "Освіта".replace("ї", "і\u0308"), "education"),
    "the other language": (S, "Protection", "protection"),
    "a date cell": (D, dt.date(2023, 2, 28), "2023-02-28"),
    "a date with time": (D, dt.datetime(2023, 2, 28, 13, 5), "2023-02-28"),
    "a date as Excel's number": (D, 44985, "2023-02-28"),
    "a date as ISO text": (D, "2023-02-28", "2023-02-28"),
    "a date with slashes": (D, "28/02/2023", "2023-02-28"),
    "a date in words": (D, "28 лютого 2023", "2023-02-28"),
    "a date in words, with року": (D, "28 лютого 2023 року", "2023-02-28"),
    "a date in Russian words": (D, "28 февраля 2023", "2023-02-28"),
    "a date with a short year": (D, "28.02.23", "2023-02-28"),
    "a date without separators": (D, "20230228", "2023-02-28"),
    "a number as text": (P, "120", 120),
    "thousands with a space": (P, "1 200", 1200),
    "thousands with a no-break space": (P, "1\u00a0200", 1200),
    "thousands with a comma": (P, "1,200", 1200),
    "a whole number with .0": (P, 120.0, 120),
    "a dash for nothing": (W, "-", None),
    "a long dash for nothing": (W, "–", None),
    "n/a for nothing": (W, "N/A", None),
    "#N/A for nothing": (W, "#N/A", None),
    "an apostrophe of another kind": (N, "під’їзд", "під’їзд"),
}
FAULTS = {
    "empty where needed": (OBLAST, None, "missing"),
    "only spaces where needed": (OBLAST, "   ", "missing"),
    "a dash where needed": (S, "-", "missing"),
    "a misspelt place": (OBLAST, "Кийвська", "unknown-place"),
    "a place that is none": (OBLAST, "Атлантида", "unknown-place"),
    "a Latin letter among Cyrillic ones": (OBLAST, "Kиївська", "unknown-place"),
    "an unknown word of a list": (S, "Ворожіння", "unknown-sector"),
    "a day that does not exist": (D, "31.02.2023", "not-a-date"),
    "month and day the American way": (D, "02/28/2023", "not-a-date"),
    "a word for a date": (D, "вчора", "not-a-date"),
    "two dates in one cell": (D, "27-28.02.2023", "not-a-date"),
    "a number with words": (P, "120 осіб", "not-a-number"),
    "a word for a number": (P, "багато", "not-a-number"),
    "a negative number": (P, -120, "too-small"),
    "zero where people are needed": (P, 0, "too-small"),
    "half a person": (P, 12.5, "not-whole"),
    "a percentage": (P, "50%", "not-whole"),
    "more than everybody": (P, 1e12, "too-large"),
    "a part larger than the whole": (W, 121, "more-than-all"),
    "an error of a formula": (P, "#REF!", "formula-error"),
    "a novel in a note": (N, "дуже " * 40, "too-long"),
    "a superscript for a digit": (P, "²", "not-a-number"),
}
SUGGESTED = {
    "a misspelt place": "київська",
    "a Latin letter among Cyrillic ones": "київська",
    "month and day the American way": "28.02.2023",
    "a number with words": "120",
    "a negative number": "120",
    "a part larger than the whole": "120",
}


def dirty(number: int, column: int, cell) -> list:
    """A clean line of its own day, with one dirty cell."""
    row = list(FIRST)
    if column == D:
        row[OBLAST], row[S] = ["Київська", "Харківська", "Львівська"][number % 3], ["Вода", "Захист", "Освіта", "Житло"][number // 3 % 4]
    else:
        row[D] = (dt.date(2022, 3, 1) + dt.timedelta(days=number)).strftime("%d.%m.%Y")
    row[column] = cell
    if column != W:
        row[W] = None
    return row


def test_there_are_more_than_forty_kinds():
    assert len(UNDERSTOOD) + len(FAULTS) >= 40


def test_dirt_that_can_be_understood_is_understood_as_meant(hand_in):
    names = [column.name for column in reports.REPORTS.columns]
    rows = [dirty(number, column, cell) for number, (column, cell, _meant) in enumerate(UNDERSTOOD.values())]
    upload = hand_in(reports.book(rows))
    by_line = {row.number: row.values for row in Row.objects.filter(upload=upload)}
    wrong = {
        kind: by_line[line].get(names[column])
        for line, (kind, (column, _cell, meant)) in enumerate(UNDERSTOOD.items(), 2)
        if by_line[line].get(names[column]) != meant
    }
    assert wrong == {} and upload.faults_found == 0


def test_every_other_dirt_is_a_fault_at_exactly_its_cell(hand_in):
    rows = [dirty(number, column, cell) for number, (column, cell, _code) in enumerate(FAULTS.values())]
    upload = hand_in(reports.book(rows))
    found = {(fault.number, fault.column_letter, fault.code) for fault in upload.faults.all()}
    wanted = {(line, "ABCDEF"[column], code) for line, (column, _cell, code) in enumerate(FAULTS.values(), 2)}
    assert len(found & wanted) / len(wanted) >= 0.95
    assert found == wanted  # today all of them, and nothing else
    suggested = {kind: upload.faults.get(number=2 + list(FAULTS).index(kind)).detail.get("suggestion") for kind in SUGGESTED}
    assert suggested == SUGGESTED


def test_after_three_hand_ins_there_is_no_double_line(hand_in):
    rows = [dirty(number, column, cell) for number, (column, cell, _code) in enumerate({**UNDERSTOOD, **FAULTS}.values())]
    for title in ("a", "b", "c"):
        upload = hand_in(reports.book(rows, title=title), accept="good")
    assert Row.objects.exclude(in_force_key=None).count() == len(UNDERSTOOD) == len(reports.recorded())
    assert (upload.rows_new, upload.rows_unchanged) == (0, len(UNDERSTOOD))
