"""Compute a proposal: read a commune, number it, write old and new numbers, streets and findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from households.models import NumberingProposal

OnProgress = Callable[[int, int], None]


class ProposalCounts(TypedDict):
    """`NumberingProposal.counts`: houses by outcome, and what there is to look at.

    `houses` = locked + same + given + changed + unplaced + left_out. `plates_to_reprint` are released plates of
    houses whose number or street changes.
    """

    houses: int
    locked: int
    same: int
    given: int
    changed: int
    unplaced: int
    left_out: int
    doubts: int
    conflicts: int
    gaps: int
    plates_to_reprint: int
    streets: int
    alleys: int


def compute(proposal: NumberingProposal, on_progress: OnProgress | None = None) -> ProposalCounts:
    """Compute the proposal in one transaction and make it a draft; half-made rows of an earlier try go first."""
    raise NotImplementedError
