"""Job functions for the tests: called by dotted path, as the worker calls them."""

import time
from pathlib import Path

from django.db import OperationalError, transaction

from oplich.core.models import Entry
from oplich.core.refusal import Refusal


def count(*, job, up_to, note=""):
    for n in range(up_to):
        job.step(n, up_to, doing="Counting")
        Entry.objects.create(what="errand.counted", detail={"n": n, "note": note})
    return f"Counted to {up_to}.", "/uk/"


def count_whole(*, job, up_to, note="", slow=0.0):
    """All or nothing, and once: what an accept does."""
    with transaction.atomic():
        if Entry.objects.filter(what="errand.whole", detail__note=note).exists():
            return "It was there already.", ""
        for n in range(up_to):
            job.step(n, up_to, doing="Counting")
            Entry.objects.create(what="errand.whole", detail={"n": n, "note": note})
            time.sleep(slow)
    return f"Counted to {up_to}.", ""


def refuse(*, job):
    raise Refusal("The warehouse is closed on Sunday. Come back on Monday.")


def break_down(*, job):
    raise ZeroDivisionError("secret detail")


def find_no_database(*, job):
    raise OperationalError("database is locked")


def stop_itself(*, job):
    """As if the person pressed Stop after the third step."""
    for n in range(10):
        if n == 3:
            Path(job._stop).write_text(str(job.by.pk))
        job.step(n, 10)
        Entry.objects.create(what="errand.stopped")


def note_erased(subjects):
    Entry.objects.create(what="errand.erased", detail={"subjects": sorted(map(str, subjects))})
