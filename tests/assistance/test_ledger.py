"""The ledger of help: written once, never altered; corrections and withdrawals are new rows. Against a plain model, on both databases."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from oplich.assistance import queries
from oplich.assistance.actions import ledger, reference
from oplich.assistance.help import Help
from oplich.assistance.models import Assistance
from oplich.core.models import Entry as Line
from oplich.core.periods import Period
from oplich.core.refusal import NotAllowed
from oplich.people.actions import registrations
from oplich.people.entries import Entry
from oplich.places.models import Place
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 1, 20)


@pytest.fixture
def office():
    reference.load(by=None)
    make.place("UA6306029")
    make.place("UA4606001")
    partner = make.organisation("Rescue Now")
    return {"partner": partner, "reporter": make.user("reporter", at=partner), "registrar": make.user("registrar", at=partner)}


def help_of(office, **more) -> Help:
    said = {"sector": "wash", "given_on": DAY, "place": "UA6306029", "organisation": office["partner"].pk, "headcount": 120}
    return Help(**{**said, **more})


def registered(office):
    said = {"surname": "Зразкова", "given_name": "Олена", "registered_on": DAY, "place": "UA6306029", "consents": ("assistance",)}
    return registrations.register_many(by=None, entries=[Entry(registered_with=office["partner"].pk, **said)])[0]


def test_help_is_written_once_however_often_it_is_sent(office):
    said = help_of(office)
    first = ledger.record_headcount(by=office["reporter"], help=said)
    again = ledger.record_headcount(by=office["reporter"], help=replace(said))
    assert first.pk == again.pk == said.id and Assistance.objects.count() == 1
    assert Line.objects.filter(what="help.recorded").count() == 1


def test_the_same_id_with_other_content_is_refused(office):
    said = help_of(office)
    ledger.record_headcount(by=office["reporter"], help=said)
    with pytest.raises(ledger.AlreadyRecorded, match="20|19|21"):
        ledger.record_headcount(by=office["reporter"], help=replace(said, headcount=121))
    assert Assistance.objects.get().headcount == 120


def test_help_to_a_registered_person_carries_the_person(office):
    one = registered(office)
    row = ledger.record_help(by=office["registrar"], help=help_of(office, registration=one.pk))
    assert row.person_id == one.person_id and row.headcount is None
    assert list(queries.of_person(office["registrar"], one.person_id)) == [row]


def test_help_to_somebody_who_may_not_be_seen_is_refused_like_a_missing_one(office):
    one = registered(office)
    stranger = make.user("registrar", at=make.organisation("Union"))
    for registration in (one.pk, uuid.uuid4()):
        with pytest.raises(NotAllowed) as refused:
            ledger.record_help(by=stranger, help=help_of(office, registration=registration))
        assert "nothing here" in str(refused.value) or "немає" in str(refused.value)


def test_a_correction_is_a_new_row_and_the_old_one_stays(office):
    first = ledger.record_headcount(by=office["reporter"], help=help_of(office))
    second = ledger.record_headcount(by=office["reporter"], help=help_of(office, headcount=100, replaces=first.pk))
    first.refresh_from_db()
    assert first.headcount == 120 and list(Assistance.objects.in_force()) == [second]
    assert queries.history(second) == queries.history(first) == [first, second]
    with pytest.raises(ledger.AlreadyReplaced):
        ledger.record_headcount(by=office["reporter"], help=help_of(office, headcount=90, replaces=first.pk))


def test_a_withdrawal_is_a_new_row_and_withdrawn_twice_is_once(office):
    first = ledger.record_headcount(by=office["reporter"], help=help_of(office))
    gone = ledger.withdraw_help(by=office["reporter"], assistance=first, reason="wrong month")
    assert ledger.withdraw_help(by=office["reporter"], assistance=first).pk == gone.pk
    assert not Assistance.objects.in_force().exists() and Assistance.objects.count() == 2
    with pytest.raises(ledger.AlreadyReplaced):
        ledger.record_headcount(by=office["reporter"], help=help_of(office, replaces=first.pk))


@pytest.mark.parametrize("change", [{"headcount": 1}, {"withdrawn": True}, {"comment": "x"}, {"sector_id": "health"}])
def test_the_database_itself_refuses_to_alter_help(office, change):
    row = ledger.record_headcount(by=office["reporter"], help=help_of(office))
    with pytest.raises(DatabaseError), transaction.atomic():
        Assistance.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assistance.objects.filter(pk=row.pk).delete()


def test_the_database_refuses_a_person_with_a_headcount_and_neither(office):
    one = registered(office)
    for wrong in ({"person": one.person_id, "headcount": 5}, {"headcount": None}, {"headcount": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            help_of(office, **wrong).row(None).save(force_insert=True)


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"headcount": 0}, "headcount"),
        ({"headcount": None}, "headcount"),
        ({"girls": 100, "boys": 30}, "headcount"),
        ({"girls": 1, "boys": 1, "women": 1, "men": 1, "older_women": 1, "older_men": 1}, "headcount"),
        ({"with_disability": 121}, "with_disability"),
        ({"given_on": dt.date(2022, 2, 23)}, "given_on"),
        ({"given_on": dt.date(2999, 1, 1)}, "given_on"),
        ({"activity": "legal-aid"}, "activity"),
        ({"place": "UA99"}, "place"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(office, wrong, field):
    with pytest.raises(ledger.NotPossible) as refused:
        ledger.record_headcount(by=office["reporter"], help=help_of(office, **wrong))
    assert refused.value.field == field and not Assistance.objects.exists()


def test_a_part_of_a_sector_may_stand_under_its_parent(office):
    assert ledger.record_headcount(by=office["reporter"], help=help_of(office, sector="protection", activity="risk-education"))


def test_nobody_writes_for_another_organisation_or_area(office):
    stranger = make.user("reporter", at=make.organisation("Union"))
    elsewhere = make.user("reporter", at=office["partner"], area="UA/UA46/")
    for who in (stranger, elsewhere, make.user("viewer"), make.user(None)):
        with pytest.raises(NotAllowed):
            ledger.record_headcount(by=who, help=help_of(office))
    row = ledger.record_headcount(by=office["reporter"], help=help_of(office))
    for who in (stranger, elsewhere):
        with pytest.raises(NotAllowed):
            ledger.withdraw_help(by=who, assistance=row)
        assert not queries.visible(who).exists()


def test_a_list_shows_what_a_figure_counts(office):
    manager = make.user()
    other = make.organisation("Union")
    records = [
        help_of(office),
        help_of(office, sector="gbv", headcount=8),
        help_of(office, place="UA4606001", given_on=dt.date(2022, 6, 1), by_month=True, headcount=30),
        help_of(office, organisation=other.pk, headcount=7),
    ]
    for one in records:
        ledger.record_headcount(by=manager, help=one)

    def total(**said):
        return sum(row.headcount for row in queries.listed(manager, queries.Filter.read(said)))

    assert total() == 165
    assert total(sector="wash") == 157 and total(sector="protection") == 8
    assert total(within="UA/UA63/") == total(within="UA63") == 135 and total(within="UA") == 165
    assert total(**{"from": "2023-01-01", "to": "2023-01-20"}) == 135
    assert total(organisation=str(other.pk)) == 7
    assert total(named="yes") == 0
    january = Period.from_days(dt.date(2023, 1, 1), dt.date(2023, 1, 31))
    assert Assistance.objects.during(january).within(Place.objects.get(pk="UA63")).in_total().count() == 3
    with pytest.raises(queries.NotAFilter):
        queries.Filter.read({"from": "yesterday"})
    with pytest.raises(queries.NotAFilter):
        queries.Filter.read({"organisation": "1"})


def test_many_are_written_at_once_and_again_changes_nothing(office):
    many = [help_of(office, headcount=number + 1) for number in range(1200)]
    assert ledger.record_many(by=office["reporter"], helps=many) == 1200
    assert ledger.record_many(by=office["reporter"], helps=many) == 0
    assert Line.objects.filter(what="help.recorded").count() == 1


class Ledger(RuleBasedStateMachine):
    """Any order of records, repeats, corrections and withdrawals: what is in force is what the plain model says, and nothing is lost."""

    helps = Bundle("helps")

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        reference.load(by=None)
        make.place("UA6306029")
        self.office = {"partner": make.organisation()}
        self.by = make.user("reporter", at=self.office["partner"])
        self.standing: dict[uuid.UUID, int] = {}  # id → headcount
        self.replaced: set[uuid.UUID] = set()
        self.written = 0

    @rule(target=helps, people=st.integers(1, 1000), days=st.integers(0, 300))
    def record(self, people, days):
        said = help_of(self.office, headcount=people, given_on=DAY - dt.timedelta(days=days))
        ledger.record_headcount(by=self.by, help=said)
        self.standing[said.id] = people
        self.written += 1
        return said

    @rule(said=helps, change=st.integers(0, 2))
    def send_again(self, said, change):
        if change == 0:
            ledger.record_headcount(by=self.by, help=replace(said))
        else:
            with pytest.raises(ledger.AlreadyRecorded):
                ledger.record_headcount(by=self.by, help=replace(said, headcount=said.headcount + change))

    @rule(target=helps, said=helps, people=st.integers(1, 1000))
    def correct(self, said, people):
        new = replace(said, id=uuid.uuid4(), headcount=people, replaces=said.id)
        if said.id in self.replaced:
            with pytest.raises(ledger.AlreadyReplaced):
                ledger.record_headcount(by=self.by, help=new)
            return said
        ledger.record_headcount(by=self.by, help=new)
        self.replaced.add(said.id)
        del self.standing[said.id]
        self.standing[new.id] = people
        self.written += 1
        return new

    @rule(said=helps)
    def withdraw(self, said):
        row = Assistance.objects.get(pk=said.id)
        if said.id in self.standing:
            ledger.withdraw_help(by=self.by, assistance=row)
            del self.standing[said.id]
            self.replaced.add(said.id)
            self.written += 1
        else:
            try:
                assert ledger.withdraw_help(by=self.by, assistance=row).withdrawn
            except ledger.AlreadyReplaced:
                assert not Assistance.objects.get(replaces=said.id).withdrawn

    @invariant()
    def in_force_is_what_the_model_says(self):
        assert dict(Assistance.objects.in_force().values_list("pk", "headcount")) == self.standing

    @invariant()
    def nothing_was_lost(self):
        assert Assistance.objects.count() == self.written

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)


def test_any_order_of_deeds_leaves_what_the_plain_model_says():
    run_state_machine_as_test(Ledger, settings=settings(max_examples=20, stateful_step_count=25, deadline=None))


def test_today_is_allowed(office):
    assert ledger.record_headcount(by=office["reporter"], help=help_of(office, given_on=timezone.localdate()))
