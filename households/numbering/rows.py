"""Rows of houses: one side of a street, or a house group. Within a row numbers rise from house to house.

Row 2 s is the left side of street s, 2 s + 1 its right side; group g is row 2 n + g where n counts the streets. Houses
that share a row's numbers share its *space*: both sides of a street are one, since no number may stand there twice.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np

from households.numbering.ground import Along, Places
from households.numbering.model import NONE, Bools, Floats, Frontages, Ints
from households.numbering.written import Readings


@dataclass(frozen=True, slots=True)
class Rows:
    """Houses in order. Arrays with one entry a house that stands in a row, sorted by row and along it.

    `house` is its place; `along_m` runs on past the ends of a street; `fixed` has a number that keeps the order of the
    row, the others want one. `number` and `suffix` are those of fixed houses. `first`, `pace` are its row's first
    number and the step from one to the next.
    """

    house: Places
    row: Places
    along_m: Floats
    fixed: Bools
    number: Ints
    suffix: Ints
    space: Places
    first: Ints
    pace: Ints


def line_up(
    frontages: Frontages,
    placed: Places,
    along: Along,
    group: Ints,
    locked: Bools,
    fits: Bools,
    readings: Readings,
    streets: int,
) -> tuple[Rows, Bools, Places]:
    """Line houses up; also return which locked numbers are on their side, and the houses whose number breaks the order.

    `placed` are the houses that front on a street, `along` where. Locked numbers that do not fit where they stand, are
    on the wrong side or break the order stay, but outside the rows: nobody is numbered after them.
    """
    row = np.full(len(group), NONE, np.intp)
    row[placed] = 2 * frontages.street[placed] + ~along.left
    row = np.where(group == NONE, row, 2 * streets + group)
    along_m = np.zeros(len(group))
    along_m[placed] = along.order_m
    grouped = row >= 2 * streets
    first = np.where(grouped, 1, 1 + row % 2).astype(np.int32)  # 1, 3, 5; 2, 4, 6; in a group 1, 2, 3
    pace = np.where(grouped, 1, 2).astype(np.int32)
    space = np.where(grouped, row - streets, row // 2)
    order = placed[np.lexsort((frontages.distance_m[placed], along.order_m, row[placed]))]
    on_side = fits & (readings.number >= first) & ((readings.number - first) % pace == 0)
    kept = order[on_side[order]]
    breaking = kept[out_of_order(row[kept], readings.number[kept], readings.suffix[kept])]
    fixed = on_side.copy()
    fixed[breaking] = False
    house = order[fixed[order] | ~locked[order]]
    lined = Rows(
        house, row[house], along_m[house], fixed[house], readings.number[house], readings.suffix[house],
        space[house], first[house], pace[house],
    )  # fmt: skip
    return lined, on_side, breaking


def out_of_order(row: Places, number: Ints, suffix: Ints) -> Bools:
    """Tell which numbers, of houses sorted by row and along it, break the order: as few as can be in each row."""
    key = number.astype(np.int64) << 16 | suffix
    falls = np.flatnonzero((row[1:] == row[:-1]) & (key[1:] <= key[:-1]))
    breaking = np.zeros(len(row), np.bool_)
    for broken in np.unique(row[falls]).tolist():
        begin, end = np.searchsorted(row, (broken, broken + 1)).tolist()
        breaking[begin:end] = ~_longest_rise(key[begin:end].tolist())
    return breaking


def _longest_rise(keys: list[int]) -> Bools:
    """Mark the longest strictly rising selection of a sequence (patience sorting)."""
    tails: list[int] = []  # places of the smallest last element of a rise of each length
    below = np.full(len(keys), NONE)
    values: list[int] = []
    for place, key in enumerate(keys):
        at = bisect.bisect_left(values, key)
        below[place] = tails[at - 1] if at else NONE
        if at == len(values):
            tails.append(place)
            values.append(key)
        elif values[at] != key:  # of two equal ones the first stays
            tails[at], values[at] = place, key
    marked = np.zeros(len(keys), np.bool_)
    place = tails[-1]
    while place != NONE:
        marked[place] = True
        place = int(below[place])
    return marked
