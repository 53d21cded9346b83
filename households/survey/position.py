"""A position from the fixes of a phone: bad ones dropped, the rest weighed by how good they are. Pure.

`static/js/survey/position.js` does the same on the phone; `tests/data/survey_positions.json` holds both to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

GOOD_M: Final = 5.0
"""Accuracy to stop at."""
POOR_M: Final = 10.0
"""Above it the phone warns."""
BAD_M: Final = 20.0
"""Above it a reason is asked for."""
FAR_M: Final = 80.0
"""So far from the house, beyond the accuracy, a visit is looked at again."""
LONGEST_S: Final = 30
_WORSE: Final = 2.0  # than the best fix: such ones are dropped
_METRES_PER_DEGREE: Final = 111_320.0


def lacks_reason(position: Mapping[str, Any]) -> bool:
    """Return whether a position of the wire was measured badly and nobody said why, dragged or not."""
    is_measured = position["source"] != "map" or position["measured"] is not None
    is_bad = (position["accuracy_m"] or 0.0) > BAD_M
    return is_measured and is_bad and not position["reason"].strip()


@dataclass(frozen=True)
class Fix:
    """One fix of the phone: degrees in EPSG:4326, the radius in metres that it says to be within (68 %)."""

    lng: float
    lat: float
    accuracy_m: float


@dataclass(frozen=True)
class Averaged:
    """The weighted mean of fixes. `spread_m` is the root mean square distance of what was used from it."""

    lng: float
    lat: float
    accuracy_m: float
    spread_m: float
    used: int
    given: int
    is_doubtful: bool
    """A fix said to be exact: no receiver says so, a finger on a map or a faking program does."""


def average(fixes: Sequence[Fix]) -> Averaged | None:
    """Return the mean of the usable fixes, by inverse variance; None where none is usable.

    The accuracy is never told better than the best fix divided by the root of how many were used, nor below 1 m:
    fixes of one minute share most of their errors, so it is not told better than half of the best one's either.
    """
    usable = [one for one in fixes if math.isfinite(one.lng + one.lat + one.accuracy_m) and one.accuracy_m > 0]
    is_doubtful = any(one.accuracy_m == 0 for one in fixes)
    if not usable:
        exact = next((one for one in fixes if one.accuracy_m == 0), None)
        return None if exact is None else Averaged(exact.lng, exact.lat, 0.0, 0.0, 1, len(fixes), True)
    best = min(one.accuracy_m for one in usable)
    kept = [one for one in usable if one.accuracy_m <= _WORSE * best]
    weights = [one.accuracy_m**-2 for one in kept]
    total = math.fsum(weights)
    lng = math.fsum(w * one.lng for w, one in zip(weights, kept, strict=True)) / total
    lat = math.fsum(w * one.lat for w, one in zip(weights, kept, strict=True)) / total
    spread = math.sqrt(math.fsum(metres_between(lng, lat, one.lng, one.lat) ** 2 for one in kept) / len(kept))
    told = max(total**-0.5, best / 2, 1.0)
    return Averaged(lng, lat, told, spread, len(kept), len(fixes), is_doubtful)


def metres_between(lng: float, lat: float, other_lng: float, other_lat: float) -> float:
    """Return the distance of two places near each other, good to a per cent: enough to tell a house from the next."""
    east = (other_lng - lng) * math.cos(math.radians((lat + other_lat) / 2)) * _METRES_PER_DEGREE
    return math.hypot(east, (other_lat - lat) * _METRES_PER_DEGREE)
