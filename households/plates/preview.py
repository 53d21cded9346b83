"""A picture of what a printer would print. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from households.plates.design import PlateDesign, PlateFace
from mapping.printing.fonts import Fonts
from mapping.printing.sheet import Sheet


def first_page_png(
    design: PlateDesign, sheet: Sheet, faces: Sequence[PlateFace], fonts: Fonts, dpi: float, *, proof: bool = False
) -> bytes:
    """Return the first page of the real PDF of these plates as a PNG; faces beyond the first page are not drawn.

    Raises what `drawing.write_plates` raises.
    """
    raise NotImplementedError
