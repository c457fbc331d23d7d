"""Cut the power at any point of a recorded run and build what a disk may hold afterwards.

The model is stricter than ext4: of every file only what was written before its last sync is certain; later writes may be there,
missing, or torn at a 512-byte sector; a new name, a rename or a removal is certain only after its folder was synced.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HEAD = struct.Struct("<ciQI")
SECTOR = 512


@dataclass(frozen=True)
class Record:
    op: str
    file: int
    offset: int
    data: bytes


def read_log(path: Path) -> Iterator[Record]:
    """The records of a run, in order. A last record torn by a kill is dropped."""
    log, at = path.read_bytes(), 0
    while at + HEAD.size <= len(log):
        op, number, offset, length = HEAD.unpack_from(log, at)
        at += HEAD.size
        if op in b"ST":
            length = 0
        if at + length > len(log):
            return
        yield Record(op.decode(), number, offset, log[at : at + length])
        at += length


@dataclass
class File:
    """A file's certain bytes, and what was done to it since the last sync."""

    certain: bytearray = field(default_factory=bytearray)
    pending: list[Record] = field(default_factory=list)


def apply(body: bytearray, record: Record, upto: int | None = None) -> None:
    if record.op == "T":
        del body[record.offset :]
        body.extend(bytes(record.offset - len(body)))
    elif record.op == "Z":
        body.clear()
    else:
        data = record.data[:upto]
        if record.offset > len(body):
            body.extend(bytes(record.offset - len(body)))
        body[record.offset : record.offset + len(data)] = data


class Disk:
    """What is certain and what is not, after each record of the log."""

    def __init__(self, image: Path, under: Path) -> None:
        self.under = str(under)
        self.files: dict[int, File] = {}  # by inode, which we number ourselves
        self.names: dict[str, int] = {}  # certain names
        self.now: dict[str, int] = {}  # names as the running system sees them
        self.folder_changes: list[tuple[str, str, int | None]] = []  # (folder, path, inode or None), not yet synced
        self.open: dict[int, tuple[str, int | None]] = {}  # file number → path, inode
        self.acks = bytearray()
        for path in sorted(image.rglob("*")):
            if path.is_file():
                self._born(str(under / path.relative_to(image)), certain=path.read_bytes())
        self.names = dict(self.now)
        self.folder_changes.clear()

    def _born(self, path: str, certain: bytes = b"") -> int:
        inode = len(self.files) + 1
        self.files[inode] = File(bytearray(certain))
        self._name(path, inode)
        return inode

    def _name(self, path: str, inode: int | None) -> None:
        if inode is None:
            self.now.pop(path, None)
        else:
            self.now[path] = inode
        self.folder_changes.append((path.rpartition("/")[0], path, inode))

    def step(self, record: Record) -> None:
        if record.op in "COZ":
            path = record.data.decode()
            inode = self.now.get(path) if record.op != "C" else self._born(path)
            self.open[record.file] = (path, inode)
            if record.op == "Z" and inode:
                self.files[inode].pending.append(record)
        elif record.op in "WT":
            path, inode = self.open[record.file]
            if path.endswith("/acks"):
                self.acks += record.data
            elif inode:
                self.files[inode].pending.append(record)
        elif record.op == "S":
            path, inode = self.open[record.file]
            if inode:
                file = self.files[inode]
                for one in file.pending:
                    apply(file.certain, one)
                file.pending.clear()
            else:  # a folder
                self._settle([change for change in self.folder_changes if change[0] == path])
                self.folder_changes = [change for change in self.folder_changes if change[0] != path]
        elif record.op == "R":
            old, new = record.data.decode().split("\0")
            inode = self.now.get(old)
            if inode:
                self._name(new, inode)
                self._name(old, None)
        elif record.op == "U":
            self._name(record.data.decode(), None)

    def _settle(self, changes: list[tuple[str, str, int | None]]) -> None:
        for _, path, inode in changes:
            if inode is None:
                self.names.pop(path, None)
            else:
                self.names[path] = inode

    def after_the_cut(self, rng: random.Random) -> dict[str, bytes]:
        """One thing the disk may hold if the power goes now: path below `under` → bytes."""
        names = dict(self.names)
        kept = rng.choice([0, len(self.folder_changes), rng.randint(0, len(self.folder_changes))])
        for _, path, inode in self.folder_changes[:kept]:
            if inode is None:
                names.pop(path, None)
            else:
                names[path] = inode
        found = {}
        for path, inode in names.items():
            file = self.files[inode]
            body = bytearray(file.certain)
            mode = rng.choice(["none", "all", "some", "first"])
            pending = file.pending
            if mode == "first":
                pending = pending[: rng.randint(0, len(pending))]
            elif mode == "some":
                pending = [one for one in pending if rng.random() < 0.5]
            if mode != "none":
                for number, one in enumerate(pending):
                    torn = number == len(pending) - 1 and mode != "all" and len(one.data) > SECTOR
                    apply(body, one, rng.randrange(0, len(one.data), SECTOR) if torn else None)
            found[path[len(self.under) + 1 :]] = bytes(body)
        return found
