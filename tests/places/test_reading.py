"""Places in the cells of sheets, and the sheet of published figures, through the letter box."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from oplich.intake import actions as intake
from oplich.intake import queries as handed
from oplich.intake.sheets import Context, Misread, all_sheets
from oplich.places import loading
from oplich.places.lookup import lookup, resolve
from oplich.places.lookup.index import shipped
from oplich.places.models import PlaceFigure
from oplich.places.reading import PlaceReader, place_columns, place_of, place_problems, read_code, written
from tests import make


def problems(**values):
    return [(one.column, one.code) for one in place_problems(values)]


def test_columns_together_name_the_finest_place():
    assert place_of({"oblast": "UA12"}) == "UA12"
    assert place_of({"oblast": "UA12", "settlement": "м. Кривий Ріг"}) == "UA1206017001"
    assert place_of({"oblast": "UA46", "settlement": "м. Миколаїв"}) == "UA4610011001"
    assert place_of({"oblast": "UA63", "raion": "Ізюмський", "hromada": "Ізюмська"}) == resolve("Ізюмська громада", within="UA63")
    assert place_of({"place": "м. Ізюм, Харківська обл."}) == resolve("Ізюм", within="UA63", kinds=("settlement",))
    assert place_of({"place_code": "UA6312027001"}) == "UA6312027001"
    assert place_of({"oblast": "UA80", "raion": "Київ", "settlement": "Київ"}) == "UA80"


def test_another_country_needs_nothing_else():
    assert place_of({"country": "PL"}) == "PL"
    assert problems(country="PL") == []
    assert place_of({"country": "UA", "oblast": "UA12"}) == "UA12"


def test_doubt_and_contradiction_are_told_at_the_cell_they_stand_in():
    assert problems() == [("oblast", "no-place")]
    assert problems(oblast="UA05", settlement="Степанівка") == [("settlement", "place-unclear")]
    assert problems(oblast="UA63", settlement="Трускавець") == [("settlement", "place-elsewhere")]
    assert problems(oblast="UA63", settlement="Хрщбрстів") == [("settlement", "unknown-place")]
    assert problems(oblast="UA63", place_code="UA1206017001") == [("place_code", "places-disagree")]
    assert problems(oblast="UA63", place_code="UA6312027001") == []


def test_a_code_settles_a_name_that_several_bear():
    code = resolve("Степанівка", within="UA5114015")
    assert place_of({"settlement": "Степанівка", "place_code": code}) == code


def test_one_cell_is_refused_only_when_nothing_is_called_like_it():
    context = Context()
    oblast, settlement = PlaceReader(("oblast",)), PlaceReader(("settlement",), "oblast")
    assert oblast("Дніпропетровська обл.", context) == "UA12"
    assert settlement("Степанівка", context) == "Степанівка"
    with pytest.raises(Misread) as misread:
        oblast("Дніпропетрська", context)
    assert misread.value.code == "unknown-place" and "UA12" in misread.value.suggestion
    with pytest.raises(Misread):
        settlement("Хрщбрстів", context)
    with pytest.raises(Misread):
        read_code("UA99999", context)
    assert read_code("ua6312027001", context) == "UA6312027001"
    assert read_code("UA12060170010065850", context) == "UA1206017001"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_suggestion_can_be_written_into_the_cell_as_it_stands(data):
    entry = data.draw(st.sampled_from([one for one in shipped().entries if one.path.startswith("UA/UA") and not one.until]))
    assert resolve(f"{written(entry.code)} ({entry.code})") == entry.code


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([one.name for one in place_columns(country=True)]), st.text(max_size=20), max_size=4))
def test_any_cells_are_a_place_or_a_located_problem(values):
    code, found = place_of(values), list(place_problems(values))
    assert (code is None) == bool(found) or (code is None and "country" in values)
    assert all(one.column in {column.name for column in place_columns(country=True)} for one in found)


@pytest.mark.shared
def test_every_oblast_and_raion_of_the_published_files_resolves(shared_data):
    asked: list[tuple[str, str, str]] = []
    for sheet in ("Cluster PIN By Oblast", "Severity by Raion {<> ED WA}"):
        book = load_workbook(shared_data / "needs/hno_ukraine_2023_hno_pin_and_severity_for_hdx_20230215.xlsx", read_only=True)
        for row in book[sheet].iter_rows(values_only=True):
            if row[2] and re.fullmatch(r"UA\d{2,4}", str(row[2])):
                # The overview calls the two cities after the oblasts (“Київська” beside UA80); no reader may follow it there.
                names = [row[0]] if row[2] in ("UA80", "UA85") else [] if row[2] in ("UA8000", "UA8500") else [row[0], row[1]]
                asked += [(str(name), str(row[2]), "UA" if len(row[2]) == 4 else str(row[2])[:4]) for name in names if name]
    book = load_workbook(shared_data / "threeW/Data__Ukraine_3W_Round_4_2022-03-31.xlsx", read_only=True)
    for sheet, name, code in (("Num_of_Orgs_by_Oblast", 0, 2), ("People_Reached_by_Oblast", 0, 2), ("UDE_Inputs", 0, 1)):
        for row in book[sheet].iter_rows(values_only=True):
            if row[code] and re.fullmatch(r"UA\d\d", str(row[code])):
                asked.append((str(row[name]), str(row[code]), "UA"))
    with (shared_data / "displacement/DTM_Ukraine_Zakarpatska_AreaBaseline_5_15_April_2022_0.csv").open(encoding="utf-8-sig") as text:
        for row in csv.DictReader(text):
            if row["Raion pcode"].startswith("UA"):
                asked += [(row["Oblast"], row["Oblast pcode"], "UA"), (row["Raion"], row["Raion pcode"], row["Oblast pcode"])]
    missed = {
        (name, code, got)
        for name, code, parent in asked
        if (got := resolve(name.strip(), within=parent, kinds=("raion",) if len(code) == 6 else ("oblast",)))
        != shipped().entries[shipped().codes[code]].code
    }
    assert len(asked) > 400
    # One misprint: it is not decided, but the right raion is the first suggestion.
    assert missed == {("Cnernivetskyi", "UA7306", None)}
    assert lookup("Cnernivetskyi", within="UA73", kinds=("raion",))[0].place_code == "UA7306"


HEADER = "Країна,Область,Населений пункт,P-код,Що пораховано,Число,Станом на,Джерело,Примітка"


def sheet(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join([HEADER, *lines]).encode())


@pytest.fixture
def office(db):
    loading.load(within="UA/UA63/")
    make.place("UA12")
    make.place("UA44")
    return make.user("information-manager")


def hand_in(by, *lines, name="figures.csv", accept=True, only_good=False, corrects=None):
    upload = intake.receive(by=by, file=sheet(*lines), file_name=name, sheet="place-figures", corrects=corrects)
    upload = intake.check(by=by, upload=upload)
    if upload.state == "mapping":
        upload = intake.check(by=by, upload=upload, mapping=handed.proposals(upload).as_mapping())
    if not accept:
        return upload
    assert [one.words for one in handed.tell(upload, handed.faults(upload))] == []
    return intake.accept(by=by, upload=upload, only_good=only_good)


def test_a_sheet_of_figures_comes_in_and_the_same_again_changes_nothing(office):
    lines = [
        ",Харківська,,,idps,494000,25.09.2023,IOM round 14,",
        ",Луганська,,,idps,n/a,25.09.2023,IOM round 14,not estimated: n/a",
        ",,,UA12,returnees,0,25.09.2023,IOM round 14,",
    ]
    upload = hand_in(office, *lines)
    assert (upload.state, upload.rows_good, upload.faults_found) == ("accepted", 3, 0)
    figures = {one.place_id: one for one in PlaceFigure.objects.standing()}
    assert figures["UA63"].people == 494_000 and figures["UA63"].from_row.upload_id == upload.pk
    assert figures["UA44"].people is None and "n/a" in figures["UA44"].note
    assert figures["UA12"].people == 0
    hand_in(office, *lines, ",Харківська,м. Ізюм,,population,45000,01.01.2022,Derzhstat,", name="more.csv")
    assert PlaceFigure.objects.count() == 4


def test_a_corrected_sheet_replaces_only_what_it_corrects_and_withdrawing_takes_it_back(office):
    hand_in(office, ",Харківська,,,idps,494000,25.09.2023,IOM round 14,", ",,,UA12,idps,498000,25.09.2023,IOM round 14,")
    better = hand_in(
        office, ",Харківська,,,idps,500000,25.09.2023,IOM round 14,", ",,,UA12,idps,498000,25.09.2023,IOM round 14,", name="better.csv"
    )
    assert {one.place_id: one.people for one in PlaceFigure.objects.standing()} == {"UA63": 500_000, "UA12": 498_000}
    intake.withdraw(by=office, upload=better)
    assert "UA63" not in {one.place_id for one in PlaceFigure.objects.standing()}


def test_faults_of_a_sheet_of_figures_are_told_in_words(office):
    upload = hand_in(
        office,
        ",Харківска обл.,Трускавець,,idps,багато,25.09.2023,IOM,",
        ",Харківська,,,idps,,25.09.2023,IOM,",
        ",Харківська,,UA12,невідоме,5,25.09.2093,IOM,",
        accept=False,
    )
    told = " ".join(one.words for one in handed.tell(upload, handed.faults(upload)))
    assert upload.faults_found >= 4 and "багато" in told and "невідоме" in told
    assert not PlaceFigure.objects.exists()


def test_the_sheet_is_among_those_offered():
    assert "place-figures" in all_sheets()
