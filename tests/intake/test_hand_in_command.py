"""`oplich hand-in` as it is typed: its words, its JSON and how it ends."""

import json

import openpyxl
import pytest
from django.core.management import call_command

from oplich.core.models import Entry, User
from oplich.intake.models import Mapping, Upload
from tests import make
from tests.intake import reports
from tests.intake.test_evidence import GOOD, in_force
from tests.intake.test_mapping import FOREIGN, SAID, foreign


@pytest.fixture
def typed(db, settings, tmp_path, capsys):
    """typed(bytes, "--json", …): how it ended, what it printed, what it printed as a trouble."""
    settings.OPLICH_SHEETS = ["tests.intake.reports.REPORTS"]

    def deed(body: bytes | None, *words: str, name: str = "march.xlsx"):
        path = tmp_path / name
        if body is not None:
            path.write_bytes(body)
        try:
            call_command("hand_in", str(path), *words)
            code = 0
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return deed


def test_a_clean_file_is_only_checked_unless_told_to_take_it_in(typed):
    code, out, _err = typed(reports.book(GOOD), "--json")
    said = json.loads(out)
    assert (code, said["sheet"], said["rows_read"], said["accepted"], said["faults"]) == (0, "reports", 3, 0, [])
    assert reports.recorded() == {}
    code, out, _err = typed(reports.book(GOOD), "--json", "--accept", "all")
    said = json.loads(out)
    assert (code, said["accepted"], said["replaced"], said["unchanged"]) == (0, 3, 0, 0) and in_force() == [10, 20, 30]
    code, out, _err = typed(reports.book(GOOD), "--json", "--accept", "all")
    said = json.loads(out)
    assert (code, said["accepted"], said["replaced"], said["unchanged"]) == (0, 0, 0, 3) and in_force() == [10, 20, 30]
    assert Upload.objects.count() == 1


def test_faults_are_told_at_their_cells_and_nothing_is_taken(typed, tmp_path):
    back = tmp_path / "back.xlsx"
    code, out, _err = typed(
        reports.book([*GOOD, ["Кийвська", "Вода", "31.02.2023", 5]]),
        "--json",
        "--accept",
        "all",
        "--returned",
        str(back),
        "--language",
        "en",
    )
    said = json.loads(out)
    assert code == 1 and reports.recorded() == {}
    first, second = said["faults"]
    assert (first["sheet"], first["row"], first["column"], first["value"], first["suggestion"]) == ("Дані", 5, "A", "Кийвська", "київська")
    assert (second["column"], second["expected"], second["field"]) == ("C", "28.02.2023", "day") and "is not a date" in second["message"]
    assert openpyxl.load_workbook(back)["Дані"]["A5"].comment is not None
    code, out, _err = typed(None, "--accept", "good", "--language", "en")
    assert code == 0 and in_force() == [10, 20, 30]
    assert "Дані!A5" in out and "3 accepted" in out


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"%PDF-1.7 nothing", ["--json"]),
        (reports.book(GOOD), ["--json", "--sheet", "nothing"]),
        (reports.book(GOOD), ["--json", "--as", "nobody"]),
        (reports.book(GOOD), ["--json", "--map", "/does/not/exist.json"]),
        (foreign(), ["--json"]),
        (None, ["--json"]),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(typed, body, words):
    code, out, err = typed(body, *words)
    assert code == 2 and len(json.loads(out)["refused"]) > 10 and err.strip()
    assert reports.recorded() == {}


def test_a_foreign_file_shows_a_mapping_to_begin_with_and_is_read_with_one(typed, tmp_path):
    code, out, _err = typed(foreign(), "--json")
    assert code == 2 and json.loads(out)["proposed_mapping"]["columns"]["oblast"] == {"letter": "A"}
    (tmp_path / "map.json").write_text(json.dumps(SAID))
    code, out, _err = typed(foreign(), "--json", "--map", str(tmp_path / "map.json"), "--accept", "all")
    assert (code, json.loads(out)["accepted"]) == (0, 2) and Mapping.objects.count() == 1
    next_time = [*FOREIGN[:3], ["Львівська", "Вода", "28.03.2023", "7", "z"]]
    code, out, _err = typed(foreign(next_time), "--json", "--accept", "all")
    assert (code, json.loads(out)["accepted"]) == (0, 1)


def test_it_is_handed_in_for_the_organisation_named_in_any_spelling(typed):
    partner = make.organisation("Rescue Now")
    typed(reports.book(GOOD), "--from", "rescue  NOW", "--accept", "all")
    upload = Upload.objects.get()
    assert (upload.organisation, upload.sender, upload.file_name) == (str(partner.pk), "Rescue Now", "march.xlsx")
    assert Entry.objects.filter(what="upload.accepted", by=upload.by).exists()


def test_acting_as_somebody_gives_only_their_rights(typed):
    make.user("viewer", name="looker")
    assert typed(reports.book(GOOD), "--as", "looker", "--accept", "all")[0] == 2
    typed(reports.book(GOOD), "--accept", "all")
    assert not User.objects.get(username="command-line").has_usable_password()


def test_a_name_that_only_resembles_an_organisation_is_asked_about(typed):
    make.organisation("Rescue Now")
    code, out, _err = typed(reports.book(GOOD), "--json", "--from", "Rescue Nou")
    assert code == 2 and "Rescue Now" in json.loads(out)["refused"]
