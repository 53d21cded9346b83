"""Sheets: where the cells of a page lie, in millimetres.

The origin is the lower left corner of the page, x to the right and y up, as in a PDF. Cells are counted from
the upper left one along the rows, as a person peels labels off a sheet.
"""

from dataclasses import dataclass, replace

ROUNDING_MM = 0.01


class SheetDoesNotFit(ValueError):
    """The cells, or the cells wanted, do not fit: `reason` is `width`, `height`, `cells`, `size` or `skip`.

    `needed` and `available` are millimetres for `width` and `height`, else counts (or the bad value and its
    lower limit).
    """

    def __init__(self, reason: str, needed: float, available: float) -> None:
        super().__init__(f"{reason}: {needed:g} needed, {available:g} available")
        self.reason = reason
        self.needed = needed
        self.available = available


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

    `margin_left` and `margin_top` place the first cell. `offset_x` (to the right) and `offset_y` (down) shift
    everything to make up for how a printer feeds the paper. Raises SheetDoesNotFit when made.
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
    offset_x: float = 0
    offset_y: float = 0

    def __post_init__(self) -> None:
        for count in (self.columns, self.rows):
            if count < 1:
                raise SheetDoesNotFit("cells", count, 1)
        sizes = (self.cell_width, self.cell_height)
        spaces = (self.margin_left, self.margin_top, self.gutter_x, self.gutter_y)
        for size, least in [*((size, ROUNDING_MM) for size in sizes), *((space, 0) for space in spaces)]:
            if not size >= least:  # also false for NaN
                raise SheetDoesNotFit("size", size, least)
        _check_fits("width", self.margin_left + self.offset_x, self._cells_width(), self.page_width)
        _check_fits("height", self.margin_top + self.offset_y, self._cells_height(), self.page_height)

    @property
    def cells(self) -> int:
        """Cells on one page."""
        return self.columns * self.rows

    def shifted(self, x: float, y: float) -> "Sheet":
        """The same sheet for a printer that needs everything `x` mm further right and `y` mm further down."""
        return replace(self, offset_x=x, offset_y=y)

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

    def cut_marks(self, gap: float = 1, length: float = 5) -> list[Line]:
        """Short lines in the margins, `gap` mm off the cells, where a guillotine cuts along every cell edge."""
        marks: list[Line] = []
        first, last = self.cell(0), self.cell(self.cells - 1)
        top, bottom = first.y + first.height + gap, last.y - gap
        left, right = first.x - gap, last.x + last.width + gap
        for column in range(self.columns):
            cell = self.cell(column)
            for x in (cell.x, cell.x + cell.width):
                marks.append(Line(x, top, x, min(top + length, self.page_height)))
                marks.append(Line(x, bottom, x, max(bottom - length, 0)))
        for row in range(self.rows):
            cell = self.cell(row * self.columns)
            for y in (cell.y, cell.y + cell.height):
                marks.append(Line(left, y, max(left - length, 0), y))
                marks.append(Line(right, y, min(right + length, self.page_width), y))
        return marks

    def _cells_width(self) -> float:
        return self.columns * self.cell_width + (self.columns - 1) * self.gutter_x

    def _cells_height(self) -> float:
        return self.rows * self.cell_height + (self.rows - 1) * self.gutter_y


def _check_fits(reason: str, start: float, extent: float, page: float) -> None:
    if start < -ROUNDING_MM:
        raise SheetDoesNotFit(reason, extent - start, page)
    if not start + extent <= page + ROUNDING_MM:
        raise SheetDoesNotFit(reason, start + extent, page)


A4_PLATES = Sheet(
    name="a4-2x4",
    page_width=210,
    page_height=297,
    columns=2,
    rows=4,
    cell_width=95,
    cell_height=65,
    margin_left=8,
    margin_top=12.5,
    gutter_x=4,
    gutter_y=4,
)
"""Eight house plates on A4, centred, with room to cut each one out on its own."""

SHEETS = {sheet.name: sheet for sheet in (A4_PLATES,)}
