"""The life of a plate, pure: which act leads from which state to which, how far from its house it may be hung.

A plate hangs in one place or lies in one place; whoever moves it says so by an act. States that follow from what
happens to another plate, superseded and replaced, are nobody's act.
"""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass
from typing import Final

DOOR_M: Final = 30.0
"""So far from its house's point, and the error of the phone on top, a plate is hung without a question, in metres."""

MOVED_M: Final = 15.0
"""So far from the point that its Plus Code was printed of, a house has moved away from its plate, in metres."""

INSPECTION_YEARS: Final = 10
"""After so many years a plate that hangs is looked at again; Korea renews its plates after as many."""

WORST_ACCURACY_M: Final = 100.0
"""A phone that knows its place worse than this does not know the door."""


class Act(enum.StrEnum):
    """What somebody does to a plate."""

    STOCK = "stock"  # it has come from whoever made it, or comes back from whoever was to hang it
    ISSUE = "issue"  # it is given to somebody who will hang it
    INSTALL = "install"  # it hangs
    INSPECT = "inspect"  # somebody has looked: it hangs where it should and can be read
    DAMAGE = "damage"
    LOSE = "lose"
    STEAL = "steal"
    FIND = "find"  # what was lost is there again: it hangs where it hung, or goes into stock
    REVOKE = "revoke"


_FOLLOWING: Final[dict[Act, dict[str, str]]] = {
    Act.STOCK: dict.fromkeys(("printed", "issued"), "in_stock"),
    Act.ISSUE: dict.fromkeys(("printed", "in_stock", "issued"), "issued"),
    # A superseded plate may hang for a while, until the newer one does; a plate that hangs may be hung anew.
    Act.INSTALL: dict.fromkeys(
        ("printed", "in_stock", "issued", "installed", "superseded", "damaged", "lost", "stolen"), "installed"
    ),
    Act.INSPECT: {"installed": "installed"},
    Act.DAMAGE: dict.fromkeys(("printed", "in_stock", "issued", "installed", "superseded"), "damaged"),
    Act.LOSE: dict.fromkeys(("printed", "in_stock", "issued", "installed", "superseded", "damaged"), "lost"),
    Act.STEAL: dict.fromkeys(("printed", "in_stock", "issued", "installed", "superseded", "damaged"), "stolen"),
    Act.FIND: dict.fromkeys(("lost", "stolen"), "in_stock"),
    Act.REVOKE: dict.fromkeys(
        ("draft", "printed", "in_stock", "issued", "installed", "superseded", "damaged", "lost", "stolen", "replaced"),
        "revoked",
    ),
}

_FOUND_AS_IT_WAS: Final = frozenset({"installed", "damaged", "superseded"})


def state_after(act: Act, state: str, *, lost_from: str = "") -> str | None:
    """Return the state that `act` leads to from `state`; None where it may not follow.

    `lost_from` is the state of the plate before it was lost: what hung is found on its wall, as whole as it was.
    """
    following = _FOLLOWING[act].get(state)
    if act is Act.FIND and following is not None and lost_from in _FOUND_AS_IT_WAS:
        return lost_from
    return following


def states_before(act: Act) -> frozenset[str]:
    """Return the states from which `act` may be done."""
    return frozenset(_FOLLOWING[act])


def acts_from(state: str) -> tuple[Act, ...]:
    """Return what may be done to a plate in `state`, in the order of `Act`."""
    return tuple(act for act in Act if state in _FOLLOWING[act])


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a phone says it is: EPSG:4326 degrees, and the error of that in metres (68 % as browsers give it)."""

    lat: float
    lng: float
    accuracy_m: float

    def is_sound(self) -> bool:
        """Whether these can be numbers of a place at all."""
        return -90 <= self.lat <= 90 and -180 <= self.lng <= 180 and 0 <= self.accuracy_m < 1e6


class Doubt(enum.StrEnum):
    """Why a plate may not be hung without a reason."""

    NO_POSITION = "no_position"
    ROUGH_POSITION = "rough_position"  # the phone's error is larger than `WORST_ACCURACY_M`
    WRONG_DOOR = "wrong_door"
    OUTDATED = "outdated"  # it says another address or place than the house has today
    NEXT_DOOR = "next_door"  # near enough, and clearly nearer to another house: asked, and hung when told so


def doubt_about(distance_m: float | None, accuracy_m: float | None) -> Doubt | None:
    """Say what is doubtful about hanging a plate `distance_m` from its house; None when nothing is."""
    if distance_m is None or accuracy_m is None:
        return Doubt.NO_POSITION
    if accuracy_m > WORST_ACCURACY_M:
        return Doubt.ROUGH_POSITION
    return Doubt.WRONG_DOOR if distance_m > DOOR_M + accuracy_m else None


def stands_at_another(distance_m: float, accuracy_m: float, other_m: float) -> bool:
    """Whether a phone is nearer to another house than to the plate's, wherever within its error it is.

    An error of so many metres takes as many from the one distance and adds them to the other.
    """
    return distance_m - other_m > 2 * accuracy_m


def inspection_due(
    installed_at: datetime.datetime | None, inspected_at: datetime.datetime | None
) -> datetime.date | None:
    """Return the day on which a plate that hangs has to be looked at; None when nobody knows since when it hangs."""
    since = max((day for day in (installed_at, inspected_at) if day is not None), default=None)
    if since is None:
        return None
    try:
        return since.date().replace(year=since.year + INSPECTION_YEARS)
    except ValueError:  # the 29th of February
        return since.date().replace(year=since.year + INSPECTION_YEARS, day=28)
