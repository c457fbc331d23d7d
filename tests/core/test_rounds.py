"""What the house does for itself every day."""

import datetime as dt
import os
import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.module_loading import import_string

from oplich.core import append_only, jobs, journal
from oplich.core.ids import uuid7
from oplich.core.models import Entry, Job
from oplich.site import health, rounds

pytestmark = pytest.mark.django_db


class Handle:
    id = uuid7()

    def step(self, *_, **__):
        pass


@pytest.fixture(autouse=True)
def nothing_found_yet():
    for file in (settings.OPLICH_JOURNAL_HEADS, rounds._finding()):
        file.unlink(missing_ok=True)
    yield
    for file in (settings.OPLICH_JOURNAL_HEADS, rounds._finding()):
        file.unlink(missing_ok=True)


def test_a_journal_that_was_tampered_with_is_found_the_same_day():
    for n in range(5):
        journal.write(by=None, what="test.done", n=n)
    rounds.check_journal(job=Handle())
    assert health.journal()["ok"] and health.journal()["sealed_lines"] == 5
    with append_only.lifted():
        Entry.objects.filter(pk=Entry.objects.first().pk).update(detail={})
    rounds.check_journal(job=Handle())
    assert not health.journal()["ok"] and health.journal()["faults"] >= 1


def test_what_nobody_needs_any_more_is_thrown_away_and_the_rest_stays():
    now = timezone.now()
    Session.objects.create(session_key="old", expire_date=now - dt.timedelta(days=1))
    Session.objects.create(session_key="live", expire_date=now + dt.timedelta(days=1))
    Job.objects.create(path="x", title="old", state="done", ended_at=now - dt.timedelta(days=100))
    Job.objects.create(path="x", title="new", state="done", ended_at=now)
    waiting = Job.objects.create(path="x", title="waiting")
    left, kept = jobs._file(uuid7(), "lock"), jobs._file(waiting.pk, "lock")
    for file in (left, kept):
        file.touch()
        os.utime(file, (time.time() - 7200, time.time() - 7200))
    rounds.tidy(job=Handle())
    assert set(Session.objects.values_list("session_key", flat=True)) == {"live"}
    assert set(Job.objects.values_list("title", flat=True)) == {"new", "waiting"}
    assert not left.exists() and kept.exists()


def test_every_round_that_is_asked_for_exists():
    assert all(callable(import_string(path)) for path in settings.OPLICH_ROUNDS)
