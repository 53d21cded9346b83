"""Reading a printed file back: every page rendered, every QR symbol decoded by a reader that is not ours.

A press compares what comes out with what it meant to print before it hands a file over. Pages are rendered
one at a time, so memory does not grow with the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import zxingcpp
from numpy.typing import NDArray

from mapping.printing.sheet import A4_PLATES, Sheet

DPI = 150
SECOND_LOOK_DPI = 300

PAGES_AN_OPENING = 500
"""pdfium keeps what it has read of a file until it is closed, so a long file is opened again now and then."""

_INCH_MM = 25.4


class FileUnreadable(ValueError):
    """The file at `path` is not a PDF that can be opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a readable PDF")
        self.path = path


@dataclass(frozen=True)
class ReadPlate:
    """What stands in one cell: `text` is empty where no symbol could be decoded, or more than one was.

    `page` and `cell` count from 1, as a person would; cells along the rows from the upper left one.
    """

    page: int
    cell: int
    text: str


def read_plates(
    path: Path | str, sheet: Sheet = A4_PLATES, plates: int | None = None, skip: int = 0
) -> Iterator[ReadPlate]:
    """Decode the plates of a file in the order they were printed, `skip` cells of the first page left out.

    With `plates` exactly that many cells are answered for, and any further one that holds a symbol. Without
    it, the cells of each page up to the last one that holds a symbol. Raises FileUnreadable.
    """
    answered = 0
    for number, texts in enumerate(_read_pages(Path(path), sheet)):
        start = skip if number == 0 else 0
        last = max((cell for cell, text in enumerate(texts) if text), default=-1)
        if plates is not None:
            last = max(last, min(start + plates - answered, sheet.cells) - 1)
        for cell in range(start, last + 1):
            yield ReadPlate(number + 1, cell + 1, texts[cell])
        answered += max(0, last + 1 - start)
    for missing in range(answered, plates or 0):
        page, cell = divmod(skip + missing, sheet.cells)
        yield ReadPlate(page + 1, cell + 1, "")


def _read_pages(path: Path, sheet: Sheet) -> Iterator[list[str]]:
    """The texts in the cells of each page."""
    first, count = 0, 1
    while first < count:
        try:
            document = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as error:
            raise FileUnreadable(path) from error
        try:
            count = len(document)
            for number in range(first, min(first + PAGES_AN_OPENING, count)):
                yield _read_page(document, number, sheet)
        finally:
            document.close()
        first += PAGES_AN_OPENING


def _read_page(document: pdfium.PdfDocument, number: int, sheet: Sheet) -> list[str]:
    """The text in each cell of a page, empty for none; what is not read at first is looked at more closely."""
    page = document[number]
    try:
        picture = _render(page, DPI)
        texts = [_decode(_cut(picture, sheet, cell, DPI)) for cell in range(sheet.cells)]
        doubtful = [cell for cell, text in enumerate(texts) if not text and _cut(picture, sheet, cell, DPI).min() < 255]
        if doubtful:
            picture = _render(page, SECOND_LOOK_DPI)
            for cell in doubtful:
                texts[cell] = _decode(_cut(picture, sheet, cell, SECOND_LOOK_DPI))
        return texts
    finally:
        page.close()


def _render(page: pdfium.PdfPage, dpi: int) -> NDArray[np.uint8]:
    """Grey levels, row 0 on top."""
    bitmap = page.render(scale=dpi / 72, grayscale=True, draw_annots=False, may_draw_forms=False)
    try:
        picture: NDArray[np.uint8] = bitmap.to_numpy().copy()
        return picture.reshape(picture.shape[:2])
    finally:
        bitmap.close()


def _cut(picture: NDArray[np.uint8], sheet: Sheet, cell: int, dpi: int) -> NDArray[np.uint8]:
    place = sheet.cell(cell)
    top = sheet.page_height - place.y - place.height
    rows = slice(floor(top * dpi / _INCH_MM), ceil((top + place.height) * dpi / _INCH_MM))
    columns = slice(floor(place.x * dpi / _INCH_MM), ceil((place.x + place.width) * dpi / _INCH_MM))
    return picture[rows, columns]


def _decode(picture: NDArray[np.uint8]) -> str:
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return found[0].text if len(found) == 1 else ""
