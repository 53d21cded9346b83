"""An alley's board as a map for its public page: SVG text, north up, its colours left to the page's stylesheet. Pure.

The numbers are placed as on the board that hangs there (`alley_board.py`). A small alley is as wide as a phone; a long
one becomes wider, and the page lets it scroll. Where no width has room for the numbers, houses are dots.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import shapely

from households.plates.alley_board import (
    AROUND,
    BRANCH,
    MAIN,
    PADDING_MM,
    POINT,
    STREET_WIDTHS,
    Board,
    BoardSheet,
    Drawn,
    Frame,
    Place,
    one_sheet,
    scale_for,
    within,
)
from households.plates.board_cutting import Bounds
from households.plates.board_labels import Placed
from mapping.printing.fonts import Fonts

PIXELS: Final = 4.3
"""CSS pixels a millimetre of the drawing, so that the smallest numbers can be read."""
WIDTHS: Final = (76.0, 110.0, 160.0, 240.0, 360.0, 540.0)
"""Of the map, in millimetres; the first is a phone's."""
MOST_NUMBERED: Final = 400
"""Where more houses are on a street, they are dots: to place so many numbers takes seconds."""
_LEAST_HEIGHT, _MOST_HEIGHT = 0.5, 1.4  # shares of the width
_FOOT: Final = 9.0  # below the map: scale and north
_FEW_LEADERS: Final = 0.35
_ROOM: Final = 12.0  # square millimetres of a number in the smallest type
_MOST_FILLED: Final = 0.15
_THIN: Final = 0.3
"""How much of their width streets keep on a map of dots, where they would run into one another."""
_LEAST_SPAN_M: Final = 30.0
_SCALE_BARS_M: Final = (5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_NAME_SIZES: Final = {MAIN: 8.5, BRANCH: 7.0, AROUND: 7.0}
_ORDER: Final = (AROUND, BRANCH, MAIN)


FROM_RIGHT: Final = "alley from-right"
"""The class of a drawing that begins at its right end."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the drawing says: to a screen reader, at the mouth, and for the north."""

    title: str
    mouth: str
    north: str


def draw(board: Board, fonts: Fonts, words: Words) -> str:
    """Return the `<svg>` of a board; one that scrolls and has its mouth in the right half is of the class `FROM_RIGHT`.

    The page then shows its right end first: that is where the visitor stands.
    """
    frame, sheet = _fitted(board, fonts)
    _, _, width, height = frame.frame
    kind = "alley whole" if sheet.size == 0 else "alley"
    if width > WIDTHS[0] and sheet.on_paper(board.mouth, frame)[0] > width / 2:
        kind = FROM_RIGHT
    parts = [
        f'<svg class="{kind}" width="{width * PIXELS:.0f}" height="{(height + _FOOT) * PIXELS:.0f}" '
        f'viewBox="0 0 {width:g} {height + _FOOT:g}" role="img" aria-label="{escape(words.title)}">'
        f'<rect class="land" width="{width:g}" height="{height:g}"/>'
    ]
    parts += _streets(board, sheet, frame, fonts)
    parts += _houses(board, sheet, frame)
    parts += _mouth(sheet, height, words.mouth)
    parts.append(_foot(sheet, width, height, words.north))
    parts.append("</svg>")
    return "".join(parts)


def _fitted(board: Board, fonts: Fonts) -> tuple[Frame, BoardSheet]:
    """The narrowest map on which most numbers stand at their houses, or all of them somewhere, or as many as can."""
    bounds, drawn = _bounds(board), Drawn(board)
    everyone = tuple(range(len(board.houses)))
    second: tuple[Frame, BoardSheet] | None = None
    last: tuple[Frame, BoardSheet] | None = None
    for width in WIDTHS if len(everyone) <= MOST_NUMBERED else ():
        frame = _frame(bounds, width)
        if not _may_hold(frame, bounds, len(everyone)):
            continue
        sheet = one_sheet(board, drawn, everyone, bounds, frame, fonts)
        last = frame, sheet
        if not sheet.is_legible:
            continue
        if sheet.led <= _FEW_LEADERS:
            return frame, sheet
        second = second or (frame, sheet)
    return second or last or _dots(bounds, everyone)


def _dots(bounds: Bounds, houses: tuple[int, ...]) -> tuple[Frame, BoardSheet]:
    west, south, east, north = bounds
    frame = _frame(bounds, WIDTHS[0])
    _, _, width, height = frame.frame
    scale = max((east - west) / (width - PADDING_MM), (north - south) / (height - PADDING_MM)) * 1000
    centre = (west + east) / 2, (south + north) / 2
    return frame, BoardSheet(math.ceil(scale), centre, houses, 0.0, (None,) * len(houses), None)


def _bounds(board: Board) -> Bounds:
    """The street, its branches and their houses, and never a mere point."""
    places = [house.at for house in board.houses]
    for street in board.streets:
        if street.role != AROUND:
            places += street.path
    xs, ys = zip(*places, strict=True)
    across = max(0.0, _LEAST_SPAN_M - (max(xs) - min(xs))) / 2
    up = max(0.0, _LEAST_SPAN_M - (max(ys) - min(ys))) / 2
    return min(xs) - across, min(ys) - up, max(xs) + across, max(ys) + up


def _frame(bounds: Bounds, width: float) -> Frame:
    """A map so wide, and as high as what it shows asks for."""
    west, south, east, north = bounds
    inside = width - 2 * PADDING_MM
    height = inside * (north - south) / (east - west) + 2 * PADDING_MM
    return Frame((0.0, 0.0, width, round(min(_MOST_HEIGHT * width, max(_LEAST_HEIGHT * width, height)), 1)))


def _may_hold(frame: Frame, bounds: Bounds, houses: int) -> bool:
    """Whether all of it is on the map at a scale that boards have, and numbers would not fill it."""
    _, _, width, height = frame.frame
    west, south, east, north = bounds
    scale = scale_for(bounds, frame)
    across, up = (width - PADDING_MM) * scale / 1000, (height - PADDING_MM) * scale / 1000
    return across >= east - west and up >= north - south and houses * _ROOM <= _MOST_FILLED * width * height


def _streets(board: Board, sheet: BoardSheet, frame: Frame, fonts: Fonts) -> Iterator[str]:
    """Edges first and then what lies between them, so that streets run into one another without a line between."""
    _, _, width, height = frame.frame
    paths: dict[int, list[Sequence[Place]]] = {}
    for index, street in enumerate(board.streets):
        line = shapely.LineString([sheet.on_paper(place, frame) for place in street.path]).simplify(0.1)
        clipped = shapely.clip_by_rect(line, -5, -5, width + 5, height + 5)
        pieces: list[Sequence[Place]] = [
            list(part.coords) for part in shapely.get_parts(clipped) if part.geom_type == "LineString"
        ]
        if pieces:
            paths[index] = pieces
    order = sorted(paths, key=lambda index: _ORDER.index(board.streets[index].role))
    share = _THIN if sheet.size == 0 else 1.0
    for part in ("rim", "way"):
        for index in order:
            role = board.streets[index].role
            thick = STREET_WIDTHS[role] * share + (0.5 if part == "rim" else 0)
            data = "".join(_path(piece, height) for piece in paths[index])
            yield f'<path class="{part} {role}" stroke-width="{thick:g}" d="{data}"/>'
    for index in order:
        street = board.streets[index]
        yield from _name(street.name, street.role, paths[index], frame, fonts)


def _path(points: Sequence[Place], height: float) -> str:
    return "M" + "L".join(f"{x:.1f} {height - y:.1f}" for x, y in points)


def _name(name: str, role: str, pieces: Sequence[Sequence[Place]], frame: Frame, fonts: Fonts) -> Iterator[str]:
    """The name within the street, along its longest straight stretch; none where it has no room, or but its kind."""
    _, _, width, height = frame.frame
    size = _NAME_SIZES[role]
    stretches = [
        seen
        for piece in pieces
        for start, end in itertools.pairwise(shapely.LineString(piece).simplify(0.7).coords)
        if (seen := within((start[0], start[1]), (end[0], end[1]), (0.0, 0.0, width, height)))
    ]
    longest = max(stretches, key=lambda ends: math.dist(*ends), default=None)
    if " " not in name or longest is None or math.dist(*longest) < fonts.bold.measure(name) * size * POINT + 3:
        return
    start, end = sorted(longest)  # read from the left
    angle = -math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    x, y = (start[0] + end[0]) / 2, height - (start[1] + end[1]) / 2
    yield (
        f'<text class="name" font-size="{size * POINT:.2f}" dy=".36em" '
        f'transform="translate({x:.1f} {y:.1f}) rotate({angle:.0f})">{escape(name)}</text>'
    )


def _houses(board: Board, sheet: BoardSheet, frame: Frame) -> Iterator[str]:
    """Plates with numbers, lines to those that stand apart, and dots for houses without."""
    height = frame.frame[3]
    dots, lines, plates, texts = [], [], [], []
    for index, label in zip(sheet.houses, sheet.labels, strict=True):
        house = board.houses[index]
        x, y = sheet.on_paper(house.at, frame)
        if label is None or not house.number:
            dots.append(f"M{x:.1f} {height - y:.1f}h0")
            continue
        if label.is_led:
            to_x, to_y = _edge_towards(label)
            lines.append(f"M{x:.1f} {height - y:.1f}L{to_x:.1f} {height - to_y:.1f}")
            dots.append(f"M{x:.1f} {height - y:.1f}h0")
        plates.append(_box(label, height, "plate", 0.5))
        texts.append(f'<text x="{label.x:.1f}" y="{height - label.y:.1f}" dy=".36em">{escape(house.number)}</text>')
    if dots:
        thick = 0.9 if sheet.size == 0 else 1.6
        yield f'<path class="dots" stroke-width="{thick}" d="{"".join(dots)}"/>'
    if lines:
        yield f'<path class="lead" d="{"".join(lines)}"/>'
    if plates:
        yield f'{"".join(plates)}<g class="numbers" font-size="{sheet.size * POINT:.2f}">{"".join(texts)}</g>'


def _box(label: Placed, height: float, kind: str, radius: float) -> str:
    left, bottom, right, top = label.box
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{height - top:.1f}" width="{right - left:.1f}" '
        f'height="{top - bottom:.1f}" rx="{radius}"/>'
    )


