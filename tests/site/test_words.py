"""Words and numbers in both languages, and the icons beside them."""

import datetime as dt
import json
import re
import runpy
import sys
from pathlib import Path

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import Context, Template
from django.utils import formats, translation

from oplich.site.templatetags import look

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(path.parent.name for path in (ROOT / "src/oplich").glob("*/__init__.py"))


@pytest.fixture(scope="module")
def messages():
    sys.path.insert(0, str(ROOT / "scripts"))
    yield runpy.run_path(str(ROOT / "scripts/extract_messages.py"))
    sys.path.remove(str(ROOT / "scripts"))


@pytest.mark.parametrize("room", ROOMS)
def test_everything_a_room_says_is_said_in_ukrainian(room, messages):
    folder = ROOT / "src/oplich" / room
    said = messages["said_in"](folder)
    catalogue = messages["read"](folder / "locale/uk/LC_MESSAGES/django.po")
    catalogue.update(said, no_fuzzy_matching=True)
    assert messages["missing"](catalogue) == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_keeps_what_is_filled_in(room, messages):
    catalogue = messages["read"](ROOT / "src/oplich" / room / "locale/uk/LC_MESSAGES/django.po")
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {name for text in ids for name in re.findall(r"%\((\w+)\)", text)}
        for text in filter(None, strings):
            found = set(re.findall(r"%\((\w+)\)", text))
            assert found <= wanted, f"{room}: {text}"
            assert len(ids) > 1 or found == wanted, f"{room}: {text}"


def test_one_word_is_not_translated_in_two_ways(messages):
    """Django merges the rooms' catalogues: the same English means the same everywhere, or needs a context."""
    said: dict[tuple, dict[str, str]] = {}
    for room in ROOMS:
        for message in messages["read"](ROOT / "src/oplich" / room / "locale/uk/LC_MESSAGES/django.po"):
            if message.id and message.string:
                said.setdefault((message.id, message.context), {})[room] = message.string
    split = {key: rooms for key, rooms in said.items() if len(set(rooms.values())) > 1}
    assert split == {}


def test_every_icon_that_a_page_shows_is_in_the_sprite():
    known = set(json.loads((ROOT / "frontend/icons.json").read_text(encoding="utf-8")))
    asked = {}
    for path in (ROOT / "src/oplich").rglob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'{% icon "([^"]+)"', text) + re.findall(r'\bicon="([^"]+)"', text):
            asked[name] = path.name
    for path in (ROOT / "src/oplich").rglob("*.py"):
        for name in re.findall(r'\bicon="([a-z-]+)"', path.read_text(encoding="utf-8")):
            asked[name] = path.name
    assert {name: where for name, where in asked.items() if name not in known} == {}


def test_numbers_and_days_are_written_as_the_language_does():
    with translation.override("uk"):
        assert look.number(1400204) == "1\u00a0400\u00a0204"
        assert look.number(1234.5) == "1\u00a0234,5"
        assert intcomma(1400204) == "1\u00a0400\u00a0204"
        assert look.share(0.0123) == "1,2\u00a0%"
        assert formats.date_format(dt.date(2023, 3, 12)) == "12 березня 2023"
        assert Template("{{ n }}").render(Context({"n": 25000})) == "25\u00a0000"
    with translation.override("en"):
        assert look.number(1400204) == "1,400,204"
        assert look.share(0.423) == "42\u00a0%"
        assert formats.date_format(dt.date(2023, 3, 12)) == "12 March 2023"


def test_nought_none_and_unknown_are_different_things():
    assert look.number(0) == "0"
    assert look.number(None) == "—"


def test_ukrainian_plurals_have_their_forms():
    with translation.override("uk"):
        said = [translation.ngettext("%(n)s minute ago", "%(n)s minutes ago", n) % {"n": n} for n in (1, 2, 5, 11, 21, 22)]
    assert said == ["1 хвилину тому", "2 хвилини тому", "5 хвилин тому", "11 хвилин тому", "21 хвилину тому", "22 хвилини тому"]
