"""Sectors and activities: the shipped table and every way people write them."""

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from oplich.assistance import reading
from oplich.assistance.models import Activity, Sector
from oplich.intake.sheets import Misread

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
SLUGS = [
    "food-security",
    "health",
    "mhpss",
    "protection",
    "child-protection",
    "gbv",
    "mine-action",
    "shelter",
    "nfi",
    "wash",
    "education",
    "nutrition",
    "cash",
    "site-management",
    "logistics",
    "inclusion",
    "movement",
    "information",
    "referral",
    "coordination",
]


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_repairs_what_was_changed(capsys):
    call_command("load_sectors")
    assert [sector.slug for sector in Sector.objects.all()] == SLUGS
    assert Activity.objects.count() >= 60
    capsys.readouterr()
    call_command("load_sectors")
    assert "0 sectors and 0 activities" in capsys.readouterr().out
    Sector.objects.filter(slug="wash").update(name_en="Plumbing")
    call_command("load_sectors")
    assert Sector.objects.get(slug="wash").name_en == "Water, sanitation and hygiene"


@pytest.mark.django_db
def test_information_and_referrals_stay_out_of_totals():
    call_command("load_sectors")
    assert set(Sector.objects.filter(in_total=False).values_list("slug", flat=True)) == {"information", "referral", "coordination"}
    assert {one.sector_id for one in Activity.objects.filter(in_total=False)} == {"information", "referral", "coordination"}
    assert set(Sector.objects.filter(parent="protection").values_list("slug", flat=True)) == {"child-protection", "gbv", "mine-action"}


@pytest.mark.parametrize(
    "written, slug",
    [
        ("Food Security and Livelihoods", "food-security"),
        ("Food Security \n& Livelihoods", "food-security"),
        ("FSL", "food-security"),
        ("Shelter/NFI", "shelter"),
        ("Shelter \n& NFIs", "shelter"),
        ("CCCM ", "site-management"),
        ("Multi-purpose Cash", "cash"),
        ("MPC", "cash"),
        ("PC_GBV", "gbv"),
        ("PC_PC", "protection"),
        ("Protection: Protection", "protection"),
        ("Protection: Child Protection", "child-protection"),
        ("Protection: Gender-Based Violence", "gbv"),
        ("Gender-based Violence", "gbv"),
        ("General Protection", "protection"),
        ("Educaton", "education"),
        ("Coordination and Common Services", "coordination"),
        ("WASH cluster", "wash"),
        ("Кластер захисту", None),
        ("Охорона здоров'я", "health"),
        ("ОХОРОНА ЗДОРОВʼЯ", "health"),
        ("Гендерно зумовлене насильство", "gbv"),
        ("Вода, санітарія та гігієна", "wash"),
        ("жильё", "shelter"),
        ("Многоцелевая денежная помощь", "cash"),
    ],
)
def test_a_sector_is_known_however_it_is_written(written, slug):
    if slug is None:
        with pytest.raises(Misread):
            reading.read_sector(written)
    else:
        assert reading.read_sector(written) == slug


def test_a_misspelt_sector_comes_with_a_suggestion():
    with pytest.raises(Misread) as caught:
        reading.read_sector("Helth")
    assert caught.value.code == "unknown-sector" and caught.value.suggestion == "Охорона здоров’я"


def test_two_activities_never_claim_one_spelling():
    for kind in ("sectors", "activities"):
        owner = {}
        for row, term in zip(reading.table(kind), reading.terms(kind).values(), strict=True):
            for word in (term.slug, term.name_en, term.name_uk, *row["also"].split("|")):
                assert owner.setdefault(reading.fold(word), term.slug) == term.slug, word


@UNHURRIED
@given(st.text(max_size=60))
def test_any_text_is_a_sector_or_a_misread(text):
    try:
        assert reading.read_sector(text) in SLUGS
    except Misread as misread:
        assert misread.code == "unknown-sector"


def test_every_cluster_of_the_real_3w_and_hrp_files_is_known(shared_data):
    book = CalamineWorkbook.from_path(shared_data / "threeW" / "Data__Ukraine_3W_Round_4_2022-03-31.xlsx")
    reached = book.get_sheet_by_name("People_Reached_by_Oblast").to_python()
    organisations = book.get_sheet_by_name("Num_of_Orgs_by_Oblast").to_python()
    present = book.get_sheet_by_name("UDE_Inputs").to_python()
    names = {*reached[0][3:10], *organisations[0][3:16]} | {name for row in present[1:] for name in row[5].split(",")}
    hrp = CalamineWorkbook.from_path(
        shared_data / "needs" / "targeted_ukraine_2023_hrp_response_activities_and_targets_for_hdx_20230425.xlsx"
    )
    names |= set(hrp.get_sheet_by_name("Targeted by Cluster Oblast").to_python()[4][3:14])
    assert len(names) > 25
    assert [name for name in sorted(names) if reading.recognise("sectors", name) is None] == []
