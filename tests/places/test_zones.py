"""One zone per community and day."""

import datetime as dt

import pytest
from django.core.management import call_command

from oplich.core.refusal import NotAllowed
from oplich.places import loading, queries
from oplich.places.actions import sites, zones
from oplich.places.models import Site, Zone
from tests import make

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY, JUNE = (dt.date(2022, month, 1) for month in (3, 4, 5, 6))


def zone(place, kind, day, until=None):
    return zones.set_zone(by=None, place=place, kind=kind, from_day=day, until_day=until, source="a test")


def test_a_new_zone_ends_the_one_before():
    bucha = make.place("UA3208003")
    zone(bucha, "occupied", MARCH)
    zone(bucha, "de-occupied", APRIL)
    assert Zone.objects.get(place=bucha, kind="occupied").until_day == APRIL
    assert queries.zone_on(bucha, dt.date(2022, 3, 31)).kind == "occupied"
    assert queries.zone_on(bucha, APRIL).kind == "de-occupied"
    assert queries.zone_on(bucha, dt.date(2022, 2, 1)) is None


def test_a_zone_for_a_time_gives_way_to_what_was_before():
    place = make.place("UA6304001")
    zone(place, "near-front", MARCH)
    zone(place, "front", APRIL, MAY)
    assert [queries.zone_on(place, day).kind for day in (MARCH, APRIL, MAY, JUNE)] == ["near-front", "front", "near-front", "near-front"]


def test_zones_of_a_community_never_overlap():
    place = make.place("UA6304001")
    zone(place, "front", APRIL, MAY)
    with pytest.raises(zones.ZoneKnown, match="already"):
        zone(place, "occupied", MARCH, dt.date(2022, 4, 15))
    with pytest.raises(zones.ZoneKnown):
        zone(place, "occupied", dt.date(2022, 4, 15))
    zone(place, "occupied", MARCH, APRIL)
    with pytest.raises(zones.DaysTurnedRound):
        zone(place, "rear", JUNE, MAY)


def test_the_same_zone_again_changes_nothing():
    place = make.place("UA6304001")
    assert zone(place, "rear", MARCH) == zone(place, "rear", MARCH) == zone(place, "rear", APRIL)
    assert Zone.objects.count() == 1


def test_a_settlement_is_in_the_zone_of_its_hromada():
    village = make.place("UA6304001003")
    zone(make.place("UA6304001"), "front", MARCH)
    assert queries.zone_on(village, APRIL).kind == "front"


def test_only_who_may_edit_there_sets_a_zone():
    place = make.place("UA6304001")
    with pytest.raises(NotAllowed):
        zones.set_zone(by=make.user("viewer"), place=place, kind="rear", from_day=MARCH, source="x")
    assert zones.set_zone(by=make.user("information-manager", area="UA/UA63/"), place=place, kind="rear", from_day=MARCH, source="x")


@pytest.mark.shared
def test_the_war_status_of_hromadas_becomes_zones(shared_data):
    loading.load()
    call_command("import_figures", str(shared_data / "places/minregion-war-status.csv"))
    assert Zone.objects.values("place").distinct().count() == 1469
    on = dt.date(2022, 10, 10)
    kinds = {kind: queries.places_in_zone(kind, on).count() for kind in Zone.Kind.values}
    assert sum(kinds.values()) == 1469
    assert kinds["de-occupied"] >= 60 and kinds["occupied"] > 100 and kinds["near-front"] > 100
    before = Zone.objects.count()
    call_command("import_figures", str(shared_data / "places/minregion-war-status.csv"))
    assert Zone.objects.count() == before


def test_a_site_is_opened_once_and_closed_once():
    dnipro = make.place("UA1202001001")
    one = sites.open_site(by=None, kind="warehouse", name="Склад «Північ»", place=dnipro, opened_on=MARCH)
    assert sites.open_site(by=None, kind="warehouse", name="Склад «Північ»", place=dnipro) == one
    with pytest.raises(sites.ClosedBeforeOpened):
        sites.close_site(by=None, site=one, on=dt.date(2022, 1, 1))
    sites.close_site(by=None, site=one, on=MAY)
    with pytest.raises(sites.AlreadyClosed):
        sites.close_site(by=None, site=one, on=JUNE)
    assert Site.objects.count() == 1
