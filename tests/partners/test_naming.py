"""How writings of organisations' names are compared."""

import csv
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplich.partners import known, naming
from oplich.partners.queries import LIKELY

# Spellings of the real 3W list that are one organisation, as a person reads them. Everything else in the list stands alone.
SAME = [
    {"Action Aid International", "ActionAid Liberia"},
    {"Action Contre la Faim Espagne", "Action Against Hunger"},
    {"German Agro Action", "German Agro Action (aka Welthungerhilfe)"},
    {"Liberian Red Cross Society", "Liberian Red Cross Society with IFRC"},
    {"Living Water International", "Living Water International Sierra Leone"},
    {
        "Medecins sans Frontieres",
        "Medecins sans Frontieres Belgique",
        "Medecins sans Frontieres France",
        "Medecins sans Frontieres Switzerland",
    },
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("БФ «Рятуй зараз»", 'Рятуй  Зараз, благодійний фонд'),
        ("International Organization for Migration (IOM)", "international organization for migration"),
        ("Міжнародна організація з міграції (МОМ)", "МІЖНАРОДНА ОРГАНІЗАЦІЯ З МІГРАЦІЇ"),
        ("Médecins Sans Frontières", "Medecins sans frontieres"),
        ("Rescue Now, CF", "rescue now"),
        ("ТОВ \"Опліч\"", "Опліч"),
        ("The Carter Center", "Carter\xa0Center "),
        ("Сім’я", "Сім'я"),
    ],
)  # fmt: skip
def test_the_same_name_folds_alike_however_it_is_dressed(one, other):
    assert naming.fold(one) == naming.fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Caritas Ukraine", "Caritas Liberia"),
        ("Bernhard-Nocht Institute (Hamburg)", "Bernhard-Nocht Institute (Berlin)"),
        ("Карітас України", "Caritas Ukraine"),
        ("ГО", "БФ"),
        ("Мій дім", "Мии дім"),
    ],
)
def test_different_names_stay_different(one, other):
    assert naming.fold(one) != naming.fold(other)


def test_a_translation_is_proposed_but_not_taken_for_the_same():
    assert naming.likeness("Дубенська міська рада", "Dubno City Council") < 100
    assert naming.likeness("Karitas Ukraina", "Caritas Ukraine") > LIKELY
    assert naming.likeness("Norvegian Refugee Counsil", "Norwegian Refugee Council") > LIKELY


def test_chapters_of_a_network_in_two_countries_are_not_proposed_as_one():
    assert naming.likeness("Croix Rouge française", "Croix-Rouge Guinée") < 55
    assert naming.likeness("Danish Refugee Council", "Norwegian Refugee Council") < 55


def test_words_everybody_uses_prove_nothing():
    assert naming.likeness("African Development Bank", "African Development Corps") < LIKELY
    assert naming.likeness("Bassa Women Development Association", "Margibi Women Development Association") < LIKELY
    assert naming.likeness("US Center for Disease Control", "Chinese Center for Disease Control and Prevention") < 55


def test_an_acronym_finds_its_organisation():
    index = naming.Index([one.entry() for one in known.everyone()])
    assert index.exact("МОМ").name == "International Organization for Migration"
    assert index.suggest("UN Agency for Refugees (UNHCR)")[0][0].acronyms[0] == "UNHCR"


def test_no_well_known_organisation_claims_the_name_of_another():
    owners = {}
    for one in known.everyone():
        for name in one.writings:
            assert owners.setdefault(naming.fold(name), one.name) == one.name, name


@given(st.text(max_size=80), st.text(alphabet=string.printable + "абвгґєіїйьщ’«»", max_size=80))
def test_any_text_folds_to_itself_and_compares_within_bounds(one, other):
    assert naming.fold(naming.fold(one)) == naming.fold(one)
    assert 0 <= naming.likeness(one, other) <= 100
    assert naming.likeness(one, other) == pytest.approx(naming.likeness(other, one), abs=12)


def grouped(spellings: list[str], truth: dict[str, str], well_known) -> tuple[int, int]:
    """One after the other as on the page: the first proposal when it is likely, otherwise a new organisation. (right, without asking)"""
    names_of = {one.name: one for one in well_known}
    decided: dict[str, str] = {}  # organisation → the truth of the spelling that made it
    right = sure = 0
    for name in spellings:
        entries = [one.entry() for one in well_known if one.name not in decided]
        entries += [naming.Entry(key, (key, *(names_of[key].writings if key in names_of else ()))) for key in decided]
        index = naming.Index(entries)
        same, found = index.by_fold.get(naming.fold(name)), index.suggest(name)
        choice = same or (found[0][0] if found and found[0][1] >= LIKELY else None)
        key = getattr(choice, "name", choice) or truth[name]
        sure += same is not None
        right += decided[key] == truth[name] if choice is not None and key in decided else truth[name] not in decided.values()
        decided.setdefault(key, truth[name])
    return right, sure


@pytest.mark.shared
def test_the_first_proposal_groups_the_real_3w_list(shared_data):
    with (shared_data / "threeW" / "ebola_3w_activities.csv").open(encoding="utf-8-sig", newline="") as file:
        spellings = sorted({row["Organisation"] for row in csv.DictReader(file)}, key=str.casefold)
    assert len(spellings) == 128
    group = {naming.fold(name): min(same) for same in SAME for name in same}
    truth = {name: group.get(naming.fold(name), name) for name in spellings}
    right, sure = grouped(spellings, truth, known.everyone())
    bare, _sure = grouped(spellings, truth, [])
    print(f"{right} of 128 grouped right by the first proposal, {sure} of them without asking; {bare} without the table of the well-known")
    assert right >= 124 and bare >= 120
