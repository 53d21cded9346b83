"""Numbers for the houses of every row: freely where nothing is fixed, between fixed numbers where something is.

Odd numbers 1, 3, 5 on the left, even ones 2, 4, 6 on the right. With a slot, a number stands for so many metres of
frontage and empty ones are left for later houses. Fixed numbers are never moved: houses between two of them take what
is free there, and when nothing is, the number of the house before with a suffix.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from households.numbering import written
from households.numbering.ground import Places
from households.numbering.model import Bools, Floats, Ints, Rules
from households.numbering.rows import Rows


def assign(rows: Rows, taken: set[int], rules: Rules) -> tuple[Ints, Ints, Bools]:
    """Return number and suffix of every house of the rows, and which had no room and took a suffix.

    `taken` are `key`s of numbers that must not be given again, those of fixed houses among them; it grows.
    """
    number, suffix = rows.number.copy(), rows.suffix.copy()
    crowded = np.zeros(len(rows.row), np.bool_)
    bound = np.isin(rows.space, np.unique(np.array([key >> 32 for key in taken], np.int64)))
    free = np.flatnonzero(~bound)
    number[free] = _freely(rows, free, rules.slot_m)
    wanting = np.flatnonzero(bound & ~rows.fixed)
    breaks = np.flatnonzero((np.diff(wanting) > 1) | (rows.row[wanting[1:]] != rows.row[wanting[:-1]])) + 1
    edges = [0, *breaks.tolist(), len(wanting)] if len(wanting) else []
    for begin, end in pairwise(edges):
        _fill(rows, int(wanting[begin]), int(wanting[end - 1]) + 1, number, suffix, crowded, taken, rules)
    return number, suffix, crowded


def key(space: int, number: int, suffix: int) -> int:
    """One number for a house number in a space."""
    return space << 32 | number << 12 | suffix


def keys(space: Places, number: Ints, suffix: Ints) -> set[int]:
    """Return the `key`s of many numbers."""
    return set((space.astype(np.int64) << 32 | number.astype(np.int64) << 12 | suffix).tolist())


def _freely(rows: Rows, places: Places, slot_m: float) -> Ints:
    """One after the other, each at least at its stretch of frontage; all rows at once."""
    row = rows.row[places]
    if not row.size:
        return row.astype(np.int32)
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    many = np.diff(np.append(starts, len(row)))
    rank = np.arange(len(row)) - np.repeat(starts, many)
    steps = rank
    if slot_m > 0:
        # max(stretch, step before + 1) is a running maximum of stretch - rank; a lift keeps the rows apart.
        ahead = _stretch(rows.along_m[places], slot_m) - rank
        lift = np.repeat(np.arange(len(starts)), many) * (int(np.ptp(ahead)) + 1)
        steps = np.maximum.accumulate(ahead + lift) - lift + rank
    given: Ints = (rows.first[places] + rows.pace[places] * steps).astype(np.int32)
    return given


def _stretch(along_m: Floats, slot_m: float) -> NDArray[np.int64]:
    """Which stretch of frontage, from 0, a house stands at."""
    stretch: NDArray[np.int64] = np.floor(np.maximum(along_m, 0.0) / slot_m).astype(np.int64)
    return stretch


def _fill(
    rows: Rows, begin: int, end: int, number: Ints, suffix: Ints, crowded: Bools, taken: set[int], rules: Rules
) -> None:
    """Number the unfixed houses `begin` to `end` of one row, which stand between two fixed ones or at an end."""
    row, space = rows.row[begin], int(rows.space[begin])
    first, pace = int(rows.first[begin]), int(rows.pace[begin])
    has_before = begin > 0 and rows.row[begin - 1] == row
    has_after = end < len(rows.row) and rows.row[end] == row
    before = (int(number[begin - 1]), int(suffix[begin - 1])) if has_before else None
    count = end - begin
    start = before[0] + pace if before else first
    wish = [start] * count
    if rules.slot_m > 0:
        wish = (first + pace * _stretch(rows.along_m[begin:end], rules.slot_m)).tolist()
    if has_after:
        stop = int(number[end])
        room = [it for it in range(start, stop, pace) if key(space, it, 0) not in taken]
        given = _choose(room, wish)
    else:
        given, at = [], start
        for wished in wish:
            at = max(at, wished)
            while key(space, at, 0) in taken:
                at += pace
            given.append(at)
            at += pace
    for place, it in zip(range(begin, end), given, strict=False):
        number[place], suffix[place] = it, 0
        taken.add(key(space, it, 0))
    if len(given) == count:
        return
    base = (given[-1], 0) if given else before or (int(number[end]), 0)
    for place in range(begin + len(given), end):
        base = _next_free(space, base, taken, rules)
        number[place], suffix[place] = base
        crowded[place] = True
        taken.add(key(space, *base))


def _choose(room: list[int], wish: list[int]) -> list[int]:
    """Of the free numbers one for each house, in order, each as near after its wish as leaves enough for the rest."""
    if len(room) <= len(wish):
        return room
    chosen: list[int] = []
    at = 0
    for place, wished in enumerate(wish):
        last = len(room) - (len(wish) - place)
        while at < last and room[at] < wished:
            at += 1
        chosen.append(room[at])
        at += 1
    return chosen


def _next_free(space: int, base: tuple[int, int], taken: set[int], rules: Rules) -> tuple[int, int]:
    """The next suffix of a number that nobody has, neither as a letter nor as a dash: 20A and 20-1 sound alike."""
    return next(
        (number, code)
        for number, code in written.later(*base, rules.suffix)
        if key(space, number, code) not in taken and (not code or key(space, number, code ^ 1) not in taken)
    )
