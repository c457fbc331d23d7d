"""How one cell is understood, whoever's sheet it stands in: text, whole numbers, dates, yes and no, a choice from a list.

Each name below makes a reader for `Column.read`: it takes a cell and the context and returns a JSON-able value or raises Misread.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from rapidfuzz import fuzz, process

from oplich.intake.sheets import Context, Misread

Reader = Callable[[Any, Context], Any]

APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′＇", "'"))
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−―", "-"))
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
BLANK = {
    "-",
    "--",
    "---",
    "–",
    "—",
    "−",
    "n/a",
    "na",
    "#n/a",
    "n.a.",
    "н/д",
    "нд",
    "н.д.",
    "null",
    "no data",
    "немає даних",
    "нет данных",
    "…",
    "...",
}
LIKE_DIGITS = str.maketrans("oоlі|з", "001113")
EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
MONTHS = {
    **dict.fromkeys(["january", "jan", "січень", "січня", "січ", "январь", "января", "янв"], 1),
    **dict.fromkeys(["february", "feb", "лютий", "лютого", "лют", "февраль", "февраля", "фев"], 2),
    **dict.fromkeys(["march", "mar", "березень", "березня", "бер", "март", "марта"], 3),
    **dict.fromkeys(["april", "apr", "квітень", "квітня", "кві", "квіт", "апрель", "апреля", "апр"], 4),
    **dict.fromkeys(["may", "травень", "травня", "тра", "трав", "май", "мая"], 5),
    **dict.fromkeys(["june", "jun", "червень", "червня", "чер", "черв", "июнь", "июня", "июн"], 6),
    **dict.fromkeys(["july", "jul", "липень", "липня", "лип", "июль", "июля", "июл"], 7),
    **dict.fromkeys(["august", "aug", "серпень", "серпня", "сер", "серп", "август", "августа", "авг"], 8),
    **dict.fromkeys(["september", "sep", "sept", "вересень", "вересня", "вер", "вер", "сентябрь", "сентября", "сен", "сент"], 9),
    **dict.fromkeys(["october", "oct", "жовтень", "жовтня", "жов", "жовт", "октябрь", "октября", "окт"], 10),
    **dict.fromkeys(["november", "nov", "листопад", "листопада", "лис", "лист", "ноябрь", "ноября", "ноя", "нояб"], 11),
    **dict.fromkeys(["december", "dec", "грудень", "грудня", "гру", "груд", "декабрь", "декабря", "дек"], 12),
}
YES = {"yes", "y", "true", "1", "так", "tak", "т", "да", "д", "є", "+", "x", "х", "v", "✓", "✔", "ok", "ок", "надано", "отримано", "підписано", "погоджено", "згоден", "згодна", "згоден/згодна", "согласен", "согласна", "agree", "agreed", "given", "signed"}  # fmt: skip
NO = {"no", "n", "false", "0", "ні", "hi", "нi", "н", "нет", "немає", "нема", "не надано", "відмова", "відмовився", "відмовилась", "не згоден", "не згодна", "отказ", "не согласен", "не согласна", "refused", "not given"}  # fmt: skip


def clean(text: str) -> str:
    """Text as a person meant it: one Unicode form, no invisible marks, single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if not text.isprintable():
            text = INVISIBLE.sub("", text)
    return " ".join(text.split())


def fold(text: Any) -> str:
    """For comparing words: clean, lower case, one kind of apostrophe and dash."""
    return clean(str(text)).translate(APOSTROPHES).translate(DASHES).casefold()


def shown(cell: Any) -> str:
    """A cell as it would be shown to the person who wrote it."""
    if isinstance(cell, dt.datetime):
        return cell.strftime("%d.%m.%Y %H:%M") if (cell.hour or cell.minute) else cell.strftime("%d.%m.%Y")
    if isinstance(cell, dt.date):
        return cell.strftime("%d.%m.%Y")
    return clean(str(cell))


def text(*, longest: int = 200) -> Reader:
    """Any text up to `longest` characters. A number is kept as it is written (00123 in Excel is 123: say so in the column's help)."""

    def read(cell: Any, context: Context) -> str:
        found = clean(cell) if type(cell) is str else shown(cell)
        if len(found) > longest:
            raise Misread("too-long", expected=str(longest), longest=longest, suggestion=found[:longest].rstrip())
        return found

    return read


