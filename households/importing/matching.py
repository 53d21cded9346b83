"""Find out in the database what each row of a list would do: add, change, leave, or be refused.

A row names a house that is there by its house code, else by its external id. Rows that name the same house, or that
have the same number, street, village and point, are the households of one house; a row without a point joins the
row with its external id. The first of them with a point, the leader, speaks for the house; what contradicts it is
refused. An empty cell says nothing and changes nothing.

A list in which no row can name a house goes another way to the same end (`arrivals`, `new_houses`).

Everything is set-based over temporary tables that live as long as the transaction:
`import_row` (staging) → `import_work` (one a row: its leader and the house and household it names)
→ `import_refused` (rows that cannot be taken), `import_double` (rows that look like a house that is there) and
`import_decided` (rows with another number or street for a house than a decision gave it).
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from households.importing.fields import Reading
from mapping.importing import Issue
from mapping.models import Unit

# A point counts as moved from a fifth of a metre on: less is the rounding of a list that was written out.
_MOVED = "abs({a}.lng - {b}.lng) > 2e-6 OR abs({a}.lat - {b}.lat) > 2e-6"

# Rows without a number are households of one house when street, village and point agree.
_PLACE = """
    hashint8extended(row.point, coalesce(row.address, hash_record_extended(ROW(row.village_id, row.street_key), 1)))
"""
_CLEAR = """
DROP TABLE IF EXISTS pg_temp.import_named, pg_temp.import_shared, pg_temp.import_work, pg_temp.import_refused,
    pg_temp.import_double, pg_temp.import_decided;
CREATE TEMPORARY TABLE import_double (line int, code text, other int, house_id uuid) ON COMMIT DROP;
"""
_WORK = f"""
CREATE TEMPORARY TABLE import_named ON COMMIT DROP AS
SELECT row.line, coalesce(coded.id, known.house_id) AS house_id,
       CASE WHEN row.code IS NOT NULL AND coded.id IS NULL THEN 'code_unknown'
            WHEN coded.id <> known.house_id THEN 'code_and_id_differ'
            WHEN coalesce(coded.state, listed.state) = 'closed' THEN 'house_closed'
            WHEN coded.id IS NULL AND known.id IS NULL AND row.lng IS NULL THEN 'missing'
       END AS refusal,
       CASE WHEN coded.id IS NOT NULL OR known.id IS NOT NULL
            THEN uuid_hash_extended(coalesce(coded.id, known.house_id), 0)
            ELSE {_PLACE}
       END AS place,
       CASE WHEN known.id IS NULL THEN row.external_id END AS new_id,
       row.lng IS NOT NULL AS placed
  FROM import_row row
  LEFT JOIN households_house coded ON coded.code = row.code AND coded.commune_id = %(commune)s
  LEFT JOIN households_houseexternalid known
         ON known.commune_id = %(commune)s AND known.scheme = %(scheme)s AND known.value = row.external_id
  LEFT JOIN households_house listed ON listed.id = known.house_id;

UPDATE import_named named SET place = other.place, house_id = other.house_id, refusal = NULL
  FROM (SELECT DISTINCT ON (new_id) new_id, place, house_id FROM import_named
         WHERE new_id IS NOT NULL AND refusal IS NULL ORDER BY new_id, line) other
 WHERE named.new_id = other.new_id AND named.refusal = 'missing';

CREATE TEMPORARY TABLE import_shared ON COMMIT DROP AS
SELECT place, coalesce(min(line) FILTER (WHERE placed), min(line)) AS leader
  FROM import_named WHERE refusal IS NULL GROUP BY place HAVING count(*) > 1;

CREATE TEMPORARY TABLE import_work ON COMMIT DROP AS
SELECT named.line, coalesce(shared.leader, named.line) AS leader, named.house_id, household.id AS household_id
  FROM import_named named
  LEFT JOIN import_shared shared USING (place)
  JOIN import_row row USING (line)
  LEFT JOIN LATERAL (
      SELECT held.id FROM households_household held
       WHERE held.house_id = named.house_id AND sonha_fold(held.head_name) COLLATE "C" = row.head_name_key
       ORDER BY held.id LIMIT 1
  ) household ON named.house_id IS NOT NULL AND row.head_name IS NOT NULL
 WHERE named.refusal IS NULL;
