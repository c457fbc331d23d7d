"""kill -9 in the middle of a job, twenty times: nothing half done, nothing twice, and it goes on."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from . import serving

pytestmark = pytest.mark.faults
KILLS = 20
STEPS = 40


def ask(home, notes):
    code = (
        "import django, sys; django.setup()\n"
        "from oplich.core import jobs; from oplich.core.models import User\n"
        "olena = User.objects.get()\n"
        f"for note in sys.argv[1:]: jobs.ask(by=olena, path='tests.core.errands.count_whole', title='Count', arguments={{'up_to': {STEPS}, 'note': note, 'slow': 0.02}})\n"
    )
    subprocess.run([sys.executable, "-c", code, *notes], env=serving.surroundings(home), check=True, timeout=60)


def look(home):
    """Steps by note, and jobs by state, read past the application."""
    with serving.database_of(home) as database:
        note = "detail->>'note'" if "psycopg" in type(database).__module__ else "json_extract(detail, '$.note')"
        counted = database.execute(f"select {note}, count(*) from core_entry where what = 'errand.whole' group by 1")
        return dict(counted.fetchall()), dict(database.execute("select state, count(*) from core_job where by_id is not null group by 1"))


@pytest.fixture
def home(tmp_path):
    with serving.empty_database(tmp_path):
        serving.prepare(tmp_path)
        yield tmp_path


def test_twenty_kills_in_the_middle_of_jobs_leave_nothing_half_done(home):
    notes = [f"job-{n}" for n in range(8)]
    ask(home, notes)
    chance = random.Random(20230301)
    environment = serving.surroundings(home)
    broken_off = 0
    for _kill in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-m", "oplich", "work"], env=environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        progress = home / "data" / "progress"
        began = time.time()
        while not list(progress.glob("*.json")) and worker.poll() is None and time.time() - began < 20:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.9))
        broken_off += bool(list(progress.glob("*.json")))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        counted, _states = look(home)
        assert set(counted.values()) <= {STEPS}, "a job is there whole or not at all"
    assert broken_off >= KILLS // 3, "the kills fell between the jobs, not into them"
    worker = subprocess.Popen([sys.executable, "-m", "oplich", "work"], env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        deadline = time.time() + 60
        while time.time() < deadline:
            counted, states = look(home)
            if states.get("done") == len(notes):
                break
            time.sleep(0.3)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    assert counted == {note: STEPS for note in notes}
    assert states["done"] == len(notes)
