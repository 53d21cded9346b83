"""Rasters of surfaces as Cloud-Optimized GeoTIFFs: 32-bit floats, compressed, with overviews, in a VN-2000 zone. Pure.

A file names its zone by EPSG code, as GIS programs expect; nothing of ours asks PROJ to transform it
(`mapping.crs` does, with the shift pinned).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from soil_map.kriging.grid import Grid
from soil_map.kriging.samples import Floats

MISSING: Final = -9999.0
CONTENT_TYPE: Final = "image/tiff; application=geotiff; profile=cloud-optimized"
_BLOCK: Final = 256


@dataclass(frozen=True)
class Said:
    """What a file says of itself to whoever opens it elsewhere."""

    title: str
    unit: str
    source: str


def write(path: Path, values: Floats, grid: Grid, epsg: int, said: Said) -> None:
    """Write (rows, columns) values, NaN where there are none, as one file."""
    band = np.where(np.isfinite(values), values, MISSING).astype(np.float32)
    place = Affine(grid.cell, 0.0, grid.west, 0.0, -grid.cell, grid.north)
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=grid.columns, height=grid.rows, count=1, dtype="float32", nodata=MISSING,
            crs=rasterio.crs.CRS.from_epsg(epsg), transform=place,
        ) as plain:  # fmt: skip
            plain.write(band, 1)
            plain.set_band_description(1, said.title)
            plain.set_band_unit(1, said.unit)
            plain.update_tags(TITLE=said.title, UNIT=said.unit, SOURCE=said.source, AREA_OR_POINT="Area")
        with memory.open() as plain:
            rasterio.shutil.copy(
                plain, path, driver="COG", compress="DEFLATE", predictor="YES", blocksize=_BLOCK,
                overview_resampling="AVERAGE", overviews="AUTO",
            )  # fmt: skip


def read(path: Path) -> tuple[Floats, Grid]:
    """Return the values, NaN where there are none, and the grid that they lie in."""
    with rasterio.open(path) as file:
        values = file.read(1).astype(np.float64)
        values[values == np.float32(MISSING)] = np.nan
        shift = file.transform
        return values, Grid(shift.c, shift.f, shift.a, file.height, file.width)
