"""Map sheets as a PDF: one page a sheet, all of it lines and letters. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final

from mapping.printing.fonts import Fonts
from mapping.printing.pdf import PdfWriter
from mapping.printing.pen import Colour, Pen
from soil_map.sheets.content import MapSheet
from soil_map.sheets.framing import Box, Ground, Layout, Paper, framed
from soil_map.sheets.ground_drawing import FAINT, INK, WHITE, draw_ground
from soil_map.sheets.panel import (
    draw_inset,
    draw_legend,
    draw_notes,
    fitting_row,
    inset_height,
    legend_height,
    notes_height,
)
from soil_map.sheets.scale_drawing import SCALE_HEIGHT, draw_scale

_WARNING: Final[Colour] = (0.70, 0.09, 0.09)
_NOTE_SIZES: Final = (6.4, 6.0, 5.6, 5.2, 4.8, 4.4)
_GAP: Final = 3.0
_TRIES: Final = (
    (6.4, 46.0, 6.4), (6.2, 38.0, 6.4), (6.0, 32.0, 6.4), (5.8, 32.0, 4.2), (5.6, 28.0, 4.2), (5.4, 26.0, 3.4),
    (5.2, 26.0, 2.5), (4.8, 26.0, 2.5), (4.4, 26.0, 2.5),
)  # fmt: skip
"""Size of the notes, most height of the small map, least height of a row of the legend: the first that fits."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A page that was drawn: where its ground lies, and how many metres its grid is wide."""

    layout: Layout
    ground: Ground
    interval: int


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def write_sheets(
    out: BinaryIO, sheets: Iterable[MapSheet], paper: Paper, fonts: Fonts, *, title: str, total: int = 1,
    progress: Progress = silent,
) -> list[DrawnSheet]:  # fmt: skip
    """Draw the sheets into `out` as they come; the same content gives the same bytes. Raises OSError."""
    writer = PdfWriter(out, title=title)
    pen = Pen(writer, fonts)
    drawn = []
    for sheet in sheets:
        drawn.append(_draw(pen, sheet, paper, fonts))
        progress(len(drawn), max(total, len(drawn)))
    writer.close()
    return drawn


def _draw(pen: Pen, sheet: MapSheet, paper: Paper, fonts: Fonts) -> DrawnSheet:
    layout, ground = framed(paper, sheet.bounds)
    pen.box(0, 0, layout.width, layout.height, fill=WHITE)
    interval = draw_ground(pen, sheet, layout, ground)
    _draw_title(pen, sheet, layout)
    _draw_stamps(pen, sheet, layout)
    if len(layout.columns) == 1:
        _in_one_column(pen, sheet, layout, ground, interval, fonts)
    else:
        _in_three_columns(pen, sheet, layout, ground, interval, fonts)
    outer = layout.outer
    pen.box(outer.left, outer.bottom, outer.width, outer.height, line=INK, thickness=0.7)
    pen.end_page(layout.width, layout.height)
    return DrawnSheet(layout, ground, interval)


def _draw_title(pen: Pen, sheet: MapSheet, layout: Layout) -> None:
    box, grow = layout.title, layout.grow
    room = box.width - 8 * grow
    left = box.left + 4 * grow
    pen.fitted(
        sheet.title, left, box.bottom + 6.0 * grow, room * 0.72, 7.0 * grow, largest=15 * grow, smallest=8,
        bold=True, colour=INK,
    )  # fmt: skip
    pen.fitted(
        sheet.subtitle, left, box.bottom + 1.6 * grow, room * 0.72, 4.0 * grow, largest=8.2 * grow, smallest=5,
        colour=FAINT,
    )  # fmt: skip
    right = box.right - 4 * grow
    size = 9.5 * grow
    while pen.width(sheet.place, size, bold=True) > room * 0.27 and size > 5:
        size -= 0.5
    pen.text(sheet.place, right, box.bottom + 9.6 * grow, size, bold=True, colour=INK, align=1)
    pen.text(f"In ngày {sheet.printed_on:%d/%m/%Y}", right, box.bottom + 3.6 * grow, 7.0 * grow, colour=FAINT, align=1)
    pen.path([(box.left, box.bottom), (box.right, box.bottom)], INK, 0.25)


def _draw_stamps(pen: Pen, sheet: MapSheet, layout: Layout) -> None:
    """What must not be overlooked, in the upper left corner of the map."""
    grow = layout.grow
    left, top = layout.map.left + 2 * grow, layout.map.top - 2 * grow
    for stamp in sheet.stamps:
        width, height = pen.width(stamp, 9 * grow, bold=True) + 4 * grow, 6 * grow
        pen.box(left, top - height, width, height, fill=WHITE, line=_WARNING, thickness=0.5)
        pen.text(stamp, left + width / 2, top - height / 2, 9 * grow, bold=True, colour=_WARNING, align=0.5)
        top -= height + 1.5 * grow


def _in_one_column(pen: Pen, sheet: MapSheet, layout: Layout, ground: Ground, interval: int, fonts: Fonts) -> None:
    (column,), grow = layout.columns, layout.grow
    pen.path([(column.left - 3 * grow, layout.outer.bottom), (column.left - 3 * grow, layout.title.bottom)], INK, 0.25)
    draw_scale(pen, sheet, ground, column, grow, interval, fonts)
    floor = column.bottom + (SCALE_HEIGHT + 1.5) * grow
    room, gap = column.top - floor, _GAP * grow
    size, shade, row = _NOTE_SIZES[-1] * grow, 0.0, 0.0
    for candidate, most, least_row in _TRIES:
        size = candidate * grow
        shade = inset_height(column.width, sheet.inset, grow, most) + gap if sheet.inset is not None else 0.0
        left = room - shade - notes_height(sheet, column.width, size, fonts) - gap
        row = fitting_row(sheet, left, grow)
        if row >= least_row and legend_height(sheet, row, grow) <= left:
            break
    top = draw_legend(pen, sheet, column, row, grow, fonts) - gap
    if sheet.inset is not None:
        height = shade - gap
        draw_inset(pen, sheet.inset, Box(column.left, top - height, column.width, height), grow)
        top -= shade
    draw_notes(pen, sheet, Box(column.left, floor, column.width, top - floor), size, fonts)


def _in_three_columns(pen: Pen, sheet: MapSheet, layout: Layout, ground: Ground, interval: int, fonts: Fonts) -> None:
    first, second, third = layout.columns
    grow = layout.grow
    top = layout.map.bottom - layout.gutter
    pen.path([(layout.outer.left, top), (layout.outer.right, top)], INK, 0.25)
    row = fitting_row(sheet, first.height, grow)
    draw_legend(pen, sheet, first, row, grow, fonts)
    height = SCALE_HEIGHT * grow
    low = second.bottom if sheet.inset is not None else second.top - height
    draw_scale(pen, sheet, ground, Box(second.left, low, second.width, height), grow, interval, fonts)
    if sheet.inset is not None:
        floor = second.bottom + (SCALE_HEIGHT + 2) * grow
        draw_inset(pen, sheet.inset, Box(second.left, floor, second.width, second.top - floor), grow)
    size = _NOTE_SIZES[-1] * grow
    for candidate in _NOTE_SIZES:
        size = candidate * grow
        if notes_height(sheet, third.width, size, fonts) <= third.height:
            break
    draw_notes(pen, sheet, third, size, fonts)
