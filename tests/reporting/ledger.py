"""A plain Python model of the rules, and facts made up for it. What the figures must agree with, written as slowly and clearly as can be."""

import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from oplich.reporting import duck

SECTORS = {
    "health": ("health", True),
    "wash": ("wash", True),
    "protection": ("protection", True),
    "gbv": ("protection", True),
    "information": ("information", False),
    "referral": ("referral", False),
}
NAMES = {"health": ("Охорона здоров’я", "Health"), "wash": ("Вода", "WASH"), "protection": ("Захист", "Protection")}
PLACES = [
    "UA/",
    "UA/UA12/",
    "UA/UA12/UA1202/",
    "UA/UA12/UA1202/UA1202001/",
    "UA/UA12/UA1202/UA1202003/",
    "UA/UA12/UA1204/",
    "UA/UA63/",
    "UA/UA63/UA6312/",
    "UA/UA63/UA6312/UA6312027/",
    "UA/UA63/UA6312/UA6312027/UA6312027001/",
    "PL/",
    "MD/",
]
PARTS = ("girls", "boys", "women", "men", "older_women", "older_men")


@dataclass(frozen=True)
class Help:
    sector: str
    given_on: dt.date
    place: str
    organisation: str
    one_human: int | None = None
    headcount: int | None = None
    counted: bool = True
    activity_in_total: bool = True
    sex: str = ""
    age_group: str = ""
    parts: tuple[int, ...] | None = None
    household: int | None = None
    upload: str = ""
    record: int = 0

    @property
    def size(self) -> int:
        return self.headcount or 1


def numbered(ledger):
    return [replace(one, record=number) for number, one in enumerate(ledger, 1)]


def upto(place: str, depth: int) -> str:
    return "/".join(place.split("/")[:depth]) + "/" if place.count("/") > depth else place


def write(path: Path, ledger, as_of="2023-04-01T08:00:00+03:00") -> Path:
    """A file of facts with these lines in it."""
    with duck.building(path) as facts:
        facts.execute("insert into meta values (?, 'made up', ?, ?)", [as_of, duck.VERSION, len(ledger)])
        facts.executemany(
            "insert into sectors values (?, ?, ?, ?, ?, ?)",
            [
                (slug, top if top != slug else None, *NAMES.get(slug, (slug, slug)), in_total, rank)
                for rank, (slug, (top, in_total)) in enumerate(SECTORS.items())
            ],
        )
        facts.execute("insert into activities values ('ref', 'health', 'Скерування', 'Referral', false)")
        facts.executemany(
            "insert into places values (?, ?, ?, ?, ?)",
            [(place, place.rstrip("/").rpartition("/")[2], "", f"{place} uk", f"{place} en") for place in PLACES],
        )
        organisations = sorted({one.organisation for one in ledger})
        if organisations:
            facts.executemany("insert into organisations values (?, ?, ?)", [(one, one, one) for one in organisations])
        if not ledger:
            return path
        with path.with_suffix(".csv").open("w", newline="") as stream:
            csv.writer(stream).writerows(_line(one) for one in ledger)
        facts.execute(
            f"insert into help_given select * from read_csv('{path.with_suffix('.csv')}', header=false, auto_detect=false, columns={_columns(facts)})"
        )
    return path


def _columns(facts):
    found = facts.execute("select column_name, data_type from duckdb_columns() where table_name = 'help_given' order by column_index")
    return {name: kind for name, kind in found.fetchall()}


def _line(one: Help):
    top, in_total = SECTORS[one.sector]
    return [
        one.record,
        one.sector,
        top,
        "" if one.activity_in_total else "ref",
        in_total,
        one.activity_in_total,
        one.given_on,
        False,
        one.place,
        upto(one.place, 1),
        upto(one.place, 2),
        upto(one.place, 3),
        upto(one.place, 4),
        one.organisation,
        "",
        one.upload,
        one.counted,
        one.one_human,
        one.household,
        one.sex,
        one.age_group,
        one.headcount,
        *(one.parts or [None] * 6),
        None,
        "",
    ]


def chosen(ledger, *, start, until, within="", sector=None, organisation=None, without=()):
    for one in ledger:
        top, in_total = SECTORS[one.sector]
        if not (start <= one.given_on < until and one.place.startswith(within)):
            continue
        if sector not in (None, one.sector, top) or organisation not in (None, one.organisation):
            continue
        if one.sector in without or top in without or not one.counted:
            continue
        if sector is None and not (in_total and one.activity_in_total):
            continue
        if sector is not None and in_total and not one.activity_in_total:
            continue
        yield one


def services(ledger) -> int:
    return sum(one.size for one in ledger)


def maximum(ledger) -> int:
    areas: dict = defaultdict(lambda: defaultdict(int))
    for one in ledger:
        areas[upto(one.place, 2)][SECTORS[one.sector][0]] += one.size
    return sum(max(sectors.values()) for sectors in areas.values())


def recognised(ledger) -> int:
    ledger = list(ledger)
    named = {one.one_human for one in ledger if one.one_human is not None}
    largest: dict = defaultdict(int)
    for one in ledger:
        if one.one_human is None:
            largest[one.place] = max(largest[one.place], one.headcount)

    def inside(place: str) -> int:
        below = {upto(other, place.count("/") + 1) for other in largest if other.startswith(place) and other != place}
        return max(largest.get(place, 0), sum(inside(one) for one in below))

    return len(named) + sum(inside(root) for root in {upto(place, 1) for place in largest})


RULES = {"services": services, "maximum": maximum, "recognised": recognised}


def group_of(one: Help, by: str, sector=None) -> str:
    return {
        "sector": SECTORS[one.sector][0] if sector is None else one.sector,
        "oblast": upto(one.place, 2).rstrip("/").rpartition("/")[2],
        "raion": upto(one.place, 3).rstrip("/").rpartition("/")[2],
        "country": upto(one.place, 1).rstrip("/"),
        "month": one.given_on.strftime("%Y-%m"),
        "organisation": one.organisation,
    }[by]
