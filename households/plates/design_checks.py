"""Why a design cannot be printed although its JSON is right: symbols that no phone reads, boxes off the plate.

What is measured is said with its number. Lengths are millimetres of the design, unless a sentence says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from households.plates import longest, typesetting
from households.plates.contrast import contrast, reflectance
from households.plates.design import POINT, Box, Colour, Label, Layout, PlateDesign, QrBox, Shape, Style
from households.plates.placing import SMALLEST_TYPE, place, symbol_place
from mapping.json_places import Path
from mapping.printing import qr
from mapping.printing.fonts import Fonts
from mapping.printing.sheet import Sheet
from mapping.wording import decimal, number
from mapping.wording import gettext as _

WHITEST: Final = 0.85
"""The least reflectance of what lies under a symbol: white paper and a little grey."""
SYMBOL_CONTRAST: Final = 0.70
"""The least difference of reflectance between ground and ink of a symbol: the best grade of ISO/IEC 15415."""
TEXT_CONTRAST: Final = 3.0
"""The least contrast between letters and their ground, as WCAG measures it, for large type."""
SLACK: Final = 0.005

Found = tuple[Path, str]


@dataclass(frozen=True)
class Circumstances:
    """Where a design is to be printed. Without a sheet at its own size, without a host for the shortest address."""

    host: str = ""
    sheet: Sheet | None = None
    fonts: Fonts | None = None


def check(design: PlateDesign, circumstances: Circumstances) -> Iterator[Found]:
    """Yield what is wrong, part by part."""
    scale = place(design, circumstances.sheet).scale if circumstances.sheet else 1.0
    for index, one in enumerate(design.qrs):
        path: Path = ("qr", index)
        yield from _ground(design, one, path)
        yield from _room(design, index, path)
        yield from _modules(design, one, (*path, "square"), scale, circumstances)
    for index, shape in enumerate(design.shapes):
        yield from _inside(shape.box, Box(0, 0, design.width, design.height), ("shapes", index, "box"))
    for index, picture in enumerate(design.pictures):
        yield from _inside(picture.box, _ground_box(design), ("images", index, "box"))
    for name, layout in _layouts(design):
        yield from _texts(design, name, layout, scale, circumstances.fonts)


def _layouts(design: PlateDesign) -> list[tuple[str, Layout]]:
    if design.unnumbered is design.numbered:
        return [("numbered", design.numbered)]
    return [("numbered", design.numbered), ("unnumbered", design.unnumbered)]


def _ground_box(design: PlateDesign) -> Box:
    """The plate within its border."""
    edge = design.border.inset + design.border.width if design.border else 0.0
    return Box(edge, edge, design.width - 2 * edge, design.height - 2 * edge)


def _inside(box: Box, ground: Box, path: Path) -> Iterator[Found]:
    over = max(
        ground.x - box.x,
        ground.y - box.y,
        box.x + box.width - ground.x - ground.width,
        box.y + box.height - ground.y - ground.height,
    )
    if over > SLACK:
        yield path, _("Ô này vượt ra ngoài phần in của biển %(over)s mm.") % {"over": decimal(over)}


def _overlap(one: Box, other: Box) -> float:
    """How far two boxes reach into one another, the shorter way."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    up = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return min(across, up)


def _ground(design: PlateDesign, one: QrBox, path: Path) -> Iterator[Found]:
    """A symbol is dark, on a white patch that reaches past its quiet zone."""
    under, ink = reflectance(one.patch.fill), reflectance(design.ink)
    if under < WHITEST:
        yield (
            (*path, "patch"),
            _("Nền dưới mã QR chỉ phản xạ %(measured).0f %% ánh sáng, cần ít nhất %(needed).0f %%; hãy để nền trắng.")
            % {"measured": 100 * under, "needed": 100 * WHITEST},
        )
    elif under - ink < SYMBOL_CONTRAST:
        yield (
            ("ink",),
            _("Mã QR phải sẫm trên nền trắng: độ tương phản chỉ %(measured).0f %%, cần ít nhất %(needed).0f %%.")
            % {"measured": 100 * (under - ink), "needed": 100 * SYMBOL_CONTRAST},
        )
    if not _holds(one.patch, one.box):
        yield (
            (*path, "patch"),
            _("Miếng nền trắng phải phủ hết ô mã QR, kể cả bốn góc; hãy nới miếng nền hoặc giảm độ bo góc."),
        )
    yield from _inside(one.patch.box, _ground_box(design), (*path, "patch"))


def _holds(patch: Shape, box: Box) -> bool:
    """Whether a box lies on a patch, clear of its round corners."""
    left, bottom = box.x - patch.box.x, box.y - patch.box.y
    right = patch.box.x + patch.box.width - box.x - box.width
    top = patch.box.y + patch.box.height - box.y - box.height
    if min(left, bottom, right, top) < -SLACK:
        return False
    for across in (left, right):
        for up in (bottom, top):
            x, y = max(0.0, patch.radius - across), max(0.0, patch.radius - up)
            if x * x + y * y > (patch.radius + SLACK) ** 2:
                return False
    return True


