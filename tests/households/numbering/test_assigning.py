"""Numbers along one street: fresh, with a slot, and between numbers that are fixed."""

from __future__ import annotations

import pytest

from households.numbering import written
from households.numbering.model import Rules
from tests.households.numbering.making import Home, Way, codes, number, numbers

ROAD = Way([(0, 0), (0, -400)])  # north to south: left is east, odd


def left(*stops: tuple[float, str] | float) -> list[Home]:
    """Houses on the left, so many metres from the beginning, some with a locked number."""
    return [Home(9, -stop, "") if isinstance(stop, (int, float)) else Home(9, -stop[0], stop[1]) for stop in stops]


def right(*stops: tuple[float, str] | float) -> list[Home]:
    return [Home(-home.x, home.y, home.lock) for home in left(*stops)]


def test_odd_on_the_left_even_on_the_right_in_order() -> None:
    assert numbers([ROAD], left(30, 10, 20) + right(25, 5)) == ["5", "1", "3", "4", "2"]


def test_one_behind_the_other_the_nearer_to_the_street_comes_first() -> None:
    homes = [Home(30, -50), Home(9, -50), Home(9, -50)]
    assert numbers([ROAD], homes) == ["5", "1", "3"]


def test_past_an_end_houses_follow_each_other_along_the_line_carried_on() -> None:
    assert numbers([ROAD], left(-5, -25, 10, 395, 430, 405)) == ["3", "1", "5", "7", "11", "9"]
    assert numbers([Way(ROAD.line[::-1])], left(-5, -25, 10, 395, 430, 405)) == ["3", "1", "5", "7", "11", "9"]


def test_with_a_slot_a_number_stands_for_frontage() -> None:
    assert numbers([ROAD], left(3, 12, 26, 27, 28) + right(31), Rules(slot_m=5)) == ["1", "5", "11", "13", "15", "14"]


def test_with_a_slot_numbers_still_rise_on_many_streets_at_once() -> None:
    ways = [Way([(x, 0), (x, -400)]) for x in range(0, 1000, 100)]
    homes = [Home(way.line[0][0] + 9, -stop) for way in ways for stop in (390, 391, 392, 1, 2)]
    got = numbers(ways, homes, Rules(slot_m=10))
    assert got == ["79", "81", "83", "1", "3"] * 10


def test_a_house_between_20_and_22_takes_20a_and_the_next_20b() -> None:
    locked = right((10, "20"), (40, "22"))
    assert numbers([ROAD], [*locked, *right(20)])[-1] == "20A"
    assert numbers([ROAD], [*locked, *right(20, 30)])[-2:] == ["20A", "20B"]
    assert numbers([ROAD], [*locked, *right(20, 30)], Rules(suffix="dash"))[-2:] == ["20-1", "20-2"]
    out = number([ROAD], [*locked, *right(20)])
    assert codes(out) == ["no_room"]
    assert out.findings[0].detail == {"number": "20A"}


def test_after_a_suffix_comes_the_next_one_of_either_kind() -> None:
    homes = right((10, "20"), (20, "20A"), 30, (40, "22"))
    assert numbers([ROAD], homes)[2] == "20B"
    dashed = right((10, "20"), (20, "20-1"), 30, (40, "22"))
    assert numbers([ROAD], dashed)[2] == "20B"  # 20A would sound like 20-1
    assert numbers([ROAD], right((10, "20"), 15, (20, "20A"), (40, "22")))[1] == "20B"  # nothing sorts between


@pytest.mark.parametrize(("last", "suffix"), [("20-999", "dash"), ("20ZZ", "letter"), ("20-999", "letter")])
def test_after_the_last_suffix_that_can_be_read_the_first_free_one_is_given(last: str, suffix: str) -> None:
    got = numbers([ROAD], right((10, last), 20, 30, (40, "22")), Rules(suffix=suffix))[1:3]
    assert got == {"dash": ["20-1", "20-2"], "letter": ["20A", "20B"]}[suffix]


@pytest.mark.parametrize("suffix", ["dash", "letter"])
def test_a_thousand_houses_between_two_numbers_all_get_one_that_is_read(suffix: str) -> None:
    crowd = right((10, "20"), *(20 + place / 100 for place in range(1_100)), (40, "22"))
    got = numbers([ROAD], crowd, Rules(suffix=suffix))
    assert len(set(got)) == len(got) and all(written.parse(text) is not None for text in got)


