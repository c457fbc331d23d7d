"""Generated people and reports for the demonstration response. Nobody here exists: no Django, one seed, the same files every time.

Tax numbers check, so that certain identity can be shown, but their order digits are 000–049, and phones have the operator code 00,
which no operator has. Names are put together from short lists.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oplich.people.matching import tax

FOLDER = Path(__file__).with_name("data")
SEED = 20230331
FROM = ["Донецька область", "Луганська область", "Харківська область", "Запорізька область", "Херсонська область", "Миколаївська область"]


@dataclass(frozen=True)
class Human:
    """Somebody who does not exist."""

    surname: str
    given_name: str
    patronymic: str
    sex: str
    born: dt.date
    phone: str
    tax_number: str
    household: int
    from_oblast: str

    def age_on(self, day: dt.date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class NamedList:
    """One list of people helped: by whom, with what, where and when; how many lines; how many of them other partners helped too."""

    partner: str
    file_name: str
    sector: str
    activities: tuple[str, ...]
    areas: tuple[str, ...]
    first: dt.date
    last: dt.date
    lines: int
    shared: float = 0.2
    faults: int = 0


@dataclass(frozen=True)
class Report:
    """Monthly headcounts of one partner: areas × activities, from a month until a month."""

    partner: str
    file_name: str
    work: tuple[tuple[str, str], ...]  # sector, activity
    areas: tuple[str, ...]
    first: dt.date
    last: dt.date
    usual: int  # people a month, area and activity


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words() -> dict[str, list[str]]:
    return {row["kind"]: row["words"].split("|") for row in table("names")}


def towns() -> dict[str, tuple[str, list[str]]]:
    """Oblast code → its name and some of its towns."""
    return {row["code"]: (row["oblast"], row["towns"].split("|")) for row in table("towns")}


class People:
    """Everybody of the demonstration, household by household."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)
        self.words = words()
        self.born_on: dict[tuple[dt.date, str], int] = {}
        self.phones = 0
        self.households = 0

    def _human(self, surname: tuple[str, str], age: int, sex: str, father: str, household: int, phone: str, from_oblast: str) -> Human:
        born = dt.date(2022, 6, 1) - dt.timedelta(days=int(age * 365.25) + self.random.randrange(365))
        number = ""
        if age >= 16:
            order = self.born_on.get((born, sex), 0)
            self.born_on[born, sex] = order + 1
            number = tax.make(born, order, sex == "m") if order < 50 else ""
        given, patronymics = self.random.choice(self.words["female"]), father.split("/")
        if sex == "m":
            given = self.random.choice(self.words["male"]).split("/")[0]
        return Human(
            surname=surname[sex == "f"], given_name=given, patronymic=patronymics[2 if sex == "f" else 1], sex=sex, born=born,
            phone=phone, tax_number=number, household=household, from_oblast=from_oblast,
        )  # fmt: skip

    def _phone(self) -> str:
        self.phones += 1
        return f"+380 00 {self.phones // 10000:03} {self.phones // 100 % 100:02} {self.phones % 100:02}"

    def household(self) -> list[Human]:
        """One household: mostly women, children and older people, as in the lists of this response."""
        self.households += 1
        pick, number = self.random, self.households
        if pick.random() < 0.3:
            his, _slash, hers = pick.choice(self.words["pairs"]).partition("/")
        else:
            his = hers = pick.choice(self.words["surnames"])
        pair, origin = (his, hers), pick.choice(FROM)
        head_sex = "f" if pick.random() < 0.78 else "m"
        men = self.words["male"]
        found = [
            self._human(
                pair, pick.choice([24, 29, 33, 37, 41, 46, 52, 58, 64, 71, 78]), head_sex, pick.choice(men), number, self._phone(), origin
            )
        ]
        if pick.random() < 0.35:
            other = "m" if head_sex == "f" else "f"
            found.append(self._human(pair, pick.randrange(26, 66), other, pick.choice(men), number, self._phone(), origin))
        father = pick.choice(men)
        for _child in range(pick.choices([0, 1, 2, 3], weights=[35, 35, 24, 6])[0]):
            found.append(self._human(pair, pick.randrange(1, 17), pick.choice("fm"), father, number, found[0].phone, origin))
        if pick.random() < 0.15:
            found.append(
                self._human(pair, pick.randrange(66, 88), "f" if pick.random() < 0.7 else "m", pick.choice(men), number, "", origin)
            )
        return found


def _day(pick: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=pick.randrange((last - first).days + 1))


def _rewritten(pick: random.Random, one: Human) -> Human:
    """The same human being as another partner wrote them down: without the tax number, or with other small habits of writing."""
    way = pick.random()
    if way < 0.35 and one.phone and one.tax_number:
        one = replace(one, tax_number="")
    if way > 0.7:
        one = replace(one, surname=one.surname.upper(), given_name=one.given_name.replace("'", "’"), phone=one.phone.replace(" ", ""))
    elif way > 0.55:
        one = replace(one, surname=one.surname.replace("'", "ʼ"), phone=one.phone.replace(" ", "-"))
    return one


