"""What changed since a phone last looked, without any clock: by the transactions that wrote the rows.

A cursor names the oldest transaction that was still open when the answer was read. Whatever was written by that one or
a later one may be unknown to the phone and is told again; whatever is older it has. A transaction that was open
meanwhile is never missed, however long it took, nor a row that some program wrote without touching `updated_at`. What
is told twice does no harm; on a server with other databases their transactions count too, and more is told twice.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models

from households.models import House

_TEXT: Final = re.compile(r"([0-9]{1,10})-([0-9]{1,19})", re.ASCII)
_LONGEST: Final = 1_000_000_000
"""Transactions after which a cursor says nothing: short numbers come round again after two thousand million."""


@dataclass(frozen=True)
class Cursor:
    """A place in the stream of transactions of one database; `table` tells a restored one from the one before."""

    table: int
    transaction: int
    newest: int = 0
    """The next transaction, of a cursor that was just taken: none of a phone's names a later one."""

    def __str__(self) -> str:
        return f"{self.table}-{self.transaction}"


def cursor_now() -> Cursor:
    """Return the cursor of an answer; take it before anything else of the answer is read."""
    with connection.cursor() as db:
        db.execute(
            "SELECT %s::regclass::oid::bigint, pg_snapshot_xmin(now.it)::text::bigint, "
            "pg_snapshot_xmax(now.it)::text::bigint FROM (SELECT pg_current_snapshot() AS it) now",
            [House._meta.db_table],
        )
        return Cursor(*db.fetchone())


def usable(text: str, now: Cursor) -> Cursor | None:
    """Return the cursor that a phone sent; None when it is none of this database's, so that all has to be told."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    cursor = Cursor(int(found[1]), int(found[2]))
    if cursor.table != now.table or not 0 <= now.newest - cursor.transaction < _LONGEST:
        return None
    return cursor


def written_since(cursor: Cursor, table: str) -> models.Func:
    """Return the condition that a row of `table`, as the query calls it, was written at `cursor` or later."""
    return models.Func(
        models.Value(str(cursor.transaction)),
        template=f"(age({table}.xmin) <= age((%(expressions)s::text)::xid8::xid))",
        output_field=models.BooleanField(),
    )


def left_since(cursor: Cursor, events: type[models.Model], village_id: int, still: Iterable[uuid.UUID]) -> list[str]:
    """Return ids of rows that were in the village after `cursor` was taken and are not among `still`.

    `events` holds each changed or deleted row as it was before, with the village that it was in.
    """
    table = events._meta.db_table
    with connection.cursor() as db:
        db.execute(
            f"SELECT DISTINCT pgh_obj_id::text FROM {table} WHERE pgh_village_id = %s "
            "AND pgh_label IN ('update', 'delete') AND age(xmin) <= age((%s::text)::xid8::xid) "
            "AND NOT pgh_obj_id = ANY (%s)",
            [village_id, str(cursor.transaction), list(still)],
        )
        rows: list[tuple[Any, ...]] = db.fetchall()
    return sorted(row[0] for row in rows)
