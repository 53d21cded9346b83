"""The board at the mouth of an alley: a north-up map of it with every house number, and the numbers by sides. Pure.

What goes in is in metres of one VN-2000 zone; what comes out are sheets in millimetres. A long street is cut into
several sheets rather than drawn so small that nobody reads its numbers. There is no person on a board, only places.
The words on it are a public sign and stay Vietnamese in every language of the program.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import shapely

from households.plates.board_labels import Ground, Placed, beside, place_all
from mapping.printing.fonts import Fonts

Place = tuple[float, float]

MAIN, BRANCH, AROUND = "main", "branch", "around"
LEFT, RIGHT = 1, 2

SCALES: Final = (200, 250, 300, 400, 500, 600, 750, 1000, 1250, 1500, 2000, 2500)
"""1 : so many. Coarser than the last nothing is drawn, whatever the length."""
TYPE_SIZES: Final = (6.5, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 14.0)
"""Of the numbers on the map, in points; all of a sheet are alike."""
STREET_WIDTHS: Final = {MAIN: 4.4, BRANCH: 3.4, AROUND: 3.8}
"""How wide streets are drawn, in millimetres, whatever they are on the ground."""
MOUTH_SIZE: Final = (25.0, 5.4)
MOUTH_RADIUS: Final = 2.4
POINT: Final = 25.4 / 72
PADDING_MM: Final = 9.0
_NEAR: Final = 8.0  # what is so far outside the frame does not matter within
MOST_SHEETS: Final = 40
_FEW_LEADERS, _MANY_LEADERS = 0.3, 0.6  # shares of the numbers that do not stand at their place


@dataclass(frozen=True, slots=True)
class BoardStreet:
    """A line from where its numbers begin. `role`: the street of the board, a branch of it, or one around."""

    name: str
    path: tuple[Place, ...]
    role: str = MAIN


@dataclass(frozen=True, slots=True)
class BoardHouse:
    """A house on the street at `street` in the board's streets; `side` as one walks from where its numbers begin."""

    number: str
    street: int
    side: int
    at: Place


@dataclass(frozen=True, slots=True)
class Board:
    """What one board says. The first street is its own; `off` is the larger street it leaves, "" for none."""

    title: str
    off: str
    place: str
    streets: tuple[BoardStreet, ...]
    houses: tuple[BoardHouse, ...]
    printed_on: datetime.date

    @property
    def mouth(self) -> Place:
        """Where the board hangs."""
        return self.streets[0].path[0]


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in millimetres, lying: its map's frame and its list stand below the head, side by side."""

    name: str
    width: float
    height: float
    margin: float = 9.0
    head: float = 31.0
    gap: float = 4.0
    list_width: float = 62.0
    foot: float = 25.0  # below the list: north and scale

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of the map."""
        width = self.width - 2 * self.margin - self.list_width - self.gap
        return self.margin, self.margin, width, self.height - 2 * self.margin - self.head - self.gap

    @property
    def list_box(self) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of the list."""
        left, bottom, width, height = self.frame
        return left + width + self.gap, bottom + self.foot, self.list_width, height - self.foot


A4: Final = Paper("a4", 297, 210)
A3: Final = Paper("a3", 420, 297, margin=12, head=42, gap=5, list_width=84, foot=30)
PAPERS: Final = {paper.name: paper for paper in (A4, A3)}


@dataclass(frozen=True, slots=True)
class BoardSheet:
    """One sheet: a scale, the metres at the middle of its map, its houses, and where their numbers stand.

    `mouth` is where the words at the mouth stand; None where the mouth is on another sheet.
    """

    scale: int
    centre: Place
    houses: tuple[int, ...]
    size: float
    labels: tuple[Placed | None, ...]
    mouth: Placed | None

    @property
    def is_complete(self) -> bool:
        """Whether every number found room."""
        return None not in self.labels

    @property
    def led(self) -> float:
        """The share of the numbers that do not stand at their place."""
        return sum(label is not None and label.is_led for label in self.labels) / max(1, len(self.labels))

    def on_paper(self, place: Place, paper: Paper) -> Place:
        """Where a place lies on the sheet, millimetres from its lower left corner."""
        left, bottom, width, height = paper.frame
        factor = 1000 / self.scale
        return (
            left + width / 2 + (place[0] - self.centre[0]) * factor,
            bottom + height / 2 + (place[1] - self.centre[1]) * factor,
        )


def plan(board: Board, paper: Paper, fonts: Fonts) -> list[BoardSheet]:
    """Return the sheets that show all of the board: one where that can be read, else as few as can."""
    fallback: list[BoardSheet] = []
    for scale in reversed([scale for scale in SCALES if scale <= _fitting(board, paper)]):
        cells = list(_cells(board, paper, scale))
        if fallback and len(cells) > MOST_SHEETS:
            break
        sheets: list[BoardSheet] = []
        for centre, houses in cells:
            sheets.append(_sheet(board, paper, fonts, scale, centre, houses))
            if not sheets[-1].is_complete or sheets[-1].led > _MANY_LEADERS:
                break
        else:
            return sheets
        fallback = fallback or sheets
        finest, last = scale, cells
    # Houses that stand on one another leave numbers without room at any scale; the list has them all the same.
    return [_sheet(board, paper, fonts, finest, centre, houses, most_led=1.0) for centre, houses in last]


def _fitting(board: Board, paper: Paper) -> int:
    """The finest scale at which all of it is on one sheet, or the coarsest of all."""
    left, bottom, right, top = _bounds(board)
    _, _, width, height = paper.frame
    wanted = max(
        (right - left) / (width - 2 * PADDING_MM) * 1000, (top - bottom) / (height - 2 * PADDING_MM) * 1000, SCALES[0]
    )
    return next((scale for scale in SCALES if scale >= wanted), SCALES[-1])


