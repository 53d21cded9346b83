"""A small north-up map of a few houses, for a paper: what lies around them, and their numbers. Pure.

What is known of the ground is held once, in metres of one VN-2000 zone; each map takes what lies on it. It is drawn as
an alley's board is.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from households.plates.alley_board import (
    AROUND,
    MAIN,
    PADDING_MM,
    Board,
    BoardHouse,
    BoardSheet,
    BoardStreet,
    Drawn,
    Frame,
    Place,
    one_sheet,
)
from households.plates.board_cutting import Bounds
from households.plates.board_drawing import draw_map, draw_north, draw_scale
from households.plates.design import WHITE, Colour
from mapping.printing.fonts import Fonts
from mapping.printing.pen import Pen

_RED: Final[Colour] = (0.80, 0.10, 0.10)
_AROUND_M: Final = 40.0
_SAME_M: Final = 0.05
_CORNER: Final = (29.0, 17.0)  # of the box with north and scale
_HOUSE: Final = 1.2  # how far a house's dot reaches from its place
_TRIES, _MORE = 5, 0.15  # so often a map is framed wider, by that part of it on each side, to leave a corner free
_NO_DAY: Final = datetime.date.min


@dataclass(frozen=True, slots=True)
class Labelled:
    """A house whose number stands on the map."""

    text: str
    at: Place


class Surroundings:
    """Streets by name and path, and places of houses that may lie around, with their numbers."""

    def __init__(
        self, streets: Sequence[tuple[str, tuple[Place, ...]]], houses: NDArray[np.float64], numbers: Sequence[str]
    ) -> None:
        self._streets = streets
        self._numbers = numbers
        self._houses = houses.reshape(-1, 2)
        self._street_tree = shapely.STRtree([shapely.LineString(path) for _, path in streets])
        self._house_tree = shapely.STRtree(shapely.points(self._houses))

    def numbered(self, middle: Place, east: float, north: float) -> Iterator[Labelled]:
        """The houses with a number so far to either side of a place, but for what stands at the place itself."""
        x, y = middle
        box = shapely.box(x - east, y - north, x + east, y + north)
        for house in np.sort(self._house_tree.query(box)).tolist():
            at = float(self._houses[house, 0]), float(self._houses[house, 1])
            if self._numbers[house] and max(abs(at[0] - x), abs(at[1] - y)) > _SAME_M:
                yield Labelled(self._numbers[house], at)

    def board(self, bounds: Bounds, own: Collection[int], labelled: Sequence[Labelled]) -> Board:
        """What lies within the bounds and a little around them; the labelled houses come first."""
        west, south, east, north = bounds
        near = shapely.box(west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
        streets = [
            BoardStreet(name, path, MAIN if place in own else AROUND)
            for place in sorted(self._street_tree.query(near).tolist())
            for name, path in [self._streets[place]]
        ]
        taken = {one.at for one in labelled}
        others = [
            at for at in map(tuple, self._houses[np.sort(self._house_tree.query(near))].tolist()) if at not in taken
        ]
        houses = [BoardHouse(one.text, 0, 0, one.at) for one in labelled]
        houses += [BoardHouse("", 0, 0, at) for at in others]
        return Board("", "", "", tuple(streets), tuple(houses), _NO_DAY, tells_mouth=False)


def height_for(bounds: Bounds, width: float, least: float, most: float) -> float:
    """Return how high a map of that width should be so that the bounds fill it, millimetres."""
    west, south, east, north = bounds
    room = width - 2 * PADDING_MM
    return min(most, max(least, (north - south) / max(east - west, 1.0) * room + 2 * PADDING_MM))


def draw_mini_map(
    pen: Pen,
    ground: Surroundings,
    bounds: Bounds,
    frame: tuple[float, float, float, float],
    fonts: Fonts,
    *,
    own: Collection[int],
    labelled: Sequence[Labelled],
    marked: bool = False,
) -> None:
    """Draw the map into the frame (left, bottom, width, height). With `marked` the first house is shown in red."""
    place = Frame(frame)
    for _ in range(_TRIES):
        board = ground.board(bounds, own, labelled)
        drawn = Drawn(board)
        sheet = one_sheet(board, drawn, tuple(range(len(labelled))), bounds, place, fonts)
        (covered, _road), corner = _freest_corner(board, sheet, place)
        if not covered or marked:  # around a house that is shown alone a covered neighbour matters less than its scale
            break
        bounds = _wider(bounds)
    draw_map(pen, board, drawn, sheet, place)
    if marked:
        label, (x, y) = sheet.labels[0], sheet.on_paper(labelled[0].at, place)
        if label is not None and labelled[0].text:
            left, bottom, right, top = label.box
            if label.is_led:
                pen.path([(x, y), (label.x, label.y)], _RED, 0.5)
            pen.box(left - 0.6, bottom - 0.6, right - left + 1.2, top - bottom + 1.2, fill=_RED, radius=0.7)
            pen.text(labelled[0].text, label.x, label.y, sheet.size, bold=True, colour=WHITE, align=0.5)
        if label is None or label.is_led or not labelled[0].text:
            pen.disc(x, y, 1.6, _RED)
            pen.disc(x, y, 0.6, WHITE)
    left, bottom = corner
    pen.box(left, bottom, *_CORNER, fill=WHITE, line=(0.55, 0.55, 0.55))
    draw_north(pen, left + 4.5, bottom + 5.5, 9.0)
    draw_scale(pen, sheet.scale, left + 9.5, bottom + 5.0, _CORNER[0] - 12.5)


def _freest_corner(board: Board, sheet: BoardSheet, place: Frame) -> tuple[tuple[int, float], Place]:
    """The corner where north and scale cover least, the lower right one first.

    How many of the sheet's houses, with their numbers, and how many millimetres of its own streets are covered there;
    and the lower left point of the box.
    """
    left, bottom, width, height = place.frame
    right, top = left + width - _CORNER[0], bottom + height - _CORNER[1]
    marks = []
    for house, label in zip(sheet.houses, sheet.labels, strict=True):
        x, y = sheet.on_paper(board.houses[house].at, place)
        dot = x - _HOUSE, y - _HOUSE, x + _HOUSE, y + _HOUSE
        marks.append((dot, dot if label is None else label.box))
    own = [
        shapely.LineString([sheet.on_paper(at, place) for at in street.path])
        for street in board.streets
        if street.role == MAIN
    ]
    found = []
    for corner in ((right, bottom), (left, bottom), (right, top), (left, top)):
        box = *corner, corner[0] + _CORNER[0], corner[1] + _CORNER[1]
        covered = sum(_overlap(box, dot) or _overlap(box, number) for dot, number in marks)
        hidden = sum(shapely.box(*box).intersection(path).length for path in own)
        found.append(((covered, hidden), corner))
    return min(found, key=lambda one: one[0])


def _overlap(one: Bounds, other: Bounds) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _wider(bounds: Bounds) -> Bounds:
    """The bounds with more ground on every side, so that houses leave the corners."""
    west, south, east, north = bounds
    across, up = (east - west) * _MORE, (north - south) * _MORE
    return west - across, south - up, east + across, north + up
