"""What a hectare of a crop can yield at most: a higher figure is a slip, mostly quintals for tonnes. Pure.

Each limit lies above the best harvests of the crop and below ten times an ordinary one here, so that no real target is
refused and every figure in quintals is.
"""

from __future__ import annotations

from typing import Final

MOST_T_PER_HA: Final = 300.0
"""More than any crop yields here."""
_MOST_T_PER_HA: Final = {
    "rice_spring": 15.0,  # ordinary harvests: rice 6
    "rice_summer": 15.0,
    "maize": 25.0,  # 5
    "sweet_potato": 80.0,  # 12
    "peanut": 12.0,  # 2.5
    "sugarcane": 250.0,  # 65; good fields 120
    "cassava": 100.0,  # 20
}
_PADDY: Final = frozenset({"rice_spring", "rice_summer"})


def highest_t_per_ha(crop_key: str) -> float:
    """Return the tonnes a hectare that no field of a crop exceeds; `MOST_T_PER_HA` of a crop that is not known."""
    return _MOST_T_PER_HA.get(crop_key, MOST_T_PER_HA)


def is_known(crop_key: str) -> bool:
    """Return whether a crop has a limit of its own."""
    return crop_key in _MOST_T_PER_HA


def is_paddy(crop_key: str) -> bool:
    """Return whether the tonnes of a crop are tonnes of unhusked rice."""
    return crop_key in _PADDY
