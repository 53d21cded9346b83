"""Lines, boxes, texts and symbols of a page as PDF operators, in millimetres from its lower left corner.

Alley boards, papers of the commune, soil cards and map sheets are drawn with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from mapping.printing import qr
from mapping.printing.flow import POINT, drawable
from mapping.printing.fonts import Fonts, number
from mapping.printing.pdf import MM, PdfWriter
from mapping.printing.text_fit import Limits, fit

_CURVE = 0.5523  # control points of a quarter circle by one Bézier curve

Place = tuple[float, float]

Colour = tuple[float, float, float]
"""Red, green, blue from 0 to 1."""


class Pen:
    """Collects one page after the other; sizes of texts are points, everything else millimetres."""

    def __init__(self, writer: PdfWriter, fonts: Fonts) -> None:
        self._writer = writer
        self._fonts = fonts
        self._parts: list[bytes] = []

    def end_page(self, width: float, height: float) -> None:
        """Write the page that was drawn."""
        scale = f"q {MM:.6f} 0 0 {MM:.6f} 0 0 cm 1 j 1 J\n".encode()
        self._writer.page((scale, *self._parts, b"Q\n"), width * MM, height * MM)
        self._parts = []

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a text is."""
        font = self._fonts.bold if bold else self._fonts.regular
        return font.measure(drawable(text, font)) * size * POINT

    def text(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = (0, 0, 0),
        align: float = 0.0,
        angle: float = 0.0,
        halo: float = 0.0,
    ) -> None:
        """A line whose capitals are centred on `y`; `align` is the share of it left of `x`, `angle` in radians.

        `halo` is how far white reaches around its letters, where it stands on a map.
        """
        font = self._fonts.bold if bold else self._fonts.regular
        text = drawable(text, font)
        subset = self._writer.font(font)
        along, up = -align * font.measure(text) * size * POINT, -font.cap_height / 2 * size * POINT
        cos, sin = math.cos(angle), math.sin(angle)
        x, y = x + along * cos - up * sin, y + along * sin + up * cos
        turned = f"{cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {number(x)} {number(y)} Tm".encode()
        shown = subset.show(text, size * POINT)
        if halo:
            around = b"q 1 1 1 RG %b w 1 Tr BT %b %b %b ET Q\n"
            self._parts.append(around % (number(2 * halo).encode(), subset.select(size * POINT), turned, shown))
        self._parts.append(b"BT %b %b %b %b ET\n" % (_fill(colour), subset.select(size * POINT), turned, shown))

    def fitted(
        self,
        text: str,
        x: float,
        bottom: float,
        width: float,
        height: float,
        *,
        largest: float,
        smallest: float,
        bold: bool = False,
        colour: Colour = (0, 0, 0),
    ) -> None:
        """One line as large as the box allows; what is too long even when small is pressed, then cut short."""
        font = self._fonts.bold if bold else self._fonts.regular
        limits = Limits(largest * POINT, smallest * POINT, smallest * POINT, leading=1.0)
        fitted = fit(drawable(text, font), font.measure, width, height, limits)
        if fitted.stretch != 1:
            self._parts.append(f"{number(100 * fitted.stretch)} Tz\n".encode())
        self.text(fitted.lines[0], x, bottom + height / 2, fitted.size / POINT, bold=bold, colour=colour)
        if fitted.stretch != 1:
            self._parts.append(b"100 Tz\n")

    def box(
        self,
        left: float,
        bottom: float,
        width: float,
        height: float,
        *,
        fill: Colour | None = None,
        line: Colour | None = None,
        thickness: float = 0.2,
        radius: float = 0.0,
    ) -> None:
        """A rectangle, filled or outlined, perhaps with round corners."""
        parts = [_fill(fill)] if fill is not None else []
        if line is not None:
            parts += [_line(line), f"{number(thickness)} w".encode()]
        parts.append(_rounded(left, bottom, width, height, radius))
        parts.append(b"B" if fill is not None and line is not None else b"f" if fill is not None else b"S")
        self._parts.append(b" ".join(parts) + b"\n")

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A filled circle."""
        self.box(x - radius, y - radius, 2 * radius, 2 * radius, fill=fill, radius=radius)

    def path(self, places: Sequence[Place], colour: Colour, thickness: float) -> None:
        """A line through the places, with round ends."""
        (x, y), *rest = places
        steps = [f"{number(x)} {number(y)} m", *(f"{number(px)} {number(py)} l" for px, py in rest)]
        self._parts.append(b"%b %b w %b S\n" % (_line(colour), number(thickness).encode(), " ".join(steps).encode()))

    def shape(self, places: Sequence[Place], colour: Colour, *, hollow: bool = False) -> None:
        """A polygon, filled or in outline."""
        (x, y), *rest = places
        steps = " ".join([f"{number(x)} {number(y)} m", *(f"{number(px)} {number(py)} l" for px, py in rest)])
        self._parts.append(
            b"%b %b 0.25 w %b %b\n" % (_fill(colour), _line(colour), steps.encode(), b"s" if hollow else b"b")
        )

    def rings(
        self,
        rings: Sequence[Sequence[Place]],
        *,
        fill: Colour | None = None,
        line: Colour | None = None,
        thickness: float = 0.2,
        dashes: Sequence[float] = (),
    ) -> None:
        """Closed rings, those inside another being its holes; filled, outlined, the outline perhaps dashed."""
        steps = [
            f"{number(x)} {number(y)} {'l' if place else 'm'}" + (" h" if place == len(ring) - 1 else "")
            for ring in rings
            for place, (x, y) in enumerate(ring)
        ]
        if not steps:
            return
        parts = ["q", f"[{' '.join(map(number, dashes))}] 0 d"] if dashes else ["q"]
        if fill is not None:
            parts.append(_fill(fill).decode())
        if line is not None:
            parts += [_line(line).decode(), f"{number(thickness)} w"]
        paint = "B*" if fill is not None and line is not None else "f*" if fill is not None else "S"
        self._parts.append(" ".join([*parts, *steps, paint, "Q\n"]).encode())

    def symbol(self, symbol: qr.Symbol, left: float, bottom: float, side: float) -> None:
        """A QR symbol with its quiet zone on a white square."""
        self.box(left, bottom, side, side, fill=(1, 1, 1))
        module = side / (symbol.size + 2 * qr.QUIET_ZONE)
        x, y = left + qr.QUIET_ZONE * module, bottom + side - qr.QUIET_ZONE * module
        self._parts.append(f"q 0 g {module:.5f} 0 0 {-module:.5f} {x:.4f} {y:.4f} cm\n".encode())
        self._parts.append(qr.finder_path(symbol.size) + qr.paths([symbol])[0] + b"f Q\n")

    def clip(self, left: float, bottom: float, width: float, height: float) -> None:
        """Draw only inside this box until `unclip`."""
        self._parts.append(b"q " + _rounded(left, bottom, width, height, 0) + b" W n\n")

    def move(self, x: float, y: float) -> None:
        """Draw from this point on as if it were the lower left corner, until `unclip`."""
        self._parts.append(f"q 1 0 0 1 {number(x)} {number(y)} cm\n".encode())

    def unclip(self) -> None:
        """End the last `clip` or `move`."""
        self._parts.append(b"Q\n")


def _rounded(left: float, bottom: float, width: float, height: float, radius: float) -> bytes:
    if radius <= 0:
        return " ".join([*map(number, (left, bottom, width, height)), "re"]).encode()
    right, top, bend = left + width, bottom + height, radius * (1 - _CURVE)
    steps = (
        (left + radius, bottom), (right - radius, bottom),
        (right - bend, bottom, right, bottom + bend, right, bottom + radius), (right, top - radius),
        (right, top - bend, right - bend, top, right - radius, top), (left + radius, top),
        (left + bend, top, left, top - bend, left, top - radius), (left, bottom + radius),
        (left, bottom + bend, left + bend, bottom, left + radius, bottom),
    )  # fmt: skip
    drawn = [
        " ".join(map(number, step)) + (" m" if place == 0 else " l" if len(step) == 2 else " c")
        for place, step in enumerate(steps)
    ]
    return (" ".join(drawn) + " h").encode()


def _fill(colour: Colour) -> bytes:
    return " ".join([*(f"{part:.3f}" for part in colour), "rg"]).encode()


def _line(colour: Colour) -> bytes:
    return " ".join([*(f"{part:.3f}" for part in colour), "RG"]).encode()
