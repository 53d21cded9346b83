"""Two neighbours' plates that were mixed up: noticed, and put right in one act."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from households.models import Plate, PlateState
from households.plates import installing, swapping
from households.plates.life import Fix
from mapping.access import Role
from mapping.errors import UserError
from mapping.models import Unit
from tests import factories
from tests.households.plate_row import (
    house_at,
    plate_of,
    standing,
    state_of,
)


def test_two_mixed_up_plates_are_put_right_in_one_act(commune: Unit, officer: Any) -> None:
    one = plate_of(house_at(commune, 0, number="12"), PlateState.ISSUED)
    two = plate_of(house_at(commune, 60, number="14"), PlateState.ISSUED)
    swapping.swap(token=one.pk, version=1, other=two.pk, other_version=1, fix=standing(58))
    one, two = Plate.objects.get(pk=one.pk), Plate.objects.get(pk=two.pk)
    assert (one.state, two.state, one.house.number, two.house.number) == ("installed", "installed", "12", "14")
    assert two.installed_distance == pytest.approx(2, abs=0.1) and one.installed_distance is None
    assert "chưa đo vị trí" in one.installed_reason and "chưa đo" not in two.installed_reason


@pytest.mark.parametrize("state", [PlateState.PRINTED, PlateState.IN_STOCK, PlateState.SUPERSEDED])
def test_plates_that_nobody_was_given_are_not_swapped(commune: Unit, state: str) -> None:
    one, two = plate_of(house_at(commune, 0), PlateState.ISSUED), plate_of(house_at(commune, 60), state)
    with pytest.raises(UserError, match="đã giao người lắp hoặc đang treo"):
        swapping.swap(token=one.pk, version=1, other=two.pk, other_version=1, fix=standing(58))
    assert (state_of(one), state_of(two)) == ("issued", state)


def test_plates_of_houses_far_apart_are_not_swapped(commune: Unit) -> None:
    """The phone is at one door; the other one is out of sight, so nobody can say what hangs there."""
    one, two = (plate_of(house_at(commune, metres), PlateState.ISSUED) for metres in (0, 140))
    with pytest.raises(UserError, match="cách nhau 140 m"):
        swapping.swap(token=one.pk, version=1, other=two.pk, other_version=1, fix=standing(139))
    assert (state_of(one), state_of(two)) == ("issued", "issued")


@pytest.mark.parametrize("fix", [None, standing(200), standing(60, accuracy=150)])
def test_a_swap_is_recorded_at_the_neighbours_door_only(commune: Unit, fix: Fix | None) -> None:
    one, two = (plate_of(house_at(commune, metres), PlateState.ISSUED) for metres in (0, 60))
    with pytest.raises(UserError, match="đứng ở cửa nhà kia"):
        swapping.swap(token=one.pk, version=1, other=two.pk, other_version=1, fix=fix)
    assert (state_of(one), state_of(two)) == ("issued", "issued")


def test_close_neighbours_plates_that_hang_crosswise_are_noticed_and_put_right(
    officer_client: Client, commune: Unit, officer: Any
) -> None:
    one, two = plate_of(house_at(commune, 0, number="12")), plate_of(house_at(commune, 18, number="14"))
    installing.install(user=officer, token=one.pk, version=1, fix=standing(20, 12))  # 2 m beside the other's door
    assert swapping.mixed_up_with(Plate.objects.get(pk=one.pk)) is None
    installing.install(user=officer, token=two.pk, version=1, fix=standing(3, 12))
    for plate, address in ((one, "14, thôn Đông Hoà"), (two, "12, thôn Đông Hoà")):
        assert f"biển của {address}" in officer_client.get(f"/plates/p/{plate.pk}/").content.decode()
    sent = {"version": 2, "other": two.pk, "other_version": 2}
    assert officer_client.post(f"/plates/p/{one.pk}/swap/", sent).status_code == 302
    distances = [Plate.objects.get(pk=plate.pk).installed_distance for plate in (one, two)]
    assert distances == [pytest.approx(3, abs=0.1), pytest.approx(2, abs=0.1)]
    assert swapping.mixed_up_with(Plate.objects.get(pk=one.pk)) is None


def test_neighbours_that_hang_right_raise_no_doubt_though_the_phone_errs(commune: Unit, officer: Any) -> None:
    one, two = plate_of(house_at(commune, 0)), plate_of(house_at(commune, 12))
    for plate, metres in ((one, 9), (two, 21)):  # 9 m too far north at both doors
        installing.install(user=officer, token=plate.pk, version=1, fix=standing(metres, 10))
    assert [swapping.mixed_up_with(Plate.objects.get(pk=plate.pk)) for plate in (one, two)] == [None, None]


def test_a_swap_needs_the_right_at_both_houses(commune: Unit) -> None:
    head = factories.user("truong", role=Role.VILLAGE_HEAD, at=factories.village(commune))
    client = Client()
    client.force_login(head)
    own = plate_of(house_at(commune, 0))
    foreign = plate_of(house_at(commune, 60, village=factories.village(commune, 2)))
    sent = {"version": 1, "other": foreign.pk, "other_version": 1}
    assert client.post(f"/plates/p/{own.pk}/swap/", sent).status_code == 404
    assert (state_of(own), state_of(foreign)) == ("printed", "printed")
