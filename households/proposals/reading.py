"""A proposal as pages, files and the command read it: rows in natural order, sentences for what is to be looked at."""

from __future__ import annotations

import uuid
from typing import Literal

from django.db.models import QuerySet

from households.models import NumberingProposal, ProposalFinding, ProposedNumber, ProposedStreet

Only = Literal["all", "changes", "given", "changed", "doubts", "unplaced", "locked", "left_out", "by_hand"]


def rows(
    proposal: NumberingProposal, *, only: Only = "all", street: uuid.UUID | str | None = None
) -> QuerySet[ProposedNumber]:
    """Houses of a proposal with `house` and `street` loaded, by street and number in natural order.

    `only`: "changes" are given and changed ones; the others are outcomes, doubts, and what an officer set.
    `street`: a street's id, or "" for houses on none.
    """
    raise NotImplementedError


def streets(proposal: NumberingProposal) -> QuerySet[ProposedStreet]:
    """Streets of a proposal with `street` and its parent loaded, by name in natural order."""
    raise NotImplementedError


def findings(proposal: NumberingProposal, *, code: str = "") -> QuerySet[ProposalFinding]:
    """Findings with `street` and `house` loaded, conflicts first."""
    raise NotImplementedError


def finding_sentence(finding: ProposalFinding) -> str:
    """Say a finding: what, where, and what would be right."""
    raise NotImplementedError


def doubt_sentence(code: str) -> str:
    """Say why a house's street is to be looked at; "" for no doubt."""
    raise NotImplementedError
