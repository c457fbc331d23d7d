"""Backup and restore. A backup is one sealed file with the database, the kept files, and what each table weighed; never the key file.

It is a tar in AES-256-GCM chunks of 1 MB, each bound to its number and to whether it is the last, so nothing can be changed,
moved or cut off. A restore checks every table and file against the list inside before it puts anything in place, keeps what was
there before beside it, and erases again everybody who was erased meanwhile.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import io
import json
import os
import shutil
import sqlite3
import struct
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from oplich.core import journal, keys, sealing
from oplich.core.models import Key
from oplich.core.refusal import Refusal

HEAD = b"OPLICHBACKUP1\n"
CHUNK = 1_000_000
LEFT_OUT = {"progress", "facts", "tmp"}  # made again by themselves
Say = Callable[[str], None]


class NotABackup(Refusal):
    pass


class OtherKey(Refusal):
    pass


class Damaged(Refusal):
    pass


class StillServing(Refusal):
    pass


class Sealer(io.RawIOBase):
    """What is written to it arrives in `file` in sealed chunks."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.number, self.waiting = file, 0, bytearray()
        salt = os.urandom(16)
        self.cipher = AESGCM(sealing.key_for("backup", salt))
        file.write(HEAD + salt)

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.waiting += data
        while len(self.waiting) > CHUNK:
            self._seal(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]
        return len(data)

    def _seal(self, clear: bytes, *, last: bool) -> None:
        bound = struct.pack(">Q?", self.number, last)
        sealed = self.cipher.encrypt(struct.pack(">IQ", 0, self.number), clear, bound)
        self.file.write(struct.pack(">I?", len(sealed), last) + sealed)
        self.number += 1

    def finish(self) -> None:
        self._seal(bytes(self.waiting), last=True)


def opened(file: BinaryIO) -> Iterator[bytes]:
    """The clear chunks of a sealed backup. Raises NotABackup, OtherKey, Damaged."""
    if file.read(len(HEAD)) != HEAD:
        raise NotABackup("This file is not a backup of Oplich. Choose one that “oplich backup” made.")
    cipher, number, last = AESGCM(sealing.key_for("backup", file.read(16))), 0, False
    while not last:
        head = file.read(5)
        if len(head) < 5:
            raise Damaged("The backup is cut off. Take another one.")
        size, last = struct.unpack(">I?", head)
        try:
            yield cipher.decrypt(struct.pack(">IQ", 0, number), file.read(size), struct.pack(">Q?", number, last))
        except InvalidTag as error:
            if number == 0:
                raise OtherKey(
                    "This key file does not open this backup. Put back the key file that was in use when it was made."
                ) from error
            raise Damaged("The backup was changed or damaged. Take another one.") from error
        number += 1
    if file.read(1):
        raise Damaged("Something was added to the end of the backup. Take another one.")


