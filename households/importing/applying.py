"""Write what was matched: houses, households and external ids, each with one statement, as one change set.

New rows get ids that follow one another from a random start, so that the change set keeps a range instead of three
hundred thousand entries. Rows go in by village and street, which is how the indexes like them.
"""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from households import codes
from households.importing.fields import Reading
from households.importing.matching import HOUSE_CHANGES, HOUSEHOLD_CHANGES, NEW_EXTERNAL_ID
from households.models import House, HouseExternalId, Household
from mapping import changes
from mapping.models import ChangeSet, Unit

HOUSES, HOUSEHOLDS, IDS = House._meta.db_table, Household._meta.db_table, HouseExternalId._meta.db_table

_NUMBER_HOUSES = """
DROP TABLE IF EXISTS pg_temp.import_house, pg_temp.import_code, pg_temp.import_household, pg_temp.import_id;
CREATE TEMPORARY TABLE import_house ON COMMIT DROP AS
SELECT work.line, (%(prefix)s || lpad(to_hex(row_number() OVER walk), 6, '0'))::uuid AS id,
       row_number() OVER walk AS n
  FROM import_work work JOIN import_row row USING (line)
 WHERE work.house_id IS NULL AND work.line = work.leader
   AND (%(with_doubles)s OR NOT EXISTS (SELECT FROM import_double d WHERE d.line = work.line))
WINDOW walk AS (ORDER BY row.village_id, row.street_key, work.line);
ANALYZE import_house;
CREATE TEMPORARY TABLE import_code (n bigint, code text COLLATE "C") ON COMMIT DROP
"""
_INSERT_HOUSES = f"""
INSERT INTO {HOUSES} (id, code, commune_id, village_id, number, street, location, location_source, accuracy_m, state,
                      closed_reason, note, version, created_at, updated_at)
SELECT house.id, code.code, %(commune)s, row.village_id, coalesce(row.number, ''), coalesce(row.street, ''),
       ST_SetSRID(ST_MakePoint(row.lng, row.lat), 4326), 'import', row.accuracy_m, 'active', '',
       CASE WHEN row.head_name IS NULL THEN coalesce(row.note, '') ELSE '' END, 1, now(), now()
  FROM import_house house JOIN import_code code USING (n) JOIN import_row row USING (line)
 ORDER BY house.n
"""
_NUMBER_HOUSEHOLDS = """
CREATE TEMPORARY TABLE import_household ON COMMIT DROP AS
SELECT work.line, (%(prefix)s || lpad(to_hex(row_number() OVER ()), 6, '0'))::uuid AS id,
       coalesce(house.id, work.house_id) AS house_id
  FROM import_work work
  JOIN import_row row USING (line)
  LEFT JOIN import_house house ON house.line = work.leader
 WHERE row.head_name IS NOT NULL AND work.household_id IS NULL AND coalesce(house.id, work.house_id) IS NOT NULL
 ORDER BY house.n, work.line
"""
_INSERT_HOUSEHOLDS = f"""
INSERT INTO {HOUSEHOLDS} (id, house_id, commune_id, head_name, phone, size, note, version, created_at, updated_at)
SELECT household.id, household.house_id, %(commune)s, row.head_name, coalesce(row.phone, ''), row.size,
       coalesce(row.note, ''), 1, now(), now()
  FROM import_household household JOIN import_row row USING (line) ORDER BY household.id
"""
_NUMBER_IDS = f"""
CREATE TEMPORARY TABLE import_id ON COMMIT DROP AS
SELECT (%(prefix)s || lpad(to_hex(row_number() OVER ()), 6, '0'))::uuid AS id, line, house_id FROM (
    SELECT min(work.line) AS line, coalesce(house.id, work.house_id) AS house_id
      FROM import_work work JOIN import_row row USING (line) LEFT JOIN import_house house ON house.line = work.leader
     WHERE coalesce(house.id, work.house_id) IS NOT NULL AND {NEW_EXTERNAL_ID}
     GROUP BY row.external_id, coalesce(house.id, work.house_id)
) fresh
"""
_INSERT_IDS = f"""
INSERT INTO {IDS} (id, house_id, commune_id, scheme, value, version)
SELECT fresh.id, fresh.house_id, %(commune)s, %(scheme)s, row.external_id, 1
  FROM import_id fresh JOIN import_row row USING (line) ORDER BY fresh.id
"""
_CHANGED_HOUSES = f"""
SELECT house.id FROM import_work work JOIN import_row row USING (line) JOIN {HOUSES} house ON house.id = work.house_id
 WHERE work.line = work.leader AND ({HOUSE_CHANGES}) ORDER BY house.id FOR UPDATE OF house
"""
_UPDATE_HOUSES = f"""
UPDATE {HOUSES} house
   SET number = coalesce(row.number, house.number), street = coalesce(row.street, house.street),
       village_id = coalesce(row.village_id, house.village_id),
       location = CASE WHEN moved.yes THEN ST_SetSRID(ST_MakePoint(row.lng, row.lat), 4326) ELSE house.location END,
       location_source = CASE WHEN moved.yes THEN 'import' ELSE house.location_source END,
       accuracy_m = CASE WHEN moved.yes THEN row.accuracy_m ELSE coalesce(row.accuracy_m, house.accuracy_m) END,
       note = CASE WHEN row.head_name IS NULL THEN coalesce(row.note, house.note) ELSE house.note END,
       version = house.version + 1, updated_at = now()
  FROM import_work work JOIN import_row row USING (line)
  JOIN {HOUSES} before ON before.id = work.house_id
 CROSS JOIN LATERAL (SELECT coalesce(abs(row.lng - ST_X(before.location)) > 2e-6
                                  OR abs(row.lat - ST_Y(before.location)) > 2e-6, false) AS yes) moved
 WHERE house.id = before.id AND work.line = work.leader AND house.id = ANY(%s)
"""
_CHANGED_HOUSEHOLDS = f"""
SELECT household.id FROM import_work work JOIN import_row row USING (line)
  JOIN {HOUSEHOLDS} household ON household.id = work.household_id
 WHERE {HOUSEHOLD_CHANGES} ORDER BY household.id FOR UPDATE OF household
"""
_UPDATE_HOUSEHOLDS = f"""
UPDATE {HOUSEHOLDS} household
   SET head_name = row.head_name, phone = coalesce(row.phone, household.phone),
       size = coalesce(row.size, household.size), note = coalesce(row.note, household.note),
       version = household.version + 1, updated_at = now()
  FROM import_work work JOIN import_row row USING (line)
 WHERE household.id = work.household_id AND household.id = ANY(%s)
"""
_FIRST, _LAST_DIGITS = 1, 6
MOST_ROWS: Final = 16**_LAST_DIGITS - 1


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
    """Write everything that `import_work` says, under `changeset`; call inside the same transaction as the match."""
    params = {"commune": commune.pk, "scheme": reading.scheme, "with_doubles": with_doubles}
    with connection.cursor() as cursor:
        changed_houses = _update(cursor, changeset, HOUSES, _CHANGED_HOUSES, _UPDATE_HOUSES)
        changed_households = _update(cursor, changeset, HOUSEHOLDS, _CHANGED_HOUSEHOLDS, _UPDATE_HOUSEHOLDS)
        changes.seal(changeset)
        prefix = _ids()
        cursor.execute(_NUMBER_HOUSES, {**params, "prefix": prefix})
        houses = _give_codes(cursor)
        cursor.execute(_INSERT_HOUSES, params)
        _record(changeset, HOUSES, prefix, houses)
        households = _add(
            cursor, changeset, HOUSEHOLDS, "import_household", _NUMBER_HOUSEHOLDS, _INSERT_HOUSEHOLDS, params
        )
        if "external_id" in reading.columns:
            _add(cursor, changeset, IDS, "import_id", _NUMBER_IDS, _INSERT_IDS, params)
    return Written(houses, changed_houses, households, changed_households)


