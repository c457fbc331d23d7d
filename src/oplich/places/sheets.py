"""Figures published about places as a spreadsheet: IDPs, returnees, population, people in need …, each with its day and source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from oplich.intake import cells
from oplich.intake.sheets import Column, Context, Problem, Sheet, Taken
from oplich.places.actions import figures
from oplich.places.actions.figures import Published
from oplich.places.measures import GROUPS, MEASURES, SECTORS, measure_of
from oplich.places.models import PlaceFigure
from oplich.places.reading import WORDS, place_columns, place_of, place_problems

MEASURE_WORDS = {word: slug for slug, measure in MEASURES.items() for word in (slug, measure.word_uk, measure.word_en, *measure.words)}
GROUP_WORDS = {word: slug for slug, words in GROUPS.items() for word in (slug, *words)}
SECTOR_WORDS = {word: slug for slug, words in SECTORS.items() for word in (slug, *words)}


def check_row(values: dict[str, Any], context: Context) -> Iterable[Problem]:
    yield from place_problems(values, first="country" if values.get("country") else "oblast")
    if values.get("people") is None and not values.get("note"):
        yield Problem("people", "number-or-why", expected=str(_("a number")))


def identity(values: Mapping[str, Any]) -> tuple:
    return (
        place_of(values), values["measure"], values.get("sector") or "", values.get("population_group") or "", str(values["as_of"]),
        values["source"],
    )  # fmt: skip


def _published(one: Taken) -> Published:
    values = one.values
    people, note = values.get("people"), values.get("note") or ""
    as_of = values["as_of"]
    return Published(
        place_of(values) or "", values["measure"], None if people is None else Decimal(str(people)),
        as_of if isinstance(as_of, dt.date) else dt.date.fromisoformat(str(as_of)), values["source"],
        sector=values.get("sector") or "", population_group=values.get("population_group") or "", unit=measure_of(values["measure"]).unit,
        source_url=values.get("source_url") or "", note=note, from_row=one.row.pk,
    )  # fmt: skip


def record(*, by, upload, taken: list[Taken], progress=None) -> None:
    """Take down the figures of the rows. Accepting asked already whether `by` may."""
    replaced = [one.replaces.pk for one in taken if one.replaces is not None]
    figures.record(by=None, figures=[_published(one) for one in taken])
    # What a replaced row said about another place, day or measure no longer stands.
    kept = {one.row.pk for one in taken}
    figures.withdraw(by=None, figures=PlaceFigure.objects.standing().filter(from_row__in=replaced).exclude(from_row__in=kept))
    if progress:
        progress(len(taken), len(taken))


def withdraw(*, by, upload, rows) -> None:
    """Take back what the rows said."""
    figures.withdraw(by=None, figures=PlaceFigure.objects.standing().filter(from_row__in=[row.pk for row in rows]))


PLACE_FIGURES = Sheet(
    slug="place-figures",
    title=_("Figures about places"),
    help=_("Numbers that somebody published about a place: displaced people, returnees, population, people in need. Each with its day and source."),
    deed="places.edit",
    order=30,
    columns=(
        *place_columns(country=True),
        Column("measure", _("What was counted"), cells.choice(MEASURE_WORDS), hxl="#indicator+name", required=True, width=24, example="idps",
               choices=lambda: [(slug, measure.title) for slug, measure in MEASURES.items()],
               words=("measure", "indicator", "показник", "що пораховано", "показатель")),
        Column("people", _("Number"), cells.number(minimum=0), hxl="#affected", example=494000,
               words=("people", "number", "value", "individuals", "кількість", "осіб", "число", "количество"),
               help=_("Leave it empty where the source gives no estimate, and say so in the note; a zero means zero.")),
        Column("sector", _("Sector"), cells.choice(SECTOR_WORDS), hxl="#sector", words=("sector", "cluster", "сектор", "кластер"), width=20),
        Column("population_group", _("Group of people"), cells.choice(GROUP_WORDS), hxl="#population+type", width=20,
               words=("group", "population group", "група", "група населення", "категорія")),
        Column("as_of", _("As of"), cells.date(first=dt.date(1990, 1, 1), not_after_today=True), hxl="#date+reported", required=True,
               words=("date", "as of", "reported date", "дата", "станом на", "на дату"), example="25.09.2023"),
        Column("source", _("Source"), cells.text(longest=200), hxl="#meta+source", required=True, width=36, words=("source", "джерело", "источник"),
               example=_("IOM, general population survey, round 14")),
        Column("source_url", _("Address of the source"), cells.text(longest=500), hxl="#meta+url", width=36,
               words=("url", "link", "source url", "посилання", "ссылка")),
        Column("note", _("Note"), cells.text(longest=400), hxl="#description", width=36, words=("note", "notes", "comment", "примітка", "коментар")),
    ),
    record=record,
    withdraw=withdraw,
    identity=identity,
    check_row=check_row,
    words=WORDS | {"number-or-why": _("There is no number here. Write it, or say in the note why the source gives none.")},
)  # fmt: skip
