"""A number for one house: by the rules that its commune numbers by, and one draft for it however often it is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction

from households.models import House, NumberingProposal, ProposalState
from households.proposals import approving, clashes, starting
from households.proposals.rules import ProposalRules
from households.proposals.turns import take_turn
from mapping import access
from mapping.access import Capability
from mapping.models import Unit


@transaction.atomic
def propose(*, user: Any, house: House) -> NumberingProposal:
    """Return the draft that waits for the house, or a new one that moves no other house.

    One that can become law no more, or follows rules that the commune has left, is discarded for the new one; what an
    officer has set by hand is kept as long as it can become law. Raises what `starting.start` does.
    """
    access.require(user, Capability.NUMBER, house.commune)
    take_turn(house.commune_id)
    rules = rules_for(house)
    for draft in _waiting(house):
        if not clashes.changes_since(draft) and (draft.rules == rules.to_json() or draft.version > 1):
            return draft
        approving.discard(user=user, proposal=draft, version=draft.version)
    return starting.start(user=user, commune=house.commune, villages=None, rules=rules, house=house)


def rules_for(house: House) -> ProposalRules:
    """Return the rules for one house: those that its commune numbers by, with every other number kept."""
    return replace(rules_of_commune(house.commune), keep="all", only_new=not house.number)


def rules_of_commune(commune: Unit) -> ProposalRules:
    """Return the rules of the latest proposal over the commune or villages of it that stands; else the usual ones."""
    standing = NumberingProposal.objects.filter(
        commune=commune, house=None, state__in=(ProposalState.DRAFT, ProposalState.APPROVED)
    )
    last = standing.order_by("-created_at").first()
    return ProposalRules.from_json(last.rules) if last is not None else ProposalRules()


def _waiting(house: House) -> list[NumberingProposal]:
    drafts = NumberingProposal.objects.select_related("commune", "job", "house").filter(
        house=house, state=ProposalState.DRAFT
    )
    return list(drafts.order_by("-created_at"))
