"""Rows of a list that look like a house that is there already, or like an earlier row of the same list.

Three signs: the same point; the same number in the same street and village; nearly the same name of the head of
household within 15 m. They are shown before anything is written, and a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from households.importing.staging import Staged
from households.models import House
from mapping import crs
from mapping.models import Unit

NEAR_M: Final = 15.0
_SHORTEST_NAME: Final = 5
"""Letters of a folded name from which one wrong letter is a slip rather than another name."""
_CROWD: Final = 150
"""More points than this on 45 × 45 m are no houses but rows that share a made-up point."""
_AT_ONCE: Final = 5_000
_ROW: Final = 1 << 32

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
(SELECT DISTINCT ON (line) line, 'same_point', NULL::int, standing.id FROM arriving JOIN standing USING (point))
UNION ALL
(SELECT DISTINCT ON (line) line, 'same_number', NULL, standing.id
   FROM arriving JOIN standing USING (village_id, address))
"""
_ARRIVING = """
SELECT array_agg(line ORDER BY line), array_agg(leader ORDER BY line) FROM import_work WHERE house_id IS NULL
"""
_STANDING = """
SELECT house.id::text, sonha_fold(household.head_name), ST_X(house.location), ST_Y(house.location)
  FROM households_house house JOIN households_household household ON household.house_id = house.id
 WHERE house.commune_id = %s AND house.state = 'active'
"""


def find_doubles(commune: Unit, staged: Staged) -> None:
    """Fill `import_double`; several signs of one row stand in several rows there."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_THE_LIST)
        standing: list[tuple[str, str, float, float]] = []
        if House.objects.active().filter(commune=commune).exists():
            cursor.execute(_AMONG_STANDING, {"commune": commune.pk})
            cursor.execute(_STANDING, [commune.pk])
            standing = cursor.fetchall()
        cursor.execute(_ARRIVING)
        lines, leaders = cursor.fetchone()
        if lines:
            found = _near_names(_Arriving.of(staged, lines, leaders), standing, commune.vn2000_srid)
            if found:
                with cursor.copy("COPY import_double FROM STDIN") as copy:
                    for double in found:
                        copy.write_row(double)
        cursor.execute("ANALYZE import_double")


@dataclass(frozen=True, slots=True)
class _Arriving:
    """Rows of new houses that name a head of household; the point is that of the house's leader."""

    leaders: list[int]
    names: list[str]
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]

    @classmethod
    def of(cls, staged: Staged, lines: list[int], leaders: list[int]) -> _Arriving:
        own = np.searchsorted(staged.lines, lines)
        names = [staged.head_names[place] for place in own.tolist()]
        led = np.array(leaders)[[name != "" for name in names]]
        places = np.searchsorted(staged.lines, led)
        return cls(led.tolist(), [name for name in names if name], staged.lng[places], staged.lat[places])


def _near_names(
    arriving: _Arriving, standing: list[tuple[str, str, float, float]], zone: int
) -> list[tuple[int, str, int | None, str | None]]:
    """Leaders whose house has nearly the name of one within 15 m; distances in the commune's zone."""
    count = len(arriving.names)
    if not count:
        return []
    names = arriving.names + [row[1] for row in standing]
    lng = np.concatenate((arriving.lng, [row[2] for row in standing]))
    lat = np.concatenate((arriving.lat, [row[3] for row in standing]))
    east, north = crs.from_lonlat(zone, lng, lat)
    cells, crowded = _cells(east, north)
    points = shapely.points(east, north)
    points[crowded] = None  # a tree leaves out what is missing, and what is asked of nothing is near nothing
    tree = shapely.STRtree(points)
    signs, lengths = _letters(names)
    # Of names that run alike, "nguyen van an" and "nguyen van am", few are left after these two sieves.
    found: dict[int, tuple[int, str, int | None, str | None]] = {}
    pairs = [_equal_names_in_crowds(names, cells, crowded, count)]
    for start in range(0, count, _AT_ONCE):
        first, second = tree.query(points[start : min(start + _AT_ONCE, count)], predicate="dwithin", distance=NEAR_M)
        first = first + start
        likely = (second < first) | (second >= count)
        first, second = first[likely], second[likely]
        likely = (np.abs(lengths[first] - lengths[second]) <= 1) & (_ones(signs[first] ^ signs[second]) <= 2)
        pairs.append(list(zip(first[likely].tolist(), second[likely].tolist(), strict=True)))
    for one, other in chain.from_iterable(pairs):
        leader = arriving.leaders[one]
        if leader in found or not nearly_equal(names[one], names[other]):
            continue
        if other >= count:
            found[leader] = (leader, "near_name", None, standing[other - count][0])
        elif arriving.leaders[other] != leader:
            found[leader] = (leader, "near_name", arriving.leaders[other], None)
    return list(found.values())


def _cells(east: NDArray[np.float64], north: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The square of 15 m that each point lies in, and whether more points lie in it and around it than houses can."""
    cells = np.floor(east / NEAR_M).astype(np.int64) * _ROW + np.floor(north / NEAR_M).astype(np.int64)
    known, counts = np.unique(cells, return_counts=True)
    around = np.zeros(len(known), dtype=np.int64)
    for shift in (east_of * _ROW + north_of for east_of in (-1, 0, 1) for north_of in (-1, 0, 1)):
        places = np.searchsorted(known, known + shift) % len(known)
        around += np.where(known[places] == known + shift, counts[places], 0)
    return cells, around[np.searchsorted(known, cells)] > _CROWD


def _equal_names_in_crowds(
    names: list[str], cells: NDArray[np.int64], crowded: NDArray[np.bool_], count: int
) -> list[tuple[int, int]]:
    """Pairs of an arriving row and an earlier or standing one of the same name in the same crowded square.

    Where a list gives hundreds of houses one point, the middle of the commune say, comparing each with each would
    take memory and time by the square of their number; `same_point` tells of them already.
    """
    first_of: dict[tuple[int, str], int] = {}
    places = np.flatnonzero(crowded).tolist()
    for place in reversed([place for place in places if place >= count]):
        first_of[int(cells[place]), names[place]] = place
    pairs = []
    for place in (place for place in places if place < count):
        first = first_of.setdefault((int(cells[place]), names[place]), place)
        if first != place:
            pairs.append((place, first))
    return pairs


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


def _letters(names: list[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Which letters each name has, as bits, and how many: names one letter apart differ in two bits at most."""
    lengths = np.fromiter(map(len, names), dtype=np.int64, count=len(names))
    # A space before each name, so that none is empty.
    letters = np.frombuffer("".join(map(" ".__add__, names)).encode("utf-32-le"), dtype=np.uint32)
    bits = np.left_shift(np.uint64(1), letters & np.uint32(63), dtype=np.uint64)
    starts = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
    return np.bitwise_or.reduceat(bits, starts), lengths


def _ones(bits: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.bitwise_count(bits)
