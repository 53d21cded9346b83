"""Cells in metres. Apart from the kriging itself, so that whoever only reads a raster loads no solvers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soil_map.kriging.samples import Floats


@dataclass(frozen=True)
class Grid:
    """Square cells in metres; row 0 is the northernmost, as in a raster file."""

    west: float
    north: float
    cell: float
    rows: int
    columns: int

    def eastings(self) -> Floats:
        """Easting of the middle of each column."""
        return self.west + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.cell

    def northings(self) -> Floats:
        """Northing of the middle of each row."""
        return self.north - (np.arange(self.rows, dtype=np.float64) + 0.5) * self.cell
