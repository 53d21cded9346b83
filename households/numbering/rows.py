"""Rows of houses: one side of a street, or a house group. Within a row numbers rise from house to house.

Row 2 s is the left side of street s, 2 s + 1 its right side; group g is row 2 n + g where n counts the streets. Houses
that share a row's numbers share its *space*: both sides of a street are one, since no number may stand there twice.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np

from households.numbering.ground import Places
from households.numbering.model import NONE, Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Rows:
    """Houses in order. Arrays with one entry a house that stands in a row, sorted by row and along it.

    `house` is its place; `fixed` has a number that keeps the order of the row, the others want one. `number` and
    `suffix` are those of fixed houses. `first`, `pace` are the row's first number and the distance of two.
    """

    house: Places
    row: Places
    position_m: Floats
    fixed: Bools
    number: Ints
    suffix: Ints
    space: Places
    first: Ints
    pace: Ints


def row_of(street: Places, left: Bools, group: Ints, streets: int) -> Places:
    """Return the row of every house, NONE of one on no street."""
    sides = np.where(street == NONE, NONE, 2 * street + ~left)
    rows: Places = np.where(group == NONE, sides, 2 * streets + group)
    return rows


def first_and_pace(row: Places, streets: int) -> tuple[Ints, Ints]:
    """Return the first number of every row and how far apart two are: 1, 3, 5; 2, 4, 6; in a group 1, 2, 3."""
    in_group = row >= 2 * streets
    first = np.where(in_group, 1, 1 + row % 2).astype(np.int32)
    return first, np.where(in_group, 1, 2).astype(np.int32)


def space_of(row: Places, streets: int) -> Places:
    """Return the space in which the numbers of every row are given once."""
    spaces: Places = np.where(row >= 2 * streets, row - streets, row // 2)
    return spaces


def order(row: Places, position_m: Floats, distance_m: Floats) -> Places:
    """Return the houses that stand in rows, row by row, by position, then distance, then place."""
    standing = np.flatnonzero(row != NONE)
    return standing[np.lexsort((distance_m[standing], position_m[standing], row[standing]))]


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
        if at == len(tails):
            tails.append(place)
            values.append(key)
        else:
            tails[at], values[at] = place, key
    marked = np.zeros(len(keys), np.bool_)
    place = tails[-1]
    while place != NONE:
        marked[place] = True
        place = int(below[place])
    return marked
