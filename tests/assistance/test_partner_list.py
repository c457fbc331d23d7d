"""The list of people helped: every rule with its cell and its suggestion, and what accepted lines become."""

import datetime as dt

import pytest
from django.utils import translation

from oplich.assistance.actions import reference
from oplich.assistance.models import Assistance
from oplich.assistance.sheets import PARTNER_LIST
from oplich.core import keys, sealing
from oplich.people import queries as people
from oplich.people.entries import SEALED
from oplich.people.matching import tax
from oplich.people.models import Consent, Household, Person, Registration
from tests import make
from tests.assistance.lines import context_of, read, take, upload_of

pytestmark = pytest.mark.django_db
BORN = dt.date(1984, 3, 12)
NUMBER = tax.make(BORN, 7, male=False)
GOOD = {
    "surname": "Зразкова",
    "given_name": "Олена",
    "birth_date": "12.03.1984",
    "sex": "ж",
    "phone": "050 111 00 01",
    "tax_number": NUMBER,
    "place_code": "UA63",
    "sector": "WASH",
    "activity": "Hygiene kits",
    "date": "20.01.2023",
    "consent": "так",
}


@pytest.fixture
def office():
    reference.load(by=None)
    make.place("UA63")
    make.place("UA46")
    return {"partner": make.organisation("Rescue Now"), "other": make.organisation("Union")}


def faults(office, **change):
    with translation.override("uk"):
        return read(PARTNER_LIST, context_of(PARTNER_LIST, office["partner"].pk), **{**GOOD, **change})[1]


def test_a_good_line_has_no_faults_and_reads_as_meant(office):
    values, found = read(PARTNER_LIST, context_of(PARTNER_LIST, office["partner"].pk), **GOOD)
    assert found == {}
    assert values["phone"] == "+380501110001" and values["birth_date"] == "1984-03-12" and values["sex"] == "f"
    assert (
        values["sector"] == "wash" and values["activity"] == "hygiene-kits" and values["date"] == "2023-01-20" and values["consent"] is True
    )


@pytest.mark.parametrize(
    "change, column, code, suggestion",
    [
        ({"surname": ""}, "surname", "name-missing", ""),
        ({"given_name": ""}, "given_name", "name-missing", ""),
        ({"surname": "Зразкова2"}, "surname", "not-a-name", "Зразкова"),
        ({"surname": "", "given_name": "", "full_name": "Зразкова"}, "full_name", "name-too-short", ""),
        ({"birth_date": "12.03.2984"}, "birth_date", "born-in-the-future", ""),
        ({"birth_date": "12.03.2084"}, "birth_date", "born-in-the-future", "12.03.1984"),
        ({"birth_date": "12.03.1884"}, "birth_date", "too-old", "12.03.1984"),
        ({"birth_date": "21.01.2023", "tax_number": ""}, "birth_date", "born-after-help", ""),
        ({"birth_date": "березень"}, "birth_date", "not-a-date", ""),
        ({"sex": "так"}, "sex", "not-in-list", ""),
        ({"phone": "050 111"}, "phone", "phone-short", ""),
        ({"phone": "0501110001 23456"}, "phone", "phone-long", ""),
        ({"tax_number": "12345"}, "tax_number", "not-a-tax-number", ""),
        ({"tax_number": NUMBER[:2] + "9" + NUMBER[3:]}, "tax_number", "tax-number-wrong", NUMBER),
        ({"tax_number": NUMBER[:9] + str((int(NUMBER[9]) + 1) % 10)}, "tax_number", "tax-number-wrong", ""),
        ({"tax_number": tax.make(dt.date(1990, 1, 1), 7, male=False)}, "tax_number", "tax-birth-differs", ""),
        ({"sex": "ч"}, "tax_number", "tax-sex-differs", ""),
        ({"date": "20.01.2024"}, "date", "in-the-future", "20.01.2023"),
        ({"date": "20.01.2022"}, "date", "before-response", "20.01.2023"),
        ({"date": ""}, "date", "missing", ""),
        ({"sector": "Helth", "activity": ""}, "sector", "unknown-sector", "Охорона здоров’я"),
        ({"activity": "Hygene kits"}, "activity", "unknown-activity", "Гігієнічні набори"),
        ({"activity": "Legal aid"}, "activity", "activity-elsewhere", ""),
        ({"sector": "", "activity": ""}, "sector", "sector-missing", ""),
        ({"consent": ""}, "consent", "missing", ""),
        ({"consent": "ні"}, "consent", "no-consent", ""),
        ({"consent": "може"}, "consent", "not-yes-or-no", ""),
        ({"needs": "інвалідніст"}, "needs", "unknown-need", "інвалідність"),
        ({"household_size": "2,5"}, "household_size", "not-whole", "2"),
        ({"household_size": "0"}, "household_size", "too-small", ""),
        ({"organisation": "Union"}, "organisation", "reports-for-another", "Rescue Now"),
        ({"organisation": "Nobody at all"}, "organisation", "unknown-organisation", None),
        ({"place_code": "UA999"}, "place_code", "unknown-place-code", None),
        ({"place_code": "", "place": "Йцукенград"}, "place", "unknown-place", None),
        ({"place_code": "UA46", "oblast": "Харківська область"}, "place_code", "places-disagree", None),
        ({"place_code": "", "oblast": "Харківська", "settlement": "Бердичів"}, "settlement", "place-elsewhere", None),
    ],
)  # fmt: skip
def test_a_fault_stands_at_its_cell_with_its_reason(office, change, column, code, suggestion):
    found = faults(office, **change)
    assert column in found, found
    assert found[column][0] == code
    if suggestion is not None:
        assert found[column][1] == suggestion
    assert (
        code == "missing"
        or code in {"not-a-date", "not-yes-or-no", "not-whole", "too-small", "unknown-organisation"}
        or code in PARTNER_LIST.words
    )


