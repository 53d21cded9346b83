"""Generated communes: bent roads, alleys and alleys of alleys off them, houses along all of them and some astray."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import shapely
from hypothesis import strategies as st

from tests.households.numbering.making import Home, Point, Way


def _bent(rng: random.Random, start: Point, heading: float, length: float) -> list[Point]:
    """A line of one to six pieces that wanders; on whole metres now and then, so that exact ties come up."""
    x, y = start
    points = [start]
    pieces = rng.randint(1, 6)
    for _ in range(pieces):
        heading += rng.uniform(-0.5, 0.5)
        x, y = x + math.sin(heading) * length / pieces, y + math.cos(heading) * length / pieces
        points.append((round(x), round(y)) if rng.random() < 0.5 else (x, y))
    return points


def _way(rng: random.Random, ways: list[Way]) -> Way:
    if not ways or rng.random() < 0.25:
        start = (rng.uniform(0, 600), rng.uniform(0, 600))
        return Way(_bent(rng, start, rng.uniform(0, 2 * math.pi), rng.uniform(60, 400)), size=rng.choice((7, 9)))
    parent = rng.randrange(len(ways))
    above = shapely.LineString(ways[parent].line)
    mouth = above.interpolate(rng.random(), normalized=True)
    line = _bent(rng, (mouth.x, mouth.y), rng.uniform(0, 2 * math.pi), rng.uniform(30, 150))
    return Way(line, parent, named=rng.random() < 0.3, size=rng.choice((3, 5)))


def _home(rng: random.Random, ways: list[Way]) -> Home:
    line = shapely.LineString(rng.choice(ways).line)
    at = line.interpolate(rng.random(), normalized=True)
    away = 250.0 if rng.random() < 0.02 else rng.choice((6.0, 9.0, 14.0, 40.0))
    angle = rng.uniform(0, 2 * math.pi)
    x, y = at.x + math.sin(angle) * away, at.y + math.cos(angle) * away
    return Home(round(x), round(y)) if rng.random() < 0.5 else Home(x, y)


def commune(seed: int) -> tuple[list[Way], list[Home]]:
    """A commune of one to 14 streets and up to 60 houses, half of its lines drawn from their far end."""
    rng = random.Random(seed)
    ways: list[Way] = []
    for _ in range(rng.randint(1, 14)):
        way = _way(rng, ways)
        if shapely.LineString(way.line).length > 5:
            ways.append(way)
    ways = ways or [Way([(0, 0), (0, -100)])]
    homes = [_home(rng, ways) for _ in range(rng.randint(0, 60))]
    return [replace(way, line=way.line[::-1]) if rng.random() < 0.5 else way for way in ways], homes


communes = st.integers(0, 2**32).map(commune)


def roots(ways: list[Way]) -> np.ndarray:
    """The street under whose name each street's houses are addressed."""
    found = []
    for place in range(len(ways)):
        at = place
        while ways[at].is_alley and not ways[at].named:
            at = ways[at].parent
        found.append(at)
    return np.array(found)
