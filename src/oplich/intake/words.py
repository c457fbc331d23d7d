"""What is told about a fault: what is the matter, in the person's words and with their value, then what they can do."""

from __future__ import annotations

from oplich.intake.models import Fault


def tell(fault: Fault, *, value: object = None) -> str:
    """One sentence or two in the active language. `value`: the found value, where the column is personal and may be shown."""
    raise NotImplementedError
