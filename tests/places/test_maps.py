"""Outlines are right where it matters, and a map says what it shows without colour."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils import translation

from oplich.places import boundaries, maps
from oplich.places.lookup.index import shipped

SIMFEROPOL, SEVASTOPOL, KYIV, KHARKIV = (34.10, 44.95), (33.53, 44.60), (30.52, 50.45), (36.25, 49.99)


def test_crimea_is_ukraine_on_every_level():
    assert boundaries.at("countries", *SIMFEROPOL) == "UA"
    assert boundaries.at("countries", *SEVASTOPOL) == "UA"
    assert boundaries.at("oblasts", *SIMFEROPOL) == "UA01"
    assert boundaries.at("oblasts", *SEVASTOPOL) == "UA85"
    assert boundaries.at("raions", *SIMFEROPOL) == "UA0116"


def test_every_oblast_and_every_raion_has_an_outline_under_our_code():
    entries = shipped().entries
    assert set(boundaries.load("oblasts").shapes) == {one.code for one in entries if one.kind == "oblast"}
    assert set(boundaries.load("raions").shapes) == {one.code for one in entries if one.kind == "raion"} | {"UA80", "UA85"}
    assert {"UA", "PL", "MD", "SK", "BY", "XK", "TR", "AZ", "IE"} <= set(boundaries.load("countries").shapes)
    assert boundaries.load("raions").schematic and not boundaries.load("oblasts").schematic


@pytest.mark.parametrize("level", ["oblasts", "raions"])
def test_seats_lie_in_their_own_outline(level):
    index, kind = shipped(), level[:-1]
    inside = [
        boundaries.at(level, one.lon, one.lat) == one.code
        for one in index.entries
        if one.kind == kind and one.lat and one.type != "exclusion zone" and one.code not in ("UA32",)
    ]
    assert sum(inside) / len(inside) > 0.96  # Kherson lies on the river the outline leaves out


def test_kyiv_and_its_oblast_do_not_lie_on_each_other():
    assert boundaries.at("oblasts", *KYIV) == "UA80"
    assert boundaries.at("oblasts", 30.1, 49.8) == "UA32"


def test_geojson_can_be_cut_to_a_part_of_the_tree():
    found = boundaries.geojson("raions", within="UA/UA63/")
    assert len(found["features"]) == 7 and found["schematic"]
    assert {"code", "name_uk", "name_en", "path", "schematic"} <= set(found["features"][0]["properties"])


def drawn(values, **more):
    with translation.override("en"):
        made = maps.choropleth(values, title="People <displaced>", unit="people", **more)
    return made, ElementTree.fromstring(str(made.svg))


def test_zero_none_and_unknown_are_three_different_things():
    made, svg = drawn({"UA63": Decimal("494000"), "UA44": None, "UA01": 0})
    texts = [one.text for one in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert "Харківська: 494,000 people" in [text.replace("\xa0", ",") for text in texts]
    assert "Луганська: not estimated" in texts
    assert "Автономна Республіка Крим: 0 people" in texts
    assert "Полтавська" in texts
    legend = " ".join(one.text for one in svg.iter("{http://www.w3.org/2000/svg}text"))
    assert "not estimated" in legend and "do not imply official endorsement" in legend


def test_a_map_is_named_and_described_and_hostile_text_stays_text():
    made, svg = drawn({"UA63": 1}, names={"UA63": "<script>alert(1)</script>"}, links={"UA63": '"><script>'})
    assert "<script" not in str(made.svg)
    assert svg.get("aria-labelledby") == "map-title map-desc" and svg.get("role") == "group"
    assert svg.find("{http://www.w3.org/2000/svg}title").text == "People <displaced>"


def test_raions_are_called_schematic_on_the_map_itself():
    _, svg = drawn({"UA6312": 5}, level="raions", around=[code for code in boundaries.load("raions").shapes if code.startswith("UA63")])
    assert any("schematic" in (one.text or "") for one in svg.iter("{http://www.w3.org/2000/svg}text"))


def test_print_has_plain_colours_and_the_page_follows_its_tokens():
    assert "var(" not in str(drawn({"UA63": 5}, theme="print")[0].svg)
    assert "var(--map-" in str(drawn({"UA63": 5})[0].svg)


def test_classes_are_round_ascending_and_reach_the_largest():
    limits = maps.classes([23000, 37000, 57000, 68000, 68000, 83000, 110000, 160000, 240000, 498000])
    assert limits == sorted(set(limits)) and limits[-1] == 498000
    assert all(re.fullmatch(r"\d{2}0*(\.0)?", f"{limit:g}") for limit in limits[:-1])
    assert maps.classes([]) == [] and maps.classes([0, 0]) == [] and maps.classes([7]) == [7]
