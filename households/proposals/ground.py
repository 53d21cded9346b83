"""What the engine is given: the streets, houses and house groups of a commune, as arrays in metres.

Rows come as tuples of one binary cursor and go into arrays at once; no object a row is made. A million houses of
four hundred communes take what the largest commune takes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray
from psycopg import Cursor

from households.models import StreetDirection, StreetKind
from households.models.street import STREET_WORDS
from households.numbering.model import NONE, Bools, Floats, Groups, Houses, Streets, Texts
from households.streets.network import size_of
from mapping import crs
from mapping.models import Unit

_STREETS: Final = """
SELECT uuid_send(id), version, kind, name, number, width_class, uuid_send(parent_id), direction, ST_AsBinary(line),
       village_id
  FROM households_street WHERE commune_id = %s ORDER BY id
"""
# A frontage that an officer chose, or that a decision fixed, holds; others are found anew.
_HOUSES: Final = """
SELECT uuid_send(house.id), house.version, ST_X(house.location), ST_Y(house.location), house.number, house.street,
       coalesce(house.village_id, 0),
       CASE WHEN frontage.by_hand OR decision.id IS NOT NULL THEN uuid_send(frontage.street_id) END,
       decision.id IS NOT NULL
  FROM households_house house
  LEFT JOIN households_frontage frontage ON frontage.house_id = house.id
  LEFT JOIN households_numberingdecision decision
    ON decision.id = frontage.decision_id AND decision.undone_at IS NULL
 WHERE house.commune_id = %s AND house.state = 'active' ORDER BY house.id
"""
_GROUPS: Final = """
SELECT id::text, version, uuid_send(street_id), letter, ST_AsBinary(area)
  FROM households_housegroup WHERE commune_id = %s ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class StreetRows:
    """Streets beside the engine's arrays: ids (16 bytes), versions, villages, and how addresses name them.

    `full_name` is each one's own; `addressed` the one that stands in an address of a house on it: its own, or that of
    the nearest street with a name that it hangs on, "" where there is none. `root` is the place of that street.
    """

    ids: list[bytes]
    versions: list[int]
    villages: list[int | None]
    numbers: list[str]
    full_name: list[str]
    addressed: list[str]
    root: list[int]
    places: dict[bytes, int]


@dataclass(frozen=True, slots=True)
class HouseRows:
    """Houses beside the engine's arrays: ids (16 bytes), versions, addresses, village or 0, who has a decision."""

    ids: list[bytes]
    versions: list[int]
    numbers: list[str]
    streets: list[str]
    villages: NDArray[np.int64]
    legal: Bools
    lnglat: Floats


@dataclass(frozen=True, slots=True)
class Ground:
    """A commune as the engine is given it, with what is needed to say what came out in rows of the database."""

    srid: int
    streets: Streets
    street_rows: StreetRows
    houses: Houses
    house_rows: HouseRows
    groups: Groups
    group_ids: list[str]
    group_versions: list[int]

    def with_houses(self, **arrays: Any) -> Ground:
        """Return the ground with some arrays of its houses replaced."""
        return replace(self, houses=replace(self.houses, **arrays))


def read_ground(commune: Unit) -> Ground:
    """Read what stands in a commune now; nothing is locked yet (`Houses.locked` is all false)."""
    srid = zone_of(commune)
    street_rows, streets = _streets(_binary(_STREETS, commune), srid)
    house_rows, xy, chosen = _houses(_binary(_HOUSES, commune), srid, street_rows)
    groups = _binary(_GROUPS, commune)
    houses = Houses(
        xy=xy,
        chosen=chosen,
        hinted=np.full(len(xy), NONE, np.int32),
        number=texts(house_rows.numbers),
        locked=np.zeros(len(xy), bool),
        group=np.full(len(xy), NONE, np.int32),
    )
    return Ground(
        srid, streets, street_rows, _grouped(houses, groups, house_rows.lnglat), house_rows,
        _groups(groups, srid, street_rows), [row[0] for row in groups], [row[1] for row in groups],
    )  # fmt: skip


