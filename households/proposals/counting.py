"""The counts of a proposal, from its rows: once after computing, and anew after each change of an officer's."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from django.db import connection

from households.models import NumberingProposal
from households.proposals.reprinting import houses_to_reprint

CONFLICTS: Final = (
    "same_number", "against_order", "wrong_side", "other_prefix", "unreadable", "no_parent", "too_long", "mouth_left"
)  # fmt: skip
"""Findings that a decision should not meet; the others are told and may stay."""

MENDED: Final = (
    "same_number", "against_order", "wrong_side", "other_prefix", "unreadable", "too_long", "no_room", "no_street"
)  # fmt: skip
"""Findings about the number or street that a house had when the draft was computed: settled once an officer chose
others, or left the house for later: a decision does not meet them. `mouth_left` is none of them: it comes of what an
officer chose."""


class ProposalCounts(TypedDict):
    """`NumberingProposal.counts`: houses by outcome, and what there is to look at.

    `houses` = locked + same + given + changed + unplaced + left_out. Doubts and conflicts of a house whose number or
    street an officer set are settled and not counted, nor are conflicts of one that is left for later.
    `plates_to_reprint` are houses with a released plate that says another address than they would have; `alleys` the
    streets that take a number, `alleys_given` of them those that had none, `alleys_changed` those that had another.
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
    alleys_given: int
    alleys_changed: int


_HOUSES: Final = """
SELECT count(*) AS houses,
       count(*) FILTER (WHERE outcome = 'locked') AS locked, count(*) FILTER (WHERE outcome = 'same') AS same,
       count(*) FILTER (WHERE outcome = 'given') AS given, count(*) FILTER (WHERE outcome = 'changed') AS changed,
       count(*) FILTER (WHERE outcome = 'unplaced') AS unplaced,
       count(*) FILTER (WHERE outcome = 'left_out') AS left_out,
       count(*) FILTER (WHERE doubt <> '' AND NOT (by_hand AND outcome IN ('same', 'given', 'changed'))) AS doubts
  FROM households_proposednumber proposed WHERE proposal_id = %s
"""
_FINDINGS: Final = """
SELECT count(*) FILTER (WHERE code = ANY(%(conflicts)s)) AS conflicts, count(*) FILTER (WHERE code = 'gap') AS gaps
  FROM households_proposalfinding finding
 WHERE proposal_id = %(proposal)s
   AND NOT (code = ANY(%(mended)s)
            AND EXISTS (SELECT FROM households_proposednumber mended
                         WHERE mended.proposal_id = finding.proposal_id AND mended.house_id = finding.house_id
                           AND (mended.outcome = 'left_out'
                                OR mended.by_hand AND mended.outcome IN ('same', 'given', 'changed'))))
"""
_STREETS: Final = """
SELECT count(*) AS streets, count(*) FILTER (WHERE new_number <> '') AS alleys,
       count(*) FILTER (WHERE new_number <> '' AND old_number = '') AS alleys_given,
       count(*) FILTER (WHERE new_number <> '' AND old_number NOT IN ('', new_number)) AS alleys_changed
  FROM households_proposedstreet WHERE proposal_id = %s
"""


def count(proposal: NumberingProposal) -> ProposalCounts:
    """Count the rows of a proposal."""
    return ProposalCounts(
        **_one(_HOUSES, [proposal.pk]),
        plates_to_reprint=len(houses_to_reprint(proposal)),
        **_one(_FINDINGS, {"conflicts": list(CONFLICTS), "mended": list(MENDED), "proposal": proposal.pk}),
        **_one(_STREETS, [proposal.pk]),
    )


def _one(statement: str, params: list[Any] | dict[str, Any]) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))
