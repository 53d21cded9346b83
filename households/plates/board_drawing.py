"""An alley board drawn as PDF pages, in millimetres from the lower left corner of the sheet. Pure.

The look is that of house plates: white on dark blue. A page is written before the next one is drawn.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

import shapely

from households.addresses import capitalised, in_sentence
from households.plates.alley_board import (
    AROUND,
    BRANCH,
    MAIN,
    STREET_WIDTHS,
    Board,
    BoardSheet,
    Drawn,
    Framed,
    Paper,
    Place,
    Progress,
    plan,
    silent,
    within,
)
from households.plates.board_labels import Placed
from households.plates.board_list import draw_list
from households.plates.design import BLUE, PALE, WHITE, Colour
from mapping.printing import qr
from mapping.printing.fonts import Fonts
from mapping.printing.pdf import PdfWriter
from mapping.printing.pen import Pen

QR_ROOM: Final = {"a4": 25.0, "a3": 36.0}
"""The side of the white square at the right end of the head, for the symbol and its quiet zone."""
_LEVELS: Final = ("Q", "M", "L")

_OUTSIDE: Final = 5.0  # so far outside the frame something may stand and be seen in it
_NEARLY_STRAIGHT: Final = 0.7  # so far from the middle of its street a name may stand
_GROUND: Final[Colour] = (0.96, 0.953, 0.925)
_ROAD: Final[Colour] = (1, 1, 1)
_ROAD_EDGE: Final[Colour] = (0.74, 0.73, 0.70)
_OWN: Final[Colour] = (1, 0.90, 0.52)
_OWN_EDGE: Final[Colour] = (0.72, 0.58, 0.16)
_NAME: Final[Colour] = (0.33, 0.32, 0.30)
_RED: Final[Colour] = (0.80, 0.10, 0.10)
_GREY: Final[Colour] = (0.55, 0.55, 0.55)
_INK: Final[Colour] = (0.08, 0.10, 0.16)
_FILLS: Final = {MAIN: (_OWN, _OWN_EDGE), BRANCH: (_OWN, _OWN_EDGE), AROUND: (_ROAD, _ROAD_EDGE)}


@dataclass(frozen=True, slots=True)
class WrittenBoard:
    """What was written: sheets, and numbers for which the map had no room (the list has them)."""

    sheets: int
    without_room: tuple[str, ...]


class SymbolTooSmall(ValueError):
    """The address of the alley's page is so long that the modules of its symbol would be too small to print."""

    def __init__(self, module_mm: float) -> None:
        super().__init__(f"modules of {module_mm:.3f} mm")
        self.module_mm = module_mm


def write_board(out: BinaryIO, board: Board, paper: Paper, fonts: Fonts, progress: Progress = silent) -> WrittenBoard:
    """Draw the board on as many sheets as it needs into `out`. Raises SymbolTooSmall, OSError."""
    symbol = _symbol(board.url, QR_ROOM[paper.name]) if board.url else None
    sheets, drawn = plan(board, paper, fonts, progress), Drawn(board)
    writer = PdfWriter(out, title=f"Bảng ngõ: {board.title}, {board.place}")
    without_room: list[str] = []
    for number, sheet in enumerate(sheets, start=1):
        pen = Pen(writer, fonts)
        draw_map(pen, board, drawn, sheet, paper)
        _head(pen, board, paper, symbol)
        draw_list(pen, board, sheet, paper)
        _foot(pen, board, sheet, paper, number, len(sheets))
        pen.end_page(paper.width, paper.height)
        without_room += [
            board.houses[index].number for index, label in zip(sheet.houses, sheet.labels, strict=True) if label is None
        ]
    writer.close()
    return WrittenBoard(len(sheets), tuple(without_room))


