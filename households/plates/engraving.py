"""Plates as SVG for engravers: one file a plate, in its true size, with every text and symbol as an outline. Pure.

What the press draws into its PDF is drawn here into memory and said again as SVG (`mapping.printing.svg_drawing`), so
the two look alike to the last letter.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import BinaryIO, Final

from households.plates.artwork import scaled
from households.plates.design import PlateDesign, PlateFace
from households.plates.drawing import Drawn, Overflow, PlatePen
from households.plates.placing import place, symbol_place
from households.plates.typesetting import colour
from mapping.printing.fonts import Fonts
from mapping.printing.pdf import PdfWriter
from mapping.printing.raster import Raster
from mapping.printing.sheet import Sheet
from mapping.printing.svg_drawing import UNITS_A_MM, SvgDrawing, document
from mapping.text import fold

PROGRESS_EVERY: Final = 50
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can hold: the same plates give the same bytes."""


def svg_name(serial: int, face: PlateFace) -> str:
    """The name of a plate's file: its place in the batch, its number and its house's code, in plain letters."""
    words = fold(f"{face.number} {face.house_code.replace('-', '') or face.street}")
    plain = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in words)
    return "-".join((f"{serial:05d}", *plain.split())) + ".svg"


def plate_svgs(
    faces: Iterable[PlateFace],
    *,
    design: PlateDesign,
    sheet: Sheet,
    fonts: Fonts,
    proof: bool = False,
    on_overflow: Callable[[Overflow], None] | None = None,
) -> Iterator[tuple[PlateFace, str]]:
    """The SVG of each plate, as large as a cell of the sheet and without bleed. Raises what `write_plates` raises."""
    placement = place(design, replace(sheet, bleed=0))
    writer = _Kept()
    pen = PlatePen(writer, design, fonts, proof, placement, on_overflow)
    drawing = SvgDrawing(writer.fonts, writer.forms, writer.images)
    unit, outer = placement.scale * UNITS_A_MM, placement.outer
    matrix = (unit, 0.0, 0.0, -unit, -outer.x * unit, (outer.y + outer.height) * unit)
    drawn_from: list[PlateFace] = []
    for drawn in pen.draw(_remembered(faces, drawn_from)):
        face = drawn_from.pop(0)
        title = escape(" · ".join(filter(None, (face.number, face.street, face.house_code))))
        elements = drawing.elements(drawn.texts, matrix) + drawing.elements(_symbols(design, drawn), matrix)
        yield face, document(elements, sheet.cell_width, sheet.cell_height, title)


def write_svg_zip(
    out: BinaryIO,
    faces: Iterable[PlateFace],
    *,
    design: PlateDesign,
    sheet: Sheet,
    fonts: Fonts,
    proof: bool = False,
    on_progress: Callable[[int], None] | None = None,
    on_overflow: Callable[[Overflow], None] | None = None,
) -> int:
    """Write a zip with the SVG of each plate, one after the other; return their number.

    The same faces give the same bytes. Memory grows by the list of names alone; `out` needs `write` alone.
    """
    serial = 0
    svgs = plate_svgs(faces, design=design, sheet=sheet, fonts=fonts, proof=proof, on_overflow=on_overflow)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for serial, (face, svg) in enumerate(svgs, start=1):
            entry = zipfile.ZipInfo(svg_name(serial, face), date_time=_NO_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, svg)
            if on_progress and serial % PROGRESS_EVERY == 0:
                on_progress(serial)
    if on_progress and serial % PROGRESS_EVERY:
        on_progress(serial)
    return serial


class _Kept(PdfWriter):
    """A writer that keeps what artwork is made of instead of writing it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.forms: dict[str, bytes] = {}
        self.images: dict[str, Raster] = {}

    def form(
        self, content: bytes, width: float, height: float, x: float = 0, y: float = 0, images: Sequence[str] = ()
    ) -> str:
        """Keep the content under a name."""
        name = f"/X{len(self.forms)}"
        self.forms[name] = content
        return name

    def image(self, raster: Raster) -> str:
        """Keep the picture under a name, each once."""
        for name, known in self.images.items():
            if known is raster:
                return name
        name = f"/I{len(self.images)}"
        self.images[name] = raster
        return name


def _remembered(faces: Iterable[PlateFace], seen: list[PlateFace]) -> Iterator[PlateFace]:
    for face in faces:
        seen.append(face)
        yield face


def _symbols(design: PlateDesign, drawn: Drawn) -> bytes:
    """The modules of a plate's symbols; their finder patterns are artwork."""
    parts = [colour(design.ink)]
    for one, size, symbol in zip(design.qrs, drawn.sizes, drawn.symbols, strict=True):
        module, left, top = symbol_place(one, size)
        parts += [scaled(module, -module, left, top), symbol, b"f Q\n"]
    return b"".join(parts)
