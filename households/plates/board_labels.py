"""Where the numbers of an alley board stand, so that none covers another, a street or a house. Pure; millimetres.

The ground is a grid of half millimetres. A number stands on its house where it can, else as near as can be, away from
the street, and a line leads to its house.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Place = tuple[float, float]

CELL: Final = 0.5
DOT: Final = 0.9
"""Half the side of the square that is kept free around every house."""
_CLEARANCE: Final = 0.35
_RADII: Final = (2.6, 3.6, 4.8, 6.2, 8.0, 10.0, 12.5, 15.5, 19.0, 23.0)
_DIRECTIONS: Final = 16


@dataclass(frozen=True, slots=True)
class Placed:
    """A label's middle, and the house it belongs to."""

    x: float
    y: float
    house: Place
    width: float
    height: float

    @property
    def is_led(self) -> bool:
        """Whether it stands beside its house."""
        return (self.x, self.y) != self.house

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top."""
        return (
            self.x - self.width / 2, self.y - self.height / 2, self.x + self.width / 2, self.y + self.height / 2,
        )  # fmt: skip


class Ground:
    """What is taken of a frame, given as left, bottom, width and height."""

    def __init__(self, frame: tuple[float, float, float, float]) -> None:
        self._left, self._bottom, width, height = frame
        self._right, self._top = self._left + width, self._bottom + height
        shape = (math.ceil(height / CELL), math.ceil(width / CELL))
        self._taken: NDArray[np.bool_] = np.zeros(shape, dtype=bool)
        self._written: NDArray[np.bool_] = np.zeros(shape, dtype=bool)  # labels and lines, which no line may cross

    def copy(self) -> Ground:
        """Another ground, taken as far as this one."""
        other = copy.copy(self)
        other._taken, other._written = self._taken.copy(), self._written.copy()
        return other

    def block_piece(self, start: Place, end: Place, half_width: float) -> None:
        """Keep labels off a straight piece of a street."""
        steps = min(20_000, max(1, math.ceil(math.dist(start, end) / CELL)))
        for step in range(steps + 1):
            x = start[0] + (end[0] - start[0]) * step / steps
            y = start[1] + (end[1] - start[1]) * step / steps
            self._mark(self._taken, x - half_width, y - half_width, x + half_width, y + half_width)

    def block_box(self, left: float, bottom: float, width: float, height: float) -> None:
        """Keep labels and lines off a box."""
        for grid in (self._taken, self._written):
            self._mark(grid, left, bottom, left + width, bottom + height)

    def take(self, label: Placed) -> None:
        """Mark a label, and the line to its house, as written."""
        left, bottom, right, top = label.box
        for grid in (self._taken, self._written):
            self._mark(grid, left - _CLEARANCE, bottom - _CLEARANCE, right + _CLEARANCE, top + _CLEARANCE)
            if label.is_led:
                for x, y in _steps(label.house, (label.x, label.y)):
                    self._mark(grid, x, y, x, y)

    def is_free(self, label: Placed) -> bool:
        """Whether a label fits here with nothing under it or under the line to its house."""
        left, bottom, right, top = label.box
        edge = 0.8
        if left < self._left + edge or right > self._right - edge:
            return False
        if bottom < self._bottom + edge or top > self._top - edge:
            return False
        if self._taken[self._cells(left, bottom, right, top)].any():
            return False
        return not label.is_led or not any(
            self._written[self._cells(x, y, x, y)].any() for x, y in _steps(label.house, (label.x, label.y))
        )

    def _cells(self, left: float, bottom: float, right: float, top: float) -> tuple[slice, slice]:
        columns = slice(max(0, int((left - self._left) / CELL)), max(0, int((right - self._left) / CELL) + 1))
        rows = slice(max(0, int((bottom - self._bottom) / CELL)), max(0, int((top - self._bottom) / CELL) + 1))
        return rows, columns

    def _mark(self, grid: NDArray[np.bool_], left: float, bottom: float, right: float, top: float) -> None:
        if right < self._left or left > self._right or top < self._bottom or bottom > self._top:
            return
        grid[self._cells(left, bottom, right, top)] = True


def place_all(
    ground: Ground,
    houses: Sequence[Place],
    sizes: Sequence[tuple[float, float]],
    others: Sequence[Place],
    outward: Callable[[Place], float],
    most_led: float = 1.0,
) -> tuple[Placed | None, ...]:
    """Return where each house's label of that size stands, None where there is no room within reach.

    `others` are all houses that are drawn, these among them; no label covers one but its own. `outward` says at which
    angle the street is left from a house. The most crowded houses choose first. Where more than the share `most_led`
    cannot stand at their place, those have none: the caller will draw it all larger.
    """
    points = np.array(others, dtype=np.float64).reshape(-1, 2)
    crowd = [int((np.abs(points - house).max(axis=1) < 9).sum()) for house in houses]
    placed: list[Placed | None] = [None] * len(houses)
    waiting: list[int] = []
    order = sorted(range(len(houses)), key=lambda index: -crowd[index])
    for index in order:  # first all that can stand at their place
        label = Placed(*houses[index], houses[index], *sizes[index])
        if ground.is_free(label) and not _covers(label, points, own=True):
            placed[index] = label
            ground.take(label)
        else:
            waiting.append(index)
    if len(waiting) > most_led * len(houses):
        return tuple(placed)
    for index in waiting:
        led = beside(ground, houses[index], sizes[index], others, outward(houses[index]))
        if led is not None:
            ground.take(led)
        placed[index] = led
    return tuple(placed)


def beside(
    ground: Ground, house: Place, size: tuple[float, float], others: Sequence[Place], away: float
) -> Placed | None:
    """Return the nearest free place beside a house, looked for in the direction `away` first; None where none is."""
    points = np.array(others, dtype=np.float64).reshape(-1, 2)
    points = points[np.abs(points - house).max(axis=1) < _RADII[-1] + 2 * size[0]]
    turns = sorted(range(_DIRECTIONS), key=lambda turn: min(turn, _DIRECTIONS - turn))
    for radius in _RADII:
        for turn in turns:
            angle = away + 2 * math.pi * turn / _DIRECTIONS
            # The nearer edge of a wide label counts, so it goes farther out sideways than up or down.
            reach = radius + abs(math.cos(angle)) * size[0] / 2
            label = Placed(house[0] + reach * math.cos(angle), house[1] + reach * math.sin(angle), house, *size)
            if ground.is_free(label) and not _covers(label, points, own=False):
                return label
    return None


def _covers(label: Placed, points: NDArray[np.float64], *, own: bool) -> bool:
    """Whether it would hide a house; with `own` its own does not count, nor what stands at the very same point."""
    left, bottom, right, top = label.box
    inside = (
        (points[:, 0] > left - DOT) & (points[:, 0] < right + DOT)
        & (points[:, 1] > bottom - DOT) & (points[:, 1] < top + DOT)
    )  # fmt: skip
    if own:
        inside &= np.abs(points - label.house).max(axis=1) > 0.05
    return bool(inside.any())


def _steps(start: Place, end: Place) -> list[Place]:
    """Places along a line, none at its beginning, where the house's own mark is."""
    count = max(2, math.ceil(math.dist(start, end) / CELL))
    return [
        (start[0] + (end[0] - start[0]) * step / count, start[1] + (end[1] - start[1]) * step / count)
        for step in range(2, count + 1)
    ]
