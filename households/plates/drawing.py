"""Plates drawn into a PDF, a page at a time: faces in, file out, memory flat.

What is alike on all plates (ground, border, panel, labels, finder patterns) is artwork written once and
drawn by name; a plate adds its own texts and the dark modules of its symbol.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from households.plates.design import POINT, Box, Field, Layout, PlateDesign, PlateFace
from households.plates.typesetting import NotInFont, Typesetter, colour
from mapping.printing import qr
from mapping.printing.fonts import Fonts, number
from mapping.printing.pdf import MM, PdfWriter
from mapping.printing.sheet import Sheet

SLANT = "0.9397 0.342 -0.342 0.9397"
"""The matrix of a watermark that rises by 20 degrees."""

CURVE = 0.5523  # control points of a quarter circle by one Bézier curve


class ModulesTooSmall(ValueError):
    """The text of a plate is so long that its QR modules would be too small to read."""

    def __init__(self, face: PlateFace, module: float) -> None:
        super().__init__(f"{face.url}: QR modules of {module:.3f} mm")
        self.face = face
        self.module = module
        """Side of a module, millimetres."""


class UnprintableCharacter(ValueError):
    """A text of a plate holds a character that the font lacks."""

    def __init__(self, face: PlateFace, character: str) -> None:
        super().__init__(f"{face.house_code}: the font lacks U+{ord(character):04X}")
        self.face = face
        self.character = character


class PlateLargerThanCell(ValueError):
    """The design is larger than the cells of the sheet, (width, height) in millimetres each."""

    def __init__(self, plate: tuple[float, float], cell: tuple[float, float]) -> None:
        super().__init__(f"a plate of {plate[0]:g} x {plate[1]:g} mm in a cell of {cell[0]:g} x {cell[1]:g} mm")
        self.plate = plate
        self.cell = cell


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
    title: str = "",
    on_progress: Callable[[int], None] | None = None,
) -> Written:
    """Draw a plate for each face, in order, and write the PDF to `out`; the same faces give the same bytes.

    `skip` cells of the first page stay empty. `on_progress` is told the number of plates drawn after each
    page. Raises PlateLargerThanCell and SheetDoesNotFit (`skip`) before anything is written, ModulesTooSmall,
    UnprintableCharacter and qr.TextTooLong for a face, OSError when `out` is full.
    """
    if design.width > sheet.cell_width or design.height > sheet.cell_height:
        raise PlateLargerThanCell((design.width, design.height), (sheet.cell_width, sheet.cell_height))
    cell = sheet.first_cell(skip)
    writer = PdfWriter(out, title=title)
    pen = PlatePen(writer, design, fonts, proof)
    marks = f"{writer.form(_cut_marks(sheet), sheet.page_width * MM, sheet.page_height * MM)} Do\n".encode()
    page = _Page(writer, sheet, design, marks)
    plates = 0
    for drawn in pen.draw(faces):
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
    """One plate: its artwork and texts in millimetres from its lower left corner; its symbol in modules."""

    texts: bytes
    symbol_size: int
    symbol: bytes


class _Page:
    """Collects the plates of a page, the texts before the symbols: kept apart they compress 4 % better."""

    def __init__(self, writer: PdfWriter, sheet: Sheet, design: PlateDesign, marks: bytes) -> None:
        self._writer = writer
        self._sheet = sheet
        self._design = design
        self._marks = marks
        self._ink = colour(design.ink)
        self._corners = [_corner(sheet, design, index) for index in range(sheet.cells)]
        self._symbol_starts: dict[tuple[int, int], bytes] = {}
        self._texts: list[bytes] = []
        self._symbols: list[bytes] = []

    @property
    def plates(self) -> int:
        return len(self._symbols)

    def add(self, cell: int, drawn: Drawn) -> None:
        x, y = self._corners[cell]
        self._texts.append(_scaled(MM, MM, x, y) + drawn.texts + b"Q\n")
        key = (cell, drawn.symbol_size)
        if key not in self._symbol_starts:
            module, left, top = symbol_place(self._design, drawn.symbol_size)
            self._symbol_starts[key] = _scaled(module * MM, -module * MM, x + left * MM, y + top * MM)
        self._symbols.append(self._symbol_starts[key] + drawn.symbol + b"f Q\n")

    def write(self) -> None:
        texts = b"".join([self._marks, *self._texts])
        symbols = b"".join([self._ink, *self._symbols])
        self._writer.page((texts, symbols), self._sheet.page_width * MM, self._sheet.page_height * MM)
        self._texts, self._symbols = [], []


class PlatePen:
    """Turns faces into content streams; keeps the artwork and the texts already set."""

    def __init__(self, writer: PdfWriter, design: PlateDesign, fonts: Fonts, proof: bool) -> None:
        self._writer = writer
        self._design = design
        self._fonts = fonts
        self._proof = proof
        self._texts = Typesetter(writer, fonts)
        self._artworks: dict[tuple[object, ...], bytes] = {}

    def draw(self, faces: Iterable[PlateFace]) -> Iterator[Drawn]:
        """Each face drawn, in order."""
        stream = iter(faces)
        while batch := list(islice(stream, qr.BATCH)):
            symbols = list(qr.symbols(face.url for face in batch))
            for face, symbol, path in zip(batch, symbols, qr.paths(symbols), strict=True):
                layout = self._design.layout(face)
                try:
                    texts = b"%b BT\n%bET\n" % (
                        self._artwork(layout, symbol.size, face),
                        self._fields(layout.fields, face),
                    )
                except NotInFont as error:
                    raise UnprintableCharacter(face, error.character) from error
                yield Drawn(texts, symbol.size, path)

    def _fields(self, fields: tuple[Field, ...], face: PlateFace) -> bytes:
        return b"".join([self._texts.field(field, field.texts(face)) for field in fields])

    def _artwork(self, layout: Layout, size: int, face: PlateFace) -> bytes:
        """The operator that draws what this plate shares with others, written to the file when first met."""
        # Layouts are told apart by identity: they are long, and hashing one costs more than drawing a plate.
        key = (id(layout), size, *[field.texts(face) for field in layout.shared])
        if key not in self._artworks:
            module, _, _ = symbol_place(self._design, size)
            if module < qr.SMALLEST_MODULE_MM:
                raise ModulesTooSmall(face, module)
            content = self._draw_artwork(layout, size, face)
            name = self._writer.form(content, self._design.width, self._design.height)
            self._artworks[key] = f"{name} Do".encode()
        return self._artworks[key]

    def _draw_artwork(self, layout: Layout, size: int, face: PlateFace) -> bytes:
        design = self._design
        inset = design.border_inset + design.border_width / 2
        border = Box(inset, inset, design.width - 2 * inset, design.height - 2 * inset)
        parts = [colour(design.ground), f"0 0 {number(design.width)} {number(design.height)} re f\n".encode()]
        if self._proof:
            parts.append(self._draw_watermark())
        parts += (
            colour((1, 1, 1)),
            f"1 G {number(design.border_width)} w {_rounded(border, design.border_radius)} s\n".encode(),
            f"{_rounded(design.panel, design.panel_radius)} f\n".encode(),
        )
        for rule in layout.rules:
            parts.append(colour(rule.colour))
            line = " ".join(map(number, (rule.x, rule.y, rule.width, rule.thickness)))
            parts.append(f"{line} re f\n".encode())
        parts += [b"BT\n", *[self._texts.label(label) for label in layout.labels]]
        parts += [self._fields(layout.shared, face), b"ET\n"]
        module, left, top = symbol_place(design, size)
        parts += [colour(design.ink), _scaled(module, -module, left, top), qr.finder_path(size), b"f Q\n"]
        return b"".join(parts)

    def _draw_watermark(self) -> bytes:
        """The words of a proof in slanted rows over the whole plate, kept off the panel by an even-odd clip."""
        design = self._design
        font = self._writer.font(self._fonts.bold)
        size = design.watermark_size * POINT
        words = font.show(design.watermark, size)
        repeat = self._fonts.bold.measure(design.watermark) * size + 2 * size
        panel = " ".join(map(number, (design.panel.x, design.panel.y, design.panel.width, design.panel.height)))
        rows = [
            f"q 0 0 {number(design.width)} {number(design.height)} re {panel} re W* n\n".encode(),
            colour(design.watermark_colour),
            f"{SLANT} 0 0 cm BT ".encode() + font.select(size) + b"\n",
        ]
        reach = design.width + design.height  # covers the plate at any slant
        for row in range(-round(reach / design.watermark_step), round(reach / design.watermark_step)):
            y = (row + 0.5) * design.watermark_step
            if not -design.width * 0.5 < y < design.height:
                continue
            for column in range(-1, round(reach / repeat) + 1):
                x = (column + row % 2 / 2) * repeat
                rows.append(f"1 0 0 1 {number(x)} {number(y)} Tm ".encode() + words + b"\n")
        rows.append(b"ET Q\n")
        return b"".join(rows)


def symbol_place(design: PlateDesign, size: int) -> tuple[float, float, float]:
    """The side of a module, and the upper left corner of the symbol inside its quiet zone, millimetres."""
    box = design.qr
    module = box.width / (size + 2 * qr.QUIET_ZONE)
    return module, box.x + qr.QUIET_ZONE * module, box.y + box.height - qr.QUIET_ZONE * module


def _corner(sheet: Sheet, design: PlateDesign, index: int) -> tuple[float, float]:
    """The lower left corner, in points, of a plate in the middle of a cell."""
    cell = sheet.cell(index)
    x = cell.x + (cell.width - design.width) / 2
    y = cell.y + (cell.height - design.height) / 2
    return x * MM, y * MM


def _scaled(across: float, up: float, x: float, y: float) -> bytes:
    """Opens with `q` a space of its own scale and origin."""
    return f"q {across:.5f} 0 0 {up:.5f} {x:.4f} {y:.4f} cm\n".encode()


def _cut_marks(sheet: Sheet) -> bytes:
    lines = [f"{MM:.5f} 0 0 {MM:.5f} 0 0 cm 0.1 w 0.4 G\n"]
    lines += [
        f"{number(mark.x1)} {number(mark.y1)} m {number(mark.x2)} {number(mark.y2)} l\n" for mark in sheet.cut_marks()
    ]
    return "".join([*lines, "S\n"]).encode()


def _rounded(box: Box, radius: float) -> str:
    """The path of a rectangle with round corners."""
    left, bottom, right, top = box.x, box.y, box.x + box.width, box.y + box.height
    bend = radius * (1 - CURVE)

    def points(*values: float) -> str:
        return " ".join(map(number, values))

    return " ".join(
        (
            points(left + radius, bottom) + " m",
            points(right - radius, bottom) + " l",
            points(right - bend, bottom, right, bottom + bend, right, bottom + radius) + " c",
            points(right, top - radius) + " l",
            points(right, top - bend, right - bend, top, right - radius, top) + " c",
            points(left + radius, top) + " l",
            points(left + bend, top, left, top - bend, left, top - radius) + " c",
            points(left, bottom + radius) + " l",
            points(left, bottom + bend, left + bend, bottom, left + radius, bottom) + " c h",
        )
    )
