"""A draft becomes law by a decision, or is discarded; the way back is the undo of its change set."""

from __future__ import annotations

import datetime
from typing import Any

from households.models import NumberingDecision, NumberingProposal


def approve(
    *, user: Any, proposal: NumberingProposal, number: str, decided_on: datetime.date, version: int
) -> NumberingDecision:
    """Write the numbers of a draft into the houses, by a decision with number and date, in one transaction.

    Raises UserError for a number that is empty or used in the commune already, a date after today or before 1990;
    Conflict when the draft, its houses or its streets have changed since.
    """
    raise NotImplementedError


def discard(*, user: Any, proposal: NumberingProposal, version: int) -> None:
    """Set a draft, or one that is being computed, aside. Raises Conflict when it is neither or has moved on."""
    raise NotImplementedError
