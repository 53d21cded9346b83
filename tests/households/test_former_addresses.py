"""Whoever changes a house's address, the old one is kept, until the house has it back."""

from __future__ import annotations

import pytest

from households.models import FormerAddress, House
from mapping.models import Unit
from tests import factories

pytestmark = pytest.mark.django_db


def kept(house: House) -> list[tuple[str, str, bool]]:
    return list(house.former_addresses.order_by("number").values_list("number", "street", "was_on_plate"))


def test_a_changed_address_is_kept_and_goes_when_the_house_has_it_back(commune: Unit) -> None:
    house = factories.house(commune, number="5", street="ngõ Đình")
    House.objects.filter(pk=house.pk).update(number="7")
    assert kept(house) == [("5", "ngõ Đình", False)]
    House.objects.filter(pk=house.pk).update(number="9", note="sửa")
    assert kept(house) == [("5", "ngõ Đình", False), ("7", "ngõ Đình", False)]
    House.objects.filter(pk=house.pk).update(number="5")
    assert kept(house) == [("7", "ngõ Đình", False), ("9", "ngõ Đình", False)]


def test_it_is_told_whether_the_old_address_stood_on_a_plate(commune: Unit) -> None:
    house = factories.house(commune, number="5", street="ngõ Đình")
    factories.plate(house)
    House.objects.filter(pk=house.pk).update(street="ngõ Chùa")
    assert kept(house) == [("5", "ngõ Đình", True)]


def test_a_first_address_and_other_edits_leave_nothing_behind(commune: Unit) -> None:
    house = factories.house(commune)
    House.objects.filter(pk=house.pk).update(number="5", street="ngõ Đình")
    House.objects.filter(pk=house.pk).update(note="cổng xanh")
    assert not FormerAddress.objects.exists()
