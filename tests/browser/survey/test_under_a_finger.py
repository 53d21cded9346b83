"""What is drawn anew under a finger is still pressed; a base map that comes is seen wherever one looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.models import Unit, User
from tests.browser.survey import line
from tests.browser.survey.conftest import World
from tests.browser.survey.test_asked_meanwhile import ONLINE
from tests.browser.survey.test_base_map import HERE, large
from tests.browser.survey.test_sending import at_rest, finish_house, open_phone
from tests.browser.survey.test_whose_phone import note


def touch(phone: Page, what: Locator) -> None:
    """Put a finger on something and leave it there."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box
    phone.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    phone.mouse.down()


def test_a_house_in_the_list_opens_although_the_list_is_drawn_anew_under_the_finger(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    finish_house(phone, live_server, world, 0)
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    at_rest(phone)
    touch(phone, phone.get_by_role("link", name="3, Đường Bàng"))
    with phone.expect_response("**/api/survey/devices"):
        phone.evaluate(ONLINE)
    at_rest(phone)
    phone.mouse.up()
    expect(phone.get_by_role("heading", level=1)).to_have_text("3, Đường Bàng")


def test_a_draft_on_the_phones_own_screen_opens_although_the_screen_is_drawn_anew_under_the_finger(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "cổng xanh")
    open_phone(phone, live_server)
    expect(phone.get_by_text("Đang làm dở: 1 phiếu.")).to_be_visible()
    at_rest(phone)
    touch(phone, phone.locator(".survey-drafts a"))
    with line.bad("slow", "/api/survey/me"):
        phone.evaluate(ONLINE)
        expect(phone.get_by_role("button", name="Đang gửi…")).to_be_visible()
    expect(phone.get_by_role("button", name="Gửi ngay")).to_be_enabled()
    phone.mouse.up()
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("cổng xanh")


def test_who_opens_this_phone_before_the_base_map_begins_to_come_sees_it_come(
    phone: Page, live_server: LiveServer, world: World, commune: Unit, tmp_path: Path, sign_in: Callable[[User], None]
) -> None:
    large(commune, tmp_path)
    sign_in(world.surveyor)
    phone.goto(f"{live_server.url}/survey/")
    expect(phone.get_by_role("button", name="Tải về máy")).to_be_visible()
    at_rest(phone)
    with line.bad("slow", "/api/survey/pack"):
        phone.get_by_role("button", name="Tải về máy").click()
        phone.evaluate("location.hash = '#/phone'")
        expect(phone.get_by_role("button", name="Gửi ngay")).to_be_enabled()
    expect(phone.get_by_text(HERE)).to_be_visible()
