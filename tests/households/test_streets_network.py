"""On which street each alley hangs, by lines alone. Metres, no database."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from households.streets import network
from households.streets.network import NONE

ROAD = ("road", [(-200, 0), (200, 0)])


def hung(*streets: tuple, parent: dict[int, int] | None = None) -> list[int]:  # type: ignore[type-arg]
    """Parents of streets given as (kind, points) or (kind, points, width class); `parent` are chosen by hand."""
    chosen = parent or {}
    given_parents = np.array([chosen.get(place, NONE) for place in range(len(streets))], np.int32)
    drawn = network.network_of(
        np.array([LineString(street[1]) for street in streets], dtype=object),
        [street[0] for street in streets],
        [street[2] if len(street) > 2 else 0 for street in streets],
        given_parents,
        np.array([place in chosen for place in range(len(streets))]),
    )
    return network.parents(drawn).tolist()


def test_an_alley_hangs_on_the_street_it_leaves_and_a_road_on_nothing() -> None:
    cross = ("road", [(100, -50), (100, 50)])
    assert hung(ROAD, cross, ("ngo", [(0, 5), (0, 90)]), ("ngach", [(0, 40), (40, 40)])) == [NONE, NONE, 0, 2]
    assert hung(ROAD, ("ngo", [(0, 90), (0, 5)])) == [NONE, 0]  # whichever end it was drawn from
    assert hung(ROAD, ("ngo", [(0, 9), (0, 90)])) == [NONE, NONE]


def test_what_only_crosses_a_street_does_not_hang_on_it() -> None:
    assert hung(ROAD, ("ngo", [(0, -50), (0, 50)])) == [NONE, NONE]


def test_between_two_streets_the_larger_wins_then_the_nearer() -> None:
    alley = ("ngo", [(0, 0), (0, 100)])
    assert hung(("road", [(-50, 0), (50, 0)], 3), ("road", [(-50, 100), (50, 100)], 4), alley)[2] == 1
    assert hung(("road", [(-50, 0), (50, 0)], 4), ("road", [(-50, 100), (50, 100)], 3), alley)[2] == 0
    assert hung(("road", [(-50, 1), (50, 1)], 4), ("road", [(-50, 100), (50, 100)], 4), alley)[2] == 1
    # A width that nobody knows does not make a footpath larger than a road.
    assert hung(("ngo", [(-50, 0), (50, 0)], 1), ("road", [(-50, 100), (50, 100)], 0), alley)[2] == 1


def test_a_sub_alley_rather_hangs_on_an_alley() -> None:
    alley = ("ngo", [(-30, 0), (-30, 100)])
    assert hung(ROAD, alley, ("ngach", [(-30, 60), (20, 60), (20, 0)]))[2] == 1
    assert hung(ROAD, alley, ("ngo", [(-30, 60), (20, 60), (20, 0)]))[2] == 0


def test_a_way_that_goes_on_is_no_parent_but_a_road_that_narrows_is() -> None:
    first, second = ("ngo", [(0, 0), (0, 50)]), ("ngo", [(0, 50), (0, 100)])
    assert hung(ROAD, first, second) == [NONE, 0, NONE]
    assert hung(("road", [(0, 0), (0, 50)]), second) == [NONE, 0]
    turning = ("ngo", [(0, 50), (60, 50)])
    assert hung(ROAD, first, turning) == [NONE, 0, 1]


def test_what_an_officer_chose_stays() -> None:
    far = ("road", [(-200, 500), (200, 500)])
    assert hung(ROAD, far, ("ngo", [(0, 0), (0, 90)]), parent={2: 1}) == [NONE, NONE, 1]
    assert hung(ROAD, ("ngo", [(0, 0), (0, 90)]), parent={1: NONE}) == [NONE, NONE]


def test_two_alleys_never_hang_on_each_other() -> None:
    # Each begins on the other's side.
    one, two = ("ngo", [(0, 0), (0, 50), (30, 50)]), ("ngo", [(30, 30), (0, 30)])
    bent = ("ngo", [(0, 30), (30, 30), (30, 52), (10, 50)])
    for streets in ((one, two), (one, bent), (one, two, bent)):
        found = hung(*streets)
        assert all(not network.is_above(found, place, above) for place, above in enumerate(found) if above != NONE)
    ring = hung(one, two, parent={0: 1, 1: 0})
    assert NONE in ring


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["road", "ngo", "kiet", "ngach"]),
            st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=4, unique=True),
            st.integers(0, 5),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_no_drawing_makes_a_ring_or_hangs_an_alley_in_the_air(drawn) -> None:
    streets = [(kind, [(x * 6.0, y * 6.0) for x, y in points], width) for kind, points, width in drawn]
    found = hung(*streets)
    for place, above in enumerate(found):
        if above == NONE:
            continue
        assert streets[place][0] != "road"
        assert not network.is_above(found, place, above)
        line, other = LineString(streets[place][1]), LineString(streets[above][1])
        ends = shapely.MultiPoint([line.coords[0], line.coords[-1]])
        assert other.distance(ends) <= network.REACH_M


def test_a_whole_commune_is_hung_in_seconds() -> None:
    random = np.random.default_rng(4)
    lines, kinds = [], []
    for row in range(60):
        lines.append(LineString([(0, row * 300), (10_000, row * 300)]))
        kinds.append("road")
    for place in range(6_000):
        x, y = random.uniform(0, 10_000), place % 60 * 300 + random.normal(0, 1)
        lines.append(LineString([(x, y), (x + random.normal(0, 10), y + random.uniform(30, 150))]))
        kinds.append("ngo" if place % 2 else "ngach")
    count = len(lines)
    drawn = network.network_of(
        np.array(lines, object), kinds, [0] * count, np.full(count, NONE, np.int32), np.zeros(count, bool)
    )
    found = network.parents(drawn)
    assert (found[60:] != NONE).mean() == pytest.approx(1.0, abs=0.01)


def test_nothing_hangs_where_there_is_nothing() -> None:
    empty = np.empty(0, object)
    none = np.empty(0, np.int32)
    assert network.parents(network.network_of(empty, [], [], none, np.empty(0, bool))).tolist() == []
