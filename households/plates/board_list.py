"""The list beside an alley board's map: the numbers on the left and on the right of each street. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from households.addresses import capitalised
from households.plates.alley_board import LEFT, MAIN, POINT, RIGHT, Board, BoardSheet, Paper
from households.plates.design import BLUE, WHITE, Colour
from mapping.printing.pen import Pen
from mapping.text import natural_key

_SIZES: Final = (19.0, 17.0, 15.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
_LEADING: Final = 1.35
_INK: Final[Colour] = (0.08, 0.10, 0.16)
_FAINT: Final[Colour] = (0.35, 0.37, 0.42)
_HEAD: Final = 8.0
_NOTE: Final = 5.5


@dataclass(frozen=True, slots=True)
class _Group:
    """A street's numbers in natural order."""

    name: str
    left: tuple[str, ...]
    right: tuple[str, ...]


def draw_list(pen: Pen, board: Board, sheet: BoardSheet, paper: Paper) -> None:
    """Set the numbers of one sheet into its list, as large as they all fit."""
    left, bottom, width, height = paper.list_box
    groups = _groups(board, sheet)
    column = width / 2
    pen.box(left, bottom + height - _HEAD, width, _HEAD, fill=BLUE, radius=1)
    for place, title in enumerate(("Bên trái", "Bên phải")):
        middle = left + (place + 0.5) * column
        pen.text(title, middle, bottom + height - _HEAD / 2, 12, bold=True, colour=WHITE, align=0.5)
    way = "Đi theo chiều số tăng" if sheet.mouth is None else "Đi từ chỗ “Bạn ở đây” vào"
    pen.text(way, left + 1, bottom + height - _HEAD - _NOTE / 2, 7.5, colour=_FAINT)
    top, room = bottom + height - _HEAD - _NOTE, height - _HEAD - _NOTE
    size = next((size for size in _SIZES if _height(pen, groups, size, column) <= room), _SIZES[-1])
    y, step = top, size * POINT * _LEADING
    for group in groups:
        if group.name:
            y -= step * 1.2
            pen.text(group.name, left + 1, y + step * 0.45, size * 0.85, bold=True, colour=BLUE)
            pen.path([(left, y), (left + width, y)], BLUE, 0.25)
        sides = [_rows(pen, numbers, size, column) for numbers in (group.left, group.right)]
        for place, rows in enumerate(sides):
            for row, text in enumerate(rows):
                pen.text(
                    text,
                    left + place * column + (2.5 if place else 1),
                    y - (row + 0.5) * step,
                    size,
                    bold=True,
                    colour=_INK,
                )
        lower = y - max(map(len, sides)) * step
        pen.path([(left + column, y - 0.15 * step), (left + column, lower)], _FAINT, 0.15)
        y = lower - 0.3 * step


def _groups(board: Board, sheet: BoardSheet) -> list[_Group]:
    """The street first, then its branches; streets without a house on this sheet have no place."""
    found = []
    for place, street in enumerate(board.streets):
        here = [board.houses[index] for index in sheet.houses if board.houses[index].street == place]
        numbers = {
            side: tuple(
                sorted((house.number for house in here if house.side == side and house.number), key=natural_key)
            )
            for side in (LEFT, RIGHT)
        }
        if any(numbers.values()):
            name = "" if street.role == MAIN else capitalised(street.name)
            found.append(_Group(name, numbers[LEFT], numbers[RIGHT]))
    return found


def _height(pen: Pen, groups: list[_Group], size: float, column: float) -> float:
    step = size * POINT * _LEADING
    return sum(
        (1.2 * step if group.name else 0)
        + max(len(_rows(pen, numbers, size, column)) for numbers in (group.left, group.right)) * step
        + 0.3 * step
        for group in groups
    )


def _rows(pen: Pen, numbers: Sequence[str], size: float, column: float) -> list[str]:
    """The numbers of one side in lines, parted by wide spaces."""
    gap = "   "
    rows: list[str] = []
    for text in numbers:
        longer = f"{rows[-1]}{gap}{text}" if rows else text
        if rows and pen.width(longer, size, bold=True) <= column - 4:
            rows[-1] = longer
        else:
            rows.append(text)
    return rows
