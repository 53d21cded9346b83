"""Rows of a list that look like a house that is there already, or like an earlier row of the same list.

Three signs: the same point; the same number in the same street and village; nearly the same name of the head of
household within 15 m. They are shown before anything is written, and a person decides.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from mapping import crs
from mapping.models import Unit

NEAR_M: Final = 15.0
_SHORTEST_NAME: Final = 5
"""Letters of a folded name from which one wrong letter is a slip rather than another name."""

_SAME_POINT = """
WITH arriving AS (
    SELECT work.line, round(row.lng * 1e6) AS lng, round(row.lat * 1e6) AS lat
      FROM import_work work JOIN import_row row USING (line)
     WHERE work.house_id IS NULL AND work.line = work.leader
), shared AS (
    SELECT lng, lat, min(line) AS first FROM arriving GROUP BY lng, lat HAVING count(*) > 1
), standing AS MATERIALIZED (
    SELECT id, round(ST_X(location) * 1e6) AS lng, round(ST_Y(location) * 1e6) AS lat
      FROM households_house WHERE commune_id = %(commune)s AND state = 'active'
)
INSERT INTO import_double
SELECT DISTINCT ON (line) line, 'same_point', NULL, standing.id FROM arriving JOIN standing USING (lng, lat)
UNION ALL
SELECT line, 'same_point', first, NULL FROM arriving JOIN shared USING (lng, lat) WHERE line <> first
"""
_SAME_NUMBER = """
WITH arriving AS (
    SELECT work.line, row.village_id, coalesce(row.street_key, '') AS street_key, row.number_key
      FROM import_work work JOIN import_row row USING (line)
     WHERE work.house_id IS NULL AND work.line = work.leader AND row.number_key IS NOT NULL
), shared AS (
    SELECT village_id, street_key, number_key, min(line) AS first
      FROM arriving GROUP BY 1, 2, 3 HAVING count(*) > 1
), standing AS MATERIALIZED (
    SELECT id, coalesce(village_id, 0) AS village_id, search_key COLLATE "C" AS search_key
      FROM households_house WHERE commune_id = %(commune)s AND state = 'active' AND number <> ''
)
INSERT INTO import_double
SELECT DISTINCT ON (line) line, 'same_number', NULL, standing.id
  FROM arriving JOIN standing
    ON standing.village_id = coalesce(arriving.village_id, 0)
   AND standing.search_key = btrim(arriving.number_key || ' ' || arriving.street_key)
UNION ALL
SELECT arriving.line, 'same_number', shared.first, NULL
  FROM arriving JOIN shared USING (street_key, number_key)
 WHERE arriving.line <> shared.first AND arriving.village_id IS NOT DISTINCT FROM shared.village_id
"""
_ARRIVING = """
SELECT work.line, work.leader, row.head_name_key, leader.lng, leader.lat
  FROM import_work work JOIN import_row row USING (line) JOIN import_row leader ON leader.line = work.leader
 WHERE work.house_id IS NULL AND row.head_name_key IS NOT NULL
 ORDER BY work.line
"""
_STANDING = """
SELECT house.id::text, sonha_fold(household.head_name), ST_X(house.location), ST_Y(house.location)
  FROM households_house house JOIN households_household household ON household.house_id = house.id
 WHERE house.commune_id = %s AND house.state = 'active'
"""


def find_doubles(commune: Unit) -> None:
    """Fill `import_double`; several signs of one row stand in several rows there."""
    with connection.cursor() as cursor:
        cursor.execute(_SAME_POINT, {"commune": commune.pk})
        cursor.execute(_SAME_NUMBER, {"commune": commune.pk})
        cursor.execute(_ARRIVING)
        arriving = cursor.fetchall()
        if not arriving:
            return
        cursor.execute(_STANDING, [commune.pk])
        standing = cursor.fetchall()
        found = _near_names(arriving, standing, commune.vn2000_srid)
        if found:
            with cursor.copy("COPY import_double FROM STDIN") as copy:
                for double in found:
                    copy.write_row(double)
        cursor.execute("ANALYZE import_double")


def _near_names(
    arriving: list[tuple[int, int, str, float, float]], standing: list[tuple[str, str, float, float]], zone: int
) -> list[tuple[int, str, int | None, str | None]]:
    """Leaders whose house has nearly the name of one within 15 m; distances in the commune's zone."""
    names = [row[2] for row in arriving] + [row[1] for row in standing]
    lng = np.array([row[3] for row in arriving] + [row[2] for row in standing])
    lat = np.array([row[4] for row in arriving] + [row[3] for row in standing])
    points = shapely.points(*crs.from_lonlat(zone, lng, lat))
    tree = shapely.STRtree(points)
    signs = _letters(names)
    lengths = np.array([len(name) for name in names])
    # Of names that run alike, "nguyen van an" and "nguyen van am", few are left after these two sieves.
    count = len(arriving)
    found: dict[int, tuple[int, str, int | None, str | None]] = {}
    for start in range(0, count, 20_000):
        first, second = tree.query(points[start : min(start + 20_000, count)], predicate="dwithin", distance=NEAR_M)
        first = first + start
        likely = (second < first) | (second >= count)
        first, second = first[likely], second[likely]
        likely = (np.abs(lengths[first] - lengths[second]) <= 1) & (_ones(signs[first] ^ signs[second]) <= 2)
        for one, other in zip(first[likely].tolist(), second[likely].tolist(), strict=True):
            leader = arriving[one][1]
            if leader in found or not nearly_equal(names[one], names[other]):
                continue
            if other >= count:
                found[leader] = (leader, "near_name", None, standing[other - count][0])
            elif arriving[other][1] != leader:
                found[leader] = (leader, "near_name", arriving[other][1], None)
    return list(found.values())


def nearly_equal(first: str, second: str) -> bool:
    """Whether two folded names are one but for a single letter added, left out or changed."""
    if first == second:
        return True
    if min(len(first), len(second)) < _SHORTEST_NAME or abs(len(first) - len(second)) > 1:
        return False
    if len(first) > len(second):
        first, second = second, first
    place = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    rest = first[place + 1 :] if len(first) == len(second) else first[place:]
    return rest == second[place + 1 :]


def _letters(names: list[str]) -> NDArray[np.uint64]:
    """Which letters a name has, as bits: names one letter apart differ in two bits at most."""
    known: dict[str, int] = {}
    for name in set(names):
        bits = 0
        for letter in set(name):
            bits |= 1 << (ord(letter) & 63)
        known[name] = bits
    return np.array([known[name] for name in names], dtype=np.uint64)


def _ones(bits: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.bitwise_count(bits)
