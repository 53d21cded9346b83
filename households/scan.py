"""What a scanned plate leads to: one prepared statement from token to house, units and neighbours.

Nothing here is personal but the names of shops whose households consent to it. Made for speed, since this is the
page that strangers open: the statement goes straight to psycopg (the ORM costs ten times what PostgreSQL does), and a
unit's outline, which changes once in years, is kept in the process under the version of its row.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg
import shapely
from django.db import connection

from households.address_reading import street_chain
from households.addresses import Address, larger_streets
from households.models import HouseState
from households.sketch import Neighbour, Whole, whole

NEIGHBOURS = 24
"""How many neighbours are read at most."""
# The longest way a neighbour can be away and still be drawn, in EPSG:3857 metres.
_REACH = 500
# Straighter than this a boundary need not be, in EPSG:3857 metres: under a pixel or two of the sketch.
_TOLERANCE = 2.0

_HOUSE = f"""
SELECT {{plate_state}}, house.id, house.code, house.number, house.street, house.state,
       ST_Y(house.location), ST_X(house.location), ST_X(house.location_3857), ST_Y(house.location_3857),
       house.commune_id, commune.xmin::text || commune.ctid::text,
       commune.designation, commune.name, commune.is_invented OR coalesce(village.is_invented, false),
       house.village_id, village.xmin::text || village.ctid::text, village.designation, village.name,
       province.designation, province.name,
       near.east, near.north, near.number,
       (SELECT array_agg(sign.shop_name ORDER BY sign.shop_name) FROM households_shop_signs sign
         WHERE sign.house_id = house.id),
       (SELECT array_agg(trim(former.number || ' ' || former.street) ORDER BY former.until DESC, former.id DESC)
          FROM households_formeraddress former
         WHERE former.house_id = house.id AND (former.was_on_plate OR former.decision_id IS NOT NULL)),
       ARRAY[foot.kind, above.kind, higher.kind, top.kind],
       ARRAY[foot.name, above.name, higher.name, top.name],
       ARRAY[foot.number, above.number, higher.number, top.number]
FROM {{source}}
JOIN mapping_unit commune ON commune.id = house.commune_id
LEFT JOIN mapping_unit village ON village.id = house.village_id
LEFT JOIN mapping_unit province ON province.id = commune.parent_id
LEFT JOIN households_frontage frontage ON frontage.house_id = house.id
LEFT JOIN households_street foot ON foot.id = frontage.street_id
LEFT JOIN households_street above ON above.id = foot.parent_id
LEFT JOIN households_street higher ON higher.id = above.parent_id
LEFT JOIN households_street top ON top.id = higher.parent_id
CROSS JOIN LATERAL (
    SELECT array_agg(ST_X(p) - ST_X(house.location_3857)) AS east,
           array_agg(ST_Y(p) - ST_Y(house.location_3857)) AS north,
           array_agg(n) AS number
    FROM (
        SELECT other.location_3857 AS p, other.number AS n
        FROM households_house other
        WHERE other.location_3857 && ST_Expand(house.location_3857, {_REACH})
          AND other.state = 'active' AND other.id <> house.id
        ORDER BY other.location_3857 <-> house.location_3857
        LIMIT {NEIGHBOURS}
    ) nearest
) near
WHERE {{condition}}
"""
_BY_TOKEN = _HOUSE.format(
    plate_state="plate.state",
    source="households_plate plate JOIN households_house house ON house.id = plate.house_id",
    condition="plate.token = %s",
)
_BY_HOUSE_CODE = _HOUSE.format(plate_state="NULL", source="households_house house", condition="house.code = %s")
_OUTLINE = "SELECT ST_AsBinary(ST_Transform(outline, 3857)) FROM mapping_unit WHERE id = %s"


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as it stands in an address; `row_version` changes whenever its row does."""

    id: int
    row_version: str
    full_name: str


