"""What an officer changes in a draft: a number, a street, a house left for later.

Each takes the version of the proposal that the person saw (Conflict when it has moved on), raises it by one and counts
anew. Each returns the rows that changed.
"""

from __future__ import annotations

from typing import Any

from households.models import House, NumberingProposal, ProposedNumber, Street


def set_number(
    *, user: Any, proposal: NumberingProposal, house: House, number: str, version: int, against_rule: bool = False
) -> list[ProposedNumber]:
    """Give a house of the draft another number on its street.

    `against_rule` lets an odd number stand on the right or an even one on the left. Raises UserError: not readable,
    over 20 characters, on the wrong side (code "side"), taken by another house (code "taken", which names it),
    the house is locked or on no street.
    """
    raise NotImplementedError


def set_street(
    *, user: Any, proposal: NumberingProposal, house: House, street: Street, version: int
) -> list[ProposedNumber]:
    """Put a house of the draft on another street of the commune and give it the next free number at its place."""
    raise NotImplementedError


def leave_out(*, user: Any, proposal: NumberingProposal, house: House, version: int) -> list[ProposedNumber]:
    """Leave a house for later: approving changes nothing of it."""
    raise NotImplementedError


def take_back(*, user: Any, proposal: NumberingProposal, house: House, version: int) -> list[ProposedNumber]:
    """Take a house that was left out back in. Raises UserError when its number is taken meanwhile."""
    raise NotImplementedError
