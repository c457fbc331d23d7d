"""The one doorway to DuckDB: the file of facts, how it is built aside and put in place whole, and how it is read.

The file holds no name, document, phone, address or birth date. A human being is a number that means nothing outside this file
and changes with every refresh. No Django here: figures are computed and measured without it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

# Raised with every change of the tables below: a file of another version is built anew.
VERSION = 1
# Folders in which a build collects what it reads begin with this.
RAW = ".raw-"

SCHEMA = """
create table meta (as_of varchar, watermark varchar, version integer, records bigint);
create table help_given (
    record bigint, sector varchar, top_sector varchar, activity varchar, sector_in_total boolean, activity_in_total boolean,
    given_on date, by_month boolean, place varchar, country varchar, oblast varchar, raion varchar, hromada varchar,
    organisation varchar, implemented_by varchar, upload varchar, counted boolean,
    one_human bigint, household bigint, sex varchar, age_group varchar,
    headcount integer, girls integer, boys integer, women integer, men integer, older_women integer, older_men integer,
    with_disability integer, population_group varchar
);
create table places (path varchar, code varchar, kind varchar, name_uk varchar, name_en varchar);
create table organisations (id varchar, name_uk varchar, name_en varchar);
create table sectors (slug varchar, parent varchar, name_uk varchar, name_en varchar, in_total boolean, rank integer);
create table activities (code varchar, sector varchar, name_uk varchar, name_en varchar, in_total boolean);
"""

# Nothing is fetched from anywhere and nothing outside the named file is read.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "threads": "2",
}

FAULT = duckdb.Error


@contextlib.contextmanager
def reading(path: Path | str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on which the facts' tables can be read and temporary views made. Leaves the file alone."""
    with duckdb.connect(":memory:", config=_CLOSED) as connection:
        connection.execute(f"attach {_text(path)} as facts (read_only)")
        connection.execute("set search_path = 'memory,facts'")
        yield connection


@contextlib.contextmanager
def building(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on an empty file of facts that takes the place of `path` only when everything in the block went well.

    Whoever reads sees the whole old file or the whole new one. What a killed build left behind is removed by the next.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.building")
    aside.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(aside), config=_CLOSED) as connection:
            connection.execute(SCHEMA)
            yield connection
            connection.execute("checkpoint")
        _to_disk(aside)
        os.replace(aside, path)
        _to_disk(path.parent)
    finally:
        for left in (aside, aside.with_name(aside.name + ".wal")):
            left.unlink(missing_ok=True)


def sweep(path: Path) -> None:
    """Remove what killed builds left beside the file. Only for the holder of the lock."""
    for left in path.parent.glob(f"{path.name}.*.building*"):
        left.unlink(missing_ok=True)
    for left in path.parent.glob(f"{RAW}*"):
        shutil.rmtree(left, ignore_errors=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def literal(value: object) -> str:
    """A value as SQL writes it. Bound parameters would do the same, but the first one makes DuckDB import pandas wherever it is
    installed, which costs the first figure of a process seconds."""
    if value is None:
        return "null"
    if isinstance(value, dt.date):
        return f"date {_text(value.isoformat())}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]::varchar[]"
    return _text(value)


def _text(value: object) -> str:
    return "'" + str(value).replace("\x00", "").replace("'", "''") + "'"


def load_csv(connection: duckdb.DuckDBPyConnection, path: Path, columns: dict[str, str]) -> duckdb.DuckDBPyRelation:
    """The rows of a CSV file without a header, with the named columns; an empty cell is no value."""
    return connection.read_csv(str(path), header=False, columns=columns, auto_detect=False, delimiter=",", quotechar='"', escapechar='"')
