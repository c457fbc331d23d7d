"""The confined child that gives a workbook back with its faults marked: in the sender's own workbook when it is small enough,
otherwise in a plain copy of its values."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, BinaryIO

from oplich.intake.confined import Limits, Unreadable, confine, send
from oplich.intake.reading.__main__ import kind_of


def serve(file: BinaryIO, result: BinaryIO, asked: dict[str, Any]) -> None:
    kind = kind_of(file)
    if kind == "xlsx":
        from oplich.intake.writing import marking  # an engine in a child process: only what this file needs

        if marking.small_enough(file):
            marking.mark(file, result, asked)
            return
    from oplich.intake.writing import copying  # an engine in a child process: only what this file needs

    copying.copy(file, kind, result, asked)


def main() -> None:
    asked = json.load(sys.stdin)
    confine(Limits(**asked["limits"]))
    out = os.fdopen(os.dup(1), "wb")
    file = os.fdopen(os.dup(asked["files"][0]), "rb")
    result = os.fdopen(os.dup(asked["files"][1]), "w+b")
    try:
        serve(file, result, asked)
        result.flush()
        send(out, {"done": True})
    except Unreadable as why:
        send(out, {"refused": why.code, "detail": why.detail})
    except (MemoryError, RecursionError):
        send(out, {"refused": "too-large-inside"})
    out.flush()


if __name__ == "__main__":
    main()
