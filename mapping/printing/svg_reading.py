"""Reading the symbols of an SVG back: its filled outlines drawn as squares of light and dark, and decoded.

What is read is what was written, letter by letter, not what it was made of. It understands the paths of
`mapping.printing.svg_drawing` and no others; pictures and cut-outs are left out, since none may lie on a symbol.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mapping.printing.readback import Texts, decode

Box = tuple[float, float, float, float]
"""Left, top, width and height in the units of the SVG."""

Edges = NDArray[np.float64]
"""Straight edges, a row each: x and y where it begins, x and y where it ends."""

PIXELS: Final = 300
"""Along a symbol with its quiet zone: five and more a module of any symbol that a plate has."""

_STEPS_A_CURVE: Final = 8
_CACHED_PATHS: Final = 256  # artwork is the same on every plate

_PATH: Final = re.compile(r'<path fill="#([0-9a-f]{6})"[^>]*? d="([^"]*)"/>')
_STEP: Final = re.compile(r"([mlhvcqz])([^mlhvcqz]*)")
_NUMBER: Final = re.compile(r"-?\d+")


def read_symbols(svg: str, boxes: Sequence[Box]) -> Texts:
    """Return what the symbols in these boxes say, in alphabetical order; of one that cannot be read nothing."""
    paths = [(_grey(shade), _edges(data)) for shade, data in _PATH.findall(svg)]
    found: list[str] = []
    for box in boxes:
        found += decode(_drawn(paths, box))
    return tuple(sorted(found))


def _drawn(paths: Sequence[tuple[int, Edges]], box: Box) -> NDArray[np.uint8]:
    """What lies in the box as grey levels, row 0 on top; paper is white."""
    left, top, width, height = box
    picture = np.full((PIXELS, PIXELS), 255, dtype=np.uint8)
    for grey, edges in paths:
        xs, ys = edges[:, 0::2], edges[:, 1::2]
        if not len(edges) or xs.max() <= left or xs.min() >= left + width:
            continue
        if ys.max() <= top or ys.min() >= top + height:
            continue
        scale = (PIXELS / width, PIXELS / height)
        picture[_covered((edges - (left, top, left, top)) * (*scale, *scale))] = grey
    return picture


def _covered(edges: Edges) -> NDArray[np.bool_]:
    """Which pixels have their middle within the outlines, by the even-odd rule; coordinates are pixels."""
    x0, y0, x1, y1 = edges.T
    first = np.clip(np.ceil(np.minimum(y0, y1) - 0.5), 0, PIXELS).astype(int)
    last = np.clip(np.ceil(np.maximum(y0, y1) - 0.5), 0, PIXELS).astype(int)
    counts = last - first
    edge = np.repeat(np.arange(len(edges)), counts)
    rows = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    across = x0[edge] + (rows + 0.5 - y0[edge]) * (x1 - x0)[edge] / (y1 - y0)[edge]
    columns = np.clip(np.ceil(across - 0.5), 0, PIXELS).astype(int)
    crossed = np.zeros((PIXELS, PIXELS + 1), dtype=np.uint8)
    np.bitwise_xor.at(crossed, (rows, columns), 1)
    return np.bitwise_xor.accumulate(crossed, axis=1)[:, :PIXELS].astype(bool)


@lru_cache(maxsize=_CACHED_PATHS)
def _edges(data: str) -> Edges:
    """The edges of a path's rings, each ring closed; its curves as some straight ones."""
    edges: list[tuple[float, float, float, float]] = []
    x = y = start_x = start_y = 0.0
    for kind, text in _STEP.findall(data):
        steps = [int(number) for number in _NUMBER.findall(text)]
        before = x, y
        if kind == "z":
            edges.append((x, y, start_x, start_y))
            x, y = start_x, start_y
        elif kind == "m":
            x, y = start_x, start_y = x + steps[0], y + steps[1]
        elif kind in "lhv":
            x += steps[0] if kind != "v" else 0
            y += steps[-1] if kind != "h" else 0
            edges.append((*before, x, y))
        else:
            points = [before, *[(x + dx, y + dy) for dx, dy in zip(steps[::2], steps[1::2], strict=True)]]
            for step in range(1, _STEPS_A_CURVE + 1):
                to_x, to_y = _on_curve(points, step / _STEPS_A_CURVE)
                edges.append((x, y, to_x, to_y))
                x, y = to_x, to_y
            x, y = points[-1]
    return np.array([edge for edge in edges if edge[1] != edge[3]], dtype=float).reshape(-1, 4)


def _on_curve(points: Sequence[tuple[float, float]], t: float) -> tuple[float, float]:
    """The point of a curve, by halving its control points' lines until one is left."""
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(points)]
    return points[0]


def _grey(shade: str) -> int:
    red, green, blue = (int(shade[place : place + 2], 16) for place in (0, 2, 4))
    return round(0.299 * red + 0.587 * green + 0.114 * blue)
