"""What the numbering takes and gives: streets, houses and rules in, numbers, doubts and findings out.

Coordinates are eastings and northings in metres, in one VN-2000 zone. Streets, houses and groups are known by their
place in their arrays. Nothing here looks at a database.

The rules are those of Circular 08/2024/TT-BXD: odd numbers on the left, even ones on the right, rising from north to
south, east to west, north-east to south-west and south-east to north-west, or from a centre outward; an alley from its
mouth; what has a direction keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

NONE: Final = -1
"""No street, no parent, no group."""

LEFT, RIGHT = 1, 2
"""Sides as `Side` of the models has them; 0 where a house has no street."""

Direction = Literal["auto", "as_drawn", "outward"]

DOUBTS: Final = ("two_streets", "far", "crosses", "corner")
"""Why a house's street is to be looked at: two streets nearly as near; farther than the reach; the way to the street
crosses another house's way or another street; a corner of two streets equally large."""

FINDINGS: Final = (
    "same_number",  # two locked houses of one street have one number
    "against_order",  # a locked number that does not rise with its neighbours'
    "wrong_side",  # a locked odd number on the right, or an even one on the left
    "other_prefix",  # a locked number that begins with another alley's number than that of its place: 12/5 off no. 12
    "unreadable",  # a locked number that is none: "gần chợ"
    "gap",  # numbers left free between two houses: from, to
    "no_room",  # a house between two locked neighbours without a free number; it takes a suffix
    "no_house_before_mouth",  # a nameless alley takes the number of the house after its mouth
    "mouth_taken",  # two nameless alleys after one house; the second takes a suffix
    "no_parent",  # a nameless alley that leaves no street has no number to take
    "too_long",  # a number over 20 characters
    "no_street",  # a house on no street
)


@dataclass(frozen=True, slots=True)
class Rules:
    """How to number. `slot_m` 0 numbers houses one after the other; else each number stands for so much frontage."""

    suffix: Literal["letter", "dash"] = "letter"  # a house added later: 20A, 20B or 20-1, 20-2
    slot_m: float = 0.0
    reach_m: float = 60.0  # a house farther from every street is doubtful
    centre: tuple[float, float] | None = None  # for streets that are numbered from a centre outward


@dataclass(frozen=True, slots=True)
class Streets:
    """Streets as lines; all arrays have one entry a street.

    `lines` are shapely LineStrings as drawn. `size` says which of two is the larger: width class first, then kind.
    `parent` is the place of the street that an alley leaves, or NONE. `named`: numbers begin anew under its own name;
    else the alley takes a number of its parent's. `number` is what a nameless alley is called already, or "".
    `locked` nameless alleys keep it whatever stands before their mouths; None: no alley is.
    """

    lines: NDArray[np.object_]
    size: Ints
    parent: Ints
    named: Bools
    is_alley: Bools
    direction: Sequence[Direction]
    number: Texts
    locked: Bools | None = None

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Houses:
    """Houses as points; all arrays have one entry a house.

    `chosen` is the street that an officer chose, or NONE; `hinted` the one that its address names, or NONE: it decides
    where geometry leaves a doubt. `number` is the number in force or "". `locked` ones keep it whatever the rules say.
    `group` is the place of its house group or NONE.
    """

    xy: Floats  # (n, 2)
    chosen: Ints
    hinted: Ints
    number: Texts
    locked: Bools
    group: Ints

    def __len__(self) -> int:
        return len(self.xy)


@dataclass(frozen=True, slots=True)
class Groups:
    """House groups: the street each lies along, a point of it in metres, its letter when it is fixed or ""."""

    street: Ints
    xy: Floats
    letter: Texts

    def __len__(self) -> int:
        return len(self.street)


@dataclass(frozen=True, slots=True)
class Frontages:
    """Where each house fronts: `street` or NONE, `side`, metres along it as numbered, metres from it, a doubt."""

    street: Ints
    side: NDArray[np.int8]
    position_m: Floats
    distance_m: Floats
    doubt: Texts  # of DOUBTS or ""
    other: Ints  # the second street of "two_streets" and "corner", else NONE


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. `xy` is where; `detail` holds numbers as text, for a sentence."""

    code: str
    street: int = NONE
    house: int = NONE
    xy: tuple[float, float] | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbering:
    """What came out. `number` is "" for a house on no street; `alley_number` is "" for a street with a name.

    `is_reversed`: the street's numbers rise against its line as drawn. `letter` is each group's.
    """

    frontages: Frontages
    number: Texts
    alley_number: Texts
    is_reversed: Bools
    letter: Texts
    findings: list[Finding]


def no_groups() -> Groups:
    """Return no groups at all."""
    return Groups(np.empty(0, np.int32), np.empty((0, 2)), np.empty(0, object))


def points_of(houses: Houses) -> NDArray[np.object_]:
    """Return the houses as shapely points."""
    points: NDArray[np.object_] = shapely.points(houses.xy)
    return points
