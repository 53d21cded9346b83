"""A stretch of a written address that was taken for one part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from households.geocoding.kinds import Kind

LOOSE: Final = 99
"""The rank of words without a kind."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`name` without the word of its kind; `length` in words; `cost` of taking it so.

    `follows`: no comma stands between it and the piece before. `is_former`: it is said to be of before.
    """

    kind: Kind
    name: str
    length: int
    cost: float
    follows: bool = False
    is_former: bool = False
