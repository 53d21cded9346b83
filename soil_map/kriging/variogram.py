"""How unlike the values of two places are, by the distance between them: measured in bins, and as a model.

The names and conventions are gstat's, so that figures can be compared: bins are open below and closed above, up to a
third of the box's diagonal, and the range of the exponential, Gaussian and Matérn models is their scale, not the
distance at which they have nearly reached the sill (`Variogram.effective_range` tells that one).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from soil_map.kriging.samples import Floats, Samples

BINS = 15
MOST_PAIRED = 6_000
"""Of more samples every n-th is paired: 18 million pairs tell no more than a thousand million would."""
_ROWS_AT_ONCE = 256
_NEARLY = 0.95  # of the partial sill: where the effective range is


class Shape(StrEnum):
    """How a model rises from the nugget to the sill."""

    SPHERICAL = "spherical"
    EXPONENTIAL = "exponential"
    GAUSSIAN = "gaussian"
    MATERN = "matern"
    """With smoothness 3/2: between the exponential (1/2) and the Gaussian (infinite)."""


# Each takes squares of distances in ranges, whose memory it uses, and gives the correlation there.


def _spherical(squares: Floats) -> Floats:
    np.minimum(squares, 1.0, out=squares)
    r = np.sqrt(squares)
    squares *= 0.5
    squares -= 1.5
    squares *= r
    squares += 1.0
    return squares


def _exponential(squares: Floats) -> Floats:
    r = np.sqrt(squares, out=squares)
    return np.exp(np.negative(r, out=r), out=r)


def _gaussian(squares: Floats) -> Floats:
    return np.exp(np.negative(squares, out=squares), out=squares)


def _matern(squares: Floats) -> Floats:
    r = np.sqrt(squares, out=squares)
    falling = np.exp(-r)
    r += 1.0
    r *= falling
    return r


_CORRELATION: dict[Shape, Callable[[Floats], Floats]] = {
    Shape.SPHERICAL: _spherical,
    Shape.EXPONENTIAL: _exponential,
    Shape.GAUSSIAN: _gaussian,
    Shape.MATERN: _matern,
}


def correlation(shape: Shape, squares: Floats) -> Floats:
    """Return how alike places are at squared distances in ranges: 1 at 0, towards 0. Overwrites `squares`."""
    return _CORRELATION[shape](squares)


def rise(shape: Shape, relative: Floats) -> Floats:
    """Return how much of the partial sill is reached at a distance in ranges: 0 at 0, towards 1."""
    return 1.0 - correlation(shape, np.square(np.atleast_1d(np.asarray(relative, dtype=np.float64))))


@dataclass(frozen=True)
class Variogram:
    """A model: semivariance `nugget + partial_sill * rise(h / range_m)` for h > 0, and 0 at 0."""

    shape: Shape
    nugget: float
    partial_sill: float
    range_m: float

    def __post_init__(self) -> None:
        if not (self.nugget >= 0 and self.partial_sill >= 0 and self.range_m > 0 and self.sill > 0):
            raise ValueError(f"no variogram: {self}")

    @property
    def sill(self) -> float:
        """Variance of places far from one another."""
        return self.nugget + self.partial_sill

    @property
    def effective_range(self) -> float:
        """Distance in metres beyond which a sample tells nothing more: where 95 % of the partial sill is reached.

        Of the spherical model it is the range itself, where all of it is.
        """
        if self.shape is Shape.SPHERICAL:
            return self.range_m
        from scipy.optimize import brentq  # whoever only draws a variogram needs no solvers

        return self.range_m * float(brentq(lambda r: rise(self.shape, np.array([r]))[0] - _NEARLY, 0.0, 20.0))

    def semivariance(self, distances: Floats) -> Floats:
        """Semivariance at distances in metres, in the square of the values' unit."""
        h = np.asarray(distances, dtype=np.float64)
        risen = rise(self.shape, h / self.range_m).reshape(h.shape)
        return np.where(h > 0, self.nugget + self.partial_sill * risen, 0.0)


@dataclass(frozen=True)
class Empirical:
    """What the samples themselves show; each array has one number for every bin that holds a pair."""

    pairs: Floats
    distance: Floats  # mean of the pairs, metres
    semivariance: Floats
    cutoff: float
    paired: int
    """How many of the samples were paired with one another."""


def empirical(samples: Samples, *, cutoff: float | None = None, bins: int = BINS) -> Empirical:
    """Return the mean half squared difference of the pairs in each of `bins` equal steps up to `cutoff` metres."""
    step = -(-len(samples) // MOST_PAIRED)
    places, values = samples.places[:: max(1, step)], samples.values[:: max(1, step)]
    reach = samples.diagonal / 3 if cutoff is None else cutoff
    count, distance, gamma = np.zeros(bins), np.zeros(bins), np.zeros(bins)
    for first in range(0, len(values), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        h = np.hypot(*(places[rows, None, :] - places[None, first:, :]).transpose(2, 0, 1))
        half_square = 0.5 * (values[rows, None] - values[None, first:]) ** 2
        once = np.triu(np.ones(h.shape, dtype=bool), k=1) & (h <= reach)
        h, half_square = h[once], half_square[once]
        # (lower, upper]: a pair exactly on a limit belongs to the bin below, as in gstat.
        place = np.clip(np.ceil(h * (bins / reach)).astype(int) - 1, 0, bins - 1) if reach > 0 else np.zeros(0, int)
        count += np.bincount(place, minlength=bins)
        distance += np.bincount(place, weights=h, minlength=bins)
        gamma += np.bincount(place, weights=half_square, minlength=bins)
    filled = count > 0
    return Empirical(
        pairs=count[filled],
        distance=distance[filled] / count[filled],
        semivariance=gamma[filled] / count[filled],
        cutoff=reach,
        paired=len(values),
    )
