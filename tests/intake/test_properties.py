"""Whatever table comes in: it is taken in whole, or its faults are located; never half."""

import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oplich.intake import actions
from oplich.intake.models import Fault, Row, Upload
from oplich.intake.reading.marks import letter, pack, position, unpack
from tests.intake import reports

LOOK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
odd_text = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
oblasts = st.sampled_from(["Київська", "Харківська", "Lvivska", "UA46", "Атлантида", "", None, " київська "])
sectors = st.sampled_from(["Вода", "Protection", "Shelter/NFI", "Ворожіння", None])
days = st.one_of(
    st.dates().map(lambda day: day.strftime("%d.%m.%Y")),
    st.dates().map(str),
    st.sampled_from(["вчора", "31.02.2023", None, 44985]),
    odd_text,
)
numbers = st.one_of(
    st.integers(-5, 2_000),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from(["1 200", "1,5", "-", "²", "٣", "1e5"]),
    odd_text,
)
cells = st.one_of(st.none(), odd_text, st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))


def as_text(rows) -> bytes:
    import csv  # only here

    out = io.StringIO()
    csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue().encode("utf-8", "surrogatepass")


def outcome(hand_in, body: bytes, name: str, sheet: str = ""):
    """Hand in, take in, and check what must always hold."""
    upload = hand_in(body, name, sheet=sheet)
    if upload.state in ("refused", "mapping"):
        assert not Row.objects.filter(upload=upload).exists() and not Fault.objects.filter(upload=upload).exists()
        assert upload.state == "mapping" or len(upload.refusal) > 20
        return upload
    assert upload.state == "checked"
    rows = Row.objects.filter(upload=upload)
    assert rows.count() == upload.rows_read and rows.filter(state="good").count() == upload.rows_good
    assert (upload.faults_found == 0) == (upload.rows_good == upload.rows_read)
    faulty = set(rows.filter(state="faulty").values_list("number", flat=True))
    assert faulty == set(Fault.objects.filter(upload=upload).values_list("number", flat=True))
    before = reports.recorded()
    try:
        upload = actions.accept(by=upload.by, upload=upload)
    except actions.HasFaults:
        assert reports.recorded() == before and upload.faults_found
    else:
        in_force = set(Row.objects.exclude(in_force_key=None).values_list("pk", flat=True))
        assert in_force == set(reports.recorded())
        assert upload.rows_new + upload.rows_replaced + upload.rows_unchanged == upload.rows_read
        keys = Row.objects.filter(pk__in=in_force).values_list("key", flat=True)
        assert len(set(keys)) == len(keys)
    return upload


@LOOK
@given(rows=st.lists(st.tuples(oblasts, sectors, days, numbers, numbers, odd_text), max_size=12))
def test_any_table_of_ours_is_taken_whole_or_its_faults_are_located(hand_in, rows):
    outcome(hand_in, as_text([reports.HEADER, *rows]), "a.csv")


@LOOK
@given(rows=st.lists(st.lists(cells, max_size=8), max_size=10), sheet=st.sampled_from(["", "reports"]))
def test_any_table_at_all_ends_in_words_or_in_lines(hand_in, rows, sheet):
    if body := as_text(rows):
        outcome(hand_in, body, "a.csv", sheet)


@LOOK
@given(body=st.one_of(st.binary(max_size=400), st.binary(max_size=100).map(lambda tail: reports.book(reports.lines(2))[:-80] + tail)))
def test_any_bytes_at_all_end_in_words_or_in_lines(hand_in, body):
    if body:
        assert outcome(hand_in, body, "a.xlsx").state != Upload.State.READING


@settings(max_examples=300, deadline=None)
@given(cell=st.one_of(cells, st.dates(), st.datetimes(), st.text()))
def test_a_cell_survives_the_journey(cell):
    back = unpack(pack(cell))
    if isinstance(cell, str):
        assert back is None or back == cell.strip().replace("\x01", "").replace("\0", "")
    elif isinstance(cell, bool) or cell is None:
        assert back is cell
    elif isinstance(cell, int | float):
        assert back == cell
    else:
        assert str(back).startswith(str(cell)[:10])


@given(index=st.integers(0, 16_383))
def test_letters_of_columns_go_there_and_back(index):
    assert position(letter(index)) == index
