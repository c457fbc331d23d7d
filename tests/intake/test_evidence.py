"""What handing in, taking in and taking back do to the lines: nothing twice, nothing half, nothing lost."""

import io

import pytest

from oplich.core import jobs, keys, sealing
from oplich.core.models import Entry, Key
from oplich.core.refusal import NotAllowed
from oplich.intake import actions, keeping, queries
from oplich.intake.models import Fault, Row, Upload
from tests import make
from tests.intake import reports, visits

GOOD = [
    ["Київська", "Вода", "28.02.2023", 10, 5],
    ["Харківська", "Вода", "28.02.2023", 20, 5],
    ["Львівська", "Захист", "01.03.2023", 30, None],
]


def in_force(people=True) -> list:
    return sorted(values["people"] for values in reports.recorded().values())


def test_a_clean_file_is_taken_in_whole(hand_in):
    upload = hand_in(reports.book(GOOD), accept="all")
    assert (upload.state, upload.rows_read, upload.rows_good, upload.faults_found) == ("accepted", 3, 3, 0)
    assert (upload.rows_new, upload.rows_replaced, upload.rows_unchanged) == (3, 0, 0)
    assert in_force() == [10, 20, 30]
    row = Row.objects.filter(upload=upload).order_by("number").first()
    assert (row.sheet_name, row.number, row.state) == ("Дані", 2, "taken")
    assert row.values == {"oblast": "UA32", "sector": "wash", "day": "2023-02-28", "people": 10, "women": 5}


def test_the_same_file_again_changes_nothing(hand_in):
    first = hand_in(reports.book(GOOD), accept="all")
    for name in ("march.xlsx", "march (1).xlsx"):
        assert hand_in(reports.book(GOOD), name, accept="all").pk == first.pk
    assert Upload.objects.count() == 1 and in_force() == [10, 20, 30]
    assert len(list((keeping.settings.DATA / "uploads").rglob(f"{first.pk}*"))) == 1


def test_the_same_lines_in_another_file_change_nothing(hand_in):
    hand_in(reports.book(GOOD), accept="all")
    again = hand_in(reports.book(list(reversed(GOOD)), title="Інша назва"), accept="all")
    assert (again.rows_new, again.rows_replaced, again.rows_unchanged) == (0, 0, 3)
    assert in_force() == [10, 20, 30]
    csv = "Область;Сектор;Дата;Людей;Жінок\r\n" + "\r\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in GOOD)
    as_text = hand_in(csv.encode("cp1251"), "march.csv", accept="all")
    assert (as_text.rows_new, as_text.rows_unchanged) == (0, 3)


def test_a_line_with_other_values_replaces_its_earlier_self_only(hand_in):
    hand_in(reports.book(GOOD), accept="all")
    corrected = [GOOD[0], [*GOOD[1][:3], 25, 5], GOOD[2], ["Київська", "Освіта", "05.03.2023", 7]]
    upload = hand_in(reports.book(corrected))
    said = queries.changes(upload)
    assert (said.new, said.replaced, said.unchanged, said.faulty) == (1, 1, 2, 0)
    upload = actions.accept(by=upload.by, upload=upload)
    assert (upload.rows_new, upload.rows_replaced, upload.rows_unchanged) == (1, 1, 2)
    assert in_force() == [7, 10, 25, 30]
    replaced = Row.objects.get(state="replaced")
    assert replaced.in_force_key is None and Row.objects.get(replaces=replaced, state="taken").values["people"] == 25


def test_a_line_whose_very_fact_was_wrong_is_replaced_when_the_file_corrects_another(hand_in):
    first = hand_in(reports.book(GOOD), accept="all")
    moved = [GOOD[0], ["Львівська", *GOOD[1][1:]], GOOD[2]]  # the oblast, which names the fact, was wrong
    upload = hand_in(reports.book(moved), corrects=first)
    said = queries.changes(upload)
    assert (said.new, said.replaced, said.unchanged) == (0, 1, 2)
    actions.accept(by=upload.by, upload=upload)
    assert in_force() == [10, 20, 30]
    assert Row.objects.get(state="replaced").values["oblast"] == "UA63"


def test_lines_inserted_above_do_not_confuse_a_correction(hand_in):
    first = hand_in(reports.book(GOOD), accept="all")
    upload = hand_in(reports.book([["Київська", "Житло", "02.02.2023", 1], *GOOD]), corrects=first, accept="all")
    assert (upload.rows_new, upload.rows_replaced, upload.rows_unchanged) == (1, 0, 3)
    assert in_force() == [1, 10, 20, 30]


def test_all_or_none_means_none_when_one_line_has_a_fault(hand_in):
    upload = hand_in(reports.book([*GOOD, ["Атлантида", "Вода", "колись", "багато"]]))
    assert (upload.rows_read, upload.rows_good, upload.faults_found) == (4, 3, 3)
    with pytest.raises(actions.HasFaults):
        actions.accept(by=upload.by, upload=upload)
    assert reports.recorded() == {} and not Row.objects.filter(state="taken").exists()


def test_only_the_good_lines_are_taken_when_asked(hand_in):
    upload = hand_in(reports.book([*GOOD, ["Атлантида", "Вода", "01.03.2023", 5]]), accept="good")
    assert upload.state == "accepted" and in_force() == [10, 20, 30]
    assert Row.objects.get(upload=upload, state="faulty").number == 5
    corrected = hand_in(reports.book([*GOOD, ["Київська", "Вода", "01.03.2023", 5]]), accept="all")
    assert (corrected.rows_new, corrected.rows_unchanged) == (1, 3)


def test_a_file_of_nothing_but_faults_cannot_be_taken(hand_in):
    upload = hand_in(reports.book([["Атлантида", "Вода", "01.03.2023", 5]]))
    with pytest.raises(actions.HasFaults, match="each has a fault|кожному"):
        actions.accept(by=upload.by, upload=upload, only_good=True)


def test_a_line_that_repeats_another_is_a_fault_that_names_the_line(hand_in):
    upload = hand_in(reports.book([*GOOD, GOOD[0]]))
    fault = Fault.objects.get(upload=upload)
    assert (fault.code, fault.number, fault.detail["line"]) == ("repeats-line", 5, 2)


def test_taking_in_twice_changes_nothing(hand_in):
    upload = hand_in(reports.book(GOOD), accept="all")
    before = Entry.objects.filter(what="test.recorded").count()
    actions.accept(by=upload.by, upload=upload)
    assert Entry.objects.filter(what="test.recorded").count() == before


def test_when_the_room_falls_over_nothing_was_taken(hand_in):
    upload = hand_in(reports.book([*reports.lines(3000), ["Київська", "Вода", "01.01.2000", 666]]))
    with pytest.raises(RuntimeError):
        actions.accept(by=upload.by, upload=upload)
    upload.refresh_from_db()
    assert upload.state == "checked" and reports.recorded() == {}
    assert set(Row.objects.filter(upload=upload).values_list("state", flat=True)) == {"good"}


def test_withdrawing_takes_back_what_the_file_brought(hand_in):
    first = hand_in(reports.book(GOOD[:2]), accept="all")
    second = hand_in(reports.book(GOOD[2:]), accept="all")
    actions.withdraw(by=second.by, upload=second, reason="wrong month")
    assert in_force() == [10, 20]
    again = hand_in(reports.book(GOOD[2:]), accept="all")  # after withdrawing, the same file may come again
    assert again.pk != second.pk and in_force() == [10, 20, 30]
    actions.withdraw(by=first.by, upload=first)
    actions.withdraw(by=first.by, upload=first)
    assert in_force() == [30]
    with pytest.raises(actions.NotChecked):
        actions.check(by=first.by, upload=first)


def test_two_senders_may_report_the_same_fact(hand_in):
    one, two = make.organisation("One"), make.organisation("Two")
    hand_in(reports.book(GOOD), accept="all", organisation=str(one.pk), sender="One")
    upload = hand_in(reports.book(GOOD), accept="all", organisation=str(two.pk), sender="Two")
    assert upload.rows_new == 3 and in_force() == [10, 10, 20, 20, 30, 30]


def test_nobody_hands_in_or_takes_in_beyond_their_grant(hand_in, office):
    one, two = make.organisation("One"), make.organisation("Two")
    reporter = make.user("reporter", at=one)
    with pytest.raises(NotAllowed):
        hand_in(reports.book(GOOD), by=reporter, organisation=str(two.pk))
    of_two = hand_in(reports.book(GOOD), organisation=str(two.pk))
    for deed in (actions.check, actions.accept, actions.withdraw):
        with pytest.raises(NotAllowed):
            deed(by=reporter, upload=of_two)
    assert of_two not in queries.uploads(reporter)


