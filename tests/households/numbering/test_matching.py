"""Which street a house fronts on, and where that is doubtful."""

from __future__ import annotations

import numpy as np
import pytest

from households.numbering.model import LEFT, NONE, RIGHT, Rules
from tests.households.numbering.making import Home, Way, number

ROAD = Way([(0, 300), (0, -300)])  # north to south: left is east
LANE = Way([(0, 0), (150, 0)], 0, named=True)


def test_the_nearest_street_its_side_position_and_distance() -> None:
    front = number([ROAD], [Home(12, 100), Home(-9, -50)]).frontages
    assert front.street.tolist() == [0, 0]
    assert front.side.tolist() == [LEFT, RIGHT]
    assert front.position_m.tolist() == pytest.approx([200, 350])
    assert front.distance_m.tolist() == pytest.approx([12, 9])
    assert front.doubt.tolist() == ["", ""]
    assert front.other.tolist() == [NONE, NONE]


def test_sides_hold_on_a_street_that_bends_sharply() -> None:
    # South, then back to the north-east, then south again: the letter Z.
    bent = Way([(0, 100), (0, 0), (60, 90), (60, -60)])
    homes = [
        Home(6, 80),
        Home(-6, 80),
        Home(-5, -5),
        Home(30, 30),
        Home(40, 75),
        Home(65, 95),
        Home(54, 60),
        Home(66, 0),
    ]
    front = number([bent], homes).frontages
    assert front.side.tolist() == [LEFT, RIGHT, RIGHT, RIGHT, LEFT, LEFT, RIGHT, LEFT]


def test_a_house_beyond_an_end_lies_on_a_definite_side() -> None:
    homes = [Home(3, 310), Home(-3, 310), Home(3, -310), Home(-3, -310), Home(0, 310), Home(0, -310)]
    front = number([ROAD], homes).frontages
    assert front.side.tolist() == [LEFT, RIGHT, LEFT, RIGHT, LEFT, LEFT]
    back = number([Way(ROAD.line[::-1])], homes).frontages
    assert back.side.tolist() == front.side.tolist()


def test_a_corner_house_takes_the_larger_street_though_the_smaller_is_nearer() -> None:
    front = number([ROAD, LANE], [Home(11, 6)]).frontages
    assert (front.street[0], front.doubt[0]) == (0, "")
    turned = number([Way(ROAD.line, size=5), Way(LANE.line, 0, named=True, size=9)], [Home(6, 11)]).frontages
    assert (turned.street[0], turned.doubt[0]) == (1, "")


def test_a_house_deeper_in_the_lane_stays_there() -> None:
    assert number([ROAD, LANE], [Home(24, 8)]).frontages.street.tolist() == [1]


def test_a_corner_of_equal_streets_is_doubtful_unless_the_address_says() -> None:
    ways = [ROAD, Way([(0, 0), (150, 0)], size=9)]
    front = number(ways, [Home(11, 8)]).frontages
    assert (front.street[0], front.doubt[0], front.other[0]) == (1, "corner", 0)
    for street in (0, 1):
        told = number(ways, [Home(11, 8, hinted=street)]).frontages
        assert (told.street[0], told.doubt[0], told.other[0]) == (street, "", NONE)


def test_of_three_streets_at_a_corner_the_largest_wins() -> None:
    ways = [Way([(0, 300), (0, -300)], size=7), Way([(0, 0), (150, 0)], size=5), Way([(0, 0), (150, 75)], size=9)]
    assert number(ways, [Home(11, 2)]).frontages.street.tolist() == [2]


def test_two_streets_nearly_as_near_that_do_not_meet_are_doubtful() -> None:
    ways = [ROAD, Way([(40, 300), (40, -300)])]
    front = number(ways, [Home(19, 0), Home(22, 50), Home(10, 100)]).frontages
    assert front.street.tolist() == [0, 1, 0]
    assert front.doubt.tolist() == ["two_streets", "two_streets", ""]
    assert front.other.tolist() == [1, 0, NONE]


