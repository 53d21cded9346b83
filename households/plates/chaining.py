"""A walk through places that stand on no street, from neighbour to neighbour, then without its crossings. Pure; metres.

Only near neighbours are looked at, and they are looked up once, all places together: a place takes some 25 µs.
"""

from __future__ import annotations

import itertools
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]

_SAME_M: Final = 0.5
"""Places nearer than this are one place: flats in one house, a list without exact points."""
_NEIGHBOURS: Final = 12
_CROWD: Final = 8.0
"""The places that share a square with a place, on average and itself counted, are no more."""
_FINER: Final = 1.5
_PAIRS: Final = 100_000
"""So many pairs of places are measured at once: memory stays flat."""
_LONGEST_TURN: Final = 1_000
"""So many places are turned round at most."""
_LOOKS: Final = 10
"""So many times the places of a chain are looked at, on average, for a shorter way."""
_GAIN_M: Final = 1e-6


def chain(places: Places) -> list[int]:
    """Return the places (n, 2) as one walk: mostly to the nearest that is left, then turned round where it crosses."""
    if len(places) < 3:
        return list(range(len(places)))
    _, first, whose = np.unique(np.rint(places / _SAME_M), axis=0, return_index=True, return_inverse=True)
    apart = places[first]
    near = neighbours(apart)
    order = _nearest_next(apart, near)
    _uncross(order, apart, near)
    alike: list[list[int]] = [[] for _ in first]
    for place, one in enumerate(whose.ravel().tolist()):
        alike[one].append(place)
    return [place for one in order for place in alike[one]]


def neighbours(places: Places) -> list[list[int]]:
    """Return some of the nearest neighbours of each place (n, 2), the nearest first: those within a square or two."""
    square, wide = _squares(places)
    by_square = np.argsort(square, kind="stable")
    ordered = square[by_square]
    # The three squares above one another are next to one another in the order.
    columns = [square + east * wide for east in (-1, 0, 1)]
    starts = np.stack([np.searchsorted(ordered, column - 1, side="left") for column in columns], axis=1)
    ends = np.stack([np.searchsorted(ordered, column + 1, side="right") for column in columns], axis=1)
    pairs = (ends - starts).sum(axis=1)
    found: list[list[int]] = []
    parts = np.flatnonzero(np.diff(np.cumsum(pairs) // _PAIRS)) + 1
    for some in np.split(np.arange(len(places)), parts):
        found += _nearest(places, some, starts[some], ends[some], by_square)
    return found


def _squares(places: Places) -> tuple[NDArray[np.int64], int]:
    """The number of the square of each place, and how far that of the square to the east is from it."""
    corner = places.min(axis=0)
    side = max(_SAME_M, float(np.ptp(places, axis=0).max()))
    while True:
        at = np.floor((places - corner) / side).astype(np.int64) + 1
        wide = int(at[:, 1].max()) + 2
        square = at[:, 0] * wide + at[:, 1]
        crowds = np.unique(square, return_counts=True)[1]
        if side <= _SAME_M or (crowds.astype(float) ** 2).sum() / len(places) <= _CROWD:
            return square, wide
        side = max(_SAME_M, side / _FINER)


def _nearest(
    places: Places,
    some: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    by_square: NDArray[np.int64],
) -> list[list[int]]:
    """The neighbours of some places among those from `starts` to `ends` (each of three columns) in `by_square`."""
    counts = (ends - starts).ravel()
    before = np.cumsum(counts) - counts
    other = by_square[np.arange(counts.sum()) + np.repeat(starts.ravel() - before, counts)]
    one = np.repeat(np.arange(len(some)), (ends - starts).sum(axis=1))
    is_other = other != some[one]
    one, other = one[is_other], other[is_other]
    away = ((places[other] - places[some[one]]) ** 2).sum(axis=1)
    order = np.lexsort((away, one))
    one, other = one[order], other[order]
    firsts = np.searchsorted(one, np.arange(len(some) + 1)).tolist()
    nearest = other.tolist()
    return [nearest[start : min(end, start + _NEIGHBOURS)] for start, end in itertools.pairwise(firsts)]


def _nearest_next(places: Places, near: list[list[int]]) -> list[int]:
    """A walk that goes on to the nearest neighbour left, else to the nearest place left, from one that lies far out."""
    here = int(np.argmax(np.hypot(*(places - places.mean(axis=0)).T)))
    is_left = np.ones(len(places), dtype=bool)
    taken = [False] * len(places)  # the same, for single questions
    rest = np.arange(len(places))  # with some that are not left any more
    order: list[int] = []
    while True:
        is_left[here], taken[here] = False, True
        order.append(here)
        if len(order) == len(places):
            return order
        for other in near[here]:
            if not taken[other]:
                here = other
                break
        else:
            if len(rest) > 2 * (len(places) - len(order)):
                rest = rest[is_left[rest]]
            away = ((places[rest] - places[here]) ** 2).sum(axis=1)
            here = int(rest[np.argmin(np.where(is_left[rest], away, np.inf))])


def _uncross(order: list[int], places: Places, near: list[list[int]]) -> None:
    """Shorten a chain in place by turning stretches round: 2-opt among near neighbours.

    A place is looked at again when one of its own steps has changed.
    """
    at = [0] * len(order)
    for step, place in enumerate(order):
        at[place] = step
    points = [complex(x, y) for x, y in places.tolist()]
    waiting, is_waiting = deque(order), [True] * len(order)
    looks = _LOOKS * len(order)
    while waiting and looks:
        looks -= 1
        place = waiting.popleft()
        is_waiting[place] = False
        turn = _turn(place, order, at, points, near[place], 1) or _turn(place, order, at, points, near[place], -1)
        if turn is None:
            continue
        first, last = turn
        stretch = order[first : last + 1]
        stretch.reverse()
        order[first : last + 1] = stretch
        for step, turned in enumerate(stretch, first):
            at[turned] = step
        for one in order[max(0, first - 1) : first + 1] + order[last : last + 2]:
            if not is_waiting[one]:
                is_waiting[one] = True
                waiting.append(one)


def _turn(
    place: int, order: list[int], at: list[int], points: list[complex], near: list[int], ahead: int
) -> tuple[int, int] | None:
    """The first and last step of a stretch to turn round, so that a nearer place comes next; before, with -1."""
    step, count = at[place], len(order)
    if not 0 <= step + ahead < count:
        return None
    here, beside = points[place], points[order[step + ahead]]
    gap = abs(here - beside)
    for other in near:
        away = abs(here - points[other])
        if away >= gap:
            break
        there = at[other]
        first, last = (step, there) if step < there else (there, step)
        if last - first > _LONGEST_TURN:
            continue
        gain = gap - away
        if 0 <= there + ahead < count:
            beyond = points[order[there + ahead]]
            gain += abs(points[other] - beyond) - abs(beside - beyond)
        if gain > _GAIN_M:
            return (first + 1, last) if ahead > 0 else (first, last - 1)
    return None
