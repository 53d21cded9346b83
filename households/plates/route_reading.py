"""The walk past houses of the database: which streets there are, and who stands where on them.

A frontage says where a house stands. One without is looked for on the street that its address names, then on whichever
street it stands beside; what stands on none is walked from neighbour to neighbour.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from households.models import Street, StreetDirection, StreetKind, WidthClass
from households.numbering.direction import by_compass
from households.plates.route import NONE, Frontages, Leg, WalkStreet, side_of, walk
from households.streets.ground import Ground
from mapping import crs
from mapping.models import Unit
from mapping.text import fold

NAMED_NEAR_M: Final = 120.0
"""A house farther from the street that its address names is one of another street of the same name."""
BESIDE_M: Final = 40.0
"""A house that names no street is walked with the street it stands so near to."""
_MOST_LEVELS: Final = 8

_HOUSES: Final = """
SELECT house.id, house.code, house.number, house.street, house.state = 'closed', village.id,
       trim(village.designation || ' ' || village.name), ST_X(house.location), ST_Y(house.location),
       frontage.street_id, frontage.side, frontage.position_m
  FROM households_house house
  LEFT JOIN mapping_unit village ON village.id = house.village_id
  LEFT JOIN households_frontage frontage ON frontage.house_id = house.id
 WHERE house.commune_id = %(commune)s AND house.id = ANY(%(houses)s)
 ORDER BY village.code COLLATE vi_natural NULLS LAST, house.street, house.number, house.code
"""
_FARTHEST: Final = """
SELECT DISTINCT ON (frontage.street_id) frontage.street_id, ST_X(house.location), ST_Y(house.location),
       frontage.position_m
  FROM households_frontage frontage
  JOIN households_house house ON house.id = frontage.house_id
  JOIN households_street street ON street.id = frontage.street_id
 WHERE street.commune_id = %s AND frontage.position_m > 0
 ORDER BY frontage.street_id, frontage.position_m DESC
"""


@dataclass(frozen=True, slots=True)
class WalkedHouse:
    """A house on a walk; `at` in metres of the commune's zone."""

    id: uuid.UUID
    code: str
    number: str
    street: str
    is_closed: bool
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class VillageWalk:
    """The walk through one village ("" for houses of none): its houses by their places in `Walked.houses`."""

    village: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk through a commune; legs name streets by their places in `streets` and `names`."""

    houses: tuple[WalkedHouse, ...]
    streets: tuple[WalkStreet, ...]
    names: tuple[str, ...]
    villages: tuple[VillageWalk, ...]


def in_route_order(commune: Unit, houses: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Return the ids of these houses of one commune in the order one walks, village by village; each once.

    Whoever calls has asked whether these houses may be seen.
    """
    walked = walk_through(commune, houses)
    return [
        walked.houses[house].id for village in walked.villages for leg in village.legs for house in leg.houses
    ]  # fmt: skip


