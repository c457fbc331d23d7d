"""What each operation of the API asks for, written down a second time, by hand: the API matrix holds the code against it.

A line: operation → (deed, whose record it is about, what is sent). The record is named as in `tests.world`; "" is no record;
"known …" and "public …" are records everybody may know of (for a public one the deed is asked anywhere, for a known one at it).
Deed "" means that everybody signed in may; & means all of them, | any. Words in brackets tell two ways of asking one operation apart. What is sent is a function of a side of the world:
{"query": …}, {"json": …} or {"form": …}, or None. Where it names records, a missing record is named in their place for the comparison.
"""

import datetime as dt
import io
import uuid

DAY = dt.date(2023, 1, 12).isoformat()
NEW = str(uuid.UUID(int=77))


def person_sent(side):
    member = {"id": NEW, "surname": "Нова", "given_name": "Людина", "phone": "+380501119999"}
    return {
        "json": {
            "registered_with": str(side.partner.pk),
            "registered_on": DAY,
            "place": side.place,
            "consents": ["assistance"],
            "members": [member],
        }
    }


def help_sent(side):
    said = {"id": NEW, "sector": "wash", "given_on": DAY, "place": side.place}
    return {"json": said | {"organisation": str(side.partner.pk), "registration": str(side.registration.pk)}}


def headcount_sent(side):
    said = {"id": NEW, "sector": "wash", "given_on": DAY, "place": side.place}
    return {"json": said | {"organisation": str(side.partner.pk), "headcount": 12}}


def correction_sent(side):
    sent = headcount_sent(side)
    return {"json": sent["json"] | {"replaces": str(side.headcount.pk)}}


def file_sent(side):
    file = io.BytesIO("surname,given_name\nНова,Людина\n".encode())
    file.name = "new.csv"
    return {"form": {"file": file, "sender": str(side.partner.pk)}}


def figure_asked(side):
    return {"query": {"organisation": str(side.partner.pk), "within": side.oblast}}


def figure_file_asked(side):
    return {"json": figure_asked(side)["query"] | {"format": "csv", "purpose": "internal"}}


def json(**said):
    return lambda side: {"json": said}


OPERATIONS = {
    "GET /api/places/": ("places.see", "", None),
    "GET /api/places/search": ("places.see", "", lambda side: {"query": {"q": "Харків"}}),
    "GET /api/places/figures": ("places.see", "", None),
    "GET /api/places/outlines/{level}": ("places.see", "", None),
    "GET /api/places/{code}": ("places.see", "public place", None),
    "GET /api/places/{code}/zones": ("places.see", "public place", None),
    "GET /api/partners/organisations": ("partners.see", "", None),
    "POST /api/partners/organisations": ("partners.edit", "", json(id=NEW, name="Quite another name")),
    "GET /api/partners/organisations/{organisation}": ("partners.see", "public partner", None),
    "POST /api/partners/organisations/{organisation}/aliases": ("partners.merge", "public partner", json(spelling="Ще одне ім’я")),
    "GET /api/partners/recognise": ("partners.see", "", lambda side: {"query": {"text": side.name}}),
    "GET /api/partners/where": ("partners.see", "", None),
    "GET /api/intake/uploads": ("intake.see", "", None),
    "POST /api/intake/uploads": ("intake.hand_in", "known partner", file_sent),
    "GET /api/intake/uploads/{pk}": ("intake.see", "upload", None),
    "GET /api/intake/uploads/{pk}/changes": ("intake.see", "upload", None),
    "GET /api/intake/uploads/{pk}/faults": ("intake.see", "upload", None),
    "GET /api/intake/uploads/{pk}/returned": ("intake.see&intake.hand_in|intake.see&people.see", "upload", None),
    "GET /api/intake/uploads/{pk}/proposals": ("intake.see&intake.hand_in", "upload", None),
    "POST /api/intake/uploads/{pk}/mapping": ("intake.see&intake.hand_in&assistance.report", "upload", json(mapping={})),
    "POST /api/intake/uploads/{pk}/check": ("intake.see&intake.hand_in", "upload", json()),
    "POST /api/intake/uploads/{pk}/accept": ("intake.see&intake.accept", "upload", json()),
    "POST /api/intake/uploads/{pk}/withdraw": ("intake.see&intake.withdraw", "upload", json(reason="mistake")),
    "POST /api/intake/uploads/{pk}/check (not taken in)": ("intake.see&intake.hand_in", "checked", json()),
    "POST /api/intake/uploads/{pk}/accept (not taken in)": ("intake.see&intake.accept", "checked", json(only_good=True)),
    "GET /api/intake/templates": ("intake.hand_in", "", None),
    "GET /api/intake/templates/{slug}": ("intake.hand_in", "known template", None),
    "POST /api/people/registrations": ("people.register", "new person", person_sent),
    "GET /api/people/registrations": ("people.see", "", None),
    "GET /api/people/registrations/{pk}": ("people.see", "registration", None),
    "POST /api/people/registrations/{pk}/consents": (
        "people.see&people.register",
        "registration",
        json(purpose="photo", agreed=True),
    ),
    "POST /api/people/find": ("people.see", "", json(surname="Зразкова", given_name="Ганна", birth_date="1950-01-02")),
    "POST /api/people/{pk}/names": ("people.see", "person", json(purpose="assistance")),
    "POST /api/people/{pk}/erase": ("people.erase", "person", json(reason="asked")),
    "GET /api/assistance/sectors": ("", "", None),
    "GET /api/assistance/": ("assistance.see", "", None),
    "GET /api/assistance/{pk}": ("assistance.see", "help", None),
    "POST /api/assistance/help": ("people.see&assistance.report", "told registration", help_sent),
    "POST /api/assistance/headcounts": ("assistance.report", "told partner", headcount_sent),
    "POST /api/assistance/headcounts (a correction)": ("assistance.report", "told headcount", correction_sent),
    "POST /api/assistance/{pk}/withdraw": ("assistance.see&assistance.report", "help", json(id=NEW, reason="mistake")),
    "POST /api/assistance/people/{pk}/everything": ("people.export", "person", json()),
    "GET /api/figures/": ("reporting.see", "", None),
    "GET /api/figures/facts": ("reporting.see", "", None),
    "GET /api/figures/{slug}": ("reporting.see", "known figure", figure_asked),
    "POST /api/figures/{slug}/file": ("reporting.export", "known figure", figure_file_asked),
}

# What a list must show of the records its reader may see: operation → (the deed that shows them, which records).
LISTS = {
    "GET /api/intake/uploads": ("intake.see", ("upload",)),
    "GET /api/people/registrations": ("people.see", ("registration",)),
    "GET /api/assistance/": ("assistance.see", ("help", "headcount")),
}
# What nobody may find in any answer unless they may do this deed at the record.
SEEN_BY = {
    "upload": "intake.see",
    "registration": "people.see",
    "erased_registration": "people.see",
    "help": "assistance.see",
    "headcount": "assistance.see",
}
