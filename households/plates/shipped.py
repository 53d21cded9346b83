"""The designs that come with the program, each a file of `designs/` that people may copy and edit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from households.plates.design import HOUSE_NUMBER, PlateDesign

CUSTOMARY: Final = "house-number"
"""The name of the design that is taken where none is named."""


@cache
def shipped_designs() -> Mapping[str, PlateDesign]:
    """Return the shipped designs by name, the customary one first."""
    return {HOUSE_NUMBER.name: HOUSE_NUMBER}


def source_of(name: str) -> str:
    """Return the JSON of a shipped design; KeyError where there is none of that name."""
    raise KeyError(name)
