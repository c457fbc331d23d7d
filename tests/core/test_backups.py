"""The drill: back up, lose everything, restore, and look at every row."""

import os
import shutil
import subprocess

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from oplich.core import journal, keys, sealing
from oplich.core.ids import uuid7
from oplich.core.models import Entry, User
from oplich.intake.models import Row, Upload
from oplich.site import backups

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
CANARIES = 10_000


def canary(n: int) -> str:
    return f"Канарейченко{n:05d}Зразок"


@pytest.fixture(autouse=True)
def a_home_of_its_own():
    for name in (settings.OPLICH_ERASURES, settings.OPLICH_JOURNAL_HEADS):
        name.unlink(missing_ok=True)
    yield
    for left in settings.HOME.glob("before-restore-*"):
        shutil.rmtree(left)


@pytest.fixture
def filled():
    """A user, a file kept sealed, and rows with sealed names."""
    olena = User.objects.create(username="olena")
    upload = Upload.objects.create(file_name="list.xlsx", sha256="0" * 64, size_bytes=7, by=olena, kept_at="kept/one.sealed")
    key = keys.make([upload.pk])[upload.pk]
    folder = settings.DATA / "kept"
    folder.mkdir(exist_ok=True)
    (folder / "one.sealed").write_bytes(sealing.seal(key, canary(0), table="intake_upload", column="file", row=upload.pk))
    Row.objects.bulk_create(
        Row(
            upload=upload, number=n, key=str(n), digest=str(n), state="good",
            sealed=sealing.seal(key, canary(n), table="intake_row", column="sealed", row=n),
        )
        for n in range(1, 200)
    )  # fmt: skip
    journal.write(by=olena, what="test.filled", subject=upload)
    journal.seal()
    return upload


def state():
    with connection.cursor() as cursor:
        weights = backups.weigh(cursor, connection.vendor) if connection.vendor == "postgresql" else backups.weigh(cursor.cursor, "sqlite")
    return {table: weight for table, weight in weights.items() if table not in {"core_entry", "core_seal", "django_migrations"}}


def destroy_everything(upload):
    Row.objects.all().delete()
    User.objects.update(full_name="overwritten")
    (settings.DATA / upload.kept_at).unlink()


def test_after_a_restore_every_row_and_file_is_as_it_was(filled, tmp_path):
    before = state()
    backups.back_up(tmp_path / "one.backup")
    destroy_everything(filled)
    assert state() != before
    told = backups.restore(tmp_path / "one.backup")
    assert {**state(), "sqlite_sequence": 0} == {**before, "sqlite_sequence": 0}
    key = keys.get(filled.pk)
    kept = (settings.DATA / "kept" / "one.sealed").read_bytes()
    assert sealing.open_(key, kept, table="intake_upload", column="file", row=filled.pk).decode() == canary(0)
    assert told["erased_again"] == 0
    assert Entry.objects.filter(what="backup.restored").exists()
    journal.seal()
    assert list(journal.verify()) == []


def test_somebody_erased_after_the_backup_stays_erased(filled, tmp_path):
    one, other = uuid7(), uuid7()
    keys.make([one, other])
    backups.back_up(tmp_path / "old.backup")
    keys.destroy([one], reason="asked")
    assert backups.restore(tmp_path / "old.backup")["erased_again"] == 1
    with pytest.raises(sealing.Erased):
        keys.get(one)
    keys.get(other)


def test_an_erasure_is_remembered_even_when_the_database_is_lost(filled, tmp_path):
    one = uuid7()
    keys.make([one])
    backups.back_up(tmp_path / "old.backup")
    keys.destroy([one], reason="asked")
    backups.restore(tmp_path / "old.backup")  # the live database is replaced by one that knows nothing of it …
    settings_list = settings.OPLICH_ERASURES.read_text().split()
    assert str(one) in settings_list
    backups.restore(tmp_path / "old.backup")  # … and again
    with pytest.raises(sealing.Erased):
        keys.get(one)