ANALYZE import_work;

CREATE TEMPORARY TABLE import_refused ON COMMIT DROP AS
SELECT line, refusal AS code, NULL::text AS field, NULL::int AS other, NULL::text AS value
  FROM import_named WHERE refusal IS NOT NULL;
"""

# Followers must not contradict their leader, nor repeat a household.
_CONTRADICTIONS = f"""
INSERT INTO import_refused
SELECT line, code, field, other FROM (
    SELECT work.line, work.leader AS other, 'differs' AS code,
           CASE WHEN row.number_key IS NOT NULL AND row.number_key IS DISTINCT FROM leader.number_key THEN 'number'
                WHEN row.street_key IS NOT NULL AND row.street_key IS DISTINCT FROM leader.street_key THEN 'street'
                WHEN row.village_id IS NOT NULL AND row.village_id IS DISTINCT FROM leader.village_id THEN 'village'
                WHEN row.lng IS NOT NULL AND (leader.lng IS NULL OR {_MOVED.format(a="row", b="leader")}) THEN 'x'
           END AS field
      FROM import_work work JOIN import_row row USING (line) JOIN import_row leader ON leader.line = work.leader
     WHERE work.line <> work.leader
) contradiction WHERE field IS NOT NULL
UNION ALL
SELECT line, 'repeats', CASE WHEN head_name IS NULL THEN NULL ELSE 'head_name' END,
       CASE WHEN head_name IS NULL THEN leader ELSE first END
  FROM (
    SELECT work.line, work.leader, row.head_name,
           first_value(work.line) OVER (
               PARTITION BY work.leader, row.head_name_key ORDER BY work.line <> work.leader, work.line) AS first
      FROM import_work work JOIN import_row row USING (line) JOIN import_shared shared ON shared.leader = work.leader
  ) household
 WHERE line <> leader AND (head_name IS NULL OR line <> first);
INSERT INTO import_refused
SELECT line, 'id_repeats', 'external_id', other FROM (
    SELECT work.line, work.leader, named.new_id,
           min(work.line) OVER (PARTITION BY named.new_id) AS other,
           first_value(work.leader) OVER (PARTITION BY named.new_id ORDER BY work.line) AS first_leader
      FROM import_work work JOIN import_named named USING (line)
      JOIN (SELECT new_id FROM import_named WHERE new_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1) repeated
        ON repeated.new_id = named.new_id
) named WHERE leader <> first_leader;
"""
_TAKE_OUT = """
DELETE FROM import_work work USING import_refused refused WHERE refused.line = work.line;
INSERT INTO import_refused
SELECT line, 'leader_refused', NULL, leader FROM import_work work
 WHERE line <> leader AND NOT EXISTS (SELECT FROM import_work head WHERE head.line = work.leader);
DELETE FROM import_work work USING import_refused refused WHERE refused.line = work.line;
"""
_FORGET_DECIDED = "DELETE FROM import_decided decided USING import_refused refused WHERE refused.line = decided.line"

ADDRESS_CHANGES = """
    (row.number IS NOT NULL AND row.number <> house.number COLLATE "C")
 OR (row.street IS NOT NULL AND row.street <> house.street COLLATE "C")
"""
HOUSE_CHANGES = f"""
    {ADDRESS_CHANGES}
 OR (row.village_id IS NOT NULL AND row.village_id IS DISTINCT FROM house.village_id)
 OR (row.lng IS NOT NULL AND (abs(row.lng - ST_X(house.location)) > 2e-6 OR abs(row.lat - ST_Y(house.location)) > 2e-6))
 OR (row.accuracy_m IS NOT NULL AND row.accuracy_m IS DISTINCT FROM house.accuracy_m)
 OR (row.note IS NOT NULL AND row.head_name IS NULL AND row.note <> house.note COLLATE "C")
"""
HOUSEHOLD_CHANGES = """
    row.head_name <> household.head_name COLLATE "C"
 OR (row.phone IS NOT NULL AND row.phone <> household.phone)
 OR (row.size IS NOT NULL AND row.size IS DISTINCT FROM household.size)
 OR (row.note IS NOT NULL AND row.note <> household.note COLLATE "C")
