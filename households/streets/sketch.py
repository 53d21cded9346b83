"""A street as a little map in SVG: its line with an arrow, the alleys that leave it, its houses with their numbers.

Pure: metres in one VN-2000 zone in, text out. Colours come from the page's stylesheet through the classes `land`,
`way`, `way this`, `thin`, `arrow`, `near`, `many` and `bar`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
import shapely
from shapely import LineString

Placing = Callable[[Sequence[tuple[float, ...]]], list[tuple[float, float]]]
"""From metres to units of the drawing."""

WIDTH: Final = 480
_LEAST_HEIGHT, _MOST_HEIGHT = 200, 480
_MARGIN: Final = 28
_SCALE_BARS_M: Final = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_LETTER_WIDTH, _LINE_HEIGHT = 7, 13
_LEAST_SPAN_M: Final = 40.0
_ROOM: Final = 5  # units of the drawing along the street for each house, below which dots get small
_FINE_M: Final = 1_000.0
"""A street longer than this is drawn with thin lines."""


@dataclass(frozen=True, slots=True)
class Fronting:
    """A house on the street: eastings and northings in metres, and its number."""

    x: float
    y: float
    number: str


def draw(
    *,
    line: LineString,
    others: Sequence[LineString],
    houses: Sequence[Fronting],
    title: str,
    north_letter: str,
) -> str:
    """Return the `<svg>` of a street. `others` are streets that touch it; `title` is what a screen reader says."""
    x = [line.bounds[0], line.bounds[2], *(house.x for house in houses)]
    y = [line.bounds[1], line.bounds[3], *(house.y for house in houses)]
    west, east, south, north = min(x), max(x), min(y), max(y)
    across, up = max(east - west, _LEAST_SPAN_M), max(north - south, _LEAST_SPAN_M)
    height = round(min(_MOST_HEIGHT, max(_LEAST_HEIGHT, (WIDTH - 2 * _MARGIN) * up / across + 2 * _MARGIN)))
    scale = min((WIDTH - 2 * _MARGIN) / across, (height - 2 * _MARGIN) / up)
    left, top = (west + east) / 2 - WIDTH / 2 / scale, (south + north) / 2 + height / 2 / scale

    def place(points: Sequence[tuple[float, ...]]) -> list[tuple[float, float]]:
        return [((px - left) * scale, (top - py) * scale) for px, py, *_z in points]

    seen = shapely.box(left, top - height / scale, left + WIDTH / scale, top)
    parts = [
        f'<svg class="sketch street" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f'<rect class="land" width="{WIDTH}" height="{height}"/>'
    ]
    thin = " thin" if line.length > _FINE_M else ""
    for other in others:
        clipped = other.intersection(seen)
        if not clipped.is_empty:
            parts += [
                f'<path class="way{thin}" d="{_path(place(part.coords))}"/>'
                for part in shapely.get_parts(clipped)
                if part.geom_type == "LineString"
            ]
    parts.append(f'<path class="way this{thin}" d="{_path(place(line.coords))}"/>')
    parts.append(_arrow(line, place, scale))
    spots = place([(house.x, house.y) for house in houses])
    if spots:
        dense = " many" if line.length * scale < _ROOM * len(spots) else ""
        parts.append(f'<path class="near{dense}" d="' + "".join(f"M{a:.0f} {b:.0f}h0" for a, b in spots) + '"/>')
    doors = place([line.interpolate(line.project(shapely.Point(house.x, house.y))).coords[0] for house in houses])
    parts.append(_numbers(spots, doors, houses))
    parts.append(_scale_bar(scale, height))
    parts.append(
        f'<path class="bar" d="M{WIDTH - 16} 34V14M{WIDTH - 22} 21L{WIDTH - 16} 12L{WIDTH - 10} 21"/>'
        f'<text x="{WIDTH - 16}" y="46">{escape(north_letter)}</text></svg>'
    )
    return "".join(parts)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)


def _arrow(line: LineString, place: Placing, scale: float) -> str:
    """Three arrow heads along the line: the way it was drawn."""
    heads = []
    for share in (0.25, 0.5, 0.75):
        step = min(0.02 * line.length, 2.0 / scale)
        behind = line.interpolate(max(0.0, share * line.length - step)).coords[0]
        ahead = line.interpolate(min(line.length, share * line.length + step)).coords[0]
        (ax, ay), (bx, by) = place([behind, ahead])
        way = np.array([bx - ax, by - ay])
        size = float(np.hypot(*way))
        if size == 0:
            continue
        ux, uy = way / size
        tip = (bx + ux * 4, by + uy * 4)
        heads.append(
            f"M{tip[0] - ux * 7 - uy * 4:.1f} {tip[1] - uy * 7 + ux * 4:.1f}L{tip[0]:.1f} {tip[1]:.1f}"
            f"L{tip[0] - ux * 7 + uy * 4:.1f} {tip[1] - uy * 7 - ux * 4:.1f}"
        )
    return f'<path class="arrow" d="{"".join(heads)}"/>' if heads else ""


def _numbers(
    spots: Sequence[tuple[float, float]], doors: Sequence[tuple[float, float]], houses: Sequence[Fronting]
) -> str:
    """The numbers that find room, each behind its house, away from the street."""
    taken: list[tuple[float, float]] = []
    texts = []
    for (a, b), (door_a, door_b), house in zip(spots, doors, houses, strict=True):
        half = _LETTER_WIDTH / 2 * max(2, len(house.number))
        away = np.array([a - door_a, b - door_b])
        size = float(np.hypot(*away))
        out_a, out_b = away / size if size > 0 else (0.0, -1.0)
        x, y = a + out_a * (half + 5), b + out_b * 10 + 4
        if not house.number or any(
            abs(x - other_x) < 2 * half and abs(y - other_y) < _LINE_HEIGHT for other_x, other_y in taken
        ):
            continue
        taken.append((x, y))
        texts.append(f'<text x="{x:.0f}" y="{y:.0f}">{escape(house.number)}</text>')
    return "".join(texts)


def _scale_bar(scale: float, height: int) -> str:
    metres = max((m for m in _SCALE_BARS_M if m * scale <= WIDTH / 4), default=_SCALE_BARS_M[0])
    end = 10 + round(metres * scale)
    return (
        f'<path class="bar" d="M10 {height - 16}v6H{end}v-6"/>'
        f'<text x="{(10 + end) // 2}" y="{height - 18}">{metres} m</text>'
    )
