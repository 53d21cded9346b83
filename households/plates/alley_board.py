"""The board at the mouth of an alley: a north-up map of it with every house number, and the numbers by sides. Pure.

What goes in is in metres of one VN-2000 zone; what comes out are sheets in millimetres. A long street is cut into
several sheets rather than drawn so small that nobody reads its numbers; a side alley stays whole on one of them. There
is no person on a board, only places.
The words on it are a public sign and stay Vietnamese in every language of the program.
"""

from __future__ import annotations

import datetime
import itertools
import math
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from households.plates.board_cutting import Bounds, Cut, Walk, pack
from households.plates.board_labels import Ground, Placed, beside, place_all
from mapping.printing.fonts import Fonts
from mapping.printing.sheet import SHEETS

Place = tuple[float, float]

Progress = Callable[[int, int], None]
"""Told how many houses of how many have their place; begins anew at each scale that is tried."""

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
_CROWDED: Final = 0.2
"""Where more than this share of the sheets cannot be read, all are drawn larger; else those alone."""
_FEW_LEADERS, _MANY_LEADERS = 0.3, 0.6  # shares of the numbers that do not stand at their place


@dataclass(frozen=True, slots=True)
class BoardStreet:
    """A line from where its numbers begin. `role`: the street of the board, a branch of it, or one around.

    `leaves` is the street that a branch leaves, by its place in the board's streets.
    """

    name: str
    path: tuple[Place, ...]
    role: str = MAIN
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class BoardHouse:
    """A house on the street at `street` in the board's streets; `side` as one walks from where its numbers begin."""

    number: str
    street: int
    side: int
    at: Place
    house: uuid.UUID | None = None  # which one it is in the database, for whoever links to it


@dataclass(frozen=True, slots=True)
class Board:
    """What one board says. The first street is its own; `off` is the larger street it leaves, "" for none.

    `url` is the alley's public page, the text of the board's QR; "" for a board without one. `is_proof`: the page's
    host is not fit to be hung on a wall. `tells_mouth`: whether "you are here" stands where the street begins.
    """

    title: str
    off: str
    place: str
    streets: tuple[BoardStreet, ...]
    houses: tuple[BoardHouse, ...]
    printed_on: datetime.date
    url: str = ""
    is_proof: bool = False
    tells_mouth: bool = True

    @property
    def mouth(self) -> Place:
        """Where the board hangs."""
        return self.streets[0].path[0]


class Framed(Protocol):
    """Anything with a frame that a map is drawn in: left, bottom, width and height in millimetres of its page."""

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of the map."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame anywhere on a page."""

    frame: tuple[float, float, float, float]


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
_A3_SHEET: Final = SHEETS["a3-board"]  # the board is the one cell of its sheet
A3: Final = Paper(
    "a3", _A3_SHEET.page_width, _A3_SHEET.page_height, margin=_A3_SHEET.margin_left,
    head=42, gap=5, list_width=84, foot=30,
)  # fmt: skip
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

    @property
    def is_legible(self) -> bool:
        """Whether every number has room, and most stand at their place."""
        return self.is_complete and self.led <= _MANY_LEADERS

    def seen(self, paper: Framed, margin: float = 0.0) -> Bounds:
        """What of the ground lies in the frame and so many millimetres around it, in metres."""
        _, _, width, height = paper.frame
        across, up = (width / 2 + margin) * self.scale / 1000, (height / 2 + margin) * self.scale / 1000
        x, y = self.centre
        return x - across, y - up, x + across, y + up

    def on_paper(self, place: Place, paper: Framed) -> Place:
        """Where a place lies on the sheet, millimetres from its lower left corner."""
        left, bottom, width, height = paper.frame
        factor = 1000 / self.scale
        return (
            left + width / 2 + (place[0] - self.centre[0]) * factor,
            bottom + height / 2 + (place[1] - self.centre[1]) * factor,
        )


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def plan(board: Board, paper: Paper, fonts: Fonts, progress: Progress = silent) -> list[BoardSheet]:
    """Return the sheets that show all of the board: one where that can be read, else as few as can.

    Sheets have one scale but for two reasons: a side alley too large for it keeps a sheet of its own while that can be
    read, and what is too crowded is drawn larger.
    """
    own = [street for street in board.streets if street.role != AROUND]
    walk = Walk(
        [street.path for street in own],
        [street.leaves for street in own],
        np.array([house.at for house in board.houses], np.float64).reshape(-1, 2),
        [house.street for house in board.houses],
    )
    planning = _Planning(board, paper, fonts, walk, progress)
    scales = [scale for scale in reversed(SCALES) if scale <= scale_for(_bounds(board), paper)]
    for scale in scales:
        found = planning.at(scale, is_last=scale == scales[-1])
        if found is not None:
            return found
    return []


