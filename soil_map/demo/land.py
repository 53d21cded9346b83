"""The invented soil under the demo commune: what would be measured anywhere, without the laboratory's error. Pure.

It follows the land that the demo draws: sand ridges beside the coast, 690 m apart and a little east of north, with
heavy soil between them. What the ridges do not explain is smooth noise, so that a variogram has something to find.
Coordinates are metres east and north of `CENTRE` in the zone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from mapping import crs

Floats = NDArray[np.float64]
Field = Callable[[Floats, Floats], Floats]

CENTRE: Final = (105.81, 19.67)
_SEED: Final = 1654306
_LEAN: Final = math.radians(-13)
_RIDGES_M: Final = 690.0
_WAVES: Final = 260
LIMED: Final = (-500.0, 200.0, 450.0)
"""Middle and radius of the ground that was limed, in the acid west."""
LIME_PH: Final = 1.2
"""What three tonnes of lime on a hectare do to so acid a soil, of which four years take a third back."""
_LIMED_CM: Final = 20.0
_ROUGH: Final = 1.5  # the smoothness of a Matérn field: lines on a map of it bend and do not crumble


@dataclass(frozen=True, slots=True)
class Measured:
    """A property of the demo: its method, how a laboratory rounds it, its error, what it cannot tell from nothing."""

    method: str
    unit: str
    decimals: int
    error: float
    is_relative: bool = False
    detection: float | None = None


PROPERTIES: Final = (
    Measured("ph_kcl", "", 1, 0.12),
    Measured("om_walkley_black", "% OM", 2, 0.16),
    Measured("n_kjeldahl", "% N", 3, 0.012),
    Measured("p_oniani", "mg/100g P2O5", 1, 0.18, is_relative=True, detection=2.0),
    Measured("k_ammonium_acetate", "mg/100g K2O", 1, 0.13, is_relative=True),
    Measured("cec_ammonium_acetate", "cmol/kg", 1, 0.7),
)


def upright(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Turn the land so that its ridges run due north."""
    cos, sin = math.cos(-_LEAN), math.sin(-_LEAN)
    return east * cos - north * sin, east * sin + north * cos


def leaning(x: float, y: float) -> tuple[float, float]:
    """Turn a point of the upright land back to where it lies."""
    cos, sin = math.cos(_LEAN), math.sin(_LEAN)
    return x * cos - y * sin, x * sin + y * cos


def degrees(geometry: shapely.Geometry, zone: int) -> shapely.Geometry:
    """Metres around the centre to degrees with 7 decimals (1 cm), the same for every geometry with that vertex."""
    centre = np.column_stack(crs.from_lonlat(zone, *CENTRE))
    there = crs.from_zone(shapely.transform(geometry, lambda points: points + centre), zone)
    return shapely.transform(there, lambda points: points.round(7))


def metres(geometry: shapely.Geometry, zone: int) -> shapely.Geometry:
    """Degrees to metres around the centre."""
    centre = np.column_stack(crs.from_lonlat(zone, *CENTRE))
    return shapely.transform(crs.to_zone(geometry, zone), lambda points: points - centre)


def noise(seed: int, range_m: float) -> Field:
    """Return a smooth field of mean 0 and variance 1 whose values resemble each other up to about `range_m`."""
    rng = random.Random(_SEED + seed)  # noqa: S311 - the same at every run, on purpose
    waves = np.array(
        [
            (rng.gauss(0, 1) / spread, rng.gauss(0, 1) / spread, rng.uniform(0, 2 * math.pi))
            for spread in (math.sqrt(rng.gammavariate(_ROUGH, 1 / _ROUGH)) for _ in range(_WAVES))
        ]
    )
    scale = 2.0 / range_m

    def field(east: Floats, north: Floats) -> Floats:
        phases = np.multiply.outer(east * scale, waves[:, 0]) + np.multiply.outer(north * scale, waves[:, 1])
        told: Floats = math.sqrt(2 / _WAVES) * np.cos(phases + waves[:, 2]).sum(axis=-1)
        return told

    return field


def sandiness(east: Floats, north: Floats) -> Floats:
    """How sandy it is: near 1 on a ridge, near 0 in the middle between two."""
    x, y = upright(east, north)
    bent = x + 45 * np.sin(y / 380)
    told: Floats = 0.5 + 0.5 * np.cos(2 * math.pi * bent / _RIDGES_M)
    return told


def limed(east: Floats, north: Floats) -> Floats:
    """Whether lime was spread there between the two surveys: 1 within, 0 without, and a seam of some 50 m."""
    far = np.hypot(east - LIMED[0], north - LIMED[1])
    told: Floats = 1.0 / (1.0 + np.exp((far - LIMED[2]) / 25.0))
    return told


def values(east: Floats, north: Floats, *, years_ago: float = 0.0, depth_cm: float = 10.0) -> dict[str, Floats]:
    """Return what each method would find at places, at a depth, now or some years ago, without any error.

    Since then fields have become a little more acid and richer in phosphorus, unevenly, and poorer in potassium. The
    acid fields in the west were limed in between, the one change that two surveys can be sure of.
    """
    sand, clay = sandiness(east, north), _CLAY(east, north)
    change = years_ago * (1.0 + 0.7 * _CHANGE(east, north)) / 4.0
    deeper = (depth_cm - 10.0) / 20.0
    seaward = upright(east, north)[0] / 1_500.0
    lime = LIME_PH * limed(east, north) if years_ago <= 0 and depth_cm <= _LIMED_CM else np.zeros_like(east)
    om = np.clip(2.75 - 1.25 * sand + 0.5 * _ORGANIC(east, north) - 0.9 * deeper + 0.08 * change, 0.35, None)
    return {
        "ph_kcl": 5.4
        + 0.35 * seaward
        + 0.85 * _ACID(east, north)
        - 0.25 * (sand - 0.5)
        + 0.26 * change
        + deeper / 3
        + lime,
        "om_walkley_black": om,
        "n_kjeldahl": np.clip(0.02 + 0.061 * om + 0.012 * clay, 0.015, None),
        "p_oniani": np.exp(1.95 + 0.62 * _PHOSPHORUS(east, north) + 0.45 * (sand - 0.5) - 0.22 * change - 0.5 * deeper),
        "k_ammonium_acetate": np.exp(2.3 - 0.55 * (sand - 0.5) + 0.33 * _POTASSIUM(east, north) + 0.13 * change),
        "cec_ammonium_acetate": np.clip(11.2 - 4.4 * (sand - 0.5) + 1.9 * clay + 0.5 * deeper, 2.0, None),
    }


_ACID, _ORGANIC, _CLAY = noise(1, 620), noise(2, 520), noise(3, 700)
_PHOSPHORUS, _POTASSIUM, _CHANGE = noise(4, 480), noise(5, 560), noise(6, 900)
