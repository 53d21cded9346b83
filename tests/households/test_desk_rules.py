"""What the desk refuses to let happen by mistake: work outside the own villages, doubles, closed houses."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from households import house_editing
from households.models import House, Household
from mapping.errors import Conflict, NotAllowed
from mapping.models import ChangeSet
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


# --- No doubles by mistake ------------------------------------------------------------------------


def filled_in(client: Client, **typed) -> dict[str, str]:
    """The form for a new house, opened and filled in."""
    form = client.get("/houses/add/").context["form"]
    return {
        "form_id": str(form["form_id"].value()),
        "number": "7",
        "street": "",
        "lat": "19,67",
        "lng": "105,81",
    } | typed


def test_a_form_sent_twice_makes_one_house(officer_client, officer) -> None:
    form = filled_in(officer_client, head_name="Lê Văn An")
    answers = [officer_client.post("/houses/add/", form) for _ in range(2)]
    house = House.objects.get()
    assert [answer.status_code for answer in answers] == [302, 302] and answers[0].url == answers[1].url
    assert house.code in answers[0].url and Household.objects.count() == ChangeSet.objects.count() == 1
    json = {"form_id": str(uuid.uuid4()), "lng": 105.812, "lat": 19.67, "number": "9"}
    twice = [
        officer_client.post(
            "/houses/add/", json, content_type="application/json", headers={"accept": "application/json"}
        ).json()
        for _ in range(2)
    ]
    assert twice[0] == twice[1] and House.objects.count() == 2


def test_an_old_form_with_another_house_in_it_makes_that_house(officer_client, officer) -> None:
    form = filled_in(officer_client)
    officer_client.post("/houses/add/", form)
    officer_client.post("/houses/add/", {**form, "number": "8", "lng": "105,811"})
    assert sorted(House.objects.values_list("number", flat=True)) == ["7", "8"]


def test_the_form_of_another_person_makes_their_own_house(commune, officer, officer_client) -> None:
    form = filled_in(officer_client)
    officer_client.post("/houses/add/", form)
    colleague = client_of(factories.user("mai", officer_of=commune))
    assert colleague.post("/houses/add/", form).status_code == 400  # a house stands there, and it is not theirs
    assert colleague.post("/houses/add/", {**form, "anyway": "on"}).status_code == 302
    assert House.objects.count() == 2


def test_a_second_house_at_the_same_door_needs_a_tick(officer_client, house) -> None:
    form = filled_in(officer_client, lat=f"{LAT + 0.000005:.7f}", lng=f"{LNG - 0.005:.7f}")  # half a metre north
    assert 'type="checkbox"' not in officer_client.get("/houses/add/").content.decode()
    answer = officer_client.post("/houses/add/", form)
    page = answer.content.decode()
    assert answer.status_code == 400 and "Đã có nhà 12 ngõ Đình" in page and page.count('name="anyway"') == 1
    assert '<input type="checkbox" name="anyway"' in page and "Tải lại trang này" not in page
    assert officer_client.post("/houses/add/", {**form, "anyway": "on"}).status_code == 302
    assert officer_client.post("/houses/add/", filled_in(officer_client, lng=f"{LNG - 0.00502:.7f}")).status_code == 302


def test_a_split_leads_to_the_new_house_and_not_to_the_same_point(officer_client, house) -> None:
    url = f"/houses/{house.code}/split/"
    form = officer_client.get(url).context["form"]
    typed = {name: form[name].value() for name in ("lat", "lng", "street", "version")} | {"number": "12A"}
    assert officer_client.post(url, typed).status_code == 400
    page = officer_client.post(url, {**typed, "lat": "19,6701"}, follow=True).content.decode()
    part = House.objects.get(number="12A")
    assert f'<a href="/houses/{part.code}/">12A ngõ Đình</a>' in page
    assert officer_client.post(url, {**typed, "version": 2, "number": "12B", "anyway": "on"}).status_code == 302


def test_a_closed_house_is_not_split(officer, house) -> None:
    house_editing.close_house(user=officer, house=house, version=1, reason="phá dỡ", closed_on=timezone.localdate())
    with pytest.raises(Conflict):
        house_editing.split_house(
            user=officer, house=house, version=2, number="1", street="", point=IN_THE_EAST, household_ids=[]
        )


# --- What a form says -----------------------------------------------------------------------------


def test_a_refusal_is_told_once_and_only_a_conflict_asks_to_reload(officer_client, officer, house) -> None:
    url, outside = f"/houses/{house.code}/move/", {"lat": "19,67", "lng": "105,95", "version": 1}
    page = officer_client.post(url, outside).content.decode()
    assert page.count("Điểm này nằm ngoài") == 1 and "Tải lại trang này" not in page
    stale = officer_client.post(url, {**outside, "version": 7})
    assert stale.status_code == 409 and "mở lại bản mới" in stale.content.decode()
    split = {**outside, "version": 7, "number": "", "street": ""}
    assert "Tải lại trang này" in officer_client.post(f"/houses/{house.code}/split/", split).content.decode()


def test_the_example_for_a_latitude_is_one(officer_client, house) -> None:
    page = officer_client.post(
        f"/houses/{house.code}/move/", {"lat": "x", "lng": "105,81", "version": 1}
    ).content.decode()
    assert "Ví dụ đúng: 19,6712345." in page and "105,8123456" not in page
