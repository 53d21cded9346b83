"""What becomes of each row of a list that names no house: all of them are new, or refused, or look double.

A list without house codes and identifiers, as most are, is decided row by row from the rows before and the houses
that stand, so that a batch can be written while the next is being read. One thing comes late: a second household may
have the name of a neighbour, and its house, of an earlier row, then looks double (`Arrivals.late`).

Lists that name houses are matched in the database (`matching`, `doubles`), to the same effect for such rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from households.importing.decided_places import DecidedPlaces
from households.importing.near_names import NearNames
from households.importing.reading import Batch
from mapping import crs

SIGNS: Final = ("same_point", "same_number", "near_name")
"""Of a double, the strongest first."""
_REFUSED: Final = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """The houses of the commune that stand, by what may give a double away; each is named by its house code."""

    points: dict[int, str] = field(default_factory=dict)
    """By `point_keys`."""
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    """By village ("" for none) and folded number and street."""
    houses: Sequence[str] = ()
    """Of each household: its house; below, the folded name of its head and its house's place."""
    names: Sequence[str] = ()
    lng: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    lat: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    decided: DecidedPlaces | None = None
    """The numbers that decisions gave, if there is any."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be taken."""

    line: int
    code: str
    """missing (no point), repeats (the household of another row), number_decided, leader_refused."""
    other: int | None = None
    names_head: bool = False
    """Whether the name of the head of household is what repeats."""
    house: str = ""
    """The code of the house that has the number by a decision."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a house looks double, by the strongest sign: an earlier row of the list or a house that stands."""

    code: str
    other: int | None
    house: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """One batch, decided."""

    batch: Batch
    leaders: list[int]
    """For each row the first row of its house, 0 where the row is refused."""
    doubles: frozenset[int]
    """The leaders, of these, whose house looks double by now."""
    refusals: list[Refusal]


