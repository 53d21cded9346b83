"""Plates as SVG for engravers: one file a plate, in its true size, with every text and symbol as an outline. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from households.plates.design import PlateDesign, PlateFace
from households.plates.drawing import Overflow
from mapping.printing.fonts import Fonts
from mapping.printing.sheet import Sheet
from mapping.text import fold


def svg_name(serial: int, face: PlateFace) -> str:
    """The name of a plate's file: its place in the batch, its number and its house's code, in plain letters."""
    words = fold(" ".join((face.number, face.house_code.replace("-", ""))))
    return "-".join((f"{serial:05d}", *"".join(c if c.isalnum() else " " for c in words).split())) + ".svg"


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
    raise NotImplementedError


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

    The same faces give the same bytes. Memory grows by the list of names alone.
    """
    raise NotImplementedError
