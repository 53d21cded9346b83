"""Only our own receipt proves arrival: whatever the line does, nothing is lost and nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyDevice, SurveyOperation, SurveyVisit
from mapping.models import User
from tests.browser.survey import line
from tests.browser.survey.conftest import World, house_address, show_house
from tests.survey import world as survey_world

DONE = "Xong, gửi khi có mạng"
NOTHING_IS_SENT = """async () => {
  const last = performance.now() + 60_000;
  const held = async () => (await navigator.locks.query()).held.map(({ name }) => name);
  while ((await held()).some((name) => /^sonha-survey-\\d+$/.test(name))) {
    if (performance.now() > last) throw new Error("it is still being sent");
    await new Promise(requestAnimationFrame);
  }
}"""


def finish_house(phone: Page, live_server: LiveServer, world: World, place: int) -> None:
    """Say of a house that nobody lives there, and hand it over."""
    show_house(phone, live_server, world, place)
    phone.get_by_label("Bỏ không").check()
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(world.village.name)


def open_phone(phone: Page, live_server: LiveServer) -> None:
    phone.goto(f"{live_server.url}/survey/#/phone")


def at_rest(phone: Page) -> None:
    """Wait until the phone has nothing under way with the server, and has settled when it will speak with it again."""
    phone.evaluate(NOTHING_IS_SENT)


def send_now(phone: Page) -> None:
    """Press the button that sends, once nothing is under way, so that what is asked then is asked by that press."""
    at_rest(phone)
    with phone.expect_request("**/api/survey/me"):
        phone.get_by_role("button", name="Gửi ngay").click()


def rows() -> tuple[int, int]:
    """How many operations and visits the server has."""
    with transaction.atomic():
        return SurveyOperation.objects.count(), SurveyVisit.objects.count()


@pytest.mark.parametrize("how", ["portal", "portal json", "broken", "cut after", "signed out"])
def test_what_was_done_arrives_once_whatever_answered_first(
    how: str, phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with line.bad(how, "/api/survey/operations"):
        finish_house(phone, live_server, world, 0)
        open_phone(phone, live_server)
        expect(phone.get_by_text("Chờ gửi: 1 phiếu, 0 ảnh.")).to_be_visible()
        send_now(phone)
        at_rest(phone)
        if how == "signed out":
            expect(phone.get_by_role("link", name="Đăng nhập")).to_be_visible()
        expect(phone.get_by_role("button", name="Gửi ngay")).to_be_enabled()
        expect(phone.get_by_text("Chờ gửi: 1 phiếu, 0 ảnh.")).to_be_visible()
    send_now(phone)
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    assert rows() == (1, 1)
    assert line.count("POST /api/survey/operations") >= 2


def test_three_houses_done_in_aeroplane_mode_go_up_when_the_network_comes(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    for place in range(3):
        finish_house(phone, live_server, world, place)
    expect(phone.get_by_role("button", name="xong, chờ gửi 3")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_role("button", name="đã gửi 3")).to_be_visible()
    assert rows() == (3, 3)


def test_a_revoked_phone_stops_and_says_so_until_the_officer_takes_it_back(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with transaction.atomic():
        SurveyDevice.objects.update(revoked_at="2026-01-01T00:00:00Z")
    finish_house(phone, live_server, world, 0)
    expect(phone.get_by_text("Máy này đã bị thu hồi quyền gửi.")).to_be_visible()
    assert rows() == (0, 0)
    with transaction.atomic():
        SurveyDevice.objects.update(revoked_at=None)
    open_phone(phone, live_server)
    expect(phone.get_by_text("Chờ gửi: 1 phiếu, 0 ảnh.")).to_be_visible()
    send_now(phone)
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    expect(phone.get_by_text("Máy này đã bị thu hồi quyền gửi.")).to_have_count(0)
    assert rows() == (1, 1)


def test_two_people_on_one_phone_never_see_each_others_work(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, sign_in: Callable[[User], None]
) -> None:
    take_along()
    phone.goto(live_server.url + house_address(world, 1))
    phone.get_by_label("Ghi chú về nhà").fill("mai ghi dở")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    with line.bad("broken", "/api/survey/operations"):
        finish_house(phone, live_server, world, 0)
        at_rest(phone)
        sign_in(survey_world.surveyor(world.round, "tuan"))
    open_phone(phone, live_server)
    expect(phone.get_by_text("đang đăng nhập trên máy này")).to_be_visible()
    assert rows() == (0, 0)
    phone.get_by_role("button", name="Làm tiếp với tên").click()
    phone.get_by_role("button", name="Tải về máy").click()
    phone.get_by_role("link", name="Mở").click()
    expect(phone.get_by_role("button", name="chưa làm 10")).to_be_visible()
    phone.goto(live_server.url + house_address(world, 1))
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("")
    phone.get_by_label("Ghi chú về nhà").fill("tuan ghi dở")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    open_phone(phone, live_server)
    expect(phone.get_by_text("Đang làm dở: 1 phiếu.")).to_be_visible()
    expect(phone.get_by_text("Chờ gửi")).to_have_count(0)
    sign_in(world.surveyor)
    phone.reload()
    phone.get_by_role("button", name="Làm tiếp với tên").click()
    open_phone(phone, live_server)
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    assert rows() == (1, 1)
    phone.goto(live_server.url + house_address(world, 1))
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("mai ghi dở")
