"""The walk past houses: every house once, along each side of a street, alleys where they leave, and no long way."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.models import Frontage, House, Side, Street
from households.plates.chaining import chain
from households.plates.route import LEFT, NONE, RIGHT, Frontages, WalkStreet, walk, walking_order
from households.plates.route_reading import in_route_order, walk_through
from households.plates.touring import tour, way_m
from mapping.models import Unit
from tests.households import numbered


class Drawn:
    """Streets and houses along them; houses are known by (street, number)."""

    def __init__(self) -> None:
        self.streets: list[WalkStreet] = []
        self.rows: list[tuple[float, float, int, int, float]] = []
        self.numbers: list[tuple[int, int]] = []

    def street(
        self, start: tuple[float, float], end: tuple[float, float], leaves: int = NONE, *, narrow: bool = True
    ) -> int:
        self.streets.append(WalkStreet((start, end), leaves, narrow))
        return len(self.streets) - 1

    def houses(self, street: int, every: float = 10.0, off: float = 8.0) -> None:
        (x, y), (to_x, to_y) = self.streets[street].path
        length = math.dist((x, y), (to_x, to_y))
        east, north = (to_x - x) / length, (to_y - y) / length
        for step in range(1, int(length / every)):
            far = step * every
            for side, turn in ((LEFT, 1), (RIGHT, -1)):
                place = x + far * east - turn * off * north, y + far * north + turn * off * east
                self.rows.append((*place, street, side, far))
                self.numbers.append((street, 2 * step - (side == LEFT)))

    def lone(self, x: float, y: float) -> None:
        self.rows.append((x, y, NONE, 0, 0.0))
        self.numbers.append((NONE, len(self.rows)))

    @property
    def places(self) -> np.ndarray:
        return np.array([row[:2] for row in self.rows], float).reshape(-1, 2)

    @property
    def frontages(self) -> Frontages:
        columns = list(zip(*self.rows, strict=True)) or [()] * 5
        return Frontages(np.array(columns[2], int), np.array(columns[3], int), np.array(columns[4], float))

    def walked(self) -> list[int]:
        return walking_order(self.places, self.frontages, self.streets).tolist()

    def way(self, order: list[int]) -> float:
        return float(np.hypot(*np.diff(self.places[order], axis=0).T).sum())


def village(seed: int) -> Drawn:
    """Lanes with alleys to both sides, scattered, and some houses in the fields."""
    rng = random.Random(seed)
    drawn = Drawn()
    for _lane in range(12):
        x, y = rng.uniform(0, 1500), rng.uniform(0, 1500)
        turn = rng.uniform(0, 2 * math.pi)
        east, north = math.cos(turn), math.sin(turn)
        length = rng.uniform(80, 300)
        lane = drawn.street((x, y), (x + east * length, y + north * length), narrow=rng.random() < 0.6)
        drawn.houses(lane)
        for _alley in range(rng.randrange(3)):
            far, sign = rng.uniform(20, length), rng.choice((1, -1))
            mouth = x + east * far, y + north * far
            end = mouth[0] - sign * north * 60, mouth[1] + sign * east * 60
            drawn.houses(drawn.street(mouth, end, lane))
    for _house in range(40):
        drawn.lone(rng.uniform(0, 1500), rng.uniform(0, 1500))
    return drawn


@pytest.mark.parametrize("seed", range(6))
def test_each_house_comes_once_in_the_order_of_its_side(seed: int) -> None:
    drawn = village(seed)
    order = drawn.walked()
    assert sorted(order) == list(range(len(drawn.rows)))
    frontages = drawn.frontages
    for street, made in enumerate(drawn.streets):
        sides = {
            side: [frontages.position[h] for h in order if frontages.street[h] == street and frontages.side[h] == side]
            for side in (LEFT, RIGHT)
        }
        assert sides[LEFT] == sorted(sides[LEFT])
        assert sides[RIGHT] == sorted(sides[RIGHT], reverse=not made.is_narrow)


@pytest.mark.parametrize("seed", range(6))
def test_the_walk_is_shorter_than_by_number(seed: int) -> None:
    drawn = village(seed)
    by_number = sorted(range(len(drawn.rows)), key=lambda house: drawn.numbers[house])
    assert drawn.way(drawn.walked()) < 0.75 * drawn.way(by_number)


def test_a_narrow_street_goes_from_side_to_side_and_a_wide_one_up_and_down() -> None:
    for is_narrow, wanted in ((True, [1, 2, 3, 4, 5, 6, 7, 8]), (False, [1, 3, 5, 7, 8, 6, 4, 2])):
        drawn = Drawn()
        drawn.houses(drawn.street((0, 0), (50, 0), narrow=is_narrow))
        assert [drawn.numbers[house][1] for house in drawn.walked()] == wanted


def test_an_alley_is_walked_where_it_leaves_and_on_its_side() -> None:
    drawn = Drawn()
    road = drawn.street((0, 0), (100, 0), narrow=False)
    drawn.houses(road)
    north, south = drawn.street((35, 0), (35, 60), road), drawn.street((65, 0), (65, -60), road)
    inner = drawn.street((35, 45), (80, 45), north)
    for alley in (north, south, inner):
        drawn.houses(alley)
    legs = [(leg.street, [drawn.numbers[h][1] for h in leg.houses]) for leg in drawn_legs(drawn)]
    assert [street for street, _ in legs] == [road, north, inner, north, road, south, road]
    assert legs[0][1] == [1, 3, 5] and legs[4][1][:6] == [7, 9, 11, 13, 15, 17] and legs[6][1] == [12, 10, 8, 6, 4, 2]


def drawn_legs(drawn: Drawn) -> list[Any]:
    return walk(drawn.places, drawn.frontages, drawn.streets)


def test_alleys_off_a_street_without_houses_still_come_along_it() -> None:
    drawn = Drawn()
    road = drawn.street((0, 0), (400, 0))
    alleys = [drawn.street((x, 0), (x, 50), road) for x in (300, 100, 200)]
    for alley in alleys:
        drawn.houses(alley)
    assert [leg.street for leg in drawn_legs(drawn)] == [alleys[1], alleys[2], alleys[0]]


def test_streets_that_leave_each_other_in_a_circle_are_walked_all_the_same() -> None:
    drawn = Drawn()
    for place in range(3):
        drawn.houses(drawn.street((0, place * 100), (100, place * 100), (place + 1) % 3))
    assert sorted(drawn.walked()) == list(range(len(drawn.rows)))
    assert drawn.walked() == drawn.walked()


@given(st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 3000)), max_size=60))
def test_houses_without_a_street_come_each_once(places: list[tuple[float, float]]) -> None:
    drawn = Drawn()
    for place in places:
        drawn.lone(*place)
    assert sorted(drawn.walked()) == list(range(len(places)))


def test_many_houses_at_one_point_and_far_ones_are_no_trouble() -> None:
    points = np.array([(5.0, 5.0)] * 3000 + [(9000.0, 9000.0), (0.0, 9000.0)])
    assert sorted(chain(points)) == list(range(3002))


@pytest.mark.parametrize("houses", [40, 300, 5_000])
def test_a_chain_is_little_longer_than_the_shortest_can_be(houses: int) -> None:
    places = np.random.default_rng(houses).uniform(0, 2_000, (houses, 2))
    shortest = 0.7124 * math.sqrt(houses * 2_000**2)  # of many places scattered evenly (Beardwood, Halton, Hammersley)
    order = chain(places)
    assert sorted(order) == list(range(houses))
    assert np.hypot(*np.diff(places[order], axis=0).T).sum() < 1.17 * shortest


def test_a_tour_is_mended_after_the_greedy_way() -> None:
    rng = np.random.default_rng(3)
    stops = rng.uniform(0, 1000, (120, 2))
    order = tour(stops, stops)
    assert sorted(order) == list(range(120))
    assert way_m(stops, stops, order) < 1.12 * 0.7124 * math.sqrt(120 * 1000 * 1000) + 250


def test_twenty_thousand_houses_take_seconds() -> None:
    import time

    rng = np.random.default_rng(1)
    places = rng.uniform(0, 4000, (20_000, 2))
    none = Frontages(np.full(20_000, NONE), np.zeros(20_000, int), np.zeros(20_000))
    started = time.process_time()
    order = walking_order(places, none, [])
    assert time.process_time() - started < 20
    assert len(set(order.tolist())) == 20_000
    assert float(np.hypot(*np.diff(places[order], axis=0).T).sum()) < 1.3 * 0.7124 * math.sqrt(20_000) * 4000


@pytest.fixture
def ground(commune: Unit) -> numbered.Ground:
    return numbered.Ground(commune)


@pytest.mark.django_db
def test_the_database_s_houses_are_walked_by_village_and_street(ground: numbered.Ground) -> None:
    for street, houses in ((ground.dinh, ground.on_dinh), (ground.nameless, ground.on_nameless)):
        for place, house in enumerate(houses):
            Frontage.objects.create(
                house=house, street=street, side=Side.LEFT if place % 2 else Side.RIGHT,
                position_m=60 + 40 * (place // 2), distance_m=8,
            )  # fmt: skip
    walked = walk_through(ground.commune, [house.pk for house in ground.houses])
    assert sorted(house for village in walked.villages for leg in village.legs for house in leg.houses) == list(
        range(len(ground.houses))
    )
    west, east = (
        [
            (walked.names[leg.street] if leg.street != NONE else "", len(leg.houses))
            for leg in village.legs
        ]
        for village in walked.villages
    )  # fmt: skip
    # From the east, up on the left (the south), back on the right; each alley where it leaves.
    assert east == [("đường Liên Xã", 5), ("ngõ", 4), ("đường Liên Xã", 3)]
    assert west == [("ngõ Đình", 4), ("đường Liên Xã", 6)]
    order = in_route_order(ground.commune, [house.pk for house in reversed(ground.houses)])
    assert order == [walked.houses[h].id for village in walked.villages for leg in village.legs for h in leg.houses]


@pytest.mark.django_db
def test_before_a_numbering_addresses_say_the_street(ground: numbered.Ground) -> None:
    Street.objects.filter(pk=ground.nameless.pk).update(number="12")
    for number, house in zip(("12/1", "12/2", "12/3", "12/4"), ground.on_nameless, strict=True):
        House.objects.filter(pk=house.pk).update(number=number, street="đường Liên Xã")
    walked = walk_through(ground.commune, [house.pk for house in ground.on_nameless])
    ((village,),) = [walked.villages]
    assert [(walked.names[leg.street], [walked.houses[h].number for h in leg.houses]) for leg in village.legs] == [
        ("ngõ 12", ["12/1", "12/2", "12/3", "12/4"])
    ]


@pytest.mark.django_db
def test_a_commune_without_streets_is_walked_from_neighbour_to_neighbour(commune: Unit) -> None:
    houses = [numbered.house(commune, x, 0) for x in (-10, -90, -50, -30, -70)]
    order = in_route_order(commune, [house.pk for house in houses])
    wanted = [houses[place].pk for place in (1, 4, 2, 3, 0)]
    assert order in (wanted, wanted[::-1])
    assert in_route_order(commune, []) == []
