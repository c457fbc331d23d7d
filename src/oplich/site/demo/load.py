"""Loading the demonstration: each step says what it does, can be repeated and then changes nothing."""

from __future__ import annotations

import datetime as dt
import io
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management import call_command
from django.utils import translation

from oplich.assistance import reading
from oplich.assistance.models import Sector
from oplich.core.models import Grant, User
from oplich.intake import actions as intake
from oplich.intake.models import Upload
from oplich.intake.sheets import all_sheets
from oplich.partners import queries as partners
from oplich.partners.actions import contacts, organisations, spellings
from oplich.partners.models import Organisation, Spelling
from oplich.places.actions import figures, sites, zones
from oplich.places.models import Place
from oplich.reporting import facts
from oplich.site import sign_ins
from oplich.site.demo import generate, marking, story, workbooks
from oplich.site.office import access

Step = tuple[str, Callable[[], Any]]
NEIGHBOURS = "XNC"
CITIES = "Transparent Cities (TI Ukraine): “Cities in the Rear: Bringing Victory Closer”, 2 January 2023"
IOM = "IOM, response report on Ukraine and neighbouring countries (spring 2023)"
SITE_SOURCES = {
    "rear": CITIES,
    "iom": IOM,
    "source": IOM,
    "town": IOM + ": 12 warehouses in Ukraine and 2 in Slovakia; the town is chosen for the demonstration",
}
WORDS = (
    "kalyna",
    "mist",
    "ranok",
    "dzherelo",
    "doroha",
    "bereh",
    "krynytsia",
    "vohnyk",
    "zerno",
    "leleka",
    "viter",
    "dzvin",
    "lystia",
    "pisnia",
)
# (sign-in, name, role, organisation, area, who that is)
USERS = [
    ("manager", "Ірина Зразок", "information-manager", "", "", "Information manager: sees and does everything but access"),
    ("reporter", "Павло Зразок", "reporter", "Demo – Bridge of Help", "", "Partner's reporter of “Demo – Bridge of Help”"),
    ("registrar", "Марія Зразок", "registrar", "Demo – Warm Home", "UA/UA63/", "Registrar of “Demo – Warm Home” in Kharkiv oblast"),
    ("viewer", "Олег Зразок", "viewer", "", "", "Viewer: figures only, no names"),
    ("protection", "Ганна Зразок", "data-protection-officer", "", "", "Data protection officer: journal and erasure"),
    ("operator", "Степан Зразок", "operator", "", "", "Operator: accounts and access, no names"),
]


def steps() -> Iterator[Step]:
    yield "places and sectors", reference
    yield "sign-ins", users
    yield "organisations named in the sources", take_organisations
    yield "sites, zones and published figures", geography
    yield from (("named lists", _named_lists), ("activity reports", _activity_reports), ("files that wait for somebody", _waiting))
    yield "sign-ins of partners", bind_users
    yield "facts for the figures", facts.refresh


def reference() -> None:
    marking.set_mark()
    if not Place.objects.filter(pk="UA63").exists():
        call_command("load_places", verbosity=0)
    if not Sector.objects.exists():
        call_command("load_sectors", verbosity=0)
    Place.objects.get_or_create(
        pk=NEIGHBOURS,
        defaults={
            "path": f"{NEIGHBOURS}/",
            "kind": Place.Kind.GROUP,
            "name_uk": "Окремі сусідні країни",
            "name_en": "Selected neighbouring countries",
        },
    )


def _password() -> str:
    return f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{secrets.randbelow(9000) + 1000}"


def users() -> None:
    """Six people to sign in as; their passwords are made here and shown by `serve`."""
    shown = {name: (name, password, who) for name, password, who in sign_ins.known()}
    for name, full_name, role, organisation, _area, who in USERS:
        user = User.objects.filter(username=name).first()
        if user is None:
            password = _password()
            user, _password_again = access.add_user(by=None, username=name, password=password, full_name=full_name, language="uk")
            shown[name] = (name, password, who)
        if not organisation and not Grant.objects.filter(user=user, role=role).exists():
            access.give(by=None, user=user, role=role)
    sign_ins.keep(shown[name] for name, *_more in USERS if name in shown)


def bind_users() -> None:
    """The reporter and the registrar belong to partners, which exist by now."""
    for name, _full_name, role, organisation, area, _who in USERS:
        if organisation:
            user = User.objects.get(username=name)
            if not Grant.objects.filter(user=user, role=role).exists():
                access.give(by=None, user=user, role=role, organisation=str(_partner(organisation).pk), area=area)


def manager() -> User:
    return User.objects.get(username="manager")


def _partner(name: str) -> Organisation:
    found = partners.recognise(name)
    if found is None:
        raise LookupError(f"{name} is not among the organisations of the demonstration")
    return found


def hand_in(content: bytes, file_name: str, sheet: str, partner: Organisation | None = None, *, accept: bool = True) -> Upload:
    """What a person does on the page: hand in, have it checked, take it in. A file that was taken in already is left alone."""
    by = manager()
    organisation = str(partner.pk) if partner else ""
    upload = intake.receive(
        by=by,
        file=io.BytesIO(content),
        file_name=file_name,
        organisation=organisation,
        sender=partner.name_uk if partner else "",
        sheet=sheet,
    )
    if upload.state in (Upload.State.ACCEPTED, Upload.State.WITHDRAWN) or (not accept and upload.state != Upload.State.RECEIVED):
        return upload
    upload = intake.check(by=by, upload=upload)
    if accept:
        upload = intake.accept(by=by, upload=upload)
    return upload


