"""Where the parts of a map sheet lie on the paper, and at which scale the ground fits into its frame. Pure.

Paper is in millimetres from the lower left corner, ground in metres of a VN-2000 zone. The map is drawn in the plane of
that zone, so its grid is straight, and a length on paper times the scale is a length on the ground.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""

_SCALES: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5)
_INTERVALS: Final = (1.0, 2.0, 5.0)
_SMALLEST_SCALE: Final = 500
_EDGE: Final = 7.0  # from the paper's edge to the outer line: what every printer can reach
_ROOM: Final = 0.96  # the ground takes so much of the frame, so that nothing touches its edge


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet upright; `grow` is how much larger texts are on it than on A4."""

    name: str
    width: float
    height: float
    grow: float


A4: Final = Paper("a4", 210.0, 297.0, 1.0)
A3: Final = Paper("a3", 297.0, 420.0, 1.25)
PAPERS: Final = {paper.name: paper for paper in (A4, A3)}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on paper."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.height

    def within(self, by: float) -> Box:
        """The box that lies inside, `by` from each edge."""
        return Box(self.left + by, self.bottom + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True, slots=True)
class Layout:
    """A page: outer line, title, map with the gutter for the numbers of the grid around it, columns for the rest."""

    width: float
    height: float
    outer: Box
    title: Box
    map: Box
    gutter: float
    columns: tuple[Box, ...]
    grow: float


def landscape(paper: Paper) -> Layout:
    """The page turned, everything but the map in one column on the right."""
    grow = paper.grow
    outer = Box(0, 0, paper.height, paper.width).within(_EDGE)
    column = 66 * grow
    title = 15 * grow
    gutter = 5.2 * grow
    ground = Box(outer.left, outer.bottom, outer.width - column, outer.height - title).within(gutter)
    side = Box(outer.right - column, outer.bottom, column, outer.height - title)
    return Layout(
        paper.height, paper.width, outer, Box(outer.left, outer.top - title, outer.width, title), ground, gutter,
        (Box(side.left + 3 * grow, side.bottom + 3 * grow, side.width - 6 * grow, side.height - 6 * grow),), grow,
    )  # fmt: skip


def portrait(paper: Paper) -> Layout:
    """The page upright, everything but the map in three columns below."""
    grow = paper.grow
    outer = Box(0, 0, paper.width, paper.height).within(_EDGE)
    below, title, gutter, gap = 76 * grow, 15 * grow, 5.2 * grow, 4 * grow
    ground = Box(outer.left, outer.bottom + below, outer.width, outer.height - title - below).within(gutter)
    inner = Box(outer.left, outer.bottom, outer.width, below).within(3 * grow)
    # The legend and its figures need more room than the others.
    shares = (0.36, 0.29, 0.35)
    widths = [share * (inner.width - 2 * gap) for share in shares]
    columns = []
    left = inner.left
    for width in widths:
        columns.append(Box(left, inner.bottom, width, inner.height))
        left += width + gap
    return Layout(
        paper.width, paper.height, outer, Box(outer.left, outer.top - title, outer.width, title), ground, gutter,
        tuple(columns), grow,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of ground in a frame on paper, at the scale 1:`scale`, its middle in the frame's."""

    frame: Box
    scale: int
    x: float
    y: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where on paper a point of the zone lies."""
        across, up = self.frame.left + self.frame.width / 2, self.frame.bottom + self.frame.height / 2
        return across + (x - self.x) * 1000 / self.scale, up + (y - self.y) * 1000 / self.scale

    @property
    def bounds(self) -> Bounds:
        """The ground that the frame shows."""
        half_width, half_height = (side * self.scale / 2000 for side in (self.frame.width, self.frame.height))
        return self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height


def framed(paper: Paper, bounds: Bounds) -> tuple[Layout, Ground]:
    """Return the page, turned or upright, that the ground fills better, and the ground on it at a round scale.

    Raises ValueError of bounds that hold no area.
    """
    layout = min((landscape(paper), portrait(paper)), key=lambda one: _least(one.map, bounds))
    return layout, _ground(layout.map, bounds)


def _ground(frame: Box, bounds: Bounds) -> Ground:
    west, south, east, north = bounds
    return Ground(frame, scale_for(_least(frame, bounds)), (west + east) / 2, (south + north) / 2)


def _least(frame: Box, bounds: Bounds) -> float:
    """The largest scale, by its denominator, at which the ground has room."""
    west, south, east, north = bounds
    if not (east > west and north > south):
        raise ValueError(f"no area within {bounds}")
    return max((east - west) / frame.width, (north - south) / frame.height) * 1000 / _ROOM


def scale_for(least: float) -> int:
    """Return the first round denominator that is no smaller than `least`."""
    return max(_SMALLEST_SCALE, next(round(value) for value in _rounds(_SCALES, least)))


def interval_for(ground: Ground, apart: float) -> int:
    """Return the round number of metres between lines of the grid that lie `apart` millimetres or more apart."""
    return max(1, next(round(value) for value in _rounds(_INTERVALS, apart * ground.scale / 1000)))


def _rounds(series: tuple[float, ...], least: float) -> Iterator[float]:
    """Round numbers from `least` on, rising."""
    power = 10.0 ** math.floor(math.log10(least))
    while True:
        for digit in series:
            if digit * power >= least * (1 - 1e-9):
                yield digit * power
        power *= 10


def lines(low: float, high: float, interval: int) -> list[int]:
    """Return the multiples of `interval` in between."""
    return list(range(math.ceil(low / interval) * interval, math.floor(high) + 1, interval))
