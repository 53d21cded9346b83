"""Empties the database after a test that commits: only the tables that hold anything.

Django's `flush` truncates every table, each of which gets new files: the better part of a second where a test left
three rows. Deleting those takes milliseconds. Triggers that keep histories and row-level security are put aside by the
owner within the one transaction that deletes. Where a test left much, all is truncated as before.
"""

from __future__ import annotations

from typing import Any, Final, LiteralString

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

_KEPT: Final = ("spatial_ref_sys", "django_migrations", "django_content_type", "auth_permission")
_SHIPPED: Final = (  # tables of soil_map, filled whenever the database is migrated, each after what it refers to
    "property", "method", "classscheme", "classscheme_methods", "soilclass", "crop", "fertiliser", "doserule",
)  # fmt: skip
_MUCH: Final = 2 * 2**20  # bytes of rows, dead ones too
_HELD = """
    SELECT relname, pg_relation_size(c.oid), relforcerowsecurity,
           ARRAY(SELECT tgname::text FROM pg_trigger
                 WHERE tgrelid = c.oid AND NOT tgisinternal AND tgenabled = 'O' AND tgtype & 8 > 0)
    FROM pg_class c
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s) AND pg_relation_size(c.oid) > 0
    ORDER BY array_position(%s::text[], relname::text) NULLS FIRST
"""
_LAST: Final = ("procrastinate_jobs", "procrastinate_workers")  # what refers to them is checked at once, not at the end


def empty_database(case: Any) -> None:
    """Stand in for `TransactionTestCase._fixture_teardown`."""
    if case.available_apps is not None or case.serialized_rollback or not _delete_rows():
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=False)


_shipped_rows: dict[str, bytes] = {}


def remember_shipped_rows() -> None:
    """Keep the reference rows of a database that was migrated just now, to put them back after each test."""
    with _as_owner() as connection:
        for name in (f"soil_map_{short}" for short in _SHIPPED):
            with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as rows:
                _shipped_rows[name] = b"".join(rows)


def _as_owner() -> psycopg.Connection[Any]:
    from config.settings import database_of

    owner = database_of("owner")
    return psycopg.connect(
        dbname=str(connections["default"].settings_dict["NAME"]),
        user=str(owner["USER"]), password=str(owner["PASSWORD"]), host=str(owner["HOST"]), port=str(owner["PORT"]),
    )  # fmt: skip


def _delete_rows() -> bool:
    """Delete what is there, shipped rows excepted; return False, and leave all, where truncating is quicker."""
    with _as_owner() as connection:
        held = connection.execute(_HELD, [list(_KEPT), list(_LAST)]).fetchall()
        if sum(size for _, size, _, _ in held) > _MUCH:
            return False
        _alter(connection, held, trigger="DISABLE TRIGGER {}", wall="NO FORCE ROW LEVEL SECURITY")
        try:
            for name, *_ in held:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        except psycopg.errors.ForeignKeyViolation:  # a worker's thread that is ending has written meanwhile
            connection.rollback()
            return False
        for name, rows in _shipped_rows.items():
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as table_of:
                table_of.write(rows)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _alter(connection, held, trigger="ENABLE TRIGGER {}", wall="FORCE ROW LEVEL SECURITY")
    return True


def _alter(
    connection: psycopg.Connection[Any], held: list[Any], *, trigger: LiteralString, wall: LiteralString
) -> None:
    """Change the triggers on deletion and the wall of these tables."""
    for name, _size, is_walled, triggers in held:
        changes = [sql.SQL(trigger).format(sql.Identifier(one)) for one in triggers]
        for change in [*changes, *([sql.SQL(wall)] if is_walled else [])]:
            connection.execute(sql.SQL("ALTER TABLE {} {}").format(sql.Identifier(name), change))
