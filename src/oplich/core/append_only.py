"""Tables whose rows are never altered or deleted: the database itself refuses, whoever asks.

A migration says `AppendOnly("assistance", may_change=["withdrawn_at"])`. SQLite drops the triggers whenever a later migration
rebuilds the table, so such a migration says it again; `missing()` finds the ones forgotten (a test and the health page ask).
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Sequence

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

PREFIX = "append_only_"
PG_FUNCTION = """
create or replace function oplich_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$
"""


def _names(table: str) -> tuple[str, str, str]:
    return f"{PREFIX}{table}_delete", f"{PREFIX}{table}_update", f"{PREFIX}{table}_truncate"


class AppendOnly(Operation):
    """Refuse deletes and updates of a model's table; columns in `may_change` may be updated (name them in `update_fields`)."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, may_change: Sequence[str] = ()) -> None:
        self.model, self.may_change = model, list(may_change)

    def state_forwards(self, app_label, state) -> None:
        pass

    def describe(self) -> str:
        return f"Refuse changes to rows of {self.model}"

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        table, vendor = model._meta.db_table, schema_editor.connection.vendor
        fixed = [field.column for field in model._meta.local_concrete_fields if field.name not in self.may_change]
        columns = ", ".join(schema_editor.quote_name(column) for column in fixed)
        delete, update, truncate = _names(table)
        self.database_backwards(app_label, schema_editor, to_state, from_state)
        if vendor == "sqlite":
            for name, when in ((delete, "delete"), (update, f"update of {columns}")):
                schema_editor.execute(
                    f"create trigger {name} before {when} on {table} begin select raise(abort, '{table} is append-only'); end"
                )
            return
        schema_editor.execute(PG_FUNCTION, params=None)
        for name, when, each in ((delete, "delete", "row"), (update, f"update of {columns}", "row"), (truncate, "truncate", "statement")):
            schema_editor.execute(f"create trigger {name} before {when} on {table} for each {each} execute function oplich_append_only()")

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        on = "" if schema_editor.connection.vendor == "sqlite" else f" on {table}"
        for name in _names(table):
            schema_editor.execute(f"drop trigger if exists {name}{on}")


def _standing() -> dict[str, str]:
    """Triggers in the database: name → table."""
    query = {
        "sqlite": "select name, tbl_name from sqlite_master where type = 'trigger'",
        "postgresql": "select tgname, tgrelid::regclass::text from pg_trigger where not tgisinternal and tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name: table for name, table in cursor.fetchall() if name.startswith(PREFIX)}


@functools.lru_cache(maxsize=1)
def _wanted() -> frozenset[str]:
    """Tables that the applied migrations made append-only."""
    loader = MigrationLoader(connection)
    state = loader.project_state()
    return frozenset(
        state.apps.get_model(key[0], operation.model)._meta.db_table
        for key, migration in loader.disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, AppendOnly) and key in loader.applied_migrations
    )


def missing() -> list[str]:
    """Tables that migrations made append-only and that no longer are."""
    standing = _standing()
    return sorted(table for table in _wanted() if any(name not in standing for name in _names(table)[:2]))


def _switch(triggers, word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")  # a table with checks still to come cannot be altered
        for name, table in triggers:
            cursor.execute(f"alter table {table} {word} trigger {name}")
        cursor.execute("set constraints all deferred")


@contextlib.contextmanager
def lifted() -> Iterator[None]:
    """Without the refusal, for as long as the block runs: for emptying the tests' databases. Never call it in the product."""
    if connection.vendor == "postgresql":
        standing = _standing().items()
        _switch(standing, "disable")
        yield
        _switch(standing, "enable")
        return
    with connection.cursor() as cursor:
        cursor.execute("select name, sql from sqlite_master where type = 'trigger'")
        kept = [row for row in cursor.fetchall() if row[0].startswith(PREFIX)]
        for name, _sql in kept:
            cursor.execute(f"drop trigger {name}")
    yield
    with connection.cursor() as cursor:
        for _name, sql in kept:
            cursor.execute(sql)
