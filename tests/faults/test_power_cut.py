"""What was acknowledged survives a power cut at any moment; nothing is ever half there.

The real application runs under a recorder of its writes and syncs (recorder.c); replay.py cuts the run at every sync, and at
seeded points between, and builds a disk that the cut may leave. docs/decisions/0090-power-cuts.md tells how to run more cuts.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.faults.replay import Disk, read_log

HERE = Path(__file__).parent
SEED = int(os.environ.get("OPLICH_SEED", "7"))
CUTS_BETWEEN = int(os.environ.get("OPLICH_CUTS", "400"))
ROUNDS = 5

pytestmark = [pytest.mark.faults, pytest.mark.sqlite]


def work(home: Path, *arguments: str, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.workload", *arguments],
        cwd=HERE.parents[1],
        env={**os.environ, "OPLICH_HOME": str(home), "PYTHONPATH": "src", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A run of the application: the data folder before it, and the log of what it wrote."""
    folder = tmp_path_factory.mktemp("power")
    home, recorder, log = folder / "home", folder / "recorder.so", folder / "log"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", recorder, HERE / "recorder.c", "-ldl", "-lpthread"], check=True)
    work(home, "prepare")
    before = folder / "before"
    shutil.copytree(home / "data", before)
    work(home, "run", str(ROUNDS), LD_PRELOAD=str(recorder), RECORD_TO=str(log), RECORD_UNDER=str(home / "data"))
    return before, home / "data", log


def cut_points(records, rng: random.Random) -> set[int]:
    syncs = [number for number, record in enumerate(records) if record.op == "S"]
    between = rng.sample(range(len(records)), min(CUTS_BETWEEN, len(records)))
    return {*syncs, *(number + 1 for number in syncs), *between}


def lost_or_half_done(folder: Path, acks: list[dict]) -> list[str]:
    """Everything that should be on this disk and is not, or is there by half."""
    base = sqlite3.connect(folder / "oplich.sqlite3")
    wrong = []
    if (verdict := base.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        return [f"database corrupt: {verdict}"]
    if broken := base.execute("PRAGMA foreign_key_check").fetchall():
        wrong.append(f"dangling references: {broken[:3]}")

    def one(sql: str, *values):
        row = base.execute(sql, values).fetchone()
        return row[0] if row else None

    for ack in acks:
        kind, key = ack["kind"], ack.get("id")
        if kind == "entry" and not one("SELECT 1 FROM core_entry WHERE id = ?", key):
            wrong.append(f"journal line {key} lost")
        if kind == "upload" and not one("SELECT 1 FROM intake_upload WHERE id = ?", key):
            wrong.append(f"upload {key} lost")
        if kind == "upload" and not ((folder / ack["kept_at"]).exists() and (folder / ack["kept_at"]).stat().st_size > 0):
            wrong.append(f"the kept file of {key} lost")
        if kind == "accepted" and one("SELECT state FROM intake_upload WHERE id = ?", key) not in ("accepted", "withdrawn"):
            wrong.append(f"acceptance of {key} lost")
        if kind == "withdrawn" and one("SELECT state FROM intake_upload WHERE id = ?", key) != "withdrawn":
            wrong.append(f"withdrawal of {key} lost")
        if kind == "job" and not one("SELECT 1 FROM core_job WHERE id = ?", key):
            wrong.append(f"job {key} lost")
        if kind == "job-done" and one("SELECT state FROM core_job WHERE id = ?", key) != "done":
            wrong.append(f"end of job {key} lost")
    for key, state, rows in base.execute("SELECT id, state, rows_new FROM intake_upload").fetchall():
        told = one(
            "SELECT count(*) FROM assistance_assistance a JOIN intake_row r ON r.id = a.from_row_id WHERE r.upload_id = ? AND NOT a.withdrawn",
            key,
        )
        if told != (rows if state in ("accepted", "withdrawn") else 0):
            wrong.append(f"upload {key} is {state} with {told} of {rows} facts")
    base.close()
    if any(ack["kind"] == "facts" for ack in acks):
        found = list((folder / "facts").glob("*.duckdb"))
        if not found:
            wrong.append("the facts file is lost")
        for file in found:
            with duckdb.connect(str(file), read_only=True) as facts:
                facts.execute("SELECT count(*) FROM help_given").fetchone()
    return wrong


def test_no_acknowledged_record_is_lost_by_a_power_cut_and_none_is_half_there(recorded, tmp_path):
    before, under, log = recorded
    rng, records = random.Random(SEED), list(read_log(log))
    points, disk = cut_points(records, rng), Disk(before, under)
    cuts, checks, wrong = 0, 0, []
    for number, record in enumerate([*records, None]):
        if number in points:
            folder = tmp_path / "disk"
            shutil.rmtree(folder, ignore_errors=True)
            for name, body in disk.after_the_cut(random.Random(SEED * 1_000_003 + number)).items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            acks = [json.loads(line) for line in disk.acks.decode().splitlines()]
            wrong += [f"cut before record {number}: {fault}" for fault in lost_or_half_done(folder, acks)]
            cuts, checks = cuts + 1, checks + len(acks)
        if record:
            disk.step(record)
    print(f"{cuts} cuts, {checks} acknowledged deeds checked, {len(wrong)} lost or half done (seed {SEED})")
    assert cuts > 200 and checks > 1000, "the run was too short to mean anything"
    assert wrong == []


def test_the_harness_sees_what_a_database_without_full_sync_would_lose(recorded, tmp_path_factory):
    """A check that cannot fail is worth nothing: the same run without the syncs of the log loses acknowledged deeds."""
    before, under, log = recorded
    disk, lost = Disk(before, under), 0
    records = list(read_log(log))
    rng = random.Random(SEED)
    for number, record in enumerate(records):
        if record.op == "S" and disk.open[record.file][0].endswith("-wal"):
            continue
        disk.step(record)
        if number % 97 == 0 and disk.acks:
            folder = tmp_path_factory.mktemp("unsynced")
            for name, body in disk.after_the_cut(rng).items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(body)
            try:
                lost += bool(lost_or_half_done(folder, [json.loads(line) for line in disk.acks.decode().splitlines()]))
            except sqlite3.DatabaseError:
                lost += 1
    assert lost > 0