def _edge_towards(label: Placed) -> Place:
    """Where the line from the house meets the label."""
    left, bottom, right, top = label.box
    return min(max(label.house[0], left), right), min(max(label.house[1], bottom), top)


def _mouth(sheet: BoardSheet, height: float, word: str) -> Iterator[str]:
    label = sheet.mouth
    if label is None:
        return
    x, y = label.house
    to_x, to_y = _edge_towards(label)
    yield (
        f'<path class="mouth" d="M{x:.1f} {height - y:.1f}L{to_x:.1f} {height - to_y:.1f}"/>'
        f'<circle class="mouth" cx="{x:.1f}" cy="{height - y:.1f}" r="1.6"/>{_box(label, height, "mouth", 1)}'
        f'<text class="mouth" font-size="{10.5 * POINT:.2f}" x="{label.x:.1f}" y="{height - label.y:.1f}" '
        f'dy=".36em">{escape(word)}</text>'
    )


def _foot(sheet: BoardSheet, width: float, height: float, north: str) -> str:
    """Below the map, where a phone shows it first: the north, and the longest round length that fits there."""
    per_metre, y = 1000 / sheet.scale, height + 5
    metres = max((m for m in _SCALE_BARS_M if m * per_metre <= WIDTHS[0] / 2), default=_SCALE_BARS_M[0])
    start = 12.0
    end = start + metres * per_metre
    return (
        f'<rect class="foot" y="{height:g}" width="{width:g}" height="{_FOOT:g}"/>'
        f'<path class="bar" d="M3 {y + 3:g}v-6.5l-1.4 2.4m1.4 -2.4l1.4 2.4"/>'
        f'<text class="said" x="6" y="{y:g}" dy=".36em">{escape(north)}</text>'
        f'<path class="bar" d="M{start:g} {y - 1.5:g}v3M{start:g} {y:g}H{end:.1f}m0 -1.5v3"/>'
        f'<text class="said" x="{end + 2:.1f}" y="{y:g}" dy=".36em">{metres} m</text>'
    )
