"""From samples of one layer to estimates in cells, and how sure they are. Pure.

Kriging tells at a sample what was measured there, so whoever knows where a private one lies, or only its square, would
read its value. Where there are any, everyone gets a second pair of estimates, made without them by a model of its own,
or none where the others alone make no map. The area that is mapped depends on the places of the others alone as soon
as these are enough; zones follow from the pair for everyone where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from soil_map import zones
from soil_map.kriging import choosing, lognormal
from soil_map.kriging.choosing import Choice
from soil_map.kriging.ordinary import NEIGHBOURS, Grid, on_grid
from soil_map.kriging.samples import Floats, Samples, at_distinct_places
from soil_map.surfaces import extent

Progress = Callable[[int, int], None]
_CHOOSING = 30  # of a hundred parts of the work
_ALL = 100


class OutsideTheCommune(ValueError):
    """No sample reaches into the outline."""


@dataclass(frozen=True)
class Layer:
    """The samples of a layer in metres of a zone, and the ground around them."""

    places: Floats  # (n, 2)
    values: Floats  # (n,)
    is_private: NDArray[np.bool_]  # (n,)
    outline: BaseGeometry
    lowest: float
    highest: float
    """What the property can have: kriging may tell slightly more or less, which is cut off."""


@dataclass(frozen=True)
class Pair:
    """Estimates and standard deviations, (rows, columns), NaN outside."""

    values: Floats
    deviations: Floats


@dataclass(frozen=True)
class Ground:
    """The estimates of a layer; they reach a cell and a half beyond what is surveyed, for zones."""

    reach: float
    surveyed: MultiPolygon
    grid: Grid
    exact: Pair
    open: Pair | None
    """For everyone, without private samples; the same as `exact` where none is private, None where they make no map."""


@dataclass(frozen=True)
class Told:
    """What became of a layer: either there is ground, or a refusal in `choice`.

    `open_choice` is that of the samples which are not private; None where all are.
    """

    choice: Choice
    ground: Ground | None = None
    open_choice: Choice | None = None


def compute(layer: Layer, *, cell: float | None = None, progress: Progress | None = None) -> Told:
    """Choose a model and estimate; None for `cell` takes one that suits the samples.

    Where the samples that are not private make a map and all of them together make none, everyone gets that map.

    `progress` is told parts of a hundred; what it raises ends the work. Raises extent.TooManyCells, OutsideTheCommune
    and samples.NotUsable.
    """
    samples = at_distinct_places(layer.places, layer.values)
    if not layer.is_private.any():
        choice = choosing.choose(samples, progress=_between(progress, 0, _CHOOSING))
        if choice.best is None:
            return Told(choice)
        reach, area, grid = _extent(samples, layer, cell)
        pair = _pair(choice, grid, area, layer, _between(progress, _CHOOSING, _ALL))
        return Told(choice, Ground(reach, area, grid, pair, pair))
    is_open = ~layer.is_private
    open_samples = at_distinct_places(layer.places[is_open], layer.values[is_open])
    open_choice = choosing.choose(open_samples, progress=_between(progress, 0, _CHOOSING // 2))
    choice = choosing.choose(samples, progress=_between(progress, _CHOOSING // 2, _CHOOSING))
    if choice.best is None and open_choice.best is None:
        return Told(choice, None, open_choice)
    reach, area, grid = _extent(open_samples if len(open_samples) >= choosing.FEWEST else samples, layer, cell)
    half = (_ALL + _CHOOSING) // 2
    open_pair = None
    if open_choice.best is not None:
        open_pair = _pair(open_choice, grid, area, layer, _between(progress, _CHOOSING, half))
    if open_pair is not None and choice.best is None:
        return Told(open_choice, Ground(reach, area, grid, open_pair, open_pair), open_choice)
    exact = _pair(choice, grid, area, layer, _between(progress, half, _ALL))
    return Told(choice, Ground(reach, area, grid, exact, open_pair), open_choice)


def _extent(samples: Samples, layer: Layer, cell: float | None) -> tuple[float, MultiPolygon, Grid]:
    """How far the samples reach, the area that is mapped, and its grid."""
    reach = extent.reach_of(samples.places)
    area = extent.surveyed(layer.outline, samples.places, reach)
    if area.is_empty:
        raise OutsideTheCommune
    side = cell if cell is not None else extent.usual_cell(area, extent.spacing_of(samples.places))
    return reach, area, extent.grid_over(area, side)


def _pair(choice: Choice, grid: Grid, area: MultiPolygon, layer: Layer, progress: Progress | None) -> Pair:
    """What the samples of a choice tell with its best model. Raises ValueError where there is none."""
    if choice.best is None:
        raise ValueError("no model")
    worked = lognormal.logarithms(choice.samples) if choice.logs else choice.samples
    inside = zones.cells_needed(grid, area)
    told = on_grid(worked, choice.best.model, grid, inside=inside, neighbours=NEIGHBOURS, progress=progress)
    told = lognormal.back(told) if choice.logs else told
    return Pair(np.clip(told.values, layer.lowest, layer.highest), np.sqrt(told.variances))


def _between(progress: Progress | None, first: int, last: int) -> Progress | None:
    """The progress of a part of the work as parts of a hundred of all."""
    if progress is None:
        return None
    tell = progress
    return lambda done, total: tell(first + round((last - first) * done / max(1, total)), _ALL)