def test_every_word_of_a_fault_can_be_filled(office):
    parts = dict.fromkeys(("value", "expected", "suggestion", "column", "digits", "age", "sum", "total"), "1")
    for language in ("uk", "en"):
        with translation.override(language):
            for words in PARTNER_LIST.words.values():
                assert "%(" not in str(words) % parts


@pytest.mark.parametrize("tax_number", [float(int(NUMBER)), int(NUMBER), f" {NUMBER} "])
def test_a_tax_number_is_read_as_excel_keeps_it(office, tax_number):
    assert faults(office, tax_number=tax_number) == {}


def test_an_accepted_line_becomes_a_sealed_registration_and_help(office):
    upload = upload_of(PARTNER_LIST, office["partner"].pk)
    line = {
        **GOOD,
        "needs": "інвалідність; вагітна",
        "note": "поверх 5",
        "household": "H-1",
        "household_size": 4,
        "from_place": "UA46",
        "units": 2,
    }
    (row,) = take(PARTNER_LIST, upload, [line])
    help_given, one = Assistance.objects.get(), Registration.objects.get()
    assert (help_given.registration, help_given.person_id, help_given.from_row, help_given.units) == (one, one.person_id, row, 2)
    assert help_given.organisation == one.registered_with == office["partner"] and help_given.place_id == "UA63"
    assert help_given.comment == "", "a comment on a named person is sealed, not in the ledger"
    opened = sealing.open_fields(one, keys.get(one.person_id), SEALED)
    assert opened["note"] == "поверх 5" and opened["needs"] == "disability,pregnant" and one.has_needs
    assert Household.objects.get().reference == "H-1" and one.from_place_id == "UA46"
    assert set(Consent.objects.values_list("purpose", "withdrawn_on")) == {("assistance", None), ("statistics", None)}


def test_two_lines_of_one_person_are_one_person_helped_twice(office):
    second = {**GOOD, "surname": "ЗРАЗКОВА", "date": "21.02.2023", "activity": "", "sector": "Health"}
    take(PARTNER_LIST, upload_of(PARTNER_LIST, office["partner"].pk), [GOOD, second])
    assert Person.objects.count() == 1 and Assistance.objects.count() == 2


def test_who_refused_statistics_is_written_down_and_not_counted(office):
    take(PARTNER_LIST, upload_of(PARTNER_LIST, office["partner"].pk), [{**GOOD, "consent_statistics": "ні"}])
    assert people.outside_statistics() == {Person.objects.get().pk}


def test_a_corrected_line_replaces_help_and_registration_and_stays_the_same_person(office):
    upload = upload_of(PARTNER_LIST, office["partner"].pk)
    plain = {**GOOD, "tax_number": "", "phone": ""}
    rows = take(PARTNER_LIST, upload, [plain])
    person = Person.objects.get()
    take(
        PARTNER_LIST,
        upload_of(PARTNER_LIST, office["partner"].pk),
        [{**plain, "surname": "Зразковська", "date": "22.01.2023"}],
        replaces=rows,
    )
    assert Assistance.objects.in_force().get().given_on == dt.date(2023, 1, 22) and Assistance.objects.count() == 2
    assert Registration.objects.in_force().count() == 1 and Person.objects.get() == person


def test_a_withdrawn_list_leaves_nothing_in_force(office):
    upload = upload_of(PARTNER_LIST, office["partner"].pk)
    rows = take(PARTNER_LIST, upload, [GOOD, {**GOOD, "given_name": "Ганна", "tax_number": "", "phone": "0501110002"}])
    for _ in range(2):
        PARTNER_LIST.withdraw(by=None, upload=upload, rows=rows)
    assert not Assistance.objects.in_force().exists() and not Registration.objects.in_force().exists()
    assert Assistance.objects.count() == 4


def test_the_office_hands_in_for_whoever_the_line_names(office):
    take(PARTNER_LIST, upload_of(PARTNER_LIST), [{**GOOD, "organisation": "Union"}, {**GOOD, "date": "21.01.2023"}])
    assert {str(one.organisation.name) for one in Assistance.objects.select_related("organisation")} == {"Union", "Response office"}


def test_what_names_a_line_does_not_change_with_how_it_is_written(office):
    context = context_of(PARTNER_LIST, office["partner"].pk)

    def name(**change):
        return PARTNER_LIST.identity(read(PARTNER_LIST, context, **{**GOOD, **change})[0])

    assert name() == name(
        surname="Зразкoва", phone="+38 (050) 111-00-01", sector="Вода, санітарія та гігієна", date=dt.datetime(2023, 1, 20)
    )
    assert name() == name(place_code="UA46"), "a corrected place is the same fact"
    assert name() != name(date="21.01.2023") and name(tax_number="") != name(tax_number="", given_name="Ганна")
