"""Nameless alleys take the number of the house just before their mouth: 12, and one alley deeper 12/5.

The house before the mouth stands on the side of the parent where the alley leaves it, and has the smaller number of
the two that the mouth lies between. Alleys are called from the trunk outward, since each takes its parent's number
along. A number that an alley has already stays while it is still right, while locked numbers in it say it, or where
the alley is locked itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from households.numbering import written
from households.numbering.direction import mouth_ends
from households.numbering.ground import Ground, Places, as_numbered, ways_to
from households.numbering.model import NONE, Bools, Finding, Floats, Ints, Rules, Streets, Texts
from households.numbering.parents import Forest

_INTO_ALLEY_M: Final = 10.0
"""Where an alley is looked at to tell the side it leaves to: its drawn mouth may lie across the road's middle."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbered houses that keep the order of their row, sorted by row and along it."""

    row: Places
    along_m: Floats
    number: Ints
    suffix: Ints
    locked: Bools


@dataclass(frozen=True, slots=True)
class Mouths:
    """Where alleys leave their parents; arrays with one entry a street, for streets without a mouth without meaning."""

    xy: Floats
    along_m: Floats
    row: Places


def find(streets: Streets, ground: Ground, against: Bools) -> Mouths:
    """Find the mouth of every street with a parent, along the parent as it is numbered."""
    count = len(streets)
    ends = mouth_ends(streets, ground)
    ends = np.where(ends == NONE, against.astype(np.intp), ends)
    xy = ground.ends[np.arange(count), ends]
    position, row = np.zeros(count), np.full(count, NONE, np.intp)
    alleys = np.flatnonzero(streets.parent != NONE)
    parent = streets.parent[alleys].astype(np.intp)
    into = np.minimum(_INTO_ALLEY_M, ground.street_m[alleys] / 2)
    into = np.where(ends[alleys] == 0, into, ground.street_m[alleys] - into)
    inside = shapely.get_coordinates(shapely.line_interpolate_point(ground.lines[alleys], into))
    mouth, body = ways_to(ground, xy[alleys], parent), ways_to(ground, inside, parent)
    at = as_numbered(ground, against, parent, mouth.position_m, mouth.beyond_m, body.offset_m)
    position[alleys] = at.order_m
    row[alleys] = 2 * parent + ~at.left
    return Mouths(xy, position, row)


def call(
    streets: Streets, tree: Forest, mouths: Mouths, standing: Standing, called: Texts, borne: Bools, rules: Rules
) -> tuple[Texts, list[Finding]]:
    """Return the number of every nameless alley ("" of named streets), and what to look at.

    `called` is what an alley is called already or "", `borne` whether locked numbers in it begin with that.
    """
    caller = _Caller(streets, tree, mouths, standing, called, rules)
    order = np.lexsort((mouths.along_m, mouths.row, tree.level))
    nameless = order[~streets.named[order]].tolist()
    caller.keep_borne([alley for alley in nameless if borne[alley]])
    if streets.locked is not None:
        caller.keep_locked([alley for alley in nameless if streets.locked[alley] and called[alley]])
    for alley in nameless:
        caller.call(alley)
    return caller.number, caller.findings


class _Caller:
    """Calls alleys one after the other and remembers which numbers are taken."""

    def __init__(
        self, streets: Streets, tree: Forest, mouths: Mouths, standing: Standing, called: Texts, rules: Rules
    ) -> None:
        self.number: Texts = np.full(len(streets), "", object)
        self.findings: list[Finding] = []
        self._streets, self._tree, self._mouths, self._standing = streets, tree, mouths, standing
        self._called, self._rules = called, rules
        self._used: set[tuple[int, str]] = set()

    def keep_borne(self, alleys: list[int]) -> None:
        """Keep what locked numbers say; of two alleys that say the same, the first along its parent keeps it."""
        for alley in alleys:
            self._take(alley, self._called[alley])

    def keep_locked(self, alleys: list[int]) -> None:
        """Keep what locked alleys are called, the outer ones first; a number that its place does not bear is none."""
        for alley in alleys:
            parent = self._streets.parent[alley]
            outer = self._called[alley].rpartition("/")[0]
            if not self.number[alley] and parent != NONE and outer == self.number[parent]:
                self._take(alley, self._called[alley])

    def call(self, alley: int) -> None:
        """Call one alley whose parent has been called."""
        if self.number[alley]:
            return
        if self._streets.parent[alley] == NONE:
            self.number[alley] = self._called[alley]
            self._find("no_parent", alley)
            return
        above = self.number[self._streets.parent[alley]]
        prefix = f"{above}/" if above else ""
        (number, suffix), found = self._before(alley)
        existing = self._called[alley]
        if existing and existing != f"{prefix}{written.own_text(number, suffix)}":
            own = written.parse(existing)
            if own and self._still_right(alley, own) and self._take(alley, f"{prefix}{existing.rpartition('/')[2]}"):
                return
        if not found:
            self._find("no_house_before_mouth", alley, number=f"{prefix}{written.own_text(number, suffix)}")
        wanted = f"{prefix}{written.own_text(number, suffix)}"
        if self._take(alley, wanted):
            return
        for other in written.later(number, suffix, self._rules.suffix):
            if not self._stands(alley, *other) and self._take(alley, f"{prefix}{written.own_text(*other)}"):
                break
        self._find("mouth_taken", alley, number=wanted, given=self.number[alley])

    def _take(self, alley: int, text: str) -> bool:
        """Call the alley so unless another of the same road is."""
        place = (int(self._tree.root[alley]), text)
        if place in self._used:
            return False
        self._used.add(place)
        self.number[alley] = text
        return True

    def _row(self, alley: int) -> slice:
        """The houses on the side of the parent where the alley leaves it."""
        row = self._mouths.row[alley]
        begin, end = np.searchsorted(self._standing.row, (row, row + 1)).tolist()
        return slice(begin, end)

    def _before(self, alley: int) -> tuple[tuple[int, int], bool]:
        """Number and suffix of the house before the mouth, and True; of the one after it, and False.

        Where no house stands on that side at all, the first number of the side.
        """
        row, standing = self._row(alley), self._standing
        at = int(np.searchsorted(standing.along_m[row], self._mouths.along_m[alley], side="right"))
        if row.start == row.stop:
            return (1 + int(self._mouths.row[alley]) % 2, 0), False
        place = row.start + max(at - 1, 0)
        return (int(standing.number[place]), int(standing.suffix[place])), at > 0

    def _still_right(self, alley: int, own: written.Written) -> bool:
        """Whether a house with this number, locked, stands before the mouth, though houses were added since."""
        row, standing = self._row(alley), self._standing
        same = (standing.number[row] == own.number) & (standing.suffix[row] == own.suffix) & standing.locked[row]
        return bool((same & (standing.along_m[row] <= self._mouths.along_m[alley])).any())

    def _stands(self, alley: int, number: int, suffix: int) -> bool:
        """Whether a house of that number stands beside the alley's mouth."""
        row = self._row(alley)
        return bool(((self._standing.number[row] == number) & (self._standing.suffix[row] == suffix)).any())

    def _find(self, code: str, alley: int, **detail: str) -> None:
        x, y = self._mouths.xy[alley].tolist()
        self.findings.append(Finding(code, street=alley, xy=(x, y), detail=dict(detail)))
