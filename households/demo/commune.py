"""The whole demo commune as plain data, the same at every run: xã Quảng Bình drawn by ourselves.

It stands around 105.81°E 19.67°N, where the real commune of that name lies, but its outline, villages, streets,
houses and people are invented. Coordinates out of here are degrees in EPSG:4326, longitude first.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from households.demo import layout, names, partition, placement
from households.demo.layout import VILLAGES, Kind, lean
from mapping import crs

CODE: Final = "16543"
NAME: Final = "Quảng Bình"
PROVINCE_CODE: Final = "38"
PROVINCE_NAME: Final = "Thanh Hóa"
CENTRE: Final = (105.81, 19.67)
ZONE: Final = 5897
_SEED: Final = 16543
_FIRST_ID_MS: Final = 1_767_225_600_000  # 1 January 2026: ids of the demo sort before those of real work


@dataclass(frozen=True, slots=True)
class DemoHousehold:
    """The people of one kitchen."""

    id: uuid.UUID
    head_name: str
    phone: str
    size: int | None


@dataclass(frozen=True, slots=True)
class DemoHouse:
    """A house; `village` is the place in `Commune.villages`. `source` is a value of LocationSource."""

    id: uuid.UUID
    point: shapely.Point
    village: int
    number: str
    street: str
    source: str
    accuracy_m: float | None
    households: tuple[DemoHousehold, ...]


@dataclass(frozen=True, slots=True)
class DemoStreet:
    """A street's line, the way its numbers go; `prefix` stands before them in an unnamed alley ("12/")."""

    id: uuid.UUID
    kind: Kind
    name: str
    prefix: str
    line: shapely.LineString


@dataclass(frozen=True, slots=True)
class Commune:
    """Outline, villages (name and polygon, by number), streets, houses, and houses that a list still brings."""

    outline: shapely.Polygon
    villages: tuple[tuple[str, shapely.Polygon], ...]
    streets: tuple[DemoStreet, ...]
    houses: tuple[DemoHouse, ...]
    new_houses: tuple[DemoHouse, ...]


def build() -> Commune:
    """Draw the commune; about a second."""
    rng = random.Random(_SEED)  # noqa: S311 - the same at every run, on purpose
    streets = layout.streets(rng)
    spots = placement.spots(rng, streets)
    door, prefixes = placement.addresses(rng, streets, spots)
    leaning = [lean(spot.point) for spot in spots]
    nearest = [_village_along(streets[spot.street], spot.point) for spot in spots]
    border = tuple(lean(point) for point in layout.outline(rng))
    villages = [_degrees(polygon) for polygon in partition.cut(rng, border, leaning, nearest)]
    points = [_degrees(shapely.Point(point)) for point in leaning]
    inside, house = shapely.STRtree(points).query(villages, predicate="contains")
    village_of = dict(zip(house.tolist(), inside.tolist(), strict=True))
    commune_outline = shapely.Polygon(shapely.coverage_union_all(villages).exterior)
    people = _People(rng)
    houses: list[DemoHouse] = []
    new_houses: list[DemoHouse] = []
    for place, spot in enumerate(spots):
        if place not in village_of:
            continue  # smoothing put it on a border
        made = people.house(points[place], village_of[place], door[spot])
        (new_houses if streets[spot.street].kind == "new_street" else houses).append(made)
    return Commune(
        outline=commune_outline,
        villages=tuple((village.name, polygon) for village, polygon in zip(VILLAGES, villages, strict=True)),
        streets=tuple(
            DemoStreet(_street_id(place), street.kind, name, prefix, _inside(street.line, commune_outline))
            for place, (street, (prefix, name)) in enumerate(zip(streets, prefixes, strict=True))
        ),
        houses=tuple(houses),
        new_houses=tuple(new_houses),
    )


def _street_id(place: int) -> uuid.UUID:
    """A UUIDv7 of the day before the houses', the same at every run."""
    bits = (_FIRST_ID_MS - 86_400_000 + place) << 80 | 7 << 76
    return uuid.UUID(int=bits | 2 << 62 | random.Random(_SEED + place).getrandbits(62))  # noqa: S311 - fixed on purpose


def _village_along(street: layout.Street, point: layout.Point) -> int:
    """The village of an alley, or the one nearest to a house on a road that runs through several."""
    if street.village is not None:
        return street.village
    x, y = point

    def distance(number: int) -> float:
        village = VILLAGES[number]
        beyond = max(y - village.north, village.south - y, 0.0)
        return abs(x - layout.ridge_x(village.ridge, y)) + beyond

    return min(range(len(VILLAGES)), key=distance)


def _inside(line: layout.Line, outline: shapely.Polygon) -> shapely.LineString:
    """A street's line in degrees as far as the commune goes."""
    parts = shapely.get_parts(_degrees(shapely.LineString([lean(point) for point in line])).intersection(outline))
    return max(parts, key=shapely.length)


def _degrees(geometry: shapely.Geometry) -> shapely.Geometry:
    """Metres around the centre to degrees with 7 decimals (1 cm), the same for every geometry with that vertex."""
    centre = np.column_stack(crs.from_lonlat(ZONE, *CENTRE))
    there = crs.from_zone(shapely.transform(geometry, lambda points: points + centre), ZONE)
    return shapely.transform(there, lambda points: points.round(7))


class _People:
    """Hands out addresses with the gaps that real lists have, and people, in order."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._clans = [names.clan(rng) for _ in VILLAGES]
        self._phones = 0
        self._ids = 0

    def house(self, point: shapely.Point, village: int, address: placement.Address) -> DemoHouse:
        rng = self._rng
        number, street = address.number, address.street
        if rng.random() < 0.06:
            number = ""
            if rng.random() < 0.3:
                street = ""
        source = rng.choices(("import", "averaged", "gps", "map"), (48, 30, 14, 8))[0]
        accuracy = {"averaged": (1.2, 3.5), "gps": (4.0, 14.0)}.get(source)
        kitchens = rng.choices((0, 1, 2, 3), (4.5, 88.0, 6.7, 0.8))[0]
        return DemoHouse(
            id=self._id(),
            point=point,
            village=village,
            number=number,
            street=street,
            source=source,
            accuracy_m=round(rng.uniform(*accuracy), 1) if accuracy else None,
            households=tuple(self._household(village) for _ in range(kitchens)),
        )

    def _household(self, village: int) -> DemoHousehold:
        rng = self._rng
        phone = ""
        if rng.random() < 0.78:
            self._phones += 1
            phone = names.phone(self._phones)
        size = names.household_size(rng) if rng.random() < 0.95 else None
        return DemoHousehold(self._id(), names.head_of_household(rng, self._clans[village]), phone, size)

    def _id(self) -> uuid.UUID:
        """A UUIDv7 that is the same at every run."""
        self._ids += 1
        bits = (_FIRST_ID_MS + self._ids) << 80 | 7 << 76 | self._rng.getrandbits(12) << 64
        return uuid.UUID(int=bits | 2 << 62 | self._rng.getrandbits(62))
