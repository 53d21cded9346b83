"""The demo's parcels: three blocks of rice fields between the ridges, as land consolidation leaves them. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import shapely

from soil_map.demo import land

_BLOCKS: Final = ((345.0, 560.0), (-345.0, -80.0), (345.0, -640.0))
"""Middles in the upright land, clear of its roads and villages."""
_COLUMNS: Final = 5
_ROWS: Final = 4
_WIDE_M: Final = 27.0
_LONG_M: Final = 62.0
_FIRST_SHEET: Final = 12


@dataclass(frozen=True, slots=True)
class DemoParcel:
    """A field by its sheet and number; metres around the centre."""

    sheet: str
    number: str
    land_use: str
    outline: shapely.Polygon


def parcels() -> tuple[DemoParcel, ...]:
    """Return all parcels, sheet by sheet; neighbours share the corners of their dykes."""
    rng = random.Random(60)  # noqa: S311 - the same at every run, on purpose
    made = []
    for block, (x, y) in enumerate(_BLOCKS):
        columns = _cuts(rng, _COLUMNS, _WIDE_M)
        rows = _cuts(rng, _ROWS, _LONG_M)
        corners = {
            (i, j): land.leaning(x + columns[i] + rng.uniform(-2, 2), y - rows[j] + rng.uniform(-3, 3))
            for i in range(_COLUMNS + 1)
            for j in range(_ROWS + 1)
        }
        for j in range(_ROWS):
            for i in range(_COLUMNS):
                ring = [corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1]]
                use = rng.choices(("LUC", "LUK", "BHK"), (80, 12, 8))[0]
                number = str(j * _COLUMNS + i + 1)
                made.append(DemoParcel(str(_FIRST_SHEET + block), number, use, shapely.Polygon(ring)))
    return tuple(made)


def _cuts(rng: random.Random, count: int, size: float) -> list[float]:
    """Where dykes stand: uneven steps, around the middle."""
    at = [0.0]
    for _ in range(count):
        at.append(at[-1] + size * rng.uniform(0.75, 1.25))
    return [one - at[-1] / 2 for one in at]
