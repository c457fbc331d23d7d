"""The list of people a partner helped: one line per person and help."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from oplich.assistance import queries
from oplich.assistance.actions import ledger
from oplich.assistance.help import Help
from oplich.assistance.sheets import rules
from oplich.intake import cells
from oplich.intake.sheets import Column, Context, Misread, Problem, Sheet
from oplich.people.actions import registrations
from oplich.people.actions.registrations import OLDEST
from oplich.people.entries import Entry
from oplich.people.matching import normal, tax
from oplich.people.models import Registration
from oplich.places import reading as places

SEXES = {"f": _("Female"), "m": _("Male")}
SEX_WORDS = {
    **dict.fromkeys(["f", "female", "woman", "girl", "w", "ж", "жін", "жін.", "жінка", "жіноча", "жен", "жен.", "женщина", "женский", "дівчинка", "дівчина", "дівч", "дівч.", "жіночий", "ж.", "fem", "fem.", "девочка", "девушка"], "f"),
    **dict.fromkeys(["m", "male", "man", "boy", "ч", "чол", "чол.", "чоловік", "чоловіча", "м", "муж", "муж.", "мужчина", "мужской", "хлопчик", "хлопець", "хлоп", "чоловічий", "ч.", "м.", "муж", "мужск.", "мальчик"], "m"),
}  # fmt: skip
NEED_WORDS = {
    **dict.fromkeys(["disability", "person with disability", "pwd", "інвалідність", "особа з інвалідністю", "людина з інвалідністю", "инвалидность", "інв", "інвалід", "инвалид", "інвалід 1 групи", "інвалід 2 групи", "інвалід 3 групи", "інвалід і групи", "інвалід іі групи", "інвалід ііі групи", "дитина з інвалідністю", "особи з інвалідністю", "люди з інвалідністю"], "disability"),
    **dict.fromkeys(["chronic illness", "chronic disease", "хронічна хвороба", "хронічне захворювання", "хроническая болезнь"], "chronic-illness"),
    **dict.fromkeys(["older person living alone", "elderly alone", "літня людина, яка живе сама", "самотня літня людина", "одинокий пенсионер"], "older-alone"),
    **dict.fromkeys(["single parent", "single mother", "single-headed household", "одинока мати", "один із батьків", "мати-одиначка", "мать-одиночка"], "single-parent"),
    **dict.fromkeys(["pregnant or nursing", "pregnant", "lactating", "nursing", "вагітна", "вагітна або годує", "годувальниця", "беременная"], "pregnant"),
    **dict.fromkeys(["unaccompanied child", "uasc", "дитина без супроводу", "ребенок без сопровождения"], "unaccompanied-child"),
    **dict.fromkeys(["limited mobility", "reduced mobility", "обмежена рухливість", "маломобільна", "маломобільний", "ограниченная подвижность"], "limited-mobility"),
}  # fmt: skip
NEEDS = {**{slug: slug for slug in Registration.NEEDS}, **NEED_WORDS}
NONE = {"немає", "нема", "не має", "відсутній", "відсутня", "відсутнє", "б/н", "без номера", "no", "none", "нет", "не вказано", "not available", "no phone"}  # fmt: skip
REFUSED = ("відмов", "отказ", "refus")  # a faith may forbid the number; the passport says so
NAME = re.compile(r"[^\W\d_][^\d_@#$%^*+=<>|\\/{}\[\]]*")


def read_name(cell: Any, context: Context) -> str:
    """A part of a name: letters, hyphens, apostrophes."""
    found = cells.text(longest=80)(cell, context)
    if not NAME.fullmatch(found):
        raise Misread("not-a-name", suggestion=" ".join(re.sub(r"[\d_@#$%^*+=<>|\\/{}\[\]]", "", found).split()).strip(". "))
    return found


def read_full_name(cell: Any, context: Context) -> str:
    """Surname, given name and patronymic in one cell."""
    found = read_name(cell, context)
    if len(found.split()) < 2:
        raise Misread("name-too-short")
    return found


def read_birth_date(cell: Any, context: Context) -> str:
    """A birth date of somebody who may be alive."""
    day = cells.as_date(cell)
    today = context.today or dt.date.today()
    if day > today:
        swapped = day.replace(year=day.year - 100) if not (day.month == 2 and day.day == 29) else day
        raise Misread("born-in-the-future", suggestion=f"{swapped:%d.%m.%Y}" if swapped <= today else "")
    if today.year - day.year > OLDEST:
        later = day.replace(year=day.year + 100) if not (day.month == 2 and day.day == 29) else day
        raise Misread("too-old", age=today.year - day.year, suggestion=f"{later:%d.%m.%Y}" if day < later <= today else "")
    return day.isoformat()


def read_birth_year(cell: Any, context: Context) -> int:
    """The year somebody was born, “1984” or “1984 р.н.”; a whole birth date says it as well."""
    text = re.sub(r"[\s.]*(?:рік|року|р|год|г)?[\s.]*(?:н|народження|рождения|р)?[\s.]*$", "", cells.shown(cell).casefold())
    year = int(text) if re.fullmatch(r"\d{4}", text) else dt.date.fromisoformat(read_birth_date(cell, context)).year
    today = context.today or dt.date.today()
    if not today.year - OLDEST <= year <= today.year:
        raise Misread("not-a-birth-year", expected="1984")
    return year


def read_phone(cell: Any, context: Context) -> str | None:
    """A phone number, as +380…; only the first of several. Words that say there is none are none."""
    if cells.fold(cell).rstrip(".") in NONE:
        return None
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cells.shown(cell)
    first = re.split(r"[;,/]|\s{2,}", text)[0]
    if number := normal.phone(first):
        return number
    digits = sum(letter.isdecimal() for letter in first)
    raise Misread("phone-short" if digits < 9 else "phone-long" if digits > 12 else "not-a-phone", digits=digits, expected="+380671234567")


def read_tax_number(cell: Any, context: Context) -> str | None:
    """A tax number of ten digits; whether it checks is a question of the whole line, where the birth date stands."""
    if cells.fold(cell).rstrip(".").startswith(REFUSED) or cells.fold(cell).rstrip(".") in NONE:
        return None
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cells.shown(cell)
    number = tax.digits(text)
    if not number:
        raise Misread("not-a-tax-number", digits=sum(letter.isdecimal() for letter in text), expected="10")
    return number


def read_needs(cell: Any, context: Context) -> list[str]:
    """One or several special needs, separated by commas or semicolons; “no” means none."""
    whole = cells.fold(cell)
    if whole in {"no", "ні", "none", "немає", "нет", "0", "нема"}:
        return []
    if whole in READ_NEED:
        return [READ_NEED[whole]]
    found = []
    for piece in filter(None, map(str.strip, re.split(r"[,;+]", str(cell)))):
        if (need := READ_NEED.get(cells.fold(piece))) is None:
            raise Misread(
                "unknown-need",
                expected=", ".join(str(one) for one in Registration.NEEDS.values()),
                suggestion=cells.nearest(cells.fold(piece), READ_NEED),
            )
        found.append(need)
    return list(dict.fromkeys(found))


READ_NEED = {cells.fold(word): slug for word, slug in NEEDS.items()}


def _needs_choices() -> list[tuple[str, Any]]:
    return list(Registration.NEEDS.items())


COLUMNS = (
    *rules.organisation_columns(),
    Column("surname", _("Surname"), read_name, personal=True, width=20, words=("last name", "family name", "прізвище", "фамилия", "second name"), help=_("As in the document."), example="Зразкова"),
    Column("given_name", _("Given name"), read_name, personal=True, width=18, words=("first name", "name", "ім'я", "імя", "имя", "forename"), example="Олена"),
    Column("patronymic", _("Patronymic"), read_name, personal=True, width=20, words=("middle name", "по батькові", "отчество"), example="Ігорівна"),
    Column("full_name", _("Full name"), read_full_name, personal=True, width=34, words=("піб", "п.і.б.", "прізвище, ім'я, по батькові", "прізвище ім'я по батькові", "фио", "ф.и.о.", "beneficiary name", "full name of beneficiary", "піб отримувача", "піб бенефіціара", "піб особи", "піб голови домогосподарства", "піб голови сім'ї", "прізвище та ім'я", "прізвище, ім'я", "прізвище, ім'я та по батькові", "прізвище ім'я та по батькові", "фіо", "фио получателя", "фио бенефициара", "отримувач", "бенефіціар", "получатель", "name of beneficiary", "beneficiary full name", "name of recipient", "recipient name", "recipient", "head of household name", "name of head of household", "head of household", "name and surname", "пib"), help=_("Surname first. Only where surname and given name have no columns of their own.")),
    Column("birth_date", _("Birth date"), read_birth_date, personal=True, width=14, words=("date of birth", "dob", "d.o.b.", "birthdate", "birthday", "дата народження отримувача", "д.н.", "дата рожд.", "дата народження", "дата нар.", "дата рождения", "born"), example="12.03.1984"),
    Column("birth_year", _("Birth year"), read_birth_year, personal=True, width=10, words=("year of birth", "рік народження", "р.н.", "рік нар.", "год рождения", "г.р."), help=_("Where the birth date is not known.")),
    Column("sex", _("Sex"), cells.choice(SEX_WORDS), choices=lambda: list(SEXES.items()), width=8, hxl="#beneficiary+sex", words=("gender", "стать", "пол", "гендер"), example=_("Female")),
    Column("phone", _("Phone"), read_phone, personal=True, width=18, words=("phone number", "telephone", "phone no", "contact number", "contact phone", "mobile phone", "mobile number", "моб. тел.", "моб. номер", "мобільний телефон", "контактний телефон", "контактний номер", "номер мобільного телефону", "тел.", "№ телефону", "№ тел.", "контактный телефон", "мобильный телефон", "mobile", "телефон", "номер телефону", "моб. телефон", "номер телефона", "tel"), example="+380501110001"),
    Column("tax_number", _("Tax number (РНОКПП)"), read_tax_number, personal=True, width=16, words=("tax number", "tax id", "код рнокпп", "ідент. код", "ідентифікаційний код (іпн)", "рнокпп/іпн", "іпн/рнокпп", "ипн", "идентификационный номер", "rnokpp", "rnkpp", "inn", "ipn", "рнокпп", "іпн", "ідентифікаційний код", "ідентифікаційний номер", "податковий номер", "инн", "individual tax number", "идентификационный код"), help=_("Ten digits. It lets two partners' lists recognise the same person without doubt.")),
    Column("document", _("Document"), cells.text(longest=60), personal=True, width=18, words=("passport", "id card", "паспортні дані", "документ, що посвідчує особу", "серія, номер паспорта", "серія та номер документа", "паспортные данные", "серия и номер паспорта", "document number", "паспорт", "документ", "серія та номер паспорта", "номер документа", "довідка впо", "id number")),
    Column("household", _("Household number"), cells.text(longest=80), width=16, hxl="#meta+household+id", words=("household id", "hh id", "family id", "номер домогосподарства", "номер сім'ї", "номер родини", "номер семьи"), help=_("The same number for people who live together.")),
    Column("household_size", _("Household size"), cells.whole(minimum=1, maximum=40), width=12, words=("hh size", "family size", "hh members", "household members", "people in household", "кількість осіб", "кількість осіб у родині", "кількість осіб в родині", "кількість осіб у сім'ї", "кількість осіб в сім'ї", "кількість членів родини", "членів сім'ї", "склад сім'ї", "количество членов семьи", "членов семьи", "состав семьи", "количество человек", "number of family members", "кількість членів сім'ї", "розмір домогосподарства", "членів родини", "размер семьи")),
    Column("needs", _("Special needs"), read_needs, personal=True, choices=_needs_choices, width=26, words=("vulnerability", "vulnerabilities", "specific needs", "особливі потреби", "вразливість", "вразливості", "категорія вразливості", "уязвимость"), help=_("Disability, single parent … Several are separated by commas.")),
    rules.group_column(),
    *places.place_columns(country=True),
    Column("from_place", _("Displaced from"), places.PlaceReader(None), width=26, words=("place of origin", "origin", "oblast of origin", "звідки", "місце походження", "переміщено з", "звідки прибули", "откуда", "place of displacement"), help=_("Where they fled from.")),
    *rules.kind_columns(),
    Column("date", _("Date of help"), rules.date_of_help, required=True, hxl="#date+occurred", width=14, words=("date", "distribution date", "service date", "date of assistance", "дата", "date of distribution", "date of help", "дата отримання", "дата отримання допомоги", "дата розподілу", "дата роздачі", "дата видачі допомоги", "дата получения", "дата раздачи", "дата выдачи помощи", "дата допомоги", "дата надання", "дата надання допомоги", "дата видачі", "дата выдачи", "дата помощи"), example="20.01.2023"),
    Column("units", _("How many items"), cells.whole(minimum=1, maximum=1_000_000), width=12, words=("items", "number of items", "quantity", "кількість одиниць", "кількість наборів", "количество")),
    Column("consent", _("Consent"), cells.yes_no, required=True, choices=lambda: [(True, _("Yes")), (False, _("No"))], width=10, words=("consent given", "data consent", "informed consent", "згода на обробку пд", "згода на обробку даних", "згода отримувача", "согласие на обработку персональных данных", "согласие на обработку", "згода", "згода на обробку", "згода на обробку персональних даних", "согласие"), help=_("Did the person agree that their data are kept so that they can be helped? Without it no name may be handed in."), example=_("Yes")),
    Column("consent_statistics", _("May be counted in statistics"), cells.yes_no, choices=lambda: [(True, _("Yes")), (False, _("No"))], width=14, words=("statistics consent", "згода на статистику", "облік у статистиці")),
    Column("note", _("Comment"), cells.text(longest=500), personal=True, width=30, words=("comment", "comments", "remarks", "note", "коментар", "примітка", "примітки", "комментарий", "примечание")),
)  # fmt: skip

WORDS = {
    **rules.WORDS,
    "name-missing": _("Surname and given name are needed, in two columns or as a full name."),
    "not-a-name": _("“%(value)s” is not a name: it has digits or signs in it."),
    "name-too-short": _("“%(value)s” is one word; write the surname and the given name."),
    "born-in-the-future": _("A birth date cannot lie in the future (%(value)s). Check the year."),
    "born-after-help": _("The birth date lies after the day of help. Correct one of the two."),
    "too-old": _("By this birth date the person would be %(age)s years old. Check the year."),
    "not-a-birth-year": _("“%(value)s” is not the birth year of somebody alive; write four digits, as %(expected)s."),
    "phone-short": _("“%(value)s” is too short for a phone number: %(digits)s digits. Write it as %(expected)s."),
    "phone-long": _("“%(value)s” is too long for a phone number: %(digits)s digits. Write one number, as %(expected)s."),
    "not-a-phone": _("“%(value)s” is not a phone number. Write it as %(expected)s."),
    "not-a-tax-number": _("A tax number has ten digits, “%(value)s” has %(digits)s. Correct it or leave the cell empty."),
    "tax-number-wrong": _("The tax number %(value)s has a typing mistake: its last digit does not fit the others. Correct it or leave the cell empty."),
    "tax-birth-differs": _("By the tax number the birth date is %(expected)s, and the line says otherwise. Correct one of the two."),
    "tax-sex-differs": _("By the tax number this is “%(expected)s”, and the line says otherwise. Correct one of the two."),
    "no-consent": _("The person did not agree. Take the name out, and report the help as a headcount in the activity report."),
    "unknown-need": _("“%(value)s” is not one of the special needs we know: %(expected)s."),
}  # fmt: skip


def check_row(values: dict[str, Any], context: Context) -> Iterable[Problem]:
    """What a line as a whole must say. Fills in what follows from other cells: the name's parts, the sector of an activity."""
    yield from _name_problems(values)
    yield from _birth_problems(values)
    yield from rules.kind_problems(values)
    yield from places.place_problems(values, first="oblast" if values.get("oblast") else "place")
    yield from rules.sender_problems(values, context)
    if values.get("consent") is False:
        yield Problem("consent", "no-consent", expected=str(_("Yes")))


