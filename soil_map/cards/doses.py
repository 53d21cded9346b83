"""What to give a crop, on a card: two small tables, parts of the season, remarks; or why that is not told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mapping.printing.flow import POINT, wrap
from mapping.printing.fonts import Fonts
from mapping.printing.pen import Pen
from soil_map.cards.content import CardDose, DoseLine
from soil_map.cards.layout import FAINT, FOOT, INK, LEADING, MARGIN, PALE, ROOM, paragraphs, section

_LINE: Final = 4.2
_NOTED: Final = 6.9
_SAID: Final = 7.2  # points
_MORE: Final = "… Còn nữa: quét mã để xem đủ."


def height_of(dose: CardDose | None, fonts: Fonts, *, noted: bool) -> float:
    """How high the doses want to stand, millimetres; `noted` with the notes below their lines."""
    if dose is None:
        return 4.0
    said = (*dose.refusal, *dose.parts, *dose.remarks)
    lines = sum(len(wrap(text, fonts.regular, _SAID, ROOM)) for text in said)
    tables = max(
        (
            sum(_NOTED if noted and one.note else _LINE for one in table) + 4.4
            for table in (dose.nutrients, dose.bags)
            if table
        ),
        default=0.0,
    )
    return 11.5 + tables + lines * _SAID * POINT * LEADING


def draw_dose(pen: Pen, dose: CardDose, sao: str, fonts: Fonts, top: float, *, noted: bool) -> None:
    """Draw the doses from `top` down to the foot."""
    y = top - 1.5
    section(pen, dose.heading, y)
    y -= 5.2
    floor = FOOT + 1.5
    if dose.refusal:
        paragraphs(pen, dose.refusal, MARGIN, y, ROOM, floor, fonts, 8.5, more=_MORE)
        return
    half = (ROOM - 5) / 2
    below = min(
        _table(pen, "Dinh dưỡng", dose.nutrients, sao, MARGIN, y, half, noted),
        _table(pen, "Phân bón", dose.bags, sao, MARGIN + half + 5, y, half, noted),
    )
    paragraphs(pen, (*dose.parts, *dose.remarks), MARGIN, below - 1.2, ROOM, floor, fonts, _SAID, more=_MORE)


def _table(
    pen: Pen, head: str, lines: Sequence[DoseLine], sao: str, left: float, y: float, width: float, noted: bool
) -> float:
    """A small table with its columns for a hectare and a sào; gives how far down it reaches."""
    if not lines:
        return y
    ha, each = left + width - 19, left + width
    pen.box(left, y - 1.9, width, 4.0, fill=PALE)
    pen.text(head, left + 1, y, 6.5, colour=FAINT)
    pen.text("kg/ha", ha, y, 6.5, colour=FAINT, align=1)
    pen.text(f"kg/{sao}", each - 0.6, y, 6.5, colour=FAINT, align=1)
    y -= 4.4
    for line in lines:
        pen.fitted(line.name, left + 1, y - 1.8, width - 31, 3.6, largest=8.5, smallest=6, bold=True, colour=INK)
        pen.text(line.per_ha, ha, y, 8.5, colour=INK, align=1)
        pen.text(line.per_sao, each - 0.6, y, 9.5, bold=True, colour=INK, align=1)
        y -= 3.0
        if noted and line.note:
            pen.fitted(line.note, left + 1, y - 1.0, width - 2, 2.4, largest=5.8, smallest=4.6, colour=FAINT)
            y -= 2.7
        y -= 1.2
    return y + 1.2
