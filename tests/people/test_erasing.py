"""Looking at names, handing them to their owner, taking consent back, and erasing for good."""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from oplich.core import keys, sealing
from oplich.core.models import Entry as Line
from oplich.core.models import Erasure, Key
from oplich.core.refusal import NotAllowed
from oplich.intake.models import Fault, Row, Upload
from oplich.people import queries
from oplich.people.actions import consents, drafts, people, registrations
from oplich.people.entries import SEALED, Entry
from oplich.people.models import Consent, Draft, Person, Registration, SameHuman
from tests import make

pytestmark = pytest.mark.django_db
BORN = dt.date(1987, 5, 14)


@pytest.fixture
def office():
    make.place("UA6306029")
    partner = make.organisation("Rescue Now")
    return {
        "partner": partner,
        "registrar": make.user("registrar", at=partner),
        "stranger": make.user("registrar", at=make.organisation("Union")),
        "officer": make.user("data-protection-officer"),
        "viewer": make.user("viewer"),
    }


def known(office, **more):
    said = {
        "surname": "Зразкова",
        "given_name": "Олена",
        "birth_date": BORN,
        "phone": "0501110001",
        "consents": ("assistance", "statistics"),
    }
    said |= {"registered_with": office["partner"].pk, "place": "UA6306029", "registered_on": dt.date(2023, 1, 20)}
    return registrations.register_many(by=None, entries=[Entry(**{**said, **more})])[0]


def test_looking_at_a_name_is_written_in_the_journal_with_its_purpose(office):
    one = known(office)
    assert people.look(by=office["registrar"], person=one.person, purpose="assistance")[one.pk]["surname"] == "Зразкова"
    line = Line.objects.get(what="person.seen")
    assert line.by == office["registrar"] and line.detail["purpose"] == "assistance" and line.subject_id == str(one.person_id)
    assert "Зразкова" not in str(line.detail)


def test_nobody_looks_without_a_purpose_or_without_the_right(office):
    one = known(office)
    with pytest.raises(people.NoPurpose):
        people.look(by=office["registrar"], person=one.person, purpose="")
    for who in ("stranger", "viewer"):
        with pytest.raises(NotAllowed):
            people.look(by=office[who], person=one.person, purpose="assistance")
    assert not Line.objects.filter(what="person.seen").exists()


def test_a_right_bound_to_a_purpose_opens_for_that_purpose_only(office):
    one = known(office)
    who = make.user("registrar", at=office["partner"], purpose="protection")
    assert people.look(by=who, person=one.person, purpose="protection")
    with pytest.raises(NotAllowed):
        people.look(by=who, person=one.person, purpose="checking")


def test_another_organisations_names_stay_closed(office):
    one = known(office)
    two = known(office, registered_with=make.organisation("Third").pk, note="не для вас")
    assert one.person_id == two.person_id
    assert set(people.look(by=office["registrar"], person=one.person, purpose="assistance")) == {one.pk}
    seen, others = queries.of_person(office["registrar"], one.person_id)
    assert seen == [one] and others == 1


def test_a_person_is_handed_everything_that_is_held_about_them(office):
    one = known(office, note="живе з сестрою")
    with pytest.raises(NotAllowed):
        people.export_own(by=office["registrar"], person=one.person)
    held = people.export_own(by=office["officer"], person=one.person)
    assert held["registrations"][0]["note"] == "живе з сестрою"
    assert {consent["purpose"] for consent in held["registrations"][0]["consents"]} == {"assistance", "statistics"}
    assert Line.objects.filter(what="person.exported").count() == 1


def kept_row(office) -> Row:
    upload = Upload.objects.create(
        file_name="list.xlsx", sha256="0" * 64, size_bytes=4, kept_at="uploads/list.sealed", sheet="partner-list"
    )
    (settings.DATA / "uploads").mkdir(parents=True, exist_ok=True)
    (settings.DATA / upload.kept_at).write_bytes(b"seal")
    row = Row.objects.create(upload=upload, number=2, key="k", digest="d", state="taken", sealed=b"\x00O1sealed")
    Fault.objects.create(upload=upload, number=2, column="phone", code="not-a-phone", sealed=b"\x00O1sealed")
    return row


