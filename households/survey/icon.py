"""The survey's mark as a picture, for phones that take no SVG on their first screen: drawn here, from no file."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw

SIZES: Final = (180, 192, 512)
"""Pixels: Apple's, and the two that Android asks for."""
_PLATE: Final = (20, 55, 125)
_WHITE: Final = (255, 255, 255)
_FINER: Final = 4
"""Drawn so many times larger, then made small: its slanted edges come out smooth."""
_UNITS: Final = 32
_FRAME: Final = (6.0, 8.5, 26.0, 23.5)
"""The plate's white line, in units, inside the circle of 80 % that is left wherever a phone cuts the picture round."""
_HOUSE: Final = (
    (11.0, 20.3), (11.0, 15.4), (16.0, 11.2), (21.0, 15.4), (21.0, 20.3),
    (17.6, 20.3), (17.6, 17.0), (14.4, 17.0), (14.4, 20.3),
)  # fmt: skip


@lru_cache(maxsize=len(SIZES))
def png(size: int) -> bytes:
    """Return the mark as a PNG of `size` pixels, blue to its edges: the phone cuts the corners as it likes."""
    unit = size * _FINER / _UNITS
    image = Image.new("RGB", (size * _FINER, size * _FINER), _PLATE)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle([side * unit for side in _FRAME], radius=2 * unit, outline=_WHITE, width=round(1.2 * unit))
    pen.polygon([(x * unit, y * unit) for x, y in _HOUSE], fill=_WHITE)
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
