"""When there are points and no map."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

FEWEST: Final = 30
"""Distinct places; of fewer, pairs are too few for a variogram that means anything."""


class Refusal(StrEnum):
    """Why there are points and no map."""

    FEW = "few"
    ALL_EQUAL = "all equal"
    FEW_BINS = "few bins"
    NO_BETTER_THAN_THE_MEAN = "no better than the mean"
