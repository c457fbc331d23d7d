"""What both sheets share: who reports, which sector, and the words of their faults."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from oplich.assistance import reading
from oplich.assistance.actions.ledger import RESPONSE_BEGAN
from oplich.intake import cells
from oplich.intake.sheets import Column, Context, Misread, Problem
from oplich.partners import reading as partners
from oplich.places import reading as places

GROUPS = {
    "idp": _("Internally displaced people"),
    "returnee": _("People who returned"),
    "host": _("Host community"),
    "refugee": _("Refugees"),
    "other": _("Others"),
}
GROUP_WORDS = {
    **{slug: slug for slug in GROUPS},
    **dict.fromkeys(["idps", "internally displaced people", "internally displaced persons", "displaced", "впо", "внутрішньо переміщені особи", "переселенці", "вимушені переселенці", "вынужденные переселенцы", "внутренне перемещенные лица"], "idp"),
    **dict.fromkeys(["returnees", "people who returned", "returned", "ті, хто повернулися", "люди, які повернулися", "повернулися", "вернувшиеся"], "returnee"),
    **dict.fromkeys(["host community", "host communities", "non-displaced", "non-displaced people", "residents", "local", "local population", "приймаюча громада", "місцеві жителі", "місцеві", "непереміщене населення", "местные жители", "местное население"], "host"),
    **dict.fromkeys(["refugees", "біженці", "беженцы", "third country nationals", "tcn"], "refugee"),
    **dict.fromkeys(["others", "mixed", "all", "інші", "змішана", "усі", "другие"], "other"),
}  # fmt: skip

WORDS: dict[str, Any] = {
    **places.WORDS,
    "unknown-sector": _("No sector is known as “%(value)s”. Choose one from the list."),
    "several-sectors": _("“%(value)s” names several sectors. Write a line for each: %(expected)s."),
    "unknown-activity": _("No activity is known as “%(value)s”. Choose one from the list, or leave it empty and keep the sector."),
    "sector-missing": _("Neither a sector nor an activity is given. Say which kind of help it was."),
    "activity-elsewhere": _("This activity belongs to the sector “%(expected)s”, and the sector beside it says otherwise. Correct one of the two."),
    "reports-for-another": _("You hand in for %(expected)s, and this line is of another organisation. Put the one that did the work under “Implementing partner”."),
    "before-response": _("%(value)s is before 24 February 2022, when the response began. Correct the date."),
    "in-the-future": _("%(value)s has not come yet. Correct the date."),
    "when-missing": _("The line does not say when. Write the day, or at least the month."),
    "month-differs": _("The date and the month beside it are not the same month. Correct one of the two."),
    "not-in-list": _("“%(value)s” is not in the list. Choose one of: %(expected)s …"),
}  # fmt: skip


def date_of_help(cell: Any, context: Context) -> str:
    """A day in the response: not before it began, not in the future."""
    found = cells.date(not_after_today=True)(cell, context)
    if found < RESPONSE_BEGAN.isoformat():
        day = dt.date.fromisoformat(found)
        later = None if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)
        likely = later is not None and RESPONSE_BEGAN <= later <= (context.today or later)
        raise Misread("before-response", expected=f"{RESPONSE_BEGAN:%d.%m.%Y}", suggestion=f"{later:%d.%m.%Y}" if likely else "")
    return found


def month_of_help(cell: Any, context: Context) -> str:
    """A month in the response."""
    found = cells.month(cell, context)
    if found < RESPONSE_BEGAN.replace(day=1).isoformat():
        raise Misread("before-response", expected="02.2022")
    if context.today is not None and found > context.today.isoformat():
        raise Misread("in-the-future", expected=f"{context.today:%m.%Y}")
    return found


def _group_choices() -> list[tuple[str, Any]]:
    return list(GROUPS.items())


def organisation_columns() -> tuple[Column, ...]:
    return (
        Column(
            "organisation", _("Organisation"), partners.read_organisation, hxl="#org+reporting+name", width=28,
            words=("reporting organisation", "reporting organization", "organization", "organisation name", "organization name", "name of organisation", "name of organization", "partner name", "reporting partner", "назва організації", "назва організації, що надає допомогу", "організація, що надає допомогу", "організація-партнер", "назва партнера", "название организации", "partner", "agency", "організація", "партнер", "звітує", "организация", "партнёр"),
            help=_("Who reports it. Empty means the organisation that hands in the file."),
        ),
        Column(
            "implemented_by", _("Implementing partner"), partners.read_optional, hxl="#org+impl+name", width=28,
            words=("implementing organisation", "implementing organization", "implementer", "implemented by", "виконавець", "партнер-виконавець", "виконує", "исполнитель", "партнер-исполнитель"),
            help=_("Who did the work, if it is another organisation."),
        ),
    )  # fmt: skip


def kind_columns() -> tuple[Column, ...]:
    return (
        Column(
            "sector", _("Sector"), reading.read_sector, hxl="#sector+name", choices=reading.sector_choices, width=26,
            words=("cluster", "сектор", "сектор/кластер", "кластер/сектор", "sector/cluster", "cluster/sector", "напрямок", "напрямок допомоги", "сектор гуманітарної допомоги", "sector name", "cluster name", "кластер", "сектор допомоги", "вид допомоги", "напрям", "направление", "вид помощи"),
            help=_("The sector or cluster of the help, in any of its usual names."), example="WASH",
        ),
        Column(
            "activity", _("Activity"), reading.read_activity, hxl="#activity+name", choices=reading.activity_choices, width=30,
            words=("activity name", "activity type", "type of assistance", "type of aid", "assistance type", "activity description", "вид наданої допомоги", "тип допомоги", "найменування допомоги", "назва набору", "назва активності", "діяльність", "тип помощи", "вид оказанной помощи", "service", "вид діяльності", "захід", "послуга", "назва допомоги", "активность", "услуга"),
            help=_("What exactly was given or done, if you know it."),
        ),
    )  # fmt: skip


def group_column() -> Column:
    return Column(
        "population_group", _("Population group"), cells.choice(GROUP_WORDS), hxl="#beneficiary+type", choices=_group_choices, width=22,
        words=("beneficiary type", "group", "status", "category of people", "група населення", "категорія", "статус", "група", "группа населения", "категория"),
        help=_("Displaced, returned, host community …"),
    )  # fmt: skip


def kind_problems(values: dict[str, Any]) -> Iterable[Problem]:
    """Sector and activity: one is enough, both must agree. A missing sector is filled in from the activity."""
    sector, activity = values.get("sector"), values.get("activity")
    if activity in reading.terms("sectors"):  # a column of activities that says only the sector
        if sector is None or activity == sector or reading.parent_of(activity) == sector:
            values["sector"] = sector = activity
        elif reading.parent_of(sector) != activity:
            yield Problem("activity", "activity-elsewhere", expected=str(reading.terms("sectors")[activity]), about=("sector",))
        values["activity"] = activity = None
    if activity:
        own = reading.sector_of(activity)
        if sector is None:
            values["sector"] = own
        elif sector != own and reading.parent_of(own) != sector:
            yield Problem("activity", "activity-elsewhere", expected=str(reading.terms("sectors")[own]))
    elif sector is None:
        yield Problem(
            "sector",
            "sector-missing",
            expected=", ".join(str(term) for term in list(reading.terms("sectors").values())[:4]) + " …",
            about=("activity",),
        )


def sender_problems(values: Mapping[str, Any], context: Context) -> Iterable[Problem]:
    """A partner reports for itself; the office may report for everybody."""
    said = values.get("organisation")
    if said and context.organisation and said != context.organisation:
        yield Problem(
            "organisation", "reports-for-another", expected=context.memory.get("sender", ""), suggestion=context.memory.get("sender", "")
        )


def prepare(context: Context) -> None:
    """Every spelling of the organisations, and the sender's own name, once per file."""
    partners.prepare(context)
    context.memory["sender"] = next((name for pk, name in context.memory[partners.MEMORY].values() if pk == context.organisation), "")


def reported_by(values: Mapping[str, Any], upload, office: uuid.UUID | None) -> uuid.UUID:
    return uuid.UUID(str(values.get("organisation") or upload.organisation or office))


def place_of(values: Mapping[str, Any]) -> str:
    """Where it was; only lines that say so come through the check."""
    code = places.place_of(values)
    assert code is not None
    return code


def as_id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None


def as_day(value: str) -> dt.date:
    return dt.date.fromisoformat(value)
