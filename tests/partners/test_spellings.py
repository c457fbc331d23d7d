"""Spellings wait, are decided once, and can be undone."""

import csv

import pytest
from django.utils import translation

from oplich.core.models import Entry
from oplich.core.refusal import NotAllowed
from oplich.intake.sheets import Context, Misread
from oplich.partners import queries, reading
from oplich.partners.actions import organisations, spellings
from oplich.partners.models import Alias, Organisation, Spelling
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def manager():
    return make.user("information-manager")


def test_a_spelling_decided_once_is_never_asked_again(manager):
    rescue = organisations.create(by=manager, name="Rescue Now", name_uk="Рятуй зараз", kind="nngo")
    assert spellings.meet(by=manager, spellings=["Resque Now", "БФ «Рятуй зараз»", "RESCUE NOW "]) == 1
    assert [one.spelling for one in queries.waiting(manager)] == ["Resque Now"]
    spellings.settle(by=manager, spelling="Resque Now", organisation=rescue)
    assert queries.waiting(manager) == []
    assert queries.recognise("resque  NOW") == rescue
    assert spellings.meet(by=manager, spellings=["Resque now", "resque NOW"]) == 0
    assert queries.waiting(manager) == []


def test_two_people_cannot_teach_one_spelling_two_meanings(manager):
    one, other = make.organisation("One"), make.organisation("Another")
    spellings.learn_alias(by=manager, organisation=one, spelling="First")
    with pytest.raises(spellings.DecidedAlready, match="known as One"):
        spellings.learn_alias(by=manager, organisation=other, spelling="FIRST")


def test_undo_puts_the_spelling_back_and_takes_the_new_organisation_away(manager):
    spellings.meet(by=manager, spellings=["Опліч-Допомога", "Wfp ukraine"])
    made = spellings.settle_as_new(by=manager, spelling="Опліч-Допомога")
    assert queries.recognise("опліч допомога") == made
    spellings.undo(by=manager)
    assert queries.recognise("Опліч-Допомога") is None
    assert not Organisation.objects.filter(pk=made.pk).exists()
    assert {one.spelling for one in queries.waiting(manager)} == {"Опліч-Допомога", "Wfp ukraine"}
    with pytest.raises(spellings.NothingToUndo):
        spellings.undo(by=manager)


def test_an_organisation_in_use_is_not_taken_back(manager):
    made = spellings.settle_as_new(by=manager, spelling="Sunrise of Dubno")
    spellings.settle(by=manager, spelling="Dubno Sunrise", organisation=made)
    Spelling.objects.filter(spelling="Dubno Sunrise").update(decided_by=None)
    with pytest.raises(spellings.InUse, match="Sunrise of Dubno is in use"):
        spellings.undo(by=manager)
    assert queries.recognise("Sunrise of Dubno") == made


def test_a_well_known_organisation_comes_with_its_names(manager):
    spellings.meet(by=manager, spellings=["Norvegian Refugee Counsil"])
    [proposal] = queries.proposals(manager)
    assert proposal.suggestions[0].known_as == "Norwegian Refugee Council" and proposal.likely and not proposal.sure
    made = spellings.settle_as_new(by=manager, spelling="Norvegian Refugee Counsil", known_as="Norwegian Refugee Council")
    assert (made.acronym, made.kind) == ("NRC", "ingo")
    for text in ("NRC", "Норвезька рада у справах біженців", "norvegian refugee counsil", "Norwegian Refugee Council (NRC)"):
        assert queries.recognise(text) == made


def test_not_an_organisation_is_set_aside_for_good(manager):
    spellings.meet(by=manager, spellings=["unknown"])
    spellings.set_aside(by=manager, spelling="unknown")
    spellings.meet(by=manager, spellings=["Unknown"])
    assert queries.waiting(manager) == []
    assert queries.recognise("unknown") is None


def test_only_who_may_merge_decides():
    viewer = make.user("viewer")
    with pytest.raises(NotAllowed):
        spellings.settle_as_new(by=viewer, spelling="Anything")
    assert not Alias.objects.exists()


