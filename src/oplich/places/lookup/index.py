"""The gazetteer in memory, and the search in it. No Django here: usable and benchmarked alone.

A name is looked for as it is written, then by an old name, then as it sounds, then by its consonants, and last by likeness.
What is found by likeness is only ever a suggestion; `Found.sure` names a place when exactly one fits.
"""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from oplich.places.lookup.spelling import bones, fold, in_russian, sound
from oplich.places.lookup.words import take_apart

SHIPPED = Path(__file__).parent.parent / "data" / "places.tsv.gz"
_CODE = re.compile(r"^(UA\d{2,17}|UA-?\d{2}|\d{8,10}|[A-Z]{2,3})$")
_PARTS = re.compile(r"\s*[,;()|>→/]+\s*")
_UKRAINE = {"україна", "ukraine", "украина"}
ORDER = {"country": 0, "group": 1, "oblast": 2, "settlement": 3, "raion": 4, "hromada": 5, "district": 6}
OF_TYPE = {"city": ("city", "town", "special city"), "settlement": ("settlement", "town"), "village": ("village",)}
# how it was found → how well that counts
SCORE = {
    "code": 1.0,
    "name": 1.0,
    "old name": 0.97,
    "seat": 0.95,
    "sound": 0.92,
    "old sound": 0.9,
    "seat sound": 0.88,
    "bones": 0.8,
    "like": 0.7,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the shipped table."""

    code: str
    path: str
    kind: str
    type: str
    uk: str
    en: str
    ru: str
    katottg: str
    lat: float | None
    lon: float | None
    people: int
    seat: str
    until: str
    names: tuple[tuple[str, str, str, str], ...]  # name, language, until, source
    codes: tuple[tuple[str, str], ...]  # scheme, code

    @property
    def parent(self) -> str:
        return self.path.split("/")[-3] if self.path.count("/") > 1 else ""

    @property
    def is_any_level(self) -> bool:
        """Kyiv and Sevastopol are oblast, raion, hromada and city in one."""
        return self.type == "special city"


@dataclass(frozen=True, slots=True)
class Match:
    place_code: str
    path: str
    kind: str
    name_uk: str
    name_en: str
    score: float  # 0 to 100
    how: str


@dataclass(frozen=True, slots=True)
class Found:
    sure: str | None
    matches: list[Match]


def read_table(path: Path = SHIPPED) -> list[Entry]:
    """The shipped table, ordered by path."""
    with gzip.open(path, "rt", encoding="utf-8") as text:
        next(text)
        lines = [line.rstrip("\n").split("\t") for line in text]
    paths: dict[str, str] = {}
    entries = []
    for code, kind, type_, parent, uk, en, ru, tail, lat, lon, people, seat, until, names, codes in lines:
        paths[code] = path_ = paths.get(parent, "") + code + "/"
        entries.append(
            Entry(
                code, path_, kind, type_, uk, en, ru, code.ljust(14, "0") + tail if tail else "",
                float(lat) if lat else None, float(lon) if lon else None, int(people or 0), seat, until,
                tuple(tuple(one.split(";", 3)) for one in names.split("|")) if names else (),
                tuple(tuple(one.split(";", 1)) for one in codes.split("|")) if codes else (),
            )
        )  # fmt: skip
    return entries


class Index:
    """Every place by every key. `entries` are ordered by path, so that "within" is a range."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = list(entries)
        self.paths = [entry.path for entry in self.entries]
        self.row = {entry.code: number for number, entry in enumerate(self.entries)}
        self.codes: dict[str, int] = {}
        self.names: dict[str, list[int]] = {}
        self.old: dict[str, list[int]] = {}
        self.seats: dict[str, list[int]] = {}
        self.sounds: dict[str, list[int]] = {}
        self.old_sounds: dict[str, list[int]] = {}
        self.seat_sounds: dict[str, list[int]] = {}
        self.bones: dict[str, list[int]] = {}
        self.sound_of: list[str] = []
        heard = lru_cache(maxsize=None)(lambda text: (folded := fold(text), sound(folded)))
        for number, entry in enumerate(self.entries):
            self._add_codes(number, entry)
            called = {entry.uk, entry.en, entry.ru} | ({one[0] for one in entry.names} if entry.is_any_level else set())
            self._add(number, called, self.names, self.sounds, heard, with_bones=True)
            if entry.names and not entry.is_any_level:
                self._add(number, {one[0] for one in entry.names if one[1][0] != "~"}, self.old, self.old_sounds, heard, with_bones=True)
                self._add(number, {one[0] for one in entry.names if one[1][0] == "~"}, self.seats, self.seat_sounds, heard)
            self.sound_of.append(heard(entry.uk)[1])
            if entry.seat and entry.kind in ("raion", "hromada"):
                seat = self.entries[self.row[entry.seat]] if entry.seat in self.row else None
                if seat is not None:
                    old = {one[0] for one in seat.names if one[1][0] != "~"}
                    self._add(number, {seat.uk, seat.en, seat.ru} | old, self.seats, self.seat_sounds, heard)
        self._oblasts_by_noun(heard)
        self._near: dict[tuple[int, int], list[str]] = {}
        self._by_start: dict[str, list[str]] = {}

    def _oblasts_by_noun(self, heard) -> None:
        """ "Крим", "Буковина" and "Kharkivshchyna" mean an oblast without saying so, as no settlement bears the name."""
        for number, entry in enumerate(self.entries):
            if entry.kind == "oblast" and not entry.is_any_level:
                nouns = {one[0] for one in entry.names if one[1][0] == "~"}
                free = {one for one in nouns if heard(one)[0] not in self.old and heard(one)[1] not in self.sounds}
                self._add(number, free, self.names, self.sounds, heard)

    def _add_codes(self, number: int, entry: Entry) -> None:
        self.codes[entry.code] = number
        if entry.katottg:
            self.codes[entry.katottg] = number
        for _scheme, code in entry.codes:
            self.codes.setdefault(code, number)

    @staticmethod
    def _keep(where: dict[str, list[int]], key: str, number: int) -> None:
        if not key:
            return
        held = where.get(key)
        if held is None:
            where[key] = [number]
        elif held[-1] != number:
            held.append(number)

    def _add(self, number, spelt: Iterable[str], exact, by_sound, heard, with_bones: bool = False) -> None:
        for text in spelt:
            if text:
                folded, sounded = heard(text)
                self._keep(exact, folded, number)
                self._keep(by_sound, sounded, number)
                if with_bones:
                    self._keep(self.bones, bones(sounded), number)
                    if (russian := in_russian(folded)) != folded:
                        self._keep(self.bones, bones(sound(russian)), number)

    def range_of(self, within: str) -> tuple[int, int]:
        return bisect_left(self.paths, within), bisect_left(self.paths, within + "\U0010ffff")

    def entry(self, code: str) -> Entry | None:
        number = self.row.get(code)
        return None if number is None else self.entries[number]

    def known(self, code: str) -> Entry:
        """The entry of a code that is in the table. Raises KeyError."""
        return self.entries[self.row[code]]

    # -- looking up

    def find(self, text: str, *, within: str = "UA/", kinds: Iterable[str] | None = None, limit: int = 5) -> Found:
        """The places a text may mean, best first, and the one it surely means."""
        text = str(text).strip()[:200]
        wanted = frozenset(kinds) if kinds else None
        low, high = self.range_of(within)
        asked = text.upper().replace(" ", "")
        if _CODE.match(asked) and (number := self.codes.get(asked)) is not None and low <= number < high:
            fits = wanted is None or self._fits(self.entries[number], wanted)
            if asked[-1].isdigit() or fold(text) not in self.names:
                return Found(self.entries[number].code if fits else None, [self._match(number, 1.0, "code")])
        parts = [part for part in _PARTS.split(text) if part]
        if len(parts) > 1:
            found = self._by_parts(parts, within, wanted, limit)
            if found.matches or found.sure:
                return found
        return self._by_name(text, low, high, within, wanted, limit)

    def _by_parts(self, parts: list[str], within: str, wanted, limit: int) -> Found:
        """ "с. Ліски, Миколаївський р-н, Миколаївська обл.": each area narrows where the rest is looked for."""
        for part in parts:  # "Ізюм (UA6304001001)": the code says it
            coded = self.codes.get(part.upper()) if part[-1].isdigit() else None
            if coded is not None and self.paths[coded].startswith(within) and (wanted is None or self._fits(self.entries[coded], wanted)):
                return Found(self.entries[coded].code, [self._match(coded, 1.0, "code")])
        left = [part for part in parts if fold(part) not in _UKRAINE] or list(parts)
        for kind in ("oblast", "raion", "hromada"):
            for part in list(left):
                said = take_apart(part, fold)[1]
                if len(left) > 1 and (said == kind or (kind == "oblast" and not said)):
                    low, high = self.range_of(within)
                    area = self._by_name(part, low, high, within, frozenset({kind}), 1)
                    # Without the word "oblast" only its proper name counts: "Миколаїв, Львівська" is not about Mykolaiv oblast.
                    if area.sure and (said or area.matches[0].how in ("name", "sound")):
                        within, left = self.entries[self.row[area.sure]].path, [one for one in left if one is not part]
                        break
        low, high = self.range_of(within)
        if len(left) > 1:  # what is left does not narrow: the words as one name, or nothing sure
            whole = self._by_name(" ".join(left), low, high, within, wanted, limit)
            if whole.sure:
                return whole
            first = self._by_name(left[0], low, high, within, wanted, limit)
            return Found(None, first.matches or whole.matches)
        return self._by_name(left[0], low, high, within, wanted, limit)

    def _by_name(self, text: str, low: int, high: int, within: str, wanted, limit: int) -> Found:
        name, said = take_apart(text, fold)
        if not name or not any(letter.isalpha() for letter in name):
            return Found(None, [])
        whole = fold(text)
        sounded = sound(name)
        areas = said in ("oblast", "raion", "hromada") or bool(wanted and not wanted & {"settlement", "country", "group"})
        steps = [("name", self.names, whole)] if whole != name else []
        steps += [("seat", self.seats, whole)] if whole != name else []
        steps += [("name", self.names, name), ("old name", self.old, name)]
        steps += [("seat", self.seats, name)] if areas else []
        steps += [("sound", self.sounds, sounded), ("old sound", self.old_sounds, sounded)] if len(sounded) > 2 else []
        steps += [("seat sound", self.seat_sounds, sounded)] if areas and len(sounded) > 2 else []
        found: dict[int, tuple[float, str]] = {}
        sure: str | None = None
        for how, where, key in steps:
            rows = [number for number in where.get(key, ()) if low <= number < high and self._may_be(number, wanted, said, how)]
            fresh = [number for number in rows if number not in found]
            if fresh and not found:
                sure = self._only(fresh, said, within)
                if how == "name" and within.count("/") >= 4 and self._was_called(name, low, high, wanted, said):
                    sure = None  # in the same hromada another one was called so before
            for number in fresh:
                found[number] = (SCORE[how], how)
        if not found:
            sure = self._by_bones(found, sounded, low, high, within, wanted, said)
        if len(found) < limit and len(sounded) > 2:
            self._by_likeness(found, sounded, low, high, wanted, said, limit)
        ranked = sorted(found.items(), key=lambda one: (-self._weight(one[0], one[1][0], said), one[0]))
        return Found(sure, [self._match(number, score, how) for number, (score, how) in ranked[:limit]])

    def _was_called(self, name: str, low: int, high: int, wanted, said: str) -> bool:
        return any(low <= number < high and self._may_be(number, wanted, said, "old name") for number in self.old.get(name, ()))

    def _by_bones(self, found: dict, sounded: str, low: int, high: int, within: str, wanted, said: str) -> str | None:
        skeleton = bones(sounded)
        if len(skeleton) < (3 if within.count("/") < 3 else 2):
            return None
        near = []
        for number in self.bones.get(skeleton, ()):
            if low <= number < high and self._may_be(number, wanted, said, "bones"):
                entry = self.entries[number]
                spelt = (entry.uk, entry.ru, *(one[0] for one in entry.names))
                likeness = max(fuzz.ratio(sounded, sound(fold(one))) for one in spelt if one) / 100
                found[number] = (round(SCORE["bones"] * (0.5 + likeness / 2), 3), "bones")
                near.append((likeness, number))
        if within.count("/") < 2 or not near:  # in a whole country the consonants alone prove nothing
            return None
        likely = [number for likeness, number in near if likeness >= 0.6]
        return self._only(likely, said, within) if len(likely) == len(near) else None

    def _by_likeness(self, found: dict, sounded: str, low: int, high: int, wanted, said: str, limit: int) -> None:
        """Suggestions. Within an area everything is compared; in a whole country first what begins alike, then everything."""
        for names, rows in self._candidates(sounded, low, high):
            for name, score, place in process.extract(sounded, names, scorer=fuzz.ratio, limit=limit * 6, score_cutoff=66):
                for number in rows[place] if rows else self.sounds.get(name, ()):
                    if number not in found and low <= number < high and self._may_be(number, wanted, said, "like"):
                        found[number] = (round(SCORE["like"] * score / 100, 3), "like")
            if found:
                return

    def _candidates(self, sounded: str, low: int, high: int):
        if high - low <= 1500:
            if (low, high) not in self._near:
                if len(self._near) > 200:
                    self._near.clear()
                self._near[low, high] = self.sound_of[low:high]
            yield self._near[low, high], [(number,) for number in range(low, high)]
            return
        if not self._by_start:
            for one in dict.fromkeys(self.sound_of):
                self._by_start.setdefault(one[:2], []).append(one)
                self._by_start.setdefault("", []).append(one)
        yield self._by_start.get(sounded[:2], []), None
        yield self._by_start[""], None

    # -- judging

    def _fits(self, entry: Entry, wanted: frozenset[str]) -> bool:
        return entry.kind in wanted or (entry.is_any_level and bool(wanted & {"oblast", "raion", "hromada", "settlement"}))

    def _may_be(self, number: int, wanted, said: str, how: str) -> bool:
        entry = self.entries[number]
        if wanted is not None and not self._fits(entry, wanted):
            return False
        if said in ("oblast", "hromada"):
            return entry.kind == said and (not entry.is_any_level or how == "seat")
        if said == "raion":
            return entry.kind in ("raion", "district")
        if said == "country":
            return entry.kind in ("country", "group")
        if said:
            return entry.kind in ("settlement", "district") or entry.is_any_level
        return True

    def _weight(self, number: int, score: float, said: str) -> float:
        entry = self.entries[number]
        of_type = 0.02 if said and entry.type in OF_TYPE.get(said, ()) else 0.0
        gone = -0.01 if entry.until else 0.0
        return score + of_type + gone + min(entry.people, 3_000_000) / 1e9 - ORDER[entry.kind] / 1e4

    def _only(self, rows: list[int], said: str, within: str) -> str | None:
        """The one place these rows leave no doubt about, or None."""
        rows = [number for number in rows if not self.entries[number].until] or rows
        if said in OF_TYPE and len(rows) > 1:
            rows = [number for number in rows if self.entries[number].type in OF_TYPE[said]] or rows
        if len(rows) > 1:
            cities = [number for number in rows if self.entries[number].people >= 100_000]
            others = max((self.entries[number].people for number in rows if number not in cities), default=0)
            # A city everybody means, unless a type word says otherwise ("с. Миколаїв").
            if len(cities) == 1 and said in ("", "city") and self.entries[cities[0]].people >= 10 * others:
                rows = cities
        if len(rows) > 1 and not said:
            first = self.entries[rows[0]]
            # A hromada or raion that is called exactly like its own city (Шептицький) means the city in a column of places.
            inside = [self.entries[number] for number in rows]
            towns = [one for one in inside if one.kind == "settlement"]
            if len(towns) == 1 and all(one is towns[0] or towns[0].path.startswith(one.path) for one in inside) and first is not towns[0]:
                rows = [self.row[towns[0].code]]
        return self.entries[rows[0]].code if len(rows) == 1 else None

    def _match(self, number: int, score: float, how: str) -> Match:
        entry = self.entries[number]
        return Match(entry.code, entry.path, entry.kind, entry.uk, entry.en, round(score * 100, 1), how)


@lru_cache(maxsize=1)
def shipped() -> Index:
    """The index of the shipped table, built once per process."""
    return Index(read_table())