def take_organisations() -> None:
    file = generate.FOLDER / "organisations.csv"
    hand_in(file.read_bytes(), "organisations.csv", "organisations")
    if (mariupol := _partner("Mariupol City Council")).displaced_from_id is None:
        home, was = Place.objects.get(pk="UA1202001001"), Place.objects.get(pk="UA1414005001")
        organisations.edit(by=None, organisation=mariupol, home=home, displaced_from=was)
    lead = _partner("Demo – Bridge of Help")
    if not lead.contacts.exists():
        contacts.add_contact(
            by=None, organisation=lead, duty="звітність", name="Павло Зразок", phone="+380 00 000 00 00", email="reporter@example.org"
        )


def geography() -> None:
    places = {place.pk: place for place in Place.objects.filter(pk__in={row["place"] for row in generate.table("sites")})}
    for row in generate.table("sites"):
        opened = dt.date.fromisoformat(row["opened_on"]) if row["opened_on"] else None
        source = SITE_SOURCES[row["source"]]
        sites.open_site(by=None, kind=row["kind"], name=row["name"], place=places[row["place"]], opened_on=opened, source=source)
    places = {place.pk: place for place in Place.objects.filter(pk__in={row["code"] for row in generate.table("zones")})}
    for row in generate.table("zones"):
        until = dt.date.fromisoformat(row["until_day"]) if row["until_day"] else None
        zones.set_zone(
            by=None, place=places[row["code"]], kind=row["kind"], from_day=dt.date.fromisoformat(row["from_day"]), until_day=until,
            source="Simplified for the demonstration: one zone for a whole oblast",
        )  # fmt: skip
    figures.record(by=None, figures=[_figure(row) for row in generate.table("published_figures")])


def _figure(row: dict[str, str]) -> figures.Published:
    return figures.Published(
        place=row["Place code"], measure=row["Measure"], sector=row["Sector"], people=float(row["Number"]), unit=row["Unit"],
        as_of=dt.date.fromisoformat(row["Date"]), source=row["Source"], source_url=row["Source address"], note=row["Note"],
    )  # fmt: skip


def _titles(slug: str) -> dict[str, str]:
    with translation.override("uk"):
        return {column.name: str(column.title) for column in all_sheets()[slug].columns}


def _in_words(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sectors and activities by their Ukrainian names, as partners write them."""
    sectors, activities = reading.terms("sectors"), reading.terms("activities")
    sexes = {"f": "ж", "m": "ч"}
    return [
        {
            **line,
            "sector": sectors[line["sector"]].name_uk if line["sector"] in sectors else line["sector"],
            "activity": activities[line["activity"]].name_uk,
            **({"sex": sexes[line["sex"]]} if "sex" in line else {}),
        }
        for line in lines
    ]


def _all_lists() -> dict[str, tuple[generate.NamedList, list[dict[str, Any]]]]:
    """Every list of the story, generated in one go, because people come again from list to list."""
    return {spec.file_name: (spec, lines) for spec, lines in generate.lists([*story.LISTS, story.WITH_FAULTS, story.TO_MAP])}


def _named_lists() -> None:
    titles, everything = _titles("partner-list"), _all_lists()
    for spec in story.LISTS:
        lines = _in_words(everything[spec.file_name][1])
        content = workbooks.semicolons(lines, titles) if spec.file_name.endswith(".csv") else workbooks.workbook(lines, titles)
        hand_in(content, spec.file_name, "partner-list", _partner(spec.partner))


def _activity_reports() -> None:
    titles = _titles("activities")
    for spec, lines in generate.reports(story.REPORTS):
        hand_in(workbooks.workbook(_in_words(lines), titles), spec.file_name, "activities", _partner(spec.partner))


FOREIGN = {
    "full_name": "Отримувач (повністю)", "birth_date": "Нар.", "phone": "Зв'язок", "tax_number": "Код", "oblast": "Регіон видачі",
    "settlement": "Пункт", "items": "Набори, шт", "date": "Коли видано", "signed": "Підпис",
}  # fmt: skip


def _waiting() -> None:
    """One file with faults, one whose columns nobody has explained, one that names organisations nobody has met."""
    everything = _all_lists()
    spec, lines = everything[story.WITH_FAULTS.file_name]
    content = workbooks.workbook(_in_words(lines), _titles("partner-list"))
    hand_in(content, spec.file_name, "partner-list", _partner(spec.partner), accept=False)
    spec, lines = everything[story.TO_MAP.file_name]
    foreign = [
        {
            "full_name": f"{line['surname']} {line['given_name']} {line['patronymic']}", "birth_date": line["birth_date"], "phone": line["phone"],
            "tax_number": line["tax_number"], "oblast": line["oblast"], "settlement": line["settlement"], "items": 1, "date": line["date"],
            "signed": "є",
        }
        for line in lines
    ]  # fmt: skip
    hand_in(workbooks.workbook(foreign, FOREIGN, sheet_name="Форма 7"), spec.file_name, "", _partner(spec.partner), accept=False)

    if not Spelling.objects.exists():
        spellings.meet(by=manager(), spellings=story.SPELLINGS, source="список кластера, березень 2023 (зразок)")