def _number(cell: Any) -> int | float:
    if isinstance(cell, bool | dt.date):
        raise Misread("not-a-number", expected="1250")
    if isinstance(cell, int | float):
        return cell
    found = clean(str(cell)).translate(DASHES).replace("'", "").replace("’", "")
    body = found.replace(" ", "")
    percent = body.endswith("%")
    body = body.removesuffix("%")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", body) and not re.fullmatch(r"[+-]?\d{1,3},\d{3}", body):
        body = body.replace(",", "")  # 1,234,567.8
    elif re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}(,\d+)?", body):
        body = body.replace(".", "").replace(",", ".")  # 1.234.567,8
    elif re.fullmatch(r"[+-]?\d+,\d{3}", body):
        # 1,234 is a thousand to some and a decimal to others
        raise Misread("two-readings", expected=body.replace(",", ""), suggestion=body.replace(",", ""), other=body.replace(",", "."))
    else:
        body = body.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", body) or not body.isascii():
        digits = re.findall(r"\d[\d ]*", found)
        raise Misread("not-a-number", expected="1250", suggestion=digits[0].replace(" ", "") if len(digits) == 1 else "")
    value = float(body)
    value = value / 100 if percent else value
    return int(value) if value.is_integer() else value


def _bounded(value: int | float, minimum: float | None, maximum: float | None) -> int | float:
    if minimum is not None and value < minimum:
        raise Misread("too-small", expected=f"≥ {minimum}", minimum=minimum, suggestion=str(abs(value)) if abs(value) >= minimum else "")
    if maximum is not None and value > maximum:
        raise Misread("too-large", expected=f"≤ {maximum}", maximum=maximum)
    return value


def number(*, minimum: float | None = None, maximum: float | None = None) -> Reader:
    """A number: 1250, 1 250,5, 12 %."""

    def read(cell: Any, context: Context) -> int | float:
        return _bounded(_number(cell), minimum, maximum)

    return read


def whole(*, minimum: int | None = 0, maximum: int | None = 100_000_000) -> Reader:
    """A whole number, such as a count of people: 1250 or 1 250."""

    def read(cell: Any, context: Context) -> int:
        if type(cell) is int:
            return int(_bounded(cell, minimum, maximum))
        if isinstance(cell, str) and re.fullmatch(r"\s*\d{1,3}(,\d{3})+\s*", cell):
            cell = cell.replace(",", "")  # 1,250 people can only be a thousand
        value = _number(cell)
        if value != int(value):
            raise Misread("not-whole", expected=str(round(value)), suggestion=str(round(value)))
        return int(_bounded(int(value), minimum, maximum))

    return read


