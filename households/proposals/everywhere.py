"""Proposals for many communes in one go, one after the other: memory is that of the largest commune."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from households.models import NumberingProposal, Street
from households.proposals import computing
from households.proposals.rules import ProposalRules
from households.proposals.starting import new_proposal, require_streets
from mapping.errors import UserError
from mapping.models import Unit


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of one commune: its proposal, or why there is none."""

    commune: Unit
    proposal: NumberingProposal | None = None
    refusal: str = ""


def communes_with_streets() -> QuerySet[Unit]:
    """The communes of today that have streets, by code."""
    streets = Street.objects.filter(commune=OuterRef("pk"))
    return Unit.objects.current().communes().filter(Exists(streets)).order_by("code")


def propose(
    *,
    user: Any,
    communes: Iterable[Unit],
    villages: list[Unit] | None,
    rules: ProposalRules,
    on_houses: Callable[[int], None] = lambda houses: None,
) -> Iterator[Proposed]:
    """Compute a draft for each commune, each in a transaction of its own, and yield it once it is kept.

    `on_houses` learns how many houses are done. A commune that is refused does not keep the others from going on.
    """
    houses = 0
    for commune in communes:
        try:
            with transaction.atomic():
                require_streets(commune)
                proposal = new_proposal(user=user, commune=commune, villages=villages, rules=rules)
                proposal.save(force_insert=True)
                houses += computing.compute(proposal)["houses"]
        except UserError as error:
            yield Proposed(commune, refusal=error.sentence)
            continue
        on_houses(houses)
        yield Proposed(commune, proposal)
