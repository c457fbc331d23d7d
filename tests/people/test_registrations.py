"""Writing people down: the same human being once, sealed, in bulk, and taken back."""

import datetime as dt
import time
import uuid

import pytest
from django.db import connection

from oplich.core import keys, sealing
from oplich.core.models import Entry as Line
from oplich.core.models import Key
from oplich.core.refusal import NotAllowed
from oplich.people import queries
from oplich.people.actions import registrations
from oplich.people.entries import SEALED, Entry
from oplich.people.matching import tax
from oplich.people.models import Consent, Household, Person, Registration, SameHuman
from tests import make

pytestmark = pytest.mark.django_db
BORN = dt.date(1987, 5, 14)
DAY = dt.date(2023, 1, 20)


@pytest.fixture
def office():
    make.place("UA6306029")
    partner = make.organisation("Rescue Now")
    return {"partner": partner, "registrar": make.user("registrar", at=partner), "other": make.organisation("Union")}


def entry(office, **more):
    said = {
        "registered_with": office["partner"].pk,
        "place": "UA6306029",
        "registered_on": DAY,
        "surname": "Зразкова",
        "given_name": "Олена",
        "birth_date": BORN,
        "sex": "f",
        "phone": "050 111 00 01",
        "tax_number": tax.make(BORN, 12, male=False),
        "consents": ("assistance", "statistics"),
    }
    return Entry(**{**said, **more})


def register(office, *entries, by="registrar", **more):
    return registrations.register(by=office[by], entries=entries, **more)


def test_a_name_is_stored_sealed_and_nowhere_in_clear(office):
    (made,) = register(office, entry(office, note="живе з сестрою", needs=("disability",), document="АА123456"))
    made.refresh_from_db()
    opened = sealing.open_fields(made, keys.get(made.person_id), SEALED)
    assert opened["surname"] == "Зразкова" and opened["phone"] == "+380501110001" and opened["needs"] == "disability"
    with connection.cursor() as cursor:
        cursor.execute("select * from people_registration")
        stored = repr([bytes(cell) if isinstance(cell, memoryview) else cell for row in cursor.fetchall() for cell in row])
    for secret in ("Зразкова", "Олена", "501110001", "3191112", "АА123456", "1987-05-14", "сестрою", "disability"):
        assert secret not in stored and repr(secret.encode())[2:-1] not in stored
    assert made.birth_year == 1987 and made.has_needs
    assert "Зразкова" not in str(list(Line.objects.values_list("detail", flat=True)))


def test_the_same_person_at_two_organisations_is_one_person(office):
    first = register(office, entry(office))[0]
    both = make.user("registrar")
    second = registrations.register(by=both, entries=[entry(office, registered_with=office["other"].pk, surname="Zrazkova", phone="")])[0]
    third = registrations.register(by=both, entries=[entry(office, registered_with=office["other"].pk, tax_number="")])[0]
    assert first.person_id == second.person_id == third.person_id
    assert Person.objects.count() == Key.objects.filter(pk=first.person_id).count() == 1


def test_somebody_else_is_somebody_else(office):
    register(office, entry(office))
    register(office, entry(office, given_name="Ганна", tax_number="", phone="050 111 00 02"))
    assert Person.objects.count() == 2


def test_two_known_people_turn_out_to_be_one_and_are_linked_once(office):
    with_number = register(office, entry(office, phone="", surname="Дівоча"))[0]
    with_phone = register(office, entry(office, tax_number=""))[0]
    assert with_number.person_id != with_phone.person_id
    for _ in range(2):
        found = register(office, entry(office))[0]
        assert found.person_id == with_number.person_id
    assert SameHuman.objects.count() == 1
    assert queries.humans() == {one: with_number.person_id for one in (with_number.person_id, with_phone.person_id)}
    assert queries.same_human(with_phone.person_id) == {with_number.person_id, with_phone.person_id}


def test_a_link_goes_with_the_registration_that_showed_it(office):
    register(office, entry(office, phone="", surname="Дівоча"))
    register(office, entry(office, tax_number=""))
    found = register(office, entry(office))[0]
    registrations.take_back(by=office["registrar"], registrations=[found.pk], reason="mistake")
    assert queries.humans() == {}


def test_what_was_taken_back_recognises_nobody(office):
    first = register(office, entry(office))[0]
    assert registrations.take_back(by=office["registrar"], registrations=[first.pk], reason="mistake") == 1
    assert registrations.take_back(by=office["registrar"], registrations=[first.pk], reason="mistake") == 0
    assert register(office, entry(office))[0].person_id != first.person_id