def _name_problems(values: dict[str, Any]) -> Iterable[Problem]:
    if values.get("full_name") and not (values.get("surname") and values.get("given_name")):
        parts = values["full_name"].split()
        values["surname"] = values.get("surname") or parts[0]
        values["given_name"] = values.get("given_name") or parts[1]
        values["patronymic"] = values.get("patronymic") or " ".join(parts[2:]) or None
    if not (values.get("surname") and values.get("given_name")):
        yield Problem(
            "surname" if not values.get("surname") else "given_name", "name-missing", about=("full_name", "surname", "given_name")
        )


def _birth_problems(values: Mapping[str, Any]) -> Iterable[Problem]:
    born, number = values.get("birth_date"), values.get("tax_number")
    if born and values.get("date") and born > values["date"]:
        yield Problem("birth_date", "born-after-help", expected=f"≤ {rules.as_day(values['date']):%d.%m.%Y}")
    if not number:
        return
    day = rules.as_day(born) if born else None
    if not tax.is_right(number):
        likely = tax.repairs(number, day, values.get("sex") or "") if day else []
        yield Problem("tax_number", "tax-number-wrong", suggestion=likely[0] if len(likely) == 1 else "")
    elif day is not None and tax.birth_date(number) != day:
        inside = f"{tax.birth_date(number):%d.%m.%Y}"
        yield Problem("tax_number", "tax-birth-differs", expected=inside, suggestion="")
    elif values.get("sex") and tax.sex(number) != values["sex"]:
        yield Problem("tax_number", "tax-sex-differs", expected=str(SEXES[tax.sex(number)]))


