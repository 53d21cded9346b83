"""Number a commune: streets, houses and rules in, numbers, doubts and findings out. See docs/numbering.md."""

from __future__ import annotations

import numpy as np

from households.numbering import apart, assigning, direction, letters, looking, mouths, parents, rows, written
from households.numbering.ground import Ground, Places, lay, ways_to
from households.numbering.hints import hints_of
from households.numbering.known import known
from households.numbering.matching import Matches, match
from households.numbering.model import (
    LEFT,
    NONE,
    RIGHT,
    Bools,
    Frontages,
    Groups,
    Houses,
    Ints,
    Numbering,
    Rules,
    Streets,
    Texts,
)  # fmt: skip
from households.numbering.rows import Rows


def number_houses(streets: Streets, houses: Houses, groups: Groups, rules: Rules) -> Numbering:
    """Return the numbers of all houses and nameless alleys by the circular's rules, locked ones as they are.

    Everything is known by its place in its array. Raises `ParentLoopError` where streets leave each other in a circle,
    and `ValueError` for a line without length.
    """
    tree = parents.forest(streets)
    ground = lay(streets.lines)
    given = np.where(houses.group == NONE, houses.chosen, groups.street[houses.group] if len(groups) else NONE)
    matches = match(ground, streets.size, houses, hints_of(houses, streets, tree), given.astype(np.intp), rules)
    locked = houses.locked & (houses.number != "")
    readings = written.read(houses.number, locked)
    told = known(streets, tree, houses, groups, matches.street, readings)
    says = told.fits & (houses.group == NONE)
    against = direction.against_ground(
        streets, ground, rules, matches.street[says], matches.position_m[says], readings.number[says]
    )
    frontages = _as_numbered(ground, matches, against)
    letter = _letters(groups, told.letter, ground, against)
    lined, on_side, breaking = rows.line_up(
        matches.street, houses.group, frontages, locked, told.fits, readings, len(streets)
    )
    space = np.where(houses.group == NONE, matches.street, len(streets) + houses.group)
    taken = assigning.keys(space[told.fits], readings.number[told.fits], readings.suffix[told.fits])
    own, suffix, crowded = assigning.assign(lined, taken, rules)
    standing = mouths.Standing(lined.row, lined.position_m, own, suffix, lined.fixed)
    where = mouths.find(streets, ground, against)
    alley_number, findings = mouths.call(streets, tree, where, standing, told.alley, told.borne, rules)
    number = _texts(houses, lined, own, suffix, matches, alley_number, letter)
    addressed = _root_of(matches.street, tree.root)
    stray = np.flatnonzero((readings.number > 0) & (matches.street != NONE) & ~told.fits)
    moved = apart.keep_apart(number, addressed, stray, ~locked, readings, rules)
    findings += looking.find(
        looking.Scene(houses, matches.street, addressed, number, readings),
        locked=locked, stray=stray, breaking=breaking, wrong_side=np.flatnonzero(told.fits & ~on_side),
        crowded=np.union1d(lined.house[crowded], moved).astype(np.intp),
    )  # fmt: skip
    if rules.slot_m == 0:
        findings += looking.gaps(houses, matches.street, lined, own)
    return Numbering(frontages, number, alley_number, against != ground.drawn_against, letter, findings)


def _as_numbered(ground: Ground, matches: Matches, against: Bools) -> Frontages:
    """Turn ground directions into those in which the numbers rise; a house on no side counts as on the left."""
    placed = np.flatnonzero(matches.street != NONE)
    street = matches.street[placed]
    flipped = against[street]
    position = matches.position_m.copy()
    # Rounding must put nobody before the beginning.
    position[placed] = np.where(flipped, np.maximum(ground.street_m[street] - position[placed], 0.0), position[placed])
    side = np.zeros(len(position), np.int8)
    side[placed] = np.where(np.where(flipped, -1, 1) * matches.offset_m[placed] >= 0, LEFT, RIGHT)
    return Frontages(
        matches.street.astype(np.int32), side, position, matches.distance_m, matches.doubt, matches.other
    )  # fmt: skip


def _letters(groups: Groups, fixed: Texts, ground: Ground, against: Bools) -> Texts:
    """The letters of the groups, each by where its point lies along its street."""
    if not len(groups):
        return fixed
    street = groups.street.astype(np.intp)
    ways = ways_to(ground, groups.xy, street)
    flipped = against[street]
    position = np.where(flipped, ground.street_m[street] - ways.position_m, ways.position_m)
    side = np.where(np.where(flipped, -1, 1) * ways.offset_m >= 0, LEFT, RIGHT)
    return letters.give_letters(groups, fixed, side, position)


def _root_of(street: Places, root: Ints) -> Places:
    """The street under whose name each house is addressed, NONE without a street."""
    found = np.full(len(street), NONE, np.intp)
    placed = street != NONE
    found[placed] = root[street[placed]]
    return found


def _texts(
    houses: Houses, lined: Rows, own: Ints, suffix: Ints, matches: Matches, alley_number: Texts, letter: Texts
) -> Texts:
    """Every house's number as it is written: locked ones as they were."""
    number: Texts = np.where(houses.locked, houses.number, "")
    new = np.flatnonzero(~lined.fixed)
    house = lined.house[new]
    before = np.where(alley_number == "", "", alley_number + "/")[matches.street[house]]
    grouped = houses.group[house] != NONE
    before[grouped] += letter[houses.group[house[grouped]]]
    plain = zip(before.tolist(), own[new].tolist(), suffix[new].tolist(), strict=True)
    number[house] = [f"{text}{it}{written.suffix_text(code)}" if code else f"{text}{it}" for text, it, code in plain]
    return number
