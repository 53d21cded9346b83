"""What holds of every numbering: parity, order, no number twice, nobody renumbered, however lines were drawn."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households.numbering import written
from households.numbering.model import LEFT, NONE, Numbering, Rules
from tests.households.numbering.forests import commune, communes, roots
from tests.households.numbering.making import Home, Way, number

Commune = tuple[list[Way], list[Home]]
some = settings(max_examples=40, deadline=None)
rules = st.builds(Rules, suffix=st.sampled_from(("letter", "dash")), slot_m=st.sampled_from((0.0, 0.0, 4.0, 11.5)))


def rows(numbering: Numbering) -> dict[tuple[int, int], list[int]]:
    """The houses on each side of each street, as they stand along it; those past one end in the order they have."""
    front = numbering.frontages
    numbers = [own_number(text).number if text else 0 for text in numbering.number.tolist()]
    found: dict[tuple[int, int], list[int]] = {}
    for house in np.lexsort((numbers, front.position_m)).tolist():
        if front.street[house] != NONE:
            found.setdefault((int(front.street[house]), int(front.side[house])), []).append(house)
    return found


def own_number(text: str) -> written.Written:
    it = written.parse(text)
    assert it is not None, text
    return it


def addressed(ways: list[Way], numbering: Numbering) -> list[tuple[int, str]]:
    """The address of every house on a street: the road it names and the number."""
    street = numbering.frontages.street
    return [
        (int(roots(ways)[street[house]]), numbering.number[house]) for house in np.flatnonzero(street != NONE).tolist()
    ]


def lock(ways: list[Way], homes: list[Home], numbering: Numbering) -> Commune:
    """The commune after a decision: every number given is law, every alley is called what it was called."""
    decided = [
        replace(home, lock=text, chosen=street)
        for home, text, street in zip(
            homes, numbering.number.tolist(), numbering.frontages.street.tolist(), strict=True
        )
    ]
    called = [replace(way, number=text) for way, text in zip(ways, numbering.alley_number.tolist(), strict=True)]
    return called, decided


@some
@given(communes, rules)
def test_odd_left_even_right_rising_on_every_street(it: Commune, asked: Rules) -> None:
    out = number(*it, asked)
    for (_street, side), houses in rows(out).items():
        numbers = [own_number(out.number[house]) for house in houses]
        first = 1 if side == LEFT else 2
        assert {own.suffix for own in numbers} == {0}
        if asked.slot_m == 0:
            assert [own.number for own in numbers] == list(range(first, first + 2 * len(houses), 2))
        else:
            assert all(own.number % 2 == first % 2 for own in numbers)
            assert all(one.number < other.number for one, other in itertools.pairwise(numbers))
            least = 2 * (out.frontages.position_m[houses] // asked.slot_m) + first
            assert (np.array([own.number for own in numbers]) >= least).all()


@some
@given(communes, rules)
def test_no_number_is_given_twice_under_one_road(it: Commune, asked: Rules) -> None:
    ways, _homes = it
    out = number(*it, asked)
    addresses = addressed(ways, out)
    assert len(set(addresses)) == len(addresses)
    called = [(int(root), text) for root, text in zip(roots(ways), out.alley_number, strict=True) if text]
    assert len(set(called)) == len(called)
    assert all(bool(text) != (not way.is_alley or way.named) for way, text in zip(ways, out.alley_number, strict=True))


@some
@given(communes, rules)
def test_every_house_in_an_alley_has_the_alleys_number_before_its_own(it: Commune, asked: Rules) -> None:
    out = number(*it, asked)
    for text, street in zip(out.number, out.frontages.street, strict=True):
        if street != NONE:
            assert own_number(text).alley == out.alley_number[street]


@some
@given(communes, communes, rules, st.integers(0, 2**32))
def test_added_houses_change_nobody_and_get_a_number_of_their_own(
    it: Commune, other: Commune, asked: Rules, seed: int
) -> None:
    ways, homes = it
    before = number(ways, homes, asked)
    decided_ways, decided = lock(ways, homes, before)
    rng = random.Random(seed)
    places = sorted(rng.randrange(len(homes) + 1) for _ in range(rng.choice((1, 3))))
    new = [replace(home, x=home.x + 3.25) for home in (*homes, *other[1])] or [Home(5.5, -5.5)]
    crowd = list(decided)
    for place in reversed(places):
        crowd.insert(place, rng.choice(new))
    after = number(decided_ways, crowd, asked)
    old = np.array([place for place, home in enumerate(crowd) if home in decided and home not in new], int)
    if len(old) == len(homes):  # no two houses at one point that could be mistaken for each other
        assert after.number[old].tolist() == before.number.tolist()
        assert after.frontages.street[old].tolist() == before.frontages.street.tolist()
        assert after.frontages.position_m[old].tolist() == pytest.approx(before.frontages.position_m, nan_ok=True)
    assert after.is_reversed.tolist() == before.is_reversed.tolist()
    addresses = addressed(ways, after)
    assert len(set(addresses)) == len(addresses)
    assert not {finding.code for finding in after.findings} & {
        "same_number", "against_order", "wrong_side", "other_prefix", "unreadable",
    }  # fmt: skip


@some
@given(communes, rules, st.randoms(use_true_random=False))
def test_it_does_not_matter_from_which_end_a_line_was_drawn(it: Commune, asked: Rules, rng: random.Random) -> None:
    ways, homes = it
    turned = [rng.random() < 0.5 for _ in ways]
    other = [replace(way, line=way.line[::-1]) if turn else way for way, turn in zip(ways, turned, strict=True)]
    one, two = number(ways, homes, asked), number(other, homes, asked)
    assert one.number.tolist() == two.number.tolist()
    assert one.alley_number.tolist() == two.alley_number.tolist()
    assert (one.is_reversed != two.is_reversed).tolist() == turned
    for name in ("street", "side", "position_m", "distance_m", "doubt", "other"):
        np.testing.assert_array_equal(getattr(one.frontages, name), getattr(two.frontages, name))
    assert one.findings == two.findings


@some
@given(communes)
def test_as_drawn_a_turned_line_mirrors_sides_and_order(it: Commune) -> None:
    ways, homes = it
    there = [replace(way, direction="as_drawn") for way in ways]
    back = [replace(way, line=way.line[::-1]) for way in there]
    one, two = number(there, homes), number(back, homes)
    placed = np.flatnonzero(one.frontages.street != NONE)
    assert one.frontages.street.tolist() == two.frontages.street.tolist()
    assert not one.is_reversed.any()
    assert not two.is_reversed.any()
    beside = placed[_off_the_line(ways, homes, one)[placed]]
    assert (one.frontages.side + two.frontages.side)[beside].tolist() == [3] * len(beside)
    lengths = np.array([_length(way) for way in ways])[one.frontages.street[placed]]
    assert (one.frontages.position_m + two.frontages.position_m)[placed] == pytest.approx(lengths)


@some
@given(communes, st.randoms(use_true_random=False))
def test_the_order_in_which_houses_are_given_does_not_matter(it: Commune, rng: random.Random) -> None:
    ways, homes = it
    homes = list({(home.x, home.y): home for home in homes}.values())
    one = number(ways, homes)
    front = one.frontages
    placed = np.flatnonzero(front.street != NONE)
    keys = set(zip(front.street[placed], front.position_m[placed], front.distance_m[placed], strict=True))
    order = list(range(len(homes)))
    rng.shuffle(order)
    two = number(ways, [homes[place] for place in order])
    if len(keys) == len(placed):  # of two houses in one place the first comes first
        assert two.number.tolist() == one.number[order].tolist()
    assert two.frontages.doubt.tolist() == one.frontages.doubt[order].tolist()


@some
@given(communes, rules, st.randoms(use_true_random=False))
def test_whatever_is_locked_stays_and_nothing_new_doubles_it(it: Commune, asked: Rules, rng: random.Random) -> None:
    """Numbers as people paint them: in order or not, of another alley, with letters, no numbers at all."""
    ways, homes = it
    painted = ("1", "2", "3", "3A", "3-1", "7", "12", "20", "1/1", "2/1", "2/2A", "99", "A1", "chợ")
    messy = [replace(home, lock=rng.choice(painted)) if rng.random() < 0.4 else home for home in homes]
    out = number(ways, messy, asked)
    for home, text in zip(messy, out.number.tolist(), strict=True):
        assert not home.lock or text == home.lock
    known = {(root, text) for root, text in addressed(ways, out)}
    new = [
        (int(roots(ways)[street]), text)
        for home, text, street in zip(messy, out.number.tolist(), out.frontages.street.tolist(), strict=True)
        if street != NONE and not home.lock
    ]
    old = [
        (int(roots(ways)[street]), text)
        for home, text, street in zip(messy, out.number.tolist(), out.frontages.street.tolist(), strict=True)
        if street != NONE and home.lock
    ]
    assert len(set(new)) == len(new)
    assert not set(new) & set(old)
    assert known == set(new) | set(old)


@given(st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_it_is_the_same_at_every_run(seed: int) -> None:
    ways, homes = commune(seed)
    one, two = number(ways, homes), number(ways, homes)
    assert one.number.tolist() == two.number.tolist()
    assert one.findings == two.findings


def _length(way: Way) -> float:
    line = np.array(way.line)
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _off_the_line(ways: list[Way], homes: list[Home], out: Numbering) -> np.ndarray:
    """Which houses lie clearly beside their street, not on it nor straight ahead of an end."""
    beside = np.ones(len(homes), bool)
    for place, (home, street) in enumerate(zip(homes, out.frontages.street.tolist(), strict=True)):
        if street == NONE:
            continue
        line = np.array(ways[street].line, float)
        for at, way in ((line[0], line[0] - line[1]), (line[-1], line[-1] - line[-2])):
            away = np.array((home.x, home.y)) - at
            if abs(away[0] * way[1] - away[1] * way[0]) < 1e-3:
                beside[place] = False
        beside[place] &= out.frontages.distance_m[place] > 1e-6
    return beside