@contextlib.contextmanager
def serving() -> Iterator[None]:
    """Held by every process that serves or works, so that nobody restores beneath it."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HOME / "serving.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nobody else serves or restores this home. Raises StillServing."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HOME / "serving.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StillServing("Oplich is running. Stop it first, then restore.") from error
        yield


def weigh(cursor: Any, vendor: str) -> dict[str, list[Any]]:
    """Rows and a digest of each table, whatever the order of rows."""
    if vendor == "postgresql":
        cursor.execute("select tablename from pg_tables where schemaname = current_schema() order by tablename")
        found = {}
        for (table,) in cursor.fetchall():
            digest = "('x' || left(md5(one::text), 16))::bit(64)::bigint::numeric"
            cursor.execute(f'select count(*), coalesce(sum({digest}), 0)::text from "{table}" one')  # noqa: S608  (the catalogue's own name)
            found[table] = list(cursor.fetchone())
        return found
    cursor.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")
    found = {}
    for (table,) in cursor.fetchall():
        rows, total = 0, 0
        for row in cursor.execute(f'select * from "{table}"'):  # noqa: S608  (the catalogue's own name)
            rows += 1
            total = (total + int.from_bytes(hashlib.sha256(repr(row).encode()).digest()[:16], "big")) % 2**128
        found[table] = [rows, f"{total:032x}"]
    return found


def _files() -> list[Path]:
    """What is kept beside the database."""
    database = Path(connection.settings_dict["NAME"]).name if connection.vendor == "sqlite" else ""
    found = []
    for path in sorted(settings.DATA.rglob("*")):
        inside = path.relative_to(settings.DATA)
        if path.is_file() and inside.parts[0] not in LEFT_OUT and not (database and path.name.startswith(database)):
            found.append(path)
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _libpq() -> tuple[list[str], dict[str, str]]:
    parts = connection.settings_dict
    words = [f"--dbname={parts['NAME']}"]
    words += [f"--{flag}={parts[name]}" for flag, name in (("host", "HOST"), ("port", "PORT"), ("username", "USER")) if parts[name]]
    return words, {**os.environ, "PGPASSWORD": str(parts["PASSWORD"] or "")}


def _copy_database(folder: Path) -> tuple[Path, dict[str, list[Any]]]:
    """A consistent copy while everybody goes on working, and what its tables weigh."""
    if connection.vendor == "sqlite":
        copy = folder / "database.sqlite3"
        with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as live:
            live.execute("vacuum into ?", [str(copy)])  # leaves out free pages, where erased rows might linger
        with contextlib.closing(sqlite3.connect(copy)) as still:
            return copy, weigh(still.cursor(), "sqlite")
    copy = folder / "database.pgdump"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        weights = weigh(cursor, "postgresql")
        words, environment = _libpq()
        command = ["pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={copy}", *words]
        subprocess.run(command, env=environment, check=True, capture_output=True)
    return copy, weights


def back_up(target: Path, *, say: Say = lambda words: None) -> dict[str, Any]:
    """Write one backup to `target`. It is complete or it is not there. Returns what it says about itself."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = target.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
        say("copying the database")
        copy, weights = _copy_database(Path(scratch))
        files = _files()
        digests: dict[str, str] = {}
        say(f"sealing {len(files)} files")
        about = {
            "format": 1,
            "made_at": timezone.now().isoformat(),
            "database": connection.vendor,
            "tables": weights,
            "files": digests,
        }
        with beside.open("wb") as file:
            os.chmod(beside, 0o600)
            sealer = Sealer(file)
            with tarfile.open(fileobj=sealer, mode="w|") as tar:
                tar.add(copy, copy.name)
                for path in files:
                    with contextlib.suppress(FileNotFoundError):  # erased while we worked
                        digest = _sha256(path)
                        tar.add(path, f"files/{path.relative_to(settings.DATA)}")
                        digests[str(path.relative_to(settings.DATA))] = digest
                said = json.dumps(about).encode()
                entry = tarfile.TarInfo("about.json")
                entry.size = len(said)
                tar.addfile(entry, io.BytesIO(said))
            sealer.finish()
            file.flush()
            os.fsync(file.fileno())
    os.replace(beside, target)
    journal.write(by=None, what="backup.made", tables=len(weights), files=len(digests))
    return about


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Open a backup into `folder` and check every file and table. Raises NotABackup, OtherKey, Damaged."""
    clear = folder / "clear.tar"
    with source.open("rb") as file, clear.open("wb") as out:
        for chunk in opened(file):
            out.write(chunk)
    with tarfile.open(clear) as tar:
        tar.extractall(folder / "in", filter="data")
    clear.unlink()
    about = json.loads((folder / "in" / "about.json").read_text())
    for name, digest in about["files"].items():
        path = folder / "in" / "files" / name
        if not path.exists() or _sha256(path) != digest:
            raise Damaged(f"A kept file ({name}) is not as it was when the backup was made. Take another backup.")
    if about["database"] == "sqlite":
        with contextlib.closing(sqlite3.connect(folder / "in" / "database.sqlite3")) as still:
            _compare(about, weigh(still.cursor(), "sqlite"))
    return about


def _compare(about: dict[str, Any], weights: dict[str, list[Any]]) -> None:
    wrong = sorted(table for table in about["tables"].keys() | weights.keys() if about["tables"].get(table) != weights.get(table))
    if wrong:
        raise Damaged(f"These tables are not as they were when the backup was made: {', '.join(wrong)}. Take another backup.")


def restore(source: Path, *, say: Say = lambda words: None) -> dict[str, Any]:
    """Put a backup in place of what is there, verified; what was there is kept beside. Raises the refusals of `unpack`, StillServing."""
    with alone(), tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as scratch:
        folder = Path(scratch)
        say("opening and checking the backup")
        about = unpack(source, folder)
        if about["database"] != connection.vendor:
            raise NotABackup(f"This backup is of a {about['database']} database, and this Oplich runs on {connection.vendor}.")
        erased = _erased_so_far()
        keys.note_erasures(erased)  # should we be killed while the database is moved, the list has them
        say("putting it in place")
        connection.close()
        before = settings.HOME / f"before-restore-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}"
        shutil.copytree(settings.DATA, before) if connection.vendor == "postgresql" else settings.DATA.rename(before)
        _put_in_place(folder / "in")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                _compare(about, weigh(cursor, "postgresql"))
    say("bringing it up to this version")
    call_command("migrate", interactive=False, verbosity=0)
    erased |= keys.known_erasures()
    again = keys.erase_again(erased)
    say(f"erased again: {again} of {len(erased)}")
    keys.rewrap_all()
    journal.note_restore()
    journal.write(by=None, what="backup.restored", made_at=about["made_at"], erased_again=again)
    return {**about, "erased_again": again, "kept_before": before.name, "keys": Key.objects.count()}


def _erased_so_far() -> set:
    """The live database may know of erasures later than the list; it may also be gone or broken, and then the list must do."""
    with contextlib.suppress(Exception):
        return keys.known_erasures()
    connection.close()
    return set()


def _put_in_place(folder: Path) -> None:
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / "files"
    if connection.vendor == "postgresql":
        for path in _files():
            path.unlink()
        words, environment = _libpq()
        command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", *words, str(folder / "database.pgdump")]
        subprocess.run(command, env=environment, check=True, capture_output=True)
    else:
        shutil.move(folder / "database.sqlite3", connection.settings_dict["NAME"])
    for path in sorted(kept.rglob("*")) if kept.exists() else []:
        if path.is_file():
            there = settings.DATA / path.relative_to(kept)
            there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(path, there)