def _room(design: PlateDesign, index: int, path: Path) -> Iterator[Found]:
    """Nothing reaches into the square of a symbol, whose outer four modules are its quiet zone."""
    box = design.qrs[index].box
    others: list[tuple[str, Box]] = [
        (f"qr[{place}]", other.box) for place, other in enumerate(design.qrs) if place != index
    ]
    others += [(f"qr[{place}].patch", other.patch.box) for place, other in enumerate(design.qrs) if place != index]
    others += [(f"images[{place}]", picture.box) for place, picture in enumerate(design.pictures)]
    for name, layout in _layouts(design):
        others += [(f"{name}.labels[{place}]", label.box) for place, label in enumerate(layout.labels)]
        others += [(f"{name}.fields[{place}]", field.box) for place, field in enumerate(layout.written)]
        others += [
            (f"{name}.rules[{place}]", Box(rule.x, rule.y, rule.width, rule.thickness))
            for place, rule in enumerate(layout.rules)
        ]
    for other, its in others:
        over = _overlap(box, its)
        if over > SLACK:
            yield (
                (*path, "square"),
                _("“%(other)s” lấn %(over)s mm vào mã QR và vùng trắng quanh mã; hãy dời một trong hai.")
                % {"other": other, "over": decimal(over)},
            )


def _modules(
    design: PlateDesign, one: QrBox, path: Path, scale: float, circumstances: Circumstances
) -> Iterator[Found]:
    """The modules of the longest text that the symbol may have to hold."""
    text = longest.text(one.what, design.subject, circumstances.host)
    size = qr.symbol_size(text, one.level)
    module = symbol_place(one, size)[0] * scale
    if module < qr.SMALLEST_MODULE_MM:
        needed = qr.SMALLEST_MODULE_MM * (size + 2 * qr.QUIET_ZONE) / scale
        yield (
            path,
            _(
                "Mã QR quá nhỏ: khi in, mỗi ô của mã (%(modules)d × %(modules)d ô, mức %(level)s) chỉ rộng "
                "%(module)s mm, cần ít nhất %(least)s mm. Hãy để cạnh ít nhất %(needed)s mm thay vì %(side)s mm."
            )
            % {
                "modules": size,
                "level": one.level,
                "module": decimal(module, 3),
                "least": number(qr.SMALLEST_MODULE_MM),
                "needed": decimal(needed + 0.05),
                "side": decimal(one.box.width),
            },
        )


def _texts(design: PlateDesign, name: str, layout: Layout, scale: float, fonts: Fonts | None) -> Iterator[Found]:
    ground = _ground_box(design)
    for index, label in enumerate(layout.labels):
        path: Path = (name, "labels", index)
        yield from _inside(label.box, ground, (*path, "box"))
        yield from _type(design, label.style, label.box, path, scale)
        if fonts is not None:
            yield from _fixed_words(label, fonts, path)
    for index, field in enumerate(layout.written):
        path = (name, "fields", index)
        yield from _inside(field.box, ground, (*path, "box"))
        for order, part in enumerate(field.parts):
            yield from _type(design, part.style, field.box, (*path, "texts", order), scale)
    for index, rule in enumerate(layout.rules):
        box = Box(rule.x, rule.y, rule.width, rule.thickness)
        yield from _inside(box, ground, (name, "rules", index, "box"))


def _type(design: PlateDesign, style: Style, box: Box, path: Path, scale: float) -> Iterator[Found]:
    """Type that can be told from its ground, fits the height of its box, and can be read on the sheet."""
    measured = contrast(style.colour, _under(design, box))
    if measured < TEXT_CONTRAST:
        yield (
            (*path, "style"),
            _("Màu chữ gần trùng màu nền: tương phản %(measured)s : 1, cần ít nhất %(needed)s : 1.")
            % {"measured": decimal(measured), "needed": number(TEXT_CONTRAST)},
        )
    height = style.limits.smallest * POINT * style.limits.leading
    if height > box.height + SLACK:
        yield (
            (*path, "style"),
            _("Chữ cỡ nhỏ nhất %(size)s điểm cao %(height)s mm, ô chỉ cao %(room)s mm.")
            % {"size": number(style.limits.smallest), "height": decimal(height), "room": decimal(box.height)},
        )
    printed = min(style.limits.largest, box.height / style.limits.leading / POINT) * scale
    if printed < SMALLEST_TYPE:
        yield (
            (*path, "style"),
            _("Trên khổ giấy này chữ chỉ còn %(size)s điểm, không đọc được; cần ít nhất %(needed)s điểm.")
            % {"size": decimal(printed), "needed": number(SMALLEST_TYPE)},
        )


def _under(design: PlateDesign, box: Box) -> Colour:
    """The colour on which the middle of a box lies."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    colour = design.ground
    for shape in (*design.shapes, *[one.patch for one in design.qrs]):
        its = shape.box
        if its.x <= x <= its.x + its.width and its.y <= y <= its.y + its.height:
            colour = shape.fill
    return colour


def _fixed_words(label: Label, fonts: Fonts, path: Path) -> Iterator[Found]:
    try:
        fits = typesetting.label_fits(fonts, label)
    except typesetting.NotInFont as error:
        yield (
            (*path, "text"),
            _("Phông chữ của biển không có ký tự “%(character)s”.") % {"character": error.character},
        )
        return
    if not fits:
        yield (
            (*path, "box"),
            _("Dòng “%(text)s” không vừa ô ở cỡ chữ nhỏ nhất; hãy nới ô hoặc viết ngắn hơn.") % {"text": label.text},
        )
