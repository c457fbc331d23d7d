"""The shipped table in the database."""

import time

import pytest
from django.core.management import call_command
from django.utils import translation

from oplich.core.models import Entry
from oplich.places import loading
from oplich.places.models import Place, PlaceCode, PlaceName

pytestmark = pytest.mark.django_db


def test_all_places_are_loaded_once_and_the_second_time_nothing_changes(capsys):
    started = time.perf_counter()
    call_command("load_places")
    print(f"loaded in {time.perf_counter() - started:.1f} s")
    assert Place.objects.filter(katottg__isnull=False).count() == 31_753  # 31,744 in the codifier, nine struck out since
    assert Place.objects.get(pk="UA1206017001").path == "UA/UA12/UA1206/UA1206017/UA1206017001/"
    assert Place.objects.within("UA/UA12/").filter(kind="raion").count() == 7
    again = loading.load()
    assert (again.added, again.changed, again.names, again.codes) == (0, 0, 0, 0)
    assert Entry.objects.filter(what="places.loaded").count() == 1


def test_a_changed_row_is_set_right_and_own_names_stay():
    loading.load(within="UA/UA63/")
    kharkiv = Place.objects.get(pk="UA6312027001")
    Place.objects.filter(pk=kharkiv.pk).update(name_en="Kharkow")
    PlaceName.objects.create(place=kharkiv, name="Перша столиця", language="uk", source="a colleague")
    done = loading.load(within="UA/UA63/")
    kharkiv.refresh_from_db()
    assert (done.added, done.changed, kharkiv.name_en) == (0, 1, "Kharkiv")
    assert kharkiv.other_names.filter(name="Перша столиця").exists()


def test_old_names_come_with_the_day_they_ended():
    loading.load(within="UA/UA14/")
    bakhmut = Place.objects.get(name_uk="Бахмут")
    assert str(bakhmut.other_names.get(name="Артемівськ", language="uk").valid_until) == "2016-02-04"
    assert PlaceCode.objects.get(place="UA14", scheme="koatuu").code == "1400000000"


def test_struck_out_villages_say_until_when_they_were():
    loading.load(within="UA/UA05/")
    gone = Place.objects.get(name_uk="Бабина Долина", kind="settlement", valid_until__isnull=False)
    assert gone not in Place.objects.existing_on("2026-01-01")


def test_names_say_what_they_name(settings):
    loading.load(within="UA/UA12/UA1206/")

    with translation.override("en"):
        assert Place.objects.get(pk="UA12").full_name == "Dnipropetrovska oblast"
        assert Place.objects.get(pk="UA1206017001").full_name == "Kryvyi Rih"
