"""The outlines of what squares make together: a QR symbol as a few closed paths instead of hundreds of rectangles.

Whoever cuts or engraves along outlines would otherwise cut through the middle of every dark patch.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Ring = list[tuple[int, int]]
Point = tuple[int, int]
_Ahead = dict[Point, list[Point]]


def grid_of(rectangles: Iterable[tuple[int, int, int, int]]) -> NDArray[np.bool_]:
    """Rectangles (x, y, width, height) of whole numbers, none below 0, as squares: `grid[y, x]` is covered or not."""
    rectangles = list(rectangles)
    width = max(x + w for x, _, w, _ in rectangles)
    height = max(y + h for _, y, _, h in rectangles)
    grid = np.zeros((height, width), dtype=bool)
    for x, y, w, h in rectangles:
        grid[y : y + h, x : x + w] = True
    return grid


def rings(grid: NDArray[np.bool_]) -> list[Ring]:
    """The corners of each outline of the covered squares, holes turning the other way: both fill rules fill the same.

    Squares that touch at a corner alone stay apart. Rings come in the order of their first corner, row by row.
    """
    around = np.pad(grid, 1)
    ahead: _Ahead = {}
    # The edges of covered squares next to free ones, clockwise (y goes down): where they start, and which way they go.
    for step, (right, down), free in (
        ((1, 0), (0, 0), ~around[:-2, 1:-1]),
        ((0, 1), (1, 0), ~around[1:-1, 2:]),
        ((-1, 0), (1, 1), ~around[2:, 1:-1]),
        ((0, -1), (0, 1), ~around[1:-1, :-2]),
    ):
        ys, xs = np.nonzero(grid & free)
        for x, y in zip((xs + right).tolist(), (ys + down).tolist(), strict=True):
            ahead.setdefault((x, y), []).append(step)
    found = []
    for start in sorted(ahead, key=lambda point: (point[1], point[0])):
        while start in ahead:
            found.append(_follow(ahead, start))
    return found


def _follow(ahead: _Ahead, start: Point) -> Ring:
    """One ring from `start` on; its edges are taken out of those that lie ahead."""
    first = step = ahead[start][0]
    at = start
    ring: Ring = []
    while True:
        ways = ahead[at]
        ways.remove(step)
        if not ways:
            del ahead[at]
        at = (at[0] + step[0], at[1] + step[1])
        ways = [*ahead.get(at, ()), *([first] if at == start else [])]
        # Turning right goes round the same square, where two touch at this corner.
        right = (-step[1], step[0])
        turn = right if right in ways else ways[0]
        if turn != step:
            ring.append(at)
        if at == start and turn == first:
            return ring
        step = turn
