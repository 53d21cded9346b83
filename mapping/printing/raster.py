"""A picture as a PDF holds it: rows of pixels from the top, 8 bits a channel. Pure."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from PIL import Image


class NotAPicture(ValueError):
    """The bytes are no picture that can be unpacked."""


@dataclass(frozen=True)
class Raster:
    """`rgb` are 3 bytes a pixel, `alpha` one, None where nothing can be seen through."""

    width: int
    height: int
    rgb: bytes = field(repr=False)
    alpha: bytes | None = field(default=None, repr=False)


def read_png(content: bytes) -> Raster:
    """The pixels of a picture that was made clean before it was kept. Raises NotAPicture."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(str(error)) from error
    alpha = picture.getchannel("A").tobytes()
    seen_through = alpha.count(255) < len(alpha)
    return Raster(picture.width, picture.height, picture.convert("RGB").tobytes(), alpha if seen_through else None)
