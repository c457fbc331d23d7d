"""Files as partners really send them, through the mapping page: the published 3W of Ukraine and the activity rows of the Ebola response."""

import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Sum

from oplich.assistance.models import Assistance
from oplich.core import jobs
from oplich.intake import queries
from oplich.intake.models import Row, Upload
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.shared]
OBLASTS = ["05", "07", "12", "14", "18", "21", "23", "26", "32", "35", "44", "46", "48"]
OBLASTS += ["51", "53", "56", "59", "61", "63", "65", "68", "71", "73", "74", "80"]


@pytest.fixture
def manager(client, settings):
    settings.OPLICH_SHEETS = ["oplich.assistance.sheets.ACTIVITIES", "oplich.partners.sheets.ORGANISATIONS"]
    for oblast in OBLASTS:
        make.place(f"UA{oblast}")
    call_command("load_sectors", verbosity=0)
    user = make.user("information-manager")
    client.force_login(user)
    return user


def hand_in(client, path, sheet):
    answer = client.post("/en/intake/hand-in/", {"file": SimpleUploadedFile(path.name, path.read_bytes()), "sheet": sheet, "sender": ""})
    assert answer.status_code == 302, answer.text
    jobs.run_waiting()
    return Upload.objects.get(pk=re.search(r"intake/([0-9a-f-]{36})/", answer.url)[1])


def read_as(client, upload, said):
    answer = client.post(f"/en/intake/{upload.pk}/mapping/", {"chosen": "1", "do": "read", **said})
    assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.text)[-3000:]
    jobs.run_waiting()
    upload.refresh_from_db()
    return upload


def take_in(client, upload):
    assert client.post(f"/en/intake/{upload.pk}/accept/").status_code == 302
    jobs.run_waiting()
    upload.refresh_from_db()
    assert upload.state == "accepted"


MATRIX = {
    "sheet": "activities",
    "worksheet": "People_Reached_by_Oblast",
    "column-C": "place_code",
    **{f"column-{letter}": "*" for letter in "DEFGHIJ"},
    "matrix-header": "sector",
    "matrix-cell": "people",
    "same-month": "03.2022",
}


def test_the_matrix_of_the_3w_is_proposed_as_one(client, manager, shared_data):
    upload = hand_in(client, shared_data / "threeW/Data__Ukraine_3W_Round_4_2022-03-31.xlsx", "activities")
    proposed = queries.proposals(upload, worksheet="People_Reached_by_Oblast").mapping
    assert (proposed["matrix"]["header"], proposed["matrix"]["cell"]) == ("sector", "people")
    assert [one["letter"] for one in proposed["matrix"]["columns"]] == list("DEFGHIJ")
    page = client.get(f"/en/intake/{upload.pk}/mapping/?sheet=activities&worksheet=People_Reached_by_Oblast")
    assert page.text.count("One of a matrix") >= 7 and "Food Security and Livelihoods" in page.text


def test_the_matrix_of_the_3w_comes_in_cell_by_cell(client, manager, shared_data):
    path = shared_data / "threeW/Data__Ukraine_3W_Round_4_2022-03-31.xlsx"
    upload = hand_in(client, path, "activities")
    read_as(client, upload, MATRIX)
    sheet = openpyxl.load_workbook(path)["People_Reached_by_Oblast"]
    filled = [cell.value for line in sheet.iter_rows(min_row=2, min_col=4, max_col=10) for cell in line if isinstance(cell.value, int)]
    assert (upload.faults_found, upload.rows_good) == (0, len(filled))
    take_in(client, upload)
    assert Assistance.objects.in_force().count() == len(filled) == 126
    assert Assistance.objects.in_force().aggregate(people=Sum("headcount"))["people"] == sum(filled)
    by_sector = dict(Assistance.objects.values_list("sector").annotate(people=Sum("headcount")))
    assert by_sector["education"] == 3000 + 768 + 1440 + 7752
    # A cell testifies: oblast and sector of the 3W, its line and which of the records of that line.
    row = Row.objects.get(upload=upload, number=20, values__sector="food-security")
    assert (row.sheet_name, row.values["people"]) == ("People_Reached_by_Oblast", 509748)


def test_the_published_column_of_the_3w_adds_up_to_what_was_published(client, manager, shared_data):
    upload = hand_in(client, shared_data / "threeW/Data__Ukraine_3W_Round_4_2022-03-31.xlsx", "activities")
    said = {"sheet": "activities", "worksheet": "People_Reached_by_Oblast", "column-C": "place_code", "column-K": "people"}
    read_as(client, upload, {**said, "same-month": "03.2022", "same-sector": "food-security"})
    assert (upload.faults_found, upload.rows_good) == (0, 25)
    take_in(client, upload)
    assert Assistance.objects.in_force().aggregate(people=Sum("headcount"))["people"] == 1_400_204


def test_the_ebola_rows_come_in_whole(client, manager, shared_data):
    upload = hand_in(client, shared_data / "threeW/ebola_3w_activities.csv", "organisations")
    read_as(client, upload, {"sheet": "organisations", "column-C": "name", "column-F": "kind", "repeats": "keep"})
    assert (upload.rows_read, upload.rows_good, upload.faults_found) == (1201, 1201, 0)
    assert len(set(Row.objects.filter(upload=upload).values_list("values__name", flat=True))) == 128
