"""The activity report (5W): how many people were helped, by whom, where, with what, when. Nobody's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from oplich.assistance import queries
from oplich.assistance.actions import ledger
from oplich.assistance.help import GROUPS, Help
from oplich.assistance.sheets import rules
from oplich.intake import cells
from oplich.intake.sheets import Column, Context, Problem, Sheet
from oplich.places import reading as places

UNITS = {"people": _("People"), "households": _("Households"), "items": _("Items")}
UNIT_WORDS = {
    **dict.fromkeys(["people", "person", "persons", "individual", "individuals", "beneficiaries", "люди", "людей", "осіб", "особи", "особа", "человек", "людей охоплено"], "people"),
    **dict.fromkeys(["households", "household", "hh", "families", "family", "домогосподарства", "домогосподарство", "сім'ї", "родини", "сімей", "семьи", "домохозяйства"], "households"),
    **dict.fromkeys(["items", "item", "kits", "kit", "pieces", "одиниці", "набори", "штук", "шт", "единицы", "наборы"], "items"),
}  # fmt: skip
COUNT = cells.whole(minimum=0, maximum=50_000_000)
TOTAL = cells.whole(minimum=1, maximum=50_000_000)


def _count(name: str, title: Any, hxl: str, *words: str) -> Column:
    return Column(name, title, COUNT, hxl=f"#reached{hxl}", words=words, width=10)


COLUMNS = (
    *rules.organisation_columns(),
    Column("plan_code", _("Plan code"), cells.text(longest=40), hxl="#activity+code", width=12, words=("activity code", "project code", "hrp code", "код плану", "код проєкту", "код активності", "код проекта")),
    Column("indicator", _("Indicator"), cells.text(longest=300), hxl="#indicator+name", width=30, words=("indicator name", "індикатор", "показник", "индикатор", "показатель")),
    *rules.kind_columns(),
    Column("through_pipeline", _("Through the Common Pipeline?"), cells.yes_no, choices=lambda: [(True, _("Yes")), (False, _("No"))], width=12, words=("common pipeline", "through common pipeline", "через спільний канал постачання", "спільний канал постачання", "спільний конвеєр", "pipeline")),
    Column("by_convoy", _("By inter-agency convoy?"), cells.yes_no, choices=lambda: [(True, _("Yes")), (False, _("No"))], width=12, words=("convoy", "inter-agency convoy", "by convoy", "конвой", "міжагентський конвой", "міжвідомчий конвой", "гуманітарний конвой")),
    *places.place_columns(country=True),
    Column("site", _("Collective site"), cells.text(longest=200), hxl="#loc+site+name", width=26, words=("collective centre", "collective center", "site name", "мтп", "місце тимчасового проживання", "заклад", "место временного проживания"), help=_("The collective centre, where the help was given in one.")),
    Column("date", _("Date"), rules.date_of_help, hxl="#date+occurred", width=14, words=("activity date", "date of activity", "date of assistance", "date of distribution", "distribution date", "дата проведення", "дата надання", "дата надання допомоги", "дата видачі", "дата роздачі", "дата реалізації", "дата мероприятия", "дата помощи", "дата выдачи", "дата", "дата допомоги", "дата активності", "дата заходу"), example="20.01.2023"),
    Column("month", _("Month"), rules.month_of_help, hxl="#date+month", width=12, words=("reporting month", "reporting period", "month of activity", "month of reporting", "звітний місяць (мм.рррр)", "за місяць", "period", "місяць", "звітний місяць", "звітний період", "месяц", "отчетный месяц"), help=_("Where the day is not known: 03.2023 or березень 2023."), example="01.2023"),
    rules.group_column(),
    Column("unit", _("Unit"), cells.choice(UNIT_WORDS), choices=lambda: list(UNITS.items()), width=12, hxl="#indicator+unit", words=("unit of measure", "unit of measurement", "одиниця", "одиниця виміру", "единица", "единица измерения")),
    Column("people", _("Total people"), TOTAL, hxl="#reached", width=12, words=("total", "people reached", "individuals", "total individuals", "total individuals reached", "individuals reached total", "reached individuals", "total people reached", "beneficiaries reached", "total beneficiaries reached", "people helped", "загальна кількість осіб", "загальна кількість людей", "загальна кількість осіб, які отримали допомогу", "загальна кількість отримувачів", "кількість осіб, які отримали допомогу", "кількість отримувачів", "кількість бенефіціарів", "кількість охоплених осіб", "охоплено людей", "охоплено осіб", "всього охоплено", "всього осіб", "усього осіб", "разом осіб", "всего охвачено", "всего охвачено людей", "охвачено людей", "всего человек", "количество человек", "количество получателей", "количество бенефициаров", "reached", "beneficiaries", "total reached", "individuals reached", "total beneficiaries", "number of people", "beneficiary reached", "разом", "усього", "всього", "кількість людей", "охоплено", "кількість осіб", "итого", "всего", "количество людей", "охвачено"), help=_("People, not households and not kits. It must equal the sum of the six groups, where they are given."), example="120"),
    _count("girls", _("Girls (0–17)"), "+f+children", "girls", "дівчат", "дівчаток", "девочек", "дівчата", "дівчатка", "девочки", "girls 0-17", "girls (0-17)"),
    _count("boys", _("Boys (0–17)"), "+m+children", "boys", "хлопців", "хлопчиків", "мальчиков", "хлопці", "хлопчики", "мальчики", "boys 0-17", "boys (0-17)"),
    _count("women", _("Women (18–59)"), "+f+adults", "women", "жінок", "женщин", "жінки", "женщины", "women 18-59", "women (18-59)", "adult women"),
    _count("men", _("Men (18–59)"), "+m+adults", "men", "чоловіків", "мужчин", "чоловіки", "мужчины", "men 18-59", "men (18-59)", "adult men"),
    _count("older_women", _("Older women (60+)"), "+f+elderly", "older women", "elderly women", "жінок 60+", "літніх жінок", "women over 60", "жінки старші 60", "літні жінки", "жінки 60+", "women 60+", "пожилые женщины", "older women (60+)"),
    _count("older_men", _("Older men (60+)"), "+m+elderly", "older men", "elderly men", "чоловіків 60+", "літніх чоловіків", "men over 60", "чоловіки старші 60", "літні чоловіки", "чоловіки 60+", "men 60+", "пожилые мужчины", "older men (60+)"),
    _count("with_disability", _("Of these with a disability"), "+disabled", "people with disability", "people with disabilities", "pwd", "disability", "з інвалідністю", "люди з інвалідністю", "особи з інвалідністю", "с инвалидностью", "of which with disability"),
    Column("comment", _("Comment"), cells.text(longest=500), width=30, words=("comments", "remarks", "note", "notes", "коментар", "примітка", "комментарий", "примечание"), help=_("Write nobody's name here.")),
    Column("in_plan", _("Inside the plan's scope?"), cells.yes_no, choices=lambda: [(True, _("Yes")), (False, _("No"))], width=12, words=("in hrp", "hrp scope", "hnrp scope", "in plan", "in hrp scope", "в межах плану", "у плані", "в рамках плана")),
)  # fmt: skip

WORDS = {
    **rules.WORDS,
    "too-small": _("Write how many people were helped, at least 1; delete the line when it was nobody."),
    "people-missing": _("The line does not say how many people were helped."),
    "groups-differ": _("Girls, boys, women and men add up to %(sum)s, and the total says %(total)s. Correct one of them."),
    "groups-exceed": _("The groups add up to %(sum)s, more than the total of %(total)s. Correct one of them."),
    "disability-exceeds": _("More people with a disability (%(value)s) than people helped (%(total)s). Correct one of the two."),
    "not-people": _("This line counts in “%(value)s”. Write the number of people into “Total people”, and the unit “people”."),
}


def check_row(values: dict[str, Any], context: Context) -> Iterable[Problem]:
    """What a line as a whole must say. Fills in what follows from other cells: the total of the groups, the sector of an activity."""
    yield from _when_problems(values)
    yield from _count_problems(values)
    yield from rules.kind_problems(values)
    yield from places.place_problems(values, first=next((name for name in ("place_code", "place") if values.get(name)), "oblast"))
    yield from rules.sender_problems(values, context)
    if values.get("unit") not in (None, "people"):
        yield Problem("unit", "not-people", expected=str(UNITS["people"]), suggestion=str(UNITS["people"]))


def _when_problems(values: Mapping[str, Any]) -> Iterable[Problem]:
    day, month = values.get("date"), values.get("month")
    if not day and not month:
        yield Problem("date", "when-missing", expected="20.01.2023", about=("month",))
    elif day and month and day[:7] != month[:7]:
        found = rules.as_day(day)
        yield Problem("month", "month-differs", expected=f"{found:%m.%Y}", suggestion=f"{found:%m.%Y}")


def _count_problems(values: dict[str, Any]) -> Iterable[Problem]:
    groups = [values[name] for name in GROUPS if values.get(name) is not None]
    total, added = values.get("people"), sum(groups)
    if total is None:
        if added:
            values["people"] = total = added
        else:
            yield Problem("people", "people-missing", expected="120", about=GROUPS)
            return
    if added > total:
        yield Problem(
            "people", "groups-exceed", expected=str(added), suggestion=str(added), detail={"sum": added, "total": total}, about=GROUPS
        )
    elif len(groups) == len(GROUPS) and added != total:
        yield Problem(
            "people", "groups-differ", expected=str(added), suggestion=str(added), detail={"sum": added, "total": total}, about=GROUPS
        )
    if (values.get("with_disability") or 0) > total:
        yield Problem("with_disability", "disability-exceeds", expected=f"≤ {total}", detail={"total": total})


def identity(values: Mapping[str, Any]) -> tuple:
    """Who reports, what, where, when, for which group: everything but the numbers."""
    return (
        values.get("organisation"),
        values.get("implemented_by"),
        values.get("plan_code"),
        values.get("indicator"),
        values.get("sector"),
        values.get("activity"),
        values.get("through_pipeline"),
        values.get("by_convoy"),
        places.place_of(values),
        values.get("site"),
        values.get("date") or values.get("month"),
        values.get("population_group"),
    )


def record(*, by: Any, upload: Any, taken: list, progress: Any) -> None:
    """Write down the headcounts; a corrected line replaces what its earlier self brought in."""
    office = None if upload.organisation else ledger.the_office(by=by).pk
    replaced = [one.replaces.pk for one in taken if one.replaces is not None]
    earlier = {row.from_row_id: row.pk for row in queries.standing_from(replaced) if row.from_row_id}
    ledger.record_many(by=by, helps=[_help(one, upload, office, earlier) for one in taken], progress=progress)


def _help(one: Any, upload: Any, office: Any, earlier: Mapping[int, Any]) -> Help:
    values = one.values
    return Help(
        sector=values["sector"],
        activity=values.get("activity"),
        given_on=rules.as_day(values.get("date") or values["month"]),
        by_month=not values.get("date"),
        place=rules.place_of(values),
        organisation=rules.reported_by(values, upload, office),
        implemented_by=rules.as_id(values.get("implemented_by")),
        headcount=values["people"],
        **{name: values.get(name) for name in (*GROUPS, "with_disability")},
        population_group=values.get("population_group") or "",
        plan_code=values.get("plan_code") or "",
        through_pipeline=values.get("through_pipeline"),
        by_convoy=values.get("by_convoy"),
        comment=values.get("comment") or "",
        from_row=one.row.pk,
        replaces=earlier.get(one.replaces.pk) if one.replaces is not None else None,
    )


def withdraw(*, by: Any, upload: Any, rows: list) -> None:
    """Take back the help these lines brought in."""
    ledger.withdraw_many(by=by, rows=[row.pk for row in rows])


ACTIVITIES = Sheet(
    slug="activities",
    title=_("Activity report (5W)"),
    columns=COLUMNS,
    record=record,
    withdraw=withdraw,
    identity=identity,
    deed="assistance.report",
    prepare=rules.prepare,
    check_row=check_row,
    words=WORDS,
    enough=(("people", *GROUPS), ("sector", "activity"), ("date", "month"), places.SAY_WHERE),
    help=_("How many people were helped, by sex and age where it is known. Oblast, sector, month and total are enough."),
    order=20,
)
