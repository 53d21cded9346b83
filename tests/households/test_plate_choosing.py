"""Which houses a batch is for, and which plates say something else than would be printed now."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, Point

from households.models import Frontage, House, Plate, Side, Street
from households.plates import choosing, reprint, tally
from households.plates.choosing import Choice, Want
from mapping.access import Role
from mapping.errors import UserError
from mapping.models import Unit
from tests import factories


@pytest.fixture
def houses(commune: Unit) -> list[House]:
    """Three in thôn Đông Hoà on ngõ Đình, two in thôn Xa Thư, one of these closed."""
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    made = [
        factories.house(commune, lng=105.80 + n / 1000, number=str(n + 1), street="ngõ Đình", village=west)
        for n in range(3)
    ]
    made.append(factories.house(commune, lng=105.82, number="7", street="Ngõ Chùa", village=east))
    factories.house(commune, lng=105.82, village=east, state="closed", closed_on="2026-01-05")
    return made


def plate(house: House, **fields: Any) -> Plate:
    now = House.objects.select_related("village").get(pk=house.pk)
    said = {"number": now.number, "street": now.street, "village_name": now.village.full_name if now.village else ""}
    return factories.plate(house, **{"state": "printed", "location": now.location, **said, **fields})


def chosen(user: Any, commune: Unit, **parts: Any) -> int:
    return choosing.count(user, commune, Choice.from_json(Choice(**parts).to_json()))


def test_by_village_alley_and_area(houses: list[House], commune: Unit, officer: Any) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    assert chosen(officer, commune) == 4
    assert chosen(officer, commune, villages=(west.pk,)) == 3
    assert chosen(officer, commune, villages=(west.pk, east.pk)) == 4
    assert chosen(officer, commune, street_texts=("ngõ Đình",)) == 3
    ring = ((105.7995, 19.66), (105.8015, 19.66), (105.8015, 19.68), (105.7995, 19.68))
    assert chosen(officer, commune, polygon=ring) == 2
    assert chosen(officer, commune, polygon=ring, villages=(east.pk,)) == 0
    head = factories.user("ba", role=Role.VILLAGE_HEAD, at=east)
    assert chosen(head, commune) == 1
    assert choosing.streets_written(officer, commune, [east.pk]) == ["Ngõ Chùa"]


def test_a_street_comes_with_its_branches_without_a_name(houses: list[House], commune: Unit, officer: Any) -> None:
    """By frontage, and by what is written for houses that no numbering has placed."""

    def street(name: str, parent: Street | None = None, number: str = "") -> Street:
        line = LineString((105.80, 19.67), (105.81, 19.67), srid=4326)
        return Street.objects.create(commune=commune, kind="ngo", name=name, number=number, parent=parent, line=line)

    dinh = street("Đình")
    branch = street("", dinh, "3")
    deeper = street("", branch)
    named = street("Giếng", dinh)
    for place, one in enumerate((deeper, named)):
        house = factories.house(commune, lng=105.815, number=str(place))
        Frontage.objects.create(house=house, street=one, side=Side.LEFT, position_m=1, distance_m=1)
    assert chosen(officer, commune, streets=(dinh.pk,)) == 4
    assert chosen(officer, commune, streets=(named.pk,)) == 1
    assert chosen(officer, commune, streets=(uuid.uuid4(),)) == 0


def test_by_the_plate_that_a_house_has(houses: list[House], commune: Unit, officer: Any) -> None:
    first, second, third, fourth = houses
    plate(first)
    plate(second, state="installed")
    factories.plate(third, state="draft", released_at=None)
    plate(fourth, state="lost")
    assert chosen(officer, commune, want=Want.WITHOUT_PLATE) == 2
    assert chosen(officer, commune, want=Want.GONE) == 1
    assert chosen(officer, commune, want=Want.STATES, states=("installed", "lost")) == 2
    assert chosen(officer, commune, want=Want.TO_REPRINT) == 0
    House.objects.filter(pk=second.pk).update(number="2A")
    House.objects.filter(pk=third.pk).update(number="3A")
    assert chosen(officer, commune, want=Want.TO_REPRINT) == 1
    plate(House.objects.get(pk=second.pk))  # its new plate is on its way
    assert chosen(officer, commune, want=Want.TO_REPRINT) == 0


def test_a_commune_or_province_that_is_renamed_marks_every_plate_that_names_it(
    houses: list[House], commune: Unit, officer: Any
) -> None:
    tokens = {plate(house).token for house in houses[:2]}
    plate(houses[2], commune_name="")  # printed before plates remembered it: nobody knows
    assert reprint.among(tokens) == set()
    for unit in (commune, commune.parent):
        assert unit is not None
        before, unit.name = unit.name, "Tên Mới"
        unit.save()
        assert reprint.among(tokens) == tokens
        assert reprint.houses_to_reprint(commune) == {house.pk for house in houses[:2]}
        assert chosen(officer, commune, want=Want.TO_REPRINT) == 2
        assert sum(village.to_reprint for village in tally.by_village(officer, commune)) == 2
        unit.name = before
        unit.save()
        assert reprint.among(tokens) == set()


@pytest.mark.parametrize(
    ("change", "says_otherwise", "has_moved"),
    [
        ({}, False, False),
        ({"number": "1A"}, True, False),
        ({"street": "Ngõ Đình"}, False, False),  # a sign begins with a capital, however lists write it
        ({"street": "ngõ Chùa"}, True, False),
        ({"village": None}, True, False),
        ({"location": Point(105.80012, 19.67, srid=4326)}, False, False),  # 12.6 m
        ({"location": Point(105.80016, 19.67, srid=4326)}, True, True),  # 16.8 m
        ({"note": "x"}, False, False),
    ],
)
def test_later_edits_of_what_is_printed_mark_a_plate(
    houses: list[House], commune: Unit, change: dict[str, Any], says_otherwise: bool, has_moved: bool
) -> None:
    one, other = plate(houses[0]), plate(houses[1])
    House.objects.filter(pk=houses[0].pk).update(**change)
    wanted = {one.token} if says_otherwise else set()
    assert reprint.among([one.token, other.token]) == wanted
    assert reprint.moved([one.token, other.token]) == ({one.token} if has_moved else set())
    assert reprint.houses_to_reprint(commune) == ({houses[0].pk} if says_otherwise else set())


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([], "Không đọc được"),
        ({"villages": "1"}, "Không đọc được"),
        ({"villages": ["x"]}, "Không đọc được"),
        ({"villages": list(range(501))}, "Không đọc được"),
        ({"streets": ["12"]}, "Không đọc được"),
        ({"want": "nothing"}, "Không đọc được"),
        ({"states": ["gone"]}, "Không đọc được"),
        ({"polygon": [[105.8, 19.6], ["x", 1]]}, "Không đọc được"),
        ({"polygon": [[105.8, float("nan")]] * 3}, "Không đọc được"),
        ({"polygon": [[105.8, 19.6], [105.9, 19.6]]}, "ít nhất ba đỉnh"),
        ({"polygon": [[105.8, 19.6], [105.9, 19.7], [105.9, 19.6], [105.8, 19.7]]}, "không tự cắt"),
        ({"polygon": [[205.8, 19.6], [205.9, 19.7], [205.9, 19.6]]}, "ngoài bản đồ"),
        ({"polygon": [[105.8 + n / 1e5, 19.6 + n * n / 1e9] for n in range(1001)]}, "nhiều nhất"),
    ],
)
def test_a_choice_that_cannot_be_one_is_refused(value: Any, says: str) -> None:
    with pytest.raises(UserError, match=says):
        Choice.from_json(value)
