"""Lines of streets: what is wrong with one and where; cutting, joining, snapping. Metres, no database."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from households.streets import shape
from households.streets.shape import ShapeError

COMMUNE = shapely.box(-1000, -1000, 1000, 1000)


def fault_of(*points: tuple[float, float]) -> tuple[str, tuple[float, float] | None] | None:
    found = shape.fault(LineString(points), COMMUNE)
    return None if found is None else (found.code, found.at)


@pytest.mark.parametrize(
    ("points", "code", "at"),
    [
        ([(0, 0), (1.5, 0)], "short", (0, 0)),
        ([(0, 0), (9, 0), (9, 9), (0, 0.5)], "loop", (0, 0)),
        ([(0, 0), (100, 0), (100, 50), (50, 50), (50, -20)], "crosses", (50, 0)),
        ([(0, 0), (100, 0), (60, 0)], "crosses", (80, 0)),  # back over itself
        ([(0, 0), (100, 0), (100, 50), (50, 0)], "crosses", (50, 0)),  # its end on its own middle
        ([(500, 0), (1500, 0)], "outside", (1250, 0)),
        ([(5000, 0), (5100, 0)], "outside", (5050, 0)),
        ([(0, 0), (60_000, 0)], "long", (0, 0)),
    ],
)
def test_a_fault_has_a_code_and_a_place(points, code, at) -> None:
    assert fault_of(*points) == (code, pytest.approx(at))


def test_a_road_may_run_a_little_over_the_border() -> None:
    assert fault_of((0, 0), (1150, 0)) is None
    assert shape.fault(LineString([(0, 0), (5000, 0)])) is None  # no outline is known


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([], "points"), ([(3, 4)], "points"), ([(3, 4), (3, 4.001)], "points"), ([(1, 2), (3, math.nan)], "numbers"),
        ([(1, 2), (3, math.inf)], "numbers"), ([1, 2, 3], "numbers"), ([(1, 2), ("x", 3)], "numbers"),
        ([(1,), (2,)], "numbers"), ([(i, 0) for i in range(5_001)], "too_many"),
    ],
)  # fmt: skip
def test_what_is_no_line_is_told_by_a_code(points, code) -> None:
    with pytest.raises(ShapeError) as caught:
        shape.line_of(points)
    assert caught.value.fault.code == code


def test_points_that_stand_twice_are_left_out_and_heights_too() -> None:
    line = shape.line_of([(0, 0, 5), (0, 0, 5), (10, 0, 5), (10, 0.005, 5), (20, 0, 5)])
    assert list(line.coords) == [(0, 0), (10, 0), (20, 0)]


@given(st.floats(3, 97), st.floats(-14, 14))
def test_cutting_and_joining_give_the_street_back(along, beside) -> None:
    line = LineString([(0, 0), (40, 0), (100, 0)])
    first, second = shape.split(line, (along, beside))
    assert first.length == pytest.approx(along) and first.length + second.length == pytest.approx(100)
    joined = shape.join(first, second)
    assert joined.coords[0] == (0, 0) and joined.coords[-1] == (100, 0)
    assert shape.join(first, shape.reversed_line(second)).equals(joined)
    # The joined line runs as the first of the two did.
    assert shape.join(second, first).equals(joined) and shape.join(second, first).coords[-1] == (100, 0)
    turned = shape.join(shape.reversed_line(first), second)
    assert turned.coords[0] == (100, 0) and turned.coords[-1] == (0, 0)


@pytest.mark.parametrize(("at", "code"), [((50, 16), "cut_far"), ((1, 0), "cut_end"), ((99.5, 0), "cut_end")])
def test_a_cut_is_on_the_line_and_leaves_two_streets(at, code) -> None:
    with pytest.raises(ShapeError) as caught:
        shape.split(LineString([(0, 0), (100, 0)]), at)
    assert caught.value.fault.code == code


def test_ends_farther_apart_than_five_metres_are_not_joined() -> None:
    with pytest.raises(ShapeError) as caught:
        shape.join(LineString([(0, 0), (100, 0)]), LineString([(106, 0), (200, 0)]))
    fault = caught.value.fault
    assert (fault.code, fault.at, fault.figures) == ("gap", (103, 0), {"distance_m": 6.0})


def test_two_halves_of_a_ring_make_no_street() -> None:
    with pytest.raises(ShapeError) as caught:
        shape.join(LineString([(0, 0), (50, 50), (100, 0)]), LineString([(100, 0), (50, -50), (0, 0)]))
    assert caught.value.fault.code == "loop"


def test_an_end_snaps_onto_the_street_it_nearly_touches() -> None:
    road = LineString([(-100, 0), (100, 0)])
    assert list(shape.snapped(LineString([(0, 2.5), (0, 80)]), [road]).coords) == [(0, 0), (0, 80)]
    assert list(shape.snapped(LineString([(0, 80), (0, -2.5)]), [road]).coords) == [(0, 80), (0, 0)]  # reached over it
    assert list(shape.snapped(LineString([(0, 4), (0, 80)]), [road]).coords) == [(0, 4), (0, 80)]
    assert shape.snapped(LineString([(101, 0.5), (150, 0)]), [road]).coords[0] == (100, 0)  # corner to corner
    assert shape.snapped(LineString([(0, 4), (0, 80)]), []).length == 76


def test_snapping_never_spoils_a_street() -> None:
    roads = [LineString([(-100, 0), (100, 0)]), LineString([(-100, 3), (100, 3)])]
    tiny = LineString([(0, 0.5), (0, 2.8)])
    assert shape.fault(shape.snapped(tiny, roads)) is None


def test_an_end_is_drawn_on_to_the_street_before_it() -> None:
    road = LineString([(-100, 0), (100, 0)])
    assert list(shape.extended(LineString([(0, 6), (0, 80)]), [road], 8).coords) == [(0, 0), (0, 6), (0, 80)]
    assert shape.extended(LineString([(0, 9), (0, 80)]), [road], 8).length == 71


def test_a_lane_lies_in_the_village_that_holds_nine_tenths_of_it() -> None:
    villages = [shapely.box(-1000, -1000, 0, 1000), shapely.box(0, -1000, 1000, 1000)]
    lines = [LineString([(-95, 0), (5, 0)]), LineString([(-50, 0), (50, 0)]), LineString([(10, 0), (50, 0)])]
    assert shape.lying_in(lines, villages).tolist() == [0, -1, 1]
    assert shape.lying_in(lines, []).tolist() == [-1, -1, -1]
