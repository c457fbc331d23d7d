"""Cells that are neither text nor number travel as text behind one control character that no file can hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

MARK = "\x01"
FORMULA = MARK + "f"  # a formula whose result the file does not hold
MERGED = MARK + "m"  # a number that stands only in the first of several merged lines


class Unknown:
    """A cell whose content cannot be known: `code` says why (formula-without-value, merged-number)."""

    def __init__(self, code: str) -> None:
        self.code = code


UNKNOWN = {FORMULA: Unknown("formula-without-value"), MERGED: Unknown("merged-number")}


def pack(cell: Any) -> Any:
    """A cell for the journey. Blank is None; text comes without surrounding space and without our mark."""
    kind = type(cell)
    if kind is str:
        cell = cell.strip()
        if not cell:
            return None
        return cell if MARK not in cell and "\0" not in cell else cell.replace(MARK, "").replace("\0", "") or None
    if kind is float:
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else (cell if cell == cell and abs(cell) != float("inf") else None)
    if kind is int or cell is None:
        return cell
    if kind is bool:
        return MARK + ("b1" if cell else "b0")
    if kind is dt.datetime:
        if cell.hour or cell.minute or cell.second:
            return f"{MARK}t{cell.isoformat()}"
        return f"{MARK}d{cell.date().isoformat()}"
    if kind is dt.date:
        return f"{MARK}d{cell.isoformat()}"
    return str(cell)


def unpack(cell: Any) -> Any:
    """The cell again: str, int, float, bool, date, datetime, None or an Unknown."""
    if type(cell) is not str or not cell.startswith(MARK):
        return cell
    kind, body = cell[1:2], cell[2:]
    if kind == "d":
        return dt.date.fromisoformat(body)
    if kind == "t":
        return dt.datetime.fromisoformat(body)
    if kind == "b":
        return body == "1"
    return UNKNOWN[cell]


def letter(index: int) -> str:
    """A column's letter, counting from 0: A … Z, AA …"""
    found = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(65 + rest) + found
    return found


def position(letters: str) -> int:
    """The other way round: A is 0."""
    found = 0
    for one in letters.upper():
        found = found * 26 + ord(one) - 64
    return found - 1
