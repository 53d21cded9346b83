"""What locked numbers that do not belong where they stand take away where they would belong.

A house group drawn around 3 and 5 of the road: both stay, and are no more to be given on the road than before. So for
A2 beside its group, or 12/5 on the road while alley 12 is called so already.
"""

from __future__ import annotations

import numpy as np

from households.numbering import assigning
from households.numbering.ground import Places
from households.numbering.known import Known
from households.numbering.model import NONE, Groups, Streets, Texts
from households.numbering.parents import Forest
from households.numbering.written import Readings


def claimed(
    streets: Streets, tree: Forest, groups: Groups, letter: Texts, told: Known, *,
    stray: Places, street: Places, readings: Readings,
) -> set[int]:  # fmt: skip
    """Return the `assigning.key`s of what stray numbers say.

    `stray` are houses with a locked number that was read and does not belong where they stand, `street` where each
    house fronts; `letter` is that of each group. Alleys that are not called anything yet have no such numbers.
    """
    if not len(stray):
        return set()
    spaces = _spaces(streets, tree, groups, letter, told.alley)
    said = zip(
        tree.root[street[stray]].tolist(), readings.alley[stray].tolist(), readings.group[stray].tolist(), strict=True
    )
    space = np.array([spaces.get(one, NONE) for one in said], np.intp)
    meant = stray[space != NONE]
    return assigning.keys(space[space != NONE], readings.number[meant], readings.suffix[meant])


def _spaces(
    streets: Streets, tree: Forest, groups: Groups, letter: Texts, alley: Texts
) -> dict[tuple[int, str, str], int]:
    """The space of numbers by the road, the alley and the group that stand in an address."""
    found: dict[tuple[int, str, str], int] = {}
    root, called = tree.root.tolist(), alley.tolist()
    has_place = ((tree.level == 0) | (alley != "")).tolist()
    for place in range(len(streets)):
        if has_place[place]:
            found.setdefault((root[place], called[place], ""), place)
    for place, (on, text) in enumerate(zip(groups.street.tolist(), letter.tolist(), strict=True)):
        if on != NONE and has_place[on]:
            found.setdefault((root[on], called[on], text), len(streets) + place)
    return found
