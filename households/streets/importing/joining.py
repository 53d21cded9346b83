"""Make whole streets of the pieces that files hold: drawings cut lines anywhere, OpenStreetMap at every crossing.

Pieces of one name that touch become one line. Nameless pieces of one kind and width go on into each other where just
two meet, or straight ahead where more do; where a named street passes, each alley ends. Lines are in metres.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

TOUCH_M: Final = 0.3
"""Ends so near each other are one place: what CAD programs and roundings leave between them."""
_CELL_M: Final = 0.05
_MOST_AT_A_PLACE: Final = 20
"""More lines than meet at any crossing: where they do, none goes on into another."""
STRAIGHT_DEGREES: Final = 40.0
SHARPEST_DEGREES: Final = 120.0
"""Nameless pieces that meet at a sharper turn are two alleys."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line and the rows it comes from. `group`: only pieces of one group are joined; `named` ones at any turn."""

    line: LineString
    rows: tuple[int, ...]
    group: Hashable
    named: bool


End = tuple[int, int]
"""A piece by its place in the list, and 0 for its beginning or 1 for its end."""


def joined(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with those joined that make one street, in the order of their first rows."""
    if not pieces:
        return []
    node = _nodes(np.array([piece.line for piece in pieces], dtype=object))
    crossed = _crossed_by_names(pieces, node)
    links: dict[End, End] = {}
    for group_of_ends in _ends_by_group(pieces, node).values():
        for at, ends in group_of_ends.items():
            named = pieces[ends[0][0]].named
            if named or at not in crossed:
                links |= _pairs(pieces, ends, named=named)
    return sorted(_chains(pieces, links), key=lambda piece: piece.rows)


def _nodes(lines: NDArray[np.object_]) -> NDArray[np.int64]:
    """Number the places where lines end, (n, 2); ends within TOUCH_M of each other share a number.

    Ends in one cell of a few centimetres count as one: thousands of lines that meet in a point cost no more than two.
    """
    ends = np.column_stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)]).ravel()
    cells = np.floor(shapely.get_coordinates(ends) / _CELL_M)
    _cells, first, cell = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    one, other = shapely.STRtree(ends[first]).query(ends[first], predicate="dwithin", distance=TOUCH_M)
    number = np.arange(len(first))
    while True:  # the smallest number spreads from neighbour to neighbour, twice as far each time
        least = number.copy()
        np.minimum.at(least, one, number[other])
        least = least[least]
        if (least == number).all():
            return number[cell.ravel()].reshape(-1, 2)
        number = least


def _crossed_by_names(pieces: list[Piece], node: NDArray[np.int64]) -> set[int]:
    """The places where nameless pieces end on a named street."""
    names = np.array([piece.line for piece in pieces if piece.named], dtype=object)
    loose = [index for index, piece in enumerate(pieces) if not piece.named]
    if not len(names) or not loose:
        return set()
    ends = [shapely.get_point(pieces[index].line, place) for index in loose for place in (0, -1)]
    met, _names = shapely.STRtree(names).query(ends, predicate="dwithin", distance=TOUCH_M)
    return set(node[loose].ravel()[met].tolist())


def _ends_by_group(pieces: list[Piece], node: NDArray[np.int64]) -> dict[Hashable, dict[int, list[End]]]:
    groups: dict[Hashable, dict[int, list[End]]] = defaultdict(lambda: defaultdict(list))
    for index, piece in enumerate(pieces):
        for place in (0, 1):
            groups[piece.group][int(node[index, place])].append((index, place))
    return groups


def _pairs(pieces: list[Piece], ends: list[End], *, named: bool) -> dict[End, End]:
    """Which of the ends that meet at a place go on into each other, both ways; the straightest first."""
    if not 2 <= len(ends) <= _MOST_AT_A_PLACE:
        return {}
    way_in = [_way_in(pieces[index].line, place) for index, place in ends]
    allowed = SHARPEST_DEGREES if len(ends) == 2 else STRAIGHT_DEGREES
    if named and len(ends) == 2:
        allowed = 180.0
    turns = sorted(
        (_turn(way_in[a], way_in[b]), a, b) for a in range(len(ends)) for b in range(a) if ends[a][0] != ends[b][0]
    )
    taken: dict[End, End] = {}
    for turn, a, b in turns:
        if turn <= allowed and ends[a] not in taken and ends[b] not in taken:
            taken[ends[a]], taken[ends[b]] = ends[b], ends[a]
    return taken


def _way_in(line: LineString, place: int) -> NDArray[np.float64]:
    """The direction from an end into the line, over its first metres."""
    at = line.length if place else 0.0
    inside = line.length - 5.0 if place else 5.0
    if line.length < 5.0:
        inside = 0.0 if place else line.length
    step = shapely.get_coordinates(line.interpolate(inside)) - shapely.get_coordinates(line.interpolate(at))
    return np.asarray(step[0] / max(float(np.hypot(*step[0])), 1e-9))


def _turn(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """By how many degrees a way turns that comes out of one line into the other: 0 straight on, 180 back."""
    return float(np.degrees(np.arccos(np.clip(-(one @ other), -1.0, 1.0))))


def _chains(pieces: list[Piece], links: dict[End, End]) -> list[Piece]:
    done: set[int] = set()
    chains = []
    # Chains are walked from a free end; what is left then is rings, which are cut open anywhere.
    starts = [(index, place) for index in range(len(pieces)) for place in (0, 1) if (index, place) not in links]
    for start in (*starts, *((index, 0) for index in range(len(pieces)))):
        if start[0] in done:
            continue
        walked = [start]
        done.add(start[0])
        while (onward := links.get((walked[-1][0], 1 - walked[-1][1]))) is not None and onward[0] not in done:
            walked.append(onward)
            done.add(onward[0])
        chains.append(_one(pieces, walked))
    return chains


def _one(pieces: list[Piece], walked: list[End]) -> Piece:
    """Join pieces in the order walked, each entered at the end that is named; the line runs as most pieces did."""
    first = pieces[walked[0][0]]
    if len(walked) == 1:
        return first
    backward = sum(pieces[index].line.length * (1 if place else -1) for index, place in walked)
    points = [shapely.get_coordinates(pieces[index].line)[:: -1 if place else 1] for index, place in walked]
    line = np.vstack([points[0], *(part[1:] for part in points[1:])])
    rows = tuple(sorted({row for index, _place in walked for row in pieces[index].rows}))
    return Piece(LineString(line[::-1] if backward > 0 else line), rows, first.group, first.named)
