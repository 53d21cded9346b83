"""What locked numbers say: what an alley is called, what letter a group has, whose number fits where it stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from households.numbering import written
from households.numbering.ground import Places
from households.numbering.hints import Hints
from households.numbering.model import NONE, Bools, Groups, Houses, Ints, Streets, Texts
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
    alley, borne = _alleys(streets, tree, street[read], readings.alley[read])
    letter = _letters(groups, houses.group[read], readings.group[read])
    at = street[read]
    belongs = readings.alley[read] == alley[at]
    belongs &= borne[at] | streets.named[at] | (tree.level[at] == 0)  # an alley to be called anew has nobody
    belongs &= ~hints.must_follow[read] | (houses.chosen[read] != NONE) | hints.agree(read, at)
    of_group = np.full(len(read), "", object)
    within = houses.group[read] != NONE
    of_group[within] = letter[houses.group[read[within]]]
    fits = np.zeros(len(houses), np.bool_)
    # A group without a letter yet has no numbers: what stands in it is of the street, or of another group.
    fits[read] = belongs & (readings.group[read] == of_group) & (~within | (of_group != ""))
    return Known(alley, borne, letter, fits)


def _alleys(streets: Streets, tree: Forest, street: Places, said: Texts) -> tuple[Texts, Bools]:
    """What nameless alleys are called, by the register or else by the numbers in them, and whether these say so."""
    alley: Texts = np.where(streets.named, "", streets.number)
    alley[:] = [written.plain(text) if text else "" for text in alley.tolist()]
    in_alley = ~streets.named[street] & (said != "")
    claims = [
        (times, place, text)
        for place, texts in _votes(street[in_alley].tolist(), said[in_alley].tolist()).items()
        for text, times in texts.items()
        if alley[place] in ("", text) and text.count("/") + 1 == tree.level[place]
    ]
    borne = np.zeros(len(streets), np.bool_)
    for place, text in _settled(claims, tree.root).items():
        alley[place], borne[place] = text, True
    for _times, place, _text in claims:
        if not borne[place]:
            alley[place] = ""  # another alley of the road is called so
    return alley, borne


def _letters(groups: Groups, group: Ints, said: Texts) -> Texts:
    """The letters of groups, by the register or else by the numbers in them."""
    letter: Texts = groups.letter.copy()
    grouped = (group != NONE) & (said != "")
    fixed = set(zip(groups.street.tolist(), letter.tolist(), strict=True))
    claims = [
        (times, place, text)
        for place, texts in _votes(group[grouped].tolist(), said[grouped].tolist()).items()
        for text, times in texts.items()
        if not letter[place] and (int(groups.street[place]), text) not in fixed
    ]
    for place, text in _settled(claims, groups.street).items():
        letter[place] = text
    return letter


def _settled(claims: list[tuple[int, int, str]], under: Ints) -> dict[int, str]:
    """Give each place the text that is said there most often, and each text once under one road: to most voices."""
    given: dict[int, str] = {}
    taken: set[tuple[int, str]] = set()
    for _times, place, text in sorted(claims, key=lambda claim: (-claim[0], claim[1], claim[2])):
        road = int(under[place])
        if place not in given and (road, text) not in taken:
            given[place] = text
            taken.add((road, text))
    return given


def _votes(places: list[int], texts: list[str]) -> dict[int, Counter[str]]:
    """How often each text is said at each place."""
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for place, text in zip(places, texts, strict=True):
        votes[place][text] += 1
    return votes
