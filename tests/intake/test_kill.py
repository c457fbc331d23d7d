"""kill -9 in the middle of checking and of taking in, twenty times each: nothing half done, and it goes on. On both databases."""

import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings as oplich
from django.db import connection

from oplich.intake import actions
from oplich.intake.models import Fault, Row, Upload
from tests import make
from tests.intake import reports

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
KILLS = 20
LINES = 1_500


@pytest.fixture
def sender(settings, transactional_db):
    settings.OPLICH_SHEETS = ["tests.intake.reports.REPORTS"]
    return make.user("information-manager")


def start(deed: str, upload: Upload) -> subprocess.Popen:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)]), "OPLICH_HOME": str(oplich.HOME)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.intake.taker", deed, str(upload.pk), str(connection.settings_dict["NAME"])],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    line = process.stdout.readline()
    if line.strip() != "now":
        raise AssertionError(process.stderr.read())
    return process


def kill_in_the_middle(deed: str, upload: Upload, after: float) -> bool:
    """True when the process was killed before its deed was over."""
    process = start(deed, upload)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    process.stdout.close()
    process.stderr.close()
    return "done" not in rest


def finish(deed: str, upload: Upload) -> None:
    process = start(deed, upload)
    out, errors = process.communicate(timeout=120)
    assert "done" in out, errors


def receive(by, rows) -> Upload:
    return actions.receive(by=by, file=io.BytesIO(reports.book(rows)), file_name="march.xlsx")


def test_twenty_kills_while_taking_in_leave_nothing_half_taken(sender):
    rows = reports.lines(LINES)
    first = actions.accept(by=sender, upload=actions.check(by=sender, upload=receive(sender, rows[: LINES * 2 // 3])))
    before = reports.recorded()
    corrected = [[*row[:3], row[3] + (100 if number % 3 == 0 else 0)] for number, row in enumerate(rows)]
    second = actions.check(by=sender, upload=receive(sender, corrected))
    states = dict(Row.objects.values_list("pk", "state"))
    chance, in_the_middle = random.Random(20230331), 0
    for _kill in range(KILLS):
        in_the_middle += kill_in_the_middle("accept", second, chance.uniform(0.01, 0.35))
        second.refresh_from_db()
        assert second.state == "checked", "the deed was over before the kill; make it slower"
        assert reports.recorded() == before
        assert dict(Row.objects.values_list("pk", "state")) == states
    assert in_the_middle == KILLS
    finish("accept", second)
    second.refresh_from_db()
    assert (second.rows_new, second.rows_replaced, second.rows_unchanged) == (500, 334, 666)
    after = reports.recorded()
    assert len(after) == LINES and sum(values["people"] for values in after.values()) == sum(row[3] for row in corrected)
    assert set(Row.objects.exclude(in_force_key=None).values_list("pk", flat=True)) == set(after)
    first.refresh_from_db()
    assert first.state == "accepted"


def test_twenty_kills_while_checking_leave_a_file_that_can_be_checked(sender):
    rows = reports.lines(LINES)
    rows[70][0] = rows[1_400][1] = "Атлантида"
    upload = receive(sender, rows)
    chance, in_the_middle = random.Random(20230228), 0
    for _kill in range(KILLS):
        in_the_middle += kill_in_the_middle("check", upload, chance.uniform(0.05, 0.6))
        upload.refresh_from_db()
        if upload.state == "checked":
            assert Row.objects.filter(upload=upload).count() == LINES
        else:
            assert upload.state in ("received", "reading")
            with pytest.raises(actions.NotChecked):
                actions.accept(by=sender, upload=upload, only_good=True)
    assert in_the_middle >= KILLS // 2
    finish("check", upload)
    upload.refresh_from_db()
    assert (upload.state, upload.rows_read, upload.faults_found) == ("checked", LINES, 2)
    assert Row.objects.filter(upload=upload).count() == LINES and Fault.objects.filter(upload=upload).count() == 2


def test_a_child_that_reads_dies_with_its_parent(sender):
    upload = receive(sender, reports.lines(20_000))
    process = start("check", upload)
    deadline = time.monotonic() + 20
    while not (readers := _readers_of(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert readers, "no reader was seen at work"
    os.kill(process.pid, signal.SIGKILL)  # not its group: only the parent
    process.wait()
    while any(Path(f"/proc/{pid}").exists() and pid in _readers_of(None) for pid in readers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not set(readers) & set(_readers_of(None))


def _readers_of(parent: int | None) -> list[int]:
    """Reading children of that parent, or all that are alive."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words, stat = (folder / "cmdline").read_bytes(), (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if b"oplich.intake.reading" in words and stat[0] != "Z" and parent in (None, int(stat[1])):
                found.append(int(folder.name))
    return found


def test_two_takers_at_once_take_every_line_once(sender):
    one, two = (actions.check(by=sender, upload=receive(sender, rows)) for rows in (reports.lines(400), reports.lines(500)))
    takers = [threading.Thread(target=finish, args=("accept", upload)) for upload in (one, two, two)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    found = reports.recorded()
    assert len(found) == 500
    assert Row.objects.exclude(in_force_key=None).count() == 500
    one.refresh_from_db(), two.refresh_from_db()
    assert {one.state, two.state} == {"accepted"}
    assert one.rows_new + two.rows_new == 500 and one.rows_unchanged + two.rows_unchanged == 400
