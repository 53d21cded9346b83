"""A short way through places that nothing else puts in an order: greedy first, then mended. Pure; metres.

Bounded everywhere: what is large is mended less, so that 20,000 places take seconds. No way here is the shortest there
is; it is one that a person would not laugh at.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]

_SAME_M: Final = 0.5
"""Places nearer than this are one place: flats in one house, a list without exact points."""
_NEIGHBOURS: Final = 8
_PASSES: Final = 4
_LONGEST_TURN: Final = 1_000
"""So many places of a chain are turned round at most."""
_MOST_MENDED: Final = 600
"""More stops than this are left as the greedy way has them."""
_ROUNDS: Final = 60
_STARTS: Final = 12
_MOVED: Final = 3
_GAIN_M: Final = 1e-6
_A_SQUARE: Final = 3.0  # places on average
_RINGS: Final = 5  # of squares that are looked through before all places are


def chain(places: Places) -> list[int]:
    """Return the places (n, 2) as one walk: each time to the nearest that is left, then without its crossings."""
    if len(places) < 3:
        return list(range(len(places)))
    _, first, whose = np.unique(np.rint(places / _SAME_M), axis=0, return_index=True, return_inverse=True)
    apart = places[first]
    order = _nearest_next(apart)
    _uncross(order, apart)
    alike: list[list[int]] = [[] for _ in first]
    for place, one in enumerate(whose.ravel().tolist()):
        alike[one].append(place)
    return [place for one in order for place in alike[one]]


def tour(entries: Places, exits: Places) -> list[int]:
    """Return in which order to visit stops that one enters at one place (n, 2) and leaves at another."""
    count = len(entries)
    if count < 3:
        return _better_of_two(entries, exits) if count == 2 else list(range(count))
    if count > _MOST_MENDED:
        return _greedy(entries, exits, _outermost(entries, 1)[0])
    # One more stop that costs nothing stands before the first and after the last.
    cost = np.zeros((count + 1, count + 1))
    cost[:count, :count] = np.hypot(*(exits[:, None] - entries[None]).transpose(2, 0, 1))
    tries = [_greedy(entries, exits, start) for start in _outermost(entries, _STARTS)]
    best = min(tries, key=lambda order: _length(order, cost))
    return _mended(best, cost)


def way_m(entries: Places, exits: Places, order: list[int]) -> float:
    """Return how many metres lie between the stops in this order."""
    return float(np.hypot(*(entries[order[1:]] - exits[order[:-1]]).T).sum())


def _better_of_two(entries: Places, exits: Places) -> list[int]:
    return min(([0, 1], [1, 0]), key=lambda order: way_m(entries, exits, order))


def _outermost(places: Places, count: int) -> list[int]:
    """Stops from which a walk may well begin: those farthest from the middle."""
    away = np.hypot(*(places - places.mean(axis=0)).T)
    outermost: list[int] = np.argsort(-away, kind="stable")[:count].tolist()
    return outermost


def _greedy(entries: Places, exits: Places, start: int) -> list[int]:
    left = np.ones(len(entries), dtype=bool)
    order = [start]
    left[start] = False
    for _step in range(len(entries) - 1):
        away = ((entries - exits[order[-1]]) ** 2).sum(axis=1)
        nearest = int(np.argmin(np.where(left, away, np.inf)))
        order.append(nearest)
        left[nearest] = False
    return order


def _length(order: list[int], cost: Places) -> float:
    return float(cost[order[:-1], order[1:]].sum())


def _mended(order: list[int], cost: Places) -> list[int]:
    """Turn stretches round and move short ones elsewhere as long as that shortens the way."""
    free = len(cost) - 1
    for _round in range(_ROUNDS):
        path = np.array([free, *order, free])
        shorter = _turned(path, cost)
        if shorter is None:
            shorter = _moved(path, cost)
        if shorter is None:
            break
        order = shorter[1:-1].tolist()
    return order


def _turned(path: NDArray[np.intp], cost: Places) -> NDArray[np.intp] | None:
    """The best turning round of a stretch; the stops themselves are still entered where they are entered."""
    last = len(path) - 2
    ahead = np.concatenate(([0.0], np.cumsum(cost[path[:-1], path[1:]])))
    back = np.concatenate(([0.0], np.cumsum(cost[path[1:], path[:-1]])))
    best, found = -_GAIN_M, None
    for first in range(1, last):
        ends = np.arange(first + 1, last + 1)
        before = cost[path[first - 1], path[first]] + cost[path[ends], path[ends + 1]] + ahead[ends] - ahead[first]
        after = cost[path[first - 1], path[ends]] + cost[path[first], path[ends + 1]] + back[ends] - back[first]
        change = after - before
        place = int(np.argmin(change))
        if change[place] < best:
            best, found = float(change[place]), (first, int(ends[place]))
    if found is None:
        return None
    first, end = found
    return np.concatenate((path[:first], path[first : end + 1][::-1], path[end + 1 :]))


def _moved(path: NDArray[np.intp], cost: Places) -> NDArray[np.intp] | None:
    """The best moving of one to three stops that follow each other to another place of the way."""
    best, found = -_GAIN_M, None
    for length in range(1, _MOVED + 1):
        for first in range(1, len(path) - length):
            end = first + length - 1
            rest = np.concatenate((path[:first], path[end + 1 :]))
            if len(rest) < 3:
                continue
            saved = (
                cost[path[first - 1], path[first]]
                + cost[path[end], path[end + 1]]
                - cost[path[first - 1], path[end + 1]]
            )
            spent = cost[rest[:-1], path[first]] + cost[path[end], rest[1:]] - cost[rest[:-1], rest[1:]]
            place = int(np.argmin(spent))
            if spent[place] - saved < best:
                best, found = float(spent[place] - saved), (first, end, place)
    if found is None:
        return None
    first, end, place = found
    rest = np.concatenate((path[:first], path[end + 1 :]))
    return np.concatenate((rest[: place + 1], path[first : end + 1], rest[place + 1 :]))


class _Squares:
    """Places in squares that hold a few each, so that near ones are found without looking at all."""

    def __init__(self, places: Places) -> None:
        self._places = places
        extent = np.ptp(places, axis=0)
        self._side = max(_SAME_M, math.sqrt(max(extent[0], 1.0) * max(extent[1], 1.0) * _A_SQUARE / len(places)))
        self._of = np.floor(places / self._side).astype(np.int64).tolist()
        self._in: dict[tuple[int, int], list[int]] = defaultdict(list)
        for place, (x, y) in enumerate(self._of):
            self._in[x, y].append(place)

    def take(self, place: int) -> None:
        """Leave a place out from now on."""
        x, y = self._of[place]
        self._in[x, y].remove(place)

    def nearest(self, place: int, left: NDArray[np.bool_]) -> int:
        """The nearest place that is not taken; `left` says the same of all of them."""
        for rings in range(1, _RINGS):
            near = self._within(place, rings)
            if near:
                x, y = self._places[place].tolist()
                best = min(near, key=lambda one: (self._away2(one, x, y), one))
                if self._away2(best, x, y) <= (rings * self._side) ** 2:
                    return best
        away = ((self._places - self._places[place]) ** 2).sum(axis=1)
        return int(np.argmin(np.where(left, away, np.inf)))

    def near(self, place: int) -> list[int]:
        """Some of the nearest places, the nearest first."""
        x, y = self._places[place].tolist()
        found = sorted(self._within(place, 1), key=lambda one: self._away2(one, x, y))
        return [one for one in found if one != place][:_NEIGHBOURS]

    def _away2(self, place: int, x: float, y: float) -> float:
        return float((self._places[place, 0] - x) ** 2 + (self._places[place, 1] - y) ** 2)

    def _within(self, place: int, rings: int) -> list[int]:
        x, y = self._of[place]
        around = range(-rings, rings + 1)
        return [one for east in around for north in around for one in self._in.get((x + east, y + north), ())]


def _nearest_next(places: Places) -> list[int]:
    """A walk that always goes on to the nearest place left, from one that lies farthest out."""
    squares = _Squares(places)
    here = _outermost(places, 1)[0]
    order = [here]
    left = np.ones(len(places), dtype=bool)
    for _step in range(len(places) - 1):
        left[here] = False
        squares.take(here)
        here = squares.nearest(here, left)
        order.append(here)
    return order


def _uncross(order: list[int], places: Places) -> None:
    """Shorten a chain in place by turning stretches round (2-opt among near neighbours, a few passes)."""
    count = len(order)
    squares = _Squares(places)
    near = [squares.near(place) for place in range(count)]
    xs, ys = places[:, 0].tolist(), places[:, 1].tolist()
    at = [0] * count
    for step, place in enumerate(order):
        at[place] = step

    def away(one: int, other: int) -> float:
        return float(((xs[one] - xs[other]) ** 2 + (ys[one] - ys[other]) ** 2) ** 0.5)

    for _pass in range(_PASSES):
        has_changed = False
        for place in range(count):
            for other in near[place]:
                first, second = sorted((at[place], at[other]))
                if second - first < 2 or second - first > _LONGEST_TURN:
                    continue
                a, b, c = order[first], order[first + 1], order[second]
                d = order[second + 1] if second + 1 < count else -1
                before = away(a, b) + (away(c, d) if d >= 0 else 0.0)
                after = away(a, c) + (away(b, d) if d >= 0 else 0.0)
                if after < before - _GAIN_M:
                    order[first + 1 : second + 1] = order[first + 1 : second + 1][::-1]
                    for step in range(first + 1, second + 1):
                        at[order[step]] = step
                    has_changed = True
        if not has_changed:
            break
