"""Computing one figure from the file of facts, for one period, place, sector and organisation, in total and by group."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from oplich.reporting import duck
from oplich.reporting.figures.catalogue import catalogue, sql_of, words_of

RULES = ("services", "maximum", "recognised")
# How each rule of people reached is written down.
_FILES = {"recognised": "people_reached", "maximum": "people_reached_maximum", "services": "people_reached_services"}
SEX_AGE = ("girls", "boys", "women", "men", "older_women", "older_men")
# What a figure can be broken down by, and the column that says so. Sectors are their own parts once a sector is chosen.
DIMENSIONS = {
    "sector": "case when getvariable('sector') is null then top_sector else sector end",
    "activity": "coalesce(activity, sector)",
    "country": "country",
    "oblast": "oblast",
    "raion": "raion",
    "hromada": "hromada",
    "month": "strftime(given_on, '%Y-%m')",
    "organisation": "organisation",
    "upload": "coalesce(upload, '')",
}
_NAMED_BY = {
    "sector": ("sectors", "slug", "rank"),
    "activity": ("activities", "code", "code"),
    "organisation": ("organisations", "id", "name_en"),
    **{kind: ("places", "path", "path") for kind in ("country", "oblast", "raion", "hromada")},
}
# Which breakdowns add up to the total, by rule. The others count some people in several groups.
_ADDS_UP = {"services": set(DIMENSIONS) | {"sex-age"}, "maximum": {"country", "oblast", "sex-age"}, "recognised": {"sex-age"}}
_COUNTS = {"services_given", "records_by_upload"}  # figures that are plain counts of records: every breakdown adds up


class NoFacts(Exception):
    """There is no file of facts yet, or it was written by another version."""


class UnknownWord(Exception):
    """Something asked for does not exist: `field` says which, `found` what was asked."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(f"{name}: {found}")
        self.field, self.found = name, found


class Days(Protocol):
    """A period: from `start` up to, but not including, `end`."""

    @property
    def start(self) -> dt.date: ...

    @property
    def end(self) -> dt.date: ...


@dataclass(frozen=True)
class Line:
    """One group of a figure. `key` is a code that stays (P-code, slug, month, organisation id), `units` the figure, `named` the part on
    named records (None where the figure has no such part), `path` a place's path, `coarser` that only a wider area is known."""

    key: str
    name: str
    units: int
    named: int | None = None
    path: str = ""
    coarser: bool = False


@dataclass(frozen=True)
class LeftOut:
    """What a rule keeps out of the total: why, in whose words, how many records, and how many people they speak of in all."""

    reason: str
    name: str
    records: int
    people: int


@dataclass(frozen=True)
class Figure:
    slug: str
    rule: str
    title: str
    unit: str
    measure: str
    source: str
    method: str
    total: int
    rows: list[Line]
    share_named: float | None
    sex_age: dict[str, int]
    exclusions: list[LeftOut]
    as_of: dt.datetime
    period: Days
    within: str
    sector: str | None
    organisation: str | None
    by: str | None
    adds_up: bool
    without: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


def compute(
    slug: str,
    *,
    facts_path: Path | str,
    period: Days,
    within: str = "UA/",
    sector: str | None = None,
    organisation: str | None = None,
    by: str | None = None,
    rule: str = "recognised",
    without: tuple[str, ...] = (),
    language: str = "uk",
) -> Figure:
    """One figure. `within` is a place path ("UA/UA63/", "" for everywhere), `without` sectors to leave out.

    `rule` is how people are counted and only matters for people_reached. Raises NoFacts, UnknownWord.
    """
    if rule not in RULES:
        raise UnknownWord("rule", rule)
    if by not in (None, *DIMENSIONS, "sex-age"):
        raise UnknownWord("by", str(by))
    if slug not in catalogue():
        raise UnknownWord("figure", slug)
    if slug in _FILES.values():
        rule = next(name for name, file in _FILES.items() if file == slug) if slug != "people_reached" else rule
        slug, file = "people_reached", _FILES[rule]
    else:
        rule, file = "", slug
    words = words_of(file, language)
    if not Path(facts_path).exists():
        raise NoFacts(str(facts_path))
    with duck.reading(facts_path) as facts:
        as_of, version = facts.execute("select as_of, version from meta").fetchone() or ("", 0)
        if version != duck.VERSION:
            raise NoFacts(f"version {version}")
        _choose(facts, period, within, sector, organisation, without)
        whole = _run(facts, file, "null")
        total = whole[0] if whole else {}
        sex_age = {part: int(total.get(part) or 0) for part in SEX_AGE} if slug == "people_reached" else {}
        units = int(total.get(words.measure) or 0)
        named = total.get("named")
        if by is None:
            rows = []
        elif by == "sex-age":
            rows = [Line(part, part, number) for part, number in sex_age.items()]
            rows.append(Line("unknown", "unknown", units - sum(sex_age.values())))
        else:
            rows = _lines(facts, file, words.measure, by, language)
        return Figure(
            slug=slug,
            rule=rule,
            title=words.title,
            unit=words.unit,
            measure=words.measure,
            source=words.source,
            method=words.method,
            total=units,
            rows=rows,
            share_named=int(named or 0) / units if units and "named" in total else None,
            sex_age=sex_age,
            exclusions=_left_out(facts, language),
            as_of=dt.datetime.fromisoformat(as_of),
            period=period,
            within=within,
            sector=sector,
            organisation=organisation,
            by=by,
            adds_up=by is not None and (slug in _COUNTS or by in _ADDS_UP.get(rule, ())),
            without=tuple(without),
            names=_names_of_filters(facts, within, sector, organisation, language),
        )


