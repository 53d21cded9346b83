"""A sheet as rectangles and lines for a small drawing on a page, y down from the upper edge, millimetres. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from mapping.printing.sheet import Cell, Line, Sheet


@dataclass(frozen=True)
class SheetDrawing:
    """What is drawn of a sheet: its page, its cells, the bleed around them where there is one, marks for cutting.

    `stroke` is as wide as a thin line has to be to be seen at this size. Each `y` is of the upper edge.
    """

    width: float
    height: float
    stroke: float
    cells: tuple[Cell, ...]
    bleeds: tuple[Cell, ...]
    marks: tuple[Line, ...]


def drawn(sheet: Sheet) -> SheetDrawing:
    """Return the drawing of a sheet, all numbers rounded to a hundredth."""
    numbers = range(sheet.cells)
    return SheetDrawing(
        round(sheet.page_width, 2),
        round(sheet.page_height, 2),
        round(max(sheet.page_width, sheet.page_height) / 250, 2),
        tuple(_turned(sheet.cell(number), sheet) for number in numbers),
        tuple(_turned(sheet.bleed_cell(number), sheet) for number in numbers) if sheet.bleed else (),
        tuple(
            Line(round(one.x1, 2), _down(one.y1, sheet), round(one.x2, 2), _down(one.y2, sheet))
            for one in sheet.cut_marks()
        ),
    )


def _turned(cell: Cell, sheet: Sheet) -> Cell:
    return Cell(round(cell.x, 2), _down(cell.y + cell.height, sheet), round(cell.width, 2), round(cell.height, 2))


def _down(y: float, sheet: Sheet) -> float:
    return round(sheet.page_height - y, 2)