class Arrivals:
    """What came so far of one list."""

    def __init__(self, standing: Standing, zone: int) -> None:
        """Compare with the houses that stand; metres are those of a zone of VN-2000."""
        self._standing = standing
        self._zone = zone
        self._near = NearNames(standing.houses, standing.names, *crs.from_lonlat(zone, standing.lng, standing.lat))
        # Keys are hashes, 64 bits each: a list of 200,000 rows meets a wrong one in a billion years of imports.
        self._places: dict[int, int] = {}
        self._points: dict[int, int] = {}
        self._addresses: dict[int, int] = {}
        self._heads: dict[int, dict[str, int]] = {}
        self._batches: list[tuple[list[int], list[str], NDArray[np.float64], NDArray[np.float64]]] = []
        self.rows_of: dict[int, int] = {}
        """Rows of each house that has more than one, by its leader."""
        self._refused: set[int] = set()
        self.rows = self.houses = 0
        """Rows that were taken, doubles among them, and their houses."""
        self.doubles: dict[int, Sign] = {}
        self.late: list[int] = []
        """Leaders that turned out to look double after their batch had been handed out."""

    def take(self, batch: Batch) -> Arrived:
        """Decide the next rows."""
        refusals: list[Refusal] = []
        lines = batch.lines
        if not lines:
            return Arrived(batch, [], frozenset(), refusals)
        villages, streets, numbers = (batch.columns[name] for name in ("village", "street_key", "number_key"))
        points = point_keys(batch.lng, batch.lat)
        places = map(hash, zip(points, villages, streets, numbers, strict=True))
        if np.isnan(batch.lng).any():
            leaders = [
                _REFUSED if lng != lng else self._places.setdefault(place, line)
                for lng, place, line in zip(batch.lng.tolist(), places, lines, strict=True)
            ]
            refusals = [Refusal(line, "missing") for line, leader in zip(lines, leaders, strict=True) if not leader]
        else:
            leaders = list(map(self._places.setdefault, places, lines))
        self._batches.append((lines, batch.columns["head_name_key"], batch.lng, batch.lat))
        if self._standing.decided is not None:
            refusals += self._refuse_decided(batch, leaders, self._standing.decided)
        refusals += self._follow(batch, leaders)
        self._find_doubles(batch, leaders, points)
        self._find_near_names(batch, leaders)
        self.rows += len(leaders) - leaders.count(_REFUSED)
        doubles = frozenset(leader for leader in leaders if leader in self.doubles) if self.doubles else frozenset()
        return Arrived(batch, leaders, doubles, refusals)

    def _refuse_decided(self, batch: Batch, leaders: list[int], decided: DecidedPlaces) -> list[Refusal]:
        """Refuse rows with a number that a decision gave to a house, and those that follow such a row."""
        refusals: list[Refusal] = []
        nothing = [""] * len(leaders)
        villages, streets, numbers = (batch.columns.get(name, nothing) for name in ("village", "street", "number"))
        for at, (line, leader) in enumerate(zip(batch.lines, leaders, strict=True)):
            if leader == _REFUSED:
                continue
            holder = decided.holder(villages[at], streets[at], numbers[at]) if numbers[at] else None
            if holder is not None:
                refusals.append(Refusal(line, "number_decided", house=holder))
            elif leader in self._refused:
                refusals.append(Refusal(line, "leader_refused", leader))
            else:
                continue
            self._refused.add(line)
            leaders[at] = _REFUSED
        return refusals

    def _follow(self, batch: Batch, leaders: list[int]) -> list[Refusal]:
        """Take the further households of houses of earlier rows, unless they repeat one."""
        refusals: list[Refusal] = []
        if leaders == batch.lines:
            return refusals
        heads, keys = batch.columns["head_name"], batch.columns["head_name_key"]
        for at, (line, leader) in enumerate(zip(batch.lines, leaders, strict=True)):
            if leader in (line, _REFUSED):
                continue
            known = self._heads.get(leader)
            if known is None:
                known = self._heads[leader] = {self._row_of(leader)[0]: leader}
            first = known.setdefault(keys[at], line)
            if not heads[at]:
                refusals.append(Refusal(line, "repeats", leader))
            elif first != line:
                refusals.append(Refusal(line, "repeats", first, names_head=True))
            else:
                self.rows_of[leader] = self.rows_of.get(leader, 1) + 1
                continue
            leaders[at] = _REFUSED
        return refusals

    def _row_of(self, line: int) -> tuple[str, float, float]:
        """The folded name and the place of an earlier row."""
        at = bisect_right(self._batches, line, key=lambda batch: batch[0][0]) - 1
        lines, names, lng, lat = self._batches[at]
        row = bisect_right(lines, line) - 1
        return names[row], float(lng[row]), float(lat[row])

    def _find_doubles(self, batch: Batch, leaders: list[int], points: list[int]) -> None:
        """New houses on the point, or with the number, of an earlier or a standing one."""
        keys = (batch.columns[name] for name in ("village", "street_key", "number_key"))
        houses = [row for row in zip(batch.lines, leaders, points, *keys, strict=True) if row[0] == row[1]]
        self.houses += len(houses)
        lines = [row[0] for row in houses]
        points = [row[2] for row in houses]
        self._mark(SIGNS[0], lines, points, self._points)
        if self._standing.points:
            self._mark_standing(SIGNS[0], lines, points, self._standing.points)
        houses = [row for row in houses if row[5]]
        lines = [row[0] for row in houses]
        self._mark(SIGNS[1], lines, [hash(row[3:]) for row in houses], self._addresses)
        if self._standing.addresses:
            addresses = [(village, f"{number} {street}".strip(" ")) for *_, village, street, number in houses]
            self._mark_standing(SIGNS[1], lines, addresses, self._standing.addresses)

    def _mark(self, sign: str, lines: list[int], keys: list[int], first_of: dict[int, int]) -> None:
        for line, first in zip(lines, map(first_of.setdefault, keys, lines), strict=True):
            if first != line:
                self.doubles.setdefault(line, Sign(sign, first, ""))

    def _mark_standing(self, sign: str, lines: list[int], keys: Sequence[Any], houses: Mapping[Any, str]) -> None:
        for line, key in zip(lines, keys, strict=True):
            if key in houses:
                self.doubles.setdefault(line, Sign(sign, None, houses[key]))

    def _find_near_names(self, batch: Batch, leaders: list[int]) -> None:
        keys = batch.columns["head_name_key"]
        lng, lat = batch.lng, batch.lat
        if leaders != batch.lines or "" in keys:
            named = [at for at, leader in enumerate(leaders) if leader and keys[at]]
            lng, lat = lng[named], lat[named]
            for row, at in enumerate(named):
                if leaders[at] != batch.lines[at]:
                    _, lng[row], lat[row] = self._row_of(leaders[at])  # a house has one place, that of its first row
            leaders, keys = [leaders[at] for at in named], [keys[at] for at in named]
        east, north = crs.from_lonlat(self._zone, lng, lat)
        for near in self._near.take(leaders, keys, east, north):
            if near.leader not in self.doubles:
                self.doubles[near.leader] = Sign(SIGNS[2], near.other, near.house)
                if near.leader < batch.lines[0]:
                    self.late.append(near.leader)


def point_keys(lng: NDArray[np.float64], lat: NDArray[np.float64]) -> list[int]:
    """One number for each point, the same within a millionth of a degree; degrees, any number for NaN."""
    east, north = (np.rint(np.nan_to_num(degrees) * 1e6).astype(np.int64) for degrees in (lng, lat))
    keys: list[int] = (east * (1 << 32) + north).tolist()
    return keys
