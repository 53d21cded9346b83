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

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.blas import dtrsm
from scipy.linalg.lapack import dpotrf
from scipy.spatial import KDTree
from threadpoolctl import threadpool_limits

from soil_map.kriging.grid import Grid as Grid
from soil_map.kriging.samples import Floats, NotUsable, Samples
from soil_map.kriging.variogram import Variogram, correlation

NEIGHBOURS: Final = 32
_SHARED: Final = 1.5
"""So many times `neighbours` serve the cells that share a neighbourhood."""
_LARGEST_TILE: Final = 12  # cells a side that share one; beyond, factorising is no longer what takes the time
_TILES_AT_ONCE: Final = 16  # whose samples are compared with one another in one go: 295 kB, which stay in the cache
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
        return Estimates(*_from(samples.places, samples.values, model, wanted, around))
    _, near = KDTree(samples.places).query(wanted, k=neighbours)
    out = np.empty((3, len(wanted)))
    for place, mine in enumerate(near.reshape(len(wanted), -1)):
        one = slice(place, place + 1)
        out[:, one] = _from(samples.places[mine], samples.values[mine], model, wanted[one], around)
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
    # The matrices are small: threads for each of them, or of ours, only wait for one another (measured: slower).
    with threadpool_limits(1, "blas"):
        for top in range(0, grid.rows, work.step):
            done += work.row_of_tiles(top)
            if progress is not None:
                progress(done, total)
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
        if not (count := int(mask.sum())):
            return 0
        y = self._y[rows]
        lefts = np.flatnonzero(np.add.reduceat(mask.any(axis=0), np.arange(0, len(self._x), self.step))) * self.step
        ends = np.minimum(lefts + self.step, len(self._x))
        middles = np.column_stack([(self._x[lefts] + self._x[ends - 1]) / 2, np.full(len(lefts), y.mean())])
        _, near = self._tree.query(middles, k=self._shared)
        near = near.reshape(len(lefts), -1)
        for first in range(0, len(lefts), _TILES_AT_ONCE):
            some = slice(first, first + _TILES_AT_ONCE)
            places, values = self._samples.places[near[some]], self._samples.values[near[some]]
            within = _covariance(self._model, places, places)
            for tile, (left, end) in enumerate(zip(lefts[some], ends[some], strict=True)):
                with_cells = self._covariance_with_cells(places[tile], self._x[left:end], y)
                told = _solve(values[tile], within[tile], with_cells, self._model, self._around)
                self.told[:, rows, left:end] = told.reshape(3, len(y), -1)
        if count < mask.size:
            self.told[:, rows][:, ~mask] = np.nan
        return count

    def _covariance_with_cells(self, places: Floats, x: Floats, y: Floats) -> Floats:
        """Of (n, 2) places with the cells of columns `x` and rows `y`, (n, rows * columns)."""
        scale = 1.0 / self._model.range_m
        total = np.empty((len(places), len(x) * len(y)))
        for first, offset in enumerate(self._around.offsets):
            east = np.square(np.subtract.outer(places[:, 0], x + offset[0]) * scale)
            north = np.square(np.subtract.outer(places[:, 1], y + offset[1]) * scale)
            one = total if first == 0 else np.empty_like(total)
            np.add(north[:, :, None], east[:, None, :], out=one.reshape(len(places), len(y), len(x)))
            _of_squares(self._model, one)
            if first:
                total += one
        if len(self._around.offsets) > 1:
            total /= len(self._around.offsets)
        return total


def _require(samples: Samples) -> None:
    if len(samples) == 0:
        raise NotUsable("no samples")


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
    """Return the covariance of each of (…, n, 2) places with each of (…, m, 2) others, in a new (…, n, m) array."""
    scale = 1.0 / model.range_m
    squares = np.square((one[..., :, None, 0] - other[..., None, :, 0]) * scale)
    squares += np.square((one[..., :, None, 1] - other[..., None, :, 1]) * scale)
    return _of_squares(model, squares)


def _of_squares(model: Variogram, squares: Floats) -> Floats:
    """Return the covariance at squared distances in ranges, whose memory it uses."""
    at_once = (_SAME_M / model.range_m) ** 2
    together = squares < at_once if squares.min() < at_once else None
    covariance = correlation(model.shape, squares)
    covariance *= model.partial_sill
    if together is not None:
        covariance[together] = model.sill
    return covariance


def _from(places: Floats, values: Floats, model: Variogram, targets: Floats, around: _Block) -> Floats:
    """Return what `_solve` tells of (m, 2) targets from all of these samples."""
    within = _covariance(model, places, places)
    return _solve(values, within, around.with_targets(model, places, targets), model, around)


def _solve(values: Floats, within: Floats, right: Floats, model: Variogram, around: _Block) -> Floats:
    """Return estimates, variances and multipliers as (3, m), from all of the n samples.

    `within` is their covariance with one another, (n, n), `right` theirs with the m targets, (n, m). It is overwritten.
    """
    centre = values.mean()  # what is far from zero costs digits
    known = np.empty((len(values), 2))
    known[:, 0] = 1.0
    known[:, 1] = values - centre
    lower = _factor(within, model.sill)
    # Turned round, a row of ours is a column of LAPACK's.
    v = dtrsm(1.0, lower, right.T, side=1, lower=1, trans_a=1, overwrite_b=1).T
    a, b = dtrsm(1.0, lower, known.T, side=1, lower=1, trans_a=1)
    weight = a @ a
    mean = (a @ b) / weight
    lacking = 1.0 - a @ v
    out = np.empty((3, v.shape[1]))
    out[0] = centre + mean + (b - mean * a) @ v
    out[1] = np.maximum(around.variance - np.einsum("ij,ij->j", v, v) + lacking**2 / weight, 0.0)
    out[2] = -lacking / weight
    return out


def _factor(covariance: Floats, sill: float) -> Floats:
    for share in _JITTER:
        if share:
            covariance[np.diag_indices_from(covariance)] += share * sill
        lower: Floats
        lower, failed = dpotrf(covariance.T, lower=1)
        if not failed:
            return lower
    raise NotUsable("singular")