class _Planning:
    """The sheets of one board, tried at one scale after another."""

    def __init__(self, board: Board, paper: Paper, fonts: Fonts, walk: Walk, progress: Progress) -> None:
        self._board, self._paper, self._fonts, self._walk = board, paper, fonts, walk
        self._progress = progress
        self._drawn = Drawn(board)

    def at(self, scale: int, *, is_last: bool) -> list[BoardSheet] | None:
        """The sheets of about this scale; None where many could not be read, unless it is the last to be tried."""
        cuts = self._walk.cut(_room(self._paper, scale))
        found: list[tuple[Cut, BoardSheet]] = []
        crowded = placed = 0
        for cut, sheet in self._each(cuts, scale):
            found.append((cut, sheet))
            placed += len(sheet.houses)
            self._progress(placed, len(self._board.houses))
            crowded += not sheet.is_legible
            if crowded > _CROWDED * max(len(cuts), len(found)) and not is_last:
                return None
        return self._legible(found, scale)

    def _each(self, cuts: list[Cut], scale: int) -> Iterator[tuple[Cut, BoardSheet]]:
        """What each sheet would be; a large alley that cannot be read on one goes over several."""
        for cut in cuts:
            sheet = self._sheet(cut, scale)
            inside = [] if sheet.is_legible else self._walk.inside(cut, _room(self._paper, scale))
            if inside:
                yield from self._each(inside, scale)
            else:
                yield cut, sheet

    def _legible(self, found: Iterable[tuple[Cut, BoardSheet]], scale: int) -> list[BoardSheet]:
        """These sheets; what is too crowded at their scale as sheets of finer ones."""
        below = [finer for finer in SCALES if finer < scale]
        sheets: list[BoardSheet] = []
        for cut, sheet in found:
            if sheet.is_legible:
                sheets.append(sheet)
            elif below:
                parts = pack(cut.items, _room(self._paper, below[-1]))
                sheets += self._legible(self._each(parts, below[-1]), below[-1])
            else:
                # Houses that stand on one another leave numbers without room at any scale; the list has them all.
                sheets.append(self._sheet(cut, scale, most_led=1.0))
        return sheets

    def _sheet(self, cut: Cut, scale: int, *, most_led: float = _MANY_LEADERS) -> BoardSheet:
        scale = max(scale, scale_for(cut.bounds, self._paper))
        empty = BoardSheet(scale, cut.centre, cut.houses, TYPE_SIZES[0], (), None)
        return _sheet(self._board, self._drawn, self._paper, self._fonts, empty, most_led)


def one_sheet(
    board: Board, drawn: Drawn, houses: tuple[int, ...], bounds: Bounds, frame: Framed, fonts: Fonts
) -> BoardSheet:
    """Return one sheet with these houses' numbers, however crowded, at the finest scale that shows the bounds."""
    west, south, east, north = bounds
    scale = scale_for(bounds, frame)
    centre = (west + east) / 2, (south + north) / 2
    return _sheet(board, drawn, frame, fonts, BoardSheet(scale, centre, houses, TYPE_SIZES[0], (), None), most_led=1.0)


def scale_for(bounds: Bounds, paper: Framed) -> int:
    """The finest scale at which all of it is on one sheet, or the coarsest of all."""
    west, south, east, north = bounds
    _, _, width, height = paper.frame
    wanted = max(
        (east - west) / (width - 2 * PADDING_MM) * 1000, (north - south) / (height - 2 * PADDING_MM) * 1000, SCALES[0]
    )
    return next((scale for scale in SCALES if scale >= wanted - 1e-6), SCALES[-1])


def _room(paper: Paper, scale: int) -> Place:
    """How many metres across and up a sheet shows."""
    _, _, width, height = paper.frame
    return (width - 2 * PADDING_MM) * scale / 1000, (height - 2 * PADDING_MM) * scale / 1000


