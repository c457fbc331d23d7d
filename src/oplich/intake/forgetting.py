"""Letting go of evidence that names somebody who was erased: the lines, their faults, and the kept files in which they stand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from oplich.core import journal, keys
from oplich.intake.models import Fault, Row, Upload

BATCH = 500


@transaction.atomic
def forget_rows(*, by: Any, rows: Iterable[int]) -> int:
    """Empty the personal values of these lines and destroy the files they came in; what is not personal stays. Returns how many lines.

    The files go when the transaction is safe. The caller has asked whether `by` may. No refusals of its own.
    """
    rows, emptied, uploads = list(rows), 0, set()
    for start in range(0, len(rows), BATCH):
        batch = Row.objects.filter(pk__in=rows[start : start + BATCH])
        for upload_id, sheet_name, number in batch.values_list("upload_id", "sheet_name", "number"):
            uploads.add(upload_id)
            Fault.objects.filter(upload_id=upload_id, sheet_name=sheet_name, number=number).update(sealed=None)
        emptied += batch.update(sealed=None)
    for upload in Upload.objects.filter(pk__in=uploads).exclude(kept_at=""):
        destroy_file(by=by, upload=upload)
    if emptied:
        journal.write(by=by, what="rows.forgotten", rows=emptied, uploads=len(uploads))
    return emptied


@transaction.atomic
def destroy_file(*, by: Any, upload: Upload) -> None:
    """Destroy the kept file of an upload; its checked lines stay. The caller has asked whether `by` may. No refusals of its own."""
    if not upload.kept_at:
        return
    where = Path(settings.DATA) / upload.kept_at
    Upload.objects.filter(pk=upload.pk).update(kept_at="")
    journal.write(by=by, what="upload.file_destroyed", subject=upload)
    transaction.on_commit(lambda: where.unlink(missing_ok=True))


@transaction.atomic
def forget_uploads(*, by: Any, uploads: Iterable[Any]) -> int:
    """Destroy kept files with their keys and every personal cell of their lines and faults; checked values without names stay.

    The caller has asked whether `by` may. Returns how many uploads it was. No refusals of its own.
    """
    uploads, forgotten = list(uploads), 0
    for start in range(0, len(uploads), BATCH):
        batch = list(Upload.objects.filter(pk__in=uploads[start : start + BATCH]))
        pks = [one.pk for one in batch]
        keys.destroy(pks, reason="retention")
        Row.objects.filter(upload__in=pks, sealed__isnull=False).update(sealed=None)
        Fault.objects.filter(upload__in=pks, sealed__isnull=False).update(sealed=None)
        for upload in batch:
            destroy_file(by=by, upload=upload)
        forgotten += len(batch)
    return forgotten
