"""Rasters as pictures that lie over a web map (EPSG:3857): values, how unsure they are, and differences. Pure.

Colours are told apart by all kinds of eyes, and by lightness alone. A value is the darker the higher. Where an estimate
is sure nothing covers the map; where it is unsure a dark veil does, hatched where a sample there could turn out to be
almost anything. A rise is blue, a fall orange; what the uncertainty explains stays pale.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mapping import crs
from soil_map.kriging.grid import Grid
from soil_map.kriging.samples import Floats

Colours = NDArray[np.uint8]
Colour = tuple[int, int, int]

VALUE_RAMP: Final[tuple[Colour, ...]] = (
    (255, 250, 205), (225, 224, 150), (160, 196, 120), (86, 160, 128), (38, 116, 134), (30, 68, 118), (36, 20, 84),
)  # fmt: skip
DIFFERENCE_RAMP: Final[tuple[Colour, ...]] = (
    (166, 71, 4), (230, 137, 58), (252, 205, 156), (246, 246, 246), (168, 204, 232), (74, 139, 196), (12, 74, 140),
)  # fmt: skip
VEIL: Final[Colour] = (28, 28, 34)
SURE: Final = 0.35
"""Below this share of the samples' own spread nothing veils the map."""
UNSURE: Final = 0.9
"""From this share on an estimate tells little more than the mean of all samples: hatched."""
_DARKEST: Final = 0.62
_HATCH_PIXELS: Final = 8
_MOST_PIXELS: Final = 2_000_000
_LATTICE: Final = 32  # pixels between places that are transformed exactly: lines between them are all but straight


@dataclass(frozen=True)
class Frame:
    """A picture's place: its box in EPSG:3857 metres, west, south, east, north, and its size in pixels."""

    box: tuple[float, float, float, float]
    width: int
    height: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in EPSG:4326."""
        west, south, east, north = self.box
        lng, lat = crs.to_lonlat(crs.WEB_MERCATOR, [west, east], [south, north])
        return float(lng[0]), float(lat[0]), float(lng[1]), float(lat[1])


def frame_of(grid: Grid, epsg: int) -> Frame:
    """Return the smallest picture that holds a grid, with about a pixel for each cell."""
    steps = np.linspace(0.0, 1.0, 9)
    x = grid.west + steps * grid.columns * grid.cell
    y = grid.north - steps * grid.rows * grid.cell
    around = [(x, np.full(9, y[0])), (x, np.full(9, y[-1])), (np.full(9, x[0]), y), (np.full(9, x[-1]), y)]
    edge_x, edge_y = (np.concatenate(ones) for ones in zip(*around, strict=True))
    lng, lat = crs.to_lonlat(epsg, edge_x, edge_y)
    east, north = crs.from_lonlat(crs.WEB_MERCATOR, lng, lat)
    pixel = grid.cell / math.cos(math.radians(float(lat.mean())))
    west, south = math.floor(east.min() / pixel) * pixel, math.floor(north.min() / pixel) * pixel
    width, height = math.ceil((east.max() - west) / pixel), math.ceil((north.max() - south) / pixel)
    shrink = max(1.0, math.sqrt(width * height / _MOST_PIXELS))
    box = (west, south, west + width * pixel, south + height * pixel)
    return Frame(box, math.ceil(width / shrink), math.ceil(height / shrink))


def laid_on(values: Floats, grid: Grid, epsg: int, frame: Frame) -> Floats:
    """Return the value of the cell under the middle of each pixel, (height, width); NaN where there is none."""
    west, south, east, north = frame.box
    columns = np.unique(np.append(np.arange(0, frame.width, _LATTICE), frame.width))
    rows = np.unique(np.append(np.arange(0, frame.height, _LATTICE), frame.height))
    x = west + columns / frame.width * (east - west)
    y = north - rows / frame.height * (north - south)
    lattice_x, lattice_y = np.meshgrid(x, y)
    lng, lat = crs.to_lonlat(crs.WEB_MERCATOR, lattice_x.ravel(), lattice_y.ravel())
    in_zone = crs.from_lonlat(epsg, lng, lat)
    middle_x, middle_y = np.arange(frame.width) + 0.5, np.arange(frame.height) + 0.5
    e, n = (_between(one.reshape(lattice_x.shape), columns, rows, middle_x, middle_y) for one in in_zone)
    column = np.floor((e - grid.west) / grid.cell).astype(int)
    row = np.floor((grid.north - n) / grid.cell).astype(int)
    inside = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
    laid: Floats = np.full(inside.shape, np.nan)
    laid[inside] = values[row[inside], column[inside]]
    return laid


def _between(
    known: Floats, columns: NDArray[np.int_], rows: NDArray[np.int_], x: NDArray[Any], y: NDArray[Any]
) -> Floats:
    """Interpolate linearly from a lattice at `rows` and `columns` to all places of y and x."""
    across = np.stack([np.interp(x, columns, line) for line in known])
    place = np.clip(np.searchsorted(rows, y, side="right") - 1, 0, len(rows) - 2)
    share = ((y - rows[place]) / (rows[place + 1] - rows[place]))[:, None]
    both: Floats = across[place] * (1 - share) + across[place + 1] * share
    return both


def ramp(share: Floats, colours: Sequence[Colour]) -> Colours:
    """Return the colours, (…, 3), of shares from 0 to 1 along a ramp; what lies beyond takes its end."""
    known = np.clip(np.nan_to_num(share), 0.0, 1.0) * (len(colours) - 1)
    lower = np.minimum(known.astype(int), len(colours) - 2)
    table = np.asarray(colours, dtype=np.float64)
    part = (known - lower)[..., None]
    return np.asarray(np.rint(table[lower] * (1 - part) + table[lower + 1] * part), dtype=np.uint8)


def ramp_colour(share: float, colours: Sequence[Colour]) -> str:
    """The colour of one share along a ramp, as pages write it."""
    return hex_of(ramp(np.array([share]), colours)[0])


def veil_opacity(share: float) -> float:
    """How opaque the veil is at one share of the samples' spread."""
    return float(veil_of(np.array([share]))[0])


