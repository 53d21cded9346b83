"""Reading a printed file back: every page rendered, every QR symbol decoded by a reader that is not ours.

A press compares what comes out with what it meant to print before it hands a file over. Pages are rendered
one at a time, so memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from types import TracebackType

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

Texts = tuple[str, ...]
"""What the symbols of one cell say, in alphabetical order."""


class FileUnreadable(ValueError):
    """The file at `path` is not a PDF that can be opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a readable PDF")
        self.path = path


@dataclass(frozen=True)
class ReadPlate:
    """What stands in one cell; `page` and `cell` count from 1, as a person would, cells from the upper left one."""

    page: int
    cell: int
    texts: Texts

    @property
    def text(self) -> str:
        """What its one symbol says: empty where no symbol could be decoded, or more than one was."""
        return self.texts[0] if len(self.texts) == 1 else ""


def read_plates(
    path: Path | str, sheet: Sheet = A4_PLATES, plates: int | None = None, skip: int = 0, symbols: int = 1
) -> Iterator[ReadPlate]:
    """Decode the plates of a file in the order they were printed, `skip` cells of the first page left out.

    With `plates` exactly that many cells are answered for, and any further one that holds a symbol. Without
    it, the cells of each page up to the last one that holds a symbol. `symbols` is how many a plate should have.
    Raises FileUnreadable.
    """
    answered = 0
    with PageReader(path, sheet, symbols) as reader:
        for number in range(reader.pages):
            texts = reader.read(number)
            start = skip if number == 0 else 0
            last = max((cell for cell, found in enumerate(texts) if found), default=-1)
            if plates is not None:
                last = max(last, min(start + plates - answered, sheet.cells) - 1)
            for cell in range(start, last + 1):
                yield ReadPlate(number + 1, cell + 1, texts[cell])
            answered += max(0, last + 1 - start)
    for missing in range(answered, plates or 0):
        page, cell = divmod(skip + missing, sheet.cells)
        yield ReadPlate(page + 1, cell + 1, ())


class PageReader:
    """An open file, read a page at a time in any order. Raises FileUnreadable when made."""

    def __init__(self, path: Path | str, sheet: Sheet, symbols: int = 1) -> None:
        self._path = Path(path)
        self._sheet = sheet
        self._symbols = symbols
        self._document = self._open()
        self._read = 0
        self.pages = len(self._document)

    def __enter__(self) -> PageReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._document.close()

    def read(self, number: int) -> list[Texts]:
        """What the symbols in each cell of a page say (pages from 0); what is not read at first is looked at closer."""
        if self._read == PAGES_AN_OPENING:
            self._document.close()
            self._document, self._read = self._open(), 0
        self._read += 1
        page = self._document[number]
        try:
            picture = _render(page, DPI)
            found = [self._decoded(picture, cell, DPI) for cell in range(self._sheet.cells)]
            doubtful = [
                cell for cell, texts in enumerate(found)
                if len(texts) < self._symbols and _cut(picture, self._sheet, cell, DPI).min() < 255
            ]  # fmt: skip
            if doubtful:
                picture = _render(page, SECOND_LOOK_DPI)
                for cell in doubtful:
                    found[cell] = self._decoded(picture, cell, SECOND_LOOK_DPI)
            return found
        finally:
            page.close()

    def _decoded(self, picture: NDArray[np.uint8], cell: int, dpi: int) -> Texts:
        return decode(_cut(picture, self._sheet, cell, dpi))

    def _open(self) -> pdfium.PdfDocument:
        try:
            return pdfium.PdfDocument(self._path)
        except pdfium.PdfiumError as error:
            raise FileUnreadable(self._path) from error


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


def decode(picture: NDArray[np.uint8]) -> Texts:
    """What the QR symbols of an upright picture of grey levels say, in alphabetical order."""
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return tuple(sorted(symbol.text for symbol in found))