def _bounds(board: Board) -> Bounds:
    """What must be seen: the street, its branches and their houses. A road's far end without houses need not."""
    places = [house.at for house in board.houses] + [board.mouth]
    for street in board.streets:
        if street.role != AROUND:
            places += street.path
    xs, ys = zip(*places, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _sheet(board: Board, drawn: Drawn, paper: Framed, fonts: Fonts, empty: BoardSheet, most_led: float) -> BoardSheet:
    """Make the type larger as long as most numbers stand at their place; where few do, so that most of them do."""
    view = _View(board, drawn, paper, empty)
    best: BoardSheet | None = None
    for size in TYPE_SIZES:
        sizes = [label_size(board.houses[index].number, size, fonts) for index in empty.houses]
        tried = replace(empty, size=size, labels=view.labels(sizes, most_led), mouth=view.mouth)
        if best is None or (tried.is_complete and tried.led <= max(best.led, _FEW_LEADERS)):
            best = tried
        if not tried.is_complete or tried.led > _MANY_LEADERS:
            break
    return best or replace(empty, mouth=view.mouth)


class Drawn:
    """What a board draws as arrays in metres, so that a sheet quickly finds what lies on it."""

    def __init__(self, board: Board) -> None:
        self.houses = np.array([house.at for house in board.houses], np.float64).reshape(-1, 2)
        pieces = [
            (*start, *end, street)
            for street, one in enumerate(board.streets)
            for start, end in itertools.pairwise(one.path)
        ]
        self._pieces = np.array(pieces, np.float64).reshape(-1, 5)
        self._west, self._east = np.sort(self._pieces[:, [0, 2]]).T
        self._south, self._north = np.sort(self._pieces[:, [1, 3]]).T

    def pieces_near(self, bounds: Bounds) -> list[tuple[int, Place, Place]]:
        """Pieces of streets, each with its street's place, whose box meets these bounds."""
        west, south, east, north = bounds
        near = (self._west <= east) & (self._east >= west) & (self._south <= north) & (self._north >= south)
        return [(int(street), (x, y), (to_x, to_y)) for x, y, to_x, to_y, street in self._pieces[near].tolist()]

    def houses_near(self, bounds: Bounds) -> list[int]:
        """Houses within these bounds."""
        west, south, east, north = bounds
        x, y = self.houses.T
        return np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north)).tolist()


class _View:
    """What of a board lies in the frame of one sheet, in millimetres."""

    def __init__(self, board: Board, drawn: Drawn, paper: Framed, sheet: BoardSheet) -> None:
        near = sheet.seen(paper, _NEAR)
        self._ground = Ground(paper.frame)
        self._pieces: list[tuple[Place, Place]] = []
        for street, start, end in drawn.pieces_near(near):
            inside = within(start, end, near)
            if inside is not None:
                piece = sheet.on_paper(inside[0], paper), sheet.on_paper(inside[1], paper)
                self._pieces.append(piece)
                self._ground.block_piece(*piece, STREET_WIDTHS[board.streets[street].role] / 2)
        self._houses = [sheet.on_paper(board.houses[index].at, paper) for index in sheet.houses]
        self._others = [sheet.on_paper(board.houses[index].at, paper) for index in drawn.houses_near(near)]
        self.mouth = self._place_mouth(sheet.on_paper(board.mouth, paper), paper) if board.tells_mouth else None

    def labels(self, sizes: Sequence[tuple[float, float]], most_led: float) -> tuple[Placed | None, ...]:
        """Where the numbers stand when their plates are that large."""
        return place_all(self._ground.copy(), self._houses, sizes, self._others, self._outward, most_led)

    def _place_mouth(self, mouth: Place, paper: Framed) -> Placed | None:
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


def within(start: Place, end: Place, bounds: Bounds) -> tuple[Place, Place] | None:
    """The part of a straight stretch inside a box, None where there is none (Liang and Barsky, 1984)."""
    west, south, east, north = bounds
    dx, dy = end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    edges = ((-dx, start[0] - west), (dx, east - start[0]), (-dy, start[1] - south), (dy, north - start[1]))
    for step, room in edges:
        if step == 0:
            if room < 0:
                return None
            continue
        share = room / step
        if step < 0:
            first = max(first, share)
        else:
            last = min(last, share)
    if first >= last:
        return None
    return (start[0] + first * dx, start[1] + first * dy), (start[0] + last * dx, start[1] + last * dy)
