"""A small map as SVG text: the outlines near a house, its neighbours and the house, north up, with a scale bar.

Pure: coordinates in, text out. They are EPSG:3857 metres, whose unit is 1 ÷ cos(latitude) metres on the ground;
the scale bar takes that into account. The drawing needs no JavaScript and no other file; its colours come from
the page's stylesheet through the classes `land`, `edge`, `edge commune`, `near`, `here`, `bar`, `hung` and `whole`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import shapely
from shapely import Geometry

WIDTH, HEIGHT = 320, 240
"""Units of the drawing; about CSS pixels on a phone."""

# Half the width of what is shown, in ground metres.
_HALF_WIDTHS_M = (20, 25, 30, 40, 50, 60, 75, 95, 120, 150, 190, 240, 300)
_SCALE_BARS_M = (5, 10, 20, 50, 100, 200)
_NUMBERS_SHOWN = 12
_LETTER_WIDTH, _LINE_HEIGHT = 7, 12
_LOCATOR_LEFT, _LOCATOR_TOP = WIDTH - 70, HEIGHT - 70
_SIDE = 64  # of the little drawing of the whole commune
_MARGIN = 4
# Where no neighbour's number may stand: the house and its number, the north arrow, the scale bar.
_KEPT_FREE = ((160, 120), (160, 144), (304, 22), (304, 34), (304, 46), (20, 222), (50, 222), (80, 222), (50, 234))


class Neighbour(NamedTuple):
    """Another house, `east` and `north` of the one in the middle in EPSG:3857 metres."""

    east: float
    north: float
    number: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A unit drawn whole in a square of 64 units: the path, and how a point of EPSG:3857 gets into it."""

    path: str
    west: float
    north: float
    scale: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where (x, y) in EPSG:3857 metres lies in the square, y downwards."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale


def whole(outline: Geometry) -> Whole:
    """Draw a unit's outline (EPSG:3857) small, with no more points than can be seen."""
    west, south, east, north = outline.bounds
    extent = max(east - west, north - south) or 1.0
    inner = _SIDE - 2 * _MARGIN
    scale = inner / extent
    left = west - (_SIDE / scale - (east - west)) / 2
    top = north + (_SIDE / scale - (north - south)) / 2
    small = Whole("", left, top, scale)
    path = "".join(
        _line([small.place(x, y) for x, y in ring.coords[:-1]]) + "z"
        for polygon in shapely.get_parts(outline.simplify(extent / 100))
        for ring in [polygon.exterior]
    )
    return Whole(path, left, top, scale)


def draw(
    *,
    x: float,
    y: float,
    lat: float,
    number: str,
    neighbours: Sequence[Neighbour],
    are_cut_off: bool,
    edges: Iterable[tuple[str, Geometry]],
    commune: Whole | None,
    title: str,
    north_letter: str,
    mark: tuple[float, float] | None = None,
) -> str:
    """Return the `<svg>` of the house at (x, y) in EPSG:3857 metres, `lat` its latitude in degrees.

    `neighbours` are sorted by distance; `are_cut_off` says that there are more of them farther away, so the view
    ends where they do and no corner looks emptier than it is. `edges` are boundary lines in EPSG:3857, each with
    its class. `title` is what a screen reader says instead. `mark` is a place to cross, `east` and `north` of the house
    in EPSG:3857 metres, where something of the house is: its plate.
    """
    stretch = 1 / math.cos(math.radians(lat))
    farthest_m = math.hypot(neighbours[-1].east, neighbours[-1].north) / stretch if are_cut_off else None
    per_metre = WIDTH / 2 / _half_width_m(farthest_m)  # drawing units per metre on the ground
    scale = per_metre / stretch  # drawing units per metre of EPSG:3857
    parts = [
        f'<svg class="sketch" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f'<rect class="land" width="{WIDTH}" height="{HEIGHT}"/>'
    ]
    for kind, boundary in edges:
        path = _edge(boundary, x, y, scale)
        if path:
            parts.append(f'<path class="{kind}" d="{path}"/>')
    parts.append(_houses(number, neighbours, scale))
    if mark is not None:
        left, top = round(WIDTH / 2 + mark[0] * scale), round(HEIGHT / 2 - mark[1] * scale)
        parts.append(f'<path class="hung" d="M{left - 6} {top - 6}l12 12M{left + 6} {top - 6}l-12 12"/>')
    parts.append(_scale_bar(per_metre))
    parts.append(f'<path class="bar" d="M304 34V14M298 21L304 12L310 21"/><text x="304" y="46">{north_letter}</text>')
    if commune is not None:
        parts.append(_locator(commune, x, y))
    parts.append("</svg>")
    return "".join(parts)


