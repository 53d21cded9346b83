"""What a map sheet says: a layer in classes or kinds, the ground around it, and what must be known to read it. Pure.

Geometries are in metres of one VN-2000 zone; areas in square metres are those measured there.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from mapping.printing.pen import Colour
from soil_map.kriging.grid import Grid
from soil_map.kriging.samples import Floats


@dataclass(frozen=True, slots=True)
class SheetClass:
    """One entry of the legend: the mark that stands for it on the map, its name, its limits, its colour, its ground.

    Of a layer that has points only, `outline` is None and `count` says how many points are of it.
    """

    mark: str
    label: str
    limits: str
    colour: Colour
    area_m2: float = 0.0
    outline: shapely.Geometry | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Inset:
    """How sure a surface is: its standard deviation on a grid, in `unit`, within the surveyed area."""

    title: str
    unit: str
    decimals: int
    values: Floats
    grid: Grid
    area: shapely.Geometry


@dataclass(frozen=True, slots=True)
class SheetPoint:
    """A sample's place; `kind` is its place among the classes, or -1."""

    x: float
    y: float
    kind: int = -1


@dataclass(frozen=True, slots=True)
class MapSheet:
    """One page. `notes` are pairs of a heading and a text; `stamps` are what must not be overlooked."""

    title: str
    subtitle: str
    place: str
    legend_title: str
    classes: tuple[SheetClass, ...]
    srid: int
    meridian: str
    outline: shapely.Geometry | None
    villages: Sequence[tuple[str, shapely.Geometry]]
    points: Sequence[SheetPoint]
    notes: Sequence[tuple[str, str]]
    printed_on: datetime.date
    inset: Inset | None = None
    stamps: tuple[str, ...] = ()
    total: str = "Diện tích điều tra"

    @property
    def has_areas(self) -> bool:
        """Whether the legend tells areas; a layer of points tells how many there are."""
        return any(one.outline is not None for one in self.classes)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """What must be on the map."""
        geometries = [one.outline for one in self.classes if one.outline is not None and not one.outline.is_empty]
        if self.outline is not None and not self.outline.is_empty:
            geometries.append(self.outline)
        if self.points:
            geometries.append(shapely.multipoints([(one.x, one.y) for one in self.points]))
        west, south, east, north = (float(side) for side in shapely.total_bounds(geometries))
        return west, south, east, north