def test_a_street_behind_another_is_no_rival() -> None:
    ways = [ROAD, Way([(-3, 300), (-3, -300)])]  # two carriageways 3 m apart
    front = number(ways, [Home(20, 0), Home(-20, 0)]).frontages
    assert front.street.tolist() == [0, 1]
    assert front.doubt.tolist() == ["", ""]


def test_the_hint_decides_a_doubt_and_nothing_else() -> None:
    ways = [ROAD, Way([(40, 300), (40, -300)])]
    front = number(ways, [Home(19, 0, hinted=1), Home(19, 50, hinted=0), Home(10, 100, hinted=1)]).frontages
    assert front.street.tolist() == [1, 0, 0]
    assert front.doubt.tolist() == ["", "", ""]


def test_who_would_walk_over_a_neighbour_takes_the_street_behind() -> None:
    ways = [ROAD, Way([(60, 300), (60, -300)])]
    front = number(ways, [Home(10, 0), Home(27, 1)]).frontages
    assert front.street.tolist() == [0, 1]
    assert front.doubt.tolist() == ["", ""]


def test_a_long_way_round_is_doubtful() -> None:
    ways = [ROAD, Way([(75, 300), (75, -300)])]
    front = number(ways, [Home(10, 0), Home(22, 1)]).frontages
    assert (front.street[1], front.doubt[1], front.other[1]) == (1, "crosses", 0)


def test_who_can_reach_nothing_keeps_the_nearest_with_a_doubt() -> None:
    front = number([ROAD], [Home(10, 0), Home(27, 1)]).frontages
    assert front.street.tolist() == [0, 0]
    assert front.doubt.tolist() == ["", "crosses"]


def test_neighbours_in_a_row_do_not_stand_in_each_others_way() -> None:
    homes = [Home(10 + place % 2 * 2.5, place * 4.0) for place in range(30)]
    assert set(number([ROAD], homes).frontages.doubt.tolist()) == {""}


def test_houses_at_one_point_do_not_stand_in_each_others_way() -> None:
    assert number([ROAD], [Home(10, 0)] * 3).frontages.doubt.tolist() == ["", "", ""]


def test_a_street_across_another_is_not_reached() -> None:
    # A neighbour blocks the way to the lane; the way to the road crosses a path, so the path is taken.
    ways = [ROAD, Way([(50, 100), (50, -100)]), Way([(30, 100), (30, -100)])]
    front = number(ways, [Home(40, 0), Home(46, 0)]).frontages
    assert front.street.tolist() == [2, 1]


def test_farther_than_the_reach_is_doubtful_and_three_times_it_is_nothing() -> None:
    out = number([ROAD], [Home(59, 0), Home(61, 40), Home(179, 80), Home(181, 120)])
    assert out.frontages.street.tolist() == [0, 0, 0, NONE]
    assert out.frontages.doubt.tolist() == ["", "far", "far", ""]
    assert out.number.tolist() == ["5", "3", "1", ""]
    assert out.frontages.side[3] == 0
    assert np.isnan(out.frontages.position_m[3])
    assert [(finding.code, finding.house) for finding in out.findings] == [("no_street", 3)]
    near = number([ROAD], [Home(21, 0)], Rules(reach_m=20)).frontages
    assert near.doubt.tolist() == ["far"]


def test_a_rival_a_little_beyond_the_reach_still_makes_a_doubt() -> None:
    ways = [ROAD, Way([(40, 300), (40, -300)])]
    for reach in (19.5, 60):
        assert number(ways, [Home(19, 0)], Rules(reach_m=reach)).frontages.doubt.tolist() == ["two_streets"]
    wide = [ROAD, Way([(110, 300), (110, -300)])]
    assert number(wide, [Home(50, 0)]).frontages.doubt.tolist() == ["two_streets"]


