"""What waits for somebody: rooms answer with matters, the home page sorts them oldest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Matter:
    """One thing waiting for this person: words, where to settle it, since when."""

    title: Any
    url: str
    since: dt.datetime
    detail: Any = ""
    icon: str = ""
