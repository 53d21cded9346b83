"""What people do to plates that are made: one act, one transaction, the rows held, the version that was seen.

Who did what and when stands in the history of the plate (`PlateEvent`), which triggers fill. An act that was a
mistake is mended by its counterpart (taken back into stock, found again, hung anew), so there is no change set.
The views ask for the right at the house; acts on many plates touch those alone where the person may print.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from households.models import House, Plate, PlateBatch
from households.plates.life import Act, Doubt, Fix
from mapping.errors import UserError


@dataclass(frozen=True, slots=True)
class Moved:
    """What an act on many plates did: how many it moved, and how many were in no state for it."""

    plates: int
    left: int


class AtAnotherDoor(UserError):
    """The plate may not be hung so without a reason. `nearest` is the house where the phone seems to be."""

    status = 409
    doubt: Doubt
    distance_m: float | None
    nearest: House | None
    nearest_m: float | None
    other_plate: Plate | None  # of `nearest`: perhaps the two were swapped


def take_into_stock(*, user: Any, batch: PlateBatch, tokens: Collection[str] | None = None) -> Moved:
    """Take the plates of a batch, or those of it with these tokens, into stock: they have come from the maker."""
    raise NotImplementedError


def issue(*, user: Any, batch: PlateBatch, to: str, tokens: Collection[str] | None = None) -> Moved:
    """Give the plates of a batch, or those of it with these tokens, to the person `to`, who will hang them."""
    raise NotImplementedError


def move(*, token: str, version: int, act: Act, note: str = "", to: str = "") -> Plate:
    """Do `act`, any but INSTALL, to one plate that was seen in `version`; `to` goes with ISSUE.

    Raises Conflict when somebody else did something to it since, UserError when the act may not follow its state.
    """
    raise NotImplementedError


def install(
    *, user: Any, token: str, version: int, fix: Fix | None, photo: bytes | None = None, reason: str = ""
) -> Plate:
    """Hang a plate. What hung at the house until now is replaced by it.

    Raises AtAnotherDoor over `life.DOOR_M` and the phone's error from the house, or without a position, unless a
    reason is given; Conflict and UserError as `move` does, and what `mapping.images` raises for the photo.
    """
    raise NotImplementedError


def swap(
    *, user: Any, token: str, version: int, other: str, fix: Fix | None, as_they_hang: bool
) -> tuple[Plate, Plate]:
    """Hang two plates of neighbours that were mixed up, in one act.

    They have been put right, each to its own house; or, `as_they_hang`, they stay and each becomes the other
    house's: only for plates without a number on them.
    """
    raise NotImplementedError
