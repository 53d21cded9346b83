"""The demo commune's streets and outline, drawn as a lowland commune of Thanh Hóa lies: three old sand ridges
that run beside the coast, a road and a chain of villages along each, alleys to both sides, rice between.

Coordinates are metres east and north of the commune's centre.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass
from typing import Final, Literal

Point = tuple[float, float]
Line = tuple[Point, ...]
Kind = Literal["road", "cross_road", "alley", "sub_alley", "new_street"]

REACH_M: Final = 1_195.0
"""No house is farther from the centre: the real commune's border passes at 1,289 m."""

_LEAN: Final = math.radians(-13)  # the ridges follow the coast, a little east of north


@dataclass(frozen=True, slots=True)
class Village:
    """A village: its name and the stretch of a ridge road that it lies along, north end first."""

    name: str
    ridge: int
    north: float
    south: float


VILLAGES: Final = (
    Village("Xa Thư", 0, 820, 330),
    Village("Đông Hoà", 0, 190, -260),
    Village("Phú Cường", 0, -360, -830),
    Village("Thượng Đình", 1, 1130, 745),
    Village("Trung Đình", 1, 680, 245),
    Village("Yên Lạc", 1, 120, -235),
    Village("Tiền Phong", 1, -345, -700),
    Village("Hạ Đình", 1, -765, -1130),
    Village("Tân Tiến", 2, 850, 540),
    Village("Văn Phong", 2, 470, 205),
    Village("Ngọc Lâm", 2, 95, -280),
    Village("Cộng Hoà", 2, -385, -830),
)

_RIDGES: Final = (
    ("đường Đồng Tây", -690.0, 46.0, 330.0, 0.4, 900.0),
    ("đường Liên Xã", 0.0, 58.0, 430.0, 1.1, 1_700.0),
    ("đường Đồng Đông", 690.0, 42.0, 290.0, 2.3, 900.0),
)
"""Name, place, sway and its length, phase, and how far to the north and south, in metres."""

_CROSS_ROADS: Final = (
    (
        "đường Kênh Bắc",
        ((1_700, 190), (1_100, 120), (690, 150), (330, 205), (0, 182), (-340, 215), (-690, 262), (-1_700, 330)),
    ),
    (
        "đường Kênh Nam",
        ((1_700, -395), (1_150, -370), (690, -332), (350, -300), (0, -290), (-330, -330), (-690, -310), (-1_700, -250)),
    ),
)
"""Numbers rise from east to west."""

NEW_STREET: Final = "đường Tân Lập"
"""A street of new lots, whose houses stand in the sample list and not yet in the demo."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street as it lies. `line` runs the way its numbers go; `parent` is the place of the street it leaves in
    the list of all streets, `mouth` how far along that street and `left` on which side. `village` is the place
    in `VILLAGES`, None for a road through several.
    """

    kind: Kind
    line: Line
    name: str = ""
    village: int | None = None
    parent: int | None = None
    mouth: float = 0.0
    left: bool = False


def lean(point: Point) -> Point:
    """Turn a point of the upright drawing to where it lies."""
    x, y = point
    return (x * math.cos(_LEAN) - y * math.sin(_LEAN), x * math.sin(_LEAN) + y * math.cos(_LEAN))


def ridge_x(ridge: int, y: float) -> float:
    """Where a ridge road passes at this northing, in the upright drawing."""
    _, x, sway, length, phase, _ = _RIDGES[ridge]
    return x + sway * math.sin(y / length + phase) + 13 * math.sin(y / 67 + 3 * phase)


