"""Pages and API of the room."""

import datetime as dt

import pytest

from oplich.places import loading
from oplich.places.actions import figures, sites
from oplich.places.actions.figures import Published
from oplich.places.models import PlaceFigure, Zone
from tests import make

pytestmark = pytest.mark.django_db
R14 = "IOM DTM, general population survey, round 14"


@pytest.fixture
def kharkiv(db):
    loading.load(within="UA/UA63/")
    make.place("UA12")
    make.place("UA44")
    day = dt.date(2023, 9, 30)
    rows = [("UA63", 494_000, ""), ("UA12", 498_000, ""), ("UA44", None, "not estimated (the source says “n/a”)")]
    figures.record(by=None, figures=[Published(code, "idps", people, day, R14, note=note) for code, people, note in rows])


@pytest.fixture
def viewer(client, kharkiv):
    client.force_login(make.user("viewer"))
    return client


def text_of(answer) -> str:
    return answer.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "?in=UA63",
        "?in=",
        "?q=Харьков",
        "?kind=raion&in=UA63",
        "figures/",
        "figures/?measure=refugees",
        "UA/",
        "UA63/",
        "UA6312/",
        "UA6312027001/",
        "UA6312027/",
    ],
)
def test_every_page_opens_in_both_languages(viewer, language, path):
    answer = viewer.get(f"/{language}/places/{path}")
    assert answer.status_code == 200, path


def test_the_tree_is_walked_from_ukraine_to_a_settlement(viewer):
    assert "Харківська область" in text_of(viewer.get("/uk/places/"))
    assert "Ізюмський район" in text_of(viewer.get("/uk/places/?in=UA63"))
    assert "Ізюмська громада" in text_of(viewer.get("/uk/places/?in=UA6304"))
    assert "Ізюм" in text_of(viewer.get("/uk/places/?in=UA6304003")) or "Ізюм" in text_of(viewer.get("/uk/places/?in=UA6304"))


def test_a_search_in_russian_finds_the_place_and_says_how(viewer):
    answer = text_of(viewer.get("/uk/places/?q=Kharkov"))
    assert 'href="/uk/places/UA6312027001/"' in answer


def test_long_lists_go_on_by_key(viewer):
    first = text_of(viewer.get("/en/places/?kind=settlement&in=UA63"))
    assert "after=" in first


def test_a_place_page_tells_names_codes_zones_figures_and_sites(viewer):
    place = make.place("UA63")
    Zone.objects.create(place=make.place("UA6304"), kind="de-occupied", from_day=dt.date(2022, 9, 10), source="KSE")
    sites.open_site(by=None, kind="warehouse", name="Склад у Харкові", place=make.place("UA6312027001"))
    answer = text_of(viewer.get(f"/uk/places/{place.pk}/"))
    for words in ("UA63000000000041885", "UA-63", "494 000", R14, "Склад у Харкові"):
        assert words in answer
    assert "2022" in text_of(viewer.get("/uk/places/UA6304/"))


def test_the_picture_adds_up_and_says_what_is_not_estimated(viewer):
    answer = text_of(viewer.get("/en/places/figures/")).replace(",", " ")
    assert "992 000" in answer and "not estimated" in answer and "<svg" in answer


def test_the_table_can_be_taken_away_as_shown(viewer):
    lines = viewer.get("/en/places/figures/?as=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4 and lines[1].startswith("UA12,") and ",498000," in lines[1]
    assert any(line.startswith("UA44,") and ",," in line for line in lines)


def test_countries_are_ordered_by_share_with_the_plan_in_bold_and_the_note_on_kosovo(viewer):
    loading.load(within="MD/"), loading.load(within="PL/"), loading.load(within="XWB/"), loading.load(within="DE/")
    day, source = dt.date(2023, 3, 31), "IOM country table"
    for code, people, share in [("PL", 1_583_563, 4.19), ("MD", 96_646, 3.75), ("DE", 1_056_628, 1.27), ("XWB", 44_972, 0.45)]:
        figures.record(
            by=None,
            figures=[
                Published(code, "refugees", people, day, source),
                Published(code, "refugees-share", share, day, source, unit="percent"),
            ],
        )
    answer = text_of(viewer.get("/en/places/figures/?measure=refugees"))
    table = answer[answer.index("<tbody>") :]
    assert table.index("Poland") < table.index("Republic of Moldova") < table.index("Germany") < table.index("Western Balkans")
    assert '<b><a href="/en/places/PL/">' in table and '<b><a href="/en/places/DE/">' not in table
    assert "resolution 1244" in answer


def test_only_who_may_edit_there_sets_a_zone_on_the_page(client, kharkiv):
    client.force_login(make.user("viewer"))
    asked = {"kind": "front", "from_day": "2023-01-01", "source": "a colleague"}
    assert client.post("/uk/places/UA6304/zone/", asked).status_code == 404
    client.force_login(make.user("information-manager"))
    assert client.post("/uk/places/UA6304/zone/", asked).status_code == 302
    again = client.post("/uk/places/UA6304/zone/", asked | {"kind": "rear", "from_day": "2022-01-01"})
    assert again.status_code == 422 and Zone.objects.count() == 1


def test_without_the_right_a_place_is_as_missing_as_one_that_is_not_there(client, kharkiv):
    client.force_login(make.user(""))
    assert client.get("/uk/places/UA63/").status_code == 404
    assert client.get("/uk/places/UA99/").status_code == 404
    assert client.get("/api/places/UA63").status_code == client.get("/api/places/UA99").status_code == 404


def test_a_site_is_seen_only_in_the_area_of_a_grant(client, kharkiv):
    sites.open_site(by=None, kind="warehouse", name="Склад «Схід»", place=make.place("UA6312027001"))
    client.force_login(make.user("viewer", area="UA/UA12/"))
    assert "Склад «Схід»" not in text_of(client.get("/uk/places/UA63/"))


def test_the_api_lists_finds_and_tells(viewer):
    page = viewer.get("/api/places/?kind=raion&limit=3&within=UA/UA63/").json()
    assert len(page["items"]) == 3 and page["next"]
    rest = viewer.get(f"/api/places/?kind=raion&limit=10&within=UA/UA63/&after={page['next']}").json()
    assert len(rest["items"]) == 4 and rest["next"] is None
    found = viewer.get("/api/places/search?q=Харьков").json()
    assert found["sure"] == "UA6312027001" and found["answers"][0]["score"] > 80
    assert viewer.get("/api/places/search?q=").status_code in (200, 422)
    one = viewer.get("/api/places/UA63").json()
    assert {"scheme": "iso3166-2", "code": "UA-63"} in one["other_codes"]
    figure = viewer.get("/api/places/figures?measure=idps&within=UA/UA44/").json()["items"][0]
    assert figure["value"] is None and "n/a" in figure["note"]
    assert viewer.get("/api/places/outlines/raions?within=UA/UA63/").json()["schematic"] is True
    assert viewer.get("/api/places/UA63/zones").json() == []
    assert PlaceFigure.objects.count() == 3