@pytest.mark.django_db(transaction=True)
def test_erasing_destroys_key_names_fingerprints_lines_and_files(office):
    row = kept_row(office)
    one = known(office, from_row=row.pk, needs=("disability",))
    sealed = {name: bytes(getattr(one, name)) for name in SEALED if getattr(one, name)}
    key = keys.get(one.person_id)
    assert sealing.open_(key, sealed["surname"], table="people_registration", column="surname", row=one.pk).decode() == "Зразкова"
    assert people.erase(by=office["officer"], person=one.person, reason="asked") == 1
    one.refresh_from_db()
    row.refresh_from_db()
    assert all(getattr(one, name) is None for name in SEALED)
    assert one.tax_index == one.name_index == one.phone_index == one.born_index == ""
    assert row.sealed is None and Fault.objects.get().sealed is None and row.upload.kept_at == ""
    assert not (settings.DATA / "uploads/list.sealed").exists()
    assert not Key.objects.filter(pk=one.person_id).exists() and Erasure.objects.get(pk=one.person_id).reason == "asked"
    assert one.birth_year == 1987 and one.place_id == "UA6306029", "the anonymous fact stays"
    assert queries.find(office["officer"], phone="0501110001") == []
    assert people.look(by=office["officer"], person=one.person, purpose="request") == {}


def test_erasing_reaches_every_record_of_the_same_human_being(office):
    one = known(office, phone="")
    other = known(office, registered_with=make.organisation("Third").pk)
    SameHuman.objects.create(one=one.person, other=other.person, because="tax-number", method="certain-1")
    people.erase(by=office["officer"], person=other.person, reason="asked")
    assert Person.objects.filter(erased_at__isnull=True).count() == 0 and Erasure.objects.count() == 2


def test_who_may_not_erase_everywhere_erases_nothing(office):
    one = known(office)
    known(office, registered_with=make.organisation("Third").pk)
    bound = make.user("data-protection-officer", at=office["partner"])
    for who in (bound, office["registrar"], office["viewer"]):
        with pytest.raises(NotAllowed):
            people.erase(by=who, person=one.person, reason="asked")
    assert Key.objects.filter(pk=one.person_id).exists()


def test_an_erased_person_who_comes_back_is_new(office):
    one = known(office)
    people.erase(by=office["officer"], person=one.person, reason="asked")
    assert known(office).person_id != one.person_id


def test_a_restored_backup_erases_again(office):
    """What a restore brings back: the row with its sealed fields and fingerprints; the erasure list says the key is gone."""
    one = known(office)
    keys.destroy([one.person_id], reason="asked")
    assert queries.find(office["officer"], phone="0501110001") == [one]
    assert people.repeat_erasures(by=None) == 1 and people.repeat_erasures(by=None) == 0
    assert queries.find(office["officer"], phone="0501110001") == []
    assert Registration.objects.get().surname is None


def test_consent_taken_back_leaves_statistics_and_may_be_given_again(office):
    one = known(office)
    other = known(office, registered_with=make.organisation("Third").pk)
    assert queries.outside_statistics() == set()
    for _ in range(2):
        consents.withdraw(by=office["registrar"], registration=one, purpose="statistics")
    assert queries.outside_statistics() == {one.person_id}
    assert set(queries.not_to_be_counted()) == {one.pk, other.pk}, "all of the person's registrations, whoever made them"
    assert Line.objects.filter(what="consent.withdrawn").count() == 1
    before = queries.turn()
    consents.give(by=office["registrar"], registration=one, purpose="statistics")
    assert queries.outside_statistics() == set() and queries.turn() != before


def test_consent_cannot_be_taken_back_tomorrow_or_by_a_stranger(office):
    one = known(office)
    with pytest.raises(consents.NotYet):
        consents.withdraw(by=office["registrar"], registration=one, purpose="photo", on=timezone.localdate() + dt.timedelta(days=1))
    with pytest.raises(NotAllowed):
        consents.withdraw(by=office["stranger"], registration=one, purpose="photo")
    assert not Consent.objects.filter(purpose="photo").exists()


def test_a_draft_is_sealed_seen_by_its_owner_and_gone_with_its_key(office):
    pk = Entry(registered_with=office["partner"].pk, place="UA63", registered_on=BORN).id
    drafts.keep(by=office["registrar"], id=pk, form={"0-surname": "Зразкова"}, people=1)
    draft = drafts.keep(by=office["registrar"], id=pk, form={"0-surname": "Зразковська"}, people=2)
    draft.refresh_from_db()
    assert queries.opened_draft(draft) == {"0-surname": "Зразковська"} and "Зраз".encode() not in bytes(draft.form)
    assert list(queries.drafts(office["registrar"])) == [draft] and not queries.drafts(office["stranger"])
    with pytest.raises(NotAllowed):
        drafts.keep(by=office["stranger"], id=pk, form={}, people=1)
    assert drafts.discard(by=office["registrar"], drafts=[draft]) == 1
    assert not Draft.objects.exists() and not Key.objects.filter(pk=pk).exists()
