"""Kriging of skewed values: in their logarithms, and back without bias.

The exponential of an estimate of logarithms is the median, which lies below the mean. Ordinary kriging's own
correction adds half the variance and the Lagrange multiplier (with C λ + μ 1 = c), so that the mean of what is told
is the mean of what is there, as long as the logarithms are normal.
"""

from __future__ import annotations

import numpy as np

from soil_map.kriging.ordinary import Estimates
from soil_map.kriging.samples import NotUsable, Samples


def logarithms(samples: Samples) -> Samples:
    """Return the samples with the natural logarithms of their values; raises NotUsable("not positive")."""
    if not (samples.values > 0).all():
        raise NotUsable("not positive")
    return Samples(samples.places, np.log(samples.values))


def back(of_logarithms: Estimates) -> Estimates:
    """Return estimates in the values' own unit, and the variance of their error there."""
    with np.errstate(over="ignore"):
        values = np.exp(of_logarithms.values + of_logarithms.variances / 2 + of_logarithms.multipliers)
        variances = values**2 * np.expm1(of_logarithms.variances)
    return Estimates(values, variances, of_logarithms.multipliers)
