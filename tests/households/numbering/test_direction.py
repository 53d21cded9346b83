"""Which way numbers rise, told by where number 1 stands."""

from __future__ import annotations

import math

import pytest

from households.numbering.model import NONE, Direction, Rules
from tests.households.numbering.making import Home, Way, number, streets


def heading_line(degrees: float, length: float = 200.0) -> list[tuple[float, float]]:
    """A straight line towards a compass heading."""
    x, y = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return [(0.0, 0.0), (x * length / 2, y * length / 2), (x * length, y * length)]


@pytest.mark.parametrize(
    ("heading", "as_drawn"),
    [
        (0, False),  # drawn to the north: numbers come from there
        (22.5, False),
        (45, False),  # to the north-east
        (67.5, False),
        (90, False),  # to the east
        (112.5, False),
        (135, False),  # to the south-east: south-east to north-west is the rule
        (157.4, False),
        (157.6, True),  # from here it is rather north to south
        (180, True),
        (202.5, True),
        (225, True),  # north-east to south-west
        (247.5, True),
        (270, True),  # east to west
        (292.5, True),
        (315, True),  # south-east to north-west
        (337.4, True),
        (337.6, False),
    ],
)
def test_the_compass_rule_in_every_sector(heading: float, as_drawn: bool) -> None:
    assert number([Way(heading_line(heading))], []).is_reversed.tolist() == [not as_drawn]


@pytest.mark.parametrize("heading", [157.5, 337.5])
def test_on_the_edge_of_the_sectors_both_drawings_agree(heading: float) -> None:
    line = heading_line(heading)
    there, back = number([Way(line)], []), number([Way(line[::-1])], [])
    assert there.is_reversed[0] != back.is_reversed[0]


def test_a_bent_street_goes_by_its_ends() -> None:
    # It leaves to the east and ends far in the south.
    assert not number([Way([(0, 0), (80, 0), (90, -100), (20, -400)])], []).is_reversed[0]


def test_an_alley_begins_at_its_mouth_whatever_the_compass_says() -> None:
    road = Way([(0, 300), (0, 0)])
    mouth_first, mouth_last = [(0.0, 100.0), (90.0, 100.0)], [(90.0, 150.0), (0.0, 150.0)]
    out = number([road, Way(mouth_first, 0), Way(mouth_last, 0)], [])
    assert out.is_reversed.tolist() == [False, False, True]


def test_an_alley_drawn_to_the_edge_of_its_road_begins_there() -> None:
    out = number([Way([(0, 300), (0, 0)]), Way([(90, 100), (5, 100)], 0)], [])
    assert out.is_reversed.tolist() == [False, True]


def test_an_alley_with_both_ends_at_its_road_goes_by_compass() -> None:
    bow = [(0.0, 200.0), (60.0, 150.0), (0.0, 100.0)]
    for line, against in ((bow, False), (bow[::-1], True)):
        assert number([Way([(0, 300), (0, 0)]), Way(line, 0)], []).is_reversed.tolist() == [False, against]


def test_as_drawn_keeps_the_drawn_way_even_of_an_alley() -> None:
    road, alley = Way([(0, 0), (0, 300)], direction="as_drawn"), Way([(90, 100), (0, 100)], 0, direction="as_drawn")
    assert number([road, alley], []).is_reversed.tolist() == [False, False]


@pytest.mark.parametrize(("centre", "against"), [((580_000.0, 2_175_000.0), False), ((580_000.0, 2_175_300.0), True)])
def test_outward_begins_at_the_end_that_is_nearer_to_the_centre(centre: tuple[float, float], against: bool) -> None:
    way = Way([(0, 0), (0, 300)], direction="outward")
    assert number([way], [], Rules(centre=centre)).is_reversed.tolist() == [against]


def test_outward_without_a_centre_goes_by_compass() -> None:
    assert number([Way([(0, 0), (0, 300)], direction="outward")], []).is_reversed.tolist() == [True]


@pytest.mark.parametrize("direction", ["auto", "as_drawn"])
def test_numbers_that_are_there_say_the_direction_before_compass_and_mouth(direction: Direction) -> None:
    road = Way([(0, 300), (0, 0)], direction=direction)
    alley = Way([(0, 150), (100, 150)], 0, named=True, direction=direction)
    homes = [
        Home(8, 30, "1"), Home(8, 60, "3"), Home(8, 90, "5"),  # from the south
        Home(80, 142, "1"), Home(50, 142, "3"),  # from the far end
    ]  # fmt: skip
    out = number([road, alley], homes)
    assert out.is_reversed.tolist() == ([True, True] if direction == "auto" else [False, False])


def test_numbers_across_the_street_and_single_ones_say_nothing() -> None:
    road = Way([(0, 300), (0, 0)])
    assert not number([road], [Home(8, 60, "1"), Home(-8, 100, "2")]).is_reversed[0]
    assert not number([road], [Home(8, 60, "1"), Home(8, 100, "1")]).is_reversed[0]


def test_numbers_at_odds_with_each_other_say_nothing() -> None:
    homes = [Home(8, 30 * place, lock) for place, lock in enumerate(["1", "5", "3", "7", "2", "9"], 1)]
    falling = [Home(8, 30 * place, lock) for place, lock in enumerate(["5", "3", "7", "1"], 1)]
    assert number([Way([(0, 300), (0, 0)])], homes).is_reversed[0]  # 1 5 3 7 9 rises from the south on the whole
    assert not number([Way([(0, 300), (0, 0)])], falling).is_reversed[0]


def test_what_a_ring_does_is_the_same_from_both_drawings() -> None:
    ring = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]
    homes = [Home(50, -8), Home(108, 50), Home(50, 108), Home(-8, 50)]
    assert streets([Way(ring)]).parent.tolist() == [NONE]
    one, other = number([Way(ring)], homes), number([Way(ring[::-1])], homes)
    assert one.number.tolist() == other.number.tolist()