def _symbol(url: str, room: float) -> qr.Symbol:
    """The symbol of the best level whose modules are large enough to print."""
    largest = 0.0
    for level in _LEVELS:
        (symbol,) = qr.symbols([url], level)
        module = room / (symbol.size + 2 * qr.QUIET_ZONE)
        if module >= qr.SMALLEST_MODULE_MM:
            return symbol
        largest = max(largest, module)
    raise SymbolTooSmall(largest)


def _head(pen: Pen, board: Board, paper: Paper, symbol: qr.Symbol | None) -> None:
    """The blue band: the street's name as a sign has it, what it leaves, where that is, and the symbol of its page."""
    left, width, height = paper.margin, paper.width - 2 * paper.margin, paper.head
    bottom = paper.height - paper.margin - height
    pen.box(left, bottom, width, height, fill=BLUE, radius=3)
    pen.box(left + 1.5, bottom + 1.5, width - 3, height - 3, line=WHITE, thickness=0.7, radius=2)
    side = QR_ROOM[paper.name]
    if symbol is not None:
        pen.symbol(symbol, left + width - (height - side) / 2 - side, bottom + (height - side) / 2, side)
    room = width - side - 16
    pen.fitted(
        capitalised(board.title), left + 7, bottom + height * 0.36, room, height * 0.52,
        largest=height * 1.45, smallest=12, bold=True, colour=WHITE,
    )  # fmt: skip
    off = f"Đi ra từ {board.off}" if board.off else ""
    below = ", ".join(part for part in (off, in_sentence(board.place)) if part)
    pen.fitted(
        capitalised(below), left + 7, bottom + height * 0.11, room, height * 0.22,
        largest=height * 0.5, smallest=7, colour=PALE,
    )  # fmt: skip
    if board.is_proof:
        pen.text("BẢN IN THỬ", left + width - side - 10, bottom + height - 6, 11, bold=True, colour=PALE, align=1)


def draw_map(pen: Pen, board: Board, drawn: Drawn, sheet: BoardSheet, paper: Framed) -> None:
    """Draw streets, houses and numbers within the frame."""
    left, bottom, width, height = paper.frame
    pen.box(left, bottom, width, height, fill=_GROUND)
    pen.clip(left, bottom, width, height)
    near = sheet.seen(paper, _OUTSIDE)
    seen = {street for street, start, end in drawn.pieces_near(near) if within(start, end, near)}
    paths = {street: [sheet.on_paper(place, paper) for place in board.streets[street].path] for street in sorted(seen)}
    order = sorted(paths, key=lambda index: (AROUND, BRANCH, MAIN).index(board.streets[index].role))
    for edge in (True, False):  # all edges first, so that streets run into one another without a line between
        for index in order:
            role = board.streets[index].role
            fill, line = _FILLS[role]
            pen.path(paths[index], line if edge else fill, STREET_WIDTHS[role] - (0 if edge else 0.7))
    for index in order:
        _street_name(pen, board.streets[index].name, paths[index], board.streets[index].role, paper)
    mine = set(sheet.houses)
    for index in drawn.houses_near(near):
        x, y = sheet.on_paper(board.houses[index].at, paper)
        if index not in mine or not board.houses[index].number:
            pen.box(x - 0.8, y - 0.8, 1.6, 1.6, fill=_GREY)
    labels = [
        (board.houses[index], label)
        for index, label in zip(sheet.houses, sheet.labels, strict=True)
        if label is not None and board.houses[index].number
    ]
    for _, label in labels:
        if label.is_led:
            pen.path([label.house, _edge_towards(label)], BLUE, 0.25)
            pen.box(label.house[0] - 0.75, label.house[1] - 0.75, 1.5, 1.5, fill=BLUE)
    for house, label in labels:
        x, y, right, top = label.box
        pen.box(x, y, right - x, top - y, fill=BLUE, radius=0.5)
        pen.text(house.number, label.x, label.y, sheet.size, bold=True, colour=WHITE, align=0.5)
    _mouth(pen, sheet)
    pen.unclip()
    pen.box(left, bottom, width, height, line=_INK, thickness=0.3)