def _bounds(board: Board) -> tuple[float, float, float, float]:
    """What must be seen: the street, its branches and their houses. A road's far end without houses need not."""
    places = [house.at for house in board.houses] + [board.mouth]
    for street in board.streets:
        if street.role != AROUND:
            places += street.path
    xs, ys = zip(*places, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _cells(board: Board, paper: Paper, scale: int) -> Iterator[tuple[Place, tuple[int, ...]]]:
    """Middles of the sheets at a scale with the houses of each, in the order in which one walks; no empty ones."""
    left, bottom, right, top = _bounds(board)
    _, _, width, height = paper.frame
    room_x, room_y = ((side - 2 * PADDING_MM) * scale / 1000 for side in (width, height))
    columns, rows = (
        max(1, math.ceil(extent / room)) for extent, room in ((right - left, room_x), (top - bottom, room_y))
    )
    step_x, step_y = (right - left) / columns, (top - bottom) / rows
    along = shapely.LineString(board.streets[0].path)
    cells: dict[tuple[int, int], list[int]] = {}
    for index, house in enumerate(board.houses):
        column = min(columns - 1, int((house.at[0] - left) / step_x)) if step_x else 0
        row = min(rows - 1, int((house.at[1] - bottom) / step_y)) if step_y else 0
        cells.setdefault((column, row), []).append(index)
    found = [
        (min(along.project(shapely.Point(board.houses[index].at)) for index in houses), column, row, tuple(houses))
        for (column, row), houses in cells.items()
    ]
    for _, column, row, houses in sorted(found):
        yield (left + (column + 0.5) * step_x, bottom + (row + 0.5) * step_y), houses


def _sheet(
    board: Board,
    paper: Paper,
    fonts: Fonts,
    scale: int,
    centre: Place,
    houses: tuple[int, ...],
    *,
    most_led: float = _MANY_LEADERS,
) -> BoardSheet:
    """Make the type larger as long as most numbers stand at their place; where few do, so that most of them do."""
    view = _View(board, paper, BoardSheet(scale, centre, houses, TYPE_SIZES[0], (), None))
    best: BoardSheet | None = None
    for size in TYPE_SIZES:
        sizes = [label_size(board.houses[index].number, size, fonts) for index in houses]
        tried = BoardSheet(scale, centre, houses, size, view.labels(sizes, most_led), view.mouth)
        if best is None or (tried.is_complete and tried.led <= max(best.led, _FEW_LEADERS)):
            best = tried
        if not tried.is_complete or tried.led > _MANY_LEADERS:
            break
    return best or BoardSheet(scale, centre, houses, TYPE_SIZES[0], (), view.mouth)


class _View:
    """What of a board lies in the frame of one sheet, in millimetres."""

    def __init__(self, board: Board, paper: Paper, sheet: BoardSheet) -> None:
        left, bottom, width, height = paper.frame
        frame = shapely.box(left - _NEAR, bottom - _NEAR, left + width + _NEAR, bottom + height + _NEAR)
        self._ground = Ground(paper.frame)
        self._pieces: list[tuple[Place, Place]] = []
        for street in board.streets:
            path = [sheet.on_paper(place, paper) for place in street.path]
            near = [piece for piece in itertools.pairwise(path) if frame.intersects(shapely.LineString(piece))]
            self._pieces += near
            for piece in near:
                self._ground.block_piece(*piece, STREET_WIDTHS[street.role] / 2)
        every = [sheet.on_paper(house.at, paper) for house in board.houses]
        self._houses = [every[index] for index in sheet.houses]
        self._others = [one for one in every if frame.covers(shapely.Point(one))]
        self.mouth = self._place_mouth(sheet.on_paper(board.mouth, paper), paper)

    def labels(self, sizes: Sequence[tuple[float, float]], most_led: float) -> tuple[Placed | None, ...]:
        """Where the numbers stand when their plates are that large."""
        return place_all(self._ground.copy(), self._houses, sizes, self._others, self._outward, most_led)

    def _place_mouth(self, mouth: Place, paper: Paper) -> Placed | None:
        """The words at the mouth come first; they may lie over a street rather than over a house."""
        left, bottom, width, height = paper.frame
        if not (left <= mouth[0] <= left + width and bottom <= mouth[1] <= bottom + height):
            return None
        houses = [*self._others, mouth]
        self._ground.block_piece(mouth, mouth, MOUTH_RADIUS)
        label = beside(self._ground, mouth, MOUTH_SIZE, houses, -math.pi / 2)
        if label is None:
            over_streets = Ground(paper.frame)
            over_streets.block_piece(mouth, mouth, MOUTH_RADIUS)
            label = beside(over_streets, mouth, MOUTH_SIZE, houses, -math.pi / 2)
        if label is not None:
            self._ground.take(label)
        return label

    def _outward(self, place: Place) -> float:
        """The angle at which one leaves the nearest street from here, radians; numbers are pushed that way."""
        nearest, away = math.inf, math.pi / 2
        for start, end in self._pieces:
            foot = _foot(start, end, place)
            distance = math.dist(foot, place)
            if distance < nearest:
                nearest = distance
                if distance > 0.01:
                    away = math.atan2(place[1] - foot[1], place[0] - foot[0])
        return away


def _foot(start: Place, end: Place, place: Place) -> Place:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = ((place[0] - start[0]) * dx + (place[1] - start[1]) * dy) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return start[0] + share * dx, start[1] + share * dy


def label_size(number: str, size: float, fonts: Fonts) -> tuple[float, float]:
    """Width and height in millimetres of the little plate with a number in a type size in points."""
    return fonts.bold.measure(number) * size * POINT + 0.42 * size * POINT, size * POINT * 1.12