"""
NEW_EXTERNAL_ID = """
    row.external_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM households_houseexternalid kept
         WHERE kept.commune_id = %(commune)s AND kept.scheme = %(scheme)s AND kept.value = row.external_id)
"""
_DECIDED = f"""
CREATE TEMPORARY TABLE import_decided ON COMMIT DROP AS
SELECT work.line, house.code, house.number, house.street, frontage.id AS frontage_id, decision.number AS decision
  FROM import_work work JOIN import_row row USING (line)
  JOIN households_house house ON house.id = work.house_id
  JOIN households_frontage frontage ON frontage.house_id = house.id
  JOIN households_numberingdecision decision ON decision.id = frontage.decision_id
 WHERE work.line = work.leader AND ({ADDRESS_CHANGES})
"""
# Whoever may not change what was decided brings everything else of the row.
_KEEP_DECIDED = """
UPDATE import_row row SET number = NULL, street = NULL FROM import_decided decided WHERE decided.line = row.line
"""
# What the rows of houses that are there do.
_CHANGED = f"""
SELECT work.line, house.code,
       work.line = work.leader AND ({HOUSE_CHANGES}) AS house_changes,
       row.head_name IS NOT NULL AND household.id IS NULL AS household_comes,
       household.id IS NOT NULL AND ({HOUSEHOLD_CHANGES}) AS household_changes,
       {NEW_EXTERNAL_ID} AS id_comes
  FROM import_work work JOIN import_row row USING (line)
  JOIN households_house house ON house.id = work.house_id
  LEFT JOIN households_household household ON household.id = work.household_id
 ORDER BY work.line
"""


def match(reading: Reading, commune: Unit, *, keeps_decided: bool) -> None:
    """Build `import_work`, `import_refused` and `import_decided` from `import_row`.

    `keeps_decided`: number and street that a decision gave stay, whatever a row says.
    """
    params = {"commune": commune.pk, "scheme": reading.scheme}
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR)
        cursor.execute(_WORK, params)
        cursor.execute(_CONTRADICTIONS)
        cursor.execute(_TAKE_OUT)
        cursor.execute(_DECIDED)
        if keeps_decided:
            cursor.execute(_KEEP_DECIDED)
        cursor.execute("ANALYZE import_refused")


def take_refused_out(cursor: Any) -> None:
    """Take rows that were refused since the match, and those that follow them, out of `import_work`."""
    cursor.execute(_TAKE_OUT)
    cursor.execute(_FORGET_DECIDED)


def refused(reading: Reading) -> list[Issue]:
    """The rows that the database cannot take, with the reason of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT refused.line, refused.code, refused.field, refused.other, row.code, row.external_id, refused.value "
            "FROM import_refused refused JOIN import_row row USING (line) ORDER BY refused.line"
        )
        rows = cursor.fetchall()
    return [
        issue_of(reading, line, code, name, other, value=value or (
            house_code if code.startswith(("code", "house")) and house_code else external_id or ""))
        for line, code, name, other, house_code, external_id, value in rows
    ]  # fmt: skip


def issue_of(reading: Reading, line: int, code: str, name: str | None, other: int | None, *, value: str = "") -> Issue:
    """Why a row is refused, with the column at fault: that of the field `name`, else the one the code speaks of."""
    at = reading.columns
    place = at.get("point", at.get("x"))
    columns = {"code_unknown": at.get("code"), "code_and_id_differ": at.get("external_id"), "missing": place,
               "house_closed": at.get("code", at.get("external_id")), "number_decided": at.get("number")}  # fmt: skip
    return Issue(
        line,
        code if code != "missing" or reading.places else "no_place",
        (place if name == "x" else at.get(name)) if name else columns.get(code),
        {"value": value, "other": other},
    )


def changed(reading: Reading, commune: Unit) -> list[tuple[Any, ...]]:
    """Rows (line, house code, house changes, household comes, household changes, id comes) of known houses."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"commune": commune.pk, "scheme": reading.scheme})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def decided() -> list[tuple[int, str, str, str, str]]:
    """Rows (line, house code, number, street, decision) with another address than the decision of their house gave."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, code, number, street, decision FROM import_decided ORDER BY line")
        found: list[tuple[int, str, str, str, str]] = cursor.fetchall()
        return found
