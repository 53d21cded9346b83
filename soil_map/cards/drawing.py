"""Soil cards as a PDF: one page of A5 each, or two beside each other on A4 to cut apart. Pure.

Where a card lies on its page says the sheet (`mapping.printing.sheet`), as for house plates. Classes are told by their
name and their place in the bar, colours only help; so a card may be printed in grey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import BinaryIO, Final

from mapping.printing import qr
from mapping.printing.flow import wrap
from mapping.printing.fonts import Fonts
from mapping.printing.pdf import PdfWriter
from mapping.printing.pen import Colour, Pen
from mapping.printing.sheet import Sheet
from soil_map.cards.content import Card, CardValue
from soil_map.cards.doses import draw_dose, height_of
from soil_map.cards.layout import (
    BLUE,
    FAINT,
    FOOT,
    HEIGHT,
    INK,
    MARGIN,
    QR_SIDE,
    RIGHT,
    ROOM,
    RULE,
    WARM,
    WHITE,
    WIDTH,
    fit,
    paragraphs,
    section,
)
from soil_map.cards.sketch import draw_sketch

A5: Final = Sheet("a5-card", WIDTH, HEIGHT, 1, 1, WIDTH, HEIGHT, 0, 0, mark_length=0)
A4_TWO: Final = Sheet("a4-2-cards", 297.0, HEIGHT, 2, 1, WIDTH, HEIGHT, 0.5, 0, mark_length=0)
SHEETS: Final = {"a5": A5, "a4": A4_TWO}
LEVEL: Final = "M"
"""Error correction: a card lies in a drawer, and its address is long."""

_MAP: Final = (80.0, 137.0, RIGHT - 80.0, 46.0)
_TABLE: Final = 131.0
_MOST_LIFT: Final = 14.0
_BAR: Final = (49.0, 47.0)
_ROW_MOST, _ROW_LEAST = 8.2, 5.4
_MARK: Final[Colour] = (0.90, 0.90, 0.92)


def write_cards(
    out: BinaryIO,
    cards: Iterable[Card],
    fonts: Fonts,
    *,
    sheet: Sheet = A5,
    title: str = "Phiếu dinh dưỡng đất",
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Draw each card into a cell of the sheet, in order, into `out`; return how many.

    The same cards give the same bytes. Raises qr.TextTooLong and OSError.
    """
    writer = PdfWriter(out, title=title)
    pen = Pen(writer, fonts)
    todo, done = iter(cards), 0
    while some := list(islice(todo, qr.BATCH)):
        for card, symbol in zip(some, qr.symbols([card.url for card in some], LEVEL), strict=True):
            cell = sheet.cell(done % sheet.cells)
            if done and done % sheet.cells == 0:
                _end(pen, sheet)
            pen.move(cell.x, cell.y)
            _draw(pen, card, symbol, fonts)
            pen.unclip()
            done += 1
            if on_progress is not None:
                on_progress(done)
    if done:
        _end(pen, sheet)
    writer.close()
    return done


def _end(pen: Pen, sheet: Sheet) -> None:
    if sheet.cells > 1:
        for cell in map(sheet.cell, range(1, sheet.cells)):
            pen.rings([[(cell.x, 0), (cell.x, sheet.page_height)]], line=RULE, thickness=0.15, dashes=(2, 1.6))
    pen.end_page(sheet.page_width, sheet.page_height)


def _draw(pen: Pen, card: Card, symbol: qr.Symbol, fonts: Fonts) -> None:
    if card.watermark:
        pen.text(card.watermark, WIDTH / 2, 88, 46, bold=True, colour=_MARK, align=0.5, angle=0.6)
    _heading(pen, card)
    noted, lift = _room_for(card, fonts)
    left, bottom, width, height = _MAP
    _facts(pen, card, fonts, bottom + lift)
    draw_sketch(pen, card.sketch, (left, bottom + lift, width, height - lift))
    top = _values(pen, card, height_of(card.dose, fonts, noted=noted), _TABLE + lift)
    if card.dose is not None:
        draw_dose(pen, card.dose, card.sao, fonts, top, noted=noted)
    _foot(pen, card, symbol, fonts)


def _room_for(card: Card, fonts: Fonts) -> tuple[bool, float]:
    """Whether notes stand below doses, and how much the map gives up: both as much as all else leaves."""
    room = _TABLE - 5.5 - FOOT - _ROW_LEAST * max(1, len(card.values))
    noted = height_of(card.dose, fonts, noted=True) <= room
    lacking = height_of(card.dose, fonts, noted=noted) - room
    return noted, min(_MOST_LIFT, max(0.0, lacking))


def _heading(pen: Pen, card: Card) -> None:
    pen.box(MARGIN, 189.5, ROOM, 11.5, fill=BLUE, radius=1.2)
    pen.text("PHIẾU DINH DƯỠNG ĐẤT", MARGIN + 4, 195.2, 12.5, bold=True, colour=WHITE)
    room = 56.0
    size = min(9.5, 9.5 * room / max(room, pen.width(card.commune, 9.5)))
    pen.text(card.commune, RIGHT - 4, 195.2, size, colour=WHITE, align=1)


