"""Measures and inks of a soil card, its headings and paragraphs; millimetres from the lower left corner. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mapping.printing.flow import POINT, wrap
from mapping.printing.fonts import Fonts
from mapping.printing.pen import Colour, Pen

WIDTH, HEIGHT = 148.0, 210.0
MARGIN: Final = 9.0
RIGHT: Final = WIDTH - MARGIN
ROOM: Final = WIDTH - 2 * MARGIN
QR_SIDE: Final = 30.0
FOOT: Final = MARGIN + QR_SIDE
"""Where the foot with symbol and sources begins."""
LEADING: Final = 1.28
SMALLEST: Final = 5.2
"""Points; no paragraph is set smaller."""
INK: Final[Colour] = (0.08, 0.10, 0.16)
FAINT: Final[Colour] = (0.36, 0.38, 0.43)
RULE: Final[Colour] = (0.76, 0.77, 0.80)
BLUE: Final[Colour] = (0.043, 0.184, 0.431)
PALE: Final[Colour] = (0.93, 0.95, 0.98)
WARM: Final[Colour] = (0.72, 0.33, 0.02)
WHITE: Final[Colour] = (1.0, 1.0, 1.0)


def section(pen: Pen, text: str, y: float) -> None:
    """A heading over a rule."""
    size = min(9.5, 9.5 * ROOM / max(ROOM, pen.width(text, 9.5, bold=True)))
    pen.text(text, MARGIN, y, size, bold=True, colour=BLUE)
    pen.path([(MARGIN, y - 2.4), (RIGHT, y - 2.4)], BLUE, 0.25)


def fit(texts: Sequence[str], y: float, width: float, floor: float, fonts: Fonts) -> bool:
    """Return whether `paragraphs` can set these texts whole."""
    lines = sum(len(wrap(text, fonts.regular, SMALLEST, width)) for text in texts)
    step = SMALLEST * POINT * LEADING
    return lines * step <= y - floor + step / 2


def paragraphs(
    pen: Pen,
    texts: Sequence[str],
    left: float,
    y: float,
    width: float,
    floor: float,
    fonts: Fonts,
    size: float,
    *,
    more: str = "",
) -> None:
    """Paragraphs down to `floor`, set smaller until they fit; where they do not even then, the last line is `more`."""
    while True:
        lines = [line for text in texts for line in wrap(text, fonts.regular, size, width)]
        step = size * POINT * LEADING
        if len(lines) * step <= y - floor + step / 2 or size <= SMALLEST:
            break
        size = max(SMALLEST, size - 0.2)
    most = max(1, int((y - floor + step / 2) / step))
    if len(lines) > most:
        lines = [*lines[: most - 1], more or f"{lines[most - 1].rstrip('.,; ')}…"]
    for line in lines:
        pen.text(line, left, y, size, colour=INK)
        y -= step
