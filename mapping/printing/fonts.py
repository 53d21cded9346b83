"""TrueType fonts for a PDF: widths to measure with, and the subset of glyphs that a file ends up with.

Text goes into the file as two-byte codes (Type 0, Identity-H), given out in the order in which characters
are met: the codes of a file depend on its text alone, any number of letters fits one font, and because
every character has a code of its own, searching and copying give back exactly what was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfbase.ttfonts import TTFError, TTFontFile

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
        self._widths: dict[int, float] = self._file.charWidths
        self._missing_width: float = self._file.defaultWidth

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
        widths, missing = self._widths, self._missing_width
        return sum([widths.get(ord(character), missing) for character in text]) / 1000

    def bearing(self, character: str) -> float:
        """The blank on the left of a character in a font of size 1, negative where it hangs over."""
        glyph = self._file.charToGlyph.get(ord(character), 0)
        return float(self._file.hmetrics[glyph][1]) / float(self._file.unitsPerEm)

    def has(self, character: str) -> bool:
        """Whether the font can draw this character."""
        return ord(character) in self._file.charToGlyph

    def width_of(self, codepoint: int) -> int:
        """The advance of a character in thousandths of the size."""
        return round(self._widths.get(codepoint, self._missing_width))

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

    def subset(self, codepoints: list[int]) -> tuple[bytes, list[int]]:
        """A font file with these characters only, and the glyph number of each in it."""
        # makeSubset numbers glyphs as it meets them; characters drawn by one glyph share its number.
        numbers = {0: 0}
        glyphs = [
            numbers.setdefault(self._file.charToGlyph.get(codepoint, 0), len(numbers))
            for codepoint in codepoints
        ]
        return self._file.makeSubset(codepoints), glyphs


@dataclass(frozen=True)
class Fonts:
    """The two faces that everything printed is set in."""

    regular: Font
    bold: Font


class Subset(dict[int, str]):
    """What one file uses of a font: code point to its two-byte code, escaped for a PDF string."""

    def __init__(self, font: Font, resource: str) -> None:
        super().__init__()
        self.font = font
        self.resource = resource

    def __missing__(self, codepoint: int) -> str:
        high, low = divmod(len(self) + 1, 256)  # code 0 stays the glyph for "not there"
        self[codepoint] = code = "".join(_ESCAPED.get(chr(byte), chr(byte)) for byte in (high, low))
        return code

    def literal(self, text: str) -> bytes:
        """The text as a PDF string with its parentheses. It should be NFC: glyphs are not composed."""
        return b"(%b)" % text.translate(self).encode("latin-1")

    def width_array(self) -> str:
        """The widths of the codes from 1 on."""
        return " ".join(str(self.font.width_of(codepoint)) for codepoint in self)

    def to_unicode(self) -> bytes:
        """The CMap that gives a reader the text back."""
        parts = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *self._bfchar_blocks(),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
        return "\n".join(parts).encode("ascii")

    def _bfchar_blocks(self) -> Iterator[str]:
        entries = [
            f"<{code:04X}> <{chr(codepoint).encode('utf-16-be').hex().upper()}>"
            for code, codepoint in enumerate(self, start=1)
        ]
        for start in range(0, len(entries), _BFCHARS_A_BLOCK):
            block = entries[start : start + _BFCHARS_A_BLOCK]
            yield "\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"])
