"""Where the sheets of an alley board lie: along its street, each side alley whole on the sheet of its mouth. Pure.

All is in metres of one zone. Streets form a tree: the board's own is the first, branches say which one they leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Place = tuple[float, float]
Bounds = tuple[float, float, float, float]

_OPEN: Final = 4
"""So many sheets are kept open while one walks along: alleys to the left and to the right may need one each."""


@dataclass(frozen=True, slots=True)
class Item:
    """What goes on a sheet as a whole: a house, or with `street` an alley with all that is reached through it."""

    position_m: float
    bounds: Bounds
    houses: tuple[int, ...]
    street: int | None = None


@dataclass(slots=True)
class Cut:
    """What one sheet shows."""

    bounds: Bounds
    items: list[Item] = field(default_factory=list)

    @property
    def houses(self) -> tuple[int, ...]:
        """Its houses, in walking order."""
        return tuple(house for item in self.items for house in item.houses)

    @property
    def centre(self) -> Place:
        """The middle of what it shows."""
        west, south, east, north = self.bounds
        return (west + east) / 2, (south + north) / 2


class Walk:
    """Streets and houses as one meets them. `leaves` is the street that each one leaves; the first leaves none.

    `on` is the street of each house. A house of the first one that stands nearer to a branch goes with the branch:
    before any numbering 12/5 is known by the road that it names.
    """

    def __init__(
        self, paths: Sequence[Sequence[Place]], leaves: Sequence[int], places: NDArray[np.float64], on: Sequence[int]
    ) -> None:
        self._lines = [shapely.LineString(path) for path in paths]
        self._points = shapely.points(places) if len(places) else np.empty(0, object)
        self._branches: dict[int, list[int]] = {}
        for street, above in enumerate(leaves):
            if street:
                self._branches.setdefault(above, []).append(street)
        self._houses: dict[int, list[int]] = {}
        nearest = shapely.STRtree(self._lines).nearest(self._points) if len(places) else []
        for house, street in enumerate(on):
            self._houses.setdefault(street or int(nearest[house]), []).append(house)

    def cut(self, room: Place) -> list[Cut]:
        """Return the sheets of so many metres across and up, in walking order."""
        return pack([*self._mouth(), *self._along(0)], room)

    def inside(self, cut: Cut, room: Place) -> list[Cut]:
        """Return the sheets of an alley that is alone on one and has no room there; none for anything else."""
        if len(cut.items) != 1 or (street := cut.items[0].street) is None or _fits(cut.bounds, room):
            return []
        return pack(list(self._along(street)), room)

    def _mouth(self) -> Iterator[Item]:
        """The mark at the mouth, which wants to be on a sheet."""
        x, y = self._lines[0].coords[0]
        yield Item(-1.0, (x, y, x, y), ())

    def _along(self, street: int) -> Iterator[Item]:
        line = self._lines[street]
        for house in self._houses.get(street, ()):
            yield self._house(house, line)
        for branch in self._branches.get(street, ()):
            houses, bounds = self._within(branch)
            if houses:
                yield Item(line.project(shapely.Point(self._lines[branch].coords[0])), bounds, houses, branch)

    def _house(self, house: int, line: shapely.LineString) -> Item:
        """A house with the stretch of street before it."""
        point = self._points[house]
        position = line.project(point)
        foot = line.interpolate(position)
        return Item(
            position,
            (min(point.x, foot.x), min(point.y, foot.y), max(point.x, foot.x), max(point.y, foot.y)),
            (house,),
        )

    def _within(self, street: int) -> tuple[tuple[int, ...], Bounds]:
        """The houses in an alley and in all that leave it, and what it all covers."""
        items = sorted(self._along(street), key=lambda item: item.position_m)
        bounds = self._lines[street].bounds
        for item in items:
            bounds = _union(bounds, item.bounds)
        return tuple(house for item in items for house in item.houses), bounds


def pack(items: Sequence[Item], room: Place) -> list[Cut]:
    """Lay items on sheets in walking order, each on the latest sheet that has room for it."""
    cuts: list[Cut] = []
    for item in sorted(items, key=lambda item: item.position_m):
        for cut in reversed(cuts[-_OPEN:]):
            together = _union(cut.bounds, item.bounds)
            if _fits(together, room):
                cut.bounds = together
                cut.items.append(item)
                break
        else:
            cuts.append(Cut(item.bounds, [item]))
    return [cut for cut in cuts if cut.houses]


def _fits(bounds: Bounds, room: Place) -> bool:
    return bounds[2] - bounds[0] <= room[0] and bounds[3] - bounds[1] <= room[1]


def _union(one: Bounds, other: Bounds) -> Bounds:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
