"""TrueType fonts for a PDF: widths to measure with, and the subset of glyphs that a file ends up with.

Text goes into the file as one-byte codes, given out in the order in which characters are met, so the codes
of a file depend on its text alone. A font takes 255 of them (all of Vietnamese is about 200); further ones
go into a second font of the same outlines. Every character has a code of its own and each font says which,
so searching and copying give back exactly what was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase.ttfonts import TTFError, TTFontFile

CODES_A_FONT = 255  # code 0 stays the glyph for "not there"
_BFCHARS_A_BLOCK = 100  # more are not allowed in one block of a CMap
_ESCAPED = {"(": "\\(", ")": "\\)", "\\": "\\\\", "\r": "\\r"}


class FontUnreadable(ValueError):
    """The file at `path` is not a TrueType font with outlines that can be embedded."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class Font:
    """A TrueType font read from a file. Raises FontUnreadable, and OSError when there is no such file."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.path.stat()
        try:
            self._file = TTFontFile(str(path))
        except TTFError as error:
            raise FontUnreadable(self.path, str(error)) from error
        self._widths = _Widths(self._file.charWidths, self._file.defaultWidth)

    @property
    def name(self) -> str:
        """The PostScript name, such as `NotoSans-Bold`."""
        name: bytes = self._file.name
        return name.decode("ascii", "replace")

    @property
    def cap_height(self) -> float:
        """Height of a capital letter in a font of size 1."""
        return float(self._file.capHeight) / 1000

    def measure(self, text: str) -> float:
        """The width of a text set at size 1."""
        return sum(map(self._widths.__getitem__, text)) / 1000

    def bearing(self, character: str) -> float:
        """The blank on the left of a character in a font of size 1, negative where it hangs over."""
        glyph = self._file.charToGlyph.get(ord(character), 0)
        return float(self._file.hmetrics[glyph][1]) / float(self._file.unitsPerEm)

    def has(self, character: str) -> bool:
        """Whether the font can draw this character."""
        return ord(character) in self._file.charToGlyph

    def glyph(self, character: str) -> int:
        """The number of the glyph of a character, 0 for one that the font lacks."""
        return int(self._file.charToGlyph.get(ord(character), 0))

    def table(self, name: str) -> bytes:
        """One table of the font's file, empty when it has none of that name."""
        return bytes(self._file.get_table(name)) if name in self._file.table else b""

    def width_of(self, codepoint: int) -> int:
        """The advance of a character in thousandths of the size."""
        return round(self._widths[chr(codepoint)])

    def descriptor(self) -> dict[str, int]:
        """The metrics that a PDF wants beside the outlines, in thousandths of the size."""
        file = self._file
        return {
            "Flags": 4,  # symbolic: the codes are our own
            "Ascent": round(file.ascent),
            "Descent": round(file.descent),
            "CapHeight": round(file.capHeight),
            "ItalicAngle": round(file.italicAngle),
            "StemV": round(file.stemV),
        }

    def box(self) -> list[int]:
        """The rectangle around all glyphs, in thousandths of the size."""
        return [round(side) for side in self._file.bbox]

    def subset(self, codepoints: list[int]) -> bytes:
        """A font file with these characters only, as codes 1, 2, 3 and so on."""
        file: bytes = self._file.makeSubset([0, *codepoints])
        return file


class _Widths(dict[str, float]):
    """Advances in thousandths of the size, by character."""

    def __init__(self, by_codepoint: dict[int, float], missing: float) -> None:
        super().__init__()
        self._by_codepoint = by_codepoint
        self._not_there = missing

    def __missing__(self, character: str) -> float:
        self[character] = width = self._by_codepoint.get(ord(character), self._not_there)
        return width


@dataclass(frozen=True)
class Fonts:
    """The two faces that everything printed is set in."""

    regular: Font
    bold: Font


class Subset(dict[int, str]):
    """What one file uses of a font: code point to code, escaped for a PDF string.

    Codes of the first embedded font are 1 to 255, those of the next 257 to 511, and so on.
    """

    def __init__(self, font: Font, resource: str) -> None:
        super().__init__()
        self.font = font
        self.resource = resource

    def __missing__(self, codepoint: int) -> str:
        chunk, place = divmod(len(self), CODES_A_FONT)
        code = chr(256 * chunk + place + 1)
        self[codepoint] = code = _ESCAPED.get(code, code)
        return code

    def select(self, size: float) -> bytes:
        """The operator that chooses the font at a size."""
        return f"{self.resource} {number(size)} Tf".encode("ascii")

    def show(self, text: str, size: float) -> bytes:
        """The operators that draw a text in the font chosen. It should be NFC: glyphs are not composed."""
        codes = text.translate(self)
        try:
            return b"(%b) Tj" % codes.encode("latin-1")
        except UnicodeEncodeError:
            return self._show_in_chunks(text, size)

    def chunks(self) -> Iterator[tuple[str, list[int]]]:
        """The resource name and the characters of each embedded font, code 1 first."""
        codepoints = list(self)
        for chunk, start in enumerate(range(0, len(codepoints), CODES_A_FONT)):
            yield self._chunk_resource(chunk), codepoints[start : start + CODES_A_FONT]

    def _show_in_chunks(self, text: str, size: float) -> bytes:
        parts = []
        for chunk, codes in groupby(map(self.__getitem__, map(ord, text)), lambda code: ord(code[0]) >> 8):
            literal = "".join(chr(ord(code) & 255) if chunk else code for code in codes)
            escaped = "".join(_ESCAPED.get(code, code) for code in literal) if chunk else literal
            name = self._chunk_resource(chunk)
            parts.append(f"{name} {number(size)} Tf ({escaped}) Tj".encode("latin-1"))
        return b" ".join([*parts, self.select(size)])

    def _chunk_resource(self, chunk: int) -> str:
        return f"{self.resource}.{chunk}" if chunk else self.resource


def to_unicode(codepoints: list[int]) -> bytes:
    """The CMap that gives a reader back the text written in codes 1, 2, 3 and so on."""
    entries = [
        f"<{code:02X}> <{chr(codepoint).encode('utf-16-be').hex().upper()}>"
        for code, codepoint in enumerate(codepoints, start=1)
    ]
    parts = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <00> <FF> endcodespacerange",
    ]
    for start in range(0, len(entries), _BFCHARS_A_BLOCK):
        block = entries[start : start + _BFCHARS_A_BLOCK]
        parts += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(parts).encode("ascii")


def number(value: float) -> str:
    """A number as short as a PDF may write it, to two decimals: 10 micrometres where the unit is one of them."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def fine_number(value: float) -> str:
    """A number to four decimals, for the few that are drawn larger than they are written."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
