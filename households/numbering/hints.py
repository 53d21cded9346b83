"""Which streets agree with the address that a house has now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households.numbering.ground import Places
from households.numbering.model import NONE, Bools, Houses, Ints, Streets, Texts
from households.numbering.parents import Forest


@dataclass(frozen=True, slots=True)
class Hints:
    """What addresses say of streets.

    "12/5 đường Liên Xã" names the road, and means an alley off it: a house agrees with a nameless alley under the
    street that it names, as many alleys down as its number has slashes. A house without a number agrees with all.
    `must_follow`: the number is locked, so the house stays with the street that it names. `told` is that street where
    no more than one is meant, else NONE.
    """

    street: Ints
    slashes: Ints  # NONE without a number
    prefix: Texts
    must_follow: Bools
    told: Ints
    root: Ints
    level: Ints
    named: Bools
    alley_number: Texts

    def agree(self, houses: Places, streets: Places) -> Bools:
        """Tell for each house and street beside it whether the street is what the house's address says."""
        hinted = self.street[houses]
        agrees: Bools = hinted != NONE
        some = np.flatnonzero(agrees)
        house, street, hint = houses[some], streets[some], hinted[some]
        slashes, called = self.slashes[house], self.alley_number[street]
        below = (self.root[street] == hint) & ((slashes == NONE) | (self.level[street] == slashes))
        below &= (slashes <= 0) | (called == "") | (called == self.prefix[house])
        agrees[some] = (street != NONE) & np.where(self.named[hint], below, street == hint)
        return agrees


def hints_of(houses: Houses, streets: Streets, tree: Forest) -> Hints:
    """Gather what the addresses of houses say."""
    has_hint = np.flatnonzero(houses.hinted != NONE)
    slashes = np.full(len(houses), NONE, np.int32)
    numbers = houses.number[has_hint].tolist()
    slashes[has_hint] = [text.count("/") if text else NONE for text in numbers]
    prefix = np.full(len(houses), "", object)
    prefix[has_hint] = [text.rpartition("/")[0] for text in numbers]
    must_follow = houses.locked & (houses.hinted != NONE)
    told = np.full(len(houses), NONE, np.int32)
    one_meant = must_follow.copy()
    one_meant[must_follow] = (slashes[must_follow] <= 0) | ~streets.named[houses.hinted[must_follow]]
    told[one_meant] = houses.hinted[one_meant]
    return Hints(
        houses.hinted, slashes, prefix, must_follow, told, tree.root, tree.level, streets.named, streets.number
    )  # fmt: skip
