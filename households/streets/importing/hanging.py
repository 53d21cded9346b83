"""On which street each alley will hang once an import is written: shown before, written after, found the same way."""

from __future__ import annotations

from typing import Any

import numpy as np

from households.models import Street
from households.streets import network
from households.streets.importing.planning import NewStreet, Plan
from households.streets.importing.standing import Commune


def parents_of(plan: Plan, commune: Commune) -> dict[int, int]:
    """Return what each alley will hang on: the new ones, and those that are there and hang on nothing.

    Streets are known by their place among the commune's with the plan's new ones after them.
    """
    streets: list[Street | NewStreet] = [*commune.streets, *plan.new]
    if not streets:
        return {}
    old = len(commune.streets)
    lines = np.concatenate([commune.standing.lines, np.array([street.line for street in plan.new], dtype=object)])
    at = {street.pk: index for index, street in enumerate(commune.streets)}
    parent = [at.get(street.parent_id, network.NONE) for street in commune.streets] + [network.NONE] * len(plan.new)
    fixed = [not _is_loose(street) for street in commune.streets] + [False] * len(plan.new)
    found = network.parents(
        network.network_of(
            lines, [street.kind for street in streets], [street.width_class for street in streets],
            np.array(parent, np.int32), np.array(fixed, bool),
        )
    ).tolist()  # fmt: skip
    return {
        index: above
        for index, above in enumerate(found)
        if above != network.NONE and (index >= old or not fixed[index])
    }


def parent_told(index: int, parents: dict[int, int], plan: Plan, commune: Commune) -> list[Any] | None:
    """Return what a street will hang on as a report keeps it: [kind, name, number, its id or "", its rows in the file].

    None for a road, [] for an alley that hangs on nothing.
    """
    new = plan.new[index - len(commune.streets)]
    if not network.LEVELS[new.kind]:
        return None
    if index not in parents:
        return []
    above = parents[index]
    if above < len(commune.streets):
        there = commune.streets[above]
        return [there.kind, there.name, there.number, str(there.pk), []]
    coming = plan.new[above - len(commune.streets)]
    return [coming.kind, coming.name, coming.number, "", list(coming.rows[:20])]


def _is_loose(street: Street) -> bool:
    return network.LEVELS[street.kind] > 0 and street.parent_id is None and not street.parent_by_hand
