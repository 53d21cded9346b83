"""Ordinary kriging: the best linear unbiased estimate from near samples, and the variance of its error.

A system is solved by Cholesky's method, L Lᵀ = C. With a = L⁻¹1, b = L⁻¹z and v = L⁻¹c for a target,

    mean      m = aᵀb / aᵀa          the generalised least squares mean of the neighbourhood
    estimate  m + vᵀ(b - m a)
    variance  C₀₀ - vᵀv + (1 - aᵀv)² / aᵀa

which is the textbook's bordered system without its border (and positive definite, so half the work). On a grid the
cells that lie together share one neighbourhood, hence one factorisation: three times as many samples as a single
cell would ask for, so that nearly every cell has its own nearest ones among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.blas import dtrsm
from scipy.linalg.lapack import dpotrf
from scipy.spatial import KDTree

from soil_map.kriging.samples import Floats, NotUsable, Samples
from soil_map.kriging.variogram import Variogram, rise

NEIGHBOURS: Final = 32
SHARED: Final = 3
"""So many times `neighbours` serve the cells that share a neighbourhood."""
_TILE: Final = 10  # cells a side that share one, where samples are sparse enough
_SAME_M: Final = 1e-6
_JITTER: Final = (0.0, 1e-12, 1e-10, 1e-8)  # of the sill: a Gaussian model without a nugget needs some

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Estimates:
    """Estimate, variance of its error, and the Lagrange multiplier that the log-normal back-transformation needs.

    All of one shape; NaN where nothing was asked for.
    """

    values: Floats
    variances: Floats
    multipliers: Floats


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
        return self.west + (np.arange(self.columns) + 0.5) * self.cell

    def northings(self) -> Floats:
        """Northing of the middle of each row."""
        return self.north - (np.arange(self.rows) + 0.5) * self.cell


@dataclass(frozen=True)
class Block:
    """The square around a target whose mean is told, approximated by `points` × `points` points in it."""

    side: float
    points: int = 4

    def offsets(self) -> Floats:
        """Where the points lie from the middle, (points², 2)."""
        line = ((np.arange(self.points) + 0.5) / self.points - 0.5) * self.side
        return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def at_points(
    samples: Samples, model: Variogram, targets: ArrayLike, *, neighbours: int | None = NEIGHBOURS,
    block: Block | None = None,
) -> Estimates:  # fmt: skip
    """Estimate at each of (m, 2) targets from its `neighbours` nearest samples; None takes all. Raises NotUsable."""
    wanted = np.asarray(targets, dtype=np.float64).reshape(-1, 2)
    _require(samples)
    if neighbours is None or neighbours >= len(samples):
        return Estimates(*_solve(samples, model, wanted, _Block.of(model, block)))
    _, near = KDTree(samples.places).query(wanted, k=neighbours)
    near = near.reshape(len(wanted), -1)
    out = np.empty((3, len(wanted)))
    around = _Block.of(model, block)
    for place, mine in enumerate(near):
        out[:, place : place + 1] = _solve(_some(samples, mine), model, wanted[place : place + 1], around)
    return Estimates(*out)


def on_grid(
    samples: Samples,
    model: Variogram,
    grid: Grid,
    *,
    inside: NDArray[np.bool_] | None = None,
    neighbours: int = NEIGHBOURS,
    block: Block | None = None,
    progress: Progress | None = None,
) -> Estimates:
    """Estimate in the middle of each cell (or its mean over `block`) that is `inside`, a (rows, columns) mask.

    Time grows with the cells and hardly with the samples. `progress` is told the cells done and all, after each row
    of neighbourhoods; what it raises ends the work. Raises NotUsable.
    """
    _require(samples)
    mask = np.ones((grid.rows, grid.columns), dtype=bool) if inside is None else inside
    if mask.shape != (grid.rows, grid.columns):
        raise ValueError(f"a mask of {mask.shape} for a grid of {(grid.rows, grid.columns)}")
    tree = KDTree(samples.places)
    shared = min(len(samples), neighbours * SHARED)
    around = _Block.of(model, block)
    out = np.full((3, grid.rows, grid.columns), np.nan)
    x, y = grid.eastings(), grid.northings()
    done, total = 0, int(mask.sum())
    for row_of_tiles in _tiles(samples, grid, shared):
        for tile in row_of_tiles:
            here = mask[tile]
            if not here.any():
                continue
            rows, columns = np.nonzero(here)
            rows, columns = rows + tile[0].start, columns + tile[1].start
            targets = np.column_stack([x[columns], y[rows]])
            _, near = tree.query((targets.min(axis=0) + targets.max(axis=0)) / 2, k=shared)
            out[:, rows, columns] = _solve(_some(samples, np.atleast_1d(near)), model, targets, around)
            done += len(rows)
        if progress is not None:
            progress(done, total)
    return Estimates(*out)


def _require(samples: Samples) -> None:
    if len(samples) == 0:
        raise NotUsable("no samples")


def _some(samples: Samples, which: NDArray[np.intp]) -> Samples:
    return Samples(samples.places[which], samples.values[which])


def _tiles(samples: Samples, grid: Grid, shared: int) -> Iterator[list[tuple[slice, slice]]]:
    """Yield rows of tiles, small enough that a quarter of a shared neighbourhood would lie in each at most."""
    area = float(np.prod(np.maximum(np.ptp(samples.places, axis=0), grid.cell)))
    side = np.sqrt(shared / 4 * area / len(samples)) / grid.cell
    step = int(np.clip(side, 1, _TILE))
    for top in range(0, grid.rows, step):
        rows = slice(top, min(top + step, grid.rows))
        yield [(rows, slice(left, min(left + step, grid.columns))) for left in range(0, grid.columns, step)]


@dataclass(frozen=True)
class _Block:
    """What is averaged over at each target, and the variance of the average: of a single point the sill."""

    offsets: Floats
    variance: float

    @classmethod
    def of(cls, model: Variogram, block: Block | None) -> _Block:
        offsets = block.offsets() if block is not None else np.zeros((1, 2))
        return cls(offsets, float(_covariance(model, offsets, offsets).mean()))


def _covariance(model: Variogram, one: Floats, other: Floats) -> Floats:
    """Return the covariance of each place of `one` with each of `other`, in a new (n, m) array."""
    east = np.subtract.outer(one[:, 0], other[:, 0])
    north = np.subtract.outer(one[:, 1], other[:, 1])
    east *= east
    north *= north
    east += north
    together = east < _SAME_M**2
    np.sqrt(east, out=east)
    east *= 1.0 / model.range_m
    covariance = rise(model.shape, east)
    covariance -= 1.0
    covariance *= -model.partial_sill
    covariance[together] = model.sill
    return covariance


def _solve(samples: Samples, model: Variogram, targets: Floats, around: _Block) -> Floats:
    """Return estimates, variances and multipliers of (m, 2) targets from all of `samples`, as (3, m)."""
    centre = samples.values.mean()  # what is far from zero costs digits
    lower = _factor(_covariance(model, samples.places, samples.places), model.sill)
    if len(around.offsets) == 1:
        right = _covariance(model, samples.places, targets)
    else:
        right = np.mean([_covariance(model, samples.places, targets + one) for one in around.offsets], axis=0)
    ones, values = np.ones((len(samples), 1)), (samples.values - centre)[:, None]
    solved = dtrsm(1.0, lower, np.hstack([right, ones, values]), lower=1)
    v, a, b = solved[:, :-2], solved[:, -2], solved[:, -1]
    weight = a @ a
    mean = (a @ b) / weight
    lacking = 1.0 - a @ v
    out = np.empty((3, len(targets)))
    out[0] = centre + mean + (b - mean * a) @ v
    out[1] = np.maximum(around.variance - np.einsum("ij,ij->j", v, v) + lacking**2 / weight, 0.0)
    out[2] = -lacking / weight
    return out


def _factor(covariance: Floats, sill: float) -> Floats:
    for share in _JITTER:
        if share:
            covariance[np.diag_indices_from(covariance)] += share * sill
        lower, failed = dpotrf(covariance, lower=1)
        if not failed:
            return lower
    raise NotUsable("singular")
