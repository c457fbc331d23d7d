"""The facts: the ledger of help, flat and without names, in one DuckDB file beside the database. Built aside and put in place whole.

Readers see the last whole file, whatever happens to the next one. A refresh is skipped when nothing it would show has changed.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import fcntl
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oplich.assistance.models import Activity, Assistance, Sector
from oplich.intake.models import Row
from oplich.partners.models import Organisation
from oplich.people import queries as people
from oplich.places.models import Place
from oplich.reporting import duck

HELP = {
    "id": "uuid",
    "sector_id": "varchar",
    "activity_id": "varchar",
    "given_on": "date",
    "by_month": "boolean",
    "place_id": "varchar",
    "organisation_id": "uuid",
    "implemented_by_id": "uuid",
    "person_id": "uuid",
    "registration_id": "uuid",
    "headcount": "integer",
    "girls": "integer",
    "boys": "integer",
    "women": "integer",
    "men": "integer",
    "older_women": "integer",
    "older_men": "integer",
    "with_disability": "integer",
    "population_group": "varchar",
    "from_row_id": "bigint",
    "replaces_id": "uuid",
    "withdrawn": "boolean",
}


@dataclass(frozen=True)
class State:
    """What the file of facts holds: since when, from which turn of the ledger, how many records."""

    as_of: dt.datetime
    watermark: str
    records: int


def path() -> Path:
    return settings.DATA / "facts" / "facts.duckdb"


def state() -> State | None:
    """The present file's state, or None when there is none that this version can read."""
    try:
        with duck.reading(path()) as facts:
            as_of, watermark, version, records = facts.execute("select * from meta").fetchone()
    except (duck.FAULT, TypeError):
        return None
    return State(dt.datetime.fromisoformat(as_of), watermark, records) if version == duck.VERSION else None


def watermark() -> str:
    """A word that changes whenever a figure could: the ledger only ever grows, so its length stands for it."""
    named = [
        list(model.objects.order_by("pk").values_list(*columns))
        for model, columns in (
            (Organisation, ("pk", "name", "name_uk", "merged_into_id")),
            (Sector, ("pk", "name_uk", "name_en", "parent_id", "in_total", "order")),
            (Activity, ("pk", "name_uk", "name_en", "in_total")),
        )
    ]
    words = json.dumps([Assistance.objects.count(), people.turn(), Place.objects.count(), named], default=str)
    return hashlib.sha256(words.encode()).hexdigest()


