"""Specimens: each shipped design on each sheet that it fits, for looking at and for reading by two other programs.

The houses are a commune's own, those with its longest texts among them, under a token that is of no plate: whoever
scans a specimen opens nobody's page.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import zxingcpp
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image

from households.models import House
from households.plates import design_pictures, emblems, longest_faces, press
from households.plates.design import PlateDesign, PlateFace
from households.plates.design_reading import DesignProblems, read_design
from households.plates.drawing import write_plates
from households.plates.placing import symbol_boxes
from households.plates.preview import page_png
from households.plates.shipped import NAMES, source_of
from mapping.models import Unit
from mapping.printing.sheet import SHEETS, Sheet

DPI: Final = 150
_DOTS_A_MM: Final = DPI / 25.4
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@dataclass(frozen=True, slots=True)
class Specimen:
    """One design on one sheet: how many symbols stand on its page and how many each reader read rightly.

    `by_zbar` is None where zbar is not installed; `why_not` says why a design does not fit, and then there is no file.
    """

    design: str
    sheet: str
    symbols: int = 0
    by_zxing: int = 0
    by_zbar: int | None = 0
    why_not: str = ""

    @property
    def is_read(self) -> bool:
        """Whether every symbol was read by every reader there is."""
        return self.by_zxing == self.symbols and self.by_zbar in (None, self.symbols)


def make(folder: Path, commune: Unit) -> Iterator[Specimen]:
    """Write NAME-SHEET.pdf and .png into `folder` for each pair, and yield what was read from the picture.

    Raises OSError, and UserError for a text that the font has no letters for.
    """
    for name in NAMES:
        for sheet in SHEETS.values():
            yield _made(folder, commune, name, sheet)


def _made(folder: Path, commune: Unit, name: str, sheet: Sheet) -> Specimen:
    try:
        design = read_design(
            source_of(name), emblems.all_of(commune), host=settings.PLATE_HOST, sheet=sheet, fonts=press.fonts()
        )
    except DesignProblems as error:
        return Specimen(name, sheet.name, why_not=error.problems[0].sentence)
    faces = _faces(commune, design, sheet.cells)
    out = io.BytesIO()
    with press.sentences(settings.PLATE_HOST, sheet.name, name):
        write_plates(out, faces, design=design, sheet=sheet, fonts=press.fonts())
    png = page_png(out.getvalue(), DPI)
    base = folder / f"{name}-{sheet.name}"
    base.with_suffix(".pdf").write_bytes(out.getvalue())
    base.with_suffix(".png").write_bytes(png)
    squares = _squares(np.asarray(Image.open(io.BytesIO(png)).convert("L")), sheet, design, faces)
    zbar = _by_zbar([square for _text, square in squares])
    return Specimen(
        name,
        sheet.name,
        symbols=len(squares),
        by_zxing=sum(
            [one.text for one in zxingcpp.read_barcodes(square, formats=_QR)] == [text] for text, square in squares
        ),
        by_zbar=None if zbar is None else sum(read == text for read, (text, _) in zip(zbar, squares, strict=True)),
    )


def _faces(commune: Unit, design: PlateDesign, cells: int) -> list[PlateFace]:
    """As many as a page holds: the first house, one with the longest texts, one without a number, then more of each."""
    if design.subject == "alley":
        return [design_pictures.invented_alley(commune)]
    houses = House.objects.active().filter(commune=commune)
    longest = longest_faces.of_commune(houses, commune)
    nameless = houses.filter(number="").select_related("village").in_walking_order()[:2]
    first = houses.exclude(number="").select_related("village").in_walking_order()[:cells]
    groups = [[design_pictures.face_of(house, commune) for house in group] for group in (first, nameless)]
    wanted = [groups[0][:1], longest[-2:], groups[1], longest[:-2], groups[0][1:]]
    found = list(dict.fromkeys(face for group in wanted for face in group))
    return found[:cells] or [design_pictures.invented_house(commune)]


def _squares(
    page: NDArray[np.uint8], sheet: Sheet, design: PlateDesign, faces: Sequence[PlateFace]
) -> list[tuple[str, NDArray[np.uint8]]]:
    """What each symbol should say and its pixels, plate by plate."""
    found = []
    for index, face in enumerate(faces):
        for what, box in symbol_boxes(design, sheet, sheet.cell(index)):
            top = round((sheet.page_height - box.y - box.height) * _DOTS_A_MM)
            left, side = round(box.x * _DOTS_A_MM), round(box.width * _DOTS_A_MM)
            text = face.url if what == "record" else face.maps_url
            found.append((text, np.ascontiguousarray(page[top : top + side, left : left + side])))
    return found


def _by_zxing(square: NDArray[np.uint8]) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(square, formats=_QR)]


def _by_zbar(squares: Sequence[NDArray[np.uint8]]) -> list[str] | None:
    """What zbar reads of each picture, "" where it reads nothing; None where there is no zbarimg."""
    read = []
    with tempfile.TemporaryDirectory() as folder:
        for number, square in enumerate(squares):
            path = Path(folder) / f"{number:03d}.png"
            Image.fromarray(square).save(path)
            command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)]
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
            except FileNotFoundError:
                return None
            read.append(done.stdout.removesuffix("\n"))
    return read
