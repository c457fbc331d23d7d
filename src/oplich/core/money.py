"""Money: an exact sum in one currency. Sums of different currencies do not add."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal


class CurrenciesDiffer(ValueError):
    pass


@dataclass(frozen=True)
class Money:
    """`minor` is a whole number of hundredths (kopiika, cent) of `currency` (ISO 4217)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, units: str | int | Decimal, currency: str) -> Money:
        """From units as people write them ("12.50"). More than two decimals are rounded half to even."""
        return cls(int((Decimal(units) * 100).quantize(Decimal(1), ROUND_HALF_EVEN)), currency.upper())

    @property
    def units(self) -> Decimal:
        return Decimal(self.minor) / 100

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrenciesDiffer(f"{self.currency} and {other.currency} cannot be added without a dated rate")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)