def test_rooms_drop_what_came_back_of_an_erased_person(filled, tmp_path, settings):
    settings.OPLICH_ERASERS = ["tests.core.errands.note_erased"]
    one = uuid7()
    keys.make([one])
    backups.back_up(tmp_path / "old.backup")
    keys.destroy([one], reason="asked")
    backups.restore(tmp_path / "old.backup")
    assert Entry.objects.get(what="errand.erased").detail == {"subjects": [str(one)]}


def test_a_backup_does_not_open_with_another_key_file(filled, tmp_path):
    backups.back_up(tmp_path / "one.backup")
    before = settings.OPLICH_KEY_FILE
    settings.OPLICH_KEY_FILE = tmp_path / "other" / "oplich.key"
    sealing.make_key_file(settings.OPLICH_KEY_FILE)
    try:
        with pytest.raises(CommandError, match="This key file does not open this backup"):
            call_command("restore", tmp_path / "one.backup")
    finally:
        settings.OPLICH_KEY_FILE = before
    assert Row.objects.count() == 199, "nothing was touched"


@pytest.mark.parametrize("spoil", ["bit", "cut", "cut a chunk", "add", "empty", "other file"])
def test_a_spoiled_backup_is_refused_and_nothing_is_touched(filled, tmp_path, spoil):
    (settings.DATA / "kept" / "large.sealed").write_bytes(os.urandom(2_500_000))
    backups.back_up(tmp_path / "one.backup")
    whole = (tmp_path / "one.backup").read_bytes()
    chunk = 5 + backups.CHUNK + 16
    start = len(backups.HEAD) + 16
    spoiled = {
        "bit": whole[:-100_000] + bytes([whole[-100_000] ^ 1]) + whole[-99_999:],
        "cut": whole[:-5000],
        "cut a chunk": whole[: start + chunk] + whole[start + 2 * chunk :],
        "add": whole + b"x",
        "empty": b"",
        "other file": b"PK\x03\x04" + whole,
    }[spoil]
    (tmp_path / "two.backup").write_bytes(spoiled)
    with pytest.raises(CommandError):
        call_command("restore", tmp_path / "two.backup")
    assert Row.objects.count() == 199


def test_nothing_is_restored_beneath_a_running_server(filled, tmp_path):
    backups.back_up(tmp_path / "one.backup")
    with backups.serving(), pytest.raises(CommandError, match="Stop it first"):
        call_command("restore", tmp_path / "one.backup")


def test_ten_thousand_names_are_in_no_file_and_the_key_is_in_no_backup(filled, tmp_path):
    """Sealed names, the backup, the opened backup, logs, progress: no name in any spelling of bytes, no key."""
    key = keys.get(filled.pk)
    Row.objects.bulk_create(
        (
            Row(
                upload=filled, number=n, key=sealing.blind("test", canary(n)), digest="", state="good",
                sealed=sealing.seal(key, canary(n), table="intake_row", column="sealed", row=n),
            )
            for n in range(1000, 1000 + CANARIES)
        ),
        batch_size=1000,
    )  # fmt: skip
    backups.back_up(tmp_path / "one.backup")
    opened = tmp_path / "opened"
    opened.mkdir()
    backups.unpack(tmp_path / "one.backup", opened)
    spellings = [word.encode(coding) for word in ("Канарейченко", "канарейченко") for coding in ("utf-8", "utf-16-le", "cp1251")]
    secrets = [settings.OPLICH_KEY_FILE.read_bytes()[20:60]]
    looked = 0
    for folder in (settings.DATA, settings.HOME / "log", tmp_path):
        for path in folder.rglob("*"):
            if path.is_file():
                body = path.read_bytes()
                looked += 1
                assert not any(spelling in body for spelling in spellings), f"a name lies in {path.name}"
                assert not any(secret in body for secret in secrets), f"the key lies in {path.name}"
    assert looked >= 3
    if connection.vendor == "postgresql":
        words, environment = backups._libpq()
        dump = subprocess.run(["pg_dump", *words], env=environment, capture_output=True, check=True).stdout
        assert not any(spelling in dump for spelling in spellings)
    assert Row.objects.get(number=1000 + CANARIES - 1).sealed is not None
