"""What stands beside the map: legend with areas, how sure it is, sources. Each part tells how high it is. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, Final

import contourpy
import numpy as np
import shapely

from mapping.printing.flow import POINT, wrap
from mapping.printing.fonts import Fonts
from mapping.printing.pen import Colour, Pen
from soil_map.areas import hectares, percents, vietnamese
from soil_map.sheets.content import Inset, MapSheet
from soil_map.sheets.framing import Box, Ground
from soil_map.sheets.ground_drawing import FAINT, INK, rings_on_paper

LEADING: Final = 1.3
_HEAD: Final = 6.0
_ROW_MOST, _ROW_LEAST = 8.6, 2.5
_TWO_LINES: Final = 6.4  # a row so high has the limits below the name
_BANDS: Final = 4
_SURE: Final[Colour] = (0.93, 0.94, 0.97)
_UNSURE: Final[Colour] = (0.17, 0.20, 0.33)
_MOST_CELLS: Final = 120  # along a side of the small map: finer steps cannot be seen


def legend_height(sheet: MapSheet, row: float, grow: float) -> float:
    """How high the legend is with rows of so many millimetres on A4."""
    return (_HEAD + 4.2 + row * len(sheet.classes) + 6.0) * grow


def fitting_row(sheet: MapSheet, room: float, grow: float) -> float:
    """The height of a row at which the legend takes no more than the room."""
    spare = room / grow - _HEAD - 4.2 - 6.0
    return min(_ROW_MOST, max(_ROW_LEAST, spare / max(1, len(sheet.classes))))


def draw_legend(pen: Pen, sheet: MapSheet, box: Box, row: float, grow: float, fonts: Fonts) -> float:
    """Draw the legend from the box's upper edge down; return where it ends."""
    pen.text("CHÚ DẪN", box.left, box.top - 2.2 * grow, 7.6 * grow, bold=True, colour=INK)
    y = box.top - 6.2 * grow
    for line in wrap(sheet.legend_title, fonts.regular, 6.2 * grow, box.width)[:2]:
        pen.text(line, box.left, y, 6.2 * grow, colour=FAINT)
        y -= 6.2 * grow * POINT * LEADING
    areas, shares, head = _figures(sheet)
    right = box.right
    middle = right - 9.6 * grow
    size = 5.8 * grow
    pen.text(head, middle, y, size, colour=FAINT, align=1)
    pen.text("%", right, y, size, colour=FAINT, align=1)
    y -= 2.2 * grow
    height = row * grow
    text_size = min(7.4, row * 2.1) * grow
    swatch = min(8.6 * grow, box.width * 0.14)
    left = box.left + swatch + 1.6 * grow
    room = middle - 12.5 * grow - left
    has_two_lines = row >= _TWO_LINES
    names = [one.label if has_two_lines or not one.limits else f"{one.label} ({one.limits})" for one in sheet.classes]
    name_size = _common_size(pen, names, room, text_size, bold=has_two_lines)
    for place, one in enumerate(sheet.classes):
        bottom = y - height
        at = y - height / 2
        _draw_swatch(
            pen,
            sheet,
            place,
            Box(box.left, at - min(height * 0.72, 4.6 * grow) / 2, swatch, min(height * 0.72, 4.6 * grow)),
            min(6.6, row * 1.9) * grow,
            grow,
        )
        if has_two_lines and one.limits:
            _draw_name(pen, one.label, Box(left, at, room, height * 0.42), name_size, bold=True)
            pen.fitted(
                one.limits, left, at - height * 0.42, room, height * 0.4, largest=5.8 * grow, smallest=4, colour=FAINT
            )
        else:
            _draw_name(pen, names[place], Box(left, bottom, room, height), name_size, bold=False)
        pen.text(areas[place], middle, at, text_size, colour=INK, align=1)
        pen.text(shares[place], right, at, text_size, colour=INK, align=1)
        y = bottom
    pen.path([(box.left, y - 0.6 * grow), (right, y - 0.6 * grow)], FAINT, 0.15)
    whole = sheet.total if sheet.has_areas else "Tổng số điểm"
    at = y - 3.4 * grow
    pen.text(whole, box.left, at, 6.8 * grow, bold=True, colour=INK)
    pen.text(areas[-1], middle, at, 7.0 * grow, bold=True, colour=INK, align=1)
    pen.text(shares[-1], right, at, 7.0 * grow, bold=True, colour=INK, align=1)
    return y - 6.0 * grow


