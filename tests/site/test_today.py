"""The home page: what needs me, and what others did that I may see."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.utils import timezone
from tests import make

from oplich.core import journal
from oplich.core.models import Entry, Job
from oplich.intake.models import Upload
from oplich.site import telling, today

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def hand_in(organisation, by):
    upload = Upload.objects.create(
        organisation=str(organisation.pk), sender=organisation.name, file_name="a.xlsx", sha256=str(organisation.pk), size_bytes=1, by=by
    )
    journal.write(by=by, what="upload.received", subject=upload, file_name="a.xlsx")
    return upload


def heard(user, since=None):
    return [change.last.what for change in today.changes(user, since)]


def test_a_reporter_hears_of_their_own_organisation_only():
    ours, theirs, somebody = make.organisation("Ours"), make.organisation("Theirs"), make.user("information-manager")
    hand_in(theirs, somebody)
    assert heard(make.user("reporter", at=ours)) == []
    hand_in(ours, somebody)
    assert heard(make.user("reporter", at=ours)) == ["upload.received"]


def test_what_i_did_myself_is_no_news_to_me():
    me = make.user("information-manager")
    hand_in(make.organisation("Ours"), me)
    assert heard(me) == []


def test_many_deeds_of_a_kind_are_one_line():
    somebody = make.user("information-manager")
    for number in range(5):
        hand_in(make.organisation(f"Partner {number}"), somebody)
    [change] = today.changes(make.user("information-manager"), None)
    assert change.times == 5
    assert change.url == ""


def test_who_looked_at_whom_is_not_news():
    person = make.organisation("Ours")
    journal.write(by=make.user("registrar"), what="contact.seen", subject=person)
    assert heard(make.user("information-manager")) == []


def test_news_older_than_the_last_look_is_not_told_again(client):
    me, somebody = make.user("information-manager"), make.user("information-manager")
    hand_in(make.organisation("Ours"), somebody)
    Entry.objects.filter(what="upload.received").get()
    client.force_login(me)
    assert "a.xlsx" in client.get("/en/").text
    assert "a.xlsx" in client.get("/en/").text, "a reload within the visit shows the same"
    session = client.session
    session["home"] = {**session["home"], "seen": (timezone.now() - dt.timedelta(hours=2)).isoformat()}
    session.save()
    assert "a.xlsx" not in client.get("/en/").text


def test_work_that_came_to_nothing_needs_me(client):
    me = make.user("information-manager")
    Job.objects.create(
        path="x.y", title="Reading march.xlsx", by=me, state=Job.State.REFUSED, ended_at=timezone.now(), outcome="It is locked."
    )
    Job.objects.create(path="x.y", title="Another's", by=make.user(""), state=Job.State.REFUSED, ended_at=timezone.now())
    assert [str(matter.detail) for matter in today.matters(me)] == ["It is locked."]


def test_every_deed_in_the_code_has_words():
    written = {
        deed for path in (ROOT / "src").rglob("*.py") for deed in re.findall(r'what="([a-z_.-]+)"', path.read_text(encoding="utf-8"))
    }
    assert written, "the pattern finds no deed any more"
    assert sorted(written - set(telling.DEEDS)) == []