def _update(cursor: Any, changeset: ChangeSet, table: str, find: str, update: str) -> int:
    cursor.execute(find)
    ids = [row[0] for row in cursor.fetchall()]
    if ids:
        changes.remember(changeset, table, ids)
        cursor.execute(update, [ids])
    return len(ids)


def _add(
    cursor: Any, changeset: ChangeSet, table: str, numbered: str, number: str, insert: str, params: dict[str, Any]
) -> int:
    prefix = _ids()
    cursor.execute(number, {**params, "prefix": prefix})
    cursor.execute(f"ANALYZE {numbered}")
    cursor.execute(insert, params)
    count: int = cursor.rowcount
    _record(changeset, table, prefix, count)
    return count


def _record(changeset: ChangeSet, table: str, prefix: str, count: int) -> None:
    if count:
        changes.added_range(changeset, table, first_id=_nth(prefix, _FIRST), last_id=_nth(prefix, count), count=count)


def _give_codes(cursor: Any) -> int:
    """Give every new house the next house code; return how many there are."""
    cursor.execute("SELECT nextval('households_house_code_number') FROM import_house")
    numbers = [row[0] for row in cursor.fetchall()]
    if numbers:
        with cursor.copy("COPY import_code FROM STDIN") as copy:
            copy.write("".join(f"{n}\t{code}\n" for n, code in enumerate(codes.house_codes(numbers), 1)))
        cursor.execute("ANALYZE import_code")
    return len(numbers)


def _ids() -> str:
    """The beginning of a block of UUIDv7: this millisecond and 50 random bits, room for six hexadecimal digits."""
    milliseconds = time.time_ns() // 1_000_000
    head = f"{milliseconds:012x}7{secrets.randbits(12):03x}"
    tail = f"{0x80 | secrets.randbits(6):02x}{secrets.randbits(32):08x}"
    return head + tail


def _nth(prefix: str, n: int) -> uuid.UUID:
    return uuid.UUID(f"{prefix}{n:0{_LAST_DIGITS}x}")
