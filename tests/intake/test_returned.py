"""The workbook goes back with its faults marked, is corrected, comes in again, and replaces only what it corrects."""

import io

import openpyxl
import pytest
from openpyxl.styles import Font

from oplich.intake import actions, mapping, queries
from oplich.intake.models import Row
from oplich.intake.sheets import all_sheets
from tests.intake import reports
from tests.intake.test_evidence import in_force

BAD = [
    ["Київська", "Вода", "28.02.2023", 10, 5],
    ["Атлантида", "Вода", "28.02.2023", 20, 5],
    ["Львівська", "Захист", "колись", "багато", None],
    ["Харківська", "Освіта", "01.03.2023", 3, 9],
]


def opened(body: bytes):
    return openpyxl.load_workbook(io.BytesIO(body))


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def fancy():
    """A sender's own workbook: styles, a formula, another sheet."""
    book = opened(reports.book(BAD))
    book["Дані"]["A1"].font = Font(bold=True, color="FF00AA00")
    book["Дані"].column_dimensions["A"].width = 33
    other = book.create_sheet("Підсумки")
    other["A1"] = "=SUM(Дані!D2:D5)"
    return saved(book)


def test_faults_are_marked_in_their_cells_and_everything_else_stays(hand_in, fancy):
    upload = hand_in(fancy)
    back = opened(queries.returned_workbook(upload, "en"))
    sheet = back["Дані"]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == {"A3", "C4", "D4", "E5"}
    assert all(sheet[one].fill.fgColor.rgb == "FFF8C9C4" for one in marked)
    assert "колись" in sheet["C4"].comment.text and "28.02.2023" in sheet["C4"].comment.text
    assert sheet["A1"].font.color.rgb == "FF00AA00" and sheet.column_dimensions["A"].width == 33
    assert back["Підсумки"]["A1"].value == "=SUM(Дані!D2:D5)"
    faults = back["Faults"]
    assert [row[0].value for row in faults.iter_rows(min_row=2)] == ["Дані!A3", "Дані!C4", "Дані!D4", "Дані!E5"]
    assert faults["A2"].hyperlink.location == "'Дані'!A3" or faults["A2"].hyperlink.target == "#'Дані'!A3"


def test_the_words_are_in_the_readers_language(hand_in, fancy):
    upload = hand_in(fancy)
    english, ukrainian = (opened(queries.returned_workbook(upload, language)) for language in ("en", "uk"))
    assert "is not a date" in english["Дані"]["C4"].comment.text
    assert "не дата" in ukrainian["Дані"]["C4"].comment.text and "Помилки" in ukrainian.sheetnames


def corrected(body: bytes) -> bytes:
    book = opened(body)
    sheet = book["Дані"] if "Дані" in book.sheetnames else book.worksheets[0]
    sheet["A3"], sheet["C4"], sheet["D4"], sheet["E5"] = "Харківська", "02.03.2023", 30, 1
    return saved(book)


def test_corrected_and_handed_in_again_it_is_taken_in_whole(hand_in, fancy):
    first = hand_in(fancy, accept="good")
    assert in_force() == [10]
    second = hand_in(corrected(queries.returned_workbook(first, "uk")), "march – faults marked.xlsx", accept="all")
    assert (second.faults_found, second.rows_new, second.rows_unchanged) == (0, 3, 1)
    assert in_force() == [3, 10, 20, 30]


def test_a_csv_comes_back_as_a_workbook_that_comes_in_again(hand_in):
    csv = "Область;Сектор;Дата;Людей;Жінок\r\n" + "\r\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in BAD)
    first = hand_in(csv.encode("cp1251"), "march.csv", accept="good")
    body = queries.returned_workbook(first, "uk")
    sheet = opened(body).worksheets[0]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"A3", "C4", "D4", "E5"}
    second = hand_in(corrected(body), "march.xlsx", accept="all")
    assert (second.faults_found, second.rows_new, second.rows_unchanged) == (0, 3, 1)


def test_the_hidden_marks_let_a_line_replace_itself_when_its_fact_was_wrong(hand_in, fancy):
    first = hand_in(fancy, accept="good")
    book = opened(corrected(queries.returned_workbook(first, "uk")))
    sheet = book["Дані"]
    sheet["A2"], sheet["D2"] = "Львівська", 11  # oblast, which names the fact, was wrong in a line already taken
    sheet.move_range("A2:Z2", rows=10)  # and the line was moved down
    second = hand_in(saved(book), accept="all")
    assert (second.rows_new, second.rows_replaced, second.rows_unchanged) == (3, 1, 0)
    assert in_force() == [3, 11, 20, 30]
    assert Row.objects.get(state="replaced").values["oblast"] == "UA32"


