"""A model fitted to an empirical variogram, by least squares with the weights N/h² that gstat uses.

For a given range the model is linear in nugget and partial sill, so these two are solved exactly (never below zero)
and only the range is searched: over a grid that is dense enough to meet every valley, then in the best valley. There
is nothing to start from and nothing to get stuck in, which is where fits of other libraries differ from one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar, nnls

from soil_map.kriging.samples import Floats, NotUsable
from soil_map.kriging.variogram import Empirical, Shape, Variogram, rise

_GRID = 80
_SHORTEST = 0.01  # of the cutoff
_LONGEST = 3.0  # of the cutoff: beyond, the samples show a trend and no sill
FEWEST_BINS = 3


@dataclass(frozen=True)
class Fit:
    """A model and the weighted sum of squares that it leaves."""

    model: Variogram
    squares: float


def fit(measured: Empirical, shape: Shape) -> Fit:
    """Fit one shape. Raises NotUsable: "few bins" with fewer than three, "all equal" where values do not vary."""
    if len(measured.pairs) < FEWEST_BINS:
        raise NotUsable("few bins")
    if not measured.semivariance.max() > 0:
        raise NotUsable("all equal")
    root = np.sqrt(measured.pairs) / measured.distance  # square root of the weights N/h²
    scale = measured.semivariance.max()  # so that the solver sees numbers about 1, whatever the unit
    wanted = root * measured.semivariance / scale

    def solved(log_range: float) -> tuple[Floats, float]:
        columns = np.column_stack([np.ones_like(root), rise(shape, measured.distance / np.exp(log_range))])
        both, left = nnls(root[:, None] * columns, wanted)
        return both, left**2

    ranges = np.log(np.geomspace(_SHORTEST, _LONGEST, _GRID) * measured.cutoff)
    best = int(np.argmin([solved(one)[1] for one in ranges]))
    low, high = ranges[max(0, best - 1)], ranges[min(_GRID - 1, best + 1)]
    found = minimize_scalar(lambda one: solved(one)[1], bounds=(low, high), method="bounded", options={"xatol": 1e-9})
    log_range = float(found.x) if found.fun <= solved(ranges[best])[1] else float(ranges[best])
    (nugget, partial_sill), squares = solved(log_range)
    model = Variogram(shape, float(nugget * scale), float(partial_sill * scale), float(np.exp(log_range)))
    return Fit(model, squares * scale**2)
