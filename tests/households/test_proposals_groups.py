"""House groups and drafts: decided numbers inside a group drawn later, and groups that change while a draft waits."""

from __future__ import annotations

from typing import Any

import pytest

from households.models import HouseGroup
from households.streets import groups
from mapping.errors import Conflict
from mapping.models import Unit, User
from tests.households.numbered import Ground, computed, house, numbers, point, row
from tests.households.test_proposals_approved import addresses, approve

ROAD = "đường Liên Xã"


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def square(west: float, south: float, east: float, north: float) -> list[Any]:
    """An area as the editor sends it, in metres around the middle."""
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return [[list(point(*corner).coords) for corner in corners]]


def draw(user: User, ground: Ground, area: list[Any], letter: str = "") -> HouseGroup:
    return groups.add(user=user, commune=ground.commune, street=ground.road, letter=letter, coordinates=area)[0]


def test_a_group_drawn_around_decided_numbers_gives_none_of_them_again(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    assert [one.split()[0] for one in addresses(ground.south)] == ["1", "3", "5", "7", "9", "11", "13"]
    draw(officer, ground, square(20, -30, 110, -5))  # around 3 and 5
    beside, inside = house(ground.commune, 120, -40), house(ground.commune, 75, -20)
    proposal = computed(officer, ground.commune)
    assert numbers(proposal, [beside, inside]) == ["1A", "A1"]
    assert not proposal.findings.filter(code="gap").exists()
    approve(officer, proposal, "46/QĐ-UBND")
    assert addresses([*ground.south[:3], beside, inside]) == [
        f"1 {ROAD}", f"3 {ROAD}", f"5 {ROAD}", f"1A {ROAD}", f"A1 {ROAD}",
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["add", "edit", "remove"])
def test_a_draft_that_does_not_know_of_a_group_is_refused(ground: Ground, officer: User, act: str) -> None:
    area = square(-160, -60, -90, -20)
    group = None if act == "add" else draw(officer, ground, area)
    proposal = computed(officer, ground.commune)
    if group is None:
        draw(officer, ground, area)
    elif act == "edit":
        groups.edit(user=officer, group=group, version=group.version, street=ground.road, letter="C")
    else:
        groups.remove(user=officer, group=group, version=group.version)
    before = addresses(ground.houses)
    with pytest.raises(Conflict, match="nhóm nhà") as refused:
        approve(officer, proposal)
    assert refused.value.code == "groups_changed"
    assert addresses(ground.houses) == before
    approve(officer, computed(officer, ground.commune), "46/QĐ-UBND")


def test_a_group_of_another_commune_is_nothing_to_a_draft(ground: Ground, officer: User) -> None:
    from django.contrib.gis.geos import Polygon

    from tests import factories
    from tests.households.numbered import street

    proposal = computed(officer, ground.commune)
    elsewhere = factories.neighbour_commune()
    far = street(elsewhere, "Xa", (5000, 0), (5100, 0))
    HouseGroup.objects.create(
        commune=elsewhere, street=far, area=Polygon(square(5000, 5, 5050, 50)[0], srid=4326), letter="A"
    )
    approve(officer, proposal)
    assert row(proposal, ground.south[0]).new_number == "1"
