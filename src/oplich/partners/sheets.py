"""The list of organisations as a spreadsheet: who they are, what they are here, where they work, whom to call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oplich.core import keys, sealing
from oplich.intake import cells
from oplich.intake.sheets import Column, Context, Misread, Problem, Sheet, Taken
from oplich.partners import naming, queries
from oplich.partners.actions import contacts, organisations
from oplich.partners.models import Contact, Organisation, OrganisationRole, Presence
from oplich.places import lookup
from oplich.places.models import Place

SEPARATORS = re.compile(r"\s*[;|\n]\s*|,\s+(?=\S)|,(?=\S)")
KIND_WORDS = {
    "un": "un", "un agency": "un", "агенція оон": "un", "оон": "un", "агентство оон": "un",
    "ingo": "ingo", "international ngo": "ingo", "міжнародна нуо": "ingo", "international organization": "ingo", "міжнародна організація": "ingo",
    "nngo": "nngo", "national ngo": "nngo", "ngo": "nngo", "нуо": "nngo", "національна нуо": "nngo", "national organization": "nngo",
    "благодійний фонд": "nngo", "го": "nngo", "бф": "nngo",
    "cso": "cso", "civil society organisation": "cso", "civil society organization": "cso", "організація громадянського суспільства": "cso",
    "громадська організація": "cso", "cbo": "cso",
    "red cross": "red-cross", "red-cross": "red-cross", "red cross movement": "red-cross", "red cross and red crescent movement": "red-cross",
    "червоний хрест": "red-cross",
    "government": "government", "goverment": "government", "державний орган": "government", "уряд": "government",
    "local authority": "local-authority", "local-authority": "local-authority", "орган місцевого самоврядування": "local-authority",
    "місцева влада": "local-authority", "municipality": "local-authority",
    "donor": "donor", "donors": "donor", "донор": "donor", "private": "private", "private sector": "private", "приватний сектор": "private",
    "бізнес": "private", "academic": "academic", "academic institution": "academic", "laboratory": "academic", "навчальний заклад": "academic",
    "other": "other", "інше": "other",
}  # fmt: skip
ROLE_WORDS = {
    "donor": "donor", "донор": "donor", "implementing": "implementing", "implementing partner": "implementing", "ip": "implementing",
    "партнер-виконавець": "implementing", "виконавець": "implementing", "партнер виконавець": "implementing",
    "pipeline": "pipeline", "common pipeline partner": "pipeline", "pipeline partner": "pipeline", "партнер спільного постачання": "pipeline",
    "authority": "authority", "влада": "authority", "орган влади": "authority", "cso": "cso", "civil society partner": "cso",
    "партнер громадянського суспільства": "cso", "coordination": "coordination", "coordination body": "coordination",
    "координація": "coordination", "lead": "lead", "lead agency": "lead", "головна установа": "lead",
}  # fmt: skip

_kind = cells.choice(KIND_WORDS)


def several(cell: Any) -> list[str]:
    """The parts of a cell that lists several things: by semicolon, bar, new line or comma."""
    return [part for part in (piece.strip() for piece in SEPARATORS.split(cells.clean(str(cell)))) if part]


def read_name(cell: Any, context: Context) -> str:
    text = cells.shown(cell)
    if not any(map(str.isalpha, text)) or not naming.fold(text):
        raise Misread("not-a-name", expected="Rescue Now")
    if len(text) > 200:
        raise Misread("too-long", expected="200", suggestion=text[:200])
    return text


def read_roles(cell: Any, context: Context) -> list[str]:
    found = []
    for part in several(cell):
        role = ROLE_WORDS.get(cells.fold(part))
        if role is None:
            raise Misread(
                "unknown-role", expected=", ".join(OrganisationRole.Kind.values), suggestion=cells.nearest(cells.fold(part), ROLE_WORDS)
            )
        found.append(role)
    return sorted(set(found))


def read_areas(cell: Any, context: Context) -> list[str]:
    found = []
    for part in several(cell):
        code = lookup.resolve(part, within="UA/") or lookup.resolve(part, within="UA/", kinds=["oblast"]) or lookup.resolve(part, within="")
        if code is None:
            near = lookup.lookup(part, within="", limit=1)
            raise Misread("unknown-place", suggestion=near[0].name_uk if near else "", part=part)
        found.append(code)
    return sorted(set(found))


def read_sectors(cell: Any, context: Context) -> list[str]:
    found = []
    for part in several(cell):
        slug = queries.sector_of(part)
        if slug is None:
            names = {cells.fold(name): name for name in queries.sector_names().values()}
            raise Misread(
                "unknown-sector",
                expected=", ".join(list(names.values())[:4]),
                suggestion=names.get(cells.nearest(cells.fold(part), names), ""),
            )
        found.append(slug)
    return sorted(set(found))


def read_email(cell: Any, context: Context) -> str:
    text = cells.shown(cell)
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text):
        raise Misread("not-an-email", expected="name@example.org")
    return text


def read_phone(cell: Any, context: Context) -> str:
    text = cells.shown(cell)
    digits = re.sub(r"\D", "", text)
    if not 9 <= len(digits) <= 15:
        raise Misread("not-a-phone", expected="+380 …")
    return text


def check_row(values: dict[str, Any], context: Context) -> list[Problem]:
    """A contact is a name with a way to reach it; an area is said with a sector, so that “who works where” can be drawn."""
    found = []
    if (values.get("contact_phone") or values.get("contact_email")) and not values.get("contact_name"):
        found.append(Problem("contact_name", "contact-without-name"))
    if values.get("contact_name") and not (values.get("contact_phone") or values.get("contact_email")):
        found.append(Problem("contact_phone", "contact-without-number"))
    if values.get("sectors") and not values.get("areas"):
        found.append(Problem("areas", "sector-without-area"))
    return found


def identity(values: Mapping[str, Any]) -> tuple:
    return (naming.fold(values["name"]),)


def record(*, by, upload, taken: list[Taken], progress=None) -> None:
    """Write down or change the organisations of the rows. Accepting asked already whether `by` may."""
    places = {place.pk: place for place in Place.objects.filter(pk__in={code for one in taken for code in one.values.get("areas") or ()})}
    source = gettext("list “%(file)s”") % {"file": upload.file_name}
    for number, one in enumerate(taken, start=1):
        values = one.values
        if one.replaces is not None:
            _take_back(one.replaces)
        organisation = queries.recognise(values["name"]) or (queries.recognise(values["name_uk"]) if values.get("name_uk") else None)
        if organisation is None:
            organisation = organisations.create(
                by=None, name=values["name"], name_uk=values.get("name_uk") or "", acronym=values.get("acronym") or "",
                kind=values.get("kind") or Organisation.Kind.OTHER, source=values.get("source") or source, from_row=one.row,
            )  # fmt: skip
        else:
            changes = {name: values[name] for name in ("name_uk", "acronym", "kind", "source") if values.get(name)}
            organisations.edit(by=None, organisation=organisation, **changes)
        for kind in values.get("roles") or ():
            organisations.set_role(by=None, organisation=organisation, kind=kind)
        for code in values.get("areas") or ():
            for sector in values.get("sectors") or [""]:
                organisations.add_presence(
                    by=None, organisation=organisation, place=places[code], sector=sector, source=source, from_row=one.row
                )
        if values.get("contact_name") and not _has_contact(organisation, values):
            contacts.add_contact(
                by=None, organisation=organisation, duty=values.get("contact_duty") or gettext("first contact"), name=values["contact_name"],
                phone=values.get("contact_phone") or "", email=values.get("contact_email") or "",
            )  # fmt: skip
        if progress:
            progress(number, len(taken))


def withdraw(*, by, upload, rows) -> None:
    """Take back where they work, and the organisations that nothing else rests on by now."""
    for row in rows:
        _take_back(row)
        for organisation in Organisation.objects.filter(from_row=row):
            try:
                organisation.delete()
            except ProtectedError:
                continue  # somebody's reports name it; it stays


def _take_back(row) -> None:
    Presence.objects.filter(from_row=row).delete()


def _has_contact(organisation: Organisation, values: Mapping[str, Any]) -> bool:
    there = list(organisation.contacts.all())
    opened = keys.fetch(contact.pk for contact in there)
    return any(
        sealing.open_fields(contact, opened[contact.pk], ("name",))["name"].casefold() == values["contact_name"].strip().casefold()
        for contact in there
        if contact.pk in opened and isinstance(contact, Contact)
    )


ORGANISATIONS = Sheet(
    slug="organisations",
    title=_("Organisations"),
    help=_("Who takes part, in what role, where and in which sectors, and whom to call."),
    deed="partners.edit",
    order=40,
    columns=(
        Column("name", _("Organisation"), read_name, hxl="#org+name", required=True, width=36, example="Rescue Now",
               words=("organisation", "organization", "organisation name", "name", "agency", "partner", "організація", "назва", "назва організації",
                      "партнер", "організація партнер", "организация", "название")),
        Column("name_uk", _("Name in Ukrainian"), cells.text(longest=200), hxl="#org+name+i_uk", width=36, example="Рятуй зараз",
               words=("name uk", "name in ukrainian", "назва українською", "українська назва")),
        Column("acronym", _("Acronym"), cells.text(longest=40), hxl="#org+acronym", words=("acronym", "abbreviation", "абревіатура", "скорочення")),
        Column("kind", _("Type"), _kind, hxl="#org+type", choices=lambda: Organisation.Kind.choices, example="nngo",
               words=("type", "org type", "organisation type", "organization type", "тип", "тип організації", "вид")),
        Column("roles", _("Roles"), read_roles, hxl="#org+role", choices=lambda: OrganisationRole.Kind.choices, example="pipeline",
               words=("role", "roles", "роль", "ролі"), help=_("Several are separated by a semicolon.")),
        Column("areas", _("Areas"), read_areas, hxl="#loc+list", width=30, example=_("Kharkiv oblast; Dnipro"),
               words=("area", "areas", "oblast", "region", "country", "location", "області", "область", "території", "де працює", "країна"),
               help=_("Oblasts, towns or countries, separated by semicolons.")),
        Column("sectors", _("Sectors"), read_sectors, hxl="#sector+list", width=30, example="NFI; WASH",
               words=("sector", "sectors", "cluster", "clusters", "activity", "сектор", "сектори", "кластер", "кластери"),
               help=_("Several are separated by semicolons.")),
        Column("source", _("Source"), cells.text(longest=300), width=40, words=("source", "джерело", "источник"), help=_("Where this is written, so that others can check it.")),
        Column("contact_name", _("Contact"), cells.text(longest=120), hxl="#contact+name", personal=True, width=24,
               words=("contact", "contact name", "contact person", "контакт", "контактна особа"), help=_("Whom to call. Kept sealed.")),
        Column("contact_duty", _("Responsible for"), cells.text(longest=120), words=("duty", "position", "посада", "відповідає за")),
        Column("contact_phone", _("Phone"), read_phone, hxl="#contact+phone", personal=True, words=("phone", "telephone", "телефон", "тел")),
        Column("contact_email", _("E-mail"), read_email, hxl="#contact+email", personal=True, words=("email", "e-mail", "mail", "пошта", "ел. пошта")),
    ),
    check_row=check_row,
    identity=identity,
    record=record,
    withdraw=withdraw,
    words={
        "not-a-name": _("“%(value)s” is not a name. Write the organisation's name in full."),
        "unknown-role": _("“%(value)s” is not a role. Choose from the list: %(expected)s."),
        "not-an-email": _("“%(value)s” is not an e-mail address; write it as name@example.org."),
        "not-a-phone": _("“%(value)s” is not a phone number; write it with the country's code, for example +380."),
        "contact-without-name": _("A phone or e-mail stands here without a name. Write whom to call."),
        "contact-without-number": _("Write a phone number or an e-mail address for this contact."),
        "sector-without-area": _("Sectors are named, but no area. Write where the organisation works."),
    },
)  # fmt: skip
