"""Keep the handed-in files: sealed in pieces under the upload's own key, so that deleting the key destroys the file.

Layout of a kept file: mark, 7 random bytes, then pieces of up to 1 MB, each AES-256-GCM with the piece's number and "is it the
last" in its nonce: pieces cannot be left out, repeated or swapped, and a file that was cut short does not open.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from oplich.core import keys, sealing
from oplich.intake.confined import clear_file
from oplich.intake.models import Upload

MARK = b"\x00O1F"
PIECE = 1 << 20
TAG = 16


class TooLarge(Exception):
    """More bytes came than may be handed in. Nothing of them is left on the disk."""


def _nonce(start: bytes, number: int, last: bool) -> bytes:
    return start + number.to_bytes(4, "big") + bytes([last])


def _pieces(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Pieces of equal size and whether each is the last."""
    rest = file.read(PIECE)
    while True:
        ahead = file.read(PIECE) if len(rest) == PIECE else b""
        yield rest, not ahead
        if not ahead:
            return
        rest = ahead


def measure(file: BinaryIO) -> tuple[str, int]:
    """The file's sha256 and size in bytes, before anything is written. Raises TooLarge."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := file.read(PIECE):
        size += len(piece)
        if size > settings.OPLICH_UPLOAD_BYTES:
            raise TooLarge
        digest.update(piece)
    return digest.hexdigest(), size


def keep(file: BinaryIO, upload_id: uuid.UUID, key: bytes) -> str:
    """Write the file sealed and make sure it is on the disk. Returns where, below the data folder; after a failure nothing is left."""
    file.seek(0)
    folder = settings.DATA / "uploads" / upload_id.hex[-2:]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{upload_id}.sealed"
    part = path.with_suffix(f".{os.getpid()}.part")
    start, cipher = os.urandom(7), AESGCM(key)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(MARK + start)
            for number, (piece, last) in enumerate(_pieces(file)):
                out.write(cipher.encrypt(_nonce(start, number, last), piece, upload_id.bytes))
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
        _sync_folder(folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        raise
    return str(path.relative_to(settings.DATA))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget(where: str) -> None:
    """Remove a kept file."""
    with contextlib.suppress(FileNotFoundError):
        (settings.DATA / where).unlink()


def open_kept(upload: Upload) -> BinaryIO:
    """The file in clear, in a nameless file that is gone when closed. Raises sealing.Erased or sealing.CannotOpen."""
    if not upload.kept_at:
        raise sealing.Erased(str(upload.pk))
    cipher = AESGCM(keys.get(upload.pk))
    clear = clear_file()
    try:
        with open(settings.DATA / upload.kept_at, "rb") as file:
            head = file.read(len(MARK) + 7)
            if head[: len(MARK)] != MARK:
                raise sealing.CannotOpen(upload.kept_at)
            start, number = head[len(MARK) :], 0
            piece = file.read(PIECE + TAG)
            while True:
                ahead = file.read(PIECE + TAG)
                clear.write(cipher.decrypt(_nonce(start, number, not ahead), piece, upload.pk.bytes))
                if not ahead:
                    break
                piece, number = ahead, number + 1
    except FileNotFoundError as error:
        clear.close()
        raise sealing.Erased(str(upload.pk)) from error
    except InvalidTag as error:
        clear.close()
        raise sealing.CannotOpen(upload.kept_at) from error
    clear.seek(0)
    return clear


def most_megabytes() -> int:
    return settings.OPLICH_UPLOAD_BYTES // 1_000_000
