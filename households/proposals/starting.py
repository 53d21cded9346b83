"""Ask for a proposal: checked at once, computed by a worker; for one house computed at once."""

from __future__ import annotations

from typing import Any, Final

from households.models import House, NumberingProposal
from households.proposals.rules import ProposalRules
from mapping.models import Unit

KIND: Final = "numbering"


def start(
    *, user: Any, commune: Unit, villages: list[Unit] | None, rules: ProposalRules, house: House | None = None
) -> NumberingProposal:
    """Make a proposal over a commune, some of its villages, or one house of it.

    The proposal comes back COMPUTING with its job, for one house DRAFT. Raises UserError when it cannot be made:
    no streets, a village of another commune, a house that is closed; Conflict while another one is being computed.
    """
    raise NotImplementedError
