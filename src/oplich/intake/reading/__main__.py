"""The confined child that reads a file: limits first, then what kind of file it is, then frames of rows to the parent.

Frames: {"file": kind, "sheets": […], "notes": […]}, then per sheet {"sheet": number, "first": line, "columns": [[…], …], "lines": n}.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any, BinaryIO

from oplich.intake.confined import Limits, Unreadable, confine, send

HEAD = 40
BATCH = 2_000
ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")


def kind_of(file: BinaryIO) -> str:
    """xlsx, xls or text, by content. Raises Unreadable with the reason for anything else."""
    file.seek(0)
    head = file.read(8192)
    if not head.strip(b"\0 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    if head.startswith(ZIP) or head.startswith(b"PK\x05\x06"):
        if b"mimetypeapplication/vnd.oasis" in head[:200]:
            raise Unreadable("other-kind", kind="OpenDocument (.ods)")
        return "xlsx"
    if head.startswith(OLE):
        file.seek(0)
        body = file.read(4_000_000)
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise Unreadable("password")
        if "WordDocument".encode("utf-16-le") in body:
            raise Unreadable("other-kind", kind="Word (.doc)")
        return "xls"
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for sign, kind in (
        (b"%pdf", "PDF"),
        (b"<!doctype html", "HTML"),
        (b"<html", "HTML"),
        (b"<?xml", "XML"),
        (b"{\\rtf", "RTF"),
        (b"\x89png", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"gif8", "GIF"),
        (b"rar!", "RAR"),
        (b"7z\xbc\xaf", "7-Zip"),
        (b"\x1f\x8b", "GZIP"),
        (b"\x7felf", "program"),
        (b"mz\x90", "program"),
        (b"sqlite format 3", "SQLite"),
    ):
        if start.startswith(sign):
            raise Unreadable("other-kind", kind=kind)
    if start[:1] in (b"{", b"[") and b'"' in start[:200] and b":" in start[:400]:
        raise Unreadable("other-kind", kind="JSON")
    return "text"


def transposed(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows as columns of equal length."""
    width = max(map(len, rows), default=0)
    padded = [row if len(row) == width else row + [None] * (width - len(row)) for row in rows]
    return [list(column) for column in zip(*padded, strict=True)] if width else []


def serve(file: BinaryIO, out: BinaryIO, *, head_only: bool) -> None:
    kind = kind_of(file)
    if kind == "text":
        from oplich.intake.reading import texts  # an engine in a child process: only what this file needs

        only = texts.read(file)
        sheets: list[Any] = [only]
        notes: list[dict[str, Any]] = []
        described = {"encoding": only.encoding, "delimiter": only.delimiter}
    else:
        from oplich.intake.reading import workbooks  # an engine in a child process: only what this file needs

        if kind == "xlsx":
            _refuse_other_archives(file)
        sheets, notes = workbooks.read(file, kind)
        described = {}
    heads = []
    for sheet in sheets:
        rows = []
        for row in sheet.rows():
            rows.append(row)
            if len(rows) == HEAD:
                break
        heads.append(
            {"name": sheet.name, "hidden": sheet.hidden, "lines": sheet.lines, "width": sheet.width, "notes": sheet.notes(), "head": rows}
        )
    send(out, {"file": kind, **described, "sheets": heads, "notes": notes})
    if not head_only:
        for number, sheet in enumerate(sheets):
            _stream(number, sheet, out)
    send(out, {"done": True})


def _stream(number: int, sheet: Any, out: BinaryIO) -> None:
    first, rows = 1, []
    for row in sheet.rows():
        rows.append(row)
        if len(rows) == BATCH:
            send(out, {"sheet": number, "first": first, "lines": len(rows), "columns": transposed(rows)})
            first, rows = first + len(rows), []
    if rows:
        send(out, {"sheet": number, "first": first, "lines": len(rows), "columns": transposed(rows)})


def _refuse_other_archives(file: BinaryIO) -> None:
    import zipfile  # an engine in a child process: only what this file needs

    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable("cut-off", why=[str(error)]) from error
    if "xl/workbook.xml" in names:
        return
    for sign, kind in (("word/document.xml", "Word"), ("ppt/presentation.xml", "PowerPoint"), ("xl/workbook.bin", "Excel binary (.xlsb)")):
        if sign in names:
            raise Unreadable("other-kind", kind=kind)
    raise Unreadable("other-kind", kind="ZIP")


def main() -> None:
    asked = json.load(sys.stdin)
    confine(Limits(**asked["limits"]))
    out = io.BufferedWriter(io.FileIO(1, "wb", closefd=False), buffer_size=1 << 20)
    file = io.BufferedReader(io.FileIO(os.dup(asked["files"][0]), "rb"))
    try:
        serve(file, out, head_only=asked["head_only"])
    except Unreadable as why:
        send(out, {"refused": why.code, "detail": why.detail})
    except (MemoryError, RecursionError):
        send(out, {"refused": "too-large-inside"})
    out.flush()


if __name__ == "__main__":
    main()
