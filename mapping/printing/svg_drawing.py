"""What is drawn for a PDF as SVG elements: every text and stroke becomes an outline, so no font is needed to see it.

It understands the operators that this package and whoever prints through it write, and no others: the same content
stream gives the same picture in both. Coordinates of the SVG are whole hundredths of a millimetre, x to the right and y
down; flat, without transformations, since many a program for engraving reads no more than that.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL import Image

from mapping.printing.contours import grid_of, rings
from mapping.printing.fonts import CODES_A_FONT, Font, Subset
from mapping.printing.glyphs import Glyphs
from mapping.printing.raster import Raster
from mapping.printing.svg_path import Matrix, Path, Piece, glyph_piece, joined, multiply

UNITS_A_MM: Final = 100
CACHED_GLYPHS: Final = 4096
"""Letters kept in the sizes met: most texts of a field share one."""

_TOKEN: Final = re.compile(rb"\((?:[^()\\]|\\.)*\)|[^\s()]+", re.DOTALL)
_ESCAPE: Final = re.compile(rb"\\(.)", re.DOTALL)
_LARGEST_GRID: Final = 256  # squares along a side; the largest QR symbol has 177


class UnknownOperator(ValueError):
    """The content holds an operator that is not understood here."""


@dataclass(frozen=True)
class _State:
    """What `q` keeps and `Q` brings back."""

    matrix: Matrix
    fill: str = "#000000"
    stroke: str = "#000000"
    line_width: float = 1
    clip: str = ""


class SvgDrawing:
    """Turns content streams into elements; keeps outlines of glyphs, of forms and of pictures.

    `fonts` are by resource name (`/F0`), `forms` (content) and `images` by theirs; all three may grow meanwhile.
    """

    def __init__(self, fonts: Mapping[Font, Subset], forms: Mapping[str, bytes], images: Mapping[str, Raster]) -> None:
        self._fonts = fonts
        self._forms = forms
        self._images = images
        self._glyphs: dict[Font, Glyphs] = {}
        self._pieces: dict[tuple[object, ...], Piece | None] = {}
        self._letters: dict[Font, list[int]] = {}
        self._form_elements: dict[tuple[str, _State], list[str]] = {}
        self._image_texts: dict[str, str] = {}
        self._clips = 0

    def elements(self, content: bytes, matrix: Matrix) -> list[str]:
        """The elements that draw a content stream, whose space `matrix` takes to units of the SVG."""
        return self._run(content, _State(matrix))

    def _run(self, content: bytes, state: _State) -> list[str]:
        return _Run(self, state).run(content)

    def form(self, name: str, state: _State) -> list[str]:
        """The elements of artwork, drawn once for each place and colour that it is drawn in."""
        key = (name, state)
        if key not in self._form_elements:
            self._form_elements[key] = self._run(self._forms[name], state)
        return self._form_elements[key]

    def image(self, name: str) -> Raster | None:
        """The picture of that name."""
        return self._images.get(name)

    def image_text(self, name: str) -> str:
        """A picture as the text of a PNG that stands in an attribute."""
        if name not in self._image_texts:
            raster = self._images[name]
            picture = Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)
            if raster.alpha is not None:
                picture.putalpha(Image.frombytes("L", (raster.width, raster.height), raster.alpha))
            out = io.BytesIO()
            picture.save(out, "PNG")
            self._image_texts[name] = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")
        return self._image_texts[name]

    def clip_name(self) -> str:
        """A name that no other clip has."""
        self._clips += 1
        return f"clip{self._clips}"

    def letters(self, resource: str, codes: bytes) -> tuple[Font, str]:
        """The font of a resource name and the text that codes of it stand for."""
        name, _, chunk = resource.partition(".")
        font, subset = next((font, subset) for font, subset in self._fonts.items() if subset.resource == name)
        known = self._letters.get(font, [])
        if len(known) != len(subset):
            known = self._letters[font] = list(subset)
        first = int(chunk or 0) * CODES_A_FONT - 1
        return font, "".join([chr(known[first + code]) for code in codes])

    def glyph(self, font: Font, letter: str, matrix: Matrix, across: float, up: float) -> Piece | None:
        """A letter of a font `up` high and `across` wide, None for white space; what `matrix` shifts by is left out."""
        key = (font, letter, matrix[:4], across, up)
        if key not in self._pieces:
            if len(self._pieces) >= CACHED_GLYPHS:
                self._pieces.clear()
            glyphs = self._glyphs.get(font) or self._glyphs.setdefault(font, Glyphs(font))
            scale = 1 / glyphs.units_per_em
            self._pieces[key] = glyph_piece(glyphs.of(letter), matrix, across * scale, up * scale)
        return self._pieces[key]


class _Run:
    """One content stream being read."""

    def __init__(self, drawing: SvgDrawing, state: _State) -> None:
        self._drawing = drawing
        self._state = state
        self._kept: list[_State] = []
        self._path = Path(state.matrix)
        self._rectangles: list[tuple[float, float, float, float]] = []
        self._clips_next = ""
        self._resource, self._size, self._condensed = "", 0.0, 1.0
        self._text_matrix: Matrix = (1, 0, 0, 1, 0, 0)
        self._elements: list[str] = []

    def run(self, content: bytes) -> list[str]:
        operands: list[float] = []
        words: list[bytes] = []
        for token in _TOKEN.findall(content):
            first = token[:1]
            if first in b"-.0123456789":
                operands.append(float(token))
            elif first in b"(/":
                words.append(token)
            else:
                self._operate(token, operands, words)
                operands, words = [], []
        return self._elements

    def _operate(self, operator: bytes, values: Sequence[float], words: Sequence[bytes]) -> None:
        if operator == b"re":
            x, y, width, height = values
            self._rectangles.append((x, y, width, height))
        elif operator in _BUILDS:
            self._add_rectangles()
            _BUILDS[operator](self._path, *values)
        elif operator in _PAINTS:
            self._paint(operator)
        elif operator in _COLOURS:
            red, green, blue = values if len(values) == 3 else (*values, *values, *values)
            shade = "#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue))
            if _COLOURS[operator] == "fill":
                self._state = replace(self._state, fill=shade)
            else:
                self._state = replace(self._state, stroke=shade)
        elif operator == b"Tf":
            self._resource, self._size = words[0].decode("ascii"), values[0]
        elif operator == b"Tm":
            a, b, c, d, e, f = values
            self._text_matrix = (a, b, c, d, e, f)
        elif operator == b"Tz":
            self._condensed = values[0] / 100
        elif operator == b"Tj":
            self._show(words[0])
        elif operator == b"Do":
            self._do(words[0].decode("ascii"))
        elif operator == b"w":
            self._state = replace(self._state, line_width=values[0])
        elif operator == b"q":
            self._kept.append(self._state)
        elif operator == b"Q":
            self._state = self._kept.pop()
            self._path = Path(self._state.matrix)
        elif operator == b"cm":
            a, b, c, d, e, f = values
            self._state = replace(self._state, matrix=multiply((a, b, c, d, e, f), self._state.matrix))
            self._path = Path(self._state.matrix)
        elif operator in (b"BT", b"ET"):
            self._text_matrix, self._condensed = (1, 0, 0, 1, 0, 0), 1.0
        elif operator in (b"W", b"W*"):
            self._clips_next = "evenodd" if operator == b"W*" else "nonzero"
        else:
            raise UnknownOperator(operator.decode("latin-1"))

    def _add_rectangles(self) -> None:
        for rectangle in self._rectangles:
            self._path.rectangle(*rectangle)
        self._rectangles = []

    def _paint(self, operator: bytes) -> None:
        symbol = self._symbol() if operator == b"f" and not self._clips_next else ""
        if not symbol:
            self._add_rectangles()
        if self._clips_next:
            self._clip(self._clips_next)
        elif operator in (b"f", b"f*"):
            self._emit(symbol or self._path.data(), self._state.fill, "evenodd" if operator == b"f*" else "")
        elif operator in (b"s", b"S"):
            if operator == b"s":
                self._path.close()
            self._emit(self._path.outline(self._state.line_width), self._state.stroke, "evenodd")
        self._clips_next, self._path, self._rectangles = "", Path(self._state.matrix), []

    def _symbol(self) -> str:
        """Modules of a symbol, whole squares of their space, as the outline they make together; else nothing."""
        squares = self._rectangles
        if len(squares) < 2 or not self._path.is_empty:
            return ""
        if not all(value.is_integer() and 0 <= value <= _LARGEST_GRID for square in squares for value in square):
            return ""
        grid = grid_of([(int(x), int(y), int(w), int(h)) for x, y, w, h in squares])
        return Path(self._state.matrix).rings(rings(grid))

    def _clip(self, rule: str) -> None:
        name = self._drawing.clip_name()
        within = f' clip-path="url(#{self._state.clip})"' if self._state.clip else ""
        self._elements.append(
            f'<clipPath id="{name}"{within}><path clip-rule="{rule}" d="{self._path.data()}"/></clipPath>'
        )
        self._state = replace(self._state, clip=name)

    def _show(self, literal: bytes) -> None:
        codes = _ESCAPE.sub(lambda match: b"\r" if match[1] == b"r" else match[1], literal[1:-1])
        font, text = self._drawing.letters(self._resource, codes)
        matrix = multiply(self._text_matrix, self._state.matrix)
        a, b, _, _, e, f = matrix
        x, pieces = 0.0, []
        for letter in text:
            piece = self._drawing.glyph(font, letter, matrix, self._size * self._condensed, self._size)
            if piece:
                pieces.append((piece, (round(a * x + e), round(b * x + f))))
            x += font.width_of(ord(letter)) / 1000 * self._size * self._condensed
        self._text_matrix = multiply((1, 0, 0, 1, x, 0), self._text_matrix)
        self._emit(joined(pieces), self._state.fill)

    def _do(self, name: str) -> None:
        if self._drawing.image(name) is None:
            self._elements += self._drawing.form(name, self._state)
            return
        a, _, _, d, e, f = self._state.matrix  # pictures stand upright
        left, top = round(min(e, e + a)), round(min(f, f + d))
        self._elements.append(
            f'<image x="{left}" y="{top}" width="{round(abs(a))}" height="{round(abs(d))}" preserveAspectRatio="none"'
            f'{self._clipped()} xlink:href="{self._drawing.image_text(name)}"/>'
        )

    def _emit(self, data: str, shade: str, rule: str = "") -> None:
        if data:
            ruled = f' fill-rule="{rule}"' if rule else ""
            self._elements.append(f'<path fill="{shade}"{ruled}{self._clipped()} d="{data}"/>')

    def _clipped(self) -> str:
        return f' clip-path="url(#{self._state.clip})"' if self._state.clip else ""


_BUILDS: Final[Mapping[bytes, Callable[..., None]]] = {
    b"m": Path.move,
    b"l": Path.line,
    b"c": Path.curve,
    b"h": Path.close,
}
_PAINTS: Final = (b"f", b"f*", b"s", b"S", b"n")
_COLOURS: Final = {b"g": "fill", b"rg": "fill", b"G": "stroke", b"RG": "stroke"}


def document(elements: Iterable[str], width: float, height: float, title: str) -> str:
    """A whole SVG of so many millimetres; `title` is plain text that is escaped already."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {round(width * UNITS_A_MM)} {round(height * UNITS_A_MM)}">\n<title>{title}</title>\n'
        + "\n".join(elements)
        + "\n</svg>\n"
    )
