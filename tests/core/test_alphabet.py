from hypothesis import given
from hypothesis import strategies as st

from oplich.core.alphabet import order


def test_names_stand_in_the_order_of_the_ukrainian_alphabet():
    names = ["Яготин", "Їжачок", "Ґронка", "Гадяч", "Інгулець", "Ирпінь", "Євминка", "Жашків", "Ефект", "Єва", "Дніпро", "Йосипівка"]
    expected = ["Гадяч", "Ґронка", "Дніпро", "Ефект", "Єва", "Євминка", "Жашків", "Ирпінь", "Інгулець", "Їжачок", "Йосипівка", "Яготин"]
    assert sorted(names, key=order) == expected


def test_the_soft_sign_comes_before_yu_and_an_apostrophe_counts_for_nothing():
    assert sorted(["Юр'ївка", "Юрія", "Юр’янка", "Альба", "Алюр"], key=order) == ["Альба", "Алюр", "Юрія", "Юр'ївка", "Юр’янка"]


def test_latin_names_come_first_and_accents_do_not_scatter_them():
    assert sorted(["Аскольд", "Łódź", "Zebra", "Éclair", "Edel"], key=order) == ["Éclair", "Edel", "Zebra", "Łódź", "Аскольд"]


@given(st.lists(st.text()))
def test_any_text_has_its_place(names):
    assert sorted(sorted(names, key=order), key=order) == sorted(names, key=order)
