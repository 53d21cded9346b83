"""Where a design lies in the cell of a sheet: as large as the cell allows, its ground filling all of the cell. Pure.

What is in the design's own millimetres comes out in millimetres of the sheet when it is multiplied by `scale`.
"""

from __future__ import annotations

from dataclasses import dataclass

from households.plates.design import POINT, Box, PlateDesign, QrBox
from mapping.printing import qr
from mapping.printing.sheet import Cell, Sheet

SMALLEST_TYPE = 2.4
"""Points on the sheet: whoever holds a label in the hand still reads this."""


@dataclass(frozen=True)
class Placement:
    """`outer` is the cell in the design's millimetres (0, 0 is the corner of the design), `bleed` what goes beyond."""

    scale: float
    outer: Box
    bleed: float

    def corner(self, cell: Cell) -> tuple[float, float]:
        """The lower left corner of the design in a cell, millimetres of the sheet."""
        return cell.x - self.outer.x * self.scale, cell.y - self.outer.y * self.scale

    @property
    def smallest_type(self) -> float:
        """The size, in the design's millimetres, below which a text could not be read on the sheet."""
        return SMALLEST_TYPE * POINT / self.scale

    @property
    def inked(self) -> Box:
        """All that is printed on, in the design's millimetres."""
        box, bleed = self.outer, self.bleed
        return Box(box.x - bleed, box.y - bleed, box.width + 2 * bleed, box.height + 2 * bleed)


def place(design: PlateDesign, sheet: Sheet) -> Placement:
    """Return how the design lies in the cells of a sheet: in the middle, touching two edges at least."""
    scale = min(sheet.cell_width / design.width, sheet.cell_height / design.height)
    width, height = sheet.cell_width / scale, sheet.cell_height / scale
    outer = Box((design.width - width) / 2, (design.height - height) / 2, width, height)
    return Placement(scale, outer, sheet.bleed / scale)


def symbol_boxes(design: PlateDesign, sheet: Sheet, cell: Cell) -> list[tuple[str, Cell]]:
    """What each symbol of a plate holds and where it is, quiet zone included, millimetres of the sheet.

    A file is read back there: `what` is a key of `design.QR_TEXTS`.
    """
    placement = place(design, sheet)
    x, y = placement.corner(cell)
    scale = placement.scale
    return [
        (one.what, Cell(x + one.box.x * scale, y + one.box.y * scale, one.box.width * scale, one.box.height * scale))
        for one in design.qrs
    ]


def symbol_place(one: QrBox, size: int) -> tuple[float, float, float]:
    """The side of a module, and the upper left corner of the symbol inside its quiet zone, the design's millimetres."""
    box = one.box
    module = box.width / (size + 2 * qr.QUIET_ZONE)
    return module, box.x + qr.QUIET_ZONE * module, box.y + box.height - qr.QUIET_ZONE * module
