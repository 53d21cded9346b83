"""Text that flows down A4 pages: paragraphs, pairs of label and value, headings. Millimetres; sizes in points.

What a letter and a person's own data are set with. Text is NFC; a character that the font lacks is drawn by its plain
form, or as a question mark where it has none.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from mapping.printing.fonts import Font, Fonts, number
from mapping.printing.pdf import MM, PdfWriter
from mapping.text import nfc

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
POINT: Final = 1 / MM
LEADING: Final = 1.32
_LABEL_WIDTH: Final = 52.0


class Flow:
    """Sets text from `top` (from the upper edge) down to `bottom`, and goes on to a new page where `breaks` allows it.

    `y` is how far down the next line begins, from the upper edge. Call `end` after the last line of a page.
    """

    def __init__(
        self,
        writer: PdfWriter,
        fonts: Fonts,
        *,
        left: float = 20,
        right: float = 20,
        top: float = 20,
        bottom: float = 20,
    ) -> None:
        self.writer = writer
        self.fonts = fonts
        self.left, self.width = left, PAGE_WIDTH - left - right
        self.top, self.lowest = top, PAGE_HEIGHT - bottom
        self.y = top
        self._parts: list[bytes] = []

    def draw(self, content: bytes) -> None:
        """Put operators of the caller's on this page, in points."""
        self._parts.append(content)

    def paragraph(
        self,
        text: str,
        *,
        size: float = 11,
        bold: bool = False,
        after: float = 2.2,
        indent: float = 0,
        mark: str = "",
        width: float | None = None,
    ) -> None:
        """Wrap a text into lines; `mark` stands before the first one, within the indent."""
        font = self.fonts.bold if bold else self.fonts.regular
        for place, line in enumerate(wrap(text, font, size, (width or self.width) - indent)):
            self._make_room(size)
            if mark and place == 0:
                self._line(mark, self.fonts.regular, size, self.left)
            self._line(line, font, size, self.left + indent)
            self.y += size * POINT * LEADING
        self.y += after

    def pair(self, label: str, value: str, *, size: float = 11, after: float = 1.6) -> None:
        """A label on the left and what belongs to it on the right."""
        lines = wrap(value, self.fonts.bold, size, self.width - _LABEL_WIDTH) or [""]
        labels = wrap(label, self.fonts.regular, size, _LABEL_WIDTH - 4)
        for place in range(max(len(lines), len(labels))):
            self._make_room(size)
            if place < len(labels):
                self._line(labels[place], self.fonts.regular, size, self.left)
            if place < len(lines):
                self._line(lines[place], self.fonts.bold, size, self.left + _LABEL_WIDTH)
            self.y += size * POINT * LEADING
        self.y += after

    def line_at(self, text: str, x: float, y: float, *, size: float = 11, bold: bool = False) -> None:
        """One line with its upper edge `y` below the page's upper edge, wherever the flow is."""
        before, self.y = self.y, y
        self._line(text, self.fonts.bold if bold else self.fonts.regular, size, x)
        self.y = before

    def rule(self, y: float, x: float, width: float, *, thickness: float = 0.2) -> None:
        """A thin horizontal line."""
        box = " ".join(number(value * MM) for value in (x, PAGE_HEIGHT - y, width, thickness))
        self.draw(f"0 g {box} re f\n".encode())

    def end(self) -> None:
        """Write the page and begin the next one."""
        self.writer.page((b"".join(self._parts),), PAGE_WIDTH * MM, PAGE_HEIGHT * MM)
        self._parts, self.y = [], self.top

    def _make_room(self, size: float) -> None:
        if self.y + size * POINT * LEADING > self.lowest:
            self.end()

    def _line(self, text: str, font: Font, size: float, x: float) -> None:
        subset = self.writer.font(font)
        # Capitals stand in the middle of their line.
        baseline = PAGE_HEIGHT - self.y - (LEADING + font.cap_height) / 2 * size * POINT
        place = f"1 0 0 1 {number(x * MM)} {number(baseline * MM)} Tm".encode()
        shown = subset.show(drawable(text, font), size)
        self._parts.append(b"0 g BT %b %b %b ET\n" % (subset.select(size), place, shown))


def drawable(text: str, font: Font) -> str:
    """The text in NFC with what the font can draw."""
    text = nfc(text)
    return "".join(letter if font.has(letter) else _plain(letter, font) for letter in text)


def _plain(letter: str, font: Font) -> str:
    if letter.isspace():
        return " "
    if unicodedata.category(letter) in {"Cc", "Cf"}:
        return ""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if all(map(font.has, plain)) else "?"


def wrap(text: str, font: Font, size: float, width: float) -> list[str]:
    """Lines no wider than `width` millimetres; a word that is wider is cut."""
    room = width * MM / size
    lines: list[str] = []
    line = ""
    for word in drawable(text, font).split():
        while font.measure(word) > room:
            fits = next(end for end in range(len(word) - 1, 0, -1) if end == 1 or font.measure(word[:end]) <= room)
            lines += [line] if line else []
            lines.append(word[:fits])
            line, word = "", word[fits:]
        longer = f"{line} {word}" if line else word
        if font.measure(longer) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines
