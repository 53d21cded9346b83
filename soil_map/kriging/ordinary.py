"""Ordinary kriging: the best linear unbiased estimate from near samples, and the variance of its error.

A system is solved by Cholesky's method, L Lᵀ = C. With a = L⁻¹1, b = L⁻¹z and v = L⁻¹c for a target,

    mean      m = aᵀb / aᵀa          the generalised least squares mean of the neighbourhood
    estimate  m + vᵀ(b - m a)
    variance  C₀₀ - vᵀv + (1 - aᵀv)² / aᵀa

which is the textbook's bordered system without its border (and positive definite, so half the work). On a grid the
cells that lie together share one neighbourhood, hence one factorisation: half as many samples again as a single cell
would ask for, and no more cells than leave each of them its own nearest ones among these.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.blas import dtrsm
from scipy.linalg.lapack import dpotrf
from scipy.spatial import KDTree
from threadpoolctl import threadpool_limits

from soil_map.kriging.samples import Floats, NotUsable, Samples
from soil_map.kriging.variogram import Variogram, correlation

NEIGHBOURS: Final = 32
_SHARED: Final = 1.5
"""So many times `neighbours` serve the cells that share a neighbourhood."""
_LARGEST_TILE: Final = 12  # cells a side that share one; beyond, factorising is no longer what takes the time
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
        return self.west + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.cell

    def northings(self) -> Floats:
        """Northing of the middle of each row."""
        return self.north - (np.arange(self.rows, dtype=np.float64) + 0.5) * self.cell


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
    around = _Block.of(model, block)
    if neighbours is None or neighbours >= len(samples):
        return Estimates(*_solve(samples, model, around.with_targets(model, samples.places, wanted), around))
    _, near = KDTree(samples.places).query(wanted, k=neighbours)
    near = near.reshape(len(wanted), -1)
    out = np.empty((3, len(wanted)))
    for place, mine in enumerate(near):
        known = _some(samples, mine)
        right = around.with_targets(model, known.places, wanted[place : place + 1])
        out[:, place : place + 1] = _solve(known, model, right, around)
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
    work = _GridWork(samples, model, grid, mask, min(len(samples), int(neighbours * _SHARED)), _Block.of(model, block))
    done, total = 0, int(mask.sum())
    # The matrices are small: one thread of ours for each core, instead of many threads for each matrix.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        rows = [threads.submit(work.row_of_tiles, top) for top in range(0, grid.rows, work.step)]
        try:
            for row in rows:
                done += row.result()
                if progress is not None:
                    progress(done, total)
        finally:
            for row in rows:
                row.cancel()
    return Estimates(*work.told)


class _GridWork:
    """Tiles of a grid, each of whose cells are estimated from one neighbourhood."""

    def __init__(
        self, samples: Samples, model: Variogram, grid: Grid, mask: NDArray[np.bool_], shared: int, around: _Block
    ) -> None:
        self._samples, self._model, self._mask, self._around, self._shared = samples, model, mask, around, shared
        self._tree = KDTree(samples.places)
        self._x, self._y = grid.eastings(), grid.northings()
        self.step = _tile_side(samples, grid, shared)
        self.told: Floats = np.full((3, grid.rows, grid.columns), np.nan)

    def row_of_tiles(self, top: int) -> int:
        """Estimate the cells of the tiles that begin in row `top`; returns how many they are."""
        rows = slice(top, min(top + self.step, len(self._y)))
        mask = self._mask[rows]
        wanted = [left for left in range(0, len(self._x), self.step) if mask[:, left : left + self.step].any()]
        if not wanted:
            return 0
        y = self._y[rows]
        middles = [self._x[left : left + self.step].mean() for left in wanted]
        _, near = self._tree.query(np.column_stack([middles, np.full(len(wanted), y.mean())]), k=self._shared)
        for left, mine in zip(wanted, near.reshape(len(wanted), -1), strict=True):
            columns = slice(left, left + self.step)
            known = _some(self._samples, mine)
            right = self._covariance_of_cells(known.places, self._x[columns], y)
            told = _solve(known, self._model, right, self._around).reshape(3, len(y), -1)
            self.told[:, rows, columns] = np.where(mask[:, columns], told, np.nan)
        return int(mask.sum())

    def _covariance_of_cells(self, places: Floats, x: Floats, y: Floats) -> Floats:
        """Of (n, 2) places with the cells of columns `x` and rows `y`, (n, rows * columns)."""
        scale = 1.0 / self._model.range_m
        total: Floats = np.zeros((len(places), len(x) * len(y)))
        for offset in self._around.offsets:
            east = np.square(np.subtract.outer(places[:, 0], x + offset[0]) * scale)
            north = np.square(np.subtract.outer(places[:, 1], y + offset[1]) * scale)
            total += _of_squares(self._model, (north[:, :, None] + east[:, None, :]).reshape(len(places), -1))
        total /= len(self._around.offsets)
        return total


def _require(samples: Samples) -> None:
    if len(samples) == 0:
        raise NotUsable("no samples")


def _some(samples: Samples, which: NDArray[np.intp]) -> Samples:
    return Samples(samples.places[which], samples.values[which])


def _tile_side(samples: Samples, grid: Grid, shared: int) -> int:
    """Return how many cells a side may share a neighbourhood.

    Of samples that lie evenly, the circle around a corner of the tile that holds its own nearest ones then lies within
    the circle around the middle that holds the shared ones.
    """
    area = float(np.prod(np.maximum(np.ptp(samples.places, axis=0), grid.cell)))
    reach = np.sqrt(shared * area / (np.pi * len(samples)))
    corner = reach * (1 - 1 / np.sqrt(_SHARED))
    return int(np.clip(corner * np.sqrt(2) / grid.cell, 1, _LARGEST_TILE))


@dataclass(frozen=True)
class _Block:
    """What is averaged over at each target, and the variance of the average: of a single point the sill."""

    offsets: Floats
    variance: float

    @classmethod
    def of(cls, model: Variogram, block: Block | None) -> _Block:
        offsets = block.offsets() if block is not None else np.zeros((1, 2))
        return cls(offsets, float(_covariance(model, offsets, offsets).mean()))

    def with_targets(self, model: Variogram, places: Floats, targets: Floats) -> Floats:
        """Covariance of (n, 2) places with what is averaged over at each of (m, 2) targets, (n, m)."""
        total = sum(_covariance(model, places, targets + one) for one in self.offsets)
        return np.asarray(total) / len(self.offsets)


def _covariance(model: Variogram, one: Floats, other: Floats) -> Floats:
    """Return the covariance of each place of `one` with each of `other`, in a new (n, m) array."""
    scale = 1.0 / model.range_m
    squares = np.square(np.subtract.outer(one[:, 0], other[:, 0]) * scale)
    squares += np.square(np.subtract.outer(one[:, 1], other[:, 1]) * scale)
    return _of_squares(model, squares)


def _of_squares(model: Variogram, squares: Floats) -> Floats:
    """Return the covariance at squared distances in ranges, whose memory it uses."""
    together = squares < (_SAME_M / model.range_m) ** 2
    covariance = correlation(model.shape, squares)
    covariance *= model.partial_sill
    covariance[together] = model.sill
    return covariance


def _solve(samples: Samples, model: Variogram, right: Floats, around: _Block) -> Floats:
    """Return estimates, variances and multipliers as (3, m), from all of `samples`.

    `right` is their covariance with the m targets, (n, m).
    """
    centre = samples.values.mean()  # what is far from zero costs digits
    lower = _factor(_covariance(model, samples.places, samples.places), model.sill)
    known = np.column_stack([np.ones(len(samples)), samples.values - centre])
    v = dtrsm(1.0, lower, right.T, side=1, lower=1, trans_a=1).T
    a, b = dtrsm(1.0, lower, known, lower=1).T
    weight = a @ a
    mean = (a @ b) / weight
    lacking = 1.0 - a @ v
    out = np.empty((3, right.shape[1]))
    out[0] = centre + mean + (b - mean * a) @ v
    out[1] = np.maximum(around.variance - np.einsum("ij,ij->j", v, v) + lacking**2 / weight, 0.0)
    out[2] = -lacking / weight
    return out


def _factor(covariance: Floats, sill: float) -> Floats:
    for share in _JITTER:
        if share:
            covariance[np.diag_indices_from(covariance)] += share * sill
        lower: Floats
        lower, failed = dpotrf(covariance, lower=1)
        if not failed:
            return lower
    raise NotUsable("singular")
