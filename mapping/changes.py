"""Record what an action did to rows, and undo it.

Rows keep a counter `version`. An undo puts every row of the change set back as it was, or none: when a row
has moved on since (its version differs), the person is told which, and nothing changes. A restored row gets
a new version, because a counter never goes back; the action before learns of it, so that one step after the
other can be undone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mapping.errors import Conflict
from mapping.models import AddedRange, ChangeSet, Unit
from mapping.registry import ChangeTable, change_tables
from mapping.wording import gettext as _


def begin(*, kind: str, subject: str, commune: Unit, user: Any) -> ChangeSet:
    """Open the change set of one action; call inside the transaction that does the action."""
    return ChangeSet.objects.create(kind=kind, subject=subject[:200], commune=commune, created_by=user)


def remember(changeset: ChangeSet, table: str, ids: Iterable[uuid.UUID]) -> None:
    """Keep the images of rows that are about to be changed or deleted. Call before the write, then `seal`."""
    entry = change_tables[table]
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO mapping_change (changeset_id, "table", row_id, before) '
            f"SELECT %s, %s, t.id, {image_sql(entry, 't')} FROM {table} t WHERE t.id = ANY(%s)",
            [changeset.pk, table, list(ids)],
        )


def added(changeset: ChangeSet, table: str, ids: Iterable[uuid.UUID]) -> None:
    """Record rows that were just added."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO mapping_change (changeset_id, "table", row_id, version_after) '
            f"SELECT %s, %s, t.id, t.version FROM {table} t WHERE t.id = ANY(%s)",
            [changeset.pk, table, list(ids)],
        )


def added_range(changeset: ChangeSet, table: str, *, first_id: uuid.UUID, last_id: uuid.UUID, count: int) -> None:
    """Record rows that were just added with version 1 and all ids of which, and no others, lie in the range."""
    AddedRange.objects.create(changeset=changeset, table=table, first_id=first_id, last_id=last_id, count=count)


def seal(changeset: ChangeSet) -> None:
    """Note the versions that the remembered rows have after the write; a row that is gone keeps null."""
    with connection.cursor() as cursor:
        for table in _tables_of(changeset):
            cursor.execute(
                f"UPDATE mapping_change c SET version_after = t.version FROM {table} t "
                'WHERE c.changeset_id = %s AND c."table" = %s AND t.id = c.row_id',
                [changeset.pk, table],
            )


def image_sql(entry: ChangeTable, alias: str) -> str:
    """Return SQL for the row as JSON; geometries as hexadecimal EWKB, so that nothing is rounded."""
    parts = [f"to_jsonb({alias})"]
    parts += [f"jsonb_build_object('{column}', {alias}.{column}::text)" for column in entry.geometry_columns]
    return " || ".join(parts)


@transaction.atomic
def undo(*, changeset: ChangeSet, user: Any, gone: Iterable[uuid.UUID] = ()) -> int:
    """Put every row of `changeset` back; return how many. Raises Conflict when one has moved on since.

    `gone` are rows that it added and that need not be there any more: a later act took them away, and they stay away.
    """
    changeset = ChangeSet.objects.select_for_update().get(pk=changeset.pk)
    if changeset.undone_at is not None:
        raise Conflict(_("Lần thay đổi này đã được hoàn tác trước đó."), code="already_undone")
    if changeset.changes.filter(before__has_key="redacted").exists():
        raise Conflict(
            _("Không hoàn tác được: dữ liệu cá nhân trong lần này đã được xóa theo quy định lưu giữ."), code="redacted"
        )
    restored, lost = 0, list(gone)
    tables = _tables_of(changeset)
    ranges = list(changeset.added_ranges.all())
    with connection.cursor() as cursor:
        for table in tables:
            of_table = [added for added in ranges if added.table == table]
            _refuse_if_moved_on(cursor, changeset, table, of_table, lost)
        # What was added goes first in reverse order of need, what was changed or deleted comes back in order.
        for table in reversed(tables):
            cursor.execute(
                f"DELETE FROM {table} t USING mapping_change c WHERE c.changeset_id = %s "
                'AND c."table" = %s AND c.before IS NULL AND t.id = c.row_id',
                [changeset.pk, table],
            )
            restored += cursor.rowcount
            for added in ranges:
                if added.table == table:
                    cursor.execute(f"DELETE FROM {table} WHERE id BETWEEN %s AND %s", [added.first_id, added.last_id])
                    restored += cursor.rowcount
        for table in tables:
            restored += _put_back(cursor, changeset, table)
            _tell_the_action_before(cursor, changeset, table)
    changeset.undone_by, changeset.undone_at = user, timezone.now()
    changeset.save(update_fields=["undone_by", "undone_at"])
    return restored


