"""The Ukrainian tax number (РНОКПП): ten digits that check themselves and carry the birth date and the sex."""

from __future__ import annotations

import datetime as dt
import unicodedata

WEIGHTS = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
DAY_ZERO = dt.date(1899, 12, 31)  # 00001 is 1 January 1900


def digits(text: str) -> str:
    """The ten digits, or "" when it is not ten digits. A number that Excel turned into one (“123456789.0”, a lost leading zero) is repaired."""
    text = unicodedata.normalize("NFKC", str(text)).strip().replace(" ", "").replace("-", "").removesuffix(".0")
    if not text.isascii() or not text.isdigit():
        return ""
    return text.zfill(10) if len(text) in (9, 10) else ""


def check_digit(first_nine: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_nine, strict=True)) % 11 % 10


def is_right(number: str) -> bool:
    """Ten digits whose last one follows from the others (all zeros does not count)."""
    return len(number) == 10 and number.isascii() and number.isdigit() and int(number[:5]) > 0 and check_digit(number[:9]) == int(number[9])


def birth_date(number: str) -> dt.date:
    """The birth date written in a number."""
    return DAY_ZERO + dt.timedelta(days=int(number[:5]))


def sex(number: str) -> str:
    """ "m" when the ninth digit is odd, "f" when it is even."""
    return "m" if int(number[8]) % 2 else "f"


def make(born: dt.date, order: int, male: bool) -> str:
    """A number that checks: for generated people and tests. `order` tells apart those born on one day (0–499)."""
    nine = f"{(born - DAY_ZERO).days:05d}{order % 1000:03d}{(order // 1000 * 2 + male) % 10}"
    return nine + str(check_digit(nine))


def repairs(number: str, born: dt.date | None = None, of_sex: str = "") -> list[str]:
    """The numbers that check and differ by one digit or by two neighbours swapped; with a birth date or sex, only those that agree."""
    if len(number) != 10 or not number.isdigit():
        return []
    found = {number[:at] + digit + number[at + 1 :] for at in range(10) for digit in "0123456789"}
    found |= {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(9)}
    return sorted(
        one
        for one in found
        if one != number and is_right(one) and (born is None or birth_date(one) == born) and (not of_sex or sex(one) == of_sex)
    )
