"""What somebody wrote down about a human being, before it is registered: in clear, in memory only, never logged."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from oplich.core import sealing
from oplich.core.ids import uuid7
from oplich.people import matching
from oplich.people.matching import normal

# Everything sealed on a registration, in the order in which it is shown.
SEALED = ("surname", "given_name", "patronymic", "birth_date", "phone", "tax_number", "document", "address", "needs", "note")


@dataclass
class Entry:
    """One human being as one organisation writes them down on one day. `id` is made by whoever writes, so it can be sent twice."""

    registered_with: uuid.UUID
    place: str
    registered_on: dt.date
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    birth_date: dt.date | None = None
    birth_year: int | None = None
    sex: str = ""
    phone: str = ""
    tax_number: str = ""
    document: str = ""
    address: str = ""
    note: str = ""
    needs: tuple[str, ...] = ()
    from_place: str | None = None
    population_group: str = ""
    household: str = ""  # the organisation's own number of the household
    consents: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()  # purposes the person said no to
    consent_language: str = ""
    from_row: int | None = None
    instead_of: uuid.UUID | None = None  # the registration this one corrects
    id: uuid.UUID = field(default_factory=uuid7)

    def record(self) -> matching.Record:
        """What matching looks at."""
        return matching.Record(self.surname, self.given_name, self.patronymic, self.birth_date, self.sex, self.phone, self.tax_number)

    def clear(self) -> dict[str, str]:
        """The personal fields as text, ready to be sealed."""
        return {
            "surname": self.surname,
            "given_name": self.given_name,
            "patronymic": self.patronymic,
            "birth_date": self.birth_date.isoformat() if self.birth_date else "",
            "phone": normal.phone(self.phone) or self.phone,
            "tax_number": self.tax_number,
            "document": self.document,
            "address": self.address,
            "needs": ",".join(self.needs),
            "note": self.note,
        }


def recognised_by(entry: Entry) -> matching.Keys:
    """The blind keys under which this human being is certainly known."""
    clear = matching.keys(entry.record())
    return matching.Keys(
        tax=sealing.blind("recognise/tax", clear.tax) if clear.tax else "",
        name=sealing.blind("recognise/name", clear.name) if clear.name else "",
    )


def phone_index(phone: str) -> str:
    """The fingerprint of a phone number, for looking somebody up; "" when it is none."""
    number = normal.phone(phone) if phone else ""
    return sealing.blind("find/phone", number) if number else ""


def born_index(surname: str, given_name: str, birth_date: dt.date | None) -> str:
    """The fingerprint of surname, given name and birth date, for looking somebody up."""
    called = normal.full_name(surname, given_name)
    return sealing.blind("find/born", f"{called}|{birth_date}") if surname and given_name and birth_date else ""
