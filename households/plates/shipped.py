"""The designs that come with the program, each a file of `designs/` that people may copy and edit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from households.plates.design import PlateDesign
from households.plates.design_reading import read_design

CUSTOMARY: Final = "house-number"
"""The name of the design that is taken where none is named."""

ALLEY_SIGN: Final = "alley-board"
"""The one that hangs at the mouth of an alley and is of no house."""

NAMES: Final = (CUSTOMARY, "white-qr", "two-codes", ALLEY_SIGN)

_FOLDER: Final = Path(__file__).parent / "designs"


@cache
def shipped_designs() -> Mapping[str, PlateDesign]:
    """Return the shipped designs by name, the customary one first."""
    return MappingProxyType({name: read_design(source_of(name)) for name in NAMES})


@cache
def source_of(name: str) -> str:
    """Return the JSON of a shipped design; KeyError where there is none of that name."""
    if name not in NAMES:
        raise KeyError(name)
    return (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