def lists(specs: list[NamedList], seed: int = SEED) -> Iterator[tuple[NamedList, list[dict[str, Any]]]]:
    """The lines of every list by column, list after list; people of earlier lists come again in later ones."""
    people, pick = People(seed), random.Random(seed + 1)
    towns_of, met = towns(), []
    for spec in specs:
        lines: list[dict[str, Any]] = []
        own_numbers: dict[int, str] = {}
        met_here: list[list[Human]] = []
        while len(lines) < spec.lines:
            again = bool(met) and pick.random() < spec.shared
            members = pick.choice(met) if again else people.household()
            if again:
                members = [_rewritten(pick, one) for one in members]
            number = own_numbers.setdefault(members[0].household, f"{spec.partner[7:9].upper()}-{len(own_numbers) + 1:04}")
            if any(line["household"] == number for line in lines):
                continue
            met_here.append(members)
            area, day = pick.choice(spec.areas), _day(pick, spec.first, spec.last)
            oblast, settlements = towns_of.get(area, (area, [""]))
            settlement, activity = pick.choice(settlements), pick.choice(spec.activities)
            for one in members:
                lines.append(_line(pick, one, spec, oblast, settlement, number, day, activity))
        met += met_here
        for line in pick.sample(lines, spec.faults):
            _spoil(pick, line)
        yield spec, lines


def where(area: str, settlement: str) -> dict[str, str]:
    """The place columns: an oblast with a town, or another country."""
    if not settlement:
        return {"country": area}
    return {"oblast": area, "settlement": "" if settlement == area else settlement}


def _line(pick, one: Human, spec: NamedList, oblast: str, settlement: str, number: str, day: dt.date, activity: str) -> dict[str, Any]:
    age = one.age_on(day)
    needs = (
        "disability"
        if pick.random() < 0.06
        else "older-alone"
        if age > 70 and pick.random() < 0.3
        else "chronic-illness"
        if pick.random() < 0.04
        else ""
    )
    return {
        "surname": one.surname, "given_name": one.given_name, "patronymic": one.patronymic, "birth_date": one.born, "sex": one.sex,
        "phone": one.phone, "tax_number": one.tax_number, "household": number, "needs": needs, "consent": True, "consent_statistics": True,
        **where(oblast, settlement), "from_place": one.from_oblast if one.from_oblast != oblast else "",
        "population_group": "idp" if one.from_oblast != oblast else "host", "sector": spec.sector, "activity": activity, "date": day,
    }  # fmt: skip


def _spoil(pick: random.Random, line: dict[str, Any]) -> None:
    """One of the mistakes people make in a cold warehouse."""
    kind = pick.randrange(7)
    if kind == 0:
        line["date"] = f"31.02.{line['date'].year}"
    elif kind == 1:
        line["date"] = line["date"].replace(year=2032)
    elif kind == 2 and line["tax_number"]:
        line["tax_number"] = line["tax_number"][:-1] + str((int(line["tax_number"][-1]) + 3) % 10)
    elif kind == 3:
        line["oblast"] = "Львыська облсть"
    elif kind == 4:
        line["phone"] = "+380 00 12"
    elif kind == 5:
        line["birth_date"] = dt.date(line["date"].year + 2, 1, 15)
    else:
        line["sector"] = "дит. захистт"


def reports(specs: list[Report], seed: int = SEED) -> Iterator[tuple[Report, list[dict[str, Any]]]]:
    """The lines of every monthly report by column: area × activity × month, with sex and age."""
    towns_of = towns()
    for number, spec in enumerate(specs):
        pick, lines, month = random.Random(seed + 100 + number), [], spec.first.replace(day=1)
        while month <= spec.last:
            winter = 1.3 if month.month in (11, 12, 1, 2) else 1.0
            for area in spec.areas:
                for sector, activity in spec.work:
                    if pick.random() < 0.22:
                        continue
                    oblast, settlements = towns_of.get(area, (area, [""]))
                    lines.append(_headcount(pick, spec, oblast, pick.choice(settlements), sector, activity, month, winter))
            month = (month + dt.timedelta(days=32)).replace(day=1)
        yield spec, lines


def _headcount(
    pick, spec: Report, oblast: str, settlement: str, sector: str, activity: str, month: dt.date, winter: float
) -> dict[str, Any]:
    total = max(12, int(pick.lognormvariate(0, 0.6) * spec.usual * winter))
    girls, boys = int(total * pick.uniform(0.14, 0.2)), int(total * pick.uniform(0.13, 0.19))
    older_women, older_men = int(total * pick.uniform(0.09, 0.14)), int(total * pick.uniform(0.03, 0.06))
    men = int(total * pick.uniform(0.08, 0.14))
    women = total - girls - boys - older_women - older_men - men
    return {
        **where(oblast, settlement), "sector": sector, "activity": activity, "month": month.strftime("%m.%Y"),
        "population_group": pick.choice(["idp", "idp", "host", "returnee"]) if settlement else "refugee",
        "people": total, "girls": girls, "boys": boys, "women": women, "men": men, "older_women": older_women, "older_men": older_men,
        "with_disability": int(total * pick.uniform(0.03, 0.09)), "through_pipeline": sector in ("nfi", "wash", "shelter") and pick.random() < 0.4,
        "by_convoy": activity in ("nfi-kits", "hygiene-kits") and pick.random() < 0.1,
    }  # fmt: skip
