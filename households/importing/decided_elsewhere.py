"""Rows that would give a house a number that a decision gave to another are at fault, as the form refuses them.

Looked at is what the list would leave: a house whose decided number the list itself changes holds it no longer, unless
its own row is refused. What stands twice already, and what a row does not touch, is no fault of the row.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from households.importing.decided_places import DecidedPlaces
from households.importing.matching import ADDRESS_CHANGES, take_refused_out
from households.models.street import STREET_WORDS
from households.proposals.clashes import ROOTS, as_json
from households.proposals.keyed import AS_IT_STANDS, KEYED, WRITTEN
from mapping.models import Unit

_ANY: Final = """
SELECT EXISTS (SELECT FROM households_numberingdecision WHERE commune_id = %(commune)s AND undone_at IS NULL)
"""
_HELD: Final = f"""
changing AS MATERIALIZED (
    SELECT work.line, house.id AS house_id, coalesce(row.number COLLATE "vi_natural", house.number) AS number,
           coalesce(row.street COLLATE "vi_natural", house.street) AS street,
           coalesce(row.village_id, house.village_id) AS village_id, house.code,
           ({ADDRESS_CHANGES}) AS is_changed
      FROM import_work work JOIN import_row row USING (line) JOIN households_house house ON house.id = work.house_id
     WHERE work.line = work.leader AND house.state = 'active'
       AND ({ADDRESS_CHANGES} OR row.village_id IS DISTINCT FROM house.village_id AND row.village_id IS NOT NULL)
     UNION ALL
    SELECT work.line, NULL, row.number COLLATE "vi_natural", coalesce(row.street, '') COLLATE "vi_natural",
           row.village_id, NULL, true
      FROM import_work work JOIN import_row row USING (line)
     WHERE work.line = work.leader AND work.house_id IS NULL AND row.number IS NOT NULL
), asked AS MATERIALIZED (
    SELECT DISTINCT sonha_number_key(number) AS n FROM (SELECT DISTINCT number FROM changing) every WHERE number <> ''
), spelt AS MATERIALIZED (
    SELECT number
      FROM (SELECT DISTINCT number FROM households_house WHERE commune_id = %(commune)s AND state = 'active') every
     WHERE number <> '' AND sonha_number_key(number) IN (SELECT n FROM asked)
), standing AS MATERIALIZED (
    {AS_IT_STANDS.format(role="CASE WHEN decision.id IS NULL THEN 'use' ELSE 'law' END")}
     WHERE house.commune_id = %(commune)s AND house.state = 'active'
       AND (house.number IN (SELECT number FROM spelt) OR house.id IN (SELECT house_id FROM changing))
), held AS (
    SELECT changing.line, changing.house_id, standing.at, changing.number,
           coalesce(nullif(changing.street, ''), standing.street, '') AS street, changing.village_id, changing.code,
           CASE WHEN standing.role = 'law' AND NOT changing.is_changed THEN 'law' ELSE 'use' END AS role
      FROM changing LEFT JOIN standing USING (house_id) WHERE changing.number <> ''
     UNION ALL
    SELECT changing.line, standing.house_id, standing.at, standing.number, standing.street, house.village_id,
           house.code, CASE WHEN changing.line IS NULL THEN standing.role ELSE 'was' END
      FROM standing JOIN households_house house ON house.id = standing.house_id
      LEFT JOIN changing ON changing.house_id = standing.house_id
)
"""
# A row is at fault in the way in which it moves a number: along a street, or among the addresses of a village. Where
# the other is new by the list as well, that one is at fault.
_REFUSE: Final = f"""
WITH {ROOTS}, {_HELD}, {WRITTEN}, moved AS (
    SELECT now.*, was.line IS NULL OR (now.n, now.place) IS DISTINCT FROM (was.n, was.place) AS along,
           was.line IS NULL OR (now.n, now.words, now.village_id) IS DISTINCT FROM (was.n, was.words, was.village_id)
               AS called
      FROM written now LEFT JOIN written was ON was.line = now.line AND was.role = 'was'
     WHERE now.line IS NOT NULL AND now.role <> 'was'
), others AS (
    SELECT * FROM written WHERE role <> 'was'
), fault AS (
    SELECT moved.line, others.code FROM moved JOIN others ON others.n = moved.n AND others.place = moved.place
     WHERE moved.along AND 'law' IN (moved.role, others.role) AND others.line IS DISTINCT FROM moved.line
       AND others.code IS NOT NULL
     UNION ALL
    SELECT moved.line, others.code FROM moved JOIN others ON others.n = moved.n AND others.words = moved.words
     WHERE moved.called AND 'law' IN (moved.role, others.role) AND others.line IS DISTINCT FROM moved.line
       AND others.code IS NOT NULL AND moved.words <> '' AND others.village_id IS NOT DISTINCT FROM moved.village_id
)
INSERT INTO import_refused (line, code, field, value)
SELECT line, 'number_decided', 'number', min(code) FROM fault GROUP BY line
"""
_LAW: Final = f"""
WITH {ROOTS}, held AS (
    {AS_IT_STANDS.format(role="'law'")}
     WHERE house.commune_id = %(commune)s AND house.state = 'active' AND house.number <> '' AND decision.id IS NOT NULL
), {KEYED}
SELECT coalesce(at::text, ''), n, words, coalesce(village_id::text, ''), code FROM keyed ORDER BY code DESC
"""
_MEANT: Final = f"""
WITH {ROOTS}, held AS (SELECT '' AS number, '' AS street, NULL::uuid AS at), {WRITTEN}
SELECT said, words, coalesce(street::text, '') FROM meant
"""


def refuse_decided(commune: Unit) -> None:
    """Take rows out of `import_work` that would double a decided number; after the match, before what it counts."""
    params = {"commune": commune.pk, "kinds": as_json(STREET_WORDS)}
    with connection.cursor() as cursor:
        if not _has_decisions(cursor, params):
            return
        while True:  # the house of a row that is refused keeps its own number, which may refuse another row
            cursor.execute(_REFUSE, params)
            if cursor.rowcount == 0:
                return
            take_refused_out(cursor)


def decided_places(commune: Unit) -> DecidedPlaces | None:
    """Return the numbers that decisions gave in a commune; None where there is no decision."""
    params = {"commune": commune.pk, "kinds": as_json(STREET_WORDS)}
    with connection.cursor() as cursor:
        if not _has_decisions(cursor, params):
            return None
        cursor.execute(_LAW, params)
        along: dict[tuple[str, str], str] = {}
        called: dict[tuple[str, str, str], str] = {}
        for place, number, words, village, code in cursor.fetchall():
            if place:
                along[place, number] = code
            if words:
                called[village, words, number] = code
        cursor.execute(_MEANT, params)
        return DecidedPlaces(along, called, {said: (words, place) for said, words, place in cursor.fetchall()})


def _has_decisions(cursor: Any, params: dict[str, Any]) -> bool:
    cursor.execute(_ANY, params)
    found: bool = cursor.fetchone()[0]
    return found