def test_free_numbers_between_fixed_ones_are_taken_first() -> None:
    assert numbers([ROAD], right((10, "20"), 20, (40, "28")))[1] == "22"
    assert numbers([ROAD], right((10, "20"), 20, 30, (40, "24")))[1:3] == ["22", "22A"]


def test_with_a_slot_a_free_number_is_taken_where_it_lies() -> None:
    homes = right((2, "2"), 52, (98, "20"))
    assert numbers([ROAD], homes, Rules(slot_m=10))[1] == "12"
    crowd = right((2, "2"), 91, 92, 93, (98, "20"))
    assert numbers([ROAD], crowd, Rules(slot_m=10))[1:4] == ["14", "16", "18"]


def test_before_the_first_and_after_the_last_fixed_number() -> None:
    assert numbers([ROAD], left(5, (10, "3"), 20, 30)) == ["1", "3", "5", "7"]
    assert numbers([ROAD], left((10, "7A"), 20)) == ["7A", "9"]
    # Nothing is free before number 1: it takes a suffix of 1, and an officer is told.
    out = number([ROAD], left(5, (10, "1"), (20, "3")))
    assert out.number.tolist() == ["1A", "1", "3"]
    assert codes(out) == ["no_room"]


def test_a_number_that_stands_out_of_order_is_kept_told_and_not_given_again() -> None:
    out = number([ROAD], left((10, "1"), (20, "9"), (30, "5"), (40, "7"), 50))
    assert out.number.tolist() == ["1", "9", "5", "7", "11"]
    # Between 7 and 11 nothing is free: 9 stands elsewhere.
    assert [(finding.code, finding.house) for finding in out.findings] == [("against_order", 1), ("gap", 2)]


def test_a_number_on_the_wrong_side_is_kept_told_and_not_given_again() -> None:
    out = number([ROAD], [*left(10, 20), *right((15, "1"), 25)])
    assert out.number.tolist() == ["3", "5", "1", "2"]
    assert [(finding.code, finding.house, finding.detail) for finding in out.findings if finding.code != "gap"] == [
        ("wrong_side", 2, {"number": "1"})
    ]


def test_doubled_and_unreadable_numbers_are_told_and_stay() -> None:
    out = number([ROAD], left((10, "1"), (20, "3"), (30, "3"), (40, "cạnh chợ"), 50))
    assert out.number.tolist() == ["1", "3", "3", "cạnh chợ", "5"]
    assert [(finding.code, finding.house) for finding in out.findings] == [
        ("same_number", 2), ("unreadable", 3),
    ]  # fmt: skip


def test_one_number_written_in_two_ways_is_doubled() -> None:
    assert "same_number" in codes(number([ROAD], left((10, "3a"), (90, "3A"))))


def test_numbers_left_free_between_fixed_ones_are_told_once_a_gap() -> None:
    out = number([ROAD], left((10, "1"), (20, "3"), (30, "9"), (40, "11")))
    assert [(finding.code, finding.house, finding.detail) for finding in out.findings] == [
        ("gap", 2, {"from": "5", "to": "7"})
    ]
    assert codes(number([ROAD], left((10, "1"), (30, "9")), Rules(slot_m=5))) == []


def test_a_number_that_is_too_long_is_told() -> None:
    ways = [ROAD, Way([(0, -100), (150, -100)], 0, number="12345A/12345A/12345A")]
    out = number(ways, [Home(80, -92, "12345A/12345A/12345A/1")])
    assert "too_long" in codes(out)
    # What the register cannot hold is no number of an alley.
    deep = [ROAD, *(Way([(40 * at, -40 * at - 40), (40 * at + 40, -40 * at - 80)], at) for at in range(12))]
    out = number(deep, [Home(9, -20, "12345A"), Home(500, -505)])
    assert out.alley_number.tolist()[1] == "12345A"
    assert max(map(len, out.alley_number)) <= 20


@pytest.mark.parametrize("suffix", ["letter", "dash"])
def test_thirty_houses_between_two_neighbours_get_thirty_numbers(suffix: str) -> None:
    homes = right((10, "20"), *(11 + place for place in range(30)), (90, "22"))
    got = numbers([ROAD], homes, Rules(suffix=suffix))
    assert len(set(got)) == 32
    assert got[30] == ("20AF" if suffix == "letter" else "20-30")
