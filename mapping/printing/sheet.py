"""Sheets: where the cells of a page lie, in millimetres.

The origin is the lower left corner of the page, x to the right and y up, as in a PDF. Cells are counted from
the upper left one along the rows, as a person peels labels off a sheet. A cell is what remains of a plate when it
is cut; colour that reaches its edge goes on for the bleed, and marks for cutting stand outside that.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

ROUNDING_MM = 0.01


class SheetDoesNotFit(ValueError):
    """The cells, or the cells wanted, do not fit.

    `reason` is `width` or `height` (the cells and their bleed need more than the page has), `left` or `top` (the
    margin that the bleed and the calibration need), `gutter_x` or `gutter_y` (that two bleeds need), `cells`, `size`
    or `skip`. `needed` and `available` are millimetres, for `cells` and `skip` counts; of `cells`, `size` and `skip`
    they are the bad value and its limit. `all` has this and whatever else does not fit.
    """

    def __init__(self, reason: str, needed: float, available: float) -> None:
        super().__init__(f"{reason}: {needed:g} needed, {available:g} available")
        self.reason = reason
        self.needed = needed
        self.available = available
        self.all: tuple[SheetDoesNotFit, ...] = (self,)


@dataclass(frozen=True)
class Cell:
    """A rectangle on the page, millimetres: (x, y) is its lower left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A straight line on the page, millimetres."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Sheet:
    """A grid of equal cells on a page, millimetres.

    `margin_left` and `margin_top` place the first cell. `bleed` is what artwork goes on beyond each cell, on all
    four sides. Marks for cutting begin `mark_gap` outside the bleed and are `mark_length` long, 0 for none.
    `offset_x` (to the right) and `offset_y` (down) shift everything to make up for how a printer feeds the paper.
    Raises SheetDoesNotFit when made.
    """

    name: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    cell_width: float
    cell_height: float
    margin_left: float
    margin_top: float
    gutter_x: float = 0
    gutter_y: float = 0
    bleed: float = 0
    mark_gap: float = 1
    mark_length: float = 5
    offset_x: float = 0
    offset_y: float = 0

    def __post_init__(self) -> None:
        problems = self._problems()
        if problems:
            problems[0].all = tuple(problems)
            raise problems[0]

    @property
    def cells(self) -> int:
        """Cells on one page."""
        return self.columns * self.rows

    def pages(self, plates: int, skip: int = 0) -> int:
        """Pages that so many plates take when `skip` cells of the first one are used up."""
        return -(-(plates + self.first_cell(skip)) // self.cells) if plates else 0

    def shifted(self, x: float, y: float) -> "Sheet":
        """The same sheet for a printer that needs everything `x` mm further right and `y` mm further down."""
        return replace(self, offset_x=x, offset_y=y)

    def for_factory(self) -> "Sheet":
        """A page for each plate of this size, with bleed: this one where it is such, else one made for its cells."""
        if self.cells == 1 and self.bleed:
            return self
        return one_plate_page(self.name, self.cell_width, self.cell_height)

    def first_cell(self, skip: int) -> int:
        """The cell that printing starts in when `skip` cells of the first page are used up."""
        if not 0 <= skip < self.cells:
            raise SheetDoesNotFit("skip", skip, self.cells - 1)
        return skip

    def cell(self, index: int) -> Cell:
        """The cell with that number on a page, from 0."""
        row, column = divmod(index, self.columns)
        left = self.margin_left + self.offset_x + column * (self.cell_width + self.gutter_x)
        top = self.margin_top + self.offset_y + row * (self.cell_height + self.gutter_y)
        return Cell(left, self.page_height - top - self.cell_height, self.cell_width, self.cell_height)

    def cell_at(self, x: float, y: float) -> int | None:
        """The number of the cell that holds this point of the page, None when it lies between cells."""
        for index in range(self.cells):
            cell = self.cell(index)
            if cell.x <= x <= cell.x + cell.width and cell.y <= y <= cell.y + cell.height:
                return index
        return None

    def bleed_cell(self, index: int) -> Cell:
        """The cell with its bleed: what artwork may cover."""
        cell, bleed = self.cell(index), self.bleed
        return Cell(cell.x - bleed, cell.y - bleed, cell.width + 2 * bleed, cell.height + 2 * bleed)

    def cut_marks(self) -> list[Line]:
        """Short lines in the margins, outside every bleed, where a guillotine cuts along every cell edge.

        They end at the edge of the page; where the margin has no room, there is none.
        """
        first, last = self.cell(0), self.cell(self.cells - 1)
        gap = self.bleed + self.mark_gap
        top, bottom = first.y + first.height + gap, last.y - gap
        left, right = first.x - gap, last.x + last.width + gap
        above, below = min(top + self.mark_length, self.page_height), max(bottom - self.mark_length, 0)
        before, behind = max(left - self.mark_length, 0), min(right + self.mark_length, self.page_width)
        marks: list[Line] = []
        for column in range(self.columns):
            cell = self.cell(column)
            for x in (cell.x, cell.x + cell.width):
                marks += [Line(x, top, x, above)] if above > top else []
                marks += [Line(x, bottom, x, below)] if below < bottom else []
        for row in range(self.rows):
            cell = self.cell(row * self.columns)
            for y in (cell.y, cell.y + cell.height):
                marks += [Line(left, y, before, y)] if before < left else []
                marks += [Line(right, y, behind, y)] if behind > right else []
        return marks

    def _problems(self) -> list[SheetDoesNotFit]:
        found = [SheetDoesNotFit("cells", count, 1) for count in (self.columns, self.rows) if not count >= 1]
        sizes = (self.page_width, self.page_height, self.cell_width, self.cell_height)
        spaces = (
            *(self.margin_left, self.margin_top, self.gutter_x, self.gutter_y),
            *(self.bleed, self.mark_gap, self.mark_length),
        )
        for size, least in [*((size, ROUNDING_MM) for size in sizes), *((space, 0) for space in spaces)]:
            if not size >= least:  # also of NaN
                found.append(SheetDoesNotFit("size", size, least))
        if found:
            return found
        for name, count, gutter in (("gutter_x", self.columns, self.gutter_x), ("gutter_y", self.rows, self.gutter_y)):
            if count > 1 and gutter < 2 * self.bleed - ROUNDING_MM:
                found.append(SheetDoesNotFit(name, 2 * self.bleed, gutter))
        found += self._outside("left", "width", self.margin_left, self.offset_x, self._cells_width(), self.page_width)
        found += self._outside("top", "height", self.margin_top, self.offset_y, self._cells_height(), self.page_height)
        return found

    def _cells_width(self) -> float:
        return self.columns * self.cell_width + (self.columns - 1) * self.gutter_x

    def _cells_height(self) -> float:
        return self.rows * self.cell_height + (self.rows - 1) * self.gutter_y

    def _outside(
        self, edge: str, reason: str, margin: float, offset: float, extent: float, page: float
    ) -> list[SheetDoesNotFit]:
        if margin + offset - self.bleed < -ROUNDING_MM:
            return [SheetDoesNotFit(edge, self.bleed - offset, margin)]
        if not margin + offset + extent + self.bleed <= page + ROUNDING_MM:
            return [SheetDoesNotFit(reason, margin + offset + extent + self.bleed, page)]
        return []


def one_plate_page(name: str, width: float, height: float, *, bleed: float = 3, room: float = 12) -> Sheet:
    """A page for a factory: one plate, its bleed, and `room` mm on each side of the plate for both bleed and marks."""
    return Sheet(
        name=name,
        page_width=width + 2 * room,
        page_height=height + 2 * room,
        columns=1,
        rows=1,
        cell_width=width,
        cell_height=height,
        margin_left=room,
        margin_top=room,
        bleed=bleed,
    )


_SHIPPED: Final = ("a4-2x4", "a4-3x8", "a5-single", "factory-200x150", "factory-320x200", "a3-board")


def _shipped(name: str) -> Sheet:
    return Sheet(
        name=name, **json.loads(Path(__file__).with_name("sheets").joinpath(f"{name}.json").read_text("utf-8"))
    )


SHEETS: Final = {name: _shipped(name) for name in _SHIPPED}
"""The sheets that come with the program, by name; `sheet_reading` says what their files hold."""

A4_PLATES: Final = SHEETS["a4-2x4"]
"""Eight house plates on A4, centred, with room to cut each one out on its own."""
