"""Files that follow nobody's template: recognised, proposed, mapped, remembered; and the real ones with their published totals."""

import pytest

from oplich.intake import actions, cells, mapping, queries
from oplich.intake.models import Mapping, Row
from oplich.intake.sheets import Column, Sheet, all_sheets
from tests.intake import reports
from tests.intake.test_evidence import in_force

FOREIGN = [["Звіт партнера за лютий 2023"], [], ["Регіон", "Напрям роботи", "Коли", "Охоплено осіб", "Коментар"], ["Київська", "Вода", "28.02.2023", "1 200", "x"], ["Харківська", "Захист", "27.02.2023", "30", "y"], ["Разом", None, None, "1 230", None]]  # fmt: skip
SAID = {
    "sheet": "reports",
    "columns": {"oblast": "Регіон", "sector": "Напрям роботи", "day": {"letter": "C"}, "people": {"header": "Охоплено осіб"}},
}


def foreign(rows=FOREIGN) -> bytes:
    return reports.book(rows, header=None)


def test_a_file_with_other_headers_asks_what_its_columns_mean(hand_in):
    upload = hand_in(foreign())
    assert upload.state == "mapping" and not Row.objects.exists()
    said = queries.proposals(upload)
    assert (said.sheet, said.worksheet, said.header_row) == ("reports", "Дані", 3)
    assert {one.header: one.column for one in said.columns}["Регіон"] == "oblast"  # by its values
    assert {one.header: one.why for one in said.columns}["Коли"] == "values"
    assert said.columns[0].examples == ["Київська", "Харківська", "Разом"]


def test_a_mapping_is_remembered_for_the_sender_and_used_again(hand_in):
    first = hand_in(foreign())
    actions.map_columns(by=first.by, upload=first, mapping=SAID)
    first = actions.check(by=first.by, upload=first)
    assert (first.state, first.rows_good, first.faults_found) == ("checked", 2, 0)
    assert {"code": "totals", "sheet": "Дані", "rows": 1, "first": 6} in first.layout["notes"]
    actions.accept(by=first.by, upload=first)
    next_month = [FOREIGN[0], *FOREIGN[2:3], ["Львівська", "Вода", "28.03.2023", "7", "z"]]  # the header stands elsewhere now
    second = hand_in(foreign(next_month), accept="all")
    assert second.layout["remembered"] and second.rows_new == 1 and in_force() == [7, 30, 1200]
    other_sender = hand_in(foreign(next_month), organisation="0" * 8)
    assert other_sender.state == "mapping"


