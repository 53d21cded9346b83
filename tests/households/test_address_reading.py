"""Addresses of houses with the streets their alleys leave, and where people see them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.test import Client

from households import address_reading
from households.models import Frontage, House, NumberingDecision, Side, Street, StreetKind
from mapping.models import Unit
from tests import factories

pytestmark = pytest.mark.django_db
LNG, LAT = factories.CENTRE


def street(commune: Unit, kind: str, name: str = "", *, parent: Street | None = None, number: str = "") -> Street:
    line = LineString((LNG, LAT), (LNG, LAT + 0.002), srid=4326)
    return Street.objects.create(commune=commune, kind=kind, name=name, number=number, parent=parent, line=line)


def fronting(on: Street, number: str, street_text: str, **fields: Any) -> House:
    house = factories.house(on.commune, number=number, street=street_text, **fields)
    Frontage.objects.create(house=house, street=on, side=Side.LEFT, position_m=10, distance_m=5)
    return house


@pytest.fixture
def road(commune: Unit) -> Street:
    return street(commune, StreetKind.ROAD, "Liên Xã")


def test_an_alley_says_which_street_it_leaves(commune: Unit, road: Street) -> None:
    house = fronting(street(commune, StreetKind.NGO, "Đình", parent=road), "5", "ngõ Đình")
    house.village = factories.village(commune, 2)
    address = address_reading.of_house(house)
    assert address.short == "5 ngõ Đình"
    assert address.long == "Số 5, ngõ Đình, đường Liên Xã, thôn Xa Thư, xã Bình Minh, tỉnh Thử Nghiệm"


def test_a_nameless_alley_adds_nothing_to_the_street_whose_number_it_bears(commune: Unit, road: Street) -> None:
    alley = street(commune, StreetKind.NGO, parent=road, number="12")
    inner = street(commune, StreetKind.NGACH, parent=alley, number="12/5")
    address = address_reading.of_house(fronting(inner, "12/5/3", "đường Liên Xã"))
    assert address.long == "Số 12/5/3, đường Liên Xã, xã Bình Minh, tỉnh Thử Nghiệm"
    named = street(commune, StreetKind.NGACH, "Giếng", parent=alley)
    address = address_reading.of_house(fronting(named, "3", "ngách Giếng"))
    assert address.off == ("ngõ 12", "đường Liên Xã")


def test_a_street_that_someone_wrote_otherwise_is_believed_and_leads_nowhere(commune: Unit, road: Street) -> None:
    alley = street(commune, StreetKind.NGO, "Đình", parent=road)
    assert address_reading.of_house(fronting(alley, "5", "ngõ Chùa")).off == ()
    assert address_reading.of_house(fronting(alley, "7", "Ngõ Đình")).off == ("đường Liên Xã",)
    assert address_reading.of_house(fronting(alley, "", "")).long == "Xã Bình Minh, tỉnh Thử Nghiệm"


def test_streets_that_leave_one_another_in_a_ring_end(commune: Unit) -> None:
    first = street(commune, StreetKind.NGO, "Một")
    second = street(commune, StreetKind.NGO, "Hai", parent=first)
    Street.objects.filter(pk=first.pk).update(parent=second)
    assert len(address_reading.of_house(fronting(first, "1", "ngõ Một")).off) <= address_reading.MOST_STEPS


def test_many_houses_cost_two_queries(commune: Unit, road: Street, django_assert_num_queries: Any) -> None:
    for number in range(1, 30):
        fronting(road, str(number), "đường Liên Xã", village=factories.village(commune))
    houses = list(House.objects.all())
    with django_assert_num_queries(2):
        addresses = address_reading.of_houses(houses)
    assert {address.village for address in addresses.values()} == {"Thôn Đông Hoà"}
    assert address_reading.of_houses([]) == {}


@pytest.fixture
def renumbered(commune: Unit, road: Street) -> House:
    """5 ngõ Đình off đường Liên Xã; on a plate it was 12 ngõ Chùa, by a decision 7 ngõ Chùa, for a moment 9."""
    house = fronting(street(commune, StreetKind.NGO, "Đình", parent=road), "12", "ngõ Chùa")
    factories.plate(house)
    House.objects.filter(pk=house.pk).update(number="7")
    house.plates.update(state="revoked")
    House.objects.filter(pk=house.pk).update(number="9")
    decision = NumberingDecision.objects.create(commune=commune, number="15/QĐ-UBND", decided_on="2026-10-02")
    house.former_addresses.filter(number="7").update(decision=decision)
    House.objects.filter(pk=house.pk).update(number="5", street="ngõ Đình")
    house.refresh_from_db()
    return house


LONG = "Số 5, ngõ Đình, đường Liên Xã, xã Bình Minh, tỉnh Thử Nghiệm"


def test_strangers_see_the_long_address_and_the_old_ones_that_were_public(client: Client, renumbered: House) -> None:
    page = client.get(f"/h/{renumbered.code}/").content.decode()
    assert f"<title>{LONG} · SoNha</title>" in page
    assert f'<meta name="description" content="{LONG}">' in page
    assert '<span class="off">đường Liên Xã</span>' in page
    assert "Địa chỉ cũ: 7 ngõ Chùa; 12 ngõ Chùa</p>" in page and "9 ngõ Chùa" not in page
    bare = factories.house(renumbered.commune)
    page = client.get(f"/h/{bare.code}/").content.decode()
    assert f"<title>{bare}, xã Bình Minh, tỉnh Thử Nghiệm" in page and "Địa chỉ cũ" not in page


def test_an_official_sees_every_old_address_with_its_decision(officer_client: Client, renumbered: House) -> None:
    page = " ".join(officer_client.get(f"/houses/{renumbered.code}/").content.decode().split())
    assert f'<span id="long-address">{LONG}</span>' in page
    assert "9 ngõ Chùa" in page and "12 ngõ Chùa" in page
    assert "7 ngõ Chùa" in page and ", theo quyết định 15/QĐ-UBND ngày 02/10/2026" in page
    assert page.index("9 ngõ Chùa") < page.index("7 ngõ Chùa") < page.index("12 ngõ Chùa")


def test_the_map_and_programs_are_told_too(officer_client: Client, renumbered: House) -> None:
    summary = officer_client.get(f"/houses/{renumbered.code}/summary.json").json()
    assert (summary["address"], summary["long_address"]) == ("5 ngõ Đình", LONG)
    assert summary["former_addresses"] == ["9 ngõ Chùa", "7 ngõ Chùa", "12 ngõ Chùa"]
    assert summary["place"] == "Xã Bình Minh"
    answer = json.loads(officer_client.get(f"/api/houses/{renumbered.code}").content)
    assert answer["address"] == LONG
