"""Every screen of the survey at the size of a phone: it fits, axe finds nothing, contrast is AAA, by day and night."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyDevice, SurveyVisit
from mapping.models import User
from tests import factories
from tests.browser.survey import line
from tests.browser.survey.conftest import World, house_address
from tests.browser.survey.looking import look
from tests.browser.survey.test_base_map import BASE_MAP, LAND, becomes
from tests.browser.survey.test_sending import DONE, finish_house, open_phone
from tests.households import streets
from tests.survey import world as survey_world

SCHEMES = ["light", "dark"]


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest, phone: Page) -> str:
    """By day and by night."""
    phone.emulate_media(color_scheme=request.param)
    return str(request.param)


def photo(path: Path, number: int = 0) -> Path:
    """A picture as a phone takes it, another one for each number."""
    image = Image.effect_mandelbrot((1200, 900), (-2.2 + number / 100, -1.2, 1, 1.2), 60).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path


def test_before_and_after_a_village_is_taken_along(
    phone: Page, live_server: LiveServer, world: World, sign_in: Callable[[User], None], scheme: str
) -> None:
    phone.goto(f"{live_server.url}/survey/")
    expect(phone.get_by_role("link", name="Đăng nhập")).to_be_visible()
    look(phone, f"door-{scheme}")
    sign_in(world.surveyor)
    phone.reload()
    expect(phone.get_by_role("button", name="Tải về máy")).to_be_visible()
    look(phone, f"villages-{scheme}")
    with line.bad("portal", "/api/survey/pack"):
        phone.get_by_role("button", name="Tải về máy").click()
        expect(phone.get_by_text("Chưa tải được")).to_be_visible()
        look(phone, f"villages-not-taken-{scheme}")
    phone.get_by_role("button", name="Tải về máy").click()
    expect(phone.get_by_role("link", name="Mở")).to_be_visible()
    look(phone, f"villages-taken-{scheme}")
    for name in ("village", "map", "house"):
        phone.goto(f"{live_server.url}/survey/#/")  # one screen says the same as the one before
        expect(phone.get_by_role("heading", name="Thôn được giao")).to_be_visible()
        phone.goto(f"{live_server.url}/survey/#/{name}/0190a000-0000-7000-8000-000000000009/1")
        expect(phone.get_by_text("Thôn này chưa có trên máy.")).to_be_visible()
        look(phone, f"no-{name}-{scheme}")
    phone.goto(f"{live_server.url}/survey/#/nowhere")
    expect(phone.get_by_text("Không có trang này")).to_be_visible()
    look(phone, f"unknown-{scheme}")


def test_the_list_the_map_and_a_house(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path, scheme: str
) -> None:
    take_along()
    finish_house(phone, live_server, world, 4)
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    with transaction.atomic():
        SurveyVisit.objects.update(state="returned", comment="Xem lại: nhà này có người ở, cổng màu xanh.")
    finish_house(phone, live_server, world, 5)
    expect(phone.get_by_text("Xem lại: nhà này có người ở")).to_be_visible()
    expect(phone.get_by_role("listitem").filter(has_text="6, Đường Bàng")).to_contain_text("đã gửi")
    phone.context.set_offline(True)
    finish_house(phone, live_server, world, 2)
    phone.goto(live_server.url + house_address(world, 3))
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    phone.goto(f"{live_server.url}/survey/#/village/{world.round.pk}/{world.village.code}")
    phone.get_by_role("button", name="Tìm nhà gần tôi").click()
    expect(phone.get_by_text("21 m")).to_be_visible()
    look(phone, f"list-{scheme}")
    phone.get_by_role("searchbox").fill("không có ai")
    expect(phone.get_by_text("Không có nhà nào như vậy.")).to_be_visible()
    look(phone, f"list-empty-{scheme}")
    phone.get_by_role("link", name="Bản đồ").click()
    phone.get_by_role("button", name="Chỗ tôi đứng").click()
    phone.get_by_text("Chú giải").click()
    look(phone, f"map-{scheme}")
    phone.goto(live_server.url + house_address(world, 0))
    expect(phone.get_by_label("Bỏ không")).to_be_visible()
    look(phone, f"house-{scheme}")
    phone.get_by_role("button", name="Đo vị trí").click()
    expect(phone.get_by_text("Đang đo:")).to_be_visible()
    phone.get_by_role("button", name="Dừng, lấy kết quả này").click()
    phone.get_by_label("Có người ở").check()
    phone.get_by_label("Chọn ảnh có sẵn").set_input_files([photo(tmp_path / f"{n}.jpg", n) for n in range(2)])
    expect(phone.get_by_text("2 ảnh,")).to_be_visible()
    phone.get_by_role("button", name="Thêm người").click()
    phone.get_by_label("Họ và tên").fill("Nguyễn Thị Hoa")
    phone.get_by_label("Điện thoại", exact=True).first.fill("12")
    phone.get_by_label("Số người trong hộ").fill("61")
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_text("Còn 2 mục cần sửa")).to_be_visible()
    look(phone, f"house-faults-{scheme}")
    lng, lat = survey_world.WEST
    new = "0190a000-0000-7000-8000-000000000009"
    there = f"{lng + 1 / 5_000:.7f}/{lat + 0.00003:.7f}"
    phone.goto(f"{live_server.url}/survey/#/new/{world.round.pk}/{new}/{world.village.code}/{there}")
    expect(phone.get_by_text("Có thể nhà này đã có:")).to_be_visible()
    look(phone, f"new-house-{scheme}")


def test_the_scanner_without_a_camera(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, scheme: str
) -> None:
    take_along()
    phone.goto(f"{live_server.url}/survey/#/village/{world.round.pk}/{world.village.code}")
    phone.get_by_role("button", name="Quét biển số").click()
    expect(phone.get_by_text("Chưa dùng được máy ảnh")).to_be_visible()
    look(phone, f"scanner-{scheme}", whole=False)


def test_this_phone_and_what_it_has_to_say(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World,
    sign_in: Callable[[User], None], scheme: str,
) -> None:  # fmt: skip
    take_along()
    open_phone(phone, live_server)
    expect(phone.get_by_role("button", name="Gửi ngay")).to_be_enabled()
    look(phone, f"phone-{scheme}")
    with line.bad("signed out", "/api/survey/operations"):
        finish_house(phone, live_server, world, 0)
        expect(phone.get_by_text("Phiên đăng nhập đã hết.")).to_be_visible()
        look(phone, f"signed-out-{scheme}")
        sign_in(survey_world.surveyor(world.round, "tuan"))
        phone.reload()
        expect(phone.get_by_text("đang đăng nhập trên máy này")).to_be_visible()
        look(phone, f"other-person-{scheme}")
        sign_in(world.surveyor)
    with transaction.atomic():
        SurveyDevice.objects.update(revoked_at="2026-01-01T00:00:00Z")
    open_phone(phone, live_server)
    phone.reload()
    expect(phone.get_by_text("Máy này đã bị thu hồi quyền gửi.")).to_be_visible()
    look(phone, f"revoked-{scheme}")


def test_with_a_base_map(
    phone: Page, live_server: LiveServer, world: World, officer: User, sign_in: Callable[[User], None], scheme: str
) -> None:
    commune = world.round.commune
    east = (survey_world.WEST[0] - factories.CENTRE[0]) * streets._EAST
    north = (survey_world.WEST[1] - factories.CENTRE[1]) * streets._NORTH
    streets.draw(officer, commune, "road", "Liên Xã", (east - 100, north - 25), (east + 900, north - 25), width_class=5)
    streets.draw(officer, commune, "ngo", "Đình", (east + 60, north - 25), (east + 60, north + 120), width_class=2)
    call_command("build_basemap", "--commune", commune.code)
    sign_in(world.surveyor)
    phone.goto(f"{live_server.url}/survey/")
    expect(phone.get_by_text("Kèm bản đồ nền của xã")).to_be_visible()
    look(phone, f"base-map-offered-{scheme}")
    with phone.expect_request(BASE_MAP):  # who opens the next screen earlier is not told there when it has come
        phone.get_by_role("button", name="Tải về máy").click()
    expect(phone.get_by_role("link", name="Mở")).to_be_visible()
    open_phone(phone, live_server)
    expect(phone.get_by_text("đã có trên máy")).to_be_visible()
    look(phone, f"base-map-kept-{scheme}")
    phone.goto(f"{live_server.url}/survey/#/map/{world.round.pk}/{world.village.code}")
    phone.get_by_role("button", name="Chỗ tôi đứng").click()
    expect(phone.locator(".survey-map")).to_be_visible()
    becomes(phone.locator(".survey-map"), LAND if scheme == "light" else (0x1D, 0x24, 0x30))
    look(phone, f"base-map-{scheme}")