@pytest.mark.parametrize(
    "wrong",
    [
        "columns",
        [],
        {"columns": []},
        {"columns": {"planet": "Регіон"}},
        {"columns": {"oblast": "Регіон"}},
        {**SAID, "wishes": 1},
        {**SAID, "worksheet": "Немає"},
        {**SAID, "columns": {**SAID["columns"], "oblast": "Немає такого"}},
        {**SAID, "matrix": {"header": "sector"}},
        {**SAID, "split": {"column": "sector"}},
        {**SAID, "split": {"column": "sector", "by": ",", "share": "magic"}},
        {**SAID, "header_row": "перший"},
        {**SAID, "sheet": "nothing"},
        {**SAID, "skip": [{"words": ["x"]}]},
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_in_words(hand_in, wrong):
    upload = hand_in(foreign())
    with pytest.raises((mapping.NotAMapping, actions.NotChecked)) as refusal:
        actions.map_columns(by=upload.by, upload=upload, mapping=wrong)
    assert len(str(refusal.value)) > 20
    assert not Mapping.objects.exists()
    upload.refresh_from_db()
    assert upload.state == "mapping"


def test_constants_fill_what_the_file_does_not_say(hand_in):
    rows = [["Регіон", "Осіб"], ["Київська", 5], ["Львівська", 6]]
    said = {"columns": {"oblast": "Регіон", "people": "Осіб"}, "constants": {"sector": "WASH", "day": "2023-02-01"}}
    upload = hand_in(foreign(rows), mapping=said, accept="all")
    assert upload.rows_new == 2
    assert Row.objects.get(number=2).values == {"oblast": "UA32", "people": 5, "sector": "wash", "day": "2023-02-01"}


def test_a_table_of_oblasts_by_clusters_is_unrolled(hand_in):
    rows = [
        ["Oblast", "WASH", "Protection", "Shelter/NFI", "Total"],
        ["Київська", 5, "-", 7, 12],
        ["Львівська", None, 3, "багато", 3],
        ["Total", 5, 3, 7, 15],
    ]
    upload = hand_in(foreign(rows))
    said = queries.proposals(upload).mapping
    assert said["matrix"] == {"header": "sector", "cell": "people", "columns": [{"letter": "B"}, {"letter": "C"}, {"letter": "D"}]}
    said = {
        "columns": {"oblast": "Oblast"},
        "constants": {"day": "2023-03-31"},
        "matrix": {"header": "sector", "cell": "people", "from": "WASH", "to": "Shelter/NFI"},
    }
    upload = actions.check(by=upload.by, upload=upload, mapping=said)
    assert (upload.rows_read, upload.rows_good, upload.faults_found) == (4, 3, 1)
    (fault,) = upload.faults.all()
    assert (fault.number, fault.column_letter, fault.detail["value"]) == (3, "D", "багато")
    actions.accept(by=upload.by, upload=upload, only_good=True)
    found = sorted((row.values["oblast"], row.values["sector"], row.values["people"]) for row in Row.objects.filter(state="taken"))
    assert found == [("UA32", "shelter", 7), ("UA32", "wash", 5), ("UA46", "protection", 3)]


def test_a_title_over_a_matrix_that_means_nothing_is_one_fault_at_the_title(hand_in):
    rows = [["Oblast", "WASH", "Ворожіння"], ["Київська", 5, 6], ["Львівська", 1, 2]]
    said = {
        "columns": {"oblast": "Oblast"},
        "constants": {"day": "2023-03-31"},
        "matrix": {"header": "sector", "cell": "people", "from": "WASH", "to": "Ворожіння"},
    }
    upload = hand_in(foreign(rows), mapping=said)
    (fault,) = upload.faults.all()
    assert (fault.code, fault.number, fault.column_letter) == ("unknown-sector", 1, "C")
    assert upload.rows_good == 2


@pytest.mark.parametrize(("share", "people"), [("repeat", [10, 10, 10]), ("first", [10]), ("even", [3, 3, 4])])
def test_several_clusters_in_one_cell_become_several_records(hand_in, share, people):
    rows = [["Oblast", "Clusters", "Reached"], ["Київська", "WASH, Protection,Education", 10]]
    said = {"columns": {"oblast": "Oblast", "sector": "Clusters", "people": "Reached"}, "constants": {"day": "2023-03-31"}, "split": {"column": "sector", "by": ",", "share": share, "numbers": ["people"]}}  # fmt: skip
    upload = hand_in(foreign(rows), mapping=said, accept="good")
    assert in_force() == people
    assert {row.part for row in Row.objects.filter(upload=upload)} == {0, 1, 2}


def test_columns_can_be_joined_and_added_up(hand_in):
    rows = [["Обл", "Сектор", "Д", "М", "Р", "Чоловіків", "Жінок тут"], ["Київська", "Вода", "28", "02", "2023", 3, "4"]]
    said = {
        "columns": {
            "oblast": "Обл",
            "sector": "Сектор",
            "day": {"join": ["Д", "М", "Р"], "by": "."},
            "people": {"sum": ["Чоловіків", "Жінок тут"]},
        }
    }
    hand_in(
        foreign(rows),
        mapping={"sheet": "reports", **said} | {"columns": {**said["columns"], "people": {"sum": ["Чоловіків"]}}},
        accept="all",
    )
    assert Row.objects.get().values == {"oblast": "UA32", "sector": "wash", "day": "2023-02-28", "people": 3}


def test_lines_of_equal_facts_can_be_kept_apart(hand_in):
    rows = [*FOREIGN[2:4], FOREIGN[3], FOREIGN[3]]
    assert hand_in(foreign(rows), mapping=SAID).faults_found == 2
    kept = hand_in(foreign([*rows, FOREIGN[4]]), mapping={**SAID, "repeats": "keep"}, accept="all")
    assert kept.rows_new == 4
    again = hand_in(foreign([*rows, FOREIGN[4], []]), mapping={**SAID, "repeats": "keep", "skip": []}, accept="all")
    assert again.pk == kept.pk or again.rows_unchanged == 4


def test_headers_of_two_lines_and_merged_titles_are_understood(hand_in):
    rows = [
        ["Область", "Сектор", "Дата", "Охоплення", "Охоплення"],
        [None, None, None, "Людей", "Жінок"],
        ["Київська", "Вода", "28.02.2023", 12, 5],
    ]
    upload = hand_in(foreign(rows), accept="all")
    assert Row.objects.get(upload=upload).values["women"] == 5


def test_every_worksheet_of_the_same_kind_is_read(hand_in):
    import io  # only here

    import openpyxl  # only here

    book = openpyxl.load_workbook(io.BytesIO(reports.book(reports.lines(3), title="Січень")))
    second = book.create_sheet("Лютий")
    for row in [["Пояснення"], reports.HEADER[:4], *reports.lines(5)[3:]]:
        second.append(row)
    book.create_sheet("Примітки")["A1"] = "просто текст"
    out = io.BytesIO()
    book.save(out)
    upload = hand_in(out.getvalue(), accept="all")
    assert upload.rows_new == 5
    assert set(Row.objects.values_list("sheet_name", flat=True)) == {"Січень", "Лютий"}
    assert {"code": "unread-sheet", "sheet": "Примітки"} in upload.layout["notes"]


def test_a_preview_reads_as_checking_does(hand_in):
    upload = hand_in(foreign())
    preview = queries.preview(upload, {**SAID, "columns": {**SAID["columns"], "day": "Коментар"}})
    assert [slug for slug, _title in preview.columns] == ["oblast", "sector", "day", "people"]
    assert preview.rows[0].values["people"] == 1200 and list(preview.rows[0].faults) == ["day"]


# The real files

ANY_ORGANISATION = Sheet(
    slug="rows",
    title="Rows",
    columns=(
        Column("country", "Country", cells.text(), required=True),
        Column("region", "Region", cells.text(), required=True),
        Column("organisation", "Organisation", cells.text(), required=True),
        Column("activity", "Activity", cells.text(), required=True),
        Column("pcode", "Pcode", cells.text(), hxl="#adm2+code"),
    ),
    record=reports.record,
    withdraw=reports.withdraw,
    identity=lambda values: tuple(values.get(name) for name in ("region", "organisation", "activity")),
)
OBLASTS = Sheet(
    slug="oblasts",
    title="Oblasts",
    columns=(
        Column("oblast", "Oblast code", cells.text(), required=True),
        Column("sector", "Cluster", cells.choice({word: word for word in ["Education", "Food Security and Livelihoods", "Health", "Multi-purpose Cash", "Protection", "Shelter/NFI", "WASH"]}), required=True),
        Column("people", "People", cells.whole(minimum=1), required=True),
    ),
    record=reports.record,
    withdraw=reports.withdraw,
    identity=lambda values: (values["oblast"], values["sector"]),
)  # fmt: skip


@pytest.mark.shared
def test_the_ukraine_3w_comes_in_as_a_matrix_with_its_published_total(hand_in, settings, shared_data):
    settings.OPLICH_SHEETS = ["tests.intake.test_mapping.OBLASTS"]
    body = (shared_data / "threeW" / "Data__Ukraine_3W_Round_4_2022-03-31.xlsx").read_bytes()
    upload = hand_in(body, "3W.xlsx")
    assert upload.state == "mapping"
    said = queries.proposals(upload)
    assert (
        said.worksheet == "People_Reached_by_Oblast"
        and said.mapping["matrix"]["header"] == "sector"
        and len(said.mapping["matrix"]["columns"]) == 7
    )
    chosen = {**said.mapping, "columns": {"oblast": "ADMIN1_ID"}}
    upload = actions.check(by=upload.by, upload=upload, mapping=chosen)
    assert upload.faults_found == 0
    actions.accept(by=upload.by, upload=upload)
    largest: dict[str, int] = {}
    for row in Row.objects.filter(upload=upload).exclude(values__sector="Health"):  # the publisher's total leaves Health out
        largest[row.values["oblast"]] = max(largest.get(row.values["oblast"], 0), row.values["people"])
    assert len(largest) == 25 and sum(largest.values()) == 1_400_204


@pytest.mark.shared
def test_the_ebola_3w_rows_all_come_in(hand_in, settings, shared_data):
    settings.OPLICH_SHEETS = ["tests.intake.test_mapping.ANY_ORGANISATION"]
    body = (shared_data / "threeW" / "ebola_3w_activities.csv").read_bytes()
    upload = hand_in(body, "ebola.csv")
    assert upload.state == "checked" and upload.rows_read == 1_201
    columns = {column.name: str(column.title) for column in all_sheets()["rows"].columns}
    upload = actions.check(by=upload.by, upload=upload, mapping={"columns": columns, "repeats": "keep"})
    assert (upload.rows_read, upload.faults_found) == (1_201, 0)
    actions.accept(by=upload.by, upload=upload)
    assert len(reports.recorded()) == 1_201
    assert len({values["organisation"] for values in reports.recorded().values()}) == 128
