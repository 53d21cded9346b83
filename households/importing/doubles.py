"""Rows of a list that look like a house that is there already, or like an earlier row of the same list.

Three signs: the same point; the same number in the same street and village; nearly the same name of the head of
household within 15 m. They are shown before anything is written, and a person decides.
"""

from __future__ import annotations

import numpy as np
from django.db import connection

from households.importing.arrivals import Standing
from households.importing.decided_elsewhere import decided_places
from households.importing.near_names import NearNames
from households.importing.staging import Staged
from households.models import House
from mapping import crs
from mapping.models import Unit

_AT_ONCE = 5_000
_IN_THE_LIST = """
WITH arriving AS MATERIALIZED (
    SELECT work.line, row.point, row.address FROM import_work work JOIN import_row row USING (line)
     WHERE work.house_id IS NULL AND work.line = work.leader
), points AS (
    SELECT point, min(line) AS first FROM arriving GROUP BY point HAVING count(*) > 1
), addresses AS (
    SELECT address, min(line) AS first FROM arriving WHERE address IS NOT NULL GROUP BY address HAVING count(*) > 1
)
INSERT INTO import_double
SELECT line, 'same_point', first, NULL::uuid FROM arriving JOIN points USING (point) WHERE line <> first
UNION ALL
SELECT line, 'same_number', first, NULL FROM arriving JOIN addresses USING (address) WHERE line <> first
"""
_AMONG_STANDING = """
WITH arriving AS MATERIALIZED (
    SELECT work.line, row.point, coalesce(row.village_id, 0) AS village_id,
           btrim(row.number_key || ' ' || coalesce(row.street_key, '')) AS address
      FROM import_work work JOIN import_row row USING (line)
     WHERE work.house_id IS NULL AND work.line = work.leader
), standing AS MATERIALIZED (
    SELECT id, round(ST_X(location) * 1e6)::bigint * 4294967296 + round(ST_Y(location) * 1e6)::bigint AS point,
           coalesce(village_id, 0) AS village_id, CASE WHEN number <> '' THEN search_key COLLATE "C" END AS address
      FROM households_house WHERE commune_id = %(commune)s AND state = 'active'
)
INSERT INTO import_double
(SELECT DISTINCT ON (line) line, 'same_point', NULL::int, standing.id FROM arriving JOIN standing USING (point)
  ORDER BY line, standing.id)
UNION ALL
(SELECT DISTINCT ON (line) line, 'same_number', NULL, standing.id
   FROM arriving JOIN standing USING (village_id, address) ORDER BY line, standing.id)
"""
_ARRIVING = """
SELECT array_agg(line ORDER BY line), array_agg(leader ORDER BY line) FROM import_work WHERE house_id IS NULL
"""
_STANDING = """
SELECT house.{named_by}::text, household.search_key, ST_X(house.location), ST_Y(house.location)
  FROM households_house house JOIN households_household household ON household.house_id = house.id
 WHERE house.commune_id = %s AND house.state = 'active' AND household.search_key <> ''
 ORDER BY house.id, household.id
"""
_STANDING_HOUSES = """
SELECT code, round(ST_X(location) * 1e6)::bigint * 4294967296 + round(ST_Y(location) * 1e6)::bigint,
       coalesce(village_id::text, ''), CASE WHEN number <> '' THEN search_key END
  FROM households_house WHERE commune_id = %s AND state = 'active' ORDER BY id
"""


def find_doubles(commune: Unit, staged: Staged) -> None:
    """Fill `import_double`; several signs of one row stand in several rows there."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_THE_LIST)
        standing: list[tuple[str, str, float, float]] = []
        if House.objects.active().filter(commune=commune).exists():
            cursor.execute(_AMONG_STANDING, {"commune": commune.pk})
            cursor.execute(_STANDING.format(named_by="id"), [commune.pk])
            standing = cursor.fetchall()
        cursor.execute(_ARRIVING)
        lines, leaders = cursor.fetchone()
        if lines:
            found = _near_names(staged, lines, leaders, standing, commune.vn2000_srid)
            if found:
                with cursor.copy("COPY import_double FROM STDIN") as copy:
                    for double in found:
                        copy.write_row(double)
        cursor.execute("ANALYZE import_double")


def standing_in(commune: Unit) -> Standing:
    """The houses of a commune that stand and their people, to be compared with a list that names no house."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING_HOUSES, [commune.pk])
        houses = cursor.fetchall()
        if not houses:
            return Standing()
        decided = decided_places(commune)
        cursor.execute(_STANDING.format(named_by="code"), [commune.pk])
        people = cursor.fetchall()
    points: dict[int, str] = {}
    addresses: dict[tuple[str, str], str] = {}
    for code, point, village, address in houses:
        points.setdefault(point, code)
        if address is not None:
            addresses.setdefault((village, address), code)
    codes, names, lng, lat = zip(*people, strict=True) if people else ((), (), (), ())
    return Standing(points, addresses, codes, names, np.array(lng, dtype=float), np.array(lat, dtype=float), decided)


def _near_names(
    staged: Staged, lines: list[int], leaders: list[int], standing: list[tuple[str, str, float, float]], zone: int
) -> list[tuple[int, str, int | None, str | None]]:
    """Leaders whose house has nearly the name of one within 15 m, as rows of `import_double`; each once.

    A row has the name that it says and the place of its leader; distances are those of the commune's zone.
    """
    own, led = np.searchsorted(staged.lines, lines), np.searchsorted(staged.lines, leaders)
    names = [staged.head_names[place] for place in own.tolist()]
    lng, lat = staged.lng[led], staged.lat[led]
    named = [at for at, name in enumerate(names) if name and lng[at] == lng[at]]
    near = NearNames(
        [house for house, *_ in standing],
        [name for _, name, *_ in standing],
        *crs.from_lonlat(zone, [row[2] for row in standing], [row[3] for row in standing]),
    )
    found: dict[int, tuple[int, str, int | None, str | None]] = {}
    for start in range(0, len(named), _AT_ONCE):
        some = named[start : start + _AT_ONCE]
        east, north = crs.from_lonlat(zone, lng[some], lat[some])
        for one in near.take([leaders[at] for at in some], [names[at] for at in some], east, north):
            found.setdefault(one.leader, (one.leader, "near_name", one.other, one.house or None))
    return list(found.values())
