"""The texts of a plate set into their boxes, as PDF operators in millimetres of the plate."""

from functools import lru_cache

from households.plates.design import POINT, Box, Colour, Field, Label, Style
from mapping.printing.fonts import Fonts
from mapping.printing.pdf import PdfWriter, number
from mapping.printing.text_fit import Fitted, Limits, fit

STEPS = (1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
"""How far the texts of a field shrink together before they are pressed into the height that there is."""

CACHED_FIELDS = 4096
"""Fields kept set: neighbours share alley, village, commune and host."""

Block = list[tuple[Style, Fitted]]
"""Texts below one another, top first."""


class Typesetter:
    """Sets texts for one file, whose fonts collect the letters used."""

    def __init__(self, writer: PdfWriter, fonts: Fonts) -> None:
        self._writer = writer
        self._fonts = fonts
        self._set = lru_cache(maxsize=CACHED_FIELDS)(self._set_field)

    def field(self, field: Field, texts: tuple[str, ...]) -> bytes:
        """The operators that draw one text for each part of the field; blank ones take no room."""
        return self._set(id(field), field, texts)

    def label(self, label: Label) -> bytes:
        """The operators that draw a label."""
        fitted = _fit(self._fonts, label.text, label.style, label.box)
        return self._draw(label.box, [(label.style, fitted)], 0, "middle")

    def _set_field(self, _key: int, field: Field, texts: tuple[str, ...]) -> bytes:
        return self._draw(field.box, set_block(self._fonts, field, texts), field.gap, field.anchor)

    def _draw(self, box: Box, block: Block, gap: float, anchor: str) -> bytes:
        height = sum(fitted.height for _, fitted in block) + gap * max(0, len(block) - 1)
        slack = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[anchor] * (box.height - height)
        top = box.y + box.height - slack
        drawn = [b"BT\n"]
        for style, fitted in block:
            font = self._fonts.bold if style.bold else self._fonts.regular
            subset = self._writer.font(font)
            drawn.append(colour(style.colour))
            drawn.append(f"{subset.resource} {number(fitted.size)} Tf\n".encode())
            if fitted.stretch != 1:
                drawn.append(f"{number(100 * fitted.stretch)} Tz\n".encode())
            for line in fitted.lines:
                # Capitals stand in the middle of their line.
                baseline = top - (fitted.leading + font.cap_height) / 2 * fitted.size
                top -= fitted.leading * fitted.size
                spare = box.width - font.measure(line) * fitted.size * fitted.stretch
                x = box.x + {"left": 0.0, "centre": 0.5, "right": 1.0}[style.align] * spare
                if style.align == "left" and line:
                    # Lines of all sizes start on one edge: the blank before the first letter is taken off.
                    x -= font.bearing(line[0]) * fitted.size * fitted.stretch
                drawn.append(f"1 0 0 1 {number(x)} {number(baseline)} Tm ".encode())
                drawn.append(subset.literal(line) + b" Tj\n")
            if fitted.stretch != 1:
                drawn.append(b"100 Tz\n")
            top -= gap
        drawn.append(b"ET\n")
        return b"".join(drawn)


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


def _fit(
    fonts: Fonts, text: str, style: Style, box: Box, step: float = 1, height: float | None = None
) -> Fitted:
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


def colour(value: Colour) -> bytes:
    """The operator that fills with a colour."""
    red, green, blue = value
    if red == green == blue:
        return f"{number(red)} g\n".encode()
    return f"{number(red)} {number(green)} {number(blue)} rg\n".encode()
