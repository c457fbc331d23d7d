"""The journal: append-only, chained by one appender, and every tampering found."""

import threading

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from oplich.core import append_only, journal
from oplich.core.models import Entry, Seal, User
from oplich.core.permissions import Scope


@pytest.fixture(autouse=True)
def no_heads_yet():
    settings.OPLICH_JOURNAL_HEADS.unlink(missing_ok=True)
    yield
    settings.OPLICH_JOURNAL_HEADS.unlink(missing_ok=True)


@pytest.fixture
def olena(db):
    return User.objects.create(username="olena")


@pytest.fixture
def sealed(olena):
    for n in range(12):
        journal.write(by=olena, what="test.done", subject=olena, n=n, words="Ґанок, 1.0", share=0.1)
    assert journal.seal() == 12
    return list(Entry.objects.order_by("pk"))


def test_a_line_says_who_what_and_to_which_record(olena):
    entry = journal.write(by=olena, what="user.greeted", subject=olena, at=Scope("7", "UA/UA63/"), times=2)
    assert (entry.by, entry.what, entry.subject_kind, entry.subject_id) == (olena, "user.greeted", "core.user", str(olena.pk))
    assert (entry.organisation, entry.area, entry.detail) == ("7", "UA/UA63/", {"times": 2})
    assert list(journal.of(olena)) == [entry]


def test_a_line_is_gone_when_the_deed_is_undone(olena):
    with pytest.raises(RuntimeError), transaction.atomic():
        journal.write(by=olena, what="test.undone")
        raise RuntimeError
    assert not Entry.objects.exists()


@pytest.mark.parametrize("model", [Entry, Seal])
@pytest.mark.parametrize("deed", ["update", "delete", "raw"])
def test_the_database_refuses_to_alter_or_delete_a_line(sealed, model, deed):
    table = model._meta.db_table
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if deed == "update":
            model.objects.update(**({"what": "test.other"} if model is Entry else {"digest": "0"}))
        elif deed == "delete":
            model.objects.all()._raw_delete("default")
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"delete from {table}")
    assert model.objects.count() == 12


@pytest.mark.postgres
def test_a_table_of_lines_cannot_be_truncated(sealed):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; truncate core_entry cascade")


def test_every_table_that_was_made_append_only_still_is(db):
    assert append_only.missing() == []
    with append_only.lifted():
        assert "core_entry" in append_only.missing()
    assert append_only.missing() == []


def test_a_whole_chain_verifies_and_sealing_again_adds_nothing(sealed):
    assert list(journal.verify()) == []
    assert journal.seal() == 0 and journal.seal(everything=True) == 0


def alter(sealed):
    Entry.objects.filter(pk=sealed[5].pk).update(detail={"n": 500})


def sign_with_another_hand(sealed):
    Entry.objects.filter(pk=sealed[5].pk).update(by=User.objects.create(username="somebody"))


def redate(sealed):
    Entry.objects.filter(pk=sealed[5].pk).update(recorded_at=timezone.now())


def delete(sealed):
    Seal.objects.filter(entry=sealed[5])._raw_delete("default")
    Entry.objects.filter(pk=sealed[5].pk)._raw_delete("default")


def cut_off(sealed):
    Seal.objects.filter(number__gt=8)._raw_delete("default")
    Entry.objects.filter(pk__gt=sealed[7].pk)._raw_delete("default")


def cut_off_everything(sealed):
    Seal.objects.all()._raw_delete("default")
    Entry.objects.all()._raw_delete("default")


def swap(sealed):
    one, two = Seal.objects.get(number=3), Seal.objects.get(number=4)
    Seal.objects.filter(number__in=[3, 4])._raw_delete("default")
    Seal.objects.create(number=3, entry_id=two.entry_id, previous=one.previous, digest=one.digest)
    Seal.objects.create(number=4, entry_id=one.entry_id, previous=two.previous, digest=two.digest)


def write_the_chain_anew(sealed):
    """What somebody does who can write the database and knows how the chain is made."""
    Seal.objects.all()._raw_delete("default")
    Entry.objects.filter(pk=sealed[5].pk).update(detail={"n": 500})
    previous = journal.START
    for number, entry in enumerate(Entry.objects.order_by("pk"), 1):
        Seal.objects.create(number=number, entry=entry, previous=previous, digest=(previous := journal.digest(entry, previous)))


def insert(sealed):
    Entry.objects.create(pk=sealed[-1].pk + 1, what="test.forged", recorded_at=timezone.now() - timezone.timedelta(days=2))


@pytest.mark.parametrize(
    "tamper", [alter, sign_with_another_hand, redate, delete, cut_off, cut_off_everything, swap, write_the_chain_anew, insert]
)
def test_tampering_is_found(sealed, tamper):
    with append_only.lifted():
        tamper(sealed)
    assert list(journal.verify()) != []


def test_after_a_restore_the_shorter_chain_is_whole_and_its_loss_is_still_found(sealed):
    with append_only.lifted():
        cut_off(sealed)
    journal.note_restore()
    assert list(journal.verify()) == []
    journal.write(by=None, what="test.later")
    journal.seal()
    assert list(journal.verify()) == []
    with append_only.lifted():
        Seal.objects.filter(number=9)._raw_delete("default")
    assert list(journal.verify()) != []


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(-1e9, 1e9, allow_nan=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcії", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(detail=st.dictionaries(st.sampled_from(["rows", "слова", "x"]), json_values))
def test_whatever_a_line_says_the_database_gives_back_what_was_sealed(olena, detail):
    Entry.objects.create(by=olena, what="test.any", detail=detail)
    journal.seal()
    assert list(journal.verify()) == []


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_fifty_writers_and_five_appenders_make_one_chain():
    """Each writer commits 20 lines while appenders seal at the same time; the chain has every line once, in one piece."""
    failures: list[BaseException] = []

    def in_a_thread(work):
        def run():
            try:
                work()
            except BaseException as error:
                failures.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    def write_twenty():
        for n in range(20):
            with transaction.atomic():
                journal.write(by=None, what="test.busy", n=n)

    def keep_sealing():
        for _n in range(6):
            journal.seal(batch=37)

    threads = [in_a_thread(write_twenty) for _n in range(50)] + [in_a_thread(keep_sealing) for _n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    journal.seal()
    assert Seal.objects.count() == Entry.objects.filter(what="test.busy").count() == 1000
    assert list(journal.verify()) == []
