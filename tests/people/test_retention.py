"""What is kept for how long: the rules are data, the report comes first, and acting twice does nothing more."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from oplich.core import keys
from oplich.core.fields import SealedField
from oplich.core.models import Erasure, Key
from oplich.core.refusal import NotAllowed
from oplich.intake.models import Fault, Row, Upload
from oplich.people import after_restore, retention
from oplich.people.actions import drafts, registrations
from oplich.people.actions import retention as deeds
from oplich.people.entries import Entry
from oplich.people.models import Draft, Person, Registration, SameHuman
from tests import make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def ago(days):
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def partner():
    make.place("UA63")
    return make.organisation("Rescue Now")


def known(partner, day, **more):
    said = {"surname": "Зразкова", "given_name": "Олена", "place": "UA63", "registered_on": day, "registered_with": partner.pk}
    return registrations.register_many(by=None, entries=[Entry(**{**said, **more})])[0]


def counts():
    return {found.rule.slug: len(found.ids) for found in retention.due() if found.ids}


def test_every_rule_says_what_why_how_long_and_then_what():
    for rule in retention.rules():
        assert rule.about and rule.purpose and rule.legal_basis and rule.counted_from and rule.at_end and rule.fields
        assert (rule.days is None) == (rule.slug not in retention.WHOSE) and (rule.slug in deeds.ENDS) == (rule.slug in retention.WHOSE)


def test_every_field_named_there_exists_and_every_sealed_field_is_named():
    named = {field for rule in retention.rules() for field in rule.fields}
    for field in named:
        room, model, name = field.split(".")
        assert apps.get_model(room, model)._meta.get_field(name)
    sealed = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedField)
    }
    assert sealed and sealed <= named


def test_the_report_changes_nothing_and_acting_twice_does_no_more(partner, capsys):
    old, young = known(partner, ago(1826)), known(partner, ago(10))
    call_command("keep_retention", "--json")
    assert json.loads(capsys.readouterr().out) == {"acted": False, "due": {**dict.fromkeys(retention.WHOSE, 0), "people-forgotten": 1}}
    assert Registration.objects.filter(surname__isnull=False).count() == 2
    call_command("keep_retention", "--act")
    assert "people-forgotten: let go 1" in capsys.readouterr().out
    assert Person.objects.get(erased_at__isnull=False) == old.person and Key.objects.filter(pk=young.person_id).exists()
    assert deeds.keep(by=None) == {}


def test_somebody_registered_again_stays(partner):
    same = {"birth_date": dt.date(1984, 3, 12), "phone": "0501110001"}
    known(partner, ago(2000), **same)
    known(partner, ago(5), **same)
    assert counts() == {}


def test_somebody_linked_to_a_newer_record_stays(partner):
    old, young = known(partner, ago(2000)), known(partner, ago(5))
    link = SameHuman.objects.create(one=old.person, other=young.person, because="tax-number", method="certain-1")
    assert counts() == {}
    link.undone_at = timezone.now()
    link.save(update_fields=["undone_at"])
    assert counts() == {"people-forgotten": 1}


def test_a_registration_taken_back_is_emptied_and_its_lonely_person_erased(partner):
    one = known(partner, ago(200))
    registrations.take_back(by=None, registrations=[one.pk], reason="mistake")
    assert counts() == {}
    Registration.objects.update(withdrawn_at=timezone.now() - dt.timedelta(days=91))
    assert deeds.keep(by=None) == {"registrations-taken-back": 1}
    one.refresh_from_db()
    assert one.surname is None and Erasure.objects.filter(pk=one.person_id).exists()


def test_a_person_keeps_the_registrations_that_were_not_taken_back(partner):
    same = {"birth_date": dt.date(1984, 3, 12), "phone": "0501110001"}
    wrong, right = known(partner, ago(200), **same), known(partner, ago(199), **same)
    registrations.take_back(by=None, registrations=[wrong.pk], reason="mistake")
    Registration.objects.filter(pk=wrong.pk).update(withdrawn_at=timezone.now() - dt.timedelta(days=91))
    assert deeds.keep(by=None) == {"registrations-taken-back": 1}
    right.refresh_from_db()
    assert right.surname is not None and Key.objects.filter(pk=right.person_id).exists()


def test_old_drafts_go_with_their_keys(partner):
    who = make.user("registrar", at=partner)
    draft = drafts.keep(by=who, id=Entry(partner.pk, "UA63", TODAY).id, form={}, people=1)
    Draft.objects.update(kept_at=timezone.now() - dt.timedelta(days=15))
    assert deeds.keep(by=None) == {"drafts": 1}
    assert not Draft.objects.exists() and not Key.objects.filter(pk=draft.pk).exists()


def upload(state, days) -> Upload:
    one = Upload.objects.create(
        sheet="partner-list",
        state=state,
        file_name="x",
        sha256=state.rjust(64),
        size_bytes=1,
        kept_at=f"uploads/{state}.sealed",
        received_at=timezone.now() - dt.timedelta(days=days),
    )
    keys.make([one.pk])
    (Path(settings.DATA) / "uploads").mkdir(parents=True, exist_ok=True)
    (Path(settings.DATA) / one.kept_at).write_bytes(b"seal")
    Row.objects.create(upload=one, number=2, key="", digest="", state="taken", sealed=b"\x00O1", values={"sector": "wash"})
    Fault.objects.create(upload=one, number=3, column="phone", code="phone-short", sealed=b"\x00O1")
    return one


@pytest.mark.django_db(transaction=True)
def test_evidence_goes_with_its_key_and_file_and_leaves_what_names_nobody():
    kept, old, never = upload("accepted", 100), upload("withdrawn", 91), upload("refused", 91)
    assert counts() == {"evidence-not-taken-in": 2}
    deeds.keep(by=None)
    for one in (old, never):
        assert not Key.objects.filter(pk=one.pk).exists() and not (Path(settings.DATA) / one.kept_at).exists()
        assert one.rows.get().sealed is None and one.rows.get().values == {"sector": "wash"} and one.faults.get().sealed is None
    assert Key.objects.filter(pk=kept.pk).exists() and (Path(settings.DATA) / kept.kept_at).exists()
    Upload.objects.update(received_at=timezone.now() - dt.timedelta(days=731))
    assert counts() == {"evidence": 1}


def test_only_who_may_erase_everywhere_may_let_go(partner):
    for who in (make.user("registrar", at=partner), make.user("data-protection-officer", at=partner), make.user("viewer")):
        with pytest.raises(NotAllowed):
            deeds.keep(by=who)
    assert deeds.keep(by=make.user("data-protection-officer")) == {}


def test_what_a_restore_brings_back_is_erased_again(partner):
    one = known(partner, ago(5))
    keys.erase_again({one.person_id})
    one.refresh_from_db()
    assert one.surname is None and one.person.erased_at is not None
    after_restore.erase_again([one.person_id])
