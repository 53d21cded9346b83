"""A round as an officer runs it: begun, a part of a village drawn and given, looked at on the map, visits approved."""

from __future__ import annotations

import datetime
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyAssignment, SurveyDevice, SurveyRound
from mapping import wall
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.survey import line
from tests.browser.survey.conftest import World
from tests.browser.survey.test_sending import finish_house, open_phone, send_now
from tests.browser.widths import width_of
from tests.survey import pack_world as survey_pack_world

FOUND = {"number": "12A", "occupied": "yes", "head_name": "Trần Thị Bình", "size": 4, "water": ["piped"]}
FLAGS = [{"code": "poor_accuracy", "metres": 25, "reason": "Dưới tán cây."}]


@pytest.fixture
def look(page: Page, assert_accessible: Callable[[], None]) -> Callable[[str], None]:
    """Let axe and a ruler look at the page, and keep a picture where somebody asked for pictures."""

    def looked(step: str) -> None:
        size = page.viewport_size
        assert size is not None and width_of(page) <= size["width"]
        assert_accessible()
        if folder := os.environ.get("SONHA_PICTURES"):
            page.screenshot(path=Path(folder) / f"survey-desk-{step}-{size['width']}.png", full_page=True)

    return looked


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_officer_runs_a_round_and_approves_a_visit(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], look: Callable[[str], None],
    officer: User, commune: Unit, size: dict[str, int],
) -> None:  # fmt: skip
    village = factories.village(commune)
    house = factories.house(commune, 105.801, 19.67, village=village, number="12", street="ngõ Đình")
    factories.household(house, "Trần Văn Ba", size=3)
    surveyor = survey_pack_world.surveyor(village, None)
    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(f"{live_server.url}/survey/desk/")
    look("rounds")
    page.get_by_label("Tên đợt").fill("Rà soát tháng 8")
    page.get_by_role("button", name="Lập đợt điều tra").click()
    expect(page.get_by_text("Chưa giao thôn nào cho ai")).to_be_visible()
    look("round-empty")
    page.get_by_role("link", name="Giao thôn").click()
    page.get_by_role("combobox", name="Người điều tra").select_option(label="Đỗ Thị Quý (quy)")
    page.get_by_role("combobox", name="Thôn").select_option(label="Thôn Đông Hoà")
    page.get_by_role("button", name="Giao thôn").click()
    expect(page.get_by_text("Đã giao Thôn Đông Hoà cho Đỗ Thị Quý.")).to_be_visible()
    with transaction.atomic(), wall.acting_as_system("test"):
        survey_pack_world.visit(SurveyRound.objects.get(), house, surveyor, FOUND, flags=FLAGS)
    page.reload()
    page.get_by_role("link", name="Duyệt kết quả").click()
    expect(page).to_have_url(re.compile("/survey/desk/rounds/.+/visits/"))
    expect(page.get_by_role("link", name="12 ngõ Đình")).to_be_visible()
    look("visits")
    page.get_by_role("link", name="12 ngõ Đình").click()
    approve = page.get_by_role("button", name="Duyệt vào hồ sơ")
    expect(approve).to_be_visible()
    look("visit")

    approve.click()

    expect(page.get_by_text("Đã ghi: đã duyệt.")).to_be_visible()
    house.refresh_from_db()
    assert house.number == "12A"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_part_of_a_village_is_drawn_and_given_until_a_day(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], look: Callable[[str], None],
    officer: User, commune: Unit, size: dict[str, int],
) -> None:  # fmt: skip
    village = factories.village(commune)
    for at in range(20):
        factories.house(commune, 105.795 + (at % 5) * 0.002, 19.664 + (at // 5) * 0.004, village=village)
    factories.house(commune, 105.82, 19.67, village=factories.village(commune, 2))
    survey_round = survey_pack_world.survey_round(commune)
    survey_pack_world.surveyor(village, None)
    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(f"{live_server.url}/survey/desk/rounds/{survey_round.pk}/assign/")
    map_ = page.locator("#polygon-map")
    expect(map_).to_have_attribute("data-houses", "21")
    page.get_by_role("combobox", name="Người điều tra").select_option(label="Đỗ Thị Quý (quy)")
    page.get_by_role("combobox", name="Thôn").select_option(label="Thôn Đông Hoà")
    last = survey_round.ends_on - datetime.timedelta(days=3)
    page.get_by_label("Đến ngày").fill(last.isoformat())
    map_.scroll_into_view_if_needed()
    expect(map_).to_have_attribute("data-map", "drawn")
    box = map_.bounding_box()
    assert box
    told = page.locator("#polygon-told")
    # The map shows the village, whose houses stand in its middle: the upper half has half of them.
    for x, y in ((10, box["height"] / 2), (box["width"] - 60, box["height"] / 2), (box["width"] - 60, 10), (60, 10)):
        map_.click(position={"x": x, "y": y})
    expect(told).to_have_text("Vùng có 4 đỉnh, 10 nhà của Thôn Đông Hoà.")
    look("assign")
    page.get_by_role("button", name="Giao thôn").click()

    expect(page.get_by_text("Đã giao 10 nhà trong vùng vẽ ở Thôn Đông Hoà cho Đỗ Thị Quý.")).to_be_visible()
    given = SurveyAssignment.objects.get()
    assert (given.ends_on, given.area is not None) == (last, True)
    page.get_by_role("link", name="Sửa phần của Đỗ Thị Quý").click()
    expect(told).to_contain_text("10 nhà của Thôn Đông Hoà")
    page.get_by_role("button", name="Xóa vùng").click()
    expect(told).to_have_text("Chưa vẽ vùng: giao cả thôn.")
    page.get_by_role("button", name="Lưu phân công").click()
    expect(page.get_by_text("Đã giao Thôn Đông Hoà cho Đỗ Thị Quý.")).to_be_visible()
    given.refresh_from_db()
    assert given.area is None


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_a_colleague_amended_meanwhile_is_drawn_beside_what_one_drew(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], look: Callable[[str], None],
    officer: User, commune: Unit, size: dict[str, int],
) -> None:  # fmt: skip
    village = factories.village(commune)
    for at in range(20):
        factories.house(commune, 105.795 + (at % 5) * 0.002, 19.664 + (at // 5) * 0.004, village=village)
    survey_round = survey_pack_world.survey_round(commune)
    survey_pack_world.surveyor(village, survey_round)
    mine = Polygon.from_bbox((105.794, 19.663, 105.804, 19.669))
    SurveyAssignment.objects.update(area=mine)
    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(f"{live_server.url}/survey/desk/assignments/{SurveyAssignment.objects.get().pk}/")
    told = page.locator("#polygon-told")
    expect(told).to_have_text("Vùng có 4 đỉnh, 10 nhà của Thôn Đông Hoà.")
    expect(page.locator(".survey-area-name")).to_have_count(0)
    SurveyAssignment.objects.update(area=Polygon.from_bbox((105.798, 19.663, 105.804, 19.677)), version=2)

    page.get_by_role("button", name="Lưu phân công").click()

    expect(page.locator("#held")).to_contain_text("vùng vẽ, số nhà 12")
    expect(told).to_have_text("Vùng có 4 đỉnh, 10 nhà của Thôn Đông Hoà.")
    expect(page.locator(".survey-area-name")).to_have_count(1)
    expect(page.locator("#polygon-map")).to_have_attribute("data-map", "drawn")
    look("amended-meanwhile")
    page.get_by_role("button", name="Lưu phân công").click()
    expect(page.get_by_text("Đã giao 10 nhà trong vùng vẽ ở Thôn Đông Hoà")).to_be_visible()
    assert SurveyAssignment.objects.get().version == 3


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_round_is_seen_on_the_map_and_a_house_leads_to_its_visit(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], look: Callable[[str], None],
    officer: User, commune: Unit, size: dict[str, int],
) -> None:  # fmt: skip
    village, other = factories.village(commune), factories.village(commune, 2)
    survey_round = survey_pack_world.survey_round(commune)
    west, east = village.outline.extent, other.outline.extent
    surveyor = survey_pack_world.surveyor(village, survey_round)
    neighbour = survey_pack_world.surveyor(other, survey_round, "tu", "Hồ Văn Tư")
    SurveyAssignment.objects.filter(surveyor=surveyor).update(area=village.outline[0].buffer(-0.003))
    states = ("approved", "approved", "received", "returned", "rejected", None)
    with transaction.atomic(), wall.acting_as_system("test"):
        for at in range(60):
            box = west if at < 36 else east
            lng, lat = box[0] + 0.003 + (at % 6) * 0.0027, box[1] + 0.004 + (at // 6) * 0.0034
            house = factories.house(commune, lng, lat, village=village if at < 36 else other, number=str(at + 1))
            state = states[at % 6] if at < 36 or at % 2 else None
            if state:
                survey_pack_world.visit(
                    survey_round, house, surveyor if at < 36 else neighbour, {"head_name": "An"}, state=state
                )
    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(f"{live_server.url}/survey/desk/rounds/{survey_round.pk}/")
    map_ = page.locator("#survey-map")
    expect(map_).to_have_attribute("data-houses", "60")
    expect(map_).to_have_attribute("data-map", "drawn")
    expect(map_).to_contain_text("Đỗ Thị Quý, Thôn Đông Hoà")
    # From far away the colours of the villages are seen, without the houses that nobody has been to.
    expect(map_).to_have_attribute("data-todo", "0")
    name, frame = map_.get_by_text("Đỗ Thị Quý, Thôn Đông Hoà").bounding_box(), map_.bounding_box()
    assert name
    assert frame
    assert frame["x"] <= name["x"]
    assert name["x"] + name["width"] <= frame["x"] + frame["width"]
    map_.evaluate("(box) => box.survey.setZoom(16, { animate: false })")
    expect(map_).to_have_attribute("data-todo", "22")
    page.reload()
    expect(map_).to_have_attribute("data-map", "drawn")
    look("round")
    map_.scroll_into_view_if_needed()
    # To where the 9th house stands: its visit waits.
    where = [west[0] + 0.0084, west[1] + 0.0074]
    place = map_.evaluate("(box, [lng, lat]) => box.survey.latLngToContainerPoint([lat, lng])", where)
    map_.click(position=place)
    expect(map_.get_by_text("đã nhận, chờ duyệt")).to_be_visible()
    expect(map_.locator(".leaflet-pan-anim")).to_have_count(0)  # the map has made room for the words
    map_.get_by_role("link", name="Xem kết quả").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^9"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_lost_phone_is_revoked_and_let_again(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], look: Callable[[str], None],
    officer: User, commune: Unit, size: dict[str, int],
) -> None:  # fmt: skip
    def phones_of(survey_round: Any) -> None:
        for at, (username, name, phone) in enumerate(
            [("quy", "Đỗ Thị Quý", "Điện thoại của Quý"), ("tu", "Hồ Văn Tư", "")]
        ):
            user = survey_pack_world.surveyor(factories.village(commune), survey_round, username, name)
            SurveyDevice.objects.create(
                key=uuid.uuid4(), user=user, name=phone, unsent=at * 3 or None, last_seen_at=survey_round.created_at
            )

    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(f"{live_server.url}/survey/desk/phones/")
    expect(page.get_by_text("Chưa có máy nào.")).to_be_visible()
    phones_of(survey_pack_world.survey_round(commune))
    page.reload()
    page.get_by_text("Thu hồi Đỗ Thị Quý").click()
    page.get_by_label("Vì sao thu hồi").first.fill("Mất máy ngày 5/8")
    look("phones")
    page.get_by_role("button", name="Thu hồi máy này").first.click()
    expect(page.get_by_text("Đã thu hồi máy của Đỗ Thị Quý.")).to_be_visible()
    expect(page.get_by_text("Mất máy ngày 5/8")).to_be_visible()
    assert SurveyDevice.objects.get(user__username="quy").revoked_by == officer
    look("phones-revoked")
    page.get_by_role("button", name="Cho máy của Đỗ Thị Quý gửi lại").click()
    expect(page.get_by_text("Máy của Đỗ Thị Quý gửi được trở lại.")).to_be_visible()
    assert SurveyDevice.objects.get(user__username="quy").revoked_at is None


def test_the_desk_learns_what_still_lies_on_a_phone(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with line.bad("broken", "/api/survey/operations"):
        finish_house(phone, live_server, world, 0)
        open_phone(phone, live_server)
        with phone.expect_response("**/api/survey/operations"):  # comes after what it has to tell of itself
            send_now(phone)
        assert SurveyDevice.objects.get().unsent == 1
    send_now(phone)
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    expect(phone.get_by_role("button", name="Gửi ngay")).to_be_enabled()
    assert SurveyDevice.objects.get().unsent == 0


def test_a_phone_has_the_houses_of_its_part_and_draws_it(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, look: Callable[[str], None]
) -> None:
    west, east = world.houses[0].location, world.houses[4].location
    part = Polygon.from_bbox((west.x - 0.0001, west.y - 0.0004, east.x + 0.0001, west.y + 0.0004))
    SurveyAssignment.objects.update(area=part)
    take_along()
    phone.goto(f"{live_server.url}/survey/#/map/{world.round.pk}/{world.village.code}")
    expect(phone.get_by_role("heading", level=1)).to_have_text(world.village.full_name)
    look("part")
    phone.goto(f"{live_server.url}/survey/#/village/{world.round.pk}/{world.village.code}")
    expect(phone.get_by_text("Nguyễn Văn 5")).to_be_visible()
    expect(phone.get_by_text("Nguyễn Văn 6")).to_have_count(0)
