"""Lists and reports as seventy hurried people write them: each cell is understood as meant, or one fault stands at it."""

import datetime as dt

import pytest

from oplich.intake import recognising
from oplich.intake.models import Row
from oplich.intake.sheets import Context
from oplich.places import reading as places
from tests import make
from tests.intake import reports

LIST = ["№ з/п", "П.І.Б. отримувача", "Дата нар.", "Стать", "моб. тел.", "ідентифікаційний код", "Область", "вид допомоги", "Дата видачі", "к-сть осіб", "Згода на обробку персональних даних", "Підпис"]  # fmt: skip
REPORT = ["Organization", "Cluster", "Oblast", "Activity date", "Total individuals reached", "# girls (0-17)", "# boys (0-17)", "# women (18-59)", "# men (18-59)"]  # fmt: skip


def listed(number=1, **cells):
    """One line of an official list; every person is an example."""
    line = dict(number=number, name=f"Прикладна{'абвгдежзийклмнопрст'[number % 20]} Олена", born="12.03.1984", sex="ж", phone="(050) 111-00-01", tax=None, place="Харківська обл.", kind="Продуктові набори", date="5.1.23", people=1, consent="так", signed=None)  # fmt: skip
    return list((line | cells).values())


def reported(**cells):
    line = dict(
        organisation=None, sector="WASH", place="Kharkivska", date="January 5, 2023", people="100", girls=25, boys=25, women=25, men=25
    )
    return list((line | cells).values())


@pytest.fixture
def office(db):
    """Somebody of the office, with the sheets of the product."""
    make.place("UA63")
    for sector in ("food-security", "wash", "health", "protection", "gbv"):
        make.sector(sector)
    return make.user("information-manager", name="office")


def faults(upload):
    return sorted((fault.number, fault.column_letter, fault.code) for fault in upload.faults.all())


def values(upload):
    return [row.values for row in Row.objects.filter(upload=upload, state__in=["good", "taken"]).order_by("number")]


def test_an_official_list_with_a_title_and_numbered_columns_is_read_at_once(hand_in):
    rows = [
        ["Відомість видачі допомоги"],
        ["січень 2023"],
        [],
        LIST,
        list(range(1, 13)),
        listed(1),
        listed(2),
        [None, "Всього:"] + [None] * 7 + [2],
    ]
    upload = hand_in(reports.book(rows, header=None), accept="all")
    assert (upload.sheet, upload.state, upload.rows_new, upload.faults_found) == ("partner-list", "accepted", 2, 0)
    assert values(upload)[0]["sector"] == "food-security"
    again = hand_in(reports.book(rows, header=None, title="Копія"), accept="all")
    assert (again.rows_new, again.rows_replaced, again.rows_unchanged) == (0, 0, 2)


def test_a_report_in_the_clusters_words_is_read_at_once(hand_in):
    upload = hand_in(
        reports.book([reported(), reported(sector="Protection (GBV)"), reported(sector="Hygiene kits", people=100)], header=REPORT)
    )
    assert (upload.sheet, upload.rows_read, faults(upload)) == ("activities", 3, [(4, "A", "repeats-line")])
    assert [line["sector"] for line in values(upload)] == ["wash", "gbv"]
    assert values(upload)[0]["people"] == 100 and values(upload)[0]["date"] == "2023-01-05"


def test_one_cause_is_one_fault_at_its_cell(hand_in):
    rows = [
        reported(place="Атлантида"),
        reported(sector="Ворожіння"),
        reported(people="багато", girls=None, boys=None, women=None, men=None),
        reported(date="колись"),
        reported(sector="WASH, GBV"),
        reported(place=None, date="06.01.2023"),
    ]
    upload = hand_in(reports.book(rows, header=REPORT))
    assert faults(upload) == [
        (2, "C", "unknown-place"),
        (3, "B", "unknown-sector"),
        (4, "E", "not-a-number"),
        (5, "D", "not-a-date"),
        (6, "B", "several-sectors"),
        (7, "C", "no-place"),
    ]


def test_one_word_for_a_name_is_one_fault_where_the_name_stands(hand_in):
    upload = hand_in(reports.book([listed(name="Прикладна"), listed(name=None)], header=LIST))
    assert faults(upload) == [(2, "B", "name-too-short"), (3, "B", "name-missing")]


def test_a_list_of_names_without_consent_is_asked_about_and_never_taken_for_totals(hand_in):
    without = [*LIST[:10]]
    upload = hand_in(reports.book([listed()[:10]], header=without))
    assert (upload.state, upload.layout["guess"]) == ("mapping", "partner-list")


def test_a_report_without_a_number_of_people_is_asked_about_rather_than_faulted_in_each_line(hand_in):
    upload = hand_in(reports.book([["Харківська", "WASH", "05.01.2023", 4]], header=["Область", "Сектор", "Дата", "Щось інше"]))
    assert upload.state == "mapping" and upload.faults.count() == 0