def test_a_line_copied_with_its_mark_is_a_new_line(hand_in):
    first = hand_in(reports.book(BAD[:1]), accept="all")
    book = opened(queries.returned_workbook(first, "uk"))
    sheet = book["Дані"]
    for cell in list(sheet[2]):
        sheet.cell(3, cell.column, cell.value)
    sheet["A3"] = "Львівська"
    second = hand_in(saved(book), accept="all")
    assert (second.rows_new, second.rows_replaced, second.rows_unchanged) == (1, 0, 1)


def test_anothers_marks_replace_nothing_of_theirs(hand_in):
    from tests import make  # only here

    one, two = make.organisation("One"), make.organisation("Two")
    first = hand_in(reports.book(BAD[:1]), accept="all", organisation=str(one.pk))
    book = opened(queries.returned_workbook(first, "uk"))
    book["Дані"]["D2"] = 99
    second = hand_in(saved(book), accept="all", organisation=str(two.pk))
    assert second.rows_new == 1 and in_force() == [10, 99]


def test_a_large_workbook_comes_back_as_a_copy_of_its_values(hand_in):
    rows = [[*row, None, f"{one} " + "довгий текст " * 200] for one, row in enumerate(reports.lines(3_000))]
    rows[1_700][0] = "Атлантида"
    upload = hand_in(reports.book(rows, header=[*reports.HEADER[:5], "Щось інше"]))
    assert upload.faults.count() == 1
    sheet = opened(queries.returned_workbook(upload, "uk")).worksheets[0]
    assert sheet["A1702"].value == "Атлантида" and sheet["A1702"].comment is not None
    assert sheet.max_row == 3_001


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_template_filled_in_goes_in_and_its_example_does_not(hand_in, language):
    sheet = all_sheets()["reports"]
    book = opened(queries.template(sheet, language=language))
    page = book.worksheets[0]
    assert page["A1"].value == "Oblast *" and page["B2"].value == "#sector" and page["D3"].value == 120
    assert page.protection.sheet and page["A1"].protection.locked and not page["G5"].protection.locked
    assert page["G1"].value == mapping.MARK_HEADER and page.column_dimensions["G"].hidden
    assert {str(one.sqref).split(":")[0] for one in page.data_validations.dataValidation} == {"A4", "B4"}
    assert [cell.value for cell in book["lists"]["A"]][:3] == ["Київська", "Харківська", "Львівська"]
    for place, value in zip("ABCD", BAD[0], strict=False):
        page[f"{place}4"] = value
    first = hand_in(saved(book), "filled.xlsx", accept="all")
    assert (first.rows_read, first.rows_new) == (1, 1)
    page["C4"] = "01.03.2023"  # the day, which names the fact, was wrong
    second = hand_in(saved(book), "filled.xlsx", accept="all")
    assert (second.rows_new, second.rows_replaced) == (0, 1)


def test_an_empty_template_is_refused_in_words(hand_in):
    upload = hand_in(queries.template(all_sheets()["reports"], language="uk"))
    assert upload.state == "refused" and ("No filled line" in upload.refusal or "жодного" in upload.refusal)


def test_hxl_tags_alone_are_enough(hand_in):
    rows = [["#sector", "#adm1+name", "#reached", "#date"], ["Вода", "Київська", "12", "2023-03-01"]]
    upload = hand_in("\n".join(",".join(row) for row in rows).encode(), "hxl.csv", accept="all")
    assert upload.rows_new == 1
    below = [["c1", "c2", "c3", "c4"], *rows]
    upload = hand_in("\n".join(",".join(row) for row in below).encode(), "hxl.csv", accept="all")
    assert upload.rows_unchanged == 1


def test_a_withdrawn_file_gives_no_way_back_to_its_lines(hand_in):
    first = hand_in(reports.book(BAD[:1]), accept="all")
    body = queries.returned_workbook(first, "uk")
    actions.withdraw(by=first.by, upload=first)
    second = hand_in(body, accept="all")
    assert second.rows_new == 1 and in_force() == [10]
