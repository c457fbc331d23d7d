"""Deeds on uploads: receive a file, say how its columns are read, check it, take it in, take it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, BinaryIO

from django.db import transaction

from oplich.core.refusal import Refusal
from oplich.intake.models import Upload

Progress = Callable[[int, int], Any]  # done, total; may raise jobs.Cancelled


class NotReadable(Refusal):
    """The file cannot be read: broken, locked with a password, too large, or not a table at all."""


class ColumnsUnknown(Refusal):
    """Nobody has said yet what the columns of this file mean."""


class NotChecked(Refusal):
    """The upload has not been checked, or is not in a state in which this can be done."""


class HasFaults(Refusal):
    """All lines were to be taken in, but some have faults."""


class AlreadyTakenIn(Refusal):
    """The upload was taken in before."""


@transaction.atomic
def receive(
    *,
    by,
    file: BinaryIO,
    file_name: str,
    organisation: str = "",
    sender: str = "",
    sheet: str = "",
    corrects: Upload | None = None,
    id: uuid.UUID | None = None,
) -> Upload:
    """Keep a file as evidence, sealed. The same file again from the same sender is the same upload.

    Raises NotAllowed, NotReadable (too large or empty).
    """
    raise NotImplementedError


@transaction.atomic
def map_columns(*, by, upload: Upload, mapping: dict) -> Upload:
    """Say what the columns mean, and remember it for this sender. Check again afterwards.

    Raises NotAllowed, NotChecked, mapping.NotAMapping.
    """
    raise NotImplementedError


def check(*, by, upload: Upload, mapping: dict | None = None, progress: Progress | None = None) -> Upload:
    """Read the file and check every cell: the lines are kept, the faults located. Ends as checked, mapping or refused.

    Raises NotAllowed, NotChecked (already taken in). A file that cannot be read ends as refused, with the reason in `refusal`.
    """
    raise NotImplementedError


@transaction.atomic
def accept(*, by, upload: Upload, only_good: bool = False, progress: Progress | None = None) -> Upload:
    """Take in all lines or none; with only_good, the lines without faults. Again changes nothing.

    Raises NotAllowed, NotChecked, HasFaults, AlreadyTakenIn.
    """
    raise NotImplementedError


@transaction.atomic
def withdraw(*, by, upload: Upload, reason: str = "") -> Upload:
    """Take back everything the upload brought in; what it had replaced does not come back by itself.

    Raises NotAllowed, NotChecked.
    """
    raise NotImplementedError


def check_job(*, job, upload: str, mapping: dict | None = None) -> tuple[str, str]:
    """Check as a job: jobs.ask(path="oplich.intake.actions.check_job", arguments={"upload": str(upload.pk)})."""
    raise NotImplementedError


def accept_job(*, job, upload: str, only_good: bool = False) -> tuple[str, str]:
    """Take in as a job: jobs.ask(path="oplich.intake.actions.accept_job", arguments={"upload": str(upload.pk), "only_good": False})."""
    raise NotImplementedError
