"""The sign-ins of the demonstration response: made by `oplich load-demo`, shown by `oplich serve`, never there without the demonstration.

They lie in OPLICH_HOME/demonstration-sign-ins.txt, one a line: name, password, who it is (tabs between).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def path() -> Path:
    return settings.HOME / "demonstration-sign-ins.txt"


def keep(entries: Iterable[tuple[str, str, str]]) -> None:
    """Write (name, password, who) of each demonstration user; readable by the owner only."""
    handle = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines("\t".join(entry) + "\n" for entry in entries)


def known() -> list[tuple[str, str, str]]:
    with contextlib.suppress(FileNotFoundError):
        return [
            (words[0], words[1], words[2])
            for line in path().read_text(encoding="utf-8").splitlines()
            if len(words := line.split("\t")) == 3
        ]
    return []


def lines() -> list[str]:
    """What `serve` prints; nothing without a demonstration."""
    entries = known()
    if not entries:
        return []
    name_width, password_width = (max(len(entry[n]) for entry in entries) for n in (0, 1))
    return ["Demonstration sign-ins (name, password):"] + [
        f"  {name:<{name_width}}  {password:<{password_width}}  {who}" for name, password, who in entries
    ]
