"""Sealing personal fields: AES-256-GCM under a key per subject, each key wrapped by the key file outside data and backups.

A ciphertext is bound to its table, column and row, so it cannot be moved. Deleting a subject's `Key` row makes everything
sealed for it unreadable. Blind indexes are keyed HMACs, one key per purpose, so that equality can be looked up but not guessed.
Figures and threats: docs/decisions/0004-sealing.md.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import hmac
import json
import os
import stat
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

MARK = b"\x00O1"  # format 1; a NUL first, so no text can be mistaken for it
NONCE = 12


class CannotOpen(Exception):
    """The bytes were changed, moved to another row, or belong to another key."""


class Erased(Exception):
    """The subject's key was destroyed; what it sealed is gone for good."""


class KeyFileTrouble(Exception):
    """The key file is missing, readable by others, or lies among the data it protects."""


def is_sealed(value: bytes | memoryview) -> bool:
    return bytes(value[: len(MARK)]) == MARK


def make_key_file(path: Path) -> None:
    """Make a new key file, readable by its owner only. Never overwrites one."""
    if path.exists():
        raise FileExistsError(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_key_file(path, {"format": 1, "wrap": _fresh(), "index": _fresh(), "earlier": []})


def _fresh() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _write_key_file(path: Path, body: dict) -> None:
    """Whole or not at all: written beside, synced, then put in place."""
    beside = path.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def renew_wrapping_key(path: Path) -> None:
    """A new wrapping key in the key file; the earlier ones stay in it, for the keys and backups they still open."""
    body = json.loads(path.read_text())
    body["earlier"] = [body["wrap"], *body.get("earlier", [])]
    body["wrap"] = _fresh()
    _write_key_file(path, body)


def forget_earlier_wrapping_keys(path: Path) -> None:
    """From now on nothing wrapped before the last rotation can be opened: not in an old backup either."""
    _write_key_file(path, {**json.loads(path.read_text()), "earlier": []})


def check_key_file(path: Path, data_folder: Path) -> None:
    """Raise KeyFileTrouble unless the key file exists, is private, and lies outside the data folder."""
    if not path.exists():
        raise KeyFileTrouble(
            f"There is no key file at {path}. Without it no name can be read; put it back, or make one with “oplich setup”."
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileTrouble(f"Others can read the key file {path}. Run: chmod 600 {path}")
    if data_folder.resolve() in path.resolve().parents:
        raise KeyFileTrouble(f"The key file {path} lies inside the data folder, so a copy of the data would open itself. Move it out.")


@functools.lru_cache(maxsize=2)
def _read(path: Path, written: int) -> tuple[list[AESGCM], bytes]:
    check_key_file(path, settings.DATA)
    body = json.loads(path.read_text())
    return [AESGCM(base64.b64decode(text)) for text in (body["wrap"], *body.get("earlier", []))], base64.b64decode(body["index"])


def _keys() -> tuple[list[AESGCM], bytes]:
    """The wrapping keys, the one in force first, and the index key; read again when the file changes (a rotation needs no restart)."""
    path = settings.OPLICH_KEY_FILE
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        check_key_file(path, settings.DATA)
        raise


def _wrap(subject: uuid.UUID, key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return MARK + nonce + _keys()[0][0].encrypt(nonce, key, b"key|" + subject.bytes)


def new_wrapped_key(subject: uuid.UUID) -> tuple[bytes, bytes]:
    """A fresh data key for a subject: (the key itself, the key as it is stored)."""
    key = os.urandom(32)
    return key, _wrap(subject, key)


def unwrap(subject: uuid.UUID, wrapped: bytes) -> bytes:
    wrapped = bytes(wrapped)
    for wrap in _keys()[0]:
        with contextlib.suppress(InvalidTag):
            return wrap.decrypt(wrapped[3 : 3 + NONCE], wrapped[3 + NONCE :], b"key|" + subject.bytes)
    raise CannotOpen("this key file does not open that key")


def rewrap(subject: uuid.UUID, wrapped: bytes) -> bytes | None:
    """The same data key under the wrapping key in force; None when it is already."""
    wrapped = bytes(wrapped)
    with contextlib.suppress(InvalidTag):
        _keys()[0][0].decrypt(wrapped[3 : 3 + NONCE], wrapped[3 + NONCE :], b"key|" + subject.bytes)
        return None
    return _wrap(subject, unwrap(subject, wrapped))


def key_for(purpose: str, salt: bytes) -> bytes:
    """A key for sealing something whole (a backup). It outlives rotations of the wrapping key."""
    return hmac.digest(_keys()[1], b"whole|" + purpose.encode() + b"|" + salt, hashlib.sha256)


def _bound_to(table: str, column: str, row: object) -> bytes:
    return f"{table}|{column}|{row}|1".encode()


def seal(key: bytes, clear: str | bytes, *, table: str, column: str, row: object) -> bytes:
    """Seal one value for one cell of the database."""
    nonce = os.urandom(NONCE)
    clear = clear.encode() if isinstance(clear, str) else clear
    return MARK + nonce + AESGCM(key).encrypt(nonce, clear, _bound_to(table, column, row))


def open_(key: bytes, sealed: bytes, *, table: str, column: str, row: object) -> bytes:
    """Open what `seal` made. Raises CannotOpen when anything about it is not as it was sealed."""
    sealed = bytes(sealed)
    try:
        return AESGCM(key).decrypt(sealed[3 : 3 + NONCE], sealed[3 + NONCE :], _bound_to(table, column, row))
    except InvalidTag as error:
        raise CannotOpen(f"{table}.{column} of row {row} was changed or moved") from error


def seal_fields(model, row: object, key: bytes, clear: Mapping[str, str | None]) -> dict[str, bytes | None]:
    """Column values for a model row, sealed: `Registration(id=id, **seal_fields(Registration, id, key, {"surname": "…"}))`."""
    table = model._meta.db_table
    return {name: seal(key, text, table=table, column=name, row=row) if text else None for name, text in clear.items()}


def open_fields(instance, key: bytes, names: Iterable[str]) -> dict[str, str]:
    """The clear text of an instance's sealed fields ("" where nothing was written). The caller journals the look."""
    table, found = instance._meta.db_table, {}
    for name in names:
        sealed = getattr(instance, name)
        found[name] = open_(key, sealed, table=table, column=name, row=instance.pk).decode() if sealed else ""
    return found


def blind(purpose: str, text: str) -> str:
    """A keyed fingerprint (32 hex digits) for exact look-up. Normalise first. Different purposes cannot be joined."""
    return blinder(purpose)(text)


def blinder(purpose: str) -> Callable[[str], str]:
    """`blind` for one purpose, for many texts."""
    own = hmac.digest(_keys()[1], b"purpose|" + purpose.encode(), hashlib.sha256)
    return lambda text: hmac.digest(own, text.encode(), hashlib.sha256)[:16].hex()