def _half_width_m(farthest_m: float | None) -> int:
    """Return the widest view whose corners are no farther away than the farthest neighbour known."""
    if farthest_m is None:
        return _HALF_WIDTHS_M[-1]
    reach = farthest_m * WIDTH / math.hypot(WIDTH, HEIGHT)
    return max((half for half in _HALF_WIDTHS_M if half <= reach), default=_HALF_WIDTHS_M[0])


def _edge(boundary: Geometry, x: float, y: float, scale: float) -> str:
    """Return the piece of a boundary inside the drawing as path data."""
    half_width, half_height = WIDTH / 2 / scale, HEIGHT / 2 / scale
    piece = shapely.clip_by_rect(boundary, x - half_width, y - half_height, x + half_width, y + half_height)
    if piece.is_empty:
        return ""
    return "".join(
        _line([(WIDTH / 2 + (a - x) * scale, HEIGHT / 2 - (b - y) * scale) for a, b in line.coords])
        for line in shapely.get_parts(piece)
        if line.geom_type == "LineString"
    )


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{a:.0f} {b:.0f}" for a, b in points)


def _houses(number: str, neighbours: Sequence[Neighbour], scale: float) -> str:
    """Return the dots, the numbers that find room beside them, and the house in the middle."""
    middle_x, middle_y = WIDTH // 2, HEIGHT // 2
    dots: list[str] = []
    texts: list[str] = []
    taken = list(_KEPT_FREE)
    for east, north, name in neighbours:
        left, top = round(middle_x + east * scale), round(middle_y - north * scale)
        if not (0 <= left <= WIDTH and 0 <= top <= HEIGHT):
            continue
        if left > _LOCATOR_LEFT - 12 and top > _LOCATOR_TOP - 4:
            continue  # the little drawing of the commune covers it
        dots.append(f"M{left} {top}h0")
        if name and len(texts) < _NUMBERS_SHOWN:
            above = top - 6
            if (
                14 < left < WIDTH - 14
                and above > 10
                and _has_room(left, above, _LETTER_WIDTH * max(3, len(name)), taken)
            ):
                taken.append((left, above))
                texts.append(f'<text x="{left}" y="{above}">{_escaped(name)}</text>')
    own = f'<text class="own" x="{middle_x}" y="{middle_y + 24}">{escape(number)}</text>' if number else ""
    return (
        f'<path class="near" d="{"".join(dots)}"/>{"".join(texts)}'
        f'<circle class="here" cx="{middle_x}" cy="{middle_y}" r="8"/>{own}'
    )


def _escaped(text: str) -> str:
    # Most numbers are digits alone, and asking costs a fifth of escaping.
    return text if text.isalnum() else escape(text)


def _has_room(left: int, top: int, width: int, taken: Sequence[tuple[int, int]]) -> bool:
    for other_left, other_top in taken:  # a generator takes twice the time, at every scan
        if -width < left - other_left < width and -_LINE_HEIGHT < top - other_top < _LINE_HEIGHT:
            return False
    return True


def _scale_bar(per_metre: float) -> str:
    """Return the longest round length that fits a quarter of the width."""
    metres = max((m for m in _SCALE_BARS_M if m * per_metre <= WIDTH / 4), default=_SCALE_BARS_M[0])
    end = 10 + round(metres * per_metre)
    return f'<path class="bar" d="M10 224v6H{end}v-6"/><text x="{(10 + end) // 2}" y="222">{metres} m</text>'


def _locator(commune: Whole, x: float, y: float) -> str:
    left, top = commune.place(x, y)
    return (
        f'<g class="whole" transform="translate({_LOCATOR_LEFT} {_LOCATOR_TOP})">'
        f'<rect width="{_SIDE}" height="{_SIDE}" rx="4"/><path d="{commune.path}"/>'
        f'<circle class="here" cx="{left:.0f}" cy="{top:.0f}" r="3"/></g>'
    )
