"""The texts of a plate set into their boxes, as PDF operators in millimetres of the plate.

What is drawn here goes between `BT` and `ET`.
"""

import unicodedata

from households.plates.design import POINT, Box, Colour, Field, Label, Style
from mapping.printing.fonts import Font, Fonts, Subset, number
from mapping.printing.pdf import PdfWriter
from mapping.printing.text_fit import Fitted, Limits, fit
from mapping.text import nfc

STEPS = (1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
"""How far the texts of a field shrink together before they are pressed into the height that there is."""

CACHED_FIELDS = 4096
"""Fields kept set: neighbours share alley, village, commune and host."""

ALIGNMENTS = {"left": 0.0, "centre": 0.5, "right": 1.0}
ANCHORS = {"top": 0.0, "middle": 0.5, "bottom": 1.0}
"""The share of the spare room that comes before a line, or above a block."""

Block = list[tuple[Style, Fitted]]
"""Texts below one another, top first."""


class NotInFont(ValueError):
    """The font has no glyph for a character, nor for what it is a form of."""

    def __init__(self, character: str, font: Font) -> None:
        super().__init__(f"U+{ord(character):04X} is not in {font.name}")
        self.character = character
        self.font = font


class Typesetter:
    """Sets texts for one file, whose fonts collect the letters used. Raises NotInFont.

    What did not fit waits in `too_long`, source and text, until the caller takes it out; no text may be smaller than
    `floor` millimetres.
    """

    def __init__(self, writer: PdfWriter, fonts: Fonts, floor: float = 0) -> None:
        self._writer = writer
        self._fonts = fonts
        self._floor = floor
        self.too_long: list[tuple[str, str]] = []
        # By the identity of a field, which its design keeps alive: a field's own hash walks all its styles.
        self._drawn: dict[tuple[int, tuple[str, ...]], tuple[bytes, list[tuple[str, str]]]] = {}
        self._lines: dict[int, _Line] = {}
        self._repertoires = {font: _Repertoire(font) for font in {fonts.regular, fonts.bold}}

    def field(self, field: Field, texts: tuple[str, ...]) -> bytes:
        """The operators that draw one text for each part of the field; blank ones take no room."""
        if len(texts) == 1:
            line = self._lines.get(id(field)) or self._lines.setdefault(id(field), self._line(field))
            if (at_once := line.draw(texts[0])) is not None:
                return at_once
        key = (id(field), texts)
        kept = self._drawn.get(key)
        if kept is None:
            if len(self._drawn) >= CACHED_FIELDS:
                self._drawn.clear()
            drawable = tuple(
                self._repertoires[self._font(part.style)].drawable(nfc(text))
                for part, text in zip(field.parts, texts, strict=True)
            )
            block = set_block(self._fonts, field, drawable)
            drawn = self._draw(field.box, block, field.gap, field.anchor)
            kept = self._drawn[key] = (drawn, too_long(field, drawable, block, self._floor))
        drawn, overflows = kept
        if overflows:
            self.too_long += overflows
        return drawn

    def label(self, label: Label) -> bytes:
        """The operators that draw a label."""
        fitted = _fit(self._fonts, label.text, label.style, label.box)
        return self._draw(label.box, [(label.style, fitted)], 0, "middle")

    def _line(self, field: Field) -> "_Line":
        style = field.parts[0].style
        font = self._font(style)
        return _Line(self._writer.font(font), self._repertoires[font], style, field, self._floor)

    def _font(self, style: Style) -> Font:
        return self._fonts.bold if style.bold else self._fonts.regular

    def _draw(self, box: Box, block: Block, gap: float, anchor: str) -> bytes:
        height = sum(fitted.height for _, fitted in block) + gap * max(0, len(block) - 1)
        top = box.y + box.height - ANCHORS[anchor] * (box.height - height)
        drawn = []
        for style, fitted in block:
            font = self._font(style)
            subset = self._writer.font(font)
            condensed = fitted.stretch != 1
            drawn.append(b"%b%b\n" % (colour(style.colour), subset.select(fitted.size)))
            if condensed:
                drawn.append(f"{number(100 * fitted.stretch)} Tz\n".encode())
            for text in fitted.lines:
                x = _start(text, font, fitted.size * fitted.stretch, box, style)
                y = _baseline(top, fitted.size, style, font)
                drawn.append(b"1 0 0 1 %b %b Tm " % (number(x).encode(), number(y).encode()))
                drawn.append(subset.show(text, fitted.size) + b"\n")
                top -= fitted.leading * fitted.size
            if condensed:
                drawn.append(b"100 Tz\n")
            top -= gap
        return b"".join(drawn)


class _Repertoire:
    """The characters met so far that a font can draw."""

    def __init__(self, font: Font) -> None:
        self._font = font
        self._drawable: set[str] = set()

    def drawable(self, text: str) -> str:
        """The NFC text with plain characters for such forms of them as the font lacks: １ becomes 1."""
        if self._drawable.issuperset(text):
            return text
        text = nfc("".join(map(self._plain, text)))
        for character in set(text) - self._drawable:
            if not self._font.has(character) and not character.isspace():  # white space only parts words
                raise NotInFont(character, self._font)
            self._drawable.add(character)
        return text

    def _plain(self, character: str) -> str:
        if self._font.has(character) or character.isspace():
            return character
        if unicodedata.category(character) in {"Cc", "Cf"} or "\ufe00" <= character <= "\ufe0f":  # never seen
            return ""
        return unicodedata.normalize("NFKC", character)


class _Line:
    """A field of one text, drawn without further ado where it fits on a line that it may have.

    Most texts that differ from plate to plate (token, codes, number) are such; the result is the same as
    that of the long way.
    """

    def __init__(self, subset: Subset, repertoire: _Repertoire, style: Style, field: Field, floor: float) -> None:
        self._subset = subset
        self._font = subset.font
        self._repertoire = repertoire
        self._style = style
        self._field = field
        limits = style.limits
        self._largest = min(limits.largest * POINT, field.box.height / limits.leading)
        # Below this there may be another way: more lines, narrower letters.
        self._smallest = max(limits.smallest * POINT, limits.comfortable * POINT if limits.lines > 1 else 0, floor)
        self._colour = colour(style.colour)
        self._at_largest = self._set(self._largest)

    def draw(self, text: str) -> bytes | None:
        """The operators, or None where the text has to go the long way."""
        if not (text.isascii() and text.isprintable()):  # as most are, and any font has these
            text = " ".join(self._repertoire.drawable(nfc(text)).split())
        elif " " in text:
            text = " ".join(text.split())
        if not text:
            return None
        box, style, size = self._field.box, self._style, self._largest
        wide = self._font.measure(text)
        before, after_x = self._at_largest
        if wide * size > box.width:
            size = box.width / wide
            if size < self._smallest:
                return None
            before, after_x = self._set(size)
        if style.hang or style.align == "left":
            x = _start(text, self._font, size, box, style)
        else:
            x = box.x + ALIGNMENTS[style.align] * (box.width - wide * size)
        return b"%b%b%b%b\n" % (before, number(x).encode(), after_x, self._subset.show(text, size))

    def _set(self, size: float) -> tuple[bytes, bytes]:
        """What comes before and after where a line of this size begins."""
        box = self._field.box
        height = size * self._style.limits.leading
        top = box.y + box.height - ANCHORS[self._field.anchor] * (box.height - height)
        baseline = number(_baseline(top, size, self._style, self._font))
        return b"%b%b\n1 0 0 1 " % (self._colour, self._subset.select(size)), f" {baseline} Tm ".encode()


def _start(text: str, font: Font, size: float, box: Box, style: Style) -> float:
    """Where a line begins; `size` is the horizontal one."""
    if style.hang and text:
        return box.x - font.bearing(text[0]) * size
    if style.align == "left":
        return box.x
    return box.x + ALIGNMENTS[style.align] * (box.width - font.measure(text) * size)


def _baseline(top: float, size: float, style: Style, font: Font) -> float:
    """The baseline of a line whose upper edge is `top`: capitals stand in the middle of their line."""
    return top - (style.limits.leading + font.cap_height) / 2 * size


def too_long(field: Field, texts: tuple[str, ...], block: Block, floor: float) -> list[tuple[str, str]]:
    """Source and text of each part of a field that was cut short, or set smaller than it may be."""
    shown = [(part.source, text) for part, text in zip(field.parts, texts, strict=True) if text.strip()]
    return [said for said, (style, fitted) in zip(shown, block, strict=True) if not fits(fitted, style, floor)]


def label_fits(fonts: Fonts, label: Label) -> bool:
    """Whether the words of a label fit its box at a size that the design allows. Raises NotInFont."""
    style = label.style
    font = fonts.bold if style.bold else fonts.regular
    return fits(_fit(fonts, _Repertoire(font).drawable(label.text), style, label.box), style)


def fits(fitted: Fitted, style: Style, floor: float = 0) -> bool:
    """Whether a text was set whole, no smaller than its style and a `floor` in millimetres allow."""
    return fitted.whole and fitted.size >= max(style.limits.smallest * POINT, floor) * (1 - 1e-6)


def set_block(fonts: Fonts, field: Field, texts: tuple[str, ...]) -> Block:
    """The texts of a field in sizes at which all of them fit its box together."""
    parts = [(part.style, text) for part, text in zip(field.parts, texts, strict=True) if text.strip()]
    room = field.box.height - field.gap * max(0, len(parts) - 1)
    block: Block = []
    for step in STEPS:
        block = [(style, _fit(fonts, text, style, field.box, step)) for style, text in parts]
        total = sum(fitted.height for _, fitted in block)
        if total <= room:
            return block
    return [
        (style, _fit(fonts, text, style, field.box, STEPS[-1], fitted.height * room / total))
        for (style, text), (_, fitted) in zip(parts, block, strict=True)
    ]


def _fit(fonts: Fonts, text: str, style: Style, box: Box, step: float = 1, height: float | None = None) -> Fitted:
    """One text in the width of a box, its sizes times `step`, millimetres."""
    font = fonts.bold if style.bold else fonts.regular
    limits = style.limits
    scaled = Limits(
        largest=limits.largest * POINT * step,
        smallest=min(limits.smallest, limits.largest * step) * POINT,
        comfortable=limits.comfortable * POINT * step,
        lines=limits.lines,
        leading=limits.leading,
        narrowest=limits.narrowest,
        breaks=limits.breaks,
    )
    return fit(text, font.measure, box.width, box.height if height is None else height, scaled)


def colour(value: Colour, *, stroke: bool = False) -> bytes:
    """The operator that fills, or draws lines, with a colour."""
    red, green, blue = value
    if red == green == blue:
        return f"{number(red)} {'G' if stroke else 'g'}\n".encode()
    return f"{number(red)} {number(green)} {number(blue)} {'RG' if stroke else 'rg'}\n".encode()
