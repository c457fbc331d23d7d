"""Published figures: taken down once, corrected by a new row, with the totals their sources give."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum

from oplich.core.models import Entry
from oplich.core.refusal import NotAllowed
from oplich.places import importing, loading
from oplich.places.actions import figures
from oplich.places.actions.figures import Published
from oplich.places.models import PlaceFigure
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 9, 30)


def idps(place="UA63", people=494_000, **more):
    return Published(place, "idps", people, DAY, "IOM DTM, round 14", **more)


def test_the_same_figure_again_changes_nothing():
    make.place("UA63")
    first = figures.record(by=None, figures=[idps()])
    again = figures.record(by=None, figures=[idps()])
    assert (first.fresh, again.fresh, again.unchanged) == (1, 0, 1)
    assert PlaceFigure.objects.count() == 1
    assert Entry.objects.filter(what="figures.recorded").count() == 1


def test_a_corrected_figure_replaces_and_the_old_row_stays():
    make.place("UA63")
    figures.record(by=None, figures=[idps()])
    done = figures.record(by=None, figures=[idps(people=500_000)])
    assert done.replaced == 1
    assert PlaceFigure.objects.count() == 2
    assert PlaceFigure.objects.standing().get().people == 500_000


def test_a_figure_taken_back_no_longer_stands_and_may_be_said_again():
    make.place("UA63")
    rows = figures.record(by=None, figures=[idps()]).rows
    assert figures.withdraw(by=None, figures=rows) == 1
    assert figures.withdraw(by=None, figures=rows) == 0
    assert not PlaceFigure.objects.standing().exists()
    figures.record(by=None, figures=[idps()])
    assert PlaceFigure.objects.standing().get().people == 494_000


def test_not_estimated_is_not_zero():
    make.place("UA44")
    make.place("UA63")
    figures.record(by=None, figures=[idps("UA44", None, note="n/a"), idps("UA63", 0)])
    assert PlaceFigure.objects.get(place="UA44").people is None
    assert PlaceFigure.objects.get(place="UA63").people == 0
    with pytest.raises(figures.NoValue, match="words why"):
        figures.record(by=None, figures=[idps("UA44", None)])
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceFigure.objects.create(place_id="UA44", measure="idps", people=None, as_of=DAY, source="nobody")


def test_a_figure_about_an_unknown_place_is_refused_whole():
    make.place("UA63")
    with pytest.raises(figures.UnknownPlace, match="UA99"):
        figures.record(by=None, figures=[idps(), idps("UA99")])
    assert not PlaceFigure.objects.exists()


def test_only_who_may_edit_there_takes_figures_down():
    make.place("UA63")
    make.place("UA12")
    viewer, here = make.user("viewer"), make.user("information-manager", area="UA/UA12/")
    for user in (viewer, here):
        with pytest.raises(NotAllowed):
            figures.record(by=user, figures=[idps()])
    assert figures.record(by=here, figures=[idps("UA12")]).fresh == 1


def test_the_database_itself_refuses_to_alter_a_figure():
    make.place("UA63")
    figures.record(by=None, figures=[idps()])
    with pytest.raises(DatabaseError), transaction.atomic():
        PlaceFigure.objects.update(people=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlaceFigure.objects.all().delete()


@pytest.fixture
def places(db):
    loading.load()


def total(**asked) -> Decimal:
    return PlaceFigure.objects.standing().filter(**asked).aggregate(all=Sum("people"))["all"]


@pytest.mark.shared
def test_iom_round_14_has_its_totals_and_luhansk_is_not_estimated(places, shared_data, capsys):
    path = shared_data / "displacement/idps_round_14_idp_estimation_25_september_2023.xlsx"
    call_command("import_figures", str(path))
    assert total(measure="idps", source__contains="round 14") == 3_674_000
    assert total(measure="returnees", source__contains="round 14") == 4_573_000
    luhansk = PlaceFigure.objects.get(place="UA44", measure="idps")
    assert luhansk.people is None and "n/a" in luhansk.note
    # The file exchanges the codes of the city and the oblast; its names, and its own ranking on the next sheet, are right.
    assert PlaceFigure.objects.get(place="UA80", measure="idps").people == 363_000
    assert "UA32" in PlaceFigure.objects.get(place="UA80", measure="idps").note
    assert PlaceFigure.objects.get(place="UA", measure="idps").population_group == "residence-unknown"
    before = PlaceFigure.objects.count()
    call_command("import_figures", str(path))
    assert PlaceFigure.objects.count() == before
    assert "0 new figures" in capsys.readouterr().out


@pytest.mark.shared
def test_unhcr_counts_44_countries_and_serbia_with_kosovo_stays_one_number(places, shared_data):
    call_command("import_figures", str(shared_data / "displacement/unhcr_refugees_per_country_20220803.json"))
    assert total(measure="refugees") == 6_307_137
    assert PlaceFigure.objects.values("place").distinct().count() == 44
    assert PlaceFigure.objects.get(place="XRK").people == 14_366
    assert PlaceFigure.objects.get(place="PL").people == 1_256_568


@pytest.mark.shared
def test_border_crossings_by_day_are_movements_and_not_refugees(places, shared_data):
    for name in ("UNHCR_UKR_Date", "Refugee_leaving_Ukraine_-_Poland", "Refugee_leaving_Ukraine_-_Moldova"):
        call_command("import_figures", str(shared_data / f"displacement/{name}.csv"))
    assert PlaceFigure.objects.get(place="UA", measure="departures-in-all", as_of="2022-05-17").people == 6_312_255
    assert PlaceFigure.objects.get(place="PL", measure="arrivals-in-all", as_of="2022-05-29").people == 3_627_178
    assert PlaceFigure.objects.get(place="MD", measure="arrivals-in-all", as_of="2022-05-29").people == 479_513
    assert not PlaceFigure.objects.filter(measure="refugees").exists()


@pytest.mark.shared
def test_the_area_baseline_comes_in_per_hromada(places, shared_data):
    read = importing.read(shared_data / "displacement/DTM_Ukraine_Zakarpatska_AreaBaseline_5_15_April_2022_0.csv")
    figures.record(by=None, figures=read)
    assert total(place__path__startswith="UA/UA21/", measure="idps") == sum(one.people for one in read) > 100_000
    assert PlaceFigure.objects.filter(place__kind="hromada").count() == len(read) >= 55


@pytest.mark.shared
def test_the_needs_overview_and_the_response_plan_have_their_totals(places, shared_data):
    for name in (
        "hno_ukraine_2023_hno_pin_and_severity_for_hdx_20230215.xlsx",
        "targeted_ukraine_2023_hrp_response_activities_and_targets_for_hdx_20230425.xlsx",
        "flash_appeal_key_figures.csv",
    ):
        call_command("import_figures", str(shared_data / "needs" / name))
    whole = {"sector": "", "population_group": ""}
    assert round(total(measure="people-in-need", place__kind="oblast", **whole)) == 17_569_676
    assert round(PlaceFigure.objects.get(place="UA", measure="people-in-need", source__contains="Needs", **whole).people) == 17_569_676
    assert round(total(measure="people-targeted", place__kind="oblast", **whole)) == 11_060_992
    assert PlaceFigure.objects.get(place="UA", measure="people-targeted", source__contains="Plan", **whole).people == 11_060_992
    assert total(measure="people-in-need", place="UA", source__contains="Appeal", **whole) in (12_000_000, 15_700_000)
    assert PlaceFigure.objects.filter(measure="severity", place__kind="raion").exists()
    groups = total(measure="people-in-need", place__kind="oblast", sector="", population_group__in=["idps", "non-displaced", "returnees"])
    assert round(groups) == 17_569_676


def test_a_file_nobody_knows_is_refused_with_the_way_on(tmp_path, db):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="Hand it in as a sheet of place figures"):
        call_command("import_figures", str(tmp_path / "other.csv"))