def test_a_cell_with_a_known_name_reads_as_the_organisation_kept(manager):
    keep, lose = make.organisation("Caritas Ukraine", acronym="CU"), make.organisation("Карітас України")
    organisations.merge(by=manager, keep=keep, lose=lose)
    context = Context()
    assert reading.read_organisation("БФ «Карітас України»", context) == str(keep.pk)
    assert reading.read_organisation("CU", context) == str(keep.pk)
    with pytest.raises(Misread) as found:
        reading.read_organisation("Karitas Ukraina", context)
    assert (found.value.code, found.value.suggestion) == ("unknown-organisation", str(keep))
    assert reading.read_optional("немає", context) is None


def test_merging_can_be_undone_exactly(manager):
    keep, lose, third = make.organisation("Keep"), make.organisation("Lose"), make.organisation("Third")
    organisations.merge(by=manager, keep=keep, lose=lose)
    assert queries.recognise("lose") == keep
    with pytest.raises(organisations.CannotMerge, match="already merged"):
        organisations.merge(by=manager, keep=third, lose=lose)
    with pytest.raises(organisations.CannotMerge, match="same record"):
        organisations.merge(by=manager, keep=lose, lose=keep)
    organisations.merge(by=manager, keep=third, lose=keep)
    assert queries.recognise("lose") == third
    assert queries.recognised()["lose"] == (str(third.pk), "Third")
    assert {one.spelling for one in queries.aliases(third)} == {"Keep", "Lose", "Third"}
    organisations.unmerge(by=manager, organisation=keep)
    organisations.unmerge(by=manager, organisation=lose)
    assert queries.recognise("lose") == lose
    with pytest.raises(organisations.NotMerged):
        organisations.unmerge(by=manager, organisation=lose)
    assert Entry.objects.filter(what="organisation.merged").count() == 2


def test_a_name_is_given_once(manager):
    organisations.create(by=manager, name="Unity", kind="cso")
    with pytest.raises(organisations.KnownAlready, match="already here"):
        organisations.create(by=manager, name="UNITY (CF)")
    with pytest.raises(organisations.NameMissing):
        organisations.create(by=manager, name=" … ")


def test_the_same_request_again_makes_nothing_new(manager):
    from oplich.core.ids import uuid7

    id = uuid7()
    one = organisations.create(by=manager, name="Unity", id=id)
    assert organisations.create(by=manager, name="Unity", id=id) == one


def test_a_sender_is_told_by_name_or_by_what_comes_near(manager):
    unity = organisations.create(by=manager, name="Unity Budapest", acronym="UB")
    assert queries.sender("unity budapest") == (str(unity.pk), "Unity Budapest")
    assert queries.sender(str(unity.pk)) == (str(unity.pk), "Unity Budapest")
    assert queries.sender("Unity of Budapest!") == ["Unity Budapest"]
    assert queries.sender("Zzz") == []


@pytest.mark.shared
def test_the_real_list_is_settled_in_minutes_and_never_asked_again(manager, shared_data):
    """128 spellings, two bulk decisions and a handful by key; the second hand-in of the list asks nothing."""
    with (shared_data / "threeW" / "ebola_3w_activities.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1201
    met = spellings.meet(by=manager, spellings=[row["Organisation"] for row in rows], source="3W")
    assert met == 128
    assert sum(one.lines for one in queries.waiting(manager)) == 1201
    together = spellings.settle_sure(by=manager)
    one_by_one = 0
    together += spellings.settle_sure(by=manager, also_strangers=True)
    while waiting := queries.waiting(manager):
        one_by_one += 1
        proposal = queries.proposal_for(waiting[0], queries.index())
        first = proposal.suggestions[0] if proposal.likely else None
        if first and first.organisation:
            spellings.settle(by=manager, spelling=proposal.spelling, organisation=first.organisation)
        else:
            spellings.settle_as_new(by=manager, spelling=proposal.spelling, known_as=first.known_as if first else "")
    print(f"{together} settled together, {one_by_one} by one key each, {Organisation.objects.count()} organisations")
    assert together + one_by_one == 128 and one_by_one <= 25
    assert spellings.meet(by=manager, spellings=[row["Organisation"] for row in rows], source="3W again") == 0
    assert queries.waiting(manager) == []
    assert queries.recognise("Medecins sans Frontieres Belgique") == queries.recognise("MSF")
    context = Context()
    assert all(reading.read_organisation(row["Organisation"], context) for row in rows if row["Organisation"] != "unknown")
    assert queries.recognise("unknown") is None
