"""The real application at work, one acknowledged deed after another, while a recorder or a killer watches.

`python -m tests.faults.workload prepare` makes an empty response in OPLICH_HOME; `… run N` does N rounds of deeds. After each deed
is done (its transaction committed, as the person is told so) a line goes to DATA/acks: what must be found after any accident.
"""

import io
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oplich.site.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command

from oplich.core import jobs, journal, sealing
from oplich.core.models import Entry, User
from oplich.intake import actions as intake
from oplich.intake.models import Upload
from oplich.partners.models import Organisation
from oplich.reporting import facts
from tests import make

HEADER = "surname,given_name,birth_date,sex,phone,place,sector,date,consent\n"


def ack(**what) -> None:
    with open(settings.DATA / "acks", "a") as file:
        file.write(json.dumps(what) + "\n")


def prepare() -> None:
    settings.DATA.mkdir(parents=True, exist_ok=True)
    sealing.make_key_file(settings.OPLICH_KEY_FILE)
    call_command("migrate", verbosity=0)
    make.place("UA6312027", name_uk="Харківська", name_en="Kharkivska")
    make.sector("wash")
    make.organisation("Rescue Now")
    User.objects.create_superuser("root", password="a long enough word")
    make.user("information-manager", name="manager")


def partner_list(number: int, rows: int = 6) -> bytes:
    """A small partner list as a file: rows of generated people, different in every round."""
    body = HEADER
    for row in range(rows):
        people = f"Зразкова{'абвгдежз'[row]},Олена,{1950 + (number + row) % 50}-03-{row + 1:02},f,+38050{number:04}{row:03}"
        body += f"{people},UA6312027,wash,2023-01-{row + 1:02},yes\n"
    return body.encode()


def hand_in(number: int) -> None:
    by = User.objects.get(username="manager")
    organisation = Organisation.objects.get()
    upload = intake.receive(
        by=by,
        file=io.BytesIO(partner_list(number)),
        file_name=f"list{number}.csv",
        organisation=str(organisation.pk),
        sender=organisation.name,
        sheet="partner-list",
    )
    ack(kind="upload", id=upload.pk.hex, kept_at=upload.kept_at)
    upload = intake.check(by=by, upload=upload)
    upload = intake.accept(by=by, upload=upload)
    assert upload.state == Upload.State.ACCEPTED, (upload.state, upload.refusal)
    ack(kind="accepted", id=upload.pk.hex, rows=upload.rows_new)


def run(rounds: int, first: int = 0) -> None:
    by = User.objects.get(username="manager")
    for number in range(first, first + rounds):
        entry = journal.write(by=by, what="test.deed", number=number)
        ack(kind="entry", id=entry.pk)
        hand_in(number)
        job = jobs.ask(by=by, path="tests.faults.workload.note", title="note", arguments={"number": number})
        ack(kind="job", id=job.pk.hex)
        jobs.run_waiting()
        ack(kind="job-done", id=job.pk.hex, number=number)
        if number % 3 == 2:
            facts.refresh()
            ack(kind="facts", rows=0)
        if number % 4 == 3:
            upload = Upload.objects.filter(state="accepted").order_by("received_at")[0]
            intake.withdraw(by=by, upload=upload)
            ack(kind="withdrawn", id=upload.pk.hex)


def note(job, number: int) -> None:
    Entry.objects.create(what="test.noted", detail={"number": number})


if __name__ == "__main__":
    prepare() if sys.argv[1] == "prepare" else run(int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
