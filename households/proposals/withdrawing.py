"""What the undo of an approval does beside putting rows back: the decision, the proposal, the former addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone

from households.models import NumberingDecision, NumberingProposal, Plate, ProposalState
from households.proposals.approving import KIND
from mapping.models import ChangeSet

# The houses have their old addresses back, and those that the decision gave have become former ones. They were in use
# for no longer than the decision stood: they stay only where a plate was printed meanwhile.
_FORGET: Final = """
DELETE FROM households_formeraddress former
 USING households_proposednumber proposed
 WHERE proposed.proposal_id = %(proposal)s AND proposed.outcome IN ('same', 'given', 'changed')
   AND former.house_id = proposed.house_id
   AND (former.number, former.street) = (proposed.new_number, proposed.new_street)
   AND NOT EXISTS (SELECT FROM households_plate plate
                    WHERE plate.house_id = former.house_id AND plate.released_at >= %(approved_at)s
                      AND plate.state <> 'revoked')
"""
_RETURN: Final = """
INSERT INTO households_formeraddress (house_id, commune_id, number, street, until, was_on_plate, decision_id)
SELECT house.id, house.commune_id, kept.number, kept.street, kept.until, kept.was_on_plate, kept.decision
  FROM households_numberingproposal proposal
 CROSS JOIN LATERAL jsonb_to_recordset(proposal.returned_addresses)
            kept (house uuid, number text, street text, until timestamptz, was_on_plate boolean, decision uuid)
  JOIN households_house house ON house.id = kept.house
 WHERE proposal.id = %(proposal)s
    ON CONFLICT (house_id, number, street) DO UPDATE SET was_on_plate = excluded.was_on_plate
                                                           OR households_formeraddress.was_on_plate
"""


@dataclass(frozen=True, slots=True)
class BuiltUpon:
    """What has been done by a decision's numbers since: an undo leaves it hanging."""

    plates: int
    later: list[str]
    """Numbers of decisions of the commune that came after and hold."""


def built_upon(decision: NumberingDecision) -> BuiltUpon:
    """Return the plates printed to hang since the decision for its houses, and the later decisions."""
    houses = decision.frontages.values("house")
    plates = Plate.objects.released().filter(house__in=houses, released_at__gte=decision.approved_at)
    later = NumberingDecision.objects.filter(
        commune=decision.commune_id, undone_at=None, approved_at__gt=decision.approved_at
    )
    return BuiltUpon(plates.count(), list(later.order_by("approved_at").values_list("number", flat=True)))


def withdraw(changeset: ChangeSet) -> None:
    """Let the decision of an approval that was just undone hold no longer; its number may be used again."""
    if changeset.kind != KIND:
        return
    decision = NumberingDecision.objects.select_for_update(of=("self",)).filter(proposal__changeset=changeset).first()
    if decision is None:
        return
    params = {"proposal": decision.proposal_id, "approved_at": decision.approved_at}
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, params)
        cursor.execute(_RETURN, params)
    decision.undone_at, decision.version = timezone.now(), decision.version + 1
    decision.save(update_fields=["undone_at", "version"])
    NumberingProposal.objects.filter(pk=decision.proposal_id).update(state=ProposalState.UNDONE, returned_addresses=[])