def identity(values: Mapping[str, Any]) -> tuple:
    """Who was helped with what and when, for whom. Who: the tax number, or the name with what else tells people apart."""
    who: tuple[Any, ...]
    if number := values.get("tax_number"):
        who = ("tax", number)
    else:
        called = normal.full_name(values.get("surname") or "", values.get("given_name") or "", values.get("patronymic") or "")
        who = ("name", called, values.get("birth_date") or values.get("birth_year"), values.get("phone"), values.get("household"))
    return (
        values.get("organisation"),
        values.get("implemented_by"),
        *who,
        values.get("sector"),
        values.get("activity"),
        values.get("date"),
    )


def record(*, by: Any, upload: Any, taken: list, progress: Any) -> None:
    """Register the people and write down their help; a corrected line replaces what its earlier self brought in."""
    office = None if upload.organisation else ledger.the_office(by=by).pk
    replaced = [one.replaces.pk for one in taken if one.replaces is not None]
    earlier = {row.from_row_id: row.pk for row in queries.standing_from(replaced) if row.from_row_id}
    corrected = queries.registrations_from(replaced)
    told = progress or (lambda done, total: None)
    entries = [_entry(one, upload, office, corrected) for one in taken]
    known = registrations.register_many(by=by, entries=entries, progress=lambda done, total: told(done, 2 * total))
    helps = [_help(one, registration, upload, office, earlier) for one, registration in zip(taken, known, strict=True)]
    ledger.record_many(by=by, helps=helps, progress=lambda done, total: told(total + done, 2 * total))


