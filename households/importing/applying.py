"""Write what was matched: houses, households and external ids, each with one statement, as one change set.

A new row's id is a random block of this import's own with the row's number in the file at its end, so that the change
set keeps a range instead of three hundred thousand entries and nothing has to be looked up between the statements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from households import codes
from households.decided_numbers import take_from_decisions
from households.importing.fields import Reading
from households.importing.matching import ADDRESS_CHANGES, HOUSE_CHANGES, HOUSEHOLD_CHANGES
from households.models import House, HouseExternalId, Household
from mapping import changes
from mapping.errors import Conflict
from mapping.id_blocks import ends_of, new_block
from mapping.models import ChangeSet, Unit
from mapping.wording import gettext as _

HOUSES, HOUSEHOLDS, IDS = House._meta.db_table, Household._meta.db_table, HouseExternalId._meta.db_table

# The leaders of the new houses, each with the number that its house code is made of.
_LEADERS = """
DROP TABLE IF EXISTS pg_temp.import_code;
CREATE TEMPORARY TABLE import_code (line int, code text COLLATE "C") ON COMMIT DROP;
SELECT line, nextval('households_house_code_number') FROM import_work work
 WHERE house_id IS NULL AND line = leader
   AND (%(with_doubles)s OR NOT EXISTS (SELECT FROM import_double double WHERE double.line = work.line))
 ORDER BY line
"""
_INSERT_HOUSES = f"""
INSERT INTO {HOUSES} (id, code, commune_id, village_id, number, street, location, location_source, accuracy_m, state,
                      closed_reason, note, version, created_at, updated_at)
SELECT (%(house)s || lpad(to_hex(row.line), 6, '0'))::uuid, coded.code, %(commune)s, row.village_id,
       coalesce(row.number, ''), coalesce(row.street, ''),
       ST_SetSRID(ST_MakePoint(row.lng, row.lat), 4326), 'import', row.accuracy_m, 'active', '',
       CASE WHEN row.head_name IS NULL THEN coalesce(row.note, '') ELSE '' END, 1, now(), now()
  FROM import_code coded JOIN import_row row USING (line)
 ORDER BY row.line
"""
# Rows of new houses and new households of known ones; doubles that are skipped have no house.
_HOUSED = """
  FROM import_work work JOIN import_row row USING (line) LEFT JOIN import_code coded ON coded.line = work.leader
 CROSS JOIN LATERAL (
     SELECT CASE WHEN coded.line IS NULL THEN work.house_id
                 ELSE (%(house)s || lpad(to_hex(coded.line), 6, '0'))::uuid END AS id) house
"""
_INSERT_HOUSEHOLDS = f"""
INSERT INTO {HOUSEHOLDS} (id, house_id, commune_id, village_id, head_name, phone, size, note, version, created_at,
                          updated_at)
SELECT (%(household)s || lpad(to_hex(work.line), 6, '0'))::uuid, house.id, %(commune)s, home.village_id,
       row.head_name, coalesce(row.phone, ''), row.size, coalesce(row.note, ''), 1, now(), now()
{_HOUSED}
  JOIN {HOUSES} home ON home.id = house.id
 WHERE row.head_name IS NOT NULL AND work.household_id IS NULL
 ORDER BY work.line
"""
# Two households of one house may share its identifier; the second finds it there.
_INSERT_IDS = f"""
INSERT INTO {IDS} (id, house_id, commune_id, scheme, value, version)
SELECT (%(external)s || lpad(to_hex(work.line), 6, '0'))::uuid, house.id, %(commune)s, %(scheme)s, row.external_id, 1
{_HOUSED}
 WHERE house.id IS NOT NULL AND row.external_id IS NOT NULL
 ORDER BY work.line
    ON CONFLICT (commune_id, scheme, value) DO NOTHING
"""
# Which rows change which house or household. The planner must know how few or many they are: without these numbers
# it joins a hundred thousand rows by nested loops.
_CHANGED = """
DROP TABLE IF EXISTS pg_temp.import_changed;
CREATE TEMPORARY TABLE import_changed ON COMMIT DROP AS {rows};
ANALYZE import_changed;
SELECT locked.id FROM {table} locked JOIN import_changed changed USING (id) ORDER BY locked.id FOR UPDATE OF locked
"""
_CHANGED_HOUSES = _CHANGED.format(
    table=HOUSES,
    rows=f"""
SELECT work.line, house.id FROM import_work work JOIN import_row row USING (line) JOIN {HOUSES} house
    ON house.id = work.house_id
 WHERE work.line = work.leader AND ({HOUSE_CHANGES})
""",
)
_MOVED = """coalesce(abs(row.lng - ST_X(house.location)) > 2e-6 OR abs(row.lat - ST_Y(house.location)) > 2e-6, false)"""
_UPDATE_HOUSES = f"""
UPDATE {HOUSES} house
   SET number = coalesce(row.number, house.number), street = coalesce(row.street, house.street),
       village_id = coalesce(row.village_id, house.village_id),
       location = CASE WHEN {_MOVED} THEN ST_SetSRID(ST_MakePoint(row.lng, row.lat), 4326) ELSE house.location END,
       location_source = CASE WHEN {_MOVED} THEN 'import' ELSE house.location_source END,
       accuracy_m = CASE WHEN {_MOVED} THEN row.accuracy_m ELSE coalesce(row.accuracy_m, house.accuracy_m) END,
       note = CASE WHEN row.head_name IS NULL THEN coalesce(row.note, house.note) ELSE house.note END,
       version = house.version + 1, updated_at = now()
  FROM import_changed changed JOIN import_row row USING (line)
 WHERE house.id = changed.id
