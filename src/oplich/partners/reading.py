"""How a cell that names an organisation is read, for every sheet that has such a column."""

from __future__ import annotations

from typing import Any

from oplich.intake.sheets import Context, Misread
from oplich.partners import naming, queries

MEMORY = "organisations"
INDEX = "organisations to suggest"


def prepare(context: Context) -> None:
    """Load every known spelling once per file. A sheet may call it in its `prepare`; reading does it when nobody did."""
    context.memory[MEMORY] = queries.recognised()


def read_organisation(cell: Any, context: Context) -> str:
    """The id of the organisation this cell names.

    Raises Misread("unknown-organisation") with the nearest known name; whoever may merge settles it once for all files.
    """
    if MEMORY not in context.memory:
        prepare(context)
    text = " ".join(str(cell).split())
    known_here = context.memory[MEMORY]
    if found := known_here.get(naming.fold(text)):
        return found[0]
    if context.guessing or not any(map(str.isalpha, text)):
        raise Misread("unknown-organisation", value=text)
    if INDEX not in context.memory:
        context.memory[INDEX] = queries.index()
    nearest = queries.suggest(text, 1, among=context.memory[INDEX])
    raise Misread("unknown-organisation", suggestion=str(nearest[0][0]) if nearest else "", value=text)


def read_optional(cell: Any, context: Context) -> str | None:
    """Like read_organisation; words that mean "none" are nobody."""
    if naming.fold(str(cell)) in {"", "none", "no", "n a", "self", "ні", "немає", "нема", "власними силами", "самостійно", "directly"}:
        return None
    return read_organisation(cell, context)
