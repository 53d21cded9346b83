"""A short way from stop to stop where nothing else puts them in an order: greedy first, then mended. Pure; metres.

Bounded everywhere: what is large is mended less. No way here is the shortest there is; it is one that a person would
not laugh at.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]

_MOST_MENDED: Final = 600
"""More stops than this are left as the greedy way has them."""
_ROUNDS: Final = 60
_STARTS: Final = 12
_MOVED: Final = 3
_GAIN_M: Final = 1e-6


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