@pytest.mark.parametrize(
    "written",
    [
        "5.1.23",
        "05/01/2023",
        "5 січня 2023",
        "5 січня 2023 р.",
        "January 5, 2023",
        "05.01.2023р.",
        "5 янв. 2023 г.",
        44931,
        "44931",
        dt.date(2023, 1, 5),
    ],
)
def test_a_day_is_the_same_day_however_it_is_written(hand_in, written):
    upload = hand_in(reports.book([listed(date=written)], header=LIST))
    assert faults(upload) == [] and values(upload)[0]["date"] == "2023-01-05"


def test_a_year_alone_is_no_day_in_1905(hand_in):
    upload = hand_in(reports.book([listed(date=2023)], header=LIST))
    assert faults(upload) == [(2, "I", "not-a-date")]


def test_words_for_having_none_are_nothing_and_words_for_agreement_are_yes(hand_in):
    rows = [
        listed(1, phone="немає", tax="відмова", consent="згодна"),
        listed(2, phone="б/н", tax="нет", consent="+"),
        listed(3, consent="ні"),
    ]
    upload = hand_in(reports.book(rows, header=LIST))
    assert faults(upload) == [(4, "K", "no-consent")]


def test_only_the_year_of_birth_is_known(hand_in):
    header = ["ПІБ", "рік народження", "Область", "Сектор", "Дата", "Згода"]
    rows = [
        ["Прикладна Олена", year, "Харківська", "їжа", f"{day:02}.01.2023", "так"] for day, year in enumerate([1984, "1971 р.н.", 1784], 1)
    ]
    upload = hand_in(reports.book(rows, header=header), accept="good")
    assert faults(upload) == [(4, "B", "not-a-birth-year")] and upload.rows_new == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("# girls (0-17)", "Girls"),
        ("К-сть осіб", "кількість осіб"),
        ("П. І. Б.", "ПІБ"),
        ("з них жінок", "жінок"),
        ("№ телефону", "телефону"),
        ("Total number of people", "people"),
    ],
)
def test_headers_that_say_the_same_are_the_same(one, other):
    assert recognising.header_fold(one) == recognising.header_fold(other)


def test_the_lower_of_two_header_lines_says_what_a_column_is(hand_in):
    rows = [
        ["Місце", "Захід", None, "Охоплено осіб", None, None],
        ["Область", "Сектор", "Дата", "Усього", "Дівчата (0-17)", "Хлопці (0-17)"],
        ["Харківська", "WASH", "05.01.2023", 100, 20, 30],
    ]
    upload = hand_in(reports.book(rows, header=None))
    assert faults(upload) == []
    assert [values(upload)[0][name] for name in ("people", "girls", "boys")] == [100, 20, 30]


def test_totals_inside_the_table_are_left_out_and_a_note_is_one_fault(hand_in):
    rows = [listed(1), [None, "Разом по області", *[None] * 7, 1], listed(2), [None, "ІТОГО", *[None] * 7, 2], [], [None, "М.П."]]
    upload = hand_in(reports.book(rows, header=LIST))
    assert faults(upload) == [(7, "B", "stray-line")] and upload.rows_good == 2


@pytest.mark.parametrize(
    "word", ["Разом", "Всього: 12", "ІТОГО", "Усього осіб", "Разом по Харківській області", "Total for Kharkiv", "всього за списком"]
)
def test_a_line_of_totals_is_known_by_its_first_words(word):
    assert recognising.is_total_line(word)


@pytest.mark.parametrize("word", ["Всеволод Тестенко", "Разумовська Тетяна", "Загалом'янець Іван", "Тоталь Олена", "Разумівка"])
def test_a_name_is_no_total(word):
    assert not recognising.is_total_line(word)


@pytest.mark.parametrize("written", ["ж", "жін.", "Жіноча", "жен", "F", "Female", "дівчина", "Ж.", "жіночий"])
def test_a_sex_is_understood_in_every_usual_form(hand_in, written):
    upload = hand_in(reports.book([listed(sex=written)], header=LIST))
    assert faults(upload) == [] and values(upload)[0]["sex"] == "f"


def test_an_unknown_sex_is_told_with_what_may_stand_there(hand_in):
    upload = hand_in(reports.book([listed(sex="невідомо")], header=LIST))
    assert (upload.faults.get().code, upload.faults.get().detail["expected"]) == ("not-in-list", "ж, ч")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Jan-23", "2023-01-01"),
        ("січ.23", "2023-01-01"),
        ("січень 2023 р.", "2023-01-01"),
        ("01/2023", "2023-01-01"),
        ("I квартал 2023", ""),
    ],
)
def test_a_month_is_read_as_it_is_written_or_asked_for_as_a_month(hand_in, written, meant):
    upload = hand_in(reports.book([["Харківська", "WASH", written, 10]], header=["Область", "Сектор", "Звітний місяць", "Кількість осіб"]))
    assert (values(upload)[0]["month"] if meant else faults(upload)) == (meant or [(2, "C", "not-a-month")])


@pytest.mark.parametrize(
    ("written", "code"), [("м. Харків", "UA6312027001"), ("UA63", "UA63"), ("Харківська обл., Чугуївський р-н", "UA6314")]
)
def test_a_column_of_settlements_may_hold_any_place(written, code):
    assert places.place_of({"settlement": places.PlaceReader(("settlement", "district"), "oblast")(written, Context())}) == code
