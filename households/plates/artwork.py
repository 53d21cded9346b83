"""What plates share, as PDF operators in the design's millimetres: ground, border, patches, pictures, rules. Pure."""

from __future__ import annotations

from households.plates.design import POINT, Border, Box, Layout, PlateDesign, QrBox, Shape
from households.plates.placing import Placement, symbol_place
from households.plates.typesetting import colour
from mapping.printing import qr
from mapping.printing.fonts import Font, fine_number, number
from mapping.printing.pdf import PdfWriter

SLANT = "0.9397 0.342 -0.342 0.9397"
"""The matrix of a watermark that rises by 20 degrees."""

CURVE = 0.5523  # control points of a quarter circle by one Bézier curve


def below_the_texts(
    design: PlateDesign, layout: Layout, placement: Placement, writer: PdfWriter, proof_font: Font | None
) -> tuple[bytes, tuple[str, ...]]:
    """All that lies under the texts, and the images drawn in it; with the words of a proof where there is its font."""
    inked = placement.inked
    parts = [colour(design.ground), f"{_rectangle(inked)} re f\n".encode()]
    if proof_font is not None:
        parts.append(_watermark(design, placement, writer, proof_font))
    parts += [_border(design.border, placement.outer)] if design.border else []
    parts += [_shape(shape) for shape in design.shapes]
    parts += [_shape(one.patch) for one in design.qrs]
    images = []
    for picture in design.pictures:
        name = writer.image(picture.image)
        images.append(name)
        parts.append(_image(name, picture.box, picture.image.width / picture.image.height))
    for rule in layout.rules:
        line = " ".join(map(number, (rule.x, rule.y, rule.width, rule.thickness)))
        parts += [colour(rule.colour), f"{line} re f\n".encode()]
    return b"".join(parts), tuple(images)


def finders(design: PlateDesign, sizes: tuple[int, ...]) -> bytes:
    """The finder patterns of the symbols, one size for each."""
    parts = [colour(design.ink)]
    for one, size in zip(design.qrs, sizes, strict=True):
        parts += [_upside_down(one, size), qr.finder_path(size), b"f Q\n"]
    return b"".join(parts)


def scaled(across: float, up: float, x: float, y: float) -> bytes:
    """Opens with `q` a space of its own scale and origin."""
    return f"q {across:.5f} 0 0 {up:.5f} {x:.4f} {y:.4f} cm\n".encode()


def rounded(box: Box, radius: float) -> str:
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


def _upside_down(one: QrBox, size: int) -> bytes:
    module, left, top = symbol_place(one, size)
    return scaled(module, -module, left, top)


def _rectangle(box: Box) -> str:
    return " ".join(map(fine_number, (box.x, box.y, box.width, box.height)))


def _border(border: Border, outer: Box) -> bytes:
    """The line around the plate; its ends meet in the middle of its width."""
    inset = border.inset + border.width / 2
    box = Box(outer.x + inset, outer.y + inset, outer.width - 2 * inset, outer.height - 2 * inset)
    return colour(border.colour, stroke=True) + f"{number(border.width)} w {rounded(box, border.radius)} s\n".encode()


def _shape(shape: Shape) -> bytes:
    path = rounded(shape.box, shape.radius) if shape.radius else f"{_rectangle(shape.box)} re"
    return colour(shape.fill) + f"{path} f\n".encode()


def _image(name: str, box: Box, proportion: float) -> bytes:
    """A picture in the middle of its box, `proportion` times as wide as high."""
    width = min(box.width, box.height * proportion)
    height = width / proportion
    x, y = box.x + (box.width - width) / 2, box.y + (box.height - height) / 2
    return scaled(width, height, x, y) + f"{name} Do Q\n".encode()


def _watermark(design: PlateDesign, placement: Placement, writer: PdfWriter, bold: Font) -> bytes:
    """The words of a proof in slanted rows over the whole plate, kept off the patches by an even-odd clip."""
    mark, outer = design.watermark, placement.outer
    font = writer.font(bold)
    size = mark.size * POINT
    words = font.show(mark.text, size)
    repeat = bold.measure(mark.text) * size + 2 * size
    clip = " re ".join(_rectangle(box) for box in (placement.inked, *[one.patch.box for one in design.qrs]))
    rows = [
        f"q {clip} re W* n\n".encode(),
        colour(mark.colour),
        f"{SLANT} {number(outer.x)} {number(outer.y)} cm BT ".encode() + font.select(size) + b"\n",
    ]
    reach = outer.width + outer.height  # covers the plate at any slant
    for row in range(-round(reach / mark.step), round(reach / mark.step)):
        y = (row + 0.5) * mark.step
        if not -outer.width * 0.5 < y < outer.height:
            continue
        for column in range(-1, round(reach / repeat) + 1):
            x = (column + row % 2 / 2) * repeat
            rows.append(f"1 0 0 1 {number(x)} {number(y)} Tm ".encode() + words + b"\n")
    rows.append(b"ET Q\n")
    return b"".join(rows)