def test_a_corrected_registration_stays_the_same_person(office):
    first = register(office, entry(office, tax_number="", phone=""))[0]
    corrected = register(office, entry(office, tax_number="", phone="", surname="Зразковська", instead_of=first.pk))[0]
    assert corrected.person_id == first.person_id
    assert list(Registration.objects.in_force()) == [corrected]


def test_a_correction_that_shows_somebody_known_moves_there(office):
    known = register(office, entry(office))[0]
    wrong = register(office, entry(office, tax_number="", phone="050 111 00 09"))[0]
    corrected = register(office, entry(office, tax_number="", instead_of=wrong.pk))[0]
    assert corrected.person_id == known.person_id != wrong.person_id


def test_two_corrections_of_one_person_into_two_people_are_two_people(office):
    one, two = register(office, entry(office))[0], register(office, entry(office, surname="Зразковська"))[0]
    assert one.person_id == two.person_id
    plain = {"tax_number": "", "phone": ""}
    made = registrations.register_many(
        by=office["registrar"],
        entries=[entry(office, **plain, instead_of=one.pk), entry(office, **plain, given_name="Ганна", instead_of=two.pk)],
    )
    assert made[0].person_id != made[1].person_id


def test_a_household_is_written_down_once_however_often_it_is_sent(office):
    family = [entry(office), entry(office, given_name="Марія", birth_date=dt.date(2015, 11, 30), tax_number="")]
    first = register(office, *family)
    again = register(office, *family)
    assert [one.pk for one in first] == [one.pk for one in again]
    assert Household.objects.count() == 1 and Registration.objects.count() == 2 and Consent.objects.count() == 4
    assert queries.people_of_household(first[0]) == 2


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"surname": ""}, "0-surname"),
        ({"given_name": ""}, "0-given_name"),
        ({"birth_date": dt.date(2024, 1, 1), "tax_number": ""}, "0-birth_date"),
        ({"birth_date": dt.date(1887, 5, 14), "tax_number": ""}, "0-birth_date"),
        ({"tax_number": "1234567890"}, "0-tax_number"),
        ({"birth_date": dt.date(1987, 5, 15)}, "0-tax_number"),
        ({"consents": ("statistics",)}, "0-consents"),
        ({"registered_on": dt.date(2999, 1, 1)}, "registered_on"),
    ],
)
def test_nonsense_is_refused_at_its_field(office, wrong, field):
    with pytest.raises(registrations.Refusal) as refused:
        register(office, entry(office, **wrong))
    assert refused.value.field == field and Registration.objects.count() == 0


def test_a_registrar_writes_down_only_for_their_own_organisation(office):
    with pytest.raises(NotAllowed):
        register(office, entry(office, registered_with=office["other"].pk))
    office["viewer"] = make.user("viewer")
    with pytest.raises(NotAllowed):
        register(office, entry(office), by="viewer")


def test_everything_is_found_by_an_exact_key_and_by_nothing_less(office):
    made = register(office, entry(office))[0]
    who = office["registrar"]
    assert queries.find(who, phone="+380 50 111-00-01") == [made]
    assert queries.find(who, tax_number=tax.make(BORN, 12, male=False)) == [made]
    assert queries.find(who, surname="ЗРАЗКОВА", given_name="Олена", birth_date=BORN) == [made]
    assert queries.find(who, surname="Зразкова", given_name="Олена") == []
    assert queries.find(who, phone="050") == [] and queries.find(who) == []
    assert queries.find(make.user("registrar", at=office["other"]), phone="0501110001") == []


def test_ten_thousand_people_are_written_down_in_seconds(office):
    many = [
        entry(
            office,
            surname=f"Зразок{number}",
            tax_number=tax.make(BORN, number % 500, male=False) if number % 2 else "",
            phone=f"05011{number:05d}",
        )
        for number in range(10_000)
    ]
    started = time.process_time()
    made = registrations.register_many(by=office["registrar"], entries=many)
    spent = time.process_time() - started
    print(f"10,000 people registered in {spent:.1f} s of processor time")
    assert len(made) == 10_000 and spent < 20
    assert Person.objects.count() == 10_000 - 5_000 + 250
    assert Line.objects.filter(what="person.registered").count() == 1


def test_ids_made_elsewhere_are_kept(office):
    mine = uuid.uuid4()
    assert register(office, entry(office, id=mine))[0].pk == mine