def _choose(facts: Any, period: Days, within: str, sector: str | None, organisation: str | None, without: tuple[str, ...]) -> None:
    asked = {
        "start": period.start,
        "until": period.end,
        "within": within,
        "sector": sector,
        "organisation": organisation,
        "without": list(without) or [""],
    }
    for name, said in asked.items():
        facts.execute(f"set variable {name} = {duck.literal(said)}")
    facts.execute("create temp view selection as " + (Path(duck.__file__).parent / "selection.sql").read_text(encoding="utf-8"))


def _run(facts: Any, file: str, group: str) -> list[dict[str, Any]]:
    facts.execute(f"create or replace temp view help as select *, ({group})::varchar as grp from selection where why_not is null")  # noqa: S608 - an expression of ours
    answer = facts.execute(sql_of(file))
    columns = [column[0] for column in answer.description]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def _lines(facts: Any, file: str, measure: str, by: str, language: str) -> list[Line]:
    found = _run(facts, file, DIMENSIONS[by])
    table, key, order = _NAMED_BY.get(by, ("", "", ""))
    names: dict[str, tuple[str, str, Any, str]] = {}
    if table:
        code = "code" if table == "places" else key
        kind = "kind" if table == "places" else "''"
        column = "name_uk" if language.startswith("uk") else "name_en"
        answer = facts.execute(f"select {key}, {code}, {column}, {order}, {kind} from facts.{table}")  # noqa: S608 - columns of ours
        names = {row[0]: row[1:] for row in answer.fetchall()}
    lines = []
    for row in found:
        group = row["grp"] or ""
        code, name, _rank, kind = names.get(group, (group.rstrip("/").rpartition("/")[2] if "/" in group else group, group, group, ""))
        lines.append(
            (
                _rank if _rank is not None else "",
                Line(
                    key=code,
                    name=name or code,
                    units=int(row[measure] or 0),
                    named=int(row["named"] or 0) if "named" in row else None,
                    path=group if table == "places" else "",
                    coarser=table == "places" and _depth(group) < _DEPTHS[by],
                ),
            )
        )
    if by == "organisation":
        return [line for _rank, line in sorted(lines, key=lambda pair: (-pair[1].units, pair[1].name))]
    return [line for _rank, line in sorted(lines, key=lambda pair: (str(pair[0]) if by != "sector" else f"{pair[0]:0>6}", pair[1].key))]


_DEPTHS = {"country": 1, "oblast": 2, "raion": 3, "hromada": 4}


def _depth(path: str) -> int:
    return path.count("/")


def _left_out(facts: Any, language: str) -> list[LeftOut]:
    column = "name_uk" if language.startswith("uk") else "name_en"
    answer = facts.execute(
        f"""
        select why_not, coalesce(sectors.{column}, activities.{column}, ''), count(*), sum(case when counted then coalesce(headcount, 1) else 1 end)
        from selection
        left join facts.sectors on why_not = 'sector:' || sectors.slug
        left join facts.activities on why_not = 'activity:' || activities.code
        where why_not is not null group by all order by 1
        """  # noqa: S608 - the column is one of two names of ours
    )
    found = [LeftOut(why, name, int(records), int(people)) for why, name, records, people in answer.fetchall()]
    wider = facts.execute(
        """
        select count(*), sum(coalesce(headcount, 1)) from facts.help_given
        where getvariable('within') <> '' and given_on >= getvariable('start') and given_on < getvariable('until') and counted
            and starts_with(getvariable('within'), place) and place <> getvariable('within')
            and (getvariable('sector') is null and sector_in_total and activity_in_total
                or sector = getvariable('sector') or top_sector = getvariable('sector'))
            and (getvariable('organisation') is null or organisation = getvariable('organisation'))
            and not list_contains(getvariable('without'), sector) and not list_contains(getvariable('without'), top_sector)
        """
    ).fetchone()
    if wider[0]:
        found.append(LeftOut("wider", "", int(wider[0]), int(wider[1])))
    return found


def _names_of_filters(facts: Any, within: str, sector: str | None, organisation: str | None, language: str) -> dict[str, str]:
    column = "name_uk" if language.startswith("uk") else "name_en"
    names = {}
    for name, table, key, said in (
        ("within", "places", "path", within),
        ("sector", "sectors", "slug", sector),
        ("organisation", "organisations", "id", organisation),
    ):
        if said:
            row = facts.execute(f"select {column} from facts.{table} where {key} = {duck.literal(said)}").fetchone()  # noqa: S608
            names[name] = row[0] if row else said
    return names
