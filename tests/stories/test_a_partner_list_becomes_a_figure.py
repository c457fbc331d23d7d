"""The first story: a partner's Excel list, its faults, the corrected workbook, and a figure that changes and can be traced back."""

import datetime as dt
import io
import json

import openpyxl
import pytest
from django.core.management import call_command
from tests import make

from oplich.assistance.models import Assistance
from oplich.core.models import Entry
from oplich.core.periods import Period
from oplich.intake import actions as intake
from oplich.intake import queries
from oplich.intake.models import Upload
from oplich.people.models import Person
from oplich.reporting import facts
from oplich.reporting.figures import compute

pytestmark = pytest.mark.django_db(transaction=True)
QUARTER = Period(dt.date(2023, 1, 1), dt.date(2023, 4, 1))
HEAD = ["Прізвище", "Ім'я", "Дата народження", "Стать", "Телефон", "Місце", "Сектор", "Дата", "Згода"]
GOOD = [
    ["Зразкова", "Олена", "12.03.1984", "ж", "+380501110001", "UA6312027", "WASH", "05.01.2023", "так"],
    ["Зразковий", "Петро", "01.07.1979", "ч", "+380501110002", "UA6312027", "WASH", "05.01.2023", "так"],
    ["Зразкова", "Марія", "30.11.2015", "ж", "+380501110001", "UA6312027", "Health", "06.02.2023", "так"],
]
BAD = ["Зразкова", "Ганна", "12.03.1961", "ж", "+380501110004", "UA6312027", "WASH", "45.02.2023", "так"]


@pytest.fixture
def office(db):
    make.place("UA6312027", name_uk="Харківська", name_en="Kharkivska")
    call_command("load_sectors", verbosity=0)
    partner = make.organisation("Rescue Now")
    return {"manager": make.user(), "reporter": make.user("reporter", at=partner), "partner": partner}


def workbook(*rows) -> io.BytesIO:
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def hand_in(office, file, name: str) -> Upload:
    partner = office["partner"]
    upload = intake.receive(
        by=office["reporter"], file=file, file_name=name, organisation=str(partner.pk), sender=partner.name, sheet="partner-list"
    )
    return intake.check(by=office["reporter"], upload=upload)


def reached(**how) -> int:
    facts.refresh()
    return compute("people_reached", facts_path=facts.path(), period=QUARTER, **how).total


def test_a_list_with_a_fault_comes_back_marked_is_corrected_and_changes_the_figure(office):
    upload = hand_in(office, workbook(*GOOD, BAD), "january.xlsx")
    assert upload.faults_found == 1 and upload.state == Upload.State.CHECKED
    assert reached() == 0, "nothing counts before it is accepted"

    returned = openpyxl.load_workbook(io.BytesIO(queries.returned_workbook(upload, "uk")))
    sheet = returned.worksheets[0]
    marked = [cell for row in sheet.iter_rows() for cell in row if cell.comment and "45.02.2023" in str(cell.value)]
    assert len(marked) == 1, "the fault is in its cell"
    marked[0].value = "25.02.2023"
    corrected = io.BytesIO()
    returned.save(corrected)
    corrected.seek(0)

    again = hand_in(office, corrected, "january-corrected.xlsx")
    assert again.faults_found == 0
    again = intake.accept(by=office["reporter"], upload=again)
    assert (again.state, again.rows_new) == (Upload.State.ACCEPTED, 4)
    assert reached() == 4
    assert reached(sector="wash") == 3
    assert reached(within="UA/UA63/") == 4 and reached(within="UA/UA46/") == 0


def test_the_same_file_again_changes_nothing(office):
    body = workbook(*GOOD).getvalue()
    first = hand_in(office, io.BytesIO(body), "january.xlsx")
    intake.accept(by=office["reporter"], upload=first)
    before = (reached(), Assistance.objects.count(), Person.objects.count())
    same = {"organisation": str(office["partner"].pk), "sender": office["partner"].name, "sheet": "partner-list"}
    again = intake.receive(by=office["reporter"], file=io.BytesIO(body), file_name="again.xlsx", **same)
    assert again.pk == first.pk and again.state == Upload.State.ACCEPTED
    assert (reached(), Assistance.objects.count(), Person.objects.count()) == before


def test_the_same_rows_in_another_file_change_nothing(office):
    intake.accept(by=office["reporter"], upload=hand_in(office, workbook(*GOOD), "january.xlsx"))
    before = (reached(), Assistance.objects.count(), Person.objects.count())
    again = hand_in(office, workbook(*reversed(GOOD)), "january sorted.xlsx")
    again = intake.accept(by=office["reporter"], upload=again)
    assert (again.rows_new, again.rows_replaced, again.rows_unchanged) == (0, 0, 3)
    assert (reached(), Assistance.objects.count(), Person.objects.count()) == before


def test_a_corrected_file_replaces_only_what_it_corrects(office):
    intake.accept(by=office["reporter"], upload=hand_in(office, workbook(*GOOD), "january.xlsx"))
    sex_put_right = [*GOOD[1][:3], "ж", *GOOD[1][4:]]
    again = intake.accept(by=office["reporter"], upload=hand_in(office, workbook(GOOD[0], sex_put_right, GOOD[2]), "january 2.xlsx"))
    assert (again.rows_new, again.rows_replaced, again.rows_unchanged) == (0, 1, 2)
    assert reached() == 3


def test_somebody_helped_twice_is_reached_once(office):
    twice = [*GOOD[0]]
    twice[6], twice[7] = "Health", "14.03.2023"
    intake.accept(by=office["reporter"], upload=hand_in(office, workbook(*GOOD, twice), "quarter.xlsx"))
    assert reached() == 3
    assert reached(rule="services") == 4


def test_every_number_leads_back_to_the_line_in_the_file(office):
    upload = hand_in(office, workbook(*GOOD), "january.xlsx")
    intake.accept(by=office["reporter"], upload=upload)
    for help_given in Assistance.objects.in_force():
        row = help_given.from_row
        assert row.upload_id == upload.pk and 2 <= row.number <= 4
        assert "Зразков" not in json.dumps(row.values, ensure_ascii=False), "names are not kept in clear"
    assert set(Entry.objects.values_list("what", flat=True)) >= {"upload.received", "upload.accepted"}


def test_a_withdrawn_list_no_longer_counts_and_stays_as_evidence(office):
    upload = hand_in(office, workbook(*GOOD), "january.xlsx")
    upload = intake.accept(by=office["reporter"], upload=upload)
    assert reached() == 3
    intake.withdraw(by=office["reporter"], upload=upload)
    assert reached() == 0
    assert upload.rows.count() == 3
