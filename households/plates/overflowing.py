"""Which texts of which plates do not fit, without drawing them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from households.plates.design import PlateDesign, PlateFace
from households.plates.drawing import Overflow
from mapping.printing.fonts import Fonts
from mapping.printing.sheet import Sheet


def overflowing(faces: Iterable[PlateFace], design: PlateDesign, sheet: Sheet, fonts: Fonts) -> Iterator[Overflow]:
    """Yield each text that no size which can be read makes fit its box, in the order of the faces.

    `drawing.write_plates(on_overflow=…)` tells the same while it draws, at no cost of a second pass.
    """
    raise NotImplementedError