def _binary(statement: str, commune: Unit) -> list[tuple[Any, ...]]:
    """Rows of a statement, sent as bytes and not as text, which Django's own cursors do not ask for."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        return cursor.execute(statement, [commune.pk], binary=True).fetchall()


def zone_of(commune: Unit) -> int:
    """Return the VN-2000 zone that a commune is measured in."""
    if commune.vn2000_srid in crs.ZONES:
        return commune.vn2000_srid
    return crs.zone_for_longitude(commune.outline.centroid.x if commune.outline else 105.0)


def texts(values: Collection[str]) -> Texts:
    """Return texts as an array of objects."""
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _columns(rows: list[tuple[Any, ...]], count: int) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]


def _in_zone(geometries: list[bytes], srid: int) -> NDArray[np.object_]:
    """Geometries of WKB in degrees as shapely ones in metres, all their points at once."""
    read: NDArray[np.object_] = shapely.from_wkb(np.array(geometries, object))
    if len(read):
        lng, lat = shapely.get_coordinates(read).T
        shapely.set_coordinates(read, np.column_stack(crs.from_lonlat(srid, lng, lat)))
    return read


def _streets(rows: list[tuple[Any, ...]], srid: int) -> tuple[StreetRows, Streets]:
    ids, versions, kinds, names, numbers, widths, parents, directions, lines, villages = _columns(rows, 10)
    places = {key: place for place, key in enumerate(ids)}
    parent = [places.get(key, NONE) if key is not None else NONE for key in parents]
    named = [bool(name) for name in names]
    full_name = [
        f"{STREET_WORDS[kind]} {name or number}".strip()
        for kind, name, number in zip(kinds, names, numbers, strict=True)
    ]
    root = roots(parent, named)
    size = [size_of(kind, width) for kind, width in zip(kinds, widths, strict=True)]
    return StreetRows(
        ids, versions, villages, numbers, full_name, [full_name[at] if at != NONE else "" for at in root], root, places
    ), Streets(
        lines=_in_zone(lines, srid),
        size=np.array(size, np.int32),
        parent=np.array(parent, np.int32),
        named=np.array(named, bool),
        is_alley=np.array([StreetKind(kind).is_alley for kind in kinds], bool),
        direction=[StreetDirection(direction).value for direction in directions],
        number=texts(["" if has_name else number for has_name, number in zip(named, numbers, strict=True)]),
    )


def roots(parent: list[int], named: list[bool]) -> list[int]:
    """Return for each street the nearest one with a name among itself and those it hangs on, or NONE."""
    found = []
    for place in range(len(parent)):
        at, steps = place, 0
        while at != NONE and not named[at]:
            at, steps = parent[at], steps + 1
            if steps > len(parent):  # parents in a ring
                at = NONE
        found.append(at)
    return found


def _houses(rows: list[tuple[Any, ...]], srid: int, streets: StreetRows) -> tuple[HouseRows, Floats, NDArray[np.int32]]:
    ids, versions, lng, lat, numbers, addressed, villages, fronts, legal = _columns(rows, 9)
    lnglat = np.column_stack((np.array(lng, float), np.array(lat, float)))
    xy = np.column_stack(crs.from_lonlat(srid, *lnglat.T)) if ids else np.empty((0, 2))
    chosen = np.array([NONE if key is None else streets.places.get(key, NONE) for key in fronts], np.int32)
    kept = HouseRows(ids, versions, numbers, addressed, np.array(villages, np.int64), np.array(legal, bool), lnglat)
    return kept, xy, chosen


def _groups(rows: list[tuple[Any, ...]], srid: int, streets: StreetRows) -> Groups:
    areas = _in_zone([row[4] for row in rows], srid)
    return Groups(
        street=np.array([streets.places.get(row[2], NONE) for row in rows], np.int32),
        xy=shapely.get_coordinates(shapely.point_on_surface(areas)).reshape(-1, 2),
        letter=texts([row[3] for row in rows]),
    )


def _grouped(houses: Houses, rows: list[tuple[Any, ...]], lnglat: Floats) -> Houses:
    """Say which group each house lies in; the first by id where areas overlap."""
    if not rows:
        return houses
    areas = shapely.from_wkb(np.array([row[4] for row in rows], object))
    group = houses.group.copy()
    inside, area = shapely.STRtree(areas).query(shapely.points(lnglat), predicate="intersects")
    order = np.argsort(-area, kind="stable")
    group[inside[order]] = area[order]
    return replace(houses, group=group)
