"""Files that leave the office: readable where they go, safe for those counted in them, and written down."""

import csv
import io
import json

import hxl
import openpyxl
import pypdf
import pytest
from django.utils import translation

from oplich.core.models import Entry, Job
from oplich.core.refusal import NotAllowed
from oplich.intake import actions as intake
from oplich.places.models import PlaceFigure
from oplich.reporting import actions, facts, queries
from oplich.reporting.exporting import edition as editions
from oplich.reporting.exporting import tables
from tests import make

Q1 = {"from": "2023-01-01", "to": "2023-03-31", "within": "UA"}


@pytest.fixture
def manager(counted):
    counted.help(3, place="UA6312027", by=make.organisation("=cmd|' /C calc'!A0"), on="2023-01-20")
    facts.refresh()
    return make.user("information-manager")


def take(who, kind, purpose="coordination", slug="people_reached", **said):
    return actions.export(by=who, asked=queries.question(slug, Q1 | said), kind=kind, purpose=purpose)


@pytest.mark.parametrize("kind", actions.FORMATS)
@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("by", ["", "oblast", "month", "sector", "sex-age"])
def test_every_kind_of_file_can_be_made_in_both_languages(manager, kind, language, by):
    with translation.override(language):
        file = take(manager, kind, by=by)
    assert len(file.content) > 200 and file.name.startswith("people_reached_UA_20230101_20230331")


def test_the_workbook_has_numbers_as_numbers_and_says_how_they_were_counted(manager):
    with translation.override("en"):
        book = openpyxl.load_workbook(io.BytesIO(take(manager, "xlsx", by="oblast").content))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=5)]
    assert [row[2] for row in cells] == [67, 60, 127]
    said = " ".join(str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row)
    assert "largest single group" in said and "Data as of" in said and "leave out by rule" in said


@pytest.mark.parametrize("kind", ["csv", "xlsx", "hxl"])
def test_no_name_can_run_as_a_formula(manager, kind):
    content = take(manager, kind, by="organisation", rule="services").content
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    else:
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_hxl_file_is_understood_by_libhxl(manager):
    content = take(manager, "hxl", by="oblast").content
    source = hxl.data(hxl.make_input(io.BytesIO(content), hxl.InputOptions(allow_local=True)))
    assert hxl.schema([["#valid_tag", "#valid_required"], ["#adm+code", "true"], ["#affected", "true"]]).validate(source)
    source = hxl.data(hxl.make_input(io.BytesIO(content), hxl.InputOptions(allow_local=True)))
    assert {row.get("#adm+code"): row.get("#affected") for row in source} == {"UA12": "67", "UA63": "60"}


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_pdf_is_tagged_and_speaks_the_language(manager, language):
    with translation.override(language):
        file = take(manager, "pdf", by="oblast")
    document = pypdf.PdfReader(io.BytesIO(file.content))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == language
    assert document.trailer["/Root"]["/StructTreeRoot"]
    text = " ".join(page.extract_text() for page in document.pages)
    assert "127" in text and ("Охоплені" in text or "Кого" in text if language == "uk" else "Who was reached" in text)


def test_small_groups_are_hidden_in_every_kind_of_file_and_cannot_be_subtracted(manager):
    """“Services” by organisation: 3 people of one organisation, everything else large."""
    told = json.loads(take(manager, "json", by="organisation", rule="services").content)
    shown = [row["people"] for row in told["rows"]]
    assert shown.count(None) == 2 and told["hidden"] == 2 and told["total"] == 162
    assert 3 not in shown
    workbook = openpyxl.load_workbook(io.BytesIO(take(manager, "xlsx", by="organisation", rule="services").content)).worksheets[0]
    assert 3 not in [cell.value for row in workbook.iter_rows() for cell in row]
    pdf = pypdf.PdfReader(io.BytesIO(take(manager, "pdf", by="organisation", rule="services").content))
    assert " 3\n" not in " ".join(page.extract_text() for page in pdf.pages)


def test_places_are_coarser_for_the_public(manager):
    told = json.loads(take(manager, "json", "public", by="hromada").content)
    assert told["by"] == "raion" and any("more coarsely" in note or "грубіше" in note or "узагальнен" in note for note in told["notes"])


def test_a_figure_about_one_small_place_does_not_leave(manager):
    make.place("UA6312027001")
    with pytest.raises(editions.TooSmallAnArea):
        take(manager, "csv", within="UA6312027001")


def test_who_took_which_figure_for_what_is_written_down(manager):
    take(manager, "csv", "donor", by="month")
    entry = Entry.objects.get(what="figure.exported")
    assert entry.by == manager and entry.detail["purpose"] == "donor" and entry.detail["asked"]["by"] == "month"


@pytest.mark.parametrize(("kind", "purpose"), [("exe", "donor"), ("csv", ""), ("csv", "curiosity")])
def test_a_file_without_a_kind_or_a_purpose_is_refused(manager, kind, purpose):
    with pytest.raises(actions.NoSuchFile):
        take(manager, kind, purpose)


def test_nobody_takes_more_than_they_may_see(counted):
    reporter = make.user("reporter", at=counted.unicef)
    told = json.loads(take(reporter, "json", rule="services").content)
    assert told["organisation"] == str(counted.unicef.pk)
    with pytest.raises(NotAllowed):
        take(reporter, "json", organisation=str(counted.caritas.pk))
    with pytest.raises(NotAllowed):
        take(make.user("operator"), "json")


def test_text_that_only_looks_like_a_number_stays_text():
    assert tables.safe("+380501112233") == "'+380501112233" and tables.safe(-5) == -5 and tables.safe("Київ") == "Київ"


def test_the_hxl_file_comes_in_again_unchanged(manager):
    """Handed in as figures about places: every line is read without a fault and holds the same numbers."""
    content = take(manager, "hxl", by="oblast", rule="services").content
    upload = intake.receive(by=manager, file=io.BytesIO(content), file_name="reached.csv", sheet="place-figures")
    upload = intake.check(by=manager, upload=upload)
    assert not list(upload.faults.values_list("column", "code", "detail"))
    assert (upload.state, upload.rows_good) == ("checked", 2)
    intake.accept(by=manager, upload=upload)
    taken = PlaceFigure.objects.filter(measure="people-reached")
    assert {(one.place_id, int(one.people), one.as_of.isoformat()) for one in taken} == {
        ("UA12", 99, "2023-03-31"),
        ("UA63", 63, "2023-03-31"),
    }
    assert Job.objects.filter(path="oplich.reporting.facts.refresh_round").exists(), "the figures are counted again"


def test_what_others_published_stands_beside_our_figure(manager):
    make.place("UA12")
    PlaceFigure.objects.create(place_id="UA12", measure="people-reached", people=4321, as_of="2023-03-31", source="3W round 9")
    PlaceFigure.objects.create(place_id="UA", measure="people-reached", sector="wash", people=777, as_of="2023-03-01", source="IOM")
    assert queries.published(queries.question("people_reached", Q1))[("UA/UA12/", "")].people == 4321
    assert queries.published(queries.question("people_reached", Q1))[("UA/", "wash")].people == 777
    assert queries.published(queries.question("people_reached", Q1 | {"to": "2023-02-28"})) == {}
