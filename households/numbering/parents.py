"""Which street leaves which: how deep an alley lies, under whose name it stands, and what to refuse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households.numbering.model import NONE, Ints, Streets


class ParentLoopError(ValueError):
    """Streets that leave each other in a circle; `streets` are their places, in the order of the circle."""

    def __init__(self, streets: list[int]) -> None:
        circle = " → ".join(str(street) for street in (*streets, streets[0]))
        super().__init__(f"streets leave each other in a circle: {circle}")
        self.streets = tuple(streets)


@dataclass(frozen=True, slots=True)
class Forest:
    """Streets as trees.

    `depth` counts the streets above. `root` is the street under whose name an address stands: the nearest one above
    that has a name, the street itself if it has one, or the topmost. `level` counts the nameless alleys from there.
    """

    depth: Ints
    root: Ints
    level: Ints


def forest(streets: Streets) -> Forest:
    """Return the trees of the streets. Raises `ParentLoopError`."""
    count = len(streets)
    parent = streets.parent
    _refuse_circles(parent)
    depth, level = np.zeros(count, np.int32), np.zeros(count, np.int32)
    root: Ints = np.arange(count, dtype=np.int32)
    above = parent.copy()
    rising = ~streets.named & (parent != NONE)
    while (climbing := above != NONE).any():
        depth[climbing] += 1
        level[rising] += 1
        root[rising] = above[rising]
        above[climbing] = parent[above[climbing]]
        rising &= climbing & ~streets.named[root] & (above != NONE)
    return Forest(depth, root, level)


def _refuse_circles(parent: Ints) -> None:
    """Double the step upwards until every street has left its tree; whoever has not runs in a circle."""
    far = parent.copy()
    for _ in range(len(parent).bit_length()):
        inside = far != NONE
        far[inside] = far[far[inside]]
    if (far != NONE).any():
        raise ParentLoopError(_circle(parent, int(np.flatnonzero(far != NONE)[0])))


def _circle(parent: Ints, street: int) -> list[int]:
    """The circle that a street's parents run into, from its first street on."""
    seen: dict[int, int] = {}
    while street not in seen:
        seen[street] = len(seen)
        street = int(parent[street])
    circle = list(seen)[seen[street] :]
    first = circle.index(min(circle))
    return circle[first:] + circle[:first]