def value_picture(laid: Floats, low: float, high: float) -> bytes:
    """PNG of values, the darker the higher between low and high."""
    return _png(ramp((laid - low) / ((high - low) or 1.0), VALUE_RAMP), np.isfinite(laid).astype(np.float64))


def veil_of(share: Floats) -> Floats:
    """Return how opaque the veil over estimates is whose deviation is such a share of the samples' own spread."""
    rising: Floats = np.clip((np.nan_to_num(share) - SURE) / (UNSURE - SURE), 0.0, 1.0) * _DARKEST
    return rising


def deviation_picture(laid: Floats, spread: float) -> bytes:
    """PNG of a veil, the darker the less sure; `spread` is the standard deviation of the samples."""
    share = laid / (spread or 1.0)
    opacity = veil_of(share)
    row, column = np.indices(laid.shape)
    line = (row + column) % _HATCH_PIXELS < _HATCH_PIXELS // 4
    opacity = np.where((share >= UNSURE) & line, 0.9, opacity)
    colours = np.broadcast_to(np.asarray(VEIL, dtype=np.uint8), (*laid.shape, 3))
    return _png(colours, np.where(np.isfinite(laid), opacity, 0.0))


def difference_picture(laid: Floats, sure: NDArray[np.bool_], most: float) -> bytes:
    """PNG of differences from -most to most; pale where they are not `sure`."""
    colours = ramp(laid / (2 * (most or 1.0)) + 0.5, DIFFERENCE_RAMP)
    return _png(colours, np.where(np.isfinite(laid), np.where(sure, 1.0, 0.45), 0.0))


def hex_of(colour: Sequence[int]) -> str:
    """A colour as pages write it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _png(colours: Colours, opacity: Floats) -> bytes:
    alpha = np.rint(opacity * 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(np.dstack([colours, alpha]), "RGBA").save(out, "PNG", optimize=False)
    return out.getvalue()
