"""Paths of an SVG in whole units, written as steps from point to point: short, and short to pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from typing import Final, NamedTuple

import shapely

from mapping.printing.glyphs import Contour

Point = tuple[int, int]

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) of a PDF: x' = a x + c y + e, y' = b x + d y + f."""

_STEPS_A_CURVE: Final = 24  # of a quarter circle: 10 µm off at a radius of 20 mm


def multiply(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does `first` and `then` the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


class Piece(NamedTuple):
    """A path that begins `first` from its origin; its steps from there, and where it ends, from its origin again."""

    first: Point
    steps: str
    end: Point


def joined(pieces: Iterable[tuple[Piece, Point]]) -> str:
    """Pieces with their origins, one after the other, for an SVG."""
    parts: list[str] = []
    at_x = at_y = 0
    for piece, (x, y) in pieces:
        parts.append(f"m{x + piece.first[0] - at_x} {y + piece.first[1] - at_y}".replace(" -", "-"))
        parts.append(piece.steps)
        at_x, at_y = x + piece.end[0], y + piece.end[1]
    return "".join(parts)


class Path:
    """A path that is built in a space of its own, which `matrix` takes to units."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix
        self._segments: list[tuple[str, list[tuple[float, float]]]] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added yet."""
        return not self._segments

    def move(self, x: float, y: float) -> None:
        """Begin a new ring or line."""
        self._add("m", (x, y))

    def line(self, x: float, y: float) -> None:
        """Go on straight."""
        self._add("l", (x, y))

    def curve(self, *values: float) -> None:
        """Go on in a cubic curve: two control points and its end."""
        x1, y1, x2, y2, x3, y3 = values
        self._add("c", (x1, y1), (x2, y2), (x3, y3))

    def quadratic(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Go on in a quadratic curve: its control point and its end."""
        self._add("q", (x1, y1), (x2, y2))

    def close(self) -> None:
        """Go back to where this ring began."""
        self._add("z")

    def rectangle(self, x: float, y: float, width: float, height: float) -> None:
        """A whole ring."""
        self.polygon(((x, y), (x + width, y), (x + width, y + height), (x, y + height)))

    def polygon(self, corners: Sequence[tuple[float, float]]) -> None:
        """A whole ring with these corners."""
        self._add("m", corners[0])
        for corner in corners[1:]:
            self._add("l", corner)
        self._add("z")

    def rings(self, rings: Sequence[Sequence[Point]]) -> str:
        """Rings whose sides lie along the axes, for an SVG; every second corner is enough to draw them by."""
        a, b, c, d, e, f = self._matrix
        if b or c:
            for ring in rings:
                self.polygon(ring)
            return self.data()
        reach = 1 + max(max(corner) for ring in rings for corner in ring)
        xs = [round(a * place + e) for place in range(reach)]
        ys = [round(d * place + f) for place in range(reach)]
        parts: list[str] = []
        at = (0, 0)
        for ring in rings:
            start = x, y = xs[ring[0][0]], ys[ring[0][1]]
            parts.append(f"m{x - at[0]} {y - at[1]}")
            for corner in ring[1:]:
                to_x, to_y = xs[corner[0]], ys[corner[1]]
                parts.append(f"v{to_y - y}" if to_x == x else f"h{to_x - x}")
                x, y = to_x, to_y
            parts.append("z")
            at = start
        return "".join(parts).replace(" -", "-")

    def data(self) -> str:
        """The path for an SVG."""
        return _written(self._rounded(), (0, 0))[0]

    def piece(self) -> Piece | None:
        """The path as a part of others, None when it draws nothing."""
        segments = self._rounded()
        if not segments:
            return None
        first = segments[0][1][0]
        return Piece(first, *_written(segments[1:], first))

    def outline(self, width: float) -> str:
        """The outline, for an SVG, of a line of this width along the path, to be filled by the even-odd rule."""
        a, b, c, d, _, _ = self._matrix
        reach = width * sqrt(abs(a * d - b * c)) / 2
        made: list[tuple[str, list[Point]]] = []
        for points in self._flattened():
            closed = len(points) > 2 and points[0] == points[-1]
            drawn = (shapely.LinearRing(points) if closed else shapely.LineString(points)).buffer(
                reach, quad_segs=_STEPS_A_CURVE, cap_style="flat", join_style="mitre"
            )
            for part in shapely.get_parts(drawn):
                for ring in (part.exterior, *part.interiors):
                    corners = [(round(x), round(y)) for x, y in ring.coords[:-1]]
                    made += [("m", corners[:1]), *[("l", [corner]) for corner in corners[1:]], ("z", [])]
        return _written(made, (0, 0))[0]

    def _rounded(self) -> list[tuple[str, list[Point]]]:
        return [(kind, [(round(x), round(y)) for x, y in points]) for kind, points in self._segments]

    def _add(self, kind: str, *points: tuple[float, float]) -> None:
        a, b, c, d, e, f = self._matrix
        self._segments.append((kind, [(a * x + c * y + e, b * x + d * y + f) for x, y in points]))

    def _flattened(self) -> Iterator[list[tuple[float, float]]]:
        """Each ring or line as points; a ring ends where it began."""
        points: list[tuple[float, float]] = []
        for kind, given in self._segments:
            if kind == "m":
                if len(points) > 1:
                    yield points
                points = list(given)
            elif kind == "l":
                points += given
            elif kind == "c":
                points += _cubic(points[-1], *given)
            elif kind == "z":
                points.append(points[0])
        if len(points) > 1:
            yield points


def glyph_piece(contours: Iterable[Contour], matrix: Matrix, across: float, up: float) -> Piece | None:
    """A glyph, its units times `across` and `up`; None of white space. What `matrix` shifts by is left out."""
    path = Path((*matrix[:4], 0, 0))
    for contour in contours:
        points = [(across * x, up * y, is_on) for x, y, is_on in contour]
        if len(points) < 2:
            continue
        if not points[0][2]:
            last = points[-1]
            begin = last if last[2] else _between(last, points[0])
            points = [begin, *points]
        path.move(points[0][0], points[0][1])
        control: tuple[float, float, bool] | None = None
        for point in (*points[1:], points[0]):
            if point[2]:
                if control is None:
                    path.line(point[0], point[1])
                else:
                    path.quadratic(control[0], control[1], point[0], point[1])
                control = None
            else:
                if control is not None:
                    middle = _between(control, point)
                    path.quadratic(control[0], control[1], middle[0], middle[1])
                control = point
        path.close()
    return path.piece()


def _between(one: tuple[float, float, bool], other: tuple[float, float, bool]) -> tuple[float, float, bool]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2, True


def _cubic(
    p0: tuple[float, float], p1: tuple[float, float], p2: tuple[float, float], p3: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    for step in range(1, _STEPS_A_CURVE + 1):
        t = step / _STEPS_A_CURVE
        s = 1 - t
        w0, w1, w2, w3 = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
        yield (
            w0 * p0[0] + w1 * p1[0] + w2 * p2[0] + w3 * p3[0],
            w0 * p0[1] + w1 * p1[1] + w2 * p2[1] + w3 * p3[1],
        )


def _written(segments: Iterable[tuple[str, list[Point]]], at: Point) -> tuple[str, Point]:
    """The steps of a path that goes on at a point, and where it ends."""
    parts: list[str] = []
    start = at
    for kind, points in segments:
        if kind == "z":
            parts.append("z")
            at = start
            continue
        steps = [(x - at[0], y - at[1]) for x, y in points]
        (dx, dy), at = steps[-1], points[-1]
        if kind == "m":
            start = at
        if kind == "l" and (dx == 0 or dy == 0):
            if dx or dy:
                parts.append(f"h{dx}" if dy == 0 else f"v{dy}")
            continue
        parts.append(kind + " ".join([f"{x} {y}" for x, y in steps]).replace(" -", "-"))
    return "".join(parts), at
