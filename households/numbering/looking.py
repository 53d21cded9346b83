"""What an officer should look at before a decision: conflicts among locked numbers, gaps, houses without room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from households.numbering import written
from households.numbering.ground import Places
from households.numbering.known import Known
from households.numbering.model import NONE, Bools, Finding, Frontages, Houses, Ints, Rules, Streets, Texts
from households.numbering.parents import Forest
from households.numbering.rows import Rows
from households.numbering.written import Readings


@dataclass(frozen=True, slots=True)
class Scene:
    """What was known when numbers were given."""

    streets: Streets
    tree: Forest
    houses: Houses
    rows: Rows
    locked: Bools
    readings: Readings
    known: Known
    on_side: Bools
    breaking: Places
    alley_number: Texts
    rules: Rules


def find(scene: Scene, number: Texts, own: Ints, suffix: Ints, crowded: Bools, frontages: Frontages) -> list[Finding]:
    """Return the findings about houses, those of one kind together, in the order of `model.FINDINGS`."""
    street, locked = frontages.street, scene.locked
    unread = locked & (scene.readings.number == 0)
    foreign = locked & ~unread & (street != NONE) & ~scene.known.fits
    found = [
        *_doubles(scene, number, street),
        *_each(scene, "against_order", scene.breaking, number, street),
        *_each(scene, "wrong_side", np.flatnonzero(scene.known.fits & ~scene.on_side), number, street),
        *_each(scene, "other_prefix", np.flatnonzero(foreign), number, street),
        *_each(scene, "unreadable", np.flatnonzero(unread), number, street),
        *(_gaps(scene, own, street) if scene.rules.slot_m == 0 else ()),
        *_each(scene, "no_room", scene.rows.house[crowded], number, street),
        *_each(scene, "too_long", np.flatnonzero(_lengths(number) > written.MAX_LENGTH), number, street),
        *_each(scene, "no_street", np.flatnonzero(street == NONE), number, street),
    ]
    return found


def _lengths(number: Texts) -> Ints:
    return np.fromiter(map(len, number.tolist()), np.int32, len(number))


def _each(scene: Scene, code: str, houses: Places, number: Texts, street: Ints) -> Iterator[Finding]:
    """One finding a house."""
    for house in houses.tolist():
        x, y = scene.houses.xy[house].tolist()
        detail = {"number": number[house]} if number[house] else {}
        yield Finding(code, int(street[house]), house, (x, y), detail)


def _doubles(scene: Scene, number: Texts, street: Ints) -> Iterator[Finding]:
    """Locked houses that have the number of another in the same street; every one but the first is told."""
    first: dict[tuple[int, str], int] = {}
    places = np.flatnonzero(scene.locked & (street != NONE))
    roots = scene.tree.root[street[places]]
    again = []
    for house, root, text in zip(places.tolist(), roots.tolist(), number[places].tolist(), strict=True):
        if first.setdefault((root, text), house) != house:
            again.append(house)
    return _each(scene, "same_number", np.array(again, np.intp), number, street)


def _gaps(scene: Scene, own: Ints, street: Ints) -> Iterator[Finding]:
    """Numbers left free between two neighbours: locked ones made them, since new numbers follow on each other."""
    rows = scene.rows
    gap = np.flatnonzero((rows.row[1:] == rows.row[:-1]) & (np.diff(own) > rows.pace[1:])) + 1
    for place in gap.tolist():
        house, pace = int(rows.house[place]), int(rows.pace[place])
        x, y = scene.houses.xy[house].tolist()
        detail = {"from": str(own[place - 1] + pace), "to": str(own[place] - pace)}
        yield Finding("gap", int(street[house]), house, (x, y), detail)
