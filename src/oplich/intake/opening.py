"""Open a kept file in the confined reader."""

from __future__ import annotations

from typing import Any

from oplich.core import sealing
from oplich.core.refusal import Refusal
from oplich.intake import keeping, words
from oplich.intake.confined import Unreadable
from oplich.intake.models import Upload
from oplich.intake.reading.tables import Reading, Table


class NotReadable(Refusal):
    """The file cannot be read: broken, locked with a password, too large, or not a table at all.

    `why` is the kind of trouble with its details, kept so that each reader is told in their own language.
    """

    why: dict[str, Any] | None = None

    @classmethod
    def because(cls, code: str, detail: dict[str, Any] | None = None) -> NotReadable:
        made = cls(words.refused(code, detail))
        made.why = {"code": code, "detail": detail or {}}
        return made


class opened:
    """The kept file, being read in the confined child. Raises NotReadable."""

    def __init__(self, upload: Upload, *, head_only: bool = False) -> None:
        self.upload, self.head_only = upload, head_only

    def __enter__(self) -> Table:
        try:
            self.clear = keeping.open_kept(self.upload)
        except (sealing.Erased, sealing.CannotOpen) as error:
            raise NotReadable.because("erased" if isinstance(error, sealing.Erased) else "changed") from error
        self.reading = Reading(self.clear, head_only=self.head_only)
        try:
            return self.reading.__enter__()
        except Unreadable as why:
            self.clear.close()
            raise NotReadable.because(why.code, why.detail) from why
        except BaseException:
            self.clear.close()
            raise

    def __exit__(self, kind, error, trace) -> None:
        self.reading.__exit__(kind, error, trace)
        self.clear.close()
        if isinstance(error, Unreadable):
            raise NotReadable.because(error.code, error.detail) from error


def opened_head(upload: Upload) -> Table:
    """The heads of the kept file's worksheets. Raises NotReadable."""
    with opened(upload, head_only=True) as table:
        return table
