"""The map of a sheet: classes, borders, samples, and the grid of the zone with its numbers in the gutter. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely

from mapping.printing.pen import Colour, Pen, Place
from soil_map.sheets.content import MapSheet
from soil_map.sheets.framing import Box, Ground, Layout, interval_for, lines

INK: Final[Colour] = (0.10, 0.11, 0.14)
FAINT: Final[Colour] = (0.38, 0.40, 0.44)
WHITE: Final[Colour] = (1.0, 1.0, 1.0)
_GRID: Final[Colour] = (0.10, 0.29, 0.52)
_BORDER: Final[Colour] = (0.42, 0.10, 0.45)
_EDGE: Final[Colour] = (0.22, 0.22, 0.22)

GRID_APART: Final = 25.0  # millimetres between lines of the grid, at least, on A4
_DETAIL: Final = 0.06  # millimetres: what is finer cannot be seen in print
_LEAST_PART: Final = 16.0  # square millimetres of a part that has its mark written into it
_CROWDED: Final = 60  # more parts than these, and only the larger ones have theirs
_COLLAR: Final = 0.35
_NAME: Final = 7.2


def draw_ground(pen: Pen, sheet: MapSheet, layout: Layout, ground: Ground) -> int:
    """Draw map and grid into their frame; return how many metres lie between the lines of the grid."""
    frame = layout.map
    interval = interval_for(ground, GRID_APART * layout.grow)
    pen.box(frame.left, frame.bottom, frame.width, frame.height, fill=WHITE)
    pen.clip(frame.left, frame.bottom, frame.width, frame.height)
    _draw_classes(pen, sheet, ground)
    _draw_borders(pen, sheet, ground)
    _draw_grid_lines(pen, ground, interval)
    _draw_points(pen, sheet, ground, layout.grow)
    names = _village_names(pen, sheet, ground, layout.grow)
    _draw_marks(pen, sheet, ground, layout.grow, [box for _, box in names])
    for name, box in names:
        pen.text(
            name, box.left + box.width / 2, box.bottom + box.height / 2, _NAME * layout.grow, bold=True,
            colour=_BORDER, align=0.5, halo=_COLLAR * layout.grow,
        )  # fmt: skip
    pen.unclip()
    pen.box(frame.left, frame.bottom, frame.width, frame.height, line=INK, thickness=0.25)
    around = frame.within(-layout.gutter)
    pen.box(around.left, around.bottom, around.width, around.height, line=INK, thickness=0.25)
    _draw_grid_numbers(pen, ground, interval, layout)
    return interval


def rings_on_paper(outline: shapely.Geometry, ground: Ground) -> Iterator[list[Place]]:
    """The rings of polygons as places on paper."""
    for ring in shapely.get_rings(shapely.get_parts(outline)):
        yield [ground.place(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist()]


def simplified(outlines: Sequence[shapely.Geometry], ground: Ground) -> list[shapely.Geometry]:
    """The outlines without what cannot be seen at this scale; edges that two share stay shared."""
    tolerance = _DETAIL * ground.scale / 1000
    return list(shapely.coverage_simplify(np.array(outlines, dtype=object), tolerance))


def _draw_classes(pen: Pen, sheet: MapSheet, ground: Ground) -> None:
    shown = [one for one in sheet.classes if one.outline is not None]
    if not shown:
        return
    drawn = [
        list(rings_on_paper(outline, ground))
        for outline in simplified([one.outline for one in shown if one.outline is not None], ground)
    ]
    for one, rings in zip(shown, drawn, strict=True):
        # Its own colour along the edge hides the hairlines that viewers leave between neighbours.
        pen.rings(rings, fill=one.colour, line=one.colour, thickness=0.05)
    for rings in drawn:
        pen.rings(rings, line=_EDGE, thickness=0.12)


def _draw_borders(pen: Pen, sheet: MapSheet, ground: Ground) -> None:
    tolerance = _DETAIL * ground.scale / 1000
    for _, village in sheet.villages:
        pen.rings(
            list(rings_on_paper(shapely.simplify(village, tolerance), ground)),
            line=_BORDER, thickness=0.18, dashes=(1.6, 0.8),
        )  # fmt: skip
    if sheet.outline is not None:
        rings = list(rings_on_paper(shapely.simplify(sheet.outline, tolerance), ground))
        pen.rings(rings, line=_BORDER, thickness=0.5, dashes=(3.2, 1.0, 0.6, 1.0))


def _draw_grid_lines(pen: Pen, ground: Ground, interval: int) -> None:
    west, south, east, north = ground.bounds
    frame = ground.frame
    for easting in lines(west, east, interval):
        x, _ = ground.place(easting, 0)
        pen.path([(x, frame.bottom), (x, frame.top)], _GRID, 0.1)
    for northing in lines(south, north, interval):
        _, y = ground.place(0, northing)
        pen.path([(frame.left, y), (frame.right, y)], _GRID, 0.1)


def _draw_grid_numbers(pen: Pen, ground: Ground, interval: int, layout: Layout) -> None:
    west, south, east, north = ground.bounds
    frame, half, grow = layout.map, layout.gutter / 2, layout.grow
    size = 6.2 * grow
    for place, easting in enumerate(lines(west, east, interval)):
        x, _ = ground.place(easting, 0)
        text = grid_number(easting, "E" if place == 0 else "")
        if not _is_free(x, pen.width(text, size), frame.left, frame.right):
            continue
        pen.text(text, x, frame.top + half, size, colour=INK, align=0.5)
        pen.text(text, x, frame.bottom - half, size, colour=INK, align=0.5)
    for place, northing in enumerate(lines(south, north, interval)):
        _, y = ground.place(0, northing)
        text = grid_number(northing, "N" if place == 0 else "")
        if not _is_free(y, pen.width(text, size), frame.bottom, frame.top):
            continue
        pen.text(text, frame.left - half, y, size, colour=INK, align=0.5, angle=math.pi / 2)
        pen.text(text, frame.right + half, y, size, colour=INK, align=0.5, angle=math.pi / 2)
    for line in (frame.left, frame.right):
        for northing in lines(south, north, interval):
            _, y = ground.place(0, northing)
            outwards = -0.9 if line == frame.left else 0.9
            pen.path([(line, y), (line + outwards, y)], INK, 0.2)
    for line in (frame.bottom, frame.top):
        for easting in lines(west, east, interval):
            x, _ = ground.place(easting, 0)
            outwards = -0.9 if line == frame.bottom else 0.9
            pen.path([(x, line), (x, line + outwards)], INK, 0.2)


def grid_number(metres: int, axis: str = "") -> str:
    """A coordinate of the grid as it is written beside it: 2 190 000 m N."""
    text = f"{metres:,}".replace(",", "\u00a0")
    return f"{text} m{axis}" if axis else text


def _is_free(at: float, width: float, low: float, high: float) -> bool:
    """Whether a number that long stays along the frame."""
    return low <= at - width / 2 and at + width / 2 <= high


def _draw_points(pen: Pen, sheet: MapSheet, ground: Ground, grow: float) -> None:
    radius = 0.55 * grow if sheet.has_areas else 1.1 * grow
    for point in sheet.points:
        x, y = ground.place(point.x, point.y)
        colour = sheet.classes[point.kind].colour if point.kind >= 0 else FAINT
        pen.disc(x, y, radius, INK)
        pen.disc(x, y, radius - 0.18 * grow, WHITE if sheet.has_areas else colour)


def _draw_marks(pen: Pen, sheet: MapSheet, ground: Ground, grow: float, names: Sequence[Box]) -> None:
    """The mark of each class in its larger parts, where there is most room and no name stands."""
    millimetres = 1000 / ground.scale
    parts = [
        (float(part.area) * millimetres**2, one.mark, part)
        for one in sheet.classes
        if one.outline is not None and one.mark
        for part in shapely.get_parts(one.outline).tolist()
    ]
    parts.sort(key=lambda one: -one[0])
    size = 7.0 * grow
    for area, mark, part in parts[: _CROWDED * max(1, len(sheet.classes) // 4)]:
        if area < _LEAST_PART * grow:
            break
        circle = shapely.maximum_inscribed_circle(part, tolerance=0.4 / millimetres)
        radius = float(circle.length) * millimetres
        width = pen.width(mark, size, bold=True)
        if radius * 2 < width * 0.9:
            continue
        x, y = ground.place(*shapely.get_coordinates(circle)[0].tolist())
        own = Box(x - width / 2, y - size * 0.2, width, size * 0.4).within(-0.9 * grow)
        if any(_overlap(own, name) for name in names):
            continue
        pen.text(mark, x, y, size, bold=True, colour=INK, align=0.5, halo=_COLLAR * grow)


def _village_names(pen: Pen, sheet: MapSheet, ground: Ground, grow: float) -> list[tuple[str, Box]]:
    """Names of villages and where they stand: in the middle of each, moved a little where another name stands."""
    placed: list[tuple[str, Box]] = []
    size = _NAME * grow
    for name, village in sheet.villages:
        middle = shapely.maximum_inscribed_circle(village, tolerance=ground.scale / 1000)
        x, y = ground.place(*shapely.get_coordinates(middle)[0].tolist())
        width, height = pen.width(name, size, bold=True), size * 0.5
        for lift in (0.0, 3.2, -3.2, 6.4, -6.4):
            box = Box(x - width / 2, y + lift * grow - height / 2, width, height)
            if not any(_overlap(box, other) for _, other in placed):
                placed.append((name, box))
                break
    return placed


def _overlap(one: Box, other: Box) -> bool:
    is_apart = one.right < other.left or other.right < one.left or one.top < other.bottom or other.top < one.bottom
    return not is_apart