def _edge_towards(label: Placed) -> Place:
    """Where the line from the house meets the label."""
    left, bottom, right, top = label.box
    return min(max(label.house[0], left), right), min(max(label.house[1], bottom), top)


def _mouth(pen: Pen, sheet: BoardSheet) -> None:
    label = sheet.mouth
    if label is None:
        return
    left, bottom, right, top = label.box
    pen.path([label.house, _edge_towards(label)], _RED, 0.8)
    pen.disc(*label.house, 2.2, _RED)
    pen.disc(*label.house, 0.9, WHITE)
    pen.box(left, bottom, right - left, top - bottom, fill=_RED, radius=1)
    pen.text("Bạn ở đây", label.x, label.y, 10.5, bold=True, colour=WHITE, align=0.5)


def _street_name(pen: Pen, name: str, path: Sequence[Place], role: str, paper: Framed) -> None:
    """The name within the street, along its longest straight stretch on this sheet; none where it has no room."""
    size = 8.5 if role == MAIN else 7.0
    needed = pen.width(name, size, bold=True) + 3
    best: tuple[float, Place, Place] | None = None
    straight = shapely.LineString(path).simplify(_NEARLY_STRAIGHT).coords
    left, bottom, width, height = paper.frame
    for start, end in itertools.pairwise((x, y) for x, y in straight):
        seen = within(start, end, (left, bottom, left + width, bottom + height))
        if seen is not None and (best is None or math.dist(*seen) > best[0]):
            best = (math.dist(*seen), *seen)
    if not name or best is None or best[0] < needed:
        return
    _, start, end = best
    if end[0] < start[0]:  # read from the left, or from below
        start, end = end, start
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    pen.text(name, *middle, size, bold=True, colour=_NAME, align=0.5, angle=angle)


def _foot(pen: Pen, board: Board, sheet: BoardSheet, paper: Paper, number: int, sheets: int) -> None:
    """Below the list: north, the scale, which sheet, and when it was printed."""
    left, _, width, _ = paper.list_box
    bottom = paper.margin
    draw_north(pen, left + 7, bottom + paper.foot - 15, 11.0)
    bar_left, bar_bottom = left + 17, bottom + paper.foot - 8
    draw_scale(pen, sheet.scale, bar_left, bar_bottom, width - 24)
    pen.text(f"Tỉ lệ 1 : {_grouped(sheet.scale)}", bar_left, bar_bottom - 3, 8, colour=_INK)
    which = f"Tờ {number}/{sheets}. " if sheets > 1 else ""
    pen.text(f"{which}In ngày {board.printed_on:%d/%m/%Y}", left, bottom + 1.6, 8, colour=_INK)


def draw_north(pen: Pen, x: float, y: float, size: float) -> None:
    """An arrow to the north with its letter below, `size` high."""
    half, notch = size * 3 / 11, size * 2.6 / 11
    pen.shape([(x, y + size), (x - half, y), (x, y + notch)], _INK)
    pen.shape([(x, y + size), (x + half, y), (x, y + notch)], _INK, hollow=True)
    pen.text("B", x, y - size * 3.2 / 11, size, bold=True, colour=_INK, align=0.5)


def draw_scale(pen: Pen, scale: int, left: float, bottom: float, room: float) -> None:
    """A bar of a round number of metres, as long as there is room."""
    metres = max(step for step in (5, 10, 20, 25, 50, 100, 200) if step * 1000 / scale <= room or step == 5)
    length = metres * 1000 / scale
    for part in range(4):
        pen.box(left + part * length / 4, bottom, length / 4, 1.6, fill=_INK if part % 2 == 0 else WHITE)
    pen.box(left, bottom, length, 1.6, line=_INK, thickness=0.25)
    pen.text("0", left, bottom + 4, 8, colour=_INK)
    pen.text(f"{metres} m", left + length, bottom + 4, 8, colour=_INK, align=1)


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", ".")
