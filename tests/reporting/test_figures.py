"""Every figure agrees with a plain Python model of its rule, on ledgers that hypothesis makes up."""

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from oplich.reporting import figures
from tests.reporting import ledger as model
from tests.reporting.ledger import Help

DAYS = st.dates(dt.date(2022, 12, 20), dt.date(2023, 4, 10))
Q1 = SimpleNamespace(start=dt.date(2023, 1, 1), end=dt.date(2023, 4, 1))
SHARED = {
    "sector": st.sampled_from(list(model.SECTORS)),
    "given_on": DAYS,
    "place": st.sampled_from(model.PLACES),
    "organisation": st.sampled_from(["a", "b", "c"]),
    "activity_in_total": st.sampled_from([True, True, True, False]),
    "upload": st.sampled_from(["", "u1", "u2"]),
}
NAMED = st.builds(
    Help,
    one_human=st.integers(1, 6),
    household=st.none() | st.integers(1, 3),
    counted=st.sampled_from([True, True, True, False]),
    sex=st.sampled_from(["f", "m", ""]),
    age_group=st.sampled_from(["child", "adult", "older", ""]),
    **SHARED,
)
GROUPS = st.builds(
    lambda parts, more, **rest: Help(headcount=sum(parts) + more, parts=tuple(parts), **rest),
    parts=st.lists(st.integers(0, 9), min_size=6, max_size=6),
    more=st.integers(1, 30),
    **SHARED,
)
LEDGERS = st.lists(NAMED | GROUPS, max_size=25).map(model.numbered)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def facts(tmp_path):
    return lambda lines: model.write(tmp_path / "facts.duckdb", lines)


def ask(path, slug="people_reached", period=Q1, **more):
    return figures.compute(slug, facts_path=path, period=period, **{"within": "", "language": "en", **more})


@SLOW
@given(
    lines=LEDGERS,
    rule=st.sampled_from(figures.RULES),
    within=st.sampled_from(["", "UA/", "UA/UA12/", "UA/UA63/UA6312/"]),
    sector=st.sampled_from([None, None, "health", "protection", "gbv", "information"]),
    organisation=st.sampled_from([None, None, "a"]),
    by=st.sampled_from(["sector", "oblast", "raion", "country", "month", "organisation"]),
    without=st.sampled_from([(), (), ("wash",)]),
)
def test_people_reached_is_what_the_rule_says(tmp_path_factory, lines, rule, within, sector, organisation, by, without):
    path = model.write(tmp_path_factory.mktemp("facts") / "facts.duckdb", lines)
    wanted = {"within": within, "sector": sector, "organisation": organisation, "without": without}

    figure = ask(path, rule=rule, by=by, **wanted)

    left = list(model.chosen(lines, start=Q1.start, until=Q1.end, **wanted))
    count = model.RULES[rule]
    assert figure.total == count(left)
    groups = {model.group_of(one, by, sector) for one in left}
    assert {row.key: row.units for row in figure.rows} == {
        group: count([one for one in left if model.group_of(one, by, sector) == group]) for group in groups
    }
    if figure.adds_up:
        assert sum(row.units for row in figure.rows) == figure.total
    if figure.total:
        assert 0 <= figure.share_named <= 1
    left_out = [one for one in lines if Q1.start <= one.given_on < Q1.end and one.place.startswith(within)]
    left_out = [one for one in left_out if sector in (None, one.sector, model.SECTORS[one.sector][0])]
    left_out = [one for one in left_out if organisation in (None, one.organisation) and one.sector not in without]
    assert sum(one.records for one in figure.exclusions if one.reason != "wider") == len(left_out) - len(left)


@SLOW
@given(lines=LEDGERS)
def test_no_rule_counts_more_than_the_sum_of_services_and_sex_and_age_never_exceed_the_total(tmp_path_factory, lines):
    path = model.write(tmp_path_factory.mktemp("facts") / "facts.duckdb", lines)
    found = {rule: ask(path, rule=rule, by="sex-age") for rule in figures.RULES}

    assert found["services"].total >= found["maximum"].total
    assert found["services"].total >= found["recognised"].total
    for figure in found.values():
        assert sum(row.units for row in figure.rows) == figure.total
        assert all(row.units >= 0 for row in figure.rows)