def _tables_of(changeset: ChangeSet) -> list[str]:
    """The tables touched, parents before children: the order in which they were registered."""
    touched = set(changeset.changes.values_list("table", flat=True).distinct())
    touched |= set(changeset.added_ranges.values_list("table", flat=True))
    return [table for table in change_tables if table in touched]


def _lock(cursor: Any, changeset: ChangeSet, table: str, ranges: list[AddedRange]) -> None:
    """Hold the rows until the undo is over: an edit that is about to commit is waited for and then seen."""
    cursor.execute(
        f"SELECT count(*) FROM (SELECT t.id FROM {table} t JOIN mapping_change c ON c.row_id = t.id "
        'WHERE c.changeset_id = %s AND c."table" = %s ORDER BY t.id FOR UPDATE OF t) locked',
        [changeset.pk, table],
    )
    for added in ranges:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT id FROM {table} WHERE id BETWEEN %s AND %s ORDER BY id FOR UPDATE) locked",
            [added.first_id, added.last_id],
        )


def _refuse_if_moved_on(
    cursor: Any, changeset: ChangeSet, table: str, ranges: list[AddedRange], gone: list[uuid.UUID]
) -> None:
    _lock(cursor, changeset, table, ranges)
    cursor.execute(
        f"SELECT count(*) FROM mapping_change c LEFT JOIN {table} t ON t.id = c.row_id "
        'WHERE c.changeset_id = %s AND c."table" = %s AND t.version IS DISTINCT FROM c.version_after '
        "AND NOT (t.id IS NULL AND c.before IS NULL AND c.row_id = ANY(%s))",
        [changeset.pk, table, gone],
    )
    (moved_on,) = cursor.fetchone()
    for added in ranges:
        cursor.execute(
            f"SELECT count(*) FROM {table} t WHERE id BETWEEN %s AND %s AND (version = 1 OR EXISTS ("
            "SELECT FROM mapping_change c WHERE c.changeset_id = %s AND c.row_id = t.id))",
            [added.first_id, added.last_id, changeset.pk],
        )
        moved_on += added.count - cursor.fetchone()[0]
    if moved_on:
        name = change_tables[table].model._meta.verbose_name
        raise Conflict(
            _("Không hoàn tác được: %(count)d %(what)s đã được sửa tiếp sau lần này. Hãy hoàn tác các lần sau trước.")
            % {"count": moved_on, "what": name},
            code="moved_on",
        )


def _put_back(cursor: Any, changeset: ChangeSet, table: str) -> int:
    columns = [
        field.column
        for field in change_tables[table].model._meta.concrete_fields
        if not getattr(field, "generated", False)
    ]
    values = ", ".join("greatest(old.version, c.version_after) + 1" if c == "version" else f"old.{c}" for c in columns)
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "id")
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM mapping_change c "
        f"CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, c.before) old "
        'WHERE c.changeset_id = %s AND c."table" = %s AND c.before IS NOT NULL '
        f"ON CONFLICT (id) DO UPDATE SET {updates}",
        [changeset.pk, table],
    )
    return cursor.rowcount


# The versions of a row never repeat, so the image's version names the one action after which the row was so. Rows
# of a range have no record of their own until now.
_BEFORE_BY_CHANGE = """
UPDATE mapping_change earlier SET version_after = t.version
  FROM mapping_change c JOIN {table} t ON t.id = c.row_id
 WHERE c.changeset_id = %(changeset)s AND c."table" = %(table)s AND c.before IS NOT NULL
   AND earlier.row_id = c.row_id AND earlier."table" = c."table" AND earlier.changeset_id <> c.changeset_id
   AND earlier.version_after = (c.before ->> 'version')::int
"""
_BEFORE_BY_RANGE = """
INSERT INTO mapping_change (changeset_id, "table", row_id, version_after)
SELECT added.changeset_id, c."table", c.row_id, t.version
  FROM mapping_change c JOIN {table} t ON t.id = c.row_id
  JOIN mapping_addedrange added ON added."table" = c."table" AND c.row_id BETWEEN added.first_id AND added.last_id
 WHERE c.changeset_id = %(changeset)s AND c."table" = %(table)s AND (c.before ->> 'version')::int = 1
"""


def _tell_the_action_before(cursor: Any, changeset: ChangeSet, table: str) -> None:
    params = {"changeset": changeset.pk, "table": table}
    cursor.execute(_BEFORE_BY_CHANGE.format(table=table), params)
    cursor.execute(_BEFORE_BY_RANGE.format(table=table), params)
