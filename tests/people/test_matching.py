"""The matching seam: certain identity, nothing less, whatever the spelling."""

import datetime as dt
import itertools
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oplich.people.matching import Record, certain, keys, normal, recognise, tax

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
BORN = dt.date(1987, 5, 14)
OLENA = Record("Коваленко", "Олена", "Ігорівна", BORN, "f", "067 123-45-67", tax.make(BORN, 12, male=False))


def but(**other):
    return Record(**{**OLENA.__dict__, **other})


def test_the_engine_needs_no_django():
    code = "import oplich.people.matching, sys; assert not [name for name in sys.modules if name.startswith('django')]"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "one, other",
    [
        ("О’Коннор", "о'коннор"),
        ("ЗНАМ’ЯНСЬКА", "Знамʼянська"),
        ("Нечуй-Левицький", "Нечуй  Левицький"),
        ("Ковaленкo", "Коваленко"),  # Latin a and o
        ("Kовaльчук", "ковальчук"),  # Latin K and a
        ("Семёнов", "Семенов"),
        ("Ї", "Ї"),
    ],
)
def test_names_are_compared_without_what_does_not_matter(one, other):
    assert normal.name(one) == normal.name(other)


def test_different_names_stay_different():
    assert len({normal.name(one) for one in ("Петренко", "Петренка", "Petrenko", "Пєтренко")}) == 4


@pytest.mark.parametrize(
    "text", ["067 123-45-67", "+380671234567", "380671234567", "8 067 123 45 67", "00380671234567", "(067) 1234567", "671234567"]
)
def test_a_ukrainian_phone_is_one_number(text):
    assert normal.phone(text) == "+380671234567"


@pytest.mark.parametrize("text", ["12345", "067 123", "немає", "+38067123456", "0" * 10 + "1", ""])
def test_what_is_no_phone_is_nothing(text):
    assert normal.phone(text) == ""


def test_phones_of_neighbours_keep_their_code():
    assert normal.phone("+48 600 100 200") == "+48600100200"
    assert normal.phone("0040 721 234 567") == "+40721234567"


@UNHURRIED
@given(st.dates(dt.date(1900, 1, 1), dt.date(2022, 12, 31)), st.integers(0, 999), st.booleans())
def test_a_tax_number_tells_its_birth_date_and_sex(born, order, male):
    number = tax.make(born, order, male)
    assert tax.is_right(number) and tax.birth_date(number) == born and tax.sex(number) == ("m" if male else "f")


def test_the_check_digit_is_the_weighted_sum_of_the_others():
    assert tax.check_digit("123456789") == (-1 + 10 + 21 + 36 + 20 + 36 + 70 + 40 + 63) % 11 % 10
    assert not tax.is_right("0000000000") and not tax.is_right("") and not tax.is_right("12345")


@UNHURRIED
@given(st.dates(dt.date(1920, 1, 1), dt.date(2020, 12, 31)), st.integers(0, 999), st.booleans(), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_repaired_when_the_birth_date_is_known(born, order, male, at, by):
    number = tax.make(born, order, male)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    if not tax.is_right(wrong):
        assert number in tax.repairs(wrong, born)
        assert number in tax.repairs(wrong)


def test_a_number_that_excel_damaged_is_read():
    assert tax.digits(" 312 345-6789 ") == "3123456789"
    assert tax.digits("312345678.0") == "0312345678"
    assert tax.digits("МЕ123456") == ""


def test_the_same_tax_number_is_the_same_human_being():
    assert certain(OLENA, but(surname="Kovalenko", given_name="Olena", phone="")) == "tax-number"


def test_a_tax_number_that_contradicts_the_birth_date_proves_nothing():
    assert certain(OLENA, but(surname="Інша", birth_date=dt.date(1990, 1, 1))) == ""
    assert certain(OLENA, but(surname="Інша", sex="m")) == ""


def test_a_wrong_check_digit_proves_nothing():
    wrong = OLENA.tax_number[:9] + str((int(OLENA.tax_number[9]) + 1) % 10)
    assert keys(but(tax_number=wrong)).tax == ""


def test_name_birth_date_and_phone_together_are_certain_and_any_two_are_not():
    plain = but(tax_number="")
    assert certain(plain, OLENA) == "name-birth-phone"
    assert certain(plain, Record("Олена", "Коваленко", "Ігорівна", BORN, "", "+380671234567")) == "name-birth-phone"
    for other in (but(tax_number="", phone=""), but(tax_number="", birth_date=None), but(tax_number="", surname="Бондар")):
        assert certain(plain, other) == ""


def test_two_numbers_that_check_are_two_people():
    twin = but(tax_number=tax.make(BORN, 13, male=False))
    assert certain(OLENA, twin) == ""
    counter = itertools.count()
    assert recognise([keys(OLENA), keys(twin)], [], lambda: next(counter)).subjects == [0, 1]


def test_one_record_with_two_keys_links_two_known_people():
    with_number, with_phone = but(phone="", surname="Бондар"), but(tax_number="")
    known = [(keys(with_number), "A"), (keys(with_phone), "B")]
    found = recognise([keys(OLENA)], known, lambda: "new")
    assert found.subjects == ["A"] and found.links == [("A", "B", "name-birth-phone", 0)] and found.new == []


def test_twice_in_one_list_is_one_person():
    counter = itertools.count()
    found = recognise([keys(OLENA), keys(but(surname="Ковалeнко")), keys(but(tax_number=""))], [], lambda: next(counter))
    assert found.subjects == [0, 0, 0] and found.new == [0]


SOME = st.builds(
    Record,
    surname=st.sampled_from(["Коваленко", "Бондар", "КОВАЛЕНКО"]),
    given_name=st.sampled_from(["Олена", "Ольга"]),
    birth_date=st.sampled_from([BORN, dt.date(1990, 1, 1), None]),
    phone=st.sampled_from(["0671234567", "0501112233", ""]),
    tax_number=st.sampled_from([OLENA.tax_number, tax.make(BORN, 13, False), tax.make(dt.date(1990, 1, 1), 5, False), ""]),
)


@UNHURRIED
@given(st.lists(SOME, max_size=12))
def test_everybody_joined_is_joined_by_a_chain_of_certain_pairs(records):
    """Against the plain model: the components of the graph whose edges are certain pairs."""
    counter = itertools.count()
    found = recognise([keys(one) for one in records], [], lambda: next(counter))
    joined = {subject: subject for subject in found.subjects}

    def root(one):
        return one if joined[one] == one else root(joined[one])

    for kept, other, _because, _at in found.links:
        joined[root(other)] = root(kept)
    edges = [(a, b) for a, b in itertools.combinations(range(len(records)), 2) if certain(records[a], records[b])]
    part = list(range(len(records)))
    for _ in records:
        for a, b in edges:
            part[a] = part[b] = min(part[a], part[b])
    for a, b in itertools.combinations(range(len(records)), 2):
        if root(found.subjects[a]) == root(found.subjects[b]):
            assert part[a] == part[b], "joined without certain evidence"
    for a, b in edges:
        if keys(records[a]).tax and keys(records[a]).tax == keys(records[b]).tax:
            assert root(found.subjects[a]) == root(found.subjects[b]), "the same tax number, and not joined"


@UNHURRIED
@given(st.text(max_size=40))
def test_any_text_can_be_normalised(text):
    assert normal.name(normal.name(text)) == normal.name(text)
    phone = normal.phone(text)
    assert phone == "" or normal.phone(phone) == phone
    tax.digits(text)
