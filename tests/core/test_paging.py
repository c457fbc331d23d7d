"""Lists by key."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplich.core import paging
from oplich.core.models import Entry

START = dt.datetime(2023, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def entries(db):
    """Thirty lines, three to a minute, so that the second column of the order matters."""
    return [Entry.objects.create(what=f"test.{n % 7}", recorded_at=START + dt.timedelta(minutes=n // 3)) for n in range(30)]


@pytest.mark.parametrize("order", [("-pk",), ("recorded_at",), ("-recorded_at", "-pk"), ("what", "-recorded_at", "pk"), ("-what",)])
def test_turning_every_page_shows_each_row_once_and_in_order(entries, order):
    seen, after = [], None
    while True:
        page = paging.page(Entry.objects.all(), order=order, after=after, size=4)
        seen += [row.pk for row in page.rows]
        if not (after := page.next):
            break
    full = order if order[-1].lstrip("-") == "pk" else (*order, "pk")
    assert seen == list(Entry.objects.order_by(*full).values_list("pk", flat=True))


def test_the_last_page_has_no_next_even_when_it_is_full(entries):
    assert paging.page(Entry.objects.all(), size=30).next is None


def test_rows_added_in_front_do_not_shift_the_next_page(entries):
    first = paging.page(Entry.objects.all(), order=("-pk",), size=10)
    Entry.objects.create(what="test.new")
    second = paging.page(Entry.objects.all(), order=("-pk",), after=first.next, size=10)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    assert len(second.rows) == 10


def test_a_page_is_never_larger_than_the_largest(entries):
    assert len(paging.page(Entry.objects.all(), size=10**9).rows) == 30
    assert len(paging.page(Entry.objects.all(), size=-3).rows) == 1


@given(
    token=st.one_of(
        st.text(max_size=40),
        st.binary(max_size=30).map(lambda b: paging._write([b.hex()])),
        st.sampled_from([paging._write([value]) for value in (None, [], {}, "x", "\x00", 10**30, 1.5e308, True, [1])]),
    )
)
def test_a_spoiled_link_is_refused_in_words_and_never_breaks(token):
    try:
        paging._read(token, Entry, ["pk"])
    except paging.PlaceLost as refusal:
        assert "beginning" in str(refusal) or "початку" in str(refusal)


def test_a_key_far_outside_the_database_gives_an_empty_page(entries):
    assert paging.page(Entry.objects.all(), order=("pk",), after=paging._write([10**30])).rows == []