@dataclass(frozen=True, slots=True)
class ScannedHouse:
    """A house as anyone may see it. `lat` and `lng` are EPSG:4326 degrees, `x` and `y` EPSG:3857 metres."""

    id: uuid.UUID
    code: str
    number: str
    street: str
    is_closed: bool
    plate_state: str | None  # of `PlateState`; None where no plate was scanned
    lat: float
    lng: float
    x: float
    y: float
    village: UnitName | None
    commune: UnitName
    province: str
    is_invented: bool
    neighbours: list[Neighbour]
    shop_names: list[str]
    former: list[str]  # number and street as strangers may know them from before, the last one first
    address: Address


@dataclass(frozen=True, slots=True)
class Outline:
    """A unit's outline made ready for drawing; both are None when the unit has no outline."""

    boundary: shapely.Geometry | None
    whole: Whole | None


def by_token(token: str) -> ScannedHouse | None:
    """Return the house of the plate with this token (as `codes.parse_token` gives it); None when unknown."""
    return _house(_row(_BY_TOKEN, token))


def by_house_code(code: str) -> ScannedHouse | None:
    """Return the house with this code (as `codes.parse_house_code` gives it); None when unknown."""
    return _house(_row(_BY_HOUSE_CODE, code))


def _row(statement: str, value: object) -> tuple[Any, ...] | None:
    """Run a statement that the server prepares once a connection, and give its one row."""
    with connection.wrap_database_errors, _raw_connection() as raw:
        # Django switches preparing off on its connections; its own cursors bind on the client and never prepare.
        raw.prepare_threshold = 5
        with psycopg.Cursor(raw) as cursor:
            return cursor.execute(statement, [value], prepare=True, binary=True).fetchone()


@contextmanager
def _raw_connection() -> Iterator[psycopg.Connection]:
    """The connection that this request has already, or one straight from the pool.

    Django sets up a connection anew whenever it takes it out of the pool, PostGIS types included: a tenth of
    the time of a scan, for nothing that we need.
    """
    pool = connection.pool if connection.connection is None else None
    if pool is None:
        connection.ensure_connection()
        yield connection.connection
        return
    if pool.closed:
        pool.open()
    raw = pool.getconn()
    try:
        yield raw
    finally:
        pool.putconn(raw)


def _house(row: tuple[Any, ...] | None) -> ScannedHouse | None:
    if row is None:
        return None
    (
        plate_state, house_id, code, number, street, state, lat, lng, x, y,
        commune_id, commune_version, commune_kind, commune_name, is_invented,
        village_id, village_version, village_kind, village_name,
        province_kind, province_name, east, north, numbers, shop_names, former,
        street_kinds, street_names, street_numbers,
    ) = row  # fmt: skip
    village = UnitName(village_id, village_version, f"{village_kind} {village_name}".strip()) if village_id else None
    commune = UnitName(commune_id, commune_version, f"{commune_kind} {commune_name}".strip())
    province = f"{province_kind} {province_name}".strip() if province_name else ""
    known = street_kinds.index(None) if None in street_kinds else len(street_kinds)
    chain = street_chain(street_kinds[:known], street_names[:known], street_numbers[:known]) if known else ()
    return ScannedHouse(
        id=house_id,
        code=code,
        number=number,
        street=street,
        is_closed=state == HouseState.CLOSED,
        plate_state=plate_state,
        lat=lat,
        lng=lng,
        x=x,
        y=y,
        village=village,
        commune=commune,
        province=province,
        is_invented=is_invented,
        neighbours=list(map(Neighbour, east, north, numbers)) if east else [],
        shop_names=shop_names or [],
        former=former or [],
        address=Address(
            number=number,
            street=street,
            off=larger_streets(street, chain),
            village=village.full_name if village else "",
            commune=commune.full_name,
            province=province,
        ),
    )


def outline(unit: UnitName) -> Outline:
    """Return the unit's outline for the sketch, from memory while its row has not changed."""
    return _outline(unit.id, unit.row_version)


@lru_cache(maxsize=8192)
def _outline(unit_id: int, row_version: str) -> Outline:
    row = _row(_OUTLINE, unit_id)
    if row is None or row[0] is None:
        return Outline(None, None)
    geometry = shapely.from_wkb(row[0])
    return Outline(geometry.simplify(_TOLERANCE).boundary, whole(geometry))
