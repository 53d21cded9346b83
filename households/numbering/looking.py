"""What an officer should look at before a decision: conflicts among locked numbers, gaps, houses without room."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from households.numbering import written
from households.numbering.assigning import key
from households.numbering.ground import Places
from households.numbering.model import NONE, Bools, Finding, Houses, Ints, Texts
from households.numbering.rows import Rows
from households.numbering.written import Readings


@dataclass(frozen=True, slots=True)
class Scene:
    """Houses with the street of each and the one it is addressed under (or NONE), all numbers, and what was read."""

    houses: Houses
    street: Places
    addressed: Places
    number: Texts
    readings: Readings


def find(
    scene: Scene, *, locked: Bools, stray: Places, breaking: Places, wrong_side: Places, crowded: Places
) -> list[Finding]:
    """Return the findings about single houses, those of one kind together; the places are of houses."""
    lengths = np.fromiter(map(len, scene.number.tolist()), np.int32, len(scene.number))
    placed = np.flatnonzero(locked & (scene.street != NONE))
    doubles = _doubles(scene, np.concatenate((np.setdiff1d(placed, breaking), breaking)))
    return [
        *_each(scene, "same_number", doubles),
        *_each(scene, "against_order", np.setdiff1d(breaking, doubles)),
        *_each(scene, "wrong_side", wrong_side),
        *_each(scene, "other_prefix", stray),
        *_each(scene, "unreadable", np.flatnonzero(locked & (scene.readings.number == 0))),
        *_each(scene, "no_room", crowded),
        *_each(scene, "too_long", np.flatnonzero(lengths > written.MAX_LENGTH)),
        *_each(scene, "no_street", np.flatnonzero(scene.street == NONE)),
    ]


def gaps(houses: Houses, street: Places, rows: Rows, number: Ints, taken: set[int]) -> Iterator[Finding]:
    """Yield numbers left free between two neighbours; locked ones made them, since new ones follow on each other.

    `number` is the own number of every house of the rows, `taken` the `assigning.key`s of all that somebody has: one
    that stands elsewhere, as in a house group, is not free. One finding a stretch of free ones, at the house after it.
    """
    after = np.flatnonzero((rows.row[1:] == rows.row[:-1]) & (np.diff(number) > rows.pace[1:])) + 1
    for place in after.tolist():
        house, pace = int(rows.house[place]), int(rows.pace[place])
        x, y = houses.xy[house].tolist()
        between = range(int(number[place - 1]) + pace, int(number[place]), pace)
        for first, last in _free(between, int(rows.space[place]), taken):
            yield Finding("gap", int(street[house]), house, (x, y), {"from": str(first), "to": str(last)})


def _free(between: range, space: int, taken: set[int]) -> Iterator[tuple[int, int]]:
    """The first and last number of each stretch that nobody has."""
    for is_taken, stretch in itertools.groupby(between, lambda it: key(space, it, written.NO_SUFFIX) in taken):
        if not is_taken:
            free = list(stretch)
            yield free[0], free[-1]


def _each(scene: Scene, code: str, houses: Places) -> Iterator[Finding]:
    """One finding a house."""
    for house in houses.tolist():
        x, y = scene.houses.xy[house].tolist()
        detail = {"number": scene.number[house]} if scene.number[house] else {}
        yield Finding(code, int(scene.street[house]), house, (x, y), detail)


def _doubles(scene: Scene, locked: Places) -> Places:
    """Locked houses that have the number of another under the same road, however it is written; not the first."""
    read = locked[scene.readings.number[locked] > 0]
    first: dict[tuple[int, str], int] = {}
    again: list[int] = []
    texts = written.plain_texts(scene.readings, read)
    for house, road, text in zip(read.tolist(), scene.addressed[read].tolist(), texts, strict=True):
        if first.setdefault((road, text), house) != house:
            again.append(house)
    return np.array(again, np.intp)
