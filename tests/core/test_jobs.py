"""Work done outside the request."""

import datetime as dt

import pytest
from django.utils import timezone

from oplich.core import jobs
from oplich.core.models import Entry, Job, User

pytestmark = pytest.mark.django_db
ERRANDS = "tests.core.errands"


@pytest.fixture
def olena():
    return User.objects.create(username="olena", language="en")


def test_a_job_runs_and_tells_what_came_of_it(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 3})
    assert jobs.run_waiting() == ["done"]
    job.refresh_from_db()
    assert (job.state, job.outcome, job.outcome_url, job.attempts) == ("done", "Counted to 3.", "/uk/", 1)
    assert Entry.objects.filter(what="errand.counted").count() == 3
    assert Entry.objects.get(what="job.done").by == olena


def test_the_same_work_is_asked_for_once_until_it_is_finished(olena):
    one = jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1}, once_key="count")
    assert jobs.ask(by=None, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1}, once_key="count") == one
    jobs.run_waiting()
    assert jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1}, once_key="count") != one


def test_a_refusal_ends_the_job_with_its_own_words(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.refuse", title="Fetch")
    assert jobs.run_waiting() == ["refused"]
    job.refresh_from_db()
    assert job.outcome == "The warehouse is closed on Sunday. Come back on Monday."


def test_a_breakdown_is_told_without_its_inside_and_the_next_job_runs(olena):
    broken = jobs.ask(by=olena, path=f"{ERRANDS}.break_down", title="Break")
    jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1})
    assert jobs.run_waiting() == ["failed", "done"]
    broken.refresh_from_db()
    assert "secret" not in broken.outcome and "operator" in broken.outcome


def test_a_database_that_does_not_answer_is_tried_again_later_and_not_for_ever(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.find_no_database", title="Look")
    for attempt in range(1, jobs.TRIES):
        assert jobs.run_waiting() == ["waiting"]
        job.refresh_from_db()
        assert job.attempts == attempt and job.run_at > timezone.now()
        assert jobs.run_waiting() == []
        Job.objects.update(run_at=timezone.now())
    assert jobs.run_waiting() == ["failed"]


def test_a_waiting_job_that_was_stopped_does_nothing(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 3})
    jobs.cancel(by=olena, job=job)
    assert jobs.progress(job).stopping
    assert jobs.run_waiting() == ["cancelled"]
    assert not Entry.objects.filter(what="errand.counted").exists()
    assert Entry.objects.get(what="job.cancelled").by == olena


def test_a_running_job_stops_at_its_next_step(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.stop_itself", title="Stop")
    assert jobs.run_waiting() == ["cancelled"]
    assert Entry.objects.filter(what="errand.stopped").count() == 3
    job.refresh_from_db()
    assert "as asked" in job.outcome and (job.done_steps, job.total_steps) == (3, 10)


def test_what_has_ended_cannot_be_stopped(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1})
    jobs.run_waiting()
    job.refresh_from_db()
    with pytest.raises(jobs.AlreadyEnded, match="“Count” has already ended"):
        jobs.cancel(by=olena, job=job)


def test_a_job_whose_process_died_is_run_again(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1})
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1)
    assert jobs.take_up_again() == 1
    assert jobs.run_waiting() == ["done"]


def test_a_job_that_somebody_is_running_is_left_alone(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1})
    Job.objects.filter(pk=job.pk).update(state="running")
    with jobs._held(job.pk):
        assert jobs.take_up_again() == 0
    assert jobs.take_up_again() == 1


def test_a_job_that_kills_its_process_every_time_is_given_up(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1})
    Job.objects.filter(pk=job.pk).update(state="running", attempts=jobs.KILLS)
    jobs.take_up_again()
    job.refresh_from_db()
    assert job.state == "failed" and "again and again" in job.outcome


def test_a_job_may_be_asked_for_later(olena):
    jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1}, at=timezone.now() + dt.timedelta(hours=1))
    assert jobs.run_waiting() == []


def test_rounds_come_when_their_minutes_have_passed_and_leave_no_row(settings):
    settings.OPLICH_ROUNDS = {f"{ERRANDS}.refuse": 1000}
    last: dict[str, float] = {}
    jobs.ask_rounds(last)
    jobs.ask_rounds(last)
    assert Job.objects.count() == 1
    settings.OPLICH_ROUNDS = {}
    Job.objects.all().delete()
    jobs.ask(by=None, path=f"{ERRANDS}.count", title="round", arguments={"up_to": 1})
    assert jobs.run_waiting() == ["done"] and not Job.objects.exists()


def test_progress_is_seen_while_the_job_holds_the_database(olena):
    job = jobs.ask(by=olena, path=f"{ERRANDS}.count", title="Count", arguments={"up_to": 1})
    Job.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()
    jobs.Handle(job).step(25, 100, doing="Reading")
    seen = jobs.progress(job)
    assert (seen.done, seen.total, seen.doing, seen.percent) == (25, 100, "Reading", 25)
