"""The front page: the field for a code, and the work of whoever has signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from households import codes
from mapping.models import Unit, User
from tests import factories


def found(client: Client, typed: str) -> Any:
    return client.get(reverse("front"), {"code": typed})


def test_a_token_leads_to_its_plate_however_it_is_typed(client: Client, commune: Unit) -> None:
    token = factories.plate(factories.house(commune)).token
    for typed in (token, codes.format_token(token).lower(), f"https://SO.EXAMPLE.VN/{token}/7PH6QRC5+X2"):
        assert found(client, typed)["Location"] == f"/{token}"


def test_a_house_code_leads_to_its_house(client: Client, commune: Unit) -> None:
    house = factories.house(commune, street="ngõ Giếng")
    for typed in (house.code, codes.format_house_code(house.code), f" {house.code[:3]} {house.code[3:]} "):
        response = client.get(reverse("front"), {"code": typed}, follow=True)
        assert response.status_code == 200 and "ngõ Giếng" in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("{wrong_token}", "Có một ký tự sai"),
        ("{wrong_house}", "Có một chữ số sai"),
        ("{unknown_token}", "không có biển nào mang mã ấy"),
        ("{unknown_house}", "chưa được cấp cho nhà nào"),
        ("K7QP 2M4X 9TR", "bạn đã gõ 11 ký tự"),
        ("1234-5678", "bạn đã gõ 8"),
        ("012-345-678", "không bắt đầu bằng số 0"),
        ("K7QP*2M4X9TRA", "chữ cái không dấu"),
        (" - ", "Hãy gõ mã"),
    ],
)
def test_a_wrong_code_is_answered_with_what_to_look_at(client: Client, commune: Unit, typed: str, says: str) -> None:
    token, house = factories.plate(factories.house(commune)).token, factories.house(commune)
    typed = typed.format(
        wrong_token=("A" if token[0] != "A" else "B") + token[1:],
        wrong_house=house.code[:-1] + str((int(house.code[-1]) + 1) % 10),
        unknown_token=codes.new_token(),
        unknown_house=codes.house_code(5),
    )
    response = found(client, typed)
    assert response.status_code == 200
    assert says in response.content.decode()
    assert 'value="' in response.content.decode()


def test_an_official_sees_how_far_each_village_is(officer_client: Client, commune: Unit) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    for number in range(3):
        house = factories.house(commune, village=west, number=str(number))
        if number:
            factories.household(house)
            factories.household(house, "Trần Thị Hai")
    factories.plate(factories.house(commune, village=east))
    factories.house(commune, village=east, state="closed", closed_on="2026-01-01")
    response = officer_client.get(reverse("front"))
    counts = {village.name: village for village in response.context["villages"]}
    assert (counts["Thôn Đông Hoà"].houses, counts["Thôn Đông Hoà"].with_household) == (3, 2)
    assert (counts["Thôn Xa Thư"].houses, counts["Thôn Xa Thư"].with_plate) == (1, 1)
    assert response.context["total"].houses == 4
    assert "in biển cho những nhà chưa có" in response.content.decode()


def test_an_empty_commune_is_told_to_import_its_list(officer_client: Client) -> None:
    page = officer_client.get(reverse("front")).content.decode()
    assert "Nhập danh sách nhà" in page and reverse("imports") in page


def test_an_official_of_one_village_counts_that_village_only(client: Client, commune: Unit) -> None:
    for number in (1, 2):
        factories.house(commune, village=factories.village(commune, number))
    client.force_login(factories.user("dong", officer_of=factories.village(commune, 1)))
    assert [village.name for village in client.get(reverse("front")).context["villages"]] == ["Thôn Đông Hoà"]


def test_someone_without_a_grant_is_told_whom_to_ask(client: Client, commune: Unit) -> None:
    client.force_login(factories.user("moi"))
    assert "chưa được phân công" in client.get(reverse("front")).content.decode()


def test_a_viewer_is_not_offered_what_only_officers_do(client: Client, viewer: User) -> None:
    client.force_login(viewer)
    response = client.get(reverse("front"))
    assert response.status_code == 200 and "imports" not in response.context
