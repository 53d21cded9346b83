"""What an officer decides field by field: between two values, and where the desk had changed the register."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import Household
from mapping import wall
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.survey import world

NAME = "Đông <i>Hoà</i>"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_officer_decides_where_the_register_has_moved_on(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], assert_accessible: Callable[[], None],
    officer: User, commune: Unit, size: dict[str, int],
) -> None:  # fmt: skip
    survey_round = world.round_in(commune)
    village = factories.village(commune)
    house = factories.house(commune, *world.WEST, village=village, number="12", street="ngõ Đình")
    factories.household(house, "Trần Văn Ba", size=3, phone="0987654321")
    one, other = (world.phone(survey_round, world.surveyor(survey_round, name)) for name in ("ba", "hoa"))
    found = {
        name: {"from": value, "to": value} for name, value in (("street", "ngõ Đình"), ("head_name", "Trần Văn Ba"))
    }
    changed = {"number": {"from": "12", "to": "12A"}, "size": {"from": 3, "to": 4}, "phone": "0912 345 678"}
    one.send(house, {"occupied": "yes", **found, **changed})
    other.send(house, {"house_note": "Cổng xanh"})
    visit = one.send(house, {"house_note": "Cổng đỏ"}, base=1)["visit"]
    type(house).objects.update(number="99", street="ngõ Chùa", version=2)
    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(f"{live_server.url}/survey/desk/visits/{visit}/")
    expect(page.get_by_text("Cổng đỏ").first).to_be_visible()
    page.get_by_role("button", name="Lấy nội dung này").click()
    expect(page.get_by_role("button", name="Lấy nội dung này")).to_have_count(0)
    asked = page.get_by_role("group", name="Số nhà: hồ sơ đã đổi, 12 → 99")
    expect(asked).to_be_visible()
    expect(page.get_by_text("Số người trong hộ: 3 → 4")).to_be_visible()
    expect(page.get_by_text("Đường, ngõ: ngõ Đình → ngõ Chùa")).to_be_visible()
    assert width_of(page) <= size["width"]
    assert_accessible()
    if folder := os.environ.get("SONHA_PICTURES"):
        page.screenshot(path=Path(folder) / f"survey-desk-decides-{size['width']}.png", full_page=True)
    page.get_by_role("button", name="Duyệt vào hồ sơ").click()
    expect(page.get_by_role("alert")).to_contain_text("ở mục “Số nhà”")
    asked.get_by_label("Ghi kết quả điều tra: 12A").check()
    number = page.get_by_role("group", name="Điện thoại: hồ sơ ghi 0987 ••• •21")
    number.get_by_label("Ghi kết quả điều tra: 0912345678").check()
    page.get_by_role("button", name="Duyệt vào hồ sơ").click()

    expect(page.get_by_text("Đã ghi: đã duyệt.")).to_be_visible()
    house.refresh_from_db()
    assert (house.number, house.street, house.note) == ("12A", "ngõ Chùa", "Cổng đỏ")
    with transaction.atomic(), wall.acting_as_system("test"):
        assert Household.objects.get().size == 4
    one.send(house, {"number": {"from": "12A", "to": None}}, base=3)
    page.goto(f"{live_server.url}/survey/desk/visits/{visit}/")
    expect(page.get_by_text("còn trong hồ sơ, bảng xuất và biển số")).to_be_visible()
    expect(page.get_by_role("button", name="Hoàn tác lần duyệt đó")).to_be_visible()
    expect(page.get_by_text("Số nhà: 12A → để trống")).to_be_visible()
    page.get_by_text("Không nhận kết quả này").click()
    expect(page.get_by_text("Hoàn tác luôn: rút khỏi hồ sơ, bảng xuất và biển số")).to_be_visible()
    assert width_of(page) <= size["width"]
    assert_accessible()
    if folder:
        page.screenshot(path=Path(folder) / f"survey-desk-refuses-{size['width']}.png", full_page=True)
    page.get_by_role("button", name="Không nhận", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy chọn: hoàn tác cả lần đó, hay để nguyên")
    page.get_by_label("Hoàn tác luôn").check()
    page.get_by_role("button", name="Không nhận", exact=True).click()

    expect(page.get_by_text("Đã ghi: không nhận.")).to_be_visible()
    house.refresh_from_db()
    assert (house.number, house.note) == ("99", "")


def test_a_name_on_the_map_of_a_round_is_text(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], officer: User, commune: Unit
) -> None:
    survey_round = world.round_in(commune)
    village = factories.village(commune)
    type(village).objects.filter(pk=village.pk).update(name=NAME)
    factories.house(commune, *world.WEST, village=village)
    page.set_viewport_size(DESK)
    sign_in(officer)
    page.goto(f"{live_server.url}/survey/desk/rounds/{survey_round.pk}/")
    map_ = page.locator("#survey-map")
    expect(map_).to_have_attribute("data-map", "drawn")
    map_.scroll_into_view_if_needed()
    west, south, _east, _north = village.outline.extent
    place = map_.evaluate(
        "(box, [lng, lat]) => box.survey.latLngToContainerPoint([lat, lng])", [west + 0.002, south + 0.002]
    )
    map_.hover(position=place)
    expect(map_.locator(".leaflet-tooltip")).to_contain_text(NAME)
    expect(map_.locator(".leaflet-tooltip i")).to_have_count(0)