def _ridge_road(ridge: int) -> Line:
    reach = _RIDGES[ridge][-1]
    # Numbers rise from north to south (Circular 08/2024).
    return tuple((ridge_x(ridge, y), y) for y in (reach - step * 20 for step in range(int(reach // 10) + 1)))


def _rounded(corners: Line, times: int = 2) -> Line:
    """Chaikin's cutting of corners; the ends stay."""
    for _ in range(times):
        points = [corners[0]]
        for (ax, ay), (bx, by) in itertools.pairwise(corners):
            points += [(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by), (0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by)]
        corners = (*points, corners[-1])
    return corners


def length_m(line: Line) -> float:
    """The length of a line."""
    return sum(math.dist(a, b) for a, b in itertools.pairwise(line))


def along(line: Line, distance: float) -> tuple[Point, Point]:
    """The point so far along a line, and the unit vector of its direction there."""
    for a, b in itertools.pairwise(line):
        step = math.dist(a, b)
        if distance <= step:
            way = ((b[0] - a[0]) / step, (b[1] - a[1]) / step)
            return (a[0] + way[0] * distance, a[1] + way[1] * distance), way
        distance -= step
    step = math.dist(line[-2], line[-1])
    return line[-1], ((line[-1][0] - line[-2][0]) / step, (line[-1][1] - line[-2][1]) / step)


def _branch(rng: random.Random, line: Line, mouth: float, left: bool, length: float) -> Line:
    """A slightly bent lane that leaves `line` at about a right angle."""
    (x, y), (dx, dy) = along(line, mouth)
    heading = math.atan2(dy, dx) + (math.pi / 2 if left else -math.pi / 2) + rng.uniform(-0.13, 0.13)
    bend = rng.uniform(-0.0016, 0.0016)
    points = [(x, y)]
    steps = max(2, round(length / 22))
    for _ in range(steps):
        step = length / steps
        heading += bend * step + rng.uniform(-0.035, 0.035)
        x, y = x + math.cos(heading) * step, y + math.sin(heading) * step
        points.append((x, y))
    return tuple(points)


def streets(rng: random.Random) -> list[Street]:
    """Every street, each after the one it leaves; in the upright drawing, before `lean`."""
    drawn = [Street("road", _ridge_road(ridge), name=_RIDGES[ridge][0]) for ridge in range(3)]
    drawn += [Street("cross_road", _rounded(corners), name=name) for name, corners in _CROSS_ROADS]
    drawn.append(Street("new_street", _branch(rng, drawn[3].line, 1_330, True, 290), name=NEW_STREET))
    for number, village in enumerate(VILLAGES):
        road = drawn[village.ridge]
        for left in (True, False):
            y = village.north - rng.uniform(14, 50)
            breadth = rng.uniform(130, 200)  # how far the village spreads to this side at its middle
            while y > village.south + 12:
                mouth = length_m(tuple(point for point in road.line if point[1] > y)) + 1.0
                middle = math.sin(math.pi * (village.north - y) / (village.north - village.south))
                length = 55 + breadth * middle * rng.uniform(0.55, 1.15)
                line = _branch(rng, road.line, mouth, left, length)
                place = len(drawn)
                drawn.append(Street("alley", line, village=number, parent=village.ridge, mouth=mouth, left=left))
                for turn in (0.48 * length, 0.86 * length):
                    if length > 95 and rng.random() < 0.5:
                        turn += rng.uniform(-10, 10)
                        side = rng.random() < 0.5
                        twig = _branch(rng, line, turn, side, rng.uniform(34, 50))
                        drawn.append(Street("sub_alley", twig, village=number, parent=place, mouth=turn, left=side))
                y -= rng.uniform(50, 92)
    return drawn


def outline(rng: random.Random) -> Line:
    """The commune's border: a closed line of fields' edges and streams, nowhere nearer than 1,300 m."""
    corners: list[Point] = []
    angle, waves = 0.0, [(k, rng.uniform(0, 2 * math.pi), 230 / k) for k in (2, 3, 5, 8)]
    while angle < 2 * math.pi - 0.05:
        radius = 1_600 + sum(height * math.sin(k * angle + phase) for k, phase, height in waves)
        radius = max(1_345, radius + rng.uniform(-95, 95))
        corners.append((radius * math.cos(angle), radius * math.sin(angle) * 1.04))
        angle += rng.uniform(0.05, 0.17)
    ring = _rounded((*corners, corners[0], corners[1]), 1)[1:]
    ring = ring[: 2 * len(corners)]
    return (*ring, ring[0])
