"""Which model tells best, and whether a map may be made of these samples at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soil_map.kriging import fitting, lognormal, validating
from soil_map.kriging.gate import FEWEST as FEWEST
from soil_map.kriging.gate import Refusal as Refusal
from soil_map.kriging.ordinary import NEIGHBOURS, Progress
from soil_map.kriging.samples import Floats, NotUsable, Samples
from soil_map.kriging.validating import CrossValidation
from soil_map.kriging.variogram import Empirical, Shape, Variogram, empirical

SKEWED = 1.0
"""From this skewness on values are worked in logarithms, if that makes them less skewed."""
_AS_GOOD = 1.005  # of the best RMSE: of models so near the one with the most honest variances is taken


@dataclass(frozen=True)
class Candidate:
    """A fitted model and how well it told the samples."""

    model: Variogram
    squares: float
    validation: CrossValidation


@dataclass(frozen=True)
class Choice:
    """The best model, or why there is none; with everything that was tried."""

    samples: Samples
    logs: bool
    measured: Empirical | None
    candidates: tuple[Candidate, ...]
    best: Candidate | None
    refusal: Refusal | None


def needs_logs(samples: Samples) -> bool:
    """Return whether the values are skewed to the right and their logarithms are less so."""
    if len(samples) < 3 or not (samples.values > 0).all() or np.ptp(samples.values) == 0:
        return False
    skewness = _skewness(samples.values)
    return skewness > SKEWED and abs(_skewness(np.log(samples.values))) < skewness


def _skewness(values: Floats) -> float:
    """Third moment of the values over the third power of their standard deviation."""
    apart = values - values.mean()
    return float(np.mean(apart**3) / np.mean(apart**2) ** 1.5)


def choose(
    samples: Samples,
    *,
    shapes: tuple[Shape, ...] = tuple(Shape),
    logs: bool | None = None,
    neighbours: int = NEIGHBOURS,
    progress: Progress | None = None,
) -> Choice:
    """Fit each shape, tell each sample from the others with it, and take the best; None for `logs` lets values decide.

    Gives a `refusal` and no `best` where there are fewer than 30 places, no variation, or no model that tells the
    samples better than their mean does. `progress` is told how many samples were told from the others, of all for
    every shape; what it raises ends the work.
    """
    in_logs = needs_logs(samples) if logs is None else logs
    if len(samples) < FEWEST:
        return Choice(samples, in_logs, None, (), None, Refusal.FEW)
    measured = empirical(lognormal.logarithms(samples) if in_logs else samples)
    try:
        fits = [fitting.fit(measured, shape) for shape in shapes]
    except NotUsable as error:
        refusal = Refusal.ALL_EQUAL if error.code == "all equal" else Refusal.FEW_BINS
        return Choice(samples, in_logs, measured, (), None, refusal)
    candidates = tuple(
        Candidate(
            one.model,
            one.squares,
            validating.leave_one_out(
                samples, one.model, neighbours=neighbours, logs=in_logs, progress=_of_all(progress, place, len(fits))
            ),
        )
        for place, one in enumerate(fits)
    )
    least = min(one.validation.rmse for one in candidates)
    near = [one for one in candidates if one.validation.rmse <= least * _AS_GOOD]
    best = min(near, key=lambda one: abs(np.log(one.validation.msdr)))
    if not best.validation.is_better_than_the_mean:
        return Choice(samples, in_logs, measured, candidates, None, Refusal.NO_BETTER_THAN_THE_MEAN)
    return Choice(samples, in_logs, measured, candidates, best, None)


def _of_all(progress: Progress | None, place: int, shapes: int) -> Progress | None:
    if progress is None:
        return None
    tell = progress
    return lambda done, total: tell(place * total + done, shapes * total)