def _day(year: int, month: int, day: int) -> dt.date | None:
    year += (2000 if year < 50 else 1900) if year < 100 else 0
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def as_date(cell: Any) -> dt.date:
    """The day a cell means, or Misread("not-a-date"). Days come before months, as they are written in Ukraine."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, str) and re.fullmatch(r"[2-5]\d{4}", cell.strip()):
        cell = int(cell)  # Excel's day number, kept as text
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if 1_000 <= cell < 2_958_466 and not 1_900 <= cell <= 2_100:  # an Excel day number, from 1902 to the year 9999; not a year
            return EXCEL_DAY_ZERO + dt.timedelta(days=int(cell))
        cell = str(int(cell))
    found = re.sub(r"(?<=\d) ?(?:р|року|рік|г|года|год)$", "", fold(cell).rstrip(". "))
    suggestion = None
    if match := re.fullmatch(r"(\d{4})(?:[-./](\d{1,2})[-./]|(\d{2}))(\d{1,2})(?:[t ]\d{1,2}:\d{2}.*)?", found):
        day = _day(int(match[1]), int(match[2] or match[3]), int(match[4]))
    elif match := re.fullmatch(r"(\d{1,2}) ?[-./,] ?(\d{1,2}) ?[-./,] ?(\d{4}|\d{2})(?:[, ]+\d{1,2}:\d{2}.*)?", found):
        day = _day(int(match[3]), int(match[2]), int(match[1]))
        suggestion = _day(int(match[3]), int(match[1]), int(match[2]))
    elif match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|-го)?[ .-]+([^\W\d_]+)\.?,?[ .-]+(\d{4}|\d{2})", found):
        day = _day(int(match[3]), MONTHS.get(match[2], 0), int(match[1]))
    elif match := re.fullmatch(r"([^\W\d_]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", found):
        day = _day(int(match[3]), MONTHS.get(match[1], 0), int(match[2]))
    else:
        day = None
        if (digits := found.translate(LIKE_DIGITS)) != found and re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", digits):
            suggestion = _day(*(int(one) for one in reversed(digits.split("."))))
    if day is None:
        raise Misread("not-a-date", expected="28.02.2023", suggestion=suggestion.strftime("%d.%m.%Y") if suggestion else "")
    return day


def date(*, first: dt.date | None = None, not_after_today: bool = False) -> Reader:
    """A day, as a date cell or as 28.02.2023, 2023-02-28, 28/02/2023, 28 лютого 2023. The value is ISO text."""

    def read(cell: Any, context: Context) -> str:
        day = as_date(cell)
        if first is not None and day < first:
            raise Misread("too-early", expected=first.strftime("%d.%m.%Y"), first=first.strftime("%d.%m.%Y"))
        if not_after_today and context.today is not None and day > context.today:
            raise Misread("in-the-future", expected=context.today.strftime("%d.%m.%Y"), suggestion=_swapped(day, context.today))
        return day.isoformat()

    return read


def _swapped(day: dt.date, today: dt.date) -> str:
    """Day and month the other way round, or last year's, when that would not lie in the future."""
    for other in (_day(day.year, day.day, day.month) if day.day <= 12 else None, _day(day.year - 1, day.month, day.day)):
        if other is not None and other <= today:
            return other.strftime("%d.%m.%Y")
    return ""


def month(cell: Any, context: Context) -> str:
    """A month (2023-03, 03.2023, березень 2023, or any day in it), as its first day in ISO text."""
    found = fold(cell) if isinstance(cell, str) else ""
    year = number_of = 0
    if match := re.fullmatch(r"(\d{4})[-./ ](\d{1,2})", found):
        year, number_of = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(\d{1,2})[-./ ](\d{4})", found):
        year, number_of = int(match[2]), int(match[1])
    elif match := re.fullmatch(r"([^\W\d_]+)[ .,/'-]*(\d{4}|\d{2})(?: ?р\.?| року| ?г\.?| года)?", found):
        year, number_of = int(match[2]), MONTHS.get(match[1], 0)
    else:
        try:
            day = as_date(cell)
        except Misread:
            raise Misread("not-a-month", expected="03.2023") from None
        return day.replace(day=1).isoformat()
    first = _day(year, number_of, 1)
    if first is None:
        raise Misread("not-a-month", expected="03.2023")
    return first.isoformat()


def yes_no(cell: Any, context: Context) -> bool:
    """Yes or no, in uk, en or ru, or a tick."""
    if isinstance(cell, bool):
        return cell
    found = fold(cell)
    if found in YES:
        return True
    if found in NO:
        return False
    raise Misread("not-yes-or-no", expected="так / ні, yes / no")


def choice(words: Mapping[str, Any], *, code: str = "not-in-list") -> Reader:
    """One of a list: `words` gives the value of each word, in every language it goes by (folded here)."""
    known = {fold(word): value for word, value in words.items()}

    def read(cell: Any, context: Context) -> Any:
        found = fold(cell)
        if found in known:
            return known[found]
        near = nearest(found, known)
        raise Misread(code, expected=", ".join(_one_each(words, context.language)[:6]), suggestion=near)

    return read


def _one_each(words: Mapping[str, Any], language: str) -> list[str]:
    """One word for each value of a list, in the letters of the language where it has one."""
    found: dict[Any, str] = {}
    for word, value in words.items():
        if value not in found or (found[value].isascii() and not word.isascii() and language == "uk"):
            found[value] = word
    return list(found.values())


def nearest(found: str, known: Mapping[str, Any]) -> str:
    """The word nearest in spelling, or "" when none is near."""
    match = process.extractOne(found, list(known), scorer=fuzz.ratio, score_cutoff=70)
    return match[0] if match else ""
