"""Which nameless alleys keep the number that they have: as houses do, those of a decision, or all in use."""

from __future__ import annotations

import uuid
from typing import Final

import numpy as np
from django.db import connection

from households.models import NumberingProposal
from households.numbering.model import Bools
from households.proposals.ground import Ground
from households.proposals.rules import ProposalRules
from mapping.models import Unit

# A decision that stands told the alley's number, and nobody has given it another since.
_LEGAL: Final = """
SELECT DISTINCT street.id
  FROM households_numberingdecision decision
  JOIN households_proposedstreet told ON told.proposal_id = decision.proposal_id
  JOIN households_street street ON street.id = told.street_id
 WHERE decision.commune_id = %s AND decision.undone_at IS NULL
   AND street.name = '' AND street.number <> '' AND street.number = told.new_number
"""


def legal_alleys(commune: Unit) -> set[uuid.UUID]:
    """Return the nameless alleys of a commune that have their number by a decision that stands."""
    with connection.cursor() as cursor:
        cursor.execute(_LEGAL, [commune.pk])
        return {row[0] for row in cursor.fetchall()}


def kept_alleys(proposal: NumberingProposal, rules: ProposalRules, ground: Ground) -> Bools:
    """Return which streets are nameless alleys whose number stays, whatever stands before their mouths.

    Beside those that `rules.keep` names, all that the proposal is not about: of other villages, or of one house all.
    """
    has_number = (ground.streets.number != "") & ~ground.streets.named
    if rules.keeps_all or proposal.house_id is not None:
        return has_number
    legal = {key.bytes for key in legal_alleys(proposal.commune)}
    kept = np.array([key in legal for key in ground.street_rows.ids], bool)
    if proposal.village_ids is not None:
        about = set(proposal.village_ids)
        kept |= np.array(
            [village is not None and village not in about for village in ground.street_rows.villages], bool
        )
    return has_number & kept
