"""From the members of a design's JSON to the design that is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from households.plates import design_schema as written
from households.plates.design import (
    Border,
    Box,
    Colour,
    Field,
    Label,
    Layout,
    Part,
    Picture,
    PlateDesign,
    QrBox,
    Rule,
    Shape,
    Style,
    Watermark,
)
from households.plates.design_sentences import Flaw
from mapping.json_places import Path
from mapping.printing.raster import Raster
from mapping.printing.text_fit import Limits
from mapping.wording import gettext as _
from mapping.wording import number


def unknown_names(design: written.Design, emblems: Mapping[str, Raster]) -> list[Flaw]:
    """Styles and emblems that are named and not there, and sizes that contradict each other."""
    flaws: list[Flaw] = []
    for name, style in design.styles.items():
        smallest, largest = style.size
        if smallest > largest:
            flaws.append((("styles", name, "size"), False, _("Cỡ nhỏ nhất đứng trước, cỡ lớn nhất đứng sau.")))
        elif style.comfortable is not None and not smallest <= style.comfortable <= largest:
            where: Path = ("styles", name, "comfortable")
            flaws.append((where, False, _("“comfortable” phải nằm giữa cỡ nhỏ nhất và cỡ lớn nhất.")))
    for layout, its in (("numbered", design.numbered), ("unnumbered", design.unnumbered)):
        if its is not None:
            flaws += [
                (path, False, _unknown(_("Không có kiểu chữ “%(name)s” trong “styles”."), name, list(design.styles)))
                for path, name in _styles_named(layout, its)
                if name not in design.styles
            ]
    for index, image in enumerate(design.images):
        if image.emblem not in emblems:
            sentence = _("Xã chưa có biểu trưng “%(name)s”; hãy tải ảnh lên trước.")
            flaws.append((("images", index, "emblem"), False, _unknown(sentence, image.emblem, list(emblems))))
    if not any(one.what == "record" for one in design.qr):
        flaws.append((("qr",), False, _("Biển phải có một mã QR “record” dẫn tới trang của nhà.")))
    if design.border is not None:
        flaws += _thick_border(design, design.border)
    return flaws


def made(design: written.Design, emblems: Mapping[str, Raster]) -> PlateDesign:
    """The design, whose names are all known."""
    styles = {name: _style(style) for name, style in design.styles.items()}
    numbered = _layout(design.numbered, styles)
    border = design.border
    mark = design.watermark
    return PlateDesign(
        name=design.name,
        title=design.title,
        subject=design.subject,
        width=design.width,
        height=design.height,
        ground=_colour(design.ground),
        ink=_colour(design.ink),
        border=Border(border.inset, border.width, border.radius, _colour(border.colour)) if border else None,
        shapes=tuple(map(_shape, design.shapes)),
        qrs=tuple(QrBox(one.what, Box(*one.square, one.square[2]), one.level, _shape(one.patch)) for one in design.qr),
        pictures=tuple(Picture(one.emblem, Box(*one.box), emblems[one.emblem]) for one in design.images),
        numbered=numbered,
        unnumbered=_layout(design.unnumbered, styles) if design.unnumbered else numbered,
        watermark=Watermark(mark.text, _colour(mark.colour), mark.size, mark.step),
    )


def _styles_named(layout: str, its: written.Layout) -> list[tuple[Path, str]]:
    named: list[tuple[Path, str]] = [
        ((layout, "labels", index, "style"), label.style) for index, label in enumerate(its.labels)
    ]
    for index, field in enumerate(its.fields):
        named += [
            ((layout, "fields", index, "texts", place, "style"), text.style) for place, text in enumerate(field.texts)
        ]
    return named


def _unknown(sentence: str, name: str, known: list[str]) -> str:
    said = sentence % {"name": name}
    near = get_close_matches(name, known, n=1)
    return _("%(sentence)s Có phải ý bạn là “%(near)s”?") % {"sentence": said, "near": near[0]} if near else said


def _thick_border(design: written.Design, border: written.Border) -> list[Flaw]:
    least = min(design.width, design.height)
    if 2 * (border.inset + border.width + border.radius) <= least:
        return []
    sentence = _("Viền (cách mép, độ dày và độ bo cộng lại) rộng hơn một nửa cạnh ngắn của biển, %(half)s mm.")
    return [(("border",), False, sentence % {"half": number(least / 2)})]


def _layout(layout: written.Layout, styles: Mapping[str, Style]) -> Layout:
    return Layout(
        labels=tuple(Label(label.text, Box(*label.box), styles[label.style]) for label in layout.labels),
        written=tuple(
            Field(
                Box(*field.box),
                tuple(Part(text.field, styles[text.style]) for text in field.texts),
                field.gap,
                field.anchor,
            )
            for field in layout.fields
        ),
        rules=tuple(Rule(*rule.box, _colour(rule.colour)) for rule in layout.rules),
    )


def _style(style: written.Style) -> Style:
    smallest, largest = style.size
    limits = Limits(
        largest=largest,
        smallest=smallest,
        comfortable=style.comfortable if style.comfortable is not None else smallest,
        lines=style.lines,
        leading=style.leading,
        narrowest=style.narrowest,
        breaks=style.breaks,
    )
    return Style(limits, style.bold, _colour(style.colour), style.align, style.hang)


def _shape(shape: written.Shape) -> Shape:
    radius = min(shape.radius, shape.box[2] / 2, shape.box[3] / 2)
    return Shape(Box(*shape.box), _colour(shape.colour), radius)


def _colour(value: str) -> Colour:
    red, green, blue = (int(value[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue
