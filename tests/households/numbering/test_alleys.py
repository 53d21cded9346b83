"""Numbers of nameless alleys, and of the houses in them."""

from __future__ import annotations

import pytest

from households.numbering.model import NONE, Rules
from households.numbering.parents import ParentLoopError
from tests.households.numbering.making import Home, Way, codes, number

ROAD = Way([(0, 0), (0, -400)])  # left is east


def lane(y: float, *, east: bool = True, parent: int = 0, **more: object) -> Way:
    return Way([(0, y), (150 if east else -150, y)], parent, **more)  # type: ignore[arg-type]


def road_houses(*stops: float) -> list[Home]:
    """Houses on the left and on the right of the road."""
    return [Home(side * 9, -stop) for stop in stops for side in (1, -1)]


def test_an_alley_takes_the_number_of_the_house_just_before_its_mouth_on_its_side() -> None:
    ways = [ROAD, lane(-50), lane(-70, east=False)]
    out = number(ways, [*road_houses(20, 40, 60, 80), Home(60, -42), Home(60, -58), Home(-60, -62)])
    assert out.alley_number.tolist() == ["", "3", "6"]
    # In the alley to the east the left is the north; in the one to the west the south.
    assert out.number.tolist()[8:] == ["3/1", "3/2", "6/2"]


def test_alleys_nest() -> None:
    ways = [ROAD, lane(-50), Way([(80, -50), (80, -120)], 1), Way([(80, -90), (140, -90)], 2)]
    homes = [*road_houses(20, 40), Home(40, -58), Home(60, -58), Home(88, -70), Home(72, -70), Home(110, -84)]
    out = number(ways, homes)
    assert out.alley_number.tolist() == ["", "3", "3/4", "3/4/1"]
    assert out.number.tolist()[4:] == ["3/2", "3/4", "3/4/1", "3/4/2", "3/4/1/1"]


def test_a_named_alley_begins_anew_and_its_own_alleys_with_it() -> None:
    ways = [ROAD, lane(-50, named=True), Way([(80, -50), (80, -120)], 1)]
    out = number(ways, [*road_houses(20, 40), Home(40, -58), Home(60, -58), Home(88, -70)])
    assert out.alley_number.tolist() == ["", "", "4"]
    assert out.number.tolist()[4:] == ["2", "4", "4/1"]


def test_a_suffix_before_the_mouth_goes_along() -> None:
    homes = [Home(9, -20, "1"), Home(9, -30, "1A"), Home(9, -60, "3"), Home(60, -42)]
    out = number([ROAD, lane(-50)], homes)
    assert (out.alley_number[1], out.number[3]) == ("1A", "1A/1")


def test_without_a_house_before_the_mouth_the_one_after_is_taken_and_told() -> None:
    out = number([ROAD, lane(-10)], road_houses(20, 40))
    assert out.alley_number[1] == "1"
    assert [(finding.code, finding.street, finding.detail) for finding in out.findings] == [
        ("no_house_before_mouth", 1, {"number": "1"})
    ]
    west = number([ROAD, lane(-10, east=False)], road_houses(20))
    assert west.alley_number[1] == "2"


def test_on_a_side_without_houses_alleys_are_told_too() -> None:
    out = number([ROAD, lane(-10, east=False), lane(-90, east=False)], [Home(9, -20)])
    assert out.alley_number.tolist() == ["", "2", "2A"]
    assert codes(out) == ["no_house_before_mouth", "no_house_before_mouth", "mouth_taken"]


def test_the_second_alley_after_one_house_takes_a_suffix() -> None:
    ways = [ROAD, lane(-60), lane(-50)]
    for suffix, second in (("letter", "3A"), ("dash", "3-1")):
        out = number(ways, [*road_houses(20, 40, 90), Home(60, -42)], Rules(suffix=suffix))
        assert out.alley_number.tolist() == ["", second, "3"]
        assert out.number[6] == "3/1"
        (finding,) = out.findings
        assert (finding.code, finding.street, finding.detail) == ("mouth_taken", 1, {"number": "3", "given": second})


def test_its_suffix_is_none_that_a_house_beside_it_has() -> None:
    homes = [Home(9, -20, "1"), Home(9, -70, "1A"), Home(9, -90, "3")]
    out = number([ROAD, lane(-50), lane(-60)], homes)
    assert out.alley_number.tolist() == ["", "1", "1B"]


def test_a_number_that_locked_houses_of_the_alley_begin_with_stays() -> None:
    out = number([ROAD, lane(-50, number="31")], [*road_houses(20, 40), Home(60, -42, "31/1"), Home(90, -42)])
    assert out.alley_number[1] == "31"
    assert out.number.tolist()[4:] == ["31/1", "31/3"]
    # Also when nobody wrote the alley's number down.
    out = number([ROAD, lane(-50)], [*road_houses(20, 40), Home(60, -42, "31/1"), Home(90, -42)])
    assert out.alley_number[1] == "31"


def test_a_number_that_is_still_right_stays_when_a_house_comes_between() -> None:
    homes = [Home(9, -20, "1"), Home(9, -30, "3"), Home(9, -45), Home(9, -60, "5")]
    assert number([ROAD, lane(-50, number="3")], homes).alley_number[1] == "3"
    # A number that no locked house before the mouth has is not right.
    assert number([ROAD, lane(-50, number="5")], homes).alley_number[1] == "3A"


def test_of_two_alleys_called_the_same_the_one_with_more_such_numbers_keeps_it() -> None:
    ways = [ROAD, lane(-60, number="3"), lane(-50, number="3")]
    homes = [Home(9, -20, "3"), Home(60, -42, "3/1"), Home(90, -42, "3/3"), Home(60, -68, "3/2"), Home(90, -68)]
    out = number(ways, homes)
    assert out.alley_number.tolist() == ["", "3A", "3"]
    assert out.number.tolist() == ["3", "3/1", "3/3", "3/2", "3A/2"]
    assert [(finding.code, finding.house) for finding in out.findings if finding.house != NONE] == [("other_prefix", 3)]


def test_a_new_number_is_none_that_a_locked_house_has_elsewhere_under_the_road() -> None:
    # 3/1 stands on the road itself; the first house in alley 3 must not be called so.
    homes = [Home(9, -20, "3"), Home(-9, -300, "3/1"), Home(60, -42)]
    out = number([ROAD, lane(-50)], homes)
    assert out.number.tolist() == ["3", "3/1", "3/1A"]
    assert {"other_prefix", "no_room"} <= set(codes(out))


def test_a_nameless_alley_that_leaves_nothing_is_told() -> None:
    out = number([Way([(0, 0), (0, -90)], NONE, named=False, number="7")], [Home(9, -20)])
    assert (out.alley_number[0], out.number[0], codes(out)) == ("7", "7/1", ["no_parent"])


def test_streets_that_leave_each_other_are_refused_by_name() -> None:
    ways = [ROAD, lane(-50, parent=3), lane(-90, parent=1), lane(-130, parent=2), lane(-170, parent=2)]
    with pytest.raises(ParentLoopError, match="1 → 3 → 2 → 1") as refused:
        number(ways, [])
    assert refused.value.streets == (1, 3, 2)
    with pytest.raises(ValueError, match="1 → 1"):
        number([ROAD, lane(-50, parent=1)], [])


def test_a_mouth_drawn_across_the_road_counts_for_the_side_where_the_alley_lies() -> None:
    out = number([ROAD, Way([(-2, -50), (150, -50)], 0)], road_houses(20, 40, 60))
    assert out.alley_number[1] == "3"