def test_a_blocked_way_to_the_street_that_the_address_names_is_no_doubt() -> None:
    front = number([ROAD], [Home(10, 0), Home(27, 1, hinted=0)]).frontages
    assert front.doubt.tolist() == ["", ""]
    ways = [ROAD, Way([(60, 300), (60, -300)])]
    front = number(ways, [Home(10, 0), Home(27, 1, hinted=0)]).frontages
    assert front.street.tolist() == [0, 0]
    assert front.doubt.tolist() == ["", ""]


def test_a_way_to_the_larger_street_over_a_neighbours_way_is_doubtful() -> None:
    # The first has its door to the lane; the corner house behind it would walk across to the road.
    front = number([ROAD, LANE], [Home(5, 12, chosen=1), Home(11, 6)]).frontages
    assert front.street.tolist() == [1, 0]
    assert front.doubt.tolist() == ["", "crosses"]


def test_a_chosen_street_wins_whatever_lies_between() -> None:
    front = number([ROAD, LANE], [Home(100, 5, chosen=0), Home(900, 5, chosen=1)]).frontages
    assert front.street.tolist() == [0, 1]
    assert front.distance_m[0] == pytest.approx(100)
    assert front.doubt.tolist() == ["", ""]


def test_a_locked_number_keeps_its_house_at_the_street_it_names() -> None:
    out = number([ROAD, LANE], [Home(11, 6, "7", hinted=1), Home(120, 6, "1", hinted=1), Home(30, 50, "9", hinted=1)])
    assert out.frontages.street.tolist() == [1, 1, 1]
    assert number([ROAD, LANE], [Home(700, 6, "7", hinted=1)]).frontages.street.tolist() == [NONE]


def test_a_locked_number_of_a_street_out_of_reach_counts_nowhere() -> None:
    far = Way([(900, 300), (900, -300)])
    out = number([ROAD, far], [Home(11, 100, "7", hinted=1), Home(11, 60)])
    assert out.number.tolist() == ["7", "1"]
    assert [finding.code for finding in out.findings] == ["other_prefix"]


def test_an_alley_drawn_short_of_its_road_still_makes_a_corner() -> None:
    front = number([ROAD, Way([(14, 0), (150, 0)], 0, named=True)], [Home(13, 6)]).frontages
    assert (front.street[0], front.doubt[0]) == (0, "")


def test_an_address_in_a_nameless_alley_names_the_road_and_means_the_alley() -> None:
    ways = [ROAD, Way([(0, 0), (150, 0)], 0), Way([(150, 40), (0, 40)], 0)]
    # 20 m from both alleys; "…/5 road" is one of them, "12/5" the one that is called 12.
    assert number(ways, [Home(100, 20, number="12/5", hinted=0)]).frontages.doubt.tolist() == ["two_streets"]
    called = [ROAD, Way([(0, 0), (150, 0)], 0, number="12"), Way([(150, 40), (0, 40)], 0, number="14")]
    front = number(called, [Home(100, 20, number=text, hinted=0) for text in ("12/5", "14/5")]).frontages
    assert front.street.tolist() == [1, 2]
    assert front.doubt.tolist() == ["", ""]


def test_without_streets_or_houses() -> None:
    out = number([], [Home(0, 0)])
    assert (out.number.tolist(), [finding.code for finding in out.findings]) == ([""], ["no_street"])
    assert number([ROAD], []).number.tolist() == []
    assert number([], []).findings == []


def test_a_house_on_the_line_itself_is_numbered() -> None:
    out = number([ROAD, LANE], [Home(0, 100), Home(50, 0)])
    assert out.frontages.street.tolist() == [0, 1]
    assert out.number.tolist() == ["1", "1"]


def test_repeated_points_of_a_line_do_no_harm_and_a_line_without_length_is_named() -> None:
    out = number([Way([(0, 300), (0, 300), (0, 0), (0, 0), (0, -300)])], [Home(10, 0), Home(-10, 300)])
    assert out.number.tolist() == ["1", "2"]
    with pytest.raises(ValueError, match="street 1"):
        number([ROAD, Way([(5, 5), (5, 5)])], [])
