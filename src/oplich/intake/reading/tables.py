"""The parent's side of reading: open a file, look at the heads of its sheets, take its rows in batches of columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from oplich.intake.confined import Child, Limits
from oplich.intake.reading.marks import unpack


@dataclass
class SheetHead:
    """The first lines of one worksheet."""

    name: str
    hidden: bool
    lines: int  # 0: not known beforehand (text files)
    width: int
    notes: list[dict[str, Any]]
    head: list[list[Any]]  # from line 1; cells packed (reading.marks)

    def cell(self, row: int, column: int) -> Any:
        """The cell in line `row` (from 1), column from 0; None beyond the table."""
        line = self.head[row - 1] if row <= len(self.head) else []
        return unpack(line[column]) if column < len(line) else None


@dataclass
class Batch:
    """Some lines of one sheet, column by column, cells packed."""

    sheet: int
    first: int
    lines: int
    columns: list[list[Any]]


@dataclass
class Table:
    """A file being read. `kind` is xlsx, xls or text."""

    kind: str
    sheets: list[SheetHead]
    notes: list[dict[str, Any]]
    encoding: str = ""
    delimiter: str = ""
    _frames: Iterator[Any] = field(default_factory=lambda: iter(()))

    def batches(self) -> Iterator[Batch]:
        for frame in self._frames:
            yield Batch(frame["sheet"], frame["first"], frame["lines"], frame["columns"])


class Reading:
    """`with Reading(file) as table:` … Raises confined.Unreadable at any point; the child never outlives the block."""

    def __init__(self, file: BinaryIO, *, head_only: bool = False, limits: Limits | None = None) -> None:
        file.seek(0)
        self.child = Child("oplich.intake.reading", {"head_only": head_only}, [file], limits or Limits())

    def __enter__(self) -> Table:
        try:
            frames = self.child.frames()
            first = next(frames)
        except BaseException:
            self.child.__exit__()
            raise
        return Table(
            kind=first["file"],
            sheets=[SheetHead(**one) for one in first["sheets"]],
            notes=first["notes"] + [note for one in first["sheets"] for note in one["notes"]],
            encoding=first.get("encoding", ""),
            delimiter=first.get("delimiter", ""),
            _frames=frames,
        )

    def __exit__(self, *trouble: object) -> None:
        self.child.__exit__(*trouble)