def _common_size(pen: Pen, texts: Sequence[str], room: float, largest: float, *, bold: bool) -> float:
    """The size at which the longest text fits, but no smaller than two thirds: what is longer is pressed alone."""
    widest = max((pen.width(text, largest, bold=bold) for text in texts), default=0.0)
    return largest * max(0.66, min(1.0, room / widest)) if widest else largest


def _draw_name(pen: Pen, text: str, box: Box, size: float, *, bold: bool) -> None:
    pen.fitted(
        text, box.left, box.bottom, box.width, box.height, largest=size, smallest=min(3.6, size), bold=bold, colour=INK
    )


def _draw_swatch(pen: Pen, sheet: MapSheet, place: int, box: Box, size: float, grow: float) -> None:
    """The colour of an entry with its mark, or a point of it."""
    one = sheet.classes[place]
    x, y = box.left + box.width / 2, box.bottom + box.height / 2
    if sheet.has_areas:
        pen.box(box.left, box.bottom, box.width, box.height, fill=one.colour, line=INK, thickness=0.15)
        pen.text(one.mark, x, y, size, bold=True, colour=INK, align=0.5, halo=0.25 * grow)
    else:
        pen.disc(x, y, min(1.5 * grow, box.height / 2), INK)
        pen.disc(x, y, min(1.3 * grow, box.height / 2 - 0.15), one.colour)


def _figures(sheet: MapSheet) -> tuple[list[str], list[str], str]:
    """Areas or counts with their sum last, shares in percent, and what the first column is called."""
    if sheet.has_areas:
        sizes: Sequence[float] = [one.area_m2 for one in sheet.classes]
        shown = hectares(sizes, 1)
        return (
            [*(vietnamese(one, 1) for one in shown), vietnamese(math.fsum(shown), 1)],
            [*(vietnamese(one, 1) for one in percents(sizes)), "100,0" if sum(sizes) else ""],
            "ha",
        )
    counts = [one.count for one in sheet.classes]
    return (
        [*(vietnamese(one) for one in counts), vietnamese(sum(counts))],
        [*(vietnamese(one, 1) for one in percents(counts)), "100,0" if sum(counts) else ""],
        "điểm",
    )


def inset_height(width: float, inset: Inset, grow: float, most: float = 46.0) -> float:
    """How high the small map of the uncertainty wants to be at that width, up to `most` on A4."""
    west, south, east, north = (float(side) for side in inset.area.bounds)
    return min(most * grow, (north - south) / max(east - west, 1.0) * width * 0.62) + 14.0 * grow


def draw_inset(pen: Pen, inset: Inset, box: Box, grow: float) -> float:
    """Draw how sure the surface is, light where it is, within the box; return where it ends."""
    pen.text("ĐỘ KHÔNG CHẮC CHẮN", box.left, box.top - 2.2 * grow, 6.8 * grow, bold=True, colour=INK)
    pen.fitted(
        inset.title, box.left, box.top - 7.6 * grow, box.width, 3 * grow, largest=5.8 * grow, smallest=4, colour=FAINT
    )
    bands, limits = _bands(inset)
    legend = 18.5 * grow
    frame = Box(box.left, box.bottom + 1.5 * grow, box.width - legend, box.height - 10.0 * grow)
    west, south, east, north = inset.area.bounds
    scale = max((east - west) / frame.width, (north - south) / frame.height) * 1000 * 1.02
    ground = Ground(frame, max(1, math.ceil(scale)), (west + east) / 2, (south + north) / 2)
    colours = [_shade(place, len(bands)) for place in range(len(bands))]
    for colour, band in zip(colours, bands, strict=True):
        pen.rings(list(rings_on_paper(band, ground)), fill=colour, line=colour, thickness=0.05)
    pen.rings(list(rings_on_paper(shapely.simplify(inset.area, 0.05 * scale / 1000), ground)), line=INK, thickness=0.15)
    left, y = frame.right + 2 * grow, frame.top - 1.6 * grow
    size = 5.4 * grow
    pen.text(inset.unit or "đơn vị pH", left, y, size, colour=FAINT)
    y -= 3.6 * grow
    for place, colour in enumerate(colours):
        pen.box(left, y - 1.3 * grow, 4 * grow, 2.6 * grow, fill=colour, line=INK, thickness=0.1)
        low, high = (vietnamese(limits[at], inset.decimals) for at in (place, place + 1))
        pen.text(f"{low}–{high}", left + 5 * grow, y, size, colour=INK)
        y -= 3.6 * grow
    return box.bottom


