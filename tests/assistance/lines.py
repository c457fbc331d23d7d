"""Lines of a spreadsheet through a sheet's own readers and rules, without a file: what intake does to each, by hand."""

import datetime as dt

from oplich.intake.models import Row, Upload
from oplich.intake.sheets import Context, Misread, Taken

TODAY = dt.date(2023, 4, 1)


def context_of(sheet, organisation="", today=TODAY) -> Context:
    context = Context(organisation=str(organisation or ""), today=today, language="uk")
    sheet.prepare(context)
    return context


def read(sheet, context: Context, /, **cells):
    """The checked values of one line, and its faults: column → (code, suggestion, expected)."""
    values, faults = {column.name: None for column in sheet.columns}, {}
    for name, cell in cells.items():
        try:
            values[name] = sheet.column(name).read(cell, context) if cell not in (None, "") else None
        except Misread as misread:
            faults[name] = (misread.code, misread.suggestion, misread.expected)
    faults.update(
        {
            column.name: ("missing", "", "")
            for column in sheet.columns
            if column.required and values[column.name] is None and column.name not in faults
        }
    )
    for problem in sheet.check_row(values, context):
        faults.setdefault(problem.column, (problem.code, problem.suggestion, problem.expected))
    return {name: value for name, value in values.items() if value is not None}, faults


def upload_of(sheet, organisation="") -> Upload:
    return Upload.objects.create(
        sheet=sheet.slug, organisation=str(organisation or ""), file_name="list.xlsx", sha256=f"{Upload.objects.count():064}", size_bytes=1
    )


def take(sheet, upload, lines, *, by=None, replaces=()) -> list[Row]:
    """Record lines as intake would on acceptance; `replaces` are the rows they correct, in order."""
    context = context_of(sheet, upload.organisation)
    rows, taken = [], []
    for number, cells in enumerate(lines):
        values, faults = read(sheet, context, **cells)
        assert faults == {}, faults
        row = Row.objects.create(upload=upload, number=number + 2, key=repr(sheet.identity(values))[:60], digest="d", state="taken")
        rows.append(row)
        taken.append(Taken(row, values, replaces[number] if number < len(replaces) else None))
    sheet.record(by=by, upload=upload, taken=taken, progress=lambda done, total: None)
    return rows
