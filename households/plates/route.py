"""The order in which somebody walks past houses to hang their plates. Pure; metres of one VN-2000 zone.

A street is walked the way its numbers rise. Where it is narrow enough to cross at any door, both sides are taken
together, house by house; else up on the left and back on the right. A side alley is walked where it leaves, from the
side that it leaves on. What no other street holds together, whole streets with all their alleys and clusters of houses
that stand on no street, is put into a short tour (`touring.py`); the houses of a
cluster are a chain (`chaining.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from households.plates.chaining import chain
from households.plates.touring import tour

Place = tuple[float, float]

LEFT, RIGHT = 1, 2
NONE: Final = -1

_CLUSTER_M: Final = 75.0
"""Houses without a street in the same or in touching squares of this side are walked together."""
_DEEPEST: Final = 12
"""So many times an alley may leave an alley; what lies deeper is walked on its own."""
_INTO_M: Final = 5.0


@dataclass(frozen=True, slots=True)
class WalkStreet:
    """A street from where its numbers begin; `leaves` is the place of the larger one it goes off, -1 for none.

    `is_narrow`: one crosses it at any door.
    """

    path: tuple[Place, ...]
    leaves: int = NONE
    is_narrow: bool = True


@dataclass(frozen=True, slots=True)
class Frontages:
    """For each house its street (its place in the streets, -1 for none), its side, and how far along it, metres."""

    street: NDArray[np.intp]
    side: NDArray[np.intp]
    position: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leg:
    """Houses that one walks past on one street (-1: on none) without leaving it, in order."""

    street: int
    houses: tuple[int, ...]


def walking_order(houses: NDArray[np.float64], frontages: Frontages, streets: Sequence[WalkStreet]) -> NDArray[np.intp]:
    """Return the houses, given by their places as an (n, 2) array, in the order one walks: each once."""
    order = [house for leg in walk(houses, frontages, streets) for house in leg.houses]
    return np.array(order, dtype=np.intp)


def walk(houses: NDArray[np.float64], frontages: Frontages, streets: Sequence[WalkStreet]) -> list[Leg]:
    """Return the walk as its legs."""
    houses = np.asarray(houses, np.float64).reshape(-1, 2)
    stops = [*_Ground(frontages, streets).stops(), *_clusters(houses, np.flatnonzero(frontages.street == NONE))]
    entries = houses[[stop[0].houses[0] for stop in stops]].reshape(-1, 2)
    exits = houses[[stop[-1].houses[-1] for stop in stops]].reshape(-1, 2)
    return [leg for place in tour(entries, exits) for leg in stops[place]]


@dataclass(frozen=True, slots=True)
class _Event:
    """What one meets along a street: a house, or the mouth of an alley."""

    position: float
    is_alley: bool  # of a house and a mouth at one place the house comes first: the alley may be named after it
    side: int
    what: int


class _Ground:
    """Streets, what stands along each, and which leave which."""

    def __init__(self, frontages: Frontages, streets: Sequence[WalkStreet]) -> None:
        self._streets = streets
        self._events: list[list[_Event]] = [[] for _ in streets]
        columns = zip(
            frontages.street.tolist(), frontages.side.tolist(), frontages.position.tolist(), strict=True
        )  # fmt: skip
        for house, (street, side, position) in enumerate(columns):
            if street != NONE:
                self._events[street].append(_Event(position, False, side, house))
        self._above = self._parents()
        self._add_mouths()

    def stops(self) -> Iterator[list[Leg]]:
        """The walk along each street that leaves no other, with all that leaves it."""
        for street, above in enumerate(self._above):
            if above == NONE and self._events[street]:
                steps = self._along(street)
                yield [
                    Leg(on, tuple(house for _, house in some))
                    for on, some in itertools.groupby(steps, key=lambda step: step[0])
                ]

    def _parents(self) -> list[int]:
        """The street that each leaves; NONE where that leads round in a circle or too deep."""
        above = [street.leaves for street in self._streets]
        for street in range(len(above)):
            seen, at = {street}, street
            while above[at] != NONE:
                at = above[at]
                if at in seen or len(seen) > _DEEPEST:
                    above[street] = NONE
                    break
                seen.add(at)
        return above

    def _add_mouths(self) -> None:
        """Tell every larger street where alleys with houses leave it, the innermost alleys first."""
        depth = []
        for street in range(len(self._above)):
            steps, at = 0, street
            while self._above[at] != NONE:
                at, steps = self._above[at], steps + 1
            depth.append(steps)
        for street in sorted(range(len(depth)), key=lambda one: -depth[one]):
            above = self._above[street]
            if above != NONE and self._events[street]:
                position, side = _mouth(self._streets[above].path, self._streets[street].path)
                self._events[above].append(_Event(position, True, side, street))

    def _along(self, street: int) -> Iterator[tuple[int, int]]:
        """Each house with the street one is on, in order."""
        events = sorted(self._events[street], key=lambda one: (one.position, one.is_alley, one.side, one.what))
        if not self._streets[street].is_narrow:
            back = sorted(events, key=lambda one: (-one.position, one.is_alley, one.what))
            events = [one for one in events if one.side != RIGHT] + [one for one in back if one.side == RIGHT]
        for event in events:
            if event.is_alley:
                yield from self._along(event.what)
            else:
                yield street, event.what


def _mouth(above: tuple[Place, ...], alley: tuple[Place, ...]) -> tuple[float, int]:
    """How far along a street an alley leaves it, and on which side."""
    line, branch = shapely.LineString(above), shapely.LineString(alley)
    position = line.project(shapely.Point(alley[0]))
    return position, side_of(line, branch.interpolate(min(_INTO_M, branch.length)), position)


def side_of(line: shapely.LineString, at: shapely.Point, position: float) -> int:
    """On which side of a line, seen along it at `position`, a point lies."""
    before, after = line.interpolate(max(0.0, position - 1)), line.interpolate(min(line.length, position + 1))
    cross = (after.x - before.x) * (at.y - before.y) - (after.y - before.y) * (at.x - before.x)
    return LEFT if cross >= 0 else RIGHT


def _clusters(houses: NDArray[np.float64], without: NDArray[np.intp]) -> list[list[Leg]]:
    """Walks through houses that stand on no street, one for each cluster of them."""
    if not len(without):
        return []
    squares: dict[tuple[int, int], list[int]] = {}
    for house, (x, y) in zip(without.tolist(), np.floor(houses[without] / _CLUSTER_M).tolist(), strict=True):
        squares.setdefault((int(x), int(y)), []).append(house)
    found: list[list[Leg]] = []
    while squares:
        first = next(iter(squares))
        cluster, waiting = squares.pop(first), [first]
        while waiting:
            x, y = waiting.pop()
            for square in itertools.product((x - 1, x, x + 1), (y - 1, y, y + 1)):
                if square in squares:
                    cluster += squares.pop(square)
                    waiting.append(square)
        part = np.array(sorted(cluster), dtype=np.intp)
        found.append([Leg(NONE, tuple(part[chain(houses[part])].tolist()))])
    return found
