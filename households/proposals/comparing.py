"""What a numbering means for the houses of a proposal: old and new address, outcome, doubt, house by house.

Nothing here looks at the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from households.models import ProposedOutcome
from households.numbering.model import NONE, Bools, Numbering
from households.proposals.ground import Ground

LONGEST_NUMBER: Final = 20
LOCKED, SAME, GIVEN, CHANGED, UNPLACED = (
    str(outcome.value)
    for outcome in (
        ProposedOutcome.LOCKED, ProposedOutcome.SAME, ProposedOutcome.GIVEN, ProposedOutcome.CHANGED,
        ProposedOutcome.UNPLACED,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A house's row in a proposal, but for where it fronts: places in the arrays of the ground, and texts."""

    house: int
    street: int
    new_number: str
    new_street: str
    outcome: str
    doubt: str


def compare(ground: Ground, numbering: Numbering, *, wanted: NDArray[np.intp], far: Bools) -> Iterator[Compared]:
    """Yield a row for each house in `wanted`. `far` are locked houses that stand far from their street."""
    rows, frontages = ground.house_rows, numbering.frontages
    addressed = ground.street_rows.addressed
    streets = frontages.street.tolist()
    locked, legal = ground.houses.locked.tolist(), rows.legal.tolist()
    new_numbers, doubts, is_far = numbering.number.tolist(), frontages.doubt.tolist(), far.tolist()
    for house in wanted.tolist():
        street, old_number, old_street = streets[house], rows.numbers[house], rows.streets[house]
        doubt = "far" if is_far[house] else doubts[house]
        if locked[house] and legal[house]:
            yield Compared(house, street, old_number, old_street, LOCKED, doubt)
            continue
        new_number = old_number if locked[house] else new_numbers[house]
        if street == NONE or not new_number or len(new_number) > LONGEST_NUMBER or not addressed[street]:
            yield Compared(house, NONE, old_number, old_street, UNPLACED, doubt)
            continue
        new_street = (old_street or addressed[street]) if locked[house] else addressed[street]
        yield Compared(house, street, *outcome_of(old_number, old_street, new_number, new_street), doubt)


def outcome_of(old_number: str, old_street: str, new_number: str, new_street: str) -> tuple[str, str, str]:
    """Return new number, new street and outcome of a house that has a place.

    An address that is the same but for its spelling keeps the one that it has: it may hang on the door.
    """
    if not old_number:
        return new_number, new_street, GIVEN
    if alike(old_number, new_number) and (not old_street or alike(old_street, new_street)):
        return old_number, old_street or new_street, SAME
    return new_number, new_street, CHANGED


def alike(one: str, other: str) -> bool:
    """Whether two texts differ at most in capitals and spaces: "12a" and "12A", "Ngõ Đình" and "ngõ  Đình"."""
    return one == other or " ".join(one.casefold().split()) == " ".join(other.casefold().split())