def walk_through(commune: Unit, houses: Sequence[uuid.UUID]) -> Walked:
    """Return the walk past these houses of one commune; whoever calls has asked whether they may be seen."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUSES, {"commune": commune.pk, "houses": list(houses)})
        rows = cursor.fetchall()
    ground = Ground(commune)
    places = on_ground(ground, [row[7] for row in rows], [row[8] for row in rows])
    network = _Network(commune, ground, rows, places)
    frontages = network.frontages(rows, places)
    of_village: dict[int | None, list[int]] = defaultdict(list)
    for house, row in enumerate(rows):
        of_village[row[5]].append(house)
    villages = []
    for members in of_village.values():
        some = np.array(members, np.intp)
        own = Frontages(frontages.street[some], frontages.side[some], frontages.position[some])
        legs = walk(places[some], own, network.streets)
        villages.append(
            VillageWalk(
                rows[members[0]][6] or "",
                tuple(Leg(leg.street, tuple(members[house] for house in leg.houses)) for leg in legs),
            )
        )
    return Walked(
        tuple(
            WalkedHouse(row[0], row[1], row[2], row[3], row[4], (float(x), float(y)))
            for row, (x, y) in zip(rows, places.tolist(), strict=True)
        ),
        tuple(network.streets),
        network.names,
        tuple(villages),
    )


class _Network:
    """The streets of a commune in metres, each from where its numbers begin."""

    def __init__(
        self, commune: Unit, ground: Ground, rows: Sequence[tuple[Any, ...]], places: NDArray[np.float64]
    ) -> None:
        self._rows = list(Street.objects.filter(commune=commune).order_by("pk").defer("line_3857", "note", "source"))
        self._place = {street.pk: place for place, street in enumerate(self._rows)}
        self._above = [self._place.get(street.parent_id, NONE) for street in self._rows]
        self.names = tuple(street.full_name for street in self._rows)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._nameless: dict[int, list[int]] = defaultdict(list)  # by the street that has a name
        for place, street in enumerate(self._rows):
            for name in {fold(street.name), fold(street.full_name)} if street.name else {fold(street.full_name)}:
                self._by_name[name].append(place)
            if not street.name:
                self._nameless[self._named_above(place)].append(place)
        lines = list(ground.lines([street.line for street in self._rows])) if self._rows else []
        self._lines = self._from_beginnings(commune, ground, lines, rows, places)
        self._tree = shapely.STRtree(self._lines)
        self.streets = [
            WalkStreet(tuple((float(x), float(y)) for x, y in line.coords), above, _is_narrow(street))
            for street, line, above in zip(self._rows, self._lines, self._above, strict=True)
        ]

    def frontages(self, rows: Sequence[tuple[Any, ...]], places: NDArray[np.float64]) -> Frontages:
        """Where each house stands, by its frontage, its address, or what it stands beside."""
        street = np.full(len(rows), NONE, np.intp)
        side, position = np.zeros(len(rows), np.intp), np.zeros(len(rows))
        for house, row in enumerate(rows):
            if row[9] in self._place:
                street[house], side[house], position[house] = self._place[row[9]], row[10], row[11]
                continue
            at = shapely.Point(places[house])
            found = self._named(row[2], row[3], at)
            if found == NONE and self._lines:
                near = self._tree.query_nearest(at, max_distance=BESIDE_M, all_matches=False)
                found = int(near[0]) if len(near) else NONE
            if found != NONE:
                line = self._lines[found]
                street[house], position[house] = found, line.project(at)
                side[house] = side_of(line, at, position[house])
        return Frontages(street, side, position)

    def _named(self, number: str, written: str, at: shapely.Point) -> int:
        """The nearest street that an address may mean: on a nameless alley houses bear 12/… and its road's name."""
        if not written:
            return NONE
        meant = self._by_name.get(fold(written), [])
        alley_number = number.rpartition("/")[0]
        if alley_number:
            nameless = [alley for one in meant for alley in self._nameless.get(one, ())]
            numbered = [alley for alley in nameless if self._rows[alley].number == alley_number]
            # Before a decision no alley has a number: it is one of those that have none, or the road itself.
            meant = numbered or [*meant, *(alley for alley in nameless if not self._rows[alley].number)]
        near = [(self._lines[one].distance(at), one) for one in meant]
        return min(near)[1] if near and min(near)[0] <= NAMED_NEAR_M else NONE

    def _named_above(self, street: int) -> int:
        """The nearest larger street that has a name."""
        for _level in range(_MOST_LEVELS):
            street = self._above[street] if street != NONE else NONE
            if street == NONE or self._rows[street].name:
                break
        return street

    def _from_beginnings(
        self,
        commune: Unit,
        ground: Ground,
        lines: list[Any],
        rows: Sequence[tuple[Any, ...]],
        places: NDArray[np.float64],
    ) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(_FARTHEST, [commune.pk])
            found = cursor.fetchall()
        far = on_ground(ground, [row[1] for row in found], [row[2] for row in found])
        farthest = {row[0]: (shapely.Point(at), row[3]) for row, at in zip(found, far, strict=True)}
        numbers: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for house, row in enumerate(rows):
            if row[9] is None and row[3] and (digits := re.match(r"[0-9]{1,9}(?![0-9/])", row[2])):
                numbers[fold(row[3])].append((int(digits.group()), house))
        turned = []
        for place, (street, line) in enumerate(zip(self._rows, lines, strict=True)):
            above = lines[self._above[place]] if self._above[place] != NONE else None
            written = [
                (number, line.project(shapely.Point(places[house])))
                for name in {fold(street.name), fold(street.full_name)}
                for number, house in (numbers.get(name, ()) if street.name else ())
                if line.distance(shapely.Point(places[house])) <= NAMED_NEAR_M
            ]
            turned.append(
                line.reverse() if _is_against(street, line, above, farthest.get(street.pk), written) else line
            )
        return turned


def _is_against(
    street: Street, line: Any, above: Any, farthest: tuple[Any, float] | None, written: list[tuple[int, float]]
) -> bool:
    """Whether numbers rise against the line as it was drawn."""
    if farthest is not None:
        along = line.project(farthest[0])
        return bool(abs(line.length - along - farthest[1]) < abs(along - farthest[1]))
    if street.direction == StreetDirection.AS_DRAWN:
        return False
    if StreetKind(street.kind).is_alley and above is not None:
        start, end = (above.distance(shapely.Point(one)) for one in (line.coords[0], line.coords[-1]))
        return bool(end < start)
    if len(written) > 1:
        pairs = np.array(written, np.float64)
        centred = pairs - pairs.mean(axis=0)
        if rises := float((centred[:, 0] * centred[:, 1]).sum()):
            return rises < 0
    ends = np.array(line.coords)[[0, -1]]
    return bool(by_compass(ends[1:] - ends[:1])[0])


def _is_narrow(street: Street) -> bool:
    """Whether one crosses at any door: below 7 m, and an alley whose width nobody has written down."""
    if street.width_class == WidthClass.UNKNOWN:
        return StreetKind(street.kind).is_alley
    return street.width_class <= WidthClass.LANE


def on_ground(ground: Ground, lng: Sequence[float], lat: Sequence[float]) -> NDArray[np.float64]:
    """Places (n, 2) in metres."""
    if not lng:
        return np.empty((0, 2))
    return np.column_stack(crs.from_lonlat(ground.srid, lng, lat))
