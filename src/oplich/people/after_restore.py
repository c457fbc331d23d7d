"""What `settings.OPLICH_ERASERS` names: after a restore, people erase again what came back with the backup."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from oplich.people.actions import people


def erase_again(subjects: Iterable[uuid.UUID]) -> None:
    """The keys of these subjects have just been destroyed again; what else names them goes too."""
    people.repeat_erasures(by=None)
