"""Whether this installation holds the demonstration. The mark lies with the data, so a restored copy is marked as well."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

WORDS = "This installation holds the demonstration response: people and partners' reports are generated. See docs/data.md.\n"


def mark() -> Path:
    return settings.DATA / "demonstration.txt"


def is_demo() -> bool:
    return mark().exists()


def set_mark() -> None:
    mark().parent.mkdir(parents=True, exist_ok=True)
    mark().write_text(WORDS, encoding="utf-8")
