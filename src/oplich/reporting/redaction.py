"""What leaves the office. Small groups are hidden, and enough others with them that no subtraction brings them back; places are coarsened;
every file says what it counts and what it does not say. No Django: the audit is run on it alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from oplich.reporting.figures import Figure, LeftOut

SMALL = 5
SMALL_SENSITIVE = 10
# Sectors in which being known to have been helped can itself do harm.
SENSITIVE = frozenset({"gbv", "health", "mhpss", "protection", "child-protection", "mine-action"})
# The finest places that may be published: nobody is found in a hromada, where a village could name them.
FINEST = {"hromada": "raion"}
FINEST_SENSITIVE = {"hromada": "oblast", "raion": "oblast"}
PURPOSES = ("internal", "coordination", "donor", "public")


class TooSmallAnArea(Exception):
    """The figure is about a place so small that publishing it would point at people."""


@dataclass(frozen=True)
class Outgoing:
    """A figure as it may leave. Hidden groups have no units; `total` is None when even it is hidden. `share` is a whole percentage."""

    figure: Figure
    rows: list[tuple[str, int | None]]
    total: int | None
    share: int | None
    exclusions: list[LeftOut]
    hidden: int
    threshold: int
    coarsened: bool = False


def threshold_of(figure: Figure, key: str = "") -> int:
    """From how many people on a group may be shown."""
    sensitive = figure.sector in SENSITIVE or (figure.by == "sector" and key in SENSITIVE) or figure.by == "activity"
    return SMALL_SENSITIVE if sensitive else SMALL


def finest(by: str | None, sector: str | None, purpose: str) -> str | None:
    """The grouping that may leave for this purpose instead of the one asked for."""
    if sector in SENSITIVE:
        return FINEST_SENSITIVE.get(by or "", by)
    return FINEST.get(by or "", by) if purpose == "public" else by


def check_area(within: str, sector: str | None, purpose: str) -> None:
    """Raise TooSmallAnArea when the whole figure is about too small a place."""
    depth = within.count("/")
    if depth > 4 or (depth > 3 and (purpose == "public" or sector in SENSITIVE)):
        raise TooSmallAnArea(within)


def hidden(
    units: Mapping[str, int], threshold: Callable[[str], int], *, total: int | None, dealt: Callable[[str], str]
) -> tuple[set[str], bool]:
    """Which groups to hide, and whether the total must go with them.

    Small groups are hidden first. Then others, at least one and the smallest first, until whoever subtracts everything shown from the
    total and knows that each hidden group has somebody in it can still not tell that any of them is small. (At least one, because
    four groups hidden only for being under five, with sixteen people in all, would be four each.) `dealt` breaks ties in a way an outsider
    cannot repeat and that stays the same from one file to the next: another choice each time would show each group once.
    """
    small = {key for key, people in units.items() if 0 < people < threshold(key)}
    if total is not None and 0 < total < min((threshold(key) for key in units), default=SMALL):
        return {key for key, people in units.items() if people}, True
    if not small:
        return set(), False
    away, left = (
        set(small),
        sorted((key for key, people in units.items() if people and key not in small), key=lambda k: (units[k], dealt(k))),
    )
    while True:
        together = sum(units[key] for key in away)
        most_one_can_be = together - (len(away) - 1)
        if len(away) > len(small) and most_one_can_be >= max(threshold(key) for key in small):
            return away, False
        if not left:
            return away, total is not None
        away.add(left.pop(0))


def redact(figure: Figure, *, secret: str, coarsened: bool = False) -> Outgoing:
    """The figure as it may leave the office."""
    units = {line.key: line.units for line in figure.rows}
    counts_people = figure.measure in ("people", "households", "services", "records")
    dealt = lambda key: hashlib.sha256(f"{secret}|{figure.slug}|{key}".encode()).hexdigest()
    if not counts_people:
        away, no_total = set(), False
    elif units:
        away, no_total = hidden(units, lambda key: threshold_of(figure, key), total=figure.total, dealt=dealt)
    else:
        away, no_total = set(), 0 < figure.total < threshold_of(figure)
    least = threshold_of(figure)
    named = round((figure.share_named or 0) * figure.total)
    share_tells = 0 < named < least or 0 < figure.total - named < least
    return Outgoing(
        figure=figure,
        rows=[(line.key, None if line.key in away else line.units) for line in figure.rows],
        total=None if no_total else figure.total,
        share=None if figure.share_named is None or no_total or share_tells else round(figure.share_named * 100),
        exclusions=[_vague(one, least) for one in figure.exclusions],
        hidden=len(away),
        threshold=max((threshold_of(figure, key) for key in units), default=least),
        coarsened=coarsened,
    )


def _vague(one: LeftOut, least: int) -> LeftOut:
    """A footnote's numbers, nought where they are too small to be told."""
    if one.records < least or one.people < least:
        return replace(one, records=0, people=0)
    return one