@SLOW
@given(lines=LEDGERS)
def test_the_plain_counts_are_plain(tmp_path_factory, lines):
    path = model.write(tmp_path_factory.mktemp("facts") / "facts.duckdb", lines)
    left = list(model.chosen(lines, start=Q1.start, until=Q1.end))

    assert ask(path, "services_given").total == len(left)
    assert ask(path, "organisations_active").total == len({one.organisation for one in left})
    assert ask(path, "households_reached").total == len({one.household for one in left if one.household is not None})
    assert ask(path, "places_reached").total == len({model.upto(one.place, 4) for one in left if one.place.count("/") >= 4})
    uploads = {row.key: row.units for row in ask(path, "records_by_upload", by="upload").rows}
    assert uploads == {name: sum(one.upload == name for one in left) for name in {one.upload for one in left}}


def test_a_person_helped_by_two_organisations_in_two_months_is_one(facts):
    lines = [
        Help("health", dt.date(2023, 1, 5), "UA/UA12/", "a", one_human=1),
        Help("wash", dt.date(2023, 2, 5), "UA/UA63/", "b", one_human=1),
    ]
    figure = ask(facts(model.numbered(lines)), by="month")

    assert figure.total == 1
    assert [row.units for row in figure.rows] == [1, 1]
    assert not figure.adds_up


def test_a_group_reported_for_an_oblast_may_contain_the_groups_inside_it(facts):
    day = dt.date(2023, 1, 5)
    lines = model.numbered(
        [
            Help("health", day, "UA/UA12/UA1202/", "a", headcount=10, parts=(1, 2, 3, 4, 0, 0)),
            Help("health", day, "UA/UA12/UA1204/", "a", headcount=20, parts=(5, 5, 5, 5, 0, 0)),
            Help("wash", day, "UA/UA12/", "b", headcount=25, parts=(25, 0, 0, 0, 0, 0)),
        ]
    )
    figure = ask(facts(lines))

    assert figure.total == 30
    assert figure.sex_age["girls"] == 6


def test_each_figure_says_what_it_counts_in_both_languages():
    for slug in figures.catalogue():
        uk, en = figures.words_of(slug, "uk"), figures.words_of(slug, "en")
        assert uk.title != en.title and uk.method != en.method and en.measure == uk.measure == en.unit


def test_no_file_of_facts_is_said_and_not_counted_as_zero(tmp_path):
    with pytest.raises(figures.NoFacts):
        ask(tmp_path / "none.duckdb")


@pytest.mark.parametrize("wrong", [{"rule": "guess"}, {"by": "moon"}, {"slug": "people_lost"}])
def test_what_does_not_exist_is_refused(facts, wrong):
    with pytest.raises(figures.UnknownWord):
        ask(facts([]), **wrong)


def test_words_of_sql_in_a_filter_are_only_words(facts):
    lines = model.numbered([Help("health", dt.date(2023, 1, 5), "UA/UA12/", "a", one_human=1)])
    assert ask(facts(lines), organisation="a' or '1'='1").total == 0
    assert ask(facts(lines), within="%").total == 0


CLUSTERS = ["Education", "FSL", "Health", "MPC", "Protection", "Shelter", "WASH"]


@pytest.mark.shared
def test_the_published_total_of_round_four_is_the_maximum_without_health(shared_data, tmp_path, monkeypatch):
    """The workbook's own column of people reached is, in every oblast, the largest cluster but health."""
    book = CalamineWorkbook.from_path(str(shared_data / "threeW" / "Data__Ukraine_3W_Round_4_2022-03-31.xlsx"))
    rows = book.get_sheet_by_name("People_Reached_by_Oblast").to_python()[1:]
    monkeypatch.setattr(model, "SECTORS", {name.lower(): (name.lower(), True) for name in CLUSTERS})
    lines = [
        Help(name.lower(), dt.date(2022, 3, 1), f"UA/{row[2]}/", "cluster", headcount=int(cell))
        for row in rows
        for name, cell in zip(CLUSTERS, row[3:10], strict=True)
        if isinstance(cell, float) and cell
    ]
    path = model.write(tmp_path / "facts.duckdb", model.numbered(lines))
    march = SimpleNamespace(start=dt.date(2022, 3, 1), end=dt.date(2022, 4, 1))

    figure = ask(path, period=march, rule="maximum", without=("health",), by="oblast")

    assert figure.total == 1_400_204
    assert {row.key: row.units for row in figure.rows} == {row[2]: int(row[10]) for row in rows}
    assert ask(path, period=march, rule="maximum").total > 1_400_204
