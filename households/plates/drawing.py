"""Plates drawn into a PDF, a page at a time: faces in, file out, memory flat.

What is alike on all plates (ground, border, panel, labels, finder patterns) is artwork written once and
drawn by name; a plate adds its own texts and the dark modules of its symbol.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from households.plates import artwork
from households.plates.design import QR_TEXTS, Field, Layout, PlateDesign, PlateFace
from households.plates.placing import Placement, place, symbol_place
from households.plates.typesetting import NotInFont, Typesetter, colour
from mapping.printing import qr
from mapping.printing.fonts import Fonts, number
from mapping.printing.pdf import MM, PdfWriter, Rectangle
from mapping.printing.sheet import Sheet


class ModulesTooSmall(ValueError):
    """The text of a plate is so long that its QR modules would be too small to read."""

    def __init__(self, face: PlateFace, module: float) -> None:
        super().__init__(f"{face.url}: QR modules of {module:.3f} mm")
        self.face = face
        self.module = module
        """Side of a module as it would be printed, millimetres."""


class NothingToEncode(ValueError):
    """The design has a symbol for which the plate has no text: `what` is a key of QR_TEXTS."""

    def __init__(self, face: PlateFace, what: str) -> None:
        super().__init__(f"{face.house_code}: nothing for the symbol {what}")
        self.face = face
        self.what = what


class UnprintableCharacter(ValueError):
    """A text of a plate holds a character that the font lacks."""

    def __init__(self, face: PlateFace, character: str) -> None:
        super().__init__(f"{face.house_code}: the font lacks U+{ord(character):04X}")
        self.face = face
        self.character = character


@dataclass(frozen=True)
class Overflow:
    """A text of a plate that fits its box at no size which can be read: it was cut short, or set too small.

    `field` is a key of SOURCES.
    """

    face: PlateFace
    field: str
    text: str


@dataclass(frozen=True)
class Written:
    """What a run wrote; `bytes` is the length of the file."""

    plates: int
    pages: int
    bytes: int


def write_plates(
    out: BinaryIO,
    faces: Iterable[PlateFace],
    *,
    design: PlateDesign,
    sheet: Sheet,
    fonts: Fonts,
    proof: bool = False,
    skip: int = 0,
    copies: int = 1,
    title: str = "",
    on_progress: Callable[[int], None] | None = None,
    on_overflow: Callable[[Overflow], None] | None = None,
) -> Written:
    """Draw a plate for each face, in order, and write the PDF to `out`; the same faces give the same bytes.

    `skip` cells of the first page stay empty; the `copies` of a plate follow one another. `on_progress` is told the
    number of plates drawn (copies counted) after each page, `on_overflow` each text that does not fit, once a face.
    Raises SheetDoesNotFit (`skip`) before anything is written, ModulesTooSmall, NothingToEncode,
    UnprintableCharacter and qr.TextTooLong for a face, OSError when `out` is full.
    """
    placement = place(design, sheet)
    cell = sheet.first_cell(skip)
    writer = PdfWriter(out, title=title)
    pen = PlatePen(writer, design, fonts, proof, placement, on_overflow)
    marks = f"{writer.form(_cut_marks(sheet), sheet.page_width * MM, sheet.page_height * MM)} Do\n".encode()
    page = _Page(writer, sheet, design, placement, marks)
    plates = 0
    for drawn in pen.draw(faces):
        for _ in range(copies):
            page.add(cell, drawn)
            plates += 1
            cell += 1
            if cell == sheet.cells:
                page.write()
                cell = 0
                if on_progress:
                    on_progress(plates)
    if page.plates:
        page.write()
        if on_progress:
            on_progress(plates)
    return Written(plates, writer.pages, writer.close())


@dataclass(frozen=True)
class Drawn:
    """One plate: its artwork and texts in millimetres from its lower left corner; its symbols in modules.

    `sizes` and `symbols` are in the order of the design's symbols.
    """

    texts: bytes
    sizes: tuple[int, ...]
    symbols: tuple[bytes, ...]


class _Page:
    """Collects the plates of a page, the texts before the symbols: kept apart they compress 4 % better."""

    def __init__(
        self, writer: PdfWriter, sheet: Sheet, design: PlateDesign, placement: Placement, marks: bytes
    ) -> None:
        self._writer = writer
        self._sheet = sheet
        self._design = design
        self._unit = placement.scale * MM
        self._marks = marks
        self._ink = colour(design.ink)
        corners = [placement.corner(sheet.cell(index)) for index in range(sheet.cells)]
        self._corners = [(x * MM, y * MM) for x, y in corners]
        self._starts = [artwork.scaled(self._unit, self._unit, x, y) for x, y in self._corners]
        self._symbol_starts: dict[tuple[int, tuple[int, ...]], list[bytes]] = {}
        self._texts: list[bytes] = []
        self._symbols: list[bytes] = []
        self._trim = _trim(sheet) if sheet.cells == 1 else None
        self.plates = 0

    def add(self, cell: int, drawn: Drawn) -> None:
        self.plates += 1
        self._texts += (self._starts[cell], drawn.texts, b"Q\n")
        key = (cell, drawn.sizes)
        starts = self._symbol_starts.get(key) or self._symbol_starts.setdefault(key, self._starts_of(*key))
        for start, symbol in zip(starts, drawn.symbols, strict=True):
            self._symbols += (start, symbol, b"f Q\n")

    def write(self) -> None:
        texts = b"".join([self._marks, *self._texts])
        symbols = b"".join([self._ink, *self._symbols])
        sheet = self._sheet
        self._writer.page((texts, symbols), sheet.page_width * MM, sheet.page_height * MM, self._trim, sheet.bleed * MM)
        self._texts, self._symbols, self.plates = [], [], 0

    def _starts_of(self, cell: int, sizes: tuple[int, ...]) -> list[bytes]:
        """What opens the space of each symbol of a plate."""
        x, y = self._corners[cell]
        unit = self._unit
        places = [symbol_place(one, size) for one, size in zip(self._design.qrs, sizes, strict=True)]
        return [
            artwork.scaled(module * unit, -module * unit, x + left * unit, y + top * unit)
            for module, left, top in places
        ]


class PlatePen:
    """Turns faces into content streams; keeps the artwork and the texts already set."""

    def __init__(
        self,
        writer: PdfWriter,
        design: PlateDesign,
        fonts: Fonts,
        proof: bool,
        placement: Placement,
        on_overflow: Callable[[Overflow], None] | None = None,
    ) -> None:
        self._writer = writer
        self._design = design
        self._fonts = fonts
        self._proof = proof
        self._placement = placement
        self._on_overflow = on_overflow
        self._texts = Typesetter(writer, fonts, placement.smallest_type)
        self._artworks: dict[tuple[object, ...], tuple[bytes, list[tuple[str, str]]]] = {}

    def draw(self, faces: Iterable[PlateFace]) -> Iterator[Drawn]:
        """Each face drawn, in order."""
        stream = iter(faces)
        while batch := list(islice(stream, qr.BATCH)):
            symbols = [self._symbols(one.what, one.level, batch) for one in self._design.qrs]
            sizes_of = zip(*[sizes for sizes, _ in symbols], strict=True)
            paths_of = zip(*[paths for _, paths in symbols], strict=True)
            for face, sizes, paths in zip(batch, sizes_of, paths_of, strict=True):
                layout = self._design.layout(face)
                try:
                    texts = b"%b BT\n%bET\n" % (
                        self._artwork(layout, sizes, face),
                        self._fields(layout.fields, face),
                    )
                except NotInFont as error:
                    raise UnprintableCharacter(face, error.character) from error
                if self._texts.too_long:
                    self._tell(face)
                yield Drawn(texts, sizes, paths)

    def _symbols(self, what: str, level: str, faces: list[PlateFace]) -> tuple[list[int], list[bytes]]:
        """The sizes and the paths of one symbol of each face."""
        texts = list(map(QR_TEXTS[what], faces))
        if not all(texts):
            raise NothingToEncode(faces[texts.index("")], what)
        symbols = list(qr.symbols(texts, level))
        return [symbol.size for symbol in symbols], qr.paths(symbols)

    def _tell(self, face: PlateFace) -> None:
        """Tell which texts of this plate did not fit."""
        if self._on_overflow:
            for field, text in self._texts.too_long:
                self._on_overflow(Overflow(face, field, text))
        self._texts.too_long.clear()

    def _fields(self, fields: tuple[Field, ...], face: PlateFace) -> bytes:
        return b"".join([self._texts.field(field, field.texts(face)) for field in fields])

    def _artwork(self, layout: Layout, sizes: tuple[int, ...], face: PlateFace) -> bytes:
        """The operator that draws what this plate shares with others, written to the file when first met."""
        # Layouts are told apart by identity: they are long, and hashing one costs more than drawing a plate.
        key = (id(layout), sizes, *[field.texts(face) for field in layout.shared])
        kept = self._artworks.get(key)
        if kept is None:
            for one, size in zip(self._design.qrs, sizes, strict=True):
                module = symbol_place(one, size)[0] * self._placement.scale
                if module < qr.SMALLEST_MODULE_MM:
                    raise ModulesTooSmall(face, module)
            content, images = self._draw_artwork(layout, sizes, face)
            inked = self._placement.inked
            name = self._writer.form(content, inked.width, inked.height, inked.x, inked.y, images)
            kept = self._artworks[key] = (f"{name} Do".encode(), list(self._texts.too_long))
        elif kept[1]:
            self._texts.too_long += kept[1]
        return kept[0]

    def _draw_artwork(self, layout: Layout, sizes: tuple[int, ...], face: PlateFace) -> tuple[bytes, tuple[str, ...]]:
        font = self._fonts.bold if self._proof else None
        below, images = artwork.below_the_texts(self._design, layout, self._placement, self._writer, font)
        labels = b"".join([self._texts.label(label) for label in layout.labels])
        shared = self._fields(layout.shared, face)
        return b"%bBT\n%b%bET\n%b" % (below, labels, shared, artwork.finders(self._design, sizes)), images


def _trim(sheet: Sheet) -> Rectangle:
    """What remains, in points, of a page that is one plate."""
    cell = sheet.cell(0)
    return cell.x * MM, cell.y * MM, (cell.x + cell.width) * MM, (cell.y + cell.height) * MM


def _cut_marks(sheet: Sheet) -> bytes:
    lines = [f"{MM:.5f} 0 0 {MM:.5f} 0 0 cm 0.1 w 0.4 G\n"]
    lines += [
        f"{number(mark.x1)} {number(mark.y1)} m {number(mark.x2)} {number(mark.y2)} l\n" for mark in sheet.cut_marks()
    ]
    return "".join([*lines, "S\n"]).encode()
