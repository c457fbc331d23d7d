"""The list of organisations as a spreadsheet."""

import pytest

from oplich.intake.models import Row, Upload
from oplich.intake.sheets import Context, Misread, Taken
from oplich.partners import queries, sheets
from oplich.partners.actions import contacts
from oplich.partners.models import Contact, Organisation, Presence
from tests import make

pytestmark = pytest.mark.django_db
CONTEXT = Context()


@pytest.fixture
def upload():
    return Upload.objects.create(file_name="партнери.xlsx", sha256="0" * 64, size_bytes=1, sheet="organisations")


def taken(upload, number=1, replaces=None, **values):
    row = Row.objects.create(upload=upload, number=number, key=str(number), digest=str(number), state=Row.State.TAKEN)
    return Taken(row=row, values=values, replaces=replaces)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("Харківська область; м. Дніпро", {"UA63", "UA1202"}),
        ("Kharkivska | Lvivska", {"UA63", "UA46"}),
        ("Польща, Молдова", {"PL", "MD"}),
    ],
)
def test_areas_are_read_several_in_a_cell(cell, codes):
    found = sheets.read_areas(cell, CONTEXT)
    assert len(found) == len(codes) and all(any(code.startswith(start) for start in codes) for code in found)


def test_an_unknown_area_names_what_comes_near():
    with pytest.raises(Misread) as found:
        sheets.read_areas("Харківська область; Днипропетвська", CONTEXT)
    assert found.value.code == "unknown-place" and found.value.suggestion


def test_roles_and_sectors_are_read_in_both_languages():
    assert sheets.read_roles("донор; Common Pipeline partner", CONTEXT) == ["donor", "pipeline"]
    assert sheets.read_sectors("WASH; Shelter/NFI", CONTEXT)[-1] == "wash"
    with pytest.raises(Misread):
        sheets.read_sectors("Astronomy", CONTEXT)
    with pytest.raises(Misread):
        sheets.read_email("somebody at home", CONTEXT)


def test_a_row_becomes_an_organisation_with_roles_areas_and_a_sealed_contact(upload):
    make.place("UA63")
    one = taken(upload, name="Rescue Now", name_uk="Рятуй зараз", kind="nngo", roles=["pipeline"], areas=["UA63"], sectors=["nfi", "wash"],
                contact_name="Олена Прикладна", contact_phone="+380 00 000 00 01")  # fmt: skip
    sheets.record(by=None, upload=upload, taken=[one])
    rescue = queries.recognise("рятуй зараз")
    assert [role.kind for role in rescue.roles.all()] == ["pipeline"]
    assert {(one.place_id, one.sector) for one in rescue.presences.all()} == {("UA63", "nfi"), ("UA63", "wash")}
    assert contacts.look(by=make.user("information-manager"), organisation=rescue)[0]["name"] == "Олена Прикладна"
    sheets.record(by=None, upload=upload, taken=[taken(upload, 2, name="RESCUE NOW", contact_name="олена прикладна", contact_phone="1", areas=["UA63"], sectors=["wash"])])  # fmt: skip
    assert Organisation.objects.count() == 1 and Contact.objects.count() == 1


def test_a_corrected_row_replaces_where_it_works_and_withdrawing_takes_it_back(upload):
    make.place("UA63"), make.place("UA46")
    first = taken(upload, name="Unity", areas=["UA63"], sectors=["wash"])
    sheets.record(by=None, upload=upload, taken=[first])
    second = taken(upload, 2, replaces=first.row, name="Unity", areas=["UA46"], sectors=["wash"])
    sheets.record(by=None, upload=upload, taken=[second])
    assert [one.place_id for one in Presence.objects.all()] == ["UA46"]
    sheets.withdraw(by=None, upload=upload, rows=[second.row, first.row])
    assert not Presence.objects.exists() and queries.recognise("Unity") is None


def test_a_contact_without_a_number_is_a_fault_at_its_cell():
    problems = sheets.check_row({"name": "Unity", "contact_name": "Somebody", "sectors": ["wash"]}, CONTEXT)
    assert {one.column for one in problems} == {"contact_phone", "areas"}
