"""What locked numbers say: what an alley is called, what letter a group has, whose number fits where it stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from households.numbering.ground import Places
from households.numbering.hints import Hints
from households.numbering.model import NONE, Bools, Groups, Houses, Streets, Texts
from households.numbering.parents import Forest
from households.numbering.written import Readings


@dataclass(frozen=True, slots=True)
class Known:
    """`alley`: what each nameless alley is called already, or ""; `borne`: locked numbers in it begin with that.

    `letter` of each group, fixed or said by locked numbers, or "". `fits`: the locked number of a house was read, and
    belongs to the street, the alley and the group that the house is in.
    """

    alley: Texts
    borne: Bools
    letter: Texts
    fits: Bools


def known(
    streets: Streets, tree: Forest, houses: Houses, groups: Groups, street: Places, readings: Readings, hints: Hints
) -> Known:
    """Gather what locked numbers say; `street` is where each house fronts, or NONE."""
    read = np.flatnonzero((readings.number > 0) & (street != NONE))
    alley: Texts = np.where(streets.named, "", streets.number)
    nameless = read[~streets.named[street[read]] & (readings.alley[read] != "")]
    votes = _votes(street[nameless].tolist(), readings.alley[nameless].tolist())
    for place, counted in votes.items():
        fitting = [text for text, _times in counted.most_common() if text.count("/") + 1 == tree.level[place]]
        if not alley[place] and fitting:
            alley[place] = fitting[0]
    letter: Texts = groups.letter.copy()
    grouped = read[houses.group[read] != NONE]
    for group, counted in _votes(houses.group[grouped].tolist(), readings.group[grouped].tolist()).items():
        letter[group] = letter[group] or counted.most_common(1)[0][0]
    belongs = readings.alley[read] == alley[street[read]]
    belongs &= (alley[street[read]] != "") | (
        tree.level[street[read]] == 0
    )  # nobody belongs to an alley without number
    belongs &= ~hints.must_follow[read] | (houses.chosen[read] != NONE) | hints.agree(read, street[read])
    of_group = np.full(len(read), "", object)
    within = houses.group[read] != NONE
    of_group[within] = letter[houses.group[read[within]]]
    fits = np.zeros(len(houses), np.bool_)
    fits[read] = belongs & (readings.group[read] == of_group)
    borne = np.zeros(len(streets), np.bool_)
    borne[street[fits]] = True
    return Known(alley, borne & (alley != ""), letter, fits)


def _votes(places: list[int], texts: list[str]) -> dict[int, Counter[str]]:
    """How often each text is said at each place."""
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for place, text in zip(places, texts, strict=True):
        votes[place][text] += 1
    return votes
