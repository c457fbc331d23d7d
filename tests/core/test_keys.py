"""Data keys: made, fetched, rotated online, destroyed for good."""

import json
import threading
import time

import pytest
from django.conf import settings
from django.db import connections

from oplich.core import keys, sealing
from oplich.core.ids import uuid7
from oplich.core.models import Erasure, Key


def sealed_for(subject, text="Шевченко Олена"):
    return sealing.seal(keys.get(subject), text, table="t", column="name", row=subject)


def clear(subject, sealed):
    return sealing.open_(keys.get(subject), sealed, table="t", column="name", row=subject).decode()


@pytest.fixture(autouse=True)
def own_key_file(tmp_path):
    """Rotation changes the key file; the other tests keep theirs."""
    before = settings.OPLICH_KEY_FILE
    settings.OPLICH_KEY_FILE = tmp_path / "key" / "oplich.key"
    sealing.make_key_file(settings.OPLICH_KEY_FILE)
    yield
    settings.OPLICH_KEY_FILE = before


@pytest.mark.django_db
def test_what_was_sealed_opens_only_where_it_was_sealed():
    one, other = uuid7(), uuid7()
    keys.make([one, other])
    sealed = sealed_for(one)
    assert clear(one, sealed) == "Шевченко Олена"
    key = keys.get(one)
    for moved in ({"table": "x"}, {"column": "phone"}, {"row": other}):
        with pytest.raises(sealing.CannotOpen):
            sealing.open_(key, sealed, **{"table": "t", "column": "name", "row": one, **moved})
    with pytest.raises(sealing.CannotOpen):
        sealing.open_(keys.get(other), sealed, table="t", column="name", row=one)


@pytest.mark.django_db
def test_a_wrapped_key_cannot_be_moved_to_another_person():
    one, other = uuid7(), uuid7()
    keys.make([one, other])
    Key.objects.filter(pk=other).update(wrapped=Key.objects.get(pk=one).wrapped)
    with pytest.raises(sealing.CannotOpen):
        keys.get(other)


@pytest.mark.django_db
def test_destroying_one_key_erases_one_person_and_nobody_else():
    one, other = uuid7(), uuid7()
    keys.make([one, other])
    mine, theirs = sealed_for(one), sealed_for(other, "Коваль")
    assert keys.destroy([one], reason="asked") == 1
    with pytest.raises(sealing.Erased):
        clear(one, mine)
    assert clear(other, theirs) == "Коваль"
    assert Erasure.objects.get().subject == one
    assert keys.destroy([one], reason="asked") == 0


@pytest.mark.django_db(transaction=True)
def test_an_erasure_is_noted_outside_the_database():
    settings.OPLICH_ERASURES.unlink(missing_ok=True)
    one = uuid7()
    keys.make([one])
    keys.destroy([one], reason="asked")
    assert settings.OPLICH_ERASURES.read_text().split() == [str(one)]
    assert one in keys.known_erasures()


@pytest.mark.django_db
def test_another_key_file_opens_nothing(tmp_path):
    one = uuid7()
    keys.make([one])
    settings.OPLICH_KEY_FILE = tmp_path / "other.key"
    sealing.make_key_file(settings.OPLICH_KEY_FILE)
    with pytest.raises(sealing.CannotOpen):
        keys.get(one)


@pytest.mark.django_db
def test_rotation_rewraps_every_key_and_changes_no_sealed_value_and_no_index():
    subjects = [uuid7() for _n in range(50)]
    keys.make(subjects)
    sealed = {one: sealed_for(one, str(one)) for one in subjects}
    index, before = sealing.blind("recognise/tax", "3100000000"), dict(Key.objects.values_list("subject", "wrapped"))
    sealing.renew_wrapping_key(settings.OPLICH_KEY_FILE)
    assert clear(subjects[0], sealed[subjects[0]]) == str(subjects[0]), "before rewrapping, too"
    assert keys.rewrap_all() == 50
    assert keys.rewrap_all() == 0, "run again, it changes nothing"
    sealing.forget_earlier_wrapping_keys(settings.OPLICH_KEY_FILE)
    assert all(clear(one, text) == str(one) for one, text in sealed.items())
    assert sealing.blind("recognise/tax", "3100000000") == index
    with pytest.raises(sealing.CannotOpen):
        sealing.unwrap(subjects[0], before[subjects[0]])


@pytest.mark.django_db(transaction=True)
def test_people_are_registered_and_erased_while_keys_are_rotated():
    """Rotation runs beside normal work: nobody is lost, and nobody who was erased comes back."""
    first = [uuid7() for _n in range(3000)]
    keys.make(first)
    erased, made, failures = first[::30], [], []

    def work():
        try:
            for one in erased:
                keys.destroy([one], reason="asked")
                new = uuid7()
                keys.make([new])
                made.append(new)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.02)
    sealing.renew_wrapping_key(settings.OPLICH_KEY_FILE)
    keys.rewrap_all()
    thread.join()
    keys.rewrap_all()
    sealing.forget_earlier_wrapping_keys(settings.OPLICH_KEY_FILE)
    assert failures == []
    living = set(first) - set(erased) | set(made)
    assert keys.fetch(first + made).keys() == living


def test_a_key_file_is_never_overwritten_and_private():
    with pytest.raises(FileExistsError):
        sealing.make_key_file(settings.OPLICH_KEY_FILE)
    assert settings.OPLICH_KEY_FILE.stat().st_mode & 0o077 == 0
    settings.OPLICH_KEY_FILE.chmod(0o644)
    with pytest.raises(sealing.KeyFileTrouble, match="chmod 600"):
        sealing.check_key_file(settings.OPLICH_KEY_FILE, settings.DATA)


def test_a_key_file_among_the_data_is_refused():
    inside = settings.DATA / "oplich.key"
    sealing.make_key_file(inside)
    with pytest.raises(sealing.KeyFileTrouble, match="Move it out"):
        sealing.check_key_file(inside, settings.DATA)
    inside.unlink()


def test_blind_indexes_of_different_purposes_cannot_be_joined():
    assert sealing.blind("recognise/tax", "3100000000") != sealing.blind("export/tax", "3100000000")
    body = json.loads(settings.OPLICH_KEY_FILE.read_text())
    assert set(body) == {"format", "wrap", "index", "earlier"}
