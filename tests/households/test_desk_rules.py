"""What the desk refuses to let happen by mistake: work outside the own villages, doubles, closed houses."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from households import house_editing
from households.models import House
from mapping.errors import NotAllowed
from tests import factories

LNG, LAT = factories.CENTRE
IN_THE_EAST = Point(LNG + 0.005, LAT, srid=4326)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def of_the_west(commune):
    """Officer of the western village alone."""
    return factories.user("thon", officer_of=factories.village(commune, 1))


@pytest.fixture
def house(commune) -> House:
    """12 ngõ Đình in the western village, with one household."""
    house = factories.house(commune, LNG - 0.005, number="12", street="ngõ Đình", village=factories.village(commune, 1))
    factories.household(house, "Lê Văn An")
    return house


# --- Within the own villages ----------------------------------------------------------------------


def test_an_officer_of_one_village_puts_no_house_into_another(commune, of_the_west, officer, house) -> None:
    split = {"number": "12A", "street": "", "household_ids": []}
    west = factories.village(commune, 1)
    with pytest.raises(NotAllowed):
        house_editing.move_house(user=of_the_west, house=house, version=1, point=IN_THE_EAST)
    with pytest.raises(NotAllowed):
        house_editing.split_house(user=of_the_west, house=house, version=1, point=IN_THE_EAST, **split)
    with pytest.raises(NotAllowed):
        house_editing.add_house(user=of_the_west, point=IN_THE_EAST, number="1", street="", village=west)
    assert House.objects.get().location.x == LNG - 0.005
    near = Point(LNG - 0.006, LAT, srid=4326)
    house_editing.split_house(user=of_the_west, house=house, version=1, point=near, **split)
    house_editing.move_house(user=officer, house=house, version=2, point=IN_THE_EAST)


def test_the_form_offers_the_own_villages_alone(of_the_west, officer_client, house) -> None:
    url = f"/houses/{house.code}/edit/"
    page = client_of(of_the_west).get(url).content.decode()
    assert "Thôn Đông Hoà" in page and "Thôn Xa Thư" not in page and "Chưa xếp thôn" not in page
    page = officer_client.get(url).content.decode()
    assert "Thôn Xa Thư" in page and "Chưa xếp thôn" in page


def test_what_the_person_may_not_do_is_told_in_the_form_and_what_was_typed_stays(of_the_west, house) -> None:
    typed = {"version": 1, "number": "", "street": "", "lat": LAT, "lng": IN_THE_EAST.x}
    answer = client_of(of_the_west).post(f"/houses/{house.code}/split/", {**typed, "number": "12A"})
    page = answer.content.decode()
    assert answer.status_code == 403 and "trong thôn được giao" in page and 'value="12A"' in page