def test_a_client_made_id_makes_receiving_idempotent(office):
    from oplich.core.ids import uuid7  # only here

    known = uuid7()
    first = actions.receive(by=office, file=io.BytesIO(b"a,b\n1,2\n"), file_name="a.csv", id=known)
    again = actions.receive(by=office, file=io.BytesIO(b"a,b\n1,2\n"), file_name="a.csv", id=known)
    assert first.pk == again.pk == known and Upload.objects.count() == 1


@pytest.fixture
def names(settings, office):
    settings.OPLICH_SHEETS = ["tests.intake.visits.VISITS"]
    visits.LEDGER.clear()


def test_personal_cells_are_nowhere_in_clear(hand_in, names):
    canary = "Квітославенко"
    rows = [[f"{canary} Олена", "Львів", "28.02.2023", 3], [f"{canary} " + "Ї" * 300, "Дніпро", "2023-03-01", 2]]
    upload = hand_in(visits.workbook(rows))
    assert upload.faults_found == 1
    stored = str([*Row.objects.values_list(), *Fault.objects.values_list(), *Upload.objects.values_list(), *Entry.objects.values_list()])
    assert canary not in stored and canary.encode("unicode_escape").decode() not in stored
    kept = (keeping.settings.DATA / upload.kept_at).read_bytes()
    assert canary.encode() not in kept and b"PK\x03\x04" not in kept
    row = Row.objects.get(upload=upload, state="good")
    assert "name" not in row.values
    assert queries.opened(upload, [row])[row.pk] == {"name": f"{canary} Олена"}
    (told,) = queries.tell(upload, queries.faults(upload))
    assert told.value == "•••" and canary not in told.words
    (told,) = queries.tell(upload, queries.faults(upload), reveal=True)
    assert canary in told.value


def test_keys_and_digests_of_people_cannot_be_guessed_without_the_key_file(hand_in, names, monkeypatch):
    upload = hand_in(visits.workbook(visits.GOOD))
    row = Row.objects.filter(upload=upload).first()
    monkeypatch.setattr(sealing, "blinder", lambda purpose: lambda text: "0" * 32)
    other = hand_in(visits.workbook(visits.GOOD[:1]))
    assert Row.objects.get(upload=other).key != row.key


def test_deleting_the_key_destroys_file_lines_and_faults(hand_in, names):
    upload = hand_in(visits.workbook(visits.GOOD))
    keys.destroy([upload.pk], reason="test")
    assert not Key.objects.filter(pk=upload.pk).exists()
    with pytest.raises(sealing.Erased):
        keeping.open_kept(upload)
    assert queries.opened(upload, Row.objects.filter(upload=upload)[:1]) == {Row.objects.filter(upload=upload).first().pk: {}}
    with pytest.raises(actions.NotReadable):
        queries.returned_workbook(upload, "uk")
    with pytest.raises(actions.NotChecked):
        actions.accept(by=upload.by, upload=upload)


@pytest.mark.parametrize("harm", ["flip", "cut", "swap"])
def test_a_kept_file_that_was_touched_does_not_open(hand_in, settings, harm):
    body = ("Область;Сектор;Дата;Людей\r\n" + "Київська;Вода;01.03.2023;5\r\n" * 90_000).encode()
    upload = actions.receive(by=make.user(name=harm), file=io.BytesIO(body), file_name="big.csv")
    path = keeping.settings.DATA / upload.kept_at
    sealed = bytearray(path.read_bytes())
    head, size = len(keeping.MARK) + 7, keeping.PIECE + keeping.TAG
    if harm == "flip":
        sealed[-5] ^= 1
    elif harm == "cut":
        sealed = sealed[: head + 2 * size]
    else:
        sealed = sealed[:head] + sealed[head + size : head + 2 * size] + sealed[head : head + size] + sealed[head + 2 * size :]
    path.write_bytes(sealed)
    with pytest.raises(sealing.CannotOpen):
        keeping.open_kept(upload)
    assert actions.check(by=upload.by, upload=upload).state == "refused"


def test_stopping_a_check_leaves_the_file_as_it_was_received(office):
    upload = actions.receive(by=office, file=io.BytesIO(reports.book(reports.lines(5000))), file_name="a.xlsx")

    def stop(done, total):
        assert (done, total) == (2000, 5001)
        raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        actions.check(by=office, upload=upload, progress=stop)
    upload.refresh_from_db()
    assert upload.state == "received" and not Row.objects.filter(upload=upload).exists()
    assert actions.check(by=office, upload=upload).rows_good == 5000
