"""Sealed cells of lines and faults: sealed under the upload's key, bound to their line, opened together."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from oplich.core import keys, sealing
from oplich.intake.models import Fault, Row, Upload

ROWS, FAULTS = Row._meta.db_table, Fault._meta.db_table


def _line(upload_id: Any, sheet_name: str, number: int, part: int) -> str:
    return f"{upload_id}|{sheet_name}|{number}|{part}"


def seal_row(key: bytes, upload_id: Any, sheet_name: str, number: int, part: int, values: dict[str, Any]) -> bytes | None:
    """The personal values of one line, sealed; None when there are none."""
    if not values:
        return None
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return sealing.seal(key, text.encode("utf-8", "replace"), table=ROWS, column="sealed", row=_line(upload_id, sheet_name, number, part))


def seal_found(key: bytes, upload_id: Any, sheet_name: str, number: int, part: int, column: str, detail: dict[str, Any]) -> bytes:
    """What was found in a faulty personal cell and what it may mean."""
    where = f"{_line(upload_id, sheet_name, number, part)}|{column}"
    text = json.dumps(detail, ensure_ascii=False, default=str)
    return sealing.seal(key, text.encode("utf-8", "replace"), table=FAULTS, column="sealed", row=where)


def key_of(upload: Upload) -> bytes | None:
    """The upload's key; None after erasure."""
    return keys.fetch([upload.pk]).get(upload.pk)


def open_row(key: bytes | None, row: Row) -> dict[str, Any]:
    """The personal values of a line; {} when there are none or they were erased."""
    if not row.sealed or key is None:
        return {}
    where = _line(row.upload_id, row.sheet_name, row.number, row.part)
    return json.loads(sealing.open_(key, bytes(row.sealed), table=ROWS, column="sealed", row=where))


def open_fault(key: bytes | None, fault: Fault) -> dict[str, Any]:
    """What was found in a faulty personal cell; {} when it is not sealed or was erased."""
    if not fault.sealed or key is None:
        return {}
    where = f"{_line(fault.upload_id, fault.sheet_name, fault.number, fault.part)}|{fault.column}"
    return json.loads(sealing.open_(key, bytes(fault.sealed), table=FAULTS, column="sealed", row=where))


def values_of(key: bytes | None, row: Row) -> dict[str, Any]:
    """All checked values of a line, personal ones in clear."""
    return {**row.values, **open_row(key, row)}


def open_rows(upload: Upload, rows: Iterable[Row]) -> dict[int, dict[str, Any]]:
    """The personal values of these lines of one upload, by the lines' ids."""
    key = key_of(upload)
    return {row.pk: open_row(key, row) for row in rows}
