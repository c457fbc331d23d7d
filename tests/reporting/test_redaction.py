"""An attacker with a pencil, every published number and the rules of the game recovers nothing that was hidden."""

import datetime as dt
from collections import defaultdict
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oplich.reporting import redaction
from oplich.reporting.figures import Figure, LeftOut, Line

TABLES = st.dictionaries(st.sampled_from([f"k{n}" for n in range(9)]), st.integers(1, 60), min_size=1, max_size=9)


def away(units, least=5):
    return redaction.hidden(units, lambda key: least, total=sum(units.values()), dealt=lambda key: key[::-1] + "salt")


def bounds(units, gone, no_total):
    """What subtraction tells of every hidden group: the exact range, given the total and that nobody is hidden for nothing."""
    together = sum(units[key] for key in gone)
    return {key: (1, 10**9 if no_total else together - (len(gone) - 1)) for key in gone}


@settings(max_examples=500)
@given(TABLES, st.sampled_from([5, 10]))
def test_subtraction_never_shows_a_small_group(units, least):
    gone, no_total = away(units, least)
    assert {key for key, people in units.items() if people < least} <= gone
    for key, (low, high) in bounds(units, gone, no_total).items():
        assert low < high, f"{key} is recovered exactly"
        assert not (units[key] < least and high < least), f"{key} is known to be small"


@pytest.mark.parametrize(("groups", "largest"), [(1, 20), (2, 16), (3, 12), (4, 9)])
def test_whoever_knows_the_rules_and_tries_every_table_is_left_with_a_choice(groups, largest):
    """Every table there can be, grouped by what would be published of it: no hidden group ever has one possible value only."""
    names = "abcd"[:groups]
    worlds = defaultdict(set)
    for people in product(range(1, largest), repeat=groups):
        table = dict(zip(names, people, strict=True))
        for order in permutations(names):  # an outsider does not know how ties were dealt
            gone, no_total = redaction.hidden(table, lambda key: 5, total=sum(people), dealt=lambda key, order=order: str(order.index(key)))
            told = tuple(sorted((key, table[key]) for key in table if key not in gone))
            worlds[frozenset(gone), None if no_total else sum(people), told].add(people)
    for (gone, _total, _told), possible in worlds.items():
        if max(max(people) for people in possible) >= largest - 1:
            continue  # the tables just beyond the largest tried would belong here too
        for place, name in enumerate(names):
            assert name not in gone or len({people[place] for people in possible}) > 1, (name, possible)


def test_hiding_one_cell_alone_would_be_useless():
    gone, no_total = away({"a": 3, "b": 50, "c": 7})
    assert gone == {"a", "c"} and not no_total


def test_where_nothing_else_is_left_the_total_goes_too():
    assert away({"a": 3}) == ({"a"}, True)
    assert away({"a": 1, "b": 1}) == ({"a", "b"}, True)


def test_nothing_small_hides_nothing():
    assert away({"a": 5, "b": 6}) == (set(), False)


def figure(rows, **more):
    words = dict.fromkeys(("title", "unit", "source", "method"), "")
    total = sum(rows.values())
    found = {
        "slug": "people_reached",
        "rule": "services",
        "measure": "people",
        **words,
        "total": total,
        "rows": [Line(key, key, units) for key, units in rows.items()],
        "share_named": 0.5,
        "sex_age": {},
        "exclusions": [LeftOut("consent", "", 2, 2), LeftOut("sector:information", "", 20, 300)],
        "as_of": dt.datetime.now(dt.UTC),
        "period": None,
        "within": "UA/",
        "sector": None,
        "organisation": None,
        "by": "oblast",
        "adds_up": True,
    }
    return Figure(**(found | more))


def test_sensitive_sectors_need_larger_groups():
    rows = {"UA12": 7, "UA14": 80, "UA18": 90}
    assert redaction.redact(figure(rows), secret="s").hidden == 0
    assert redaction.redact(figure(rows, sector="gbv"), secret="s").hidden == 2
    by_sector = redaction.redact(figure({"health": 7, "wash": 7, "nfi": 70}, by="sector"), secret="s")
    assert dict(by_sector.rows)["health"] is None and by_sector.hidden == 2


def test_small_footnotes_and_telling_shares_are_kept_back():
    out = redaction.redact(figure({"UA12": 70, "UA14": 80}), secret="s")
    assert [one.records for one in out.exclusions] == [0, 20] and out.share == 50
    assert redaction.redact(figure({"UA12": 70, "UA14": 80}, share_named=3 / 150), secret="s").share is None


def test_the_same_groups_are_hidden_in_every_file():
    rows = {f"UA{n}": 5 + n % 2 for n in range(10, 30)} | {"UA99": 2}
    first = redaction.redact(figure(rows), secret="s")
    assert all(redaction.redact(figure(dict(reversed(rows.items()))), secret="s").hidden == first.hidden for _ in range(3))
    hidden = {key for key, units in first.rows if units is None}
    assert hidden == {key for key, units in redaction.redact(figure(dict(reversed(rows.items()))), secret="s").rows if units is None}


@pytest.mark.parametrize(
    ("by", "sector", "purpose", "instead"),
    [
        ("hromada", None, "public", "raion"),
        ("hromada", None, "coordination", "hromada"),
        ("raion", "gbv", "coordination", "oblast"),
        ("month", "gbv", "public", "month"),
        (None, None, "public", None),
    ],
)
def test_places_are_coarsened(by, sector, purpose, instead):
    assert redaction.finest(by, sector, purpose) == instead


def test_a_figure_about_one_village_does_not_leave():
    with pytest.raises(redaction.TooSmallAnArea):
        redaction.check_area("UA/UA63/UA6312/UA6312027/UA6312027001/", None, "coordination")
    with pytest.raises(redaction.TooSmallAnArea):
        redaction.check_area("UA/UA63/UA6312/UA6312027/", None, "public")
    redaction.check_area("UA/UA63/UA6312/", None, "public")