def _facts(pen: Pen, card: Card, fonts: Fonts, lowest: float) -> None:
    left, y = MARGIN, 180.0
    room = _MAP[0] - left - 4
    lines = wrap(card.title, fonts.bold, 13, room)
    for line in lines[:2]:
        pen.text(line, left, y, 13, bold=True, colour=INK)
        y -= 6.0
    if card.is_invented:
        pen.box(left, y - 2.6, 34.0, 5.2, fill=WARM, radius=0.8)
        pen.text("SỐ LIỆU GIẢ LẬP", left + 17, y, 8, bold=True, colour=WHITE, align=0.5)
        y -= 7.0
    for label, text in card.facts:
        value = wrap(text, fonts.regular, 8.5, room - 21.0)
        if y - 4.2 * (min(2, len(value)) - 1) < lowest:
            break
        pen.text(label, left, y, 7.5, colour=FAINT)
        for line in value[:2]:
            pen.text(line, left + 21.0, y, 8.5, colour=INK)
            y -= 4.2
        y -= 0.9


def _values(pen: Pen, card: Card, below: float, y: float) -> float:
    """The table of values from `y`, as high as what stands `below` it allows; gives how far down it reaches."""
    section(pen, "Kết quả phân tích và phân cấp", y)
    y -= 4.0
    if not card.values:
        pen.text("Chưa có kết quả phân tích.", MARGIN, y - 4, 8.5, colour=INK)
        return y - 9
    room = y - FOOT - below
    row = max(_ROW_LEAST, min(_ROW_MOST, room / len(card.values)))
    for value in card.values:
        _value(pen, value, y - row / 2, row)
        y -= row
    return y - 1.5


def _value(pen: Pen, value: CardValue, middle: float, row: float) -> None:
    dense = row < 6.6
    pen.fitted(value.name, MARGIN, middle - (0.6 if not dense else 0.4), 38, 3.4, largest=8.5, smallest=6, bold=True,
               colour=INK)  # fmt: skip
    pen.fitted(value.method, MARGIN, middle - 3.0, 38, 2.4, largest=6.2, smallest=5, colour=FAINT)
    bar_left, bar_width = _BAR
    if value.bar is not None:
        _bar(pen, value, bar_left, middle, bar_width, dense)
    else:
        pen.text("chưa có thang phân cấp cho phương pháp này", bar_left, middle, 6, colour=FAINT)
    number_right = bar_left + bar_width + 16.5
    pen.text(value.text, number_right - 2.0, middle + 0.6, 9.5, bold=True, colour=INK, align=1)
    pen.fitted(value.unit, number_right - 1.2, middle - 0.5, 13.0, 2.6, largest=6.2, smallest=4.5, colour=FAINT)
    left = number_right + 13.0
    label = value.bar.label + (" *" if value.is_draft else "") if value.bar is not None else "—"
    pen.fitted(label, left, middle - 0.7, RIGHT - left, 3.0, largest=8, smallest=5.5, bold=True, colour=INK)
    if value.note:
        pen.fitted(value.note, bar_left + bar_width + 4, middle - 3.4, RIGHT - bar_left - bar_width - 4, 2.3,
                   largest=5.8, smallest=4.5, colour=FAINT)  # fmt: skip


def _bar(pen: Pen, value: CardValue, left: float, middle: float, width: float, dense: bool) -> None:
    bar = value.bar
    if bar is None:
        return
    height, bottom = 2.7, middle - 0.9
    for one in bar.classes:
        pen.box(left + one.start * width, bottom, one.width * width, height, fill=rgb(one.colour))
    own = next(one for one in bar.classes if one.is_own)
    pen.box(left, bottom, width, height, line=FAINT, thickness=0.15)
    for place, limit in bar.limits:
        pen.path([(left + place * width, bottom), (left + place * width, bottom + height)], WHITE, 0.25)
        if not dense or row_has_room(len(bar.limits)):
            pen.text(shown(limit), left + place * width, bottom - 1.5, 5, colour=FAINT, align=0.5)
    pen.box(left + own.start * width, bottom, own.width * width, height, line=INK, thickness=0.45)
    if bar.low is not None and bar.high is not None:
        ends = [(left + bar.low * width, bottom + height / 2), (left + bar.high * width, bottom + height / 2)]
        pen.path(ends, WHITE, 1.0)
        pen.path(ends, INK, 0.45)
    x = left + bar.mark * width
    pen.path([(x, bottom), (x, bottom + height)], INK, 0.5)
    pen.shape([(x, bottom + height - 0.2), (x - 1.1, bottom + height + 1.5), (x + 1.1, bottom + height + 1.5)], INK)


def row_has_room(limits: int) -> bool:
    """Whether the limits of so many classes can be written below a bar."""
    return limits <= 6


def _foot(pen: Pen, card: Card, symbol: qr.Symbol, fonts: Fonts) -> None:
    pen.path([(MARGIN, FOOT), (RIGHT, FOOT)], RULE, 0.2)
    pen.symbol(symbol, MARGIN - 2.5, MARGIN - 2.5, QR_SIDE)
    left = MARGIN + QR_SIDE - 1.0
    room = RIGHT - left
    pen.text("Quét mã để xem phiếu này trên mạng và tính cho cây khác.", left, FOOT - 3.4, 7.5, bold=True, colour=BLUE)
    notes = [f"Phiếu in ngày {card.printed_on}. Trang trên mạng không hỏi tiền, mật khẩu hay mã OTP.", *card.warnings]
    if any(value.is_draft for value in card.values):
        notes.append("* Thang phân cấp còn là dự thảo, chưa đối chiếu nguồn.")
    whole = [*notes, *card.sources]
    top, floor = FOOT - 7.4, MARGIN - 1.0
    told = whole if not card.brief or fit(whole, top, room, floor, fonts) else [*notes, *card.brief]
    paragraphs(pen, told, left, top, room, floor, fonts, 6.4)


def shown(value: float) -> str:
    """A limit as people write it, with a comma and no more digits than it needs."""
    return f"{value:.4g}".replace(".", ",")


def rgb(colour: str) -> Colour:
    """The parts of "#rrggbb" from 0 to 1."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue
