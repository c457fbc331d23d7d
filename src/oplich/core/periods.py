"""Stretches of days. A period includes its first day and excludes the day after its last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from oplich.core.refusal import Refusal


class NotAPeriod(Refusal):
    pass


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` up to, but not including, `end`."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise NotAPeriod(_("The last day comes before the first. Swap them."), field="to")

    @property
    def last(self) -> dt.date:
        return self.end - dt.timedelta(days=1)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1))

    @classmethod
    def from_days(cls, first: dt.date, last: dt.date) -> Period:
        """The period whose first and last day are given, both included: how people write it."""
        return cls(first, last + dt.timedelta(days=1))

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day < self.end

    def months(self) -> list[Period]:
        """Every calendar month the period touches, whole."""
        found, day = [], self.start.replace(day=1)
        while day < self.end:
            found.append(Period.month(day.year, day.month))
            day = found[-1].end
        return found
