"""Files that others publish about places, read into figures: IOM rounds, UNHCR counts, OCHA overviews and plans, KSE zones.

`read(path)` recognises the file by what is in it. Cells that are words ("n/a") stay words: not estimated is not zero.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from oplich.core.refusal import Refusal
from oplich.places.actions.figures import Published
from oplich.places.importing import appeals, iom, needs, unhcr
from oplich.places.importing.tables import Tables, open_tables


class NotKnown(Refusal):
    """A file none of the readers recognises."""


READERS: tuple[tuple[Callable[[Tables], bool], Callable[[Tables], list[Published]]], ...] = (
    (iom.is_round, iom.read_round),
    (iom.is_baseline, iom.read_baseline),
    (unhcr.is_by_country, unhcr.read_by_country),
    (unhcr.is_by_day, unhcr.read_by_day),
    (needs.is_overview, needs.read_overview),
    (needs.is_plan, needs.read_plan),
    (appeals.is_key_figures, appeals.read_key_figures),
)


def read(path: Path) -> list[Published]:
    """The figures in a file. Raises NotKnown."""
    tables = open_tables(path)
    for recognises, reader in READERS:
        if recognises(tables):
            return reader(tables)
    raise NotKnown(
        _("“%(file)s” is not one of the published files this command knows. Hand it in as a sheet of place figures instead.")
        % {"file": path.name}
    )
