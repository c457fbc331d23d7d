"""Places in the cells of a spreadsheet: oblast, raion, hromada, settlement and code columns, read together to the finest place.

A sheet takes `*place_columns()` among its columns, adds `place_problems(values)` to what its `check_row` yields, and asks
`place_of(values)` for the code when it records. A cell alone is only ever refused when nothing in the country is called like it;
which of forty Степанівка is meant is decided by the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from oplich.intake.sheets import Column, Context, Misread, Problem
from oplich.places.lookup import Found, find
from oplich.places.lookup.index import Entry, shipped

NEAR_ENOUGH = 50  # below this a suggestion would only mislead


def written(code: str) -> str:
    """A place as one writes it in a cell: "Степанівка, Оратівська громада, Вінницька область"."""
    entry = shipped().entry(code)
    if entry is None:
        return code
    above = [shipped().entry(one) for one in entry.path.split("/")[1:-2]]
    words = {"oblast": "область", "raion": "район", "hromada": "громада"}
    parts = [entry, *reversed([one for one in above if one and one.kind in ("hromada", "oblast")])]
    return ", ".join(f"{one.uk} {words[one.kind]}" if one.kind in words and not one.is_any_level else one.uk for one in parts)


def suggestions(found: Found, limit: int = 3) -> str:
    return " / ".join(f"{written(one.place_code)} ({one.place_code})" for one in found.matches[:limit] if one.score >= NEAR_ENOUGH)


@dataclass(frozen=True)
class PlaceReader:
    """Reads one cell that names a place of certain kinds.

    Without `parent_column` the cell must say by itself which place it means, and its code is the value.
    With one (whose place the row knows), the text is kept, and `place_problems` decides with the row's other cells.
    """

    kinds: tuple[str, ...] | None = None
    parent_column: str = ""
    within: str = "UA/"

    def __call__(self, cell: Any, context: Context) -> str:
        text = _text(cell)
        found = find(text, within=self.within, kinds=self.kinds)
        if self.kinds == ("hromada",) and (not found.matches or found.matches[0].how == "like"):
            centre = find(text, within=self.within, kinds=("settlement",))  # people write a hromada by its centre: “м. Дніпро”
            found = centre if centre.matches else found
        if "settlement" in (self.kinds or ()) and not found.sure:
            found = _wider(text, self.within, found)
        if found.sure and not self.parent_column:
            return found.sure
        if not found.matches or found.matches[0].how == "like":
            raise Misread(
                "unknown-place", expected=str(_("a place as the codifier calls it, or its P-code")), suggestion=suggestions(found)
            )
        if not self.parent_column:
            raise Misread("place-unclear", expected=str(_("the oblast or hromada as well, or the P-code")), suggestion=suggestions(found))
        return text


def _wider(text: str, within: str, found: Found) -> Found:
    """A column of settlements that holds a raion, a hromada or a code: what it says is a place all the same."""
    wide = find(text, within=within)
    return wide if wide.sure and (not found.matches or found.matches[0].how == "like" or wide.matches[0].how == "code") else found


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def read_code(cell: Any, context: Context) -> str:
    """A P-code, KATOTTG or ISO code."""
    text = _text(cell).upper()
    found = find(text, within="", kinds=None)
    if found.sure and found.matches[0].how == "code":
        return found.sure
    raise Misread("unknown-place-code", expected=str(_("a P-code such as UA63 or UA6312027001")), suggestion=suggestions(find(_text(cell))))


def read_country(cell: Any, context: Context) -> str:
    """A country by its name in uk, en or ru, or its ISO code."""
    found = find(_text(cell), within="", kinds=("country", "group"))
    if found.sure:
        return found.sure
    raise Misread("unknown-place", expected=str(_("a country")), suggestion=suggestions(found))


def _oblasts() -> Sequence[tuple[str, Any]]:
    return [(entry.code, entry.uk) for entry in shipped().entries if entry.kind == "oblast"]


def place_columns(*, required: bool = True, country: bool = False, hxl: str = "#adm") -> tuple[Column, ...]:
    """The columns that say where: names `country`, `oblast`, `raion`, `hromada`, `settlement`, `place`, `place_code`."""
    columns = [
        Column(
            "oblast", _("Oblast"), PlaceReader(("oblast",), within="UA/"), hxl="#adm1+name", choices=_oblasts, required=False, width=22,
            words=("oblast", "область", "обл", "region", "admin1", "adm1", "province", "admin 1", "oblast name", "назва області", "название области", "регіон"),
            help=_("The oblast, or the city of Kyiv."), example="Харківська",
        ),
        Column(
            "raion", _("Raion"), PlaceReader(("raion", "district"), "oblast"), hxl="#adm2+name", width=22,
            words=("raion", "район", "rayon", "district", "admin2", "adm2", "raion name", "назва району", "admin 2"), help=_("The raion, where it is known."), example="Ізюмський",
        ),
        Column(
            "hromada", _("Hromada"), PlaceReader(("hromada",), "oblast"), hxl="#adm3+name", width=24,
            words=("hromada", "громада", "територіальна громада", "терит. громада", "назва громади", "hromada name", "территориальная громада", "тергромада", "тг", "отг", "municipality", "admin3", "adm3", "community"),
            help=_("The hromada, where it is known."), example="Ізюмська",
        ),
        Column(
            "settlement", _("Settlement"), PlaceReader(("settlement", "district"), "oblast"), hxl="#adm4+name", width=24,
            words=("settlement", "населений пункт", "місто/село", "село/місто", "город/село", "город", "нас. пункт", "н.п.", "назва населеного пункту", "населений пункт надання допомоги", "settlement name", "city/village", "город/поселок/село", "населенный пункт", "місто", "село", "city", "town", "village", "admin4", "adm4", "нп"),
            help=_("City, settlement or village."), example="Ізюм",
        ),
        Column(
            "place", _("Place"), PlaceReader(None, "oblast"), hxl="#loc+name", width=30,
            words=("place", "location", "місце видачі", "місце надання допомоги", "місце розподілу", "место выдачи", "distribution point", "place of distribution", "місце", "локація", "место", "адреса громади", "place name"),
            help=_("The place in one cell, where oblast and settlement have no columns of their own."), example="м. Ізюм, Харківська обл.",
        ),
        Column(
            "place_code", _("P-code"), read_code, hxl="#adm+code", width=16,
            words=("p code", "pcode", "p-code", "admin1 pcode", "admin 1 pcode", "admin2 pcode", "admin 2 pcode", "admin3 pcode", "admin 3 pcode", "admin4 pcode", "admin 4 pcode", "adm1 pcode", "adm2 pcode", "adm3 pcode", "adm4 pcode", "adm4_pcode", "settlement p-code", "hromada p-code", "код катоттг", "place code", "katottg", "катоттг", "код", "oblast pcode", "raion pcode", "hromada pcode", "settlement pcode"),
            help=_("P-code or KATOTTG code; it wins over the names."), example="UA6304001001",
        ),
    ]  # fmt: skip
    if country:
        columns.insert(
            0,
            Column(
                "country", _("Country"), read_country, hxl="#country+name", words=("country", "країна", "страна"), width=18,
                help=_("Empty means Ukraine."), example="Ukraine",
            ),
        )  # fmt: skip
    return tuple(columns)


LEVELS = ("oblast", "raion", "hromada", "settlement")
SAY_WHERE = ("settlement", "place", "oblast", "place_code", "hromada", "raion", "country")  # any of them says something about where


@lru_cache(maxsize=100_000)
def _finest(country: str, oblast: str, raion: str, hromada: str, settlement: str, place: str, code: str) -> tuple[str | None, tuple]:
    """The code, and problems as (column, code, expected, suggestion)."""
    index = shipped()
    within, at = "UA/", None
    if country and country != "UA":
        entry = index.entry(country)
        return (entry.code if entry else None), ()
    problems: list[tuple[str, str, str, str]] = []
    for column, text in zip(LEVELS, (oblast, raion, hromada, settlement), strict=True):
        if not text:
            continue
        kinds = {"raion": ("raion", "district"), "settlement": ("settlement", "district")}.get(column, (column,))
        found = find(text, within=within, kinds=kinds)
        if found.sure is None and column == "settlement":
            found = _wider(text, within, found)
        if found.sure is None and column == "hromada":
            centre = find(text, within=within, kinds=("settlement",)).sure
            if centre:
                at, within = centre[:9], index.known(centre[:9]).path
                continue
        if found.sure is None and at is not None and index.known(at).is_any_level and find(text, within="UA/", kinds=kinds).matches:
            continue  # a raion's name beside Kyiv: the city stands for all its levels
        if found.sure is None:
            problems.append(_problem(column, found, text, kinds, within))
            break
        at, within = found.sure, index.known(found.sure).path
    if place and not problems:
        found = find(place, within=within)
        if found.sure:
            at = found.sure
        else:
            problems.append(_problem("place", found, place, None, within))
    if code:
        named = index.entry(at) if at else None
        coded = index.entry(code)
        if named and coded and not problems and not _agree(named, coded):
            problems.append(("place_code", "places-disagree", f"{written(named.code)} ({named.code})", f"{written(code)} ({code})"))
        elif coded:
            problems = []
            at = named.code if named and named.path.startswith(coded.path) else code
    return at, tuple(problems)


def _agree(one: Entry, two: Entry) -> bool:
    return one.path.startswith(two.path) or two.path.startswith(one.path)


def _problem(column: str, found: Found, text: str, kinds, within: str) -> tuple[str, str, str, str]:
    clear = [one for one in found.matches if one.how not in ("like", "bones")]
    if clear:
        return column, "place-unclear", "", suggestions(found)
    elsewhere = find(text, within="UA/", kinds=kinds)
    if within != "UA/" and any(one.how not in ("like", "bones") for one in elsewhere.matches):
        return column, "place-elsewhere", written(within.split("/")[-2]), suggestions(found if found.matches else elsewhere)
    return column, "unknown-place", written(within.split("/")[-2]) if within != "UA/" else "", suggestions(found)


def _asked(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(values.get(name) or "") for name in ("country", *LEVELS, "place", "place_code"))


def place_of(values: Mapping[str, Any]) -> str | None:
    """The code of the finest place a row names; None when it names none or leaves doubt."""
    code, problems = _finest(*_asked(values))
    return None if problems else code


def place_problems(values: Mapping[str, Any], *, required: bool = True, first: str = "oblast") -> Iterable[Problem]:
    """What is wrong with where a row says it was. `first`: the column to show it at when the row names no place at all."""
    code, problems = _finest(*_asked(values))
    for column, kind, expected, suggestion in problems:
        yield Problem(column, kind, expected=expected, suggestion=suggestion, detail={"value": str(values.get(column) or "")})
    if code is None and not problems and required:
        yield Problem(first, "no-place", expected=str(_("an oblast, a settlement or a P-code")), about=SAY_WHERE)


# What the faults of this room say; sheets that read places add these to their own.
WORDS: dict[str, Any] = {
    "unknown-place": _("No place here is called “%(value)s”."),
    "place-unclear": _("Several places are called “%(value)s”. Add the raion or hromada, or the P-code."),
    "place-elsewhere": _("“%(value)s” does not lie in %(expected)s. Correct one of the two."),
    "unknown-place-code": _("“%(value)s” is not the code of a place."),
    "places-disagree": _(
        "The code “%(value)s” and the names beside it are different places: the names say %(expected)s. Correct one of the two."
    ),
    "no-place": _("This row does not say where. Fill in the oblast, the settlement or the P-code."),
}
