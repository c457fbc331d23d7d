"""What the tests of the engine share."""

import io

import pytest

from oplich.intake import actions
from oplich.intake.reading.marks import unpack
from oplich.intake.reading.tables import Reading
from tests import make


@pytest.fixture
def office(db, settings):
    """Somebody of the office, with the test sheet in place."""
    settings.OPLICH_SHEETS = ["tests.intake.reports.REPORTS"]
    return make.user("information-manager", name="office")


@pytest.fixture
def hand_in(office):
    """hand_in(bytes, name=…, accept=…): receive, check, perhaps accept."""

    def deed(body: bytes, name: str = "march.xlsx", *, accept=None, mapping=None, by=None, **more):
        upload = actions.receive(by=by or office, file=io.BytesIO(body), file_name=name, **more)
        if upload.state != "accepted":
            upload = actions.check(by=by or office, upload=upload, mapping=mapping)
        if accept:
            upload = actions.accept(by=by or office, upload=upload, only_good=accept == "good")
        return upload

    return deed


@pytest.fixture
def read():
    """read(bytes): kind, cells of every sheet and notes, through the confined child."""

    def deed(body: bytes):
        with Reading(io.BytesIO(body) if not isinstance(body, bytes) else _file(body)) as table:
            found = [[[unpack(cell) for cell in row] for row in sheet.head] for sheet in table.sheets]
            rows = sum(batch.lines for batch in table.batches())
            return table, found, rows

    return deed


def _file(body: bytes):
    from oplich.intake.confined import clear_file  # as the deeds do it

    file = clear_file()
    file.write(body)
    file.flush()
    return file
