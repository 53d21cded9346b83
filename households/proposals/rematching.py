"""One house of a draft on another street: the engine over the commune with every other house as the draft has it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from households.models import House, NumberingProposal, ProposedOutcome, Street
from households.numbering.model import NONE
from households.proposals.computing import number as number_ground
from households.proposals.computing import plan_of
from households.proposals.ground import texts
from households.proposals.rules import ProposalRules

_NUMBERED = (ProposedOutcome.LOCKED, ProposedOutcome.SAME, ProposedOutcome.GIVEN, ProposedOutcome.CHANGED)


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a house comes to stand on a street and what number is free there; "" when none is.

    `is_reversed` and `alley_number` are the street's.
    """

    number: str
    side: int
    position_m: float
    distance_m: float
    is_far: bool
    is_reversed: bool
    alley_number: str
    addressed: str


def place_on(proposal: NumberingProposal, house: House, street: Street) -> Placing | None:
    """Find the house's place on a street of its commune; None when either is not there any more."""
    rules = ProposalRules.from_json(proposal.rules)
    ground = plan_of(proposal, rules).ground
    places = {key: place for place, key in enumerate(ground.house_rows.ids)}
    at, on = places.get(house.pk.bytes), ground.street_rows.places.get(street.pk.bytes)
    if at is None or on is None:
        return None
    number, locked, chosen = ground.houses.number.copy(), ground.houses.locked.copy(), ground.houses.chosen.copy()
    drafted = proposal.numbers.filter(outcome__in=_NUMBERED).values_list("house", "street", "new_number")
    for key, street_key, given in drafted.iterator():
        place = places.get(key.bytes)
        if place is not None and street_key is not None:
            number[place], locked[place] = given, True
            chosen[place] = ground.street_rows.places.get(street_key.bytes, NONE)
    number[at], locked[at], chosen[at] = "", False, on
    group = ground.houses.group.copy()
    if group[at] != NONE and ground.groups.street[group[at]] != on:
        group[at] = NONE  # the street is chosen against the group's
    called = {key.bytes: given for key, given in proposal.streets.values_list("street", "new_number")}
    streets = replace(
        ground.streets,
        number=texts([
            "" if named else called.get(key, had)
            for named, key, had in zip(
                ground.streets.named.tolist(), ground.street_rows.ids, ground.streets.number.tolist(), strict=True
            )
        ]),
    )  # fmt: skip
    ground = replace(
        ground.with_houses(number=number, locked=locked, chosen=chosen, group=group), streets=streets
    )  # fmt: skip
    numbering = number_ground(ground, rules)
    distance = float(np.round(numbering.frontages.distance_m[at], 2))
    return Placing(
        number=str(numbering.number[at]) if ground.street_rows.addressed[on] else "",
        side=int(numbering.frontages.side[at]),
        position_m=float(np.round(numbering.frontages.position_m[at], 2)),
        distance_m=distance,
        is_far=distance > rules.for_engine(ground.srid).reach_m,
        is_reversed=bool(numbering.is_reversed[on]),
        alley_number="" if ground.streets.named[on] else str(numbering.alley_number[on]),
        addressed=ground.street_rows.addressed[on],
    )