"""
# The houses are held by now: no decision can come to them any more, one that came since the match is seen.
_TAKEN_FROM_DECISIONS = f"""
SELECT frontage.id, EXISTS (SELECT FROM import_decided seen WHERE seen.frontage_id = frontage.id)
  FROM import_changed changed JOIN import_row row USING (line) JOIN {HOUSES} house ON house.id = changed.id
  JOIN households_frontage frontage ON frontage.house_id = house.id
 WHERE frontage.decision_id IS NOT NULL AND ({ADDRESS_CHANGES}) ORDER BY frontage.id FOR UPDATE OF frontage
"""
_CHANGED_HOUSEHOLDS = _CHANGED.format(
    table=HOUSEHOLDS,
    rows=f"""
SELECT DISTINCT ON (household.id) work.line, household.id
  FROM import_work work JOIN import_row row USING (line) JOIN {HOUSEHOLDS} household ON household.id = work.household_id
 WHERE {HOUSEHOLD_CHANGES} ORDER BY household.id, work.line
""",
)
_UPDATE_HOUSEHOLDS = f"""
UPDATE {HOUSEHOLDS} household
   SET head_name = row.head_name, phone = coalesce(row.phone, household.phone),
       size = coalesce(row.size, household.size), note = coalesce(row.note, household.note),
       version = household.version + 1, updated_at = now()
  FROM import_changed changed JOIN import_row row USING (line)
 WHERE household.id = changed.id
"""


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows went in or changed."""

    houses_added: int
    houses_changed: int
    households_added: int
    households_changed: int

    def __bool__(self) -> bool:
        return bool(self.houses_added or self.houses_changed or self.households_added or self.households_changed)


def write(*, reading: Reading, commune: Unit, changeset: ChangeSet, with_doubles: bool) -> Written:
    """Write everything that `import_work` says, under `changeset`; call inside the same transaction as the match.

    Raises Conflict when a decision gave one of these houses its number while the list was being matched.
    """
    blocks = {"house": new_block(), "household": new_block(), "external": new_block()}
    params = {"commune": commune.pk, "scheme": reading.scheme, "with_doubles": with_doubles, **blocks}
    with connection.cursor() as cursor:
        changed_houses = _update(cursor, changeset, HOUSES, _CHANGED_HOUSES, _UPDATE_HOUSES, _leave_decisions)
        changed_households = _update(cursor, changeset, HOUSEHOLDS, _CHANGED_HOUSEHOLDS, _UPDATE_HOUSEHOLDS)
        changes.seal(changeset)
        _give_codes(cursor, params)
        added = [
            _add(cursor, changeset, table, blocks[block], insert, params)
            for table, block, insert in (
                (HOUSES, "house", _INSERT_HOUSES),
                (HOUSEHOLDS, "household", _INSERT_HOUSEHOLDS),
                (IDS, "external", _INSERT_IDS),
            )
        ]
    return Written(added[0], changed_houses, added[1], changed_households)


def _leave_decisions(cursor: Any, changeset: ChangeSet) -> None:
    """Let houses whose number or street is about to change stand by no decision."""
    cursor.execute(_TAKEN_FROM_DECISIONS)
    found = cursor.fetchall()
    if not all(seen for _id, seen in found):
        raise Conflict(
            _("Có số nhà vừa được quyết định đặt trong khi đang nhập. Hãy kiểm tra lại danh sách rồi nhập lần nữa."),
            code="decided_meanwhile",
        )
    if found:
        take_from_decisions([frontage for frontage, _seen in found], changeset)


def _update(
    cursor: Any,
    changeset: ChangeSet,
    table: str,
    find: str,
    update: str,
    before: Callable[[Any, ChangeSet], None] = lambda cursor, changeset: None,
) -> int:
    cursor.execute(find)
    while cursor.nextset():
        pass
    ids = [row[0] for row in cursor.fetchall()]
    if ids:
        changes.remember(changeset, table, ids)
        before(cursor, changeset)
        cursor.execute(update)
    return len(ids)


def _add(cursor: Any, changeset: ChangeSet, table: str, block: str, insert: str, params: dict[str, Any]) -> int:
    cursor.execute(insert, params)
    count: int = cursor.rowcount
    remember_block(changeset, table, block, count)
    return count


def remember_block(changeset: ChangeSet, table: str, block: str, count: int) -> None:
    """Record that an import added `count` rows to a table, with ids of its block."""
    if count:
        first, last = ends_of(block)
        changes.added_range(changeset, table, first_id=first, last_id=last, count=count)


def _give_codes(cursor: Any, params: dict[str, Any]) -> None:
    """Give every new house the next house code."""
    cursor.execute(_LEADERS, params)
    while cursor.nextset():
        pass
    rows = cursor.fetchall()
    given = codes.house_codes([number for _line, number in rows])
    with cursor.copy("COPY import_code FROM STDIN") as copy:
        copy.write("".join(f"{line}\t{code}\n" for (line, _number), code in zip(rows, given, strict=True)))
    cursor.execute("ANALYZE import_code")