def is_current() -> bool:
    found = state()
    return found is not None and found.watermark == watermark()


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    path().parent.mkdir(parents=True, exist_ok=True)
    with (path().parent / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def refresh(*, force: bool = False, progress: Callable[[int, int, str], None] | None = None) -> bool:
    """Build the facts anew. True when it did, False when the present ones are current. May be killed at any moment."""
    with _one_at_a_time():
        duck.sweep(path())
        turn, as_of = watermark(), timezone.localtime()
        present = state()
        if not force and present is not None and present.watermark == turn:
            return False
        told = progress or (lambda done, total, doing: None)
        with tempfile.TemporaryDirectory(prefix=duck.RAW, dir=path().parent) as folder, duck.building(path()) as facts:
            _copy(facts, Path(folder), told)
            told(4, 5, _("Counting people once"))
            _flatten(facts)
            said = ", ".join(map(duck.literal, (as_of.isoformat(timespec="seconds"), turn)))
            facts.execute(f"insert into meta select {said}, {duck.VERSION}, count(*) from help_given")  # noqa: S608 - literals of ours
        told(5, 5, "")
        return True


def _copy(facts: Any, folder: Path, told: Callable[[int, int, str], None]) -> None:
    """The ledger first, then what it refers to: whatever arrives in between is only too much, never too little."""
    told(0, 5, _("Reading the ledger of help"))
    _stage(facts, folder, "raw_help", Assistance.objects.order_by().values_list(*HELP), HELP)
    told(1, 5, _("Reading registrations, without names"))
    registrations = {"id": "uuid", "sex": "varchar", "birth_year": "integer", "household_id": "uuid"}
    _stage(facts, folder, "raw_registrations", people.statistics(), registrations)
    _write(facts, folder, "raw_uncounted", ((one,) for one in people.not_to_be_counted()), {"id": "uuid"})
    told(2, 5, _("Reading which file each record came from"))
    _stage(facts, folder, "raw_rows", Row.objects.order_by().values_list("id", "upload_id"), {"id": "bigint", "upload": "uuid"})
    told(3, 5, _("Reading places and organisations"))
    _stage(
        facts,
        folder,
        "raw_places",
        Place.objects.order_by().values_list("code", "path", "kind", "name_uk", "name_en"),
        dict.fromkeys(("code", "path", "kind", "name_uk", "name_en"), "varchar"),
    )
    _write(facts, folder, "raw_humans", people.humans().items(), {"person": "uuid", "human": "uuid"})
    _write(facts, folder, "raw_organisations", _organisations(), {"id": "uuid", "kept": "uuid", "name_uk": "varchar", "name_en": "varchar"})
    sectors = Sector.objects.order_by("order", "slug")
    rows = [(one.slug, one.parent_id, one.name_uk, one.name_en, one.in_total, rank) for rank, one in enumerate(sectors)]
    kinds = {"slug": "varchar", "parent": "varchar", "name_uk": "varchar", "name_en": "varchar", "in_total": "boolean", "rank": "integer"}
    _write(facts, folder, "raw_sectors", rows, kinds)
    activities = Activity.objects.order_by("pk").values_list("code", "sector_id", "name_uk", "name_en", "in_total")
    kinds = {"code": "varchar", "sector": "varchar", "name_uk": "varchar", "name_en": "varchar", "in_total": "boolean"}
    _write(facts, folder, "raw_activities", activities, kinds)


def _organisations() -> Iterator[tuple[Any, Any, str, str]]:
    """Every organisation with the one it was merged into, however long the chain."""
    known = {one.pk: one for one in Organisation.objects.all()}
    for one in known.values():
        kept, seen = one, {one.pk}
        while kept.merged_into_id in known and kept.merged_into_id not in seen:
            kept = known[kept.merged_into_id]
            seen.add(kept.pk)
        yield one.pk, kept.pk, kept.name_uk or kept.name, kept.name


def _stage(facts: Any, folder: Path, table: str, rows: QuerySet, columns: dict[str, str]) -> None:
    """A query's answer as a temporary table, streamed through a file: memory does not grow with the ledger."""
    file = folder / f"{table}.csv"
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = connection.ops.compose_sql(sql, params)  # type: ignore[attr-defined]  # only PostgreSQL's has it
            with cursor.copy(f"copy ({statement}) to stdout (format csv)") as stream, file.open("wb") as target:
                for block in stream:
                    target.write(block)
        else:
            cursor.execute(sql, params)
            with file.open("w", newline="", encoding="utf-8") as target:
                writer = csv.writer(target)
                while block := cursor.fetchmany(10_000):
                    writer.writerows(block)
    _take(facts, file, table, columns)


def _write(facts: Any, folder: Path, table: str, rows: Any, columns: dict[str, str]) -> None:
    file = folder / f"{table}.csv"
    with file.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)
    _take(facts, file, table, columns)


def _take(facts: Any, file: Path, table: str, columns: dict[str, str]) -> None:
    """A CSV file as a table. An empty file is an empty table."""
    spelled = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    facts.execute(f"create temp table {table} ({spelled})")
    if file.stat().st_size:
        duck.load_csv(facts, file, columns).insert_into(table)
    file.unlink()


def _flatten(facts: Any) -> None:
    """Join what was read into the tables the figures stand on; a human being becomes a number that means nothing elsewhere."""
    facts.execute((Path(__file__).parent / "flatten.sql").read_text(encoding="utf-8"))


def refresh_round(*, job: Any) -> tuple[str, str]:
    """The job that comes round, and the one asked for in the page."""
    done = refresh(progress=lambda done, total, doing: job.step(done, total, doing=doing))
    found = state()
    records = found.records if found else 0
    if not done:
        return _("The figures were up to date already."), ""
    return ngettext("The figures stand on %(n)s record of help.", "The figures stand on %(n)s records of help.", records) % {
        "n": records
    }, ""
