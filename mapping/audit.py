"""Write down what a person did that changes no row: a reading, a reveal, a list taken out, a print, a way in.

Changes of rows write themselves down, in triggers (`mapping/history.py`). An entry stands and falls with what it tells:
inside a page's transaction it is kept when the page is answered, outside of one at once, so that a failed try stays.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.http import HttpRequest

from mapping import wall
from mapping.client_address import address_of
from mapping.registry import audit_actions

if TYPE_CHECKING:
    from mapping.models import Unit

SAME_READING_MINUTES: Final = 5
"""Whoever looks at a record again within these minutes has read it once."""

_COLUMNS: Final = (
    'user_id, user_name, address, path, why, action, subject, "table", row_id, rows, '
    "commune_id, village_id, count, detail"
)
# The database's own clock, so that entries and events of rows stand in one order. Nothing is asked back: whoever acts
# may add an entry that they are not allowed to see.
_INSERT: Final = f"INSERT INTO mapping_auditentry (at, {_COLUMNS}) SELECT clock_timestamp(), {{values}}"
_VALUES: Final = ", ".join(
    f"%s::{kind}"
    for kind in (
        *("bigint", "text", "text", "text", "text", "text", "text", "text", "uuid", "uuid[]"),
        *("bigint", "bigint", "integer", "jsonb"),
    )
)
# One statement for many rows, each with an entry of its own.
_INSERT_EACH: Final = f"""
INSERT INTO mapping_auditentry (at, {_COLUMNS})
SELECT clock_timestamp(), %s::bigint, %s::text, %s::text, %s::text, %s::text, %s::text, entry.subject, %s::text,
       entry.row_id, NULL, entry.commune_id, entry.village_id, 1, '{{}}'
  FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::bigint[]) AS entry (subject, row_id, commune_id, village_id)
"""
_NOT_JUST_NOW: Final = f"""
 WHERE NOT EXISTS (SELECT FROM mapping_auditentry earlier
                    WHERE earlier.row_id IS NOT DISTINCT FROM %s AND earlier.action = %s AND earlier.user_id = %s
                      AND earlier.at > now() - interval '{SAME_READING_MINUTES} minutes')
"""

# The rows of this entry that no entry of this action by this person named a moment ago; null when there are none.
_NEW_ROWS: Final = f"""
SELECT array_agg(named.id) AS ids, count(*) AS count FROM unnest(%s::uuid[]) named (id)
 WHERE NOT EXISTS (SELECT FROM mapping_auditentry earlier
                    WHERE named.id = ANY (earlier.rows) AND earlier.action = %s AND earlier.user_id = %s
                      AND earlier.at > now() - interval '{SAME_READING_MINUTES} minutes')
"""


def record(
    action: str,
    *,
    subject: str = "",
    table: str = "",
    row_id: uuid.UUID | None = None,
    rows: Iterable[uuid.UUID] | None = None,
    commune: Unit | int | None = None,
    village_id: int | None = None,
    count: int = 1,
    detail: dict[str, Any] | None = None,
    request: HttpRequest | None = None,
    user: Any | None = None,
    once: bool = False,
) -> None:
    """Write one entry: whoever acts now (`mapping/wall.py`) did `action`, a name that `registry.audit_actions` knows.

    `subject`, `detail` and the path hold no personal values: a household is named by its house's code. `rows` are the
    rows that a list took out. `commune` may be any unit. `request` and `user` say who and from where while nobody
    has signed in yet. With `once` a reading of the same row by the same person a moment ago is not written again;
    of `rows` those are left out, and `count` is how many remain.
    """
    _require_known(action)
    context = wall.current().context
    if user is not None:
        context = context | {"user": user.pk, "name": str(user)}
    if request is not None:
        context = context | {"address": address_of(request), "path": request.path}
    if once and rows is not None:
        with connection.cursor() as cursor:
            cursor.execute(_NEW_ROWS, [list(rows), action, context.get("user")])
            rows, count = cursor.fetchone()
        if not rows:
            return
        once = False
    values = [
        *_who(context),
        action,
        subject[:200],
        table,
        row_id,
        list(rows) if rows is not None else None,
        commune if commune is None or isinstance(commune, int) else commune.pk,
        village_id,
        count,
        json.dumps(detail or {}, ensure_ascii=False),
    ]
    statement = _INSERT.format(values=_VALUES)
    if once:
        statement += _NOT_JUST_NOW
        values += [row_id, action, context.get("user")]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def record_each(action: str, *, table: str, rows: Iterable[tuple[str, uuid.UUID, int | None, int | None]]) -> None:
    """Write one entry a row, all with one statement: its subject, id, commune and village."""
    _require_known(action)
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_EACH, [*_who(wall.current().context), action, table, *columns])


def _require_known(action: str) -> None:
    if action not in audit_actions:
        raise ValueError(f"No audit action is called {action!r}; announce it in registry.audit_actions.")


def _who(context: Mapping[str, Any]) -> list[Any]:
    """Who acts, from where and why, as the columns hold it."""
    return [
        context.get("user"),
        str(context.get("name", ""))[:250],
        str(context.get("address", ""))[:45],
        str(context.get("path", ""))[:200],
        str(context.get("why", ""))[:500],
    ]
