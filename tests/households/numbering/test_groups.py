"""House groups: their letters, and the numbers in them."""

from __future__ import annotations

from itertools import islice

from households.numbering import letters
from households.numbering.model import LEFT, RIGHT
from tests.households.numbering.making import Home, Way, codes, groups, number

ROAD = Way([(0, 0), (0, -400)])


def test_letters_are_those_of_the_circular_and_go_on_in_turn() -> None:
    assert list(islice(letters.letters_of(LEFT), 5)) == ["A", "C", "Đ", "G", "I"]
    assert list(islice(letters.letters_of(RIGHT), 5)) == ["B", "D", "E", "H", "K"]
    both = [letters.letter(place) for place in range(600)]
    assert len(set(both)) == 600
    assert both[20:26] == ["V", "X", "Y", "AA", "AB", "AC"]
    assert max(map(len, both[:552])) == 2


def test_groups_take_letters_in_order_along_their_side() -> None:
    four = groups((0, 40, -200, ""), (0, 40, -100, ""), (0, -40, -300, ""), (0, -40, -150, ""))
    assert number([ROAD], [], grouped=four).letter.tolist() == ["C", "A", "D", "B"]


def test_a_fixed_letter_stays_and_is_given_to_no_other() -> None:
    three = groups((0, 40, -100, ""), (0, 40, -200, "A"), (0, -40, -150, ""))
    assert number([ROAD], [], grouped=three).letter.tolist() == ["C", "A", "B"]
    across = groups((0, -40, -100, "A"), (0, 40, -200, ""))
    assert number([ROAD], [], grouped=across).letter.tolist() == ["A", "C"]


def test_houses_of_a_group_count_on_their_own_and_take_no_number_of_the_street() -> None:
    homes = [Home(9, -50), Home(40, -120, group=0), Home(60, -100, group=0), Home(45, -100, group=0), Home(9, -150)]
    out = number([ROAD], homes, grouped=groups((0, 50, -100, "")))
    assert out.number.tolist() == ["1", "A3", "A2", "A1", "3"]
    assert out.frontages.street.tolist() == [0] * 5


def test_a_house_added_to_a_group_takes_what_is_free() -> None:
    homes = [
        Home(40, -100, "A1", group=0),
        Home(40, -120, group=0),
        Home(40, -140, "A2", group=0),
        Home(40, -160, group=0),
    ]
    out = number([ROAD], homes, grouped=groups((0, 50, -100, "A")))
    assert out.number.tolist() == ["A1", "A1A", "A2", "A3"]
    assert codes(out) == ["no_room"]


def test_the_letter_that_locked_numbers_say_is_kept() -> None:
    homes = [Home(40, -100, "G1", group=0), Home(40, -120, group=0)]
    assert number([ROAD], homes, grouped=groups((0, 50, -100, ""))).number.tolist() == ["G1", "G2"]


def test_a_group_in_a_nameless_alley_has_its_number_before_the_letter() -> None:
    ways = [ROAD, Way([(0, -50), (200, -50)], 0)]
    out = number(ways, [Home(9, -20), Home(120, -90, group=0)], grouped=groups((1, 120, -90, "")))
    assert out.number.tolist() == ["1", "1/B1"]


def test_a_locked_number_of_another_kind_in_a_group_is_told() -> None:
    out = number([ROAD], [Home(40, -100, "7", group=0), Home(40, -120, group=0)], grouped=groups((0, 50, -100, "A")))
    assert out.number.tolist() == ["7", "A1"]
    assert codes(out) == ["other_prefix"]


def test_numbers_of_the_road_inside_a_group_drawn_later_stay_taken_on_the_road() -> None:
    """3 and 5 keep their numbers inside the group, so neither road nor group gives them or calls them free."""
    law = [Home(9, -50, "1"), Home(9, -100, "3", group=0), Home(9, -150, "5", group=0), Home(9, -200, "11")]
    new = [Home(9, -120), Home(9, -160, group=0)]
    for letter in ("", "A"):
        out = number([ROAD], [*law, *new], grouped=groups((0, 9, -120, letter)))
        assert out.number.tolist() == ["1", "3", "5", "11", "7", "A1"]
        gaps = [finding.detail for finding in out.findings if finding.code == "gap"]
        assert gaps == [{"from": "9", "to": "9"}]
        assert [finding.house for finding in out.findings if finding.code == "other_prefix"] == [1, 2]


def test_a_groups_number_that_stands_outside_of_it_stays_taken_in_the_group() -> None:
    homes = [Home(40, -100, "A1", group=0), Home(9, -50, "A2"), Home(40, -120, group=0), Home(40, -140, group=0)]
    out = number([ROAD], homes, grouped=groups((0, 50, -100, "A")))
    assert out.number.tolist() == ["A1", "A2", "A3", "A4"]
