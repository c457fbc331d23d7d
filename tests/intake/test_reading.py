"""Files as people really save them, read through the confined child."""

import datetime as dt
import io

import openpyxl
import pytest
import xlsxwriter

from oplich.intake.reading.marks import Unknown
from tests.intake import reports

TABLE = [["Область", "Сектор", "Людей"], ["Київська", "Вода і їжа", "12"], ["Харківська", "Ґанок, під'їзд", "7"]]


def text(delimiter: str, encoding: str, table=TABLE) -> bytes:
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in table]
    return "\r\n".join(delimiter.join(row) for row in quoted).encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be", "koi8-u"])
def test_text_is_read_in_any_usual_encoding_and_delimiter(read, encoding, delimiter):
    _table, sheets, rows = read(text(delimiter, encoding))
    assert sheets[0] == TABLE and rows == 3


def test_russian_and_central_european_text_is_told_apart(read):
    russian = [["Область", "Количество"], ["Днепропетровская", "объём"], ["Запорожье", "мыло, ещё"]]
    for encoding in ("cp1251", "cp866", "koi8-r"):
        assert read(text(";", encoding, russian))[1][0] == russian
    polish = [["Miasto", "Osób"], ["Łódź", "Żółć gęś"], ["Białystok", "źdźbło"]]
    assert read(text(";", "cp1250", polish))[1][0] == polish


def test_an_excel_hint_about_the_delimiter_is_followed(read):
    _table, sheets, _rows = read(b"sep=;\r\nA,x;B\r\n1,5;2")
    assert sheets[0] == [[], ["A,x", "B"], ["1,5", "2"]]


def test_cells_over_several_lines_stay_one_cell(read):
    _table, sheets, rows = read('Область,Примітка\n"Київська","перший рядок\nдругий, рядок"\n'.encode())
    assert rows == 2 and sheets[0][1] == ["Київська", "перший рядок\nдругий, рядок"]


def test_a_workbook_is_recognised_by_its_content_not_by_its_name(hand_in):
    upload = hand_in(reports.book(reports.lines(3)), "list.csv")
    assert (upload.state, upload.rows_good) == ("checked", 3)


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_of_both_excel_calendars_are_the_same_day(read, date_1904):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": date_1904})
    page, shown = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
    page.write_datetime(0, 0, dt.datetime(2023, 2, 28), shown)
    page.write_datetime(1, 0, dt.datetime(2023, 2, 28, 14, 30), book.add_format({"num_format": "dd.mm.yyyy hh:mm"}))
    book.close()
    _table, sheets, _rows = read(out.getvalue())
    assert sheets[0] == [[dt.date(2023, 2, 28)], [dt.datetime(2023, 2, 28, 14, 30)]]


def test_merged_cells_show_their_value_in_every_line_but_numbers_only_once(read):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Область", "Сектор", "Людей"], ["Київська", "Вода", 10], [None, "Захист", None], [None, "Освіта", None]]:
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("C2:C3")
    out = io.BytesIO()
    book.save(out)
    table, sheets, _rows = read(out.getvalue())
    assert [row[0] for row in sheets[0][1:]] == ["Київська"] * 3
    assert sheets[0][1][2] == 10
    assert isinstance(sheets[0][2][2], Unknown) and sheets[0][2][2].code == "merged-number"
    assert {"code": "merged", "sheet": "Sheet", "places": 2} in table.notes


def test_hidden_rows_and_sheets_are_read_and_said(read):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page, hidden = book.add_worksheet("Дані"), book.add_worksheet("Стара")
    for line in range(5):
        page.write(line, 0, f"рядок {line}")
    page.set_row(2, None, None, {"hidden": True})
    hidden.write(0, 0, "x")
    hidden.hide()
    book.close()
    table, sheets, _rows = read(out.getvalue())
    assert sheets[0][2] == ["рядок 2"]
    assert {"code": "hidden-rows", "sheet": "Дані", "rows": 1, "first": [3]} in table.notes
    assert {"code": "hidden-sheet", "sheet": "Стара"} in table.notes


def test_a_formula_shows_its_result_and_without_one_it_is_said(read):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    page.write_formula(0, 0, "=1+2", None, 3)
    page.write_formula(1, 0, "=1/0", None, "#DIV/0!")
    book.close()
    assert read(out.getvalue())[1][0] == [[3], ["#DIV/0!"]]
    unsaved = openpyxl.Workbook()
    unsaved.active["A1"], unsaved.active["A2"] = "=1+2", "text"
    out = io.BytesIO()
    unsaved.save(out)
    row, below = read(out.getvalue())[1][0]
    assert below == ["text"]
    assert isinstance(row[0], Unknown) and row[0].code == "formula-without-value"


def test_macros_and_links_to_other_files_are_said(read):
    body = io.BytesIO(reports.book(reports.lines(1)))
    import zipfile  # only here

    with zipfile.ZipFile(body, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"not run")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    codes = {note["code"] for note in read(body.getvalue())[0].notes}
    assert {"macros", "other-files"} <= codes


def test_styled_cells_far_out_do_no_harm(hand_in):
    book = openpyxl.load_workbook(io.BytesIO(reports.book(reports.lines(4))))
    book.active["XFD90000"].font = openpyxl.styles.Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    assert hand_in(out.getvalue()).rows_good == 4


@pytest.mark.shared
def test_an_old_xls_is_read(read, shared_data):
    table, sheets, _rows = read((shared_data / "xlsforms" / "ifrc-distribution-site-assessment-v1.xls").read_bytes())
    assert table.kind == "xls" and sheets[0][0][:2] == ["type", "name"]


def test_a_table_in_the_middle_of_a_page_keeps_its_lines_and_letters(hand_in):
    rows = [
        ["Звіт за лютий"],
        [],
        [None, None, *reports.HEADER],
        [None, None, *reports.lines(1)[0]],
        [None, None, "Атлантида", "Вода", "01.03.2023", 4],
    ]
    body = reports.book([[], *rows], header=None)
    upload = hand_in(body)
    assert (upload.rows_read, upload.rows_good) == (2, 1)
    (fault,) = upload.faults.all()
    assert (fault.column_letter, fault.number) == ("C", 6)
    deeper = reports.book(
        [[], [], [], *[[None, None, *row] for row in [reports.HEADER, ["Атлантида", "Вода", "01.03.2023", 4]]]], header=None
    )
    (fault,) = hand_in(deeper).faults.all()
    assert (fault.column_letter, fault.number) == ("C", 5)
