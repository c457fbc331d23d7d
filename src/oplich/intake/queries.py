"""What pages and the API read from this room."""

from __future__ import annotations

from oplich.core.home import Matter


def matters(user) -> list[Matter]:
    """What waits for this user in this room."""
    return []
