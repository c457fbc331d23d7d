"""Words that several pages, files and the command use: rules, groups, what was left out, places in a sentence."""

from __future__ import annotations

import datetime as dt

from django.utils import formats
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from oplich.reporting.figures import Days, Figure, LeftOut, Line

RULES = {
    "recognised": _("people recognised"),
    "maximum": _("largest sector of each area"),
    "services": _("sum of services"),
}
BY = {
    "sector": _("by sector"),
    "oblast": _("by oblast"),
    "raion": _("by raion"),
    "hromada": _("by hromada"),
    "month": _("by month"),
    "organisation": _("by organisation"),
    "activity": _("by activity"),
    "country": _("by country"),
    "sex-age": _("by sex and age"),
    "upload": _("by file"),
}
HEADS = {
    "sector": _("Sector"),
    "oblast": _("Oblast"),
    "raion": _("Raion"),
    "hromada": _("Hromada"),
    "month": _("Month"),
    "organisation": _("Organisation"),
    "activity": _("Activity"),
    "country": _("Country"),
    "sex-age": _("Sex and age"),
    "upload": _("File"),
}
SEX_AGE = {
    "girls": _("Girls (under 18)"),
    "boys": _("Boys (under 18)"),
    "women": _("Women (18–59)"),
    "men": _("Men (18–59)"),
    "older_women": _("Older women (60 and over)"),
    "older_men": _("Older men (60 and over)"),
    "unknown": _("Not broken down"),
}
MONTHS = {
    1: _("January"),
    2: _("February"),
    3: _("March"),
    4: _("April"),
    5: _("May"),
    6: _("June"),
    7: _("July"),
    8: _("August"),
    9: _("September"),
    10: _("October"),
    11: _("November"),
    12: _("December"),
}
# What a figure counts, by number: Ukrainian needs three forms.
UNITS = {
    "people": lambda n: ngettext("person", "people", n),
    "services": lambda n: ngettext("service", "services", n),
    "households": lambda n: ngettext("household", "households", n),
    "organisations": lambda n: ngettext("organisation", "organisations", n),
    "communities": lambda n: ngettext("community", "communities", n),
    "records": lambda n: ngettext("record", "records", n),
}


def number(value: int) -> str:
    return formats.number_format(value, 0, use_l10n=True, force_grouping=True)


def day(value: dt.date) -> str:
    return formats.date_format(value, "j E Y")


def month(key: str) -> str:
    """ "2023-01" as "January 2023"."""
    year, _dash, number_of_month = key.partition("-")
    return f"{MONTHS[int(number_of_month)]} {year}"


def _inside(text: str) -> str:
    """A month as it is written inside a sentence: small in Ukrainian."""
    small = pgettext("are months written small inside a sentence? yes or no", "no") == "yes"
    return text.lower() if small else text


def period(asked: Days) -> str:
    """Whole months by their names, otherwise both days."""
    last = asked.end - dt.timedelta(days=1)
    if asked.start.day != 1 or asked.end.day != 1:
        return f"{day(asked.start)} – {day(last)}"
    first, final = f"{asked.start:%Y-%m}", f"{last:%Y-%m}"
    if first == final:
        return _inside(month(first))
    if asked.start.year == last.year:
        return _inside(f"{MONTHS[asked.start.month]}–{MONTHS[last.month]} {last.year}")
    return _inside(f"{month(first)} – {month(final)}")


def line_name(line: Line, by: str | None) -> str:
    """What a group is called in a table."""
    if by == "month":
        return month(line.key)
    if by == "sex-age":
        return str(SEX_AGE[line.key])
    if by == "upload":
        return gettext("A file handed in, %(code)s") % {"code": line.key[:8]} if line.key else gettext("Written down without a file")
    if line.coarser:
        return gettext("%(place)s, not known more exactly") % {"place": line.name}
    return line.name


def left_out(one: LeftOut) -> str:
    """One footnote about what a rule keeps out of the total."""
    records = ngettext("%(n)s record", "%(n)s records", one.records) % {"n": number(one.records)}
    if one.reason == "consent":
        return gettext("%(records)s of people who took back their agreement to be counted.") % {"records": records}
    people = ngettext("%(n)s person", "%(n)s people", one.people) % {"n": number(one.people)}
    if one.reason == "wider":
        return gettext("%(records)s (%(people)s) known only for a wider area; they may or may not concern this place.") % {
            "records": records,
            "people": people,
        }
    return gettext("%(name)s: %(records)s (%(people)s), which published totals leave out by rule.") % {
        "name": one.name,
        "records": records,
        "people": people,
    }


def answer(figure: Figure) -> str:
    """The figure as a number with its unit."""
    return f"{number(figure.total)} {UNITS[figure.measure](figure.total)}"
