"""By how much a printer slips: from what was measured on the calibration page to a sheet that makes up for it.

The page (`calibration_page`) is drawn where it should be, whatever calibration the sheet has: measuring it anew gives
the whole slip and never what is left of it. Slips are millimetres, positive to the right and down.
"""

from dataclasses import dataclass
from typing import Final

from mapping.printing.sheet import Sheet
from mapping.printing.sheet_reading import SheetProblem, SheetRefused, read_sheet, to_json

SCALE_TOLERANCE: Final = 0.005
"""A share of the length: paper and the eye are off by less, a printer that fits the page to its margins by far more."""
SHORTEST_TOLERANCE_MM: Final = 0.6


@dataclass(frozen=True)
class Slip:
    """How far a print lies to the right of where it should, and how far down, millimetres."""

    right: float
    down: float


@dataclass(frozen=True)
class Measured:
    """From each edge of the paper to the measuring line next to it, millimetres; two edges are enough."""

    left: float
    top: float
    right: float | None = None
    bottom: float | None = None


def line_distance(sheet: Sheet) -> float:
    """How far from its edge of the paper each measuring line is meant to lie, millimetres."""
    return 20.0 if min(sheet.page_width, sheet.page_height) >= 120 else 10.0


def slip_of(sheet: Sheet, measured: Measured) -> Slip:
    """The slip that four or two measured distances show.

    Raises SheetRefused with problems of the reason `scaled` where the lines are nearer to or farther from one another
    than drawn: such a printer changes the size of the page, which no shift makes up for.
    """
    due = line_distance(sheet)
    problems = []
    for field, page, near, far in (
        ("page_width", sheet.page_width, measured.left, measured.right),
        ("page_height", sheet.page_height, measured.top, measured.bottom),
    ):
        if far is not None:
            between, drawn = page - near - far, page - 2 * due
            if not abs(between - drawn) <= max(SHORTEST_TOLERANCE_MM, SCALE_TOLERANCE * drawn):
                problems.append(SheetProblem("scaled", field, needed=drawn, available=between))
    if problems:
        raise SheetRefused(problems)
    return Slip(_slip(measured.left, measured.right, due), _slip(measured.top, measured.bottom, due))


def calibrated(sheet: Sheet, slip: Slip) -> Sheet:
    """The sheet that makes up for a slip, in place of the calibration it had.

    Raises SheetRefused when it would leave its page then, or for a slip beyond LARGEST_OFFSET_MM.
    """
    # Adding zero makes 0.0 of -0.0.
    offsets = {"offset_x": round(-slip.right, 2) + 0.0, "offset_y": round(-slip.down, 2) + 0.0}
    return read_sheet(sheet.name, to_json(sheet) | offsets)


def _slip(near: float, far: float | None, due: float) -> float:
    return near - due if far is None else (near - far) / 2
