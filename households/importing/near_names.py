"""Which rows of a list have nearly the name of an earlier row or of a house that stands, within 15 m.

Rows come batch by batch in the order of the list, and each is compared with what came before it alone, so how a list
is cut into batches changes nothing. Everything that came is kept sorted by the square of 15 m it lies in: what is
near a row lies in its own square or one of the eight around.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

NEAR_M: Final = 15.0
_SHORTEST_NAME: Final = 5
"""Letters of a folded name from which one wrong letter is a slip rather than another name."""
_CROWD: Final = 150
"""More points than this on 45 × 45 m are no houses but rows that share a made-up point."""
_ROW: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Near:
    """A row's house, by its first row, and what has nearly its name: an earlier house or a standing one."""

    leader: int
    other: int | None
    house: str


class NearNames:
    """What came so far. Names are folded and not empty; points are metres in one zone, none of them NaN."""

    def __init__(
        self, houses: Sequence[str], names: Sequence[str], east: NDArray[np.float64], north: NDArray[np.float64]
    ) -> None:
        """Take the households that stand: the house, name and point of each."""
        self._houses = houses
        self._names: list[str] = []
        self._leaders = np.empty(0, dtype=np.int64)
        self._east, self._north = np.empty(0), np.empty(0)
        self._letters, self._lengths = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
        self._squares, self._places = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self._first_of: dict[tuple[int, str], int] | None = None
        self._add(np.full(len(names), -1), names, east, north)

    def take(
        self, leaders: Sequence[int], names: Sequence[str], east: NDArray[np.float64], north: NDArray[np.float64]
    ) -> list[Near]:
        """The next rows: each one's leader, the first row of its house, with name and point. One answer a row at most.

        Of several houses that answer, those that stand go first, then those of earlier rows.
        """
        if not names:
            return []
        before = self._squares
        squares = self._add(np.array(leaders), names, east, north)
        rows = np.arange(len(self._names) - len(names), len(self._names))
        lows, highs = _around(self._squares, squares)
        full = (highs - lows).sum(axis=0) > _CROWD
        if full.any():
            full[full] = self._is_crowded(before, rows[full], squares[full], lows[:, full], highs[:, full])
        found: dict[int, Near] = {}
        pairs = [*self._likely(rows[~full], lows[:, ~full], highs[:, ~full])]
        if full.any() or self._first_of is not None:
            pairs = sorted([*pairs, *self._equal_names(rows, squares, full)])
        for row, other in pairs:
            if row in found or not nearly_equal(self._names[row], self._names[other]):
                continue
            leader, of_other = int(self._leaders[row]), int(self._leaders[other])
            if of_other < 0:
                found[row] = Near(leader, None, self._houses[other])
            elif of_other != leader:
                found[row] = Near(leader, of_other, "")
        return list(found.values())

    def _add(
        self, leaders: NDArray[np.int64], names: Sequence[str], east: NDArray[np.float64], north: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Put rows among those that came; their squares."""
        squares = np.floor(east / NEAR_M).astype(np.int64) * _ROW + np.floor(north / NEAR_M).astype(np.int64)
        letters, lengths = _letters(names)
        places = np.arange(len(self._names), len(self._names) + len(names))
        self._names += names
        self._leaders = np.concatenate((self._leaders, leaders))
        self._east, self._north = np.concatenate((self._east, east)), np.concatenate((self._north, north))
        self._letters = np.concatenate((self._letters, letters))
        self._lengths = np.concatenate((self._lengths, lengths))
        own = np.argsort(squares, kind="stable")
        together = np.concatenate((self._squares, squares[own]))
        order = np.argsort(together, kind="stable")  # of two sorted runs, which it merges
        self._squares, self._places = together[order], np.concatenate((self._places, places[own]))[order]
        return squares

    def _is_crowded(
        self,
        before: NDArray[np.int64],
        rows: NDArray[np.int64],
        squares: NDArray[np.int64],
        lows: NDArray[np.int64],
        highs: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Whether more earlier points lie around a row than houses can."""
        low, high = _around(before, squares)
        crowded: NDArray[np.bool_] = (high - low).sum(axis=0) >= _CROWD
        for at in np.flatnonzero(~crowded).tolist():
            there = [self._places[low:high] for low, high in zip(lows[:, at], highs[:, at], strict=True)]
            crowded[at] = sum(int(np.count_nonzero(places < rows[at])) for places in there) >= _CROWD
        return crowded

    def _likely(
        self, rows: NDArray[np.int64], lows: NDArray[np.int64], highs: NDArray[np.int64]
    ) -> Iterator[tuple[int, int]]:
        """Pairs of a row and an earlier one within 15 m whose names may be a letter apart, in order."""
        counts = (highs - lows).ravel()
        first = np.repeat(np.tile(rows, len(lows)), counts)
        starts = np.repeat(lows.ravel() - (np.cumsum(counts) - counts), counts)
        second = self._places[np.arange(len(first)) + starts]
        for sieve in (self._earlier, self._of_like_letters, self._within_reach):
            kept = sieve(first, second)
            first, second = first[kept], second[kept]
        order = np.lexsort((second, first))
        return zip(first[order].tolist(), second[order].tolist(), strict=True)

    def _earlier(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
        return second < first

    def _of_like_letters(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
        lengths = np.abs(self._lengths[first] - self._lengths[second])
        return (lengths <= 1) & (np.bitwise_count(self._letters[first] ^ self._letters[second]) <= 2)

    def _within_reach(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
        east, north = self._east[first] - self._east[second], self._north[first] - self._north[second]
        return east * east + north * north <= NEAR_M * NEAR_M

    def _equal_names(
        self, rows: NDArray[np.int64], squares: NDArray[np.int64], crowded: NDArray[np.bool_]
    ) -> list[tuple[int, int]]:
        """Pairs of a row in a crowd and the first of the same name in the same square.

        Where a list gives hundreds of houses one point, the middle of the commune say, comparing each with each would
        take memory and time by the square of their number; the same point tells of them already.
        """
        if self._first_of is None:
            self._first_of = {}
            earlier = np.sort(self._places[self._places < rows[0]])
            known = np.empty(len(self._names), dtype=np.int64)
            known[self._places] = self._squares
            for place, square in zip(earlier.tolist(), known[earlier].tolist(), strict=True):
                self._first_of.setdefault((square, self._names[place]), place)
        pairs = []
        for row, square, is_crowded in zip(rows.tolist(), squares.tolist(), crowded.tolist(), strict=True):
            first = self._first_of.setdefault((square, self._names[row]), row)
            if is_crowded and first != row:
                pairs.append((row, first))
        return pairs


def nearly_equal(first: str, second: str) -> bool:
    """Whether two folded names are one but for a single letter added, left out or changed."""
    if first == second:
        return True
    if min(len(first), len(second)) < _SHORTEST_NAME or abs(len(first) - len(second)) > 1:
        return False
    if len(first) > len(second):
        first, second = second, first
    place = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    rest = first[place + 1 :] if len(first) == len(second) else first[place:]
    return rest == second[place + 1 :]


def _around(
    sorted_squares: NDArray[np.int64], squares: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each square the begins and ends of the three runs that hold it and the eight around it."""
    columns = squares + np.array([[-_ROW], [0], [_ROW]])
    return np.searchsorted(sorted_squares, columns - 1), np.searchsorted(sorted_squares, columns + 1, side="right")


def _letters(names: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Which letters each name has, as bits, and how many: names one letter apart differ in two bits at most."""
    lengths = np.fromiter(map(len, names), dtype=np.int64, count=len(names))
    if not len(names):
        return np.empty(0, dtype=np.uint64), lengths
    letters = np.frombuffer("".join(names).encode("utf-32-le"), dtype=np.uint32)
    bits = np.left_shift(np.uint64(1), letters & np.uint32(63), dtype=np.uint64)
    starts = np.cumsum(lengths) - lengths
    return np.bitwise_or.reduceat(bits, starts), lengths
