"""A picture of what a printer would print. Pure."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence

import pypdfium2 as pdfium
from PIL import Image

from households.plates.design import PlateDesign, PlateFace
from households.plates.drawing import write_plates
from mapping.printing.fonts import Fonts
from mapping.printing.sheet import Sheet

COMPRESSION = 1
"""A picture that is looked at once: packing it well takes longer than sending it."""

_one_at_a_time = threading.Lock()  # pdfium serves one thread of a process


def first_page_png(
    design: PlateDesign, sheet: Sheet, faces: Sequence[PlateFace], fonts: Fonts, dpi: float, *, proof: bool = False
) -> bytes:
    """Return the first page of the real PDF of these plates as a PNG; faces beyond the first page are not drawn.

    Raises what `drawing.write_plates` raises.
    """
    out = io.BytesIO()
    write_plates(out, faces[: sheet.cells], design=design, sheet=sheet, fonts=fonts, proof=proof)
    return page_png(out.getvalue(), dpi)


def page_png(content: bytes, dpi: float, page: int = 0) -> bytes:
    """Return one page of a PDF as a PNG, `page` from 0."""
    with _one_at_a_time, pdfium.PdfDocument(content) as document:
        bitmap = document[page].render(scale=dpi / 72, draw_annots=False, may_draw_forms=False, rev_byteorder=True)
        picture: Image.Image = bitmap.to_pil().copy()
        bitmap.close()
    png = io.BytesIO()
    picture.save(png, "PNG", compress_level=COMPRESSION)
    return png.getvalue()
