"""What a kept surface tells: everywhere, or at one place.

Decoded rasters of late are held in memory by the hash of their file: a place on the map is asked for again beside the
one before, and of other layers of the same campaign.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mapping import crs, files
from mapping.models import StoredFile
from soil_map.kriging.grid import Grid
from soil_map.kriging.samples import Floats
from soil_map.models import Surface, SurfaceState

_HELD_BYTES: Final = 24_000_000
"""In each process; a commune of 2,000 ha in cells of 20 m takes 0.2 MB a file."""

_held: OrderedDict[str, tuple[NDArray[np.float32], Grid]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Estimate:
    """Value and standard deviation, in the property's canonical unit."""

    value: float
    deviation: float

    @property
    def low(self) -> float:
        """Lower end of what 95 of a hundred samples taken there would lie in."""
        return self.value - 1.96 * self.deviation

    @property
    def high(self) -> float:
        """Upper end of it."""
        return self.value + 1.96 * self.deviation


def at(surface: Surface, lng: float, lat: float, *, exactly: bool = False) -> Estimate | None:
    """Return what a surface tells at a place (EPSG:4326); None outside of it, and where there is no surface.

    `exactly` is for whoever may know where private samples lie (`privacy.sees_exactly`).
    """
    if surface.state != SurfaceState.MADE:
        return None
    x, y = crs.from_lonlat(surface.epsg, [lng], [lat])
    told = [_cell(raster, float(x[0]), float(y[0])) for raster in files_of(surface, exactly=exactly)]
    return None if len(told) < 2 or None in told else Estimate(*(float(one) for one in told if one is not None))


def read(surface: Surface, *, exactly: bool = False) -> tuple[Floats, Floats, Grid]:
    """Return values, deviations, (rows, columns) with NaN where there are none, and their grid.

    The surface must be MADE, and not `exactly` have an open making.
    """
    values, deviations = files_of(surface, exactly=exactly)
    raster, grid = _decoded(values)
    return raster.astype(np.float64), _decoded(deviations)[0].astype(np.float64), grid


def values_of_zones(surface: Surface) -> tuple[Floats, Grid]:
    """Return the values that zones follow from, as `read` does: those for everyone where there are any of their own.

    The surface must be MADE.
    """
    stored = surface.open_values_file or surface.values_file
    if stored is None:
        raise ValueError("no rasters")
    raster, grid = _decoded(stored)
    return raster.astype(np.float64), grid


def files_of(surface: Surface, *, exactly: bool) -> list[StoredFile]:
    """The pair of files, values first, that somebody may have; empty where nothing was made."""
    if not exactly and not surface.has_open_making:
        return []
    pair = (surface.values_file, surface.deviations_file)
    if not exactly and surface.open_values_file_id is not None:
        pair = (surface.open_values_file, surface.open_deviations_file)
    return [one for one in pair if one is not None]


def _cell(stored: StoredFile, x: float, y: float) -> float | None:
    raster, grid = _decoded(stored)
    column, row = int((x - grid.west) // grid.cell), int((grid.north - y) // grid.cell)
    if not (0 <= row < grid.rows and 0 <= column < grid.columns):
        return None
    value = float(raster[row, column])
    return value if np.isfinite(value) else None


def _decoded(stored: StoredFile) -> tuple[NDArray[np.float32], Grid]:
    with _lock:
        if stored.sha256 in _held:
            _held.move_to_end(stored.sha256)
            return _held[stored.sha256]
    from soil_map.surfaces import rasters  # GDAL takes a while to load, and many processes never read a raster

    values, grid = rasters.read(files.path_of(stored))
    kept = values.astype(np.float32), grid
    with _lock:
        _held[stored.sha256] = kept
        while len(_held) > 1 and sum(raster.nbytes for raster, _grid in _held.values()) > _HELD_BYTES:
            _held.popitem(last=False)
    return kept
