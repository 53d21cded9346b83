"""The map of a soil card: the field or the sample's place among its neighbours, and the commune in a corner. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import shapely

from mapping.printing.pen import Colour, Pen
from soil_map.cards.content import Place, Rings, Sketch

Frame = tuple[float, float, float, float]
"""Left, bottom, width, height on the paper, millimetres."""

Window = tuple[float, float, float, float]
"""West, south, east, north on the ground, metres."""

SCALES: Final = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
_BARS: Final = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
"""Lengths of a scale bar, metres."""
_AROUND: Final = 2.6
"""So many times its own size the map shows around a field."""
_USUAL_HALF_M: Final = 55.0
_INK: Final[Colour] = (0.08, 0.10, 0.16)
_FAINT: Final[Colour] = (0.45, 0.47, 0.52)
_GROUND: Final[Colour] = (0.965, 0.96, 0.935)
_FIELD: Final[Colour] = (0.995, 0.995, 0.985)
_EDGE: Final[Colour] = (0.68, 0.66, 0.58)
_OWN: Final[Colour] = (0.99, 0.90, 0.62)
_RED: Final[Colour] = (0.80, 0.10, 0.10)
_WHITE: Final[Colour] = (1.0, 1.0, 1.0)
_VILLAGE: Final[Colour] = (0.35, 0.42, 0.60)
_CORNER: Final = 13.0


def draw_sketch(pen: Pen, sketch: Sketch, frame: Frame) -> None:
    """Draw the map into its frame, with a scale bar, north and the commune in its upper right corner."""
    left, bottom, width, height = frame
    is_whole = not sketch.own and not sketch.fields and bool(sketch.commune)
    seen = _bounds_of(sketch.commune) if is_whole else _around(sketch)
    scale = scale_for(seen, width, height)
    middle = ((seen[0] + seen[2]) / 2, (seen[1] + seen[3]) / 2)
    half = (width * scale / 2000, height * scale / 2000)
    window = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])

    def on_paper(place: Place) -> Place:
        return (
            left + width / 2 + (place[0] - middle[0]) * 1000 / scale,
            bottom + height / 2 + (place[1] - middle[1]) * 1000 / scale,
        )

    def cut(rings: Rings) -> list[list[Place]]:
        return [[on_paper(place) for place in ring] for ring in within(rings, window)]

    pen.clip(*frame)
    pen.box(*frame, fill=_GROUND)
    if is_whole:
        pen.rings(cut(sketch.commune), fill=_FIELD, line=_INK, thickness=0.35)
    for rings, name in sketch.fields:
        pen.rings(cut(rings), fill=_FIELD, line=_EDGE, thickness=0.15)
        _name(pen, rings, name, scale, on_paper, window)
    for rings, _village in sketch.villages:
        pen.rings(cut(rings), line=_VILLAGE, thickness=0.3, dashes=(1.4, 0.9))
    if sketch.own:
        pen.rings(cut(sketch.own), fill=_OWN, line=_RED, thickness=0.55)
    _mark(pen, on_paper(sketch.point))
    pen.unclip()
    if not is_whole and sketch.commune:
        _draw_commune(pen, sketch, (left + width - _CORNER - 1, bottom + height - _CORNER - 1, _CORNER, _CORNER))
    _draw_scale(pen, scale, left + 1.5, bottom + 1.5, width * 0.42)
    pen.box(*frame, line=_FAINT, thickness=0.25)


def scale_for(bounds: Window, width: float, height: float) -> int:
    """Return N of the largest round scale 1 : N at which bounds in metres fit a frame in millimetres."""
    west, south, east, north = bounds
    needed = max((east - west) * 1000 / width, (north - south) * 1000 / height)
    return next((scale for scale in SCALES if scale >= needed), SCALES[-1])


def within(rings: Rings, window: Window) -> Rings:
    """Return what of an area lies in a window or a little around it, so that no file holds what nobody sees."""
    if not rings:
        return ()
    west, south, east, north = window
    wide = shapely.box(west - (east - west), south - (north - south), east + (east - west), north + (north - south))
    area = shapely.make_valid(_area(rings), method="structure", keep_collapsed=False)
    return rings_of(shapely.intersection(area, wide))


def rings_of(area: shapely.Geometry) -> Rings:
    """Return the closed lines of a polygon or several; of anything else none."""
    found: list[tuple[Place, ...]] = []
    for part in shapely.get_parts(area):
        if part.geom_type == "Polygon" and not part.is_empty:
            found += [tuple((float(x), float(y)) for x, y in ring.coords) for ring in (part.exterior, *part.interiors)]
    return tuple(found)


def _area(rings: Rings) -> shapely.Geometry:
    """The area of rings of which those inside another are holes."""
    area: shapely.Geometry = shapely.Polygon()
    for ring in rings:
        if len(ring) > 3:
            area = shapely.symmetric_difference(area, shapely.make_valid(shapely.Polygon(ring), method="structure"))
    return area


def _bounds_of(rings: Rings) -> Window:
    xs = [x for ring in rings for x, _y in ring]
    ys = [y for ring in rings for _x, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _around(sketch: Sketch) -> Window:
    if not sketch.own:
        x, y = sketch.point
        return x - _USUAL_HALF_M, y - _USUAL_HALF_M, x + _USUAL_HALF_M, y + _USUAL_HALF_M
    west, south, east, north = _bounds_of(sketch.own)
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = (east - west) / 2 * _AROUND, (north - south) / 2 * _AROUND
    return x - half_x, y - half_y, x + half_x, y + half_y


def _name(pen: Pen, rings: Rings, name: str, scale: int, on_paper: Callable[[Place], Place], window: Window) -> None:
    """The number of a field in its middle, where it fits."""
    west, south, east, north = _bounds_of(rings)
    size = 5.0
    if not name or (east - west) * 1000 / scale < pen.width(name, size) + 1 or (north - south) * 1000 / scale < 2.6:
        return
    middle = shapely.point_on_surface(_area(rings))
    if window[0] < middle.x < window[2] and window[1] < middle.y < window[3]:
        x, y = on_paper((middle.x, middle.y))
        pen.text(name, x, y, size, colour=_FAINT, align=0.5)


def _mark(pen: Pen, at: Place) -> None:
    x, y = at
    pen.disc(x, y, 1.5, _WHITE)
    pen.disc(x, y, 1.15, _RED)
    pen.disc(x, y, 0.4, _WHITE)


def _draw_commune(pen: Pen, sketch: Sketch, frame: Frame) -> None:
    left, bottom, width, height = frame
    west, south, east, north = _bounds_of(sketch.commune)
    room = width - 1.6
    scale = max((east - west) / room, (north - south) / room) or 1.0

    def on_paper(place: Place) -> Place:
        return (
            left + width / 2 + (place[0] - (west + east) / 2) / scale,
            bottom + height / 2 + (place[1] - (south + north) / 2) / scale,
        )

    pen.box(*frame, fill=_WHITE, line=_FAINT, thickness=0.2)
    pen.rings([thinned([on_paper(place) for place in ring]) for ring in sketch.commune], fill=_GROUND, line=_FAINT,
              thickness=0.2)  # fmt: skip
    pen.disc(*on_paper(sketch.point), 0.8, _RED)


def thinned(ring: list[Place], least: float = 0.08) -> list[Place]:
    """Return a ring on paper without what no printer shows: places nearer to the one before than `least` mm."""
    kept = ring[:1]
    for place in ring[1:]:
        if math.dist(place, kept[-1]) >= least:
            kept.append(place)
    return kept


def _draw_scale(pen: Pen, scale: int, left: float, bottom: float, room: float) -> None:
    metres = max((one for one in _BARS if one * 1000 / scale <= room), default=_BARS[0])
    length = metres * 1000 / scale
    pen.box(left - 0.8, bottom - 0.8, length + 8.2, 5.6, fill=_WHITE)
    for part in range(4):
        pen.box(left + part * length / 4, bottom, length / 4, 0.9, fill=_INK if part % 2 == 0 else _WHITE)
    pen.box(left, bottom, length, 0.9, line=_INK, thickness=0.15)
    shown = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    pen.text(shown, left, bottom + 2.9, 5.5, colour=_INK)
    x, y = left + length + 4.0, bottom
    pen.shape([(x, y + 4.0), (x - 1.1, y), (x, y + 1.0)], _INK)
    pen.shape([(x, y + 4.0), (x + 1.1, y), (x, y + 1.0)], _INK, hollow=True)
    pen.text("B", x + 1.4, y + 3.2, 5.0, bold=True, colour=_INK)