def _shade(place: int, count: int) -> Colour:
    part = place / max(1, count - 1)
    red, green, blue = (sure + (unsure - sure) * part for sure, unsure in zip(_SURE, _UNSURE, strict=True))
    return red, green, blue


def _bands(inset: Inset) -> tuple[list[shapely.Geometry], list[float]]:
    """Polygons of steps of the deviation within the area, the surest first, and the limits between them."""
    step = max(1, math.ceil(max(inset.values.shape) / _MOST_CELLS))
    values = inset.values[::step, ::step]
    x, y = inset.grid.eastings()[::step], inset.grid.northings()[::step]
    finite = values[np.isfinite(values)]
    # A quarter of the ground each: steps of equal size would show the samples' own places and little else.
    limits = np.unique(np.round(np.quantile(finite, np.linspace(0.0, 1.0, _BANDS + 1)), inset.decimals))
    low, high = float(finite.min()), float(finite.max())
    count = len(limits) - 1
    if count < 2 or min(values.shape) < 2:
        return [inset.area], [low, high]
    filled = np.where(np.isfinite(values), values, float(np.median(finite)))
    # Beyond the outermost middles the outermost values hold, so that bands reach the border.
    wide = np.pad(filled, 1, mode="edge")
    x = np.concatenate([[x[0] - 3 * (x[1] - x[0])], x, [x[-1] + 3 * (x[1] - x[0])]])
    y = np.concatenate([[y[0] + 3 * (y[0] - y[1])], y, [y[-1] - 3 * (y[0] - y[1])]])
    contours: Any = contourpy.contour_generator(x, y, wide, fill_type="OuterOffset")
    bands = []
    for place in range(count):
        # Limits are rounded, so the first and the last band reach beyond them.
        lower = min(low, limits[0]) - 1e-9 - abs(low) * 1e-9 if place == 0 else limits[place]
        upper = max(high, limits[-1]) + 1e-9 + abs(high) * 1e-9 if place == count - 1 else limits[place + 1]
        points, offsets = contours.filled(lower, upper)
        polygons = [
            shapely.Polygon(rings[0], rings[1:])
            for rings in (
                [part[begin:end] for begin, end in itertools.pairwise(ends)]
                for part, ends in zip(points, offsets, strict=True)
            )
        ]
        band = shapely.union_all(shapely.make_valid(np.array(polygons, dtype=object))) if polygons else None
        bands.append(shapely.intersection(band, inset.area) if band is not None else shapely.Polygon())
    return bands, [float(limit) for limit in limits]


def notes_height(sheet: MapSheet, width: float, size: float, fonts: Fonts) -> float:
    """How high the notes are, set at a size."""
    height = 0.0
    for heading, text in sheet.notes:
        height += size * POINT * LEADING * (1.15 if heading else 0)
        height += size * POINT * LEADING * len(wrap(text, fonts.regular, size, width)) + 0.28 * size
    return height


def draw_notes(pen: Pen, sheet: MapSheet, box: Box, size: float, fonts: Fonts) -> None:
    """Draw the notes from the box's upper edge down; what has no room is left out from the end."""
    y = box.top - size * POINT * LEADING / 2
    for heading, text in sheet.notes:
        if heading:
            pen.text(heading, box.left, y, size, bold=True, colour=INK)
            y -= size * POINT * LEADING * 1.15
        for line in wrap(text, fonts.regular, size, box.width):
            if y < box.bottom:
                return
            pen.text(line, box.left, y, size, colour=FAINT)
            y -= size * POINT * LEADING
        y -= 0.28 * size