def _entry(one: Any, upload: Any, office: Any, corrected: Mapping[int, Any]) -> Entry:
    values = one.values
    day = rules.as_day(values["date"])
    agreed = ["assistance"] + (["statistics"] if values.get("consent_statistics") is not False else [])
    return Entry(
        registered_with=rules.reported_by(values, upload, office),
        place=rules.place_of(values),
        registered_on=day,
        surname=values["surname"],
        given_name=values["given_name"],
        patronymic=values.get("patronymic") or "",
        birth_date=rules.as_day(values["birth_date"]) if values.get("birth_date") else None,
        birth_year=values.get("birth_year"),
        sex=values.get("sex") or "",
        phone=values.get("phone") or "",
        tax_number=values.get("tax_number") or "",
        document=values.get("document") or "",
        note=values.get("note") or "",
        needs=tuple(values.get("needs") or ()),
        from_place=values.get("from_place"),
        population_group=values.get("population_group") or "",
        household=values.get("household") or "",
        consents=tuple(agreed),
        refused=() if "statistics" in agreed else ("statistics",),
        from_row=one.row.pk,
        instead_of=corrected.get(one.replaces.pk) if one.replaces is not None else None,
    )


def _help(one: Any, registration: Registration, upload: Any, office: Any, earlier: Mapping[int, Any]) -> Help:
    values = one.values
    return Help(
        sector=values["sector"],
        activity=values.get("activity"),
        given_on=rules.as_day(values["date"]),
        place=rules.place_of(values),
        organisation=rules.reported_by(values, upload, office),
        implemented_by=rules.as_id(values.get("implemented_by")),
        person=registration.person_id,
        registration=registration.pk,
        population_group=values.get("population_group") or "",
        units=values.get("units"),
        from_row=one.row.pk,
        replaces=earlier.get(one.replaces.pk) if one.replaces is not None else None,
    )


def withdraw(*, by: Any, upload: Any, rows: list) -> None:
    """Take back the help these lines brought in, and the registrations made with it."""
    lines = [row.pk for row in rows]
    ledger.withdraw_many(by=by, rows=lines)
    registrations.take_back(by=by, registrations=queries.registrations_from(lines).values(), reason="upload withdrawn")


PARTNER_LIST = Sheet(
    slug="partner-list",
    title=_("List of people helped"),
    columns=COLUMNS,
    record=record,
    withdraw=withdraw,
    identity=identity,
    deed="assistance.report",
    prepare=rules.prepare,
    check_row=check_row,
    words=WORDS,
    enough=(("full_name", "surname"), ("sector", "activity"), places.SAY_WHERE),
    help=_("One line per person and help. Names are sealed as soon as they arrive."),
    order=10,
)
