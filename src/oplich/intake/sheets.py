"""How a room describes a spreadsheet it accepts. Intake reads, checks, keeps and gives back; the room only says what a cell may mean
and what to do with the accepted rows. A room lists its sheets in `settings.OPLICH_SHEETS` as dotted paths to `Sheet` objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from oplich.intake.models import Row


class Misread(Exception):
    """A cell that means nothing we know. `code` picks the words; the rest fills them.

    code: what is the matter ("not-a-date", "unknown-place" …; the sheet registers the words in `Sheet.words` or uses the
    shared ones in `intake.words`). expected: what would be right, short. suggestion: the most likely right value, or "".
    """

    def __init__(self, code: str, *, expected: str = "", suggestion: str = "", **detail: Any) -> None:
        super().__init__(code)
        self.code, self.expected, self.suggestion, self.detail = code, expected, suggestion, detail


@dataclass(frozen=True)
class Column:
    """One column. `read` turns a cell (str, int, float, bool, datetime, date; never None or blank) into a JSON-able value
    or raises Misread. It must depend on the cell and `context` only: results are remembered per distinct cell.

    words: other headers it goes by, in uk, en, ru, folded lower case. hxl: tag with attributes. choices: (value, label) pairs for
    the drop-down list, asked once per template in the page's language; what the cell holds is the label or the value.
    personal: the value is sealed. help: one sentence for the template and the mapping page.
    """

    name: str
    title: Any
    read: Callable[[Any, Context], Any]
    hxl: str = ""
    words: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False
    choices: Callable[[], Sequence[tuple[str | bool, Any]]] | None = None
    help: Any = ""
    width: int = 16
    example: Any = ""


@dataclass
class Context:
    """What reading depends on besides the cell. `memory` is the sheet's own, filled by `Sheet.prepare`.

    While `guessing` what a column may mean, only whether a cell can be read matters: readers need not look for suggestions.
    """

    by: Any = None
    organisation: str = ""
    today: Any = None
    language: str = "uk"
    guessing: bool = False
    memory: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Something wrong with a row as a whole, shown at one column's cell.

    about: the columns it follows from. A fault in one of them is told alone; the first of them that the file has shows the problem
    when the file lacks `column`.
    """

    column: str
    code: str
    expected: str = ""
    suggestion: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    about: tuple[str, ...] = ()


@dataclass
class Taken:
    """A row on its way into the room: its evidence, its checked values (personal ones in clear), the row it replaces if any."""

    row: Row
    values: dict[str, Any]
    replaces: Row | None = None


@dataclass(frozen=True)
class Sheet:
    """A spreadsheet a room accepts.

    prepare(context): load look-ups once per file. check_row(values, context): problems of the whole row, given every readable
    value (misread or absent ones are None). identity(values): what names the fact of a row, as a tuple of JSON-able values;
    the same identity again from the same sender is the same fact. record(by=, upload=, taken=[Taken…], progress=callable):
    the room's action, inside the accepting transaction; rows with `replaces` correct what that row recorded.
    withdraw(by=, upload=, rows=[Row…]): takes back what the rows recorded. deed: what the sender must be allowed ("assistance.report").
    enough: groups of columns of which a file must have one each; otherwise a person is asked what the columns mean.
    """

    slug: str
    title: Any
    columns: tuple[Column, ...]
    record: Callable[..., Any]
    withdraw: Callable[..., Any]
    identity: Callable[[Mapping[str, Any]], tuple]
    deed: str = "intake.hand_in"
    prepare: Callable[[Context], None] | None = None
    check_row: Callable[[dict[str, Any], Context], Iterable[Problem]] | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    enough: tuple[tuple[str, ...], ...] = ()
    help: Any = ""
    order: int = 100

    @property
    def personal(self) -> bool:
        return any(column.personal for column in self.columns)

    def column(self, name: str) -> Column:
        return next(one for one in self.columns if one.name == name)


def all_sheets() -> dict[str, Sheet]:
    """The sheets this installation accepts, by slug, in the order of the settings."""
    return {sheet.slug: sheet for sheet in map(import_string, settings.OPLICH_SHEETS)}
