"""What an address says of before, "(cũ)" or "trước đây là", is understood and leads to the house that had it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from households.geocoding.answers import Answer
from households.geocoding.batch import geocode
from households.geocoding.formerly import now_and_before
from households.models import House
from mapping.access import Role
from mapping.models import Grant, Unit, UnitKind
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(commune: Unit) -> dict[str, House]:
    """12 ngõ Đình was 7 đường Trần Phú; 7 ngõ Đình and 3 ngõ Chợ Cũ have always been so."""
    east = factories.village(commune, 2)  # Xa Thư
    houses = {
        f"{number} {street}": factories.house(
            commune, lng=105.81 + place / 2000, number=number, street=street, village=east
        )
        for place, (number, street) in enumerate(
            [("7", "đường Trần Phú"), ("7", "ngõ Đình"), ("3", "ngõ Chợ Cũ"), ("5", "đường Liên Xã")]
        )
    }
    moved = houses.pop("7 đường Trần Phú")
    moved.number, moved.street = "12", "ngõ Đình"
    moved.save()
    return houses | {"12 ngõ Đình": moved}


def ask(user: Any, text: str, commune: Unit | None = None) -> Answer:
    return next(geocode(user=user, texts=[text], commune=commune))


@pytest.mark.parametrize(
    ("text", "house", "grade"),
    [
        ("7 đường Trần Phú (cũ)", "12 ngõ Đình", "former"),
        ("7 đường Trần Phú cũ, thôn Xa Thư", "12 ngõ Đình", "former"),
        ("số 7 (cũ) đường Trần Phú", "12 ngõ Đình", "former"),
        ("số 7 cũ đường Trần Phú", "12 ngõ Đình", "former"),
        ("7 duong Tran Phu cu", "12 ngõ Đình", "former"),
        ("7 duong Tran Phu (cu)", "12 ngõ Đình", "former"),
        ("Địa chỉ cũ: 7 đường Trần Phú, thôn Xa Thư", "12 ngõ Đình", "former"),
        ("trước đây là 7 đường Trần Phú", "12 ngõ Đình", "former"),
        ("12 ngõ Đình (trước đây là 7 đường Trần Phú), thôn Xa Thư", "12 ngõ Đình", "exact"),
        ("7 đường Trần Phú, nay là 12 ngõ Đình", "12 ngõ Đình", "exact"),
        ("99 ngõ Đình, trước đây là 7 đường Trần Phú, thôn Xa Thư", "12 ngõ Đình", "former"),
        ("7 ngõ Đình, thôn 5 (cũ)", "7 ngõ Đình", "close"),
        ("7 ngõ Đình, thôn Lạc Hồng cũ, xã Bình Minh", "7 ngõ Đình", "close"),
        ("7 ngo Dinh, thon Lac Hong (cu)", "7 ngõ Đình", "close"),
        ("7 ngõ Đình, Lạc Hồng (cũ)", "7 ngõ Đình", "close"),
        ("7 ngõ Đình, xã Bình Minh (cũ)", "7 ngõ Đình", "exact"),
        ("3 ngõ Chợ Cũ", "3 ngõ Chợ Cũ", "exact"),
        ("3 ngo cho cu, thon Xa Thu", "3 ngõ Chợ Cũ", "exact"),
        ("3 ngõ Chợ Cũ (cũ)", "3 ngõ Chợ Cũ", "several"),
    ],
)
def test_what_is_of_before_is_understood(
    town: dict[str, House], officer: Any, commune: Unit, text: str, house: str, grade: str
) -> None:
    answer = ask(officer, text, commune)
    assert (answer.grade, answer.found[0].code) == (grade, town[house].code), answer.reasons
    assert "không hiểu" not in answer.reason
    assert answer.asked == text


def test_a_number_of_today_is_not_taken_for_one_of_before(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "5 đường Liên Xã (cũ)", commune)
    assert (answer.grade, answer.found[0].code) == ("several", town["5 đường Liên Xã"].code)
    assert answer.reasons[-1] == "không nhà nào được ghi là từng mang địa chỉ cũ này; nhà này mang nó hiện nay"


def test_two_addresses_that_lead_to_two_houses_are_several(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "7 ngõ Đình, trước đây là 7 đường Trần Phú", commune)
    assert answer.grade == "several"
    assert [found.code for found in answer.found] == [town["7 ngõ Đình"].code, town["12 ngõ Đình"].code]


def test_a_commune_of_before_is_known_by_where_it_lay(town: dict[str, House], commune: Unit) -> None:
    before = {"kind": UnitKind.COMMUNE, "designation": "Xã", "vn2000_srid": 5897, "parent": commune.parent}
    gone = datetime.date(2025, 7, 1)
    Unit.objects.create(name="Đông Minh", code="11111", outline=commune.outline, valid_until=gone, **before)
    elsewhere = factories.neighbour_commune()
    Unit.objects.create(name="Tân Hải", code="22222", outline=elsewhere.outline, valid_until=gone, **before)
    officer = factories.user("hai", role=Role.COMMUNE_OFFICER, at=commune)
    Grant.objects.create(user=officer, unit=elsewhere, role=Role.COMMUNE_OFFICER)
    for text in ("7 ngõ Đình, xã Đông Minh", "7 ngõ Đình, xã Đông Minh cũ", "7 ngõ Đình, xã Đông Minh (cũ)"):
        for inside in (commune, None):
            answer = ask(officer, text, inside)
            assert (answer.grade, answer.found[0].code) == ("close", town["7 ngõ Đình"].code), (text, answer.reasons)
            assert "“xã Đông Minh” là tên cũ; nhà được tìm theo các phần còn lại của địa chỉ" in answer.reasons
    answer = ask(officer, "7 ngõ Đình, xã Không Rõ (cũ)", commune)
    assert answer.grade == "several"
    assert "“xã Không Rõ” là tên cũ, không rõ nay thuộc xã nào" in answer.reasons
    assert ask(officer, "7 ngõ Đình, xã Không Rõ", commune).grade == "none"


@pytest.mark.parametrize(
    ("text", "now", "before"),
    [
        ("12 ngõ Đình", "12 ngõ Đình", ""),
        ("12 ngõ Đình (trước là 7 Trần Phú), xã A", "12 ngõ Đình, xã A", "7 Trần Phú"),
        ("12 ngõ Đình, trước đây là 7 Trần Phú, xã A", "12 ngõ Đình, xã A", "7 Trần Phú"),
        ("7 Trần Phú (nay là 12 ngõ Đình), xã A", "12 ngõ Đình, xã A", "7 Trần Phú"),
        ("7 Tran Phu nay la 12 ngo Dinh", "12 ngo Dinh", "7 Tran Phu"),
        ("số nhà cũ 7 Trần Phú", "", "7 Trần Phú"),
        ("5 ngõ Nay Làng", "5 ngõ Nay Làng", ""),
    ],
)
def test_the_address_of_now_and_the_one_of_before(text: str, now: str, before: str) -> None:
    assert now_and_before(text) == (now, before)
