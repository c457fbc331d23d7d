"""Certain identity only: the same tax number that checks, or the same name, birth date and phone. Part B replaces this inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from oplich.people.matching import normal, tax

TAX, NAME = "tax-number", "name-birth-phone"
METHOD = "certain-1"


@dataclass(frozen=True)
class Record:
    """What one registration says about a human being, in clear, in memory only."""

    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    birth_date: dt.date | None = None
    sex: str = ""
    phone: str = ""
    tax_number: str = ""


@dataclass(frozen=True)
class Keys:
    """Texts that, if equal, make two records certainly one human being; "" where a record says too little."""

    tax: str = ""
    name: str = ""


@dataclass
class Recognised:
    """`subjects[i]` is whose record i is. `links` are known subjects that one record showed to be one: (kept, other, because, i)."""

    subjects: list[Any] = field(default_factory=list)
    new: list[Any] = field(default_factory=list)
    links: list[tuple[Any, Any, str, int]] = field(default_factory=list)


def keys(record: Record) -> Keys:
    """What makes this record certainly somebody. A tax number that contradicts the stated birth date or sex is no evidence."""
    number = tax.digits(record.tax_number)
    agrees = (
        tax.is_right(number)
        and (record.birth_date is None or tax.birth_date(number) == record.birth_date)
        and (not record.sex or tax.sex(number) == record.sex)
    )
    called = normal.full_name(record.surname, record.given_name, record.patronymic)
    phone = normal.phone(record.phone) if record.phone else ""
    enough = record.surname and record.given_name and record.birth_date and phone
    return Keys(tax=number if agrees else "", name=f"{called}|{record.birth_date}|{phone}" if enough else "")


def certain(one: Record, other: Record) -> str:
    """The evidence that two records are the same human being, or ""."""
    here, there = keys(one), keys(other)
    if here.tax and here.tax == there.tax:
        return TAX
    if here.name and here.name == there.name and not (here.tax and there.tax):
        return NAME
    return ""


def recognise(records: Sequence[Keys], known: Iterable[tuple[Keys, Hashable]], make: Callable[[], Hashable]) -> Recognised:
    """Whose each record is. `known` are (keys, subject) of earlier registrations; `make` invents a subject for who is new.

    Records are taken in order, and each teaches its keys to the following, so twice the same person in one list is one subject.
    A record whose two keys lead to two subjects belongs to the one with its tax number and links both. Two different tax numbers
    that check are two human beings, whatever else agrees.
    """
    found = Recognised()
    by_tax: dict[str, Hashable] = {}
    by_name: dict[str, list[Hashable]] = {}
    numbers: dict[Hashable, set[str]] = {}

    def learn(one: Keys, subject: Hashable) -> None:
        if one.tax:
            by_tax.setdefault(one.tax, subject)
            numbers.setdefault(subject, set()).add(one.tax)
        if one.name and subject not in by_name.setdefault(one.name, []):
            by_name[one.name].append(subject)

    for one, subject in known:
        learn(one, subject)
    for at, one in enumerate(records):
        same_name = [
            subject for subject in by_name.get(one.name, ()) if not one.tax or not numbers.get(subject) or one.tax in numbers[subject]
        ]
        hits = list(dict.fromkeys(([by_tax[one.tax]] if one.tax in by_tax else []) + same_name))
        if not hits:
            hits = [make()]
            found.new.append(hits[0])
        elif not one.tax and len({number for subject in hits for number in numbers.get(subject, ())}) > 1:
            hits = hits[:1]
        found.subjects.append(hits[0])
        found.links += [(hits[0], other, NAME, at) for other in hits[1:]]
        learn(one, hits[0])
    return found
