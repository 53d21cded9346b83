"""Number a commune: streets, houses and rules in, numbers, doubts and findings out. See docs/numbering.md."""

from __future__ import annotations

import numpy as np

from households.numbering import (
    apart,
    assigning,
    direction,
    elsewhere,
    letters,
    looking,
    mouths,
    parents,
    rows,
    written,
)
from households.numbering.ground import Along, Ground, Places, as_numbered, lay, ways_to
from households.numbering.hints import hints_of
from households.numbering.known import known
from households.numbering.matches import Matches
from households.numbering.matching import match
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
    hints = hints_of(houses, streets, tree)
    matches = match(ground, streets, houses, hints, given.astype(np.intp), rules)
    locked = houses.locked & (houses.number != "")
    readings = written.read(houses.number, locked)
    told = known(streets, tree, houses, groups, matches.street, readings, hints)
    says = told.fits & (houses.group == NONE)
    against = direction.against_ground(
        streets, ground, rules, matches.street[says], matches.position_m[says], readings.number[says]
    )
    placed = np.flatnonzero(matches.street != NONE)
    along = as_numbered(
        ground, against, matches.street[placed], matches.position_m[placed], matches.beyond_m[placed],
        matches.offset_m[placed],
    )  # fmt: skip
    frontages = _frontages(matches, placed, along)
    letter = _letters(groups, told.letter, ground, against)
    lined, on_side, breaking = rows.line_up(
        frontages, placed, along, houses.group, locked, told.fits, readings, len(streets)
    )
    space = np.where(houses.group == NONE, matches.street, len(streets) + houses.group)
    stray = np.flatnonzero((readings.number > 0) & (matches.street != NONE) & ~told.fits)
    taken = assigning.keys(space[told.fits], readings.number[told.fits], readings.suffix[told.fits])
    taken |= elsewhere.claimed(
        streets, tree, groups, letter, told, stray=stray, street=matches.street, readings=readings
    )  # fmt: skip
    own, suffix, crowded = assigning.assign(lined, taken, rules)
    standing = mouths.Standing(lined.row, lined.along_m, own, suffix, lined.fixed)
    where = mouths.find(streets, ground, against)
    alley_number, findings = mouths.call(streets, tree, where, standing, told.alley, told.borne, rules)
    number = _texts(houses, lined, own, suffix, matches, alley_number, letter)
    addressed = _root_of(matches.street, tree.root)
    moved = apart.keep_apart(number, addressed, stray, ~locked, readings, rules)
    findings += looking.find(
        looking.Scene(houses, matches.street, addressed, number, readings),
        locked=locked, stray=stray, breaking=breaking, wrong_side=np.flatnonzero(told.fits & ~on_side),
        crowded=np.union1d(lined.house[crowded], moved).astype(np.intp),
    )  # fmt: skip
    if rules.slot_m == 0:
        findings += looking.gaps(houses, matches.street, lined, own, taken)
    alley_number[[len(text) > written.MAX_LENGTH for text in alley_number]] = ""  # told with each of its houses
    return Numbering(frontages, number, alley_number, against != ground.drawn_against, letter, findings)


def _frontages(matches: Matches, placed: Places, along: Along) -> Frontages:
    """The matches as the streets are numbered."""
    position, side = matches.position_m.copy(), np.zeros(len(matches.street), np.int8)
    position[placed], side[placed] = along.position_m, np.where(along.left, LEFT, RIGHT)
    return Frontages(
        matches.street.astype(np.int32), side, position, matches.distance_m, matches.doubt, matches.other
    )  # fmt: skip


def _letters(groups: Groups, fixed: Texts, ground: Ground, against: Bools) -> Texts:
    """The letters of the groups, each by where its point lies along its street."""
    if not len(groups):
        return fixed
    street = groups.street.astype(np.intp)
    ways = ways_to(ground, groups.xy, street)
    along = as_numbered(ground, against, street, ways.position_m, ways.beyond_m, ways.offset_m)
    return letters.give_letters(groups, fixed, along)


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
