"""Leave-one-out: each sample told from the others alone, and how wrong that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from soil_map.kriging import lognormal
from soil_map.kriging.ordinary import NEIGHBOURS, Estimates, Progress, at_points
from soil_map.kriging.samples import Floats, NotUsable, Samples
from soil_map.kriging.variogram import Variogram

IDW_NEIGHBOURS = 12
IDW_POWER = 2.0
_TOLD_AFTER = 64  # samples, a few hundredths of a second


@dataclass(frozen=True)
class CrossValidation:
    """How well the others tell each sample; errors are told minus measured, in the values' unit."""

    measured: Floats
    told: Floats
    variances: Floats
    told_by_mean: Floats
    """The mean of the others, for each sample."""
    rmse_of_idw: float
    """What inverse distance weighting would give: 12 nearest, squared distance."""

    @property
    def errors(self) -> Floats:
        """Told minus measured."""
        return self.told - self.measured

    @property
    def rmse(self) -> float:
        """Root of the mean squared error."""
        return float(np.sqrt(np.mean(self.errors**2)))

    @property
    def bias(self) -> float:
        """Mean error."""
        return float(np.mean(self.errors))

    @property
    def msdr(self) -> float:
        """Mean squared deviation ratio: error² over the variance that was told; 1 where the variances are honest."""
        sure = self.variances > 0
        return float(np.mean(self.errors[sure] ** 2 / self.variances[sure])) if sure.any() else float("inf")

    @property
    def rmse_of_mean(self) -> float:
        """What telling the mean of the others for every place would give."""
        return _rmse(self.told_by_mean - self.measured)

    @property
    def is_better_than_the_mean(self) -> bool:
        """Whether the squared errors are less than the mean's by more than one standard error of the difference.

        Any less is what the luckiest of several models gains on values that know nothing of their neighbours.
        """
        gained = (self.told_by_mean - self.measured) ** 2 - self.errors**2
        return bool(gained.mean() > gained.std(ddof=1) / np.sqrt(len(gained)))

    @property
    def explained(self) -> float:
        """Share of the mean's squared error that is gone; below 0 where the mean is better."""
        return 1.0 - (self.rmse / self.rmse_of_mean) ** 2 if self.rmse_of_mean > 0 else 0.0


def leave_one_out(
    samples: Samples, model: Variogram, *, neighbours: int | None = NEIGHBOURS, logs: bool = False,
    progress: Progress | None = None,
) -> CrossValidation:  # fmt: skip
    """Tell each sample from its nearest others (None: from all of them), with a model that stays as it is.

    With `logs` the model is of the logarithms; what is compared is in the values' own unit. `progress` is told samples
    done and all now and then. Raises NotUsable: "few" with fewer than three samples.
    """
    count = len(samples)
    if count < 3:
        raise NotUsable("few")
    worked = lognormal.logarithms(samples) if logs else samples
    near = count - 1 if neighbours is None else min(neighbours, count - 1)
    # Places are distinct, so the first of the nearest is the sample itself.
    _, order = KDTree(samples.places).query(samples.places, k=near + 1)
    out = np.empty((3, count))
    for place, others in enumerate(order[:, 1:]):
        known = Samples(worked.places[others], worked.values[others])
        one = at_points(known, model, samples.places[place], neighbours=None)
        out[:, place] = one.values[0], one.variances[0], one.multipliers[0]
        if progress is not None and place % _TOLD_AFTER == _TOLD_AFTER - 1:
            progress(place + 1, count)
    told = Estimates(*out)
    told = lognormal.back(told) if logs else told
    of_mean = (samples.values.sum() - samples.values) / (count - 1)
    return CrossValidation(
        measured=samples.values,
        told=told.values,
        variances=told.variances,
        told_by_mean=of_mean,
        rmse_of_idw=_rmse(_by_inverse_distance(samples) - samples.values),
    )


def _by_inverse_distance(samples: Samples) -> Floats:
    near = min(IDW_NEIGHBOURS, len(samples) - 1)
    distance, order = KDTree(samples.places).query(samples.places, k=near + 1)
    weights = distance[:, 1:] ** -IDW_POWER
    told: Floats = (weights * samples.values[order[:, 1:]]).sum(axis=1) / weights.sum(axis=1)
    return told


def _rmse(errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors**2)))
