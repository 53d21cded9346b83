"""One phone, several people: whoever hands it over is out, and nothing of the one is shown to the other."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.models import User
from tests.browser.survey.conftest import World, house_address, show_house
from tests.browser.survey.looking import look
from tests.browser.survey.test_sending import at_rest, finish_house, open_phone
from tests.survey import world as survey_world

LEAVE = "Trao máy cho người khác"
SIGN_IN = "Đăng nhập"


def note(phone: Page, live_server: LiveServer, world: World, text: str) -> None:
    """Type a note of the second house and put it off."""
    show_house(phone, live_server, world, 1)
    phone.get_by_label("Ghi chú về nhà").fill(text)
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()


def test_who_hands_the_phone_over_is_signed_out(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "mai ghi dở")
    open_phone(phone, live_server)
    at_rest(phone)
    phone.get_by_role("button", name=LEAVE).click()
    expect(phone.get_by_role("link", name=SIGN_IN)).to_be_visible()
    phone.goto(live_server.url + house_address(world, 1))
    phone.reload()
    expect(phone.get_by_role("link", name=SIGN_IN)).to_be_visible()
    assert phone.request.get(f"{live_server.url}/api/survey/me").status == 401


def test_without_a_network_it_asks_and_whoever_comes_next_has_to_sign_in(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, sign_in: Callable[[User], None]
) -> None:
    take_along()
    phone.context.set_offline(True)
    note(phone, live_server, world, "mai ghi dở")
    open_phone(phone, live_server)
    phone.get_by_role("button", name=LEAVE).click()
    expect(phone.get_by_text("không ai, kể cả mai, mở được phiếu")).to_be_visible()
    look(phone, "hand-over-offline")
    phone.get_by_role("button", name="Thôi, làm tiếp").click()
    phone.reload()
    expect(phone.get_by_role("button", name=LEAVE)).to_be_visible()
    phone.get_by_role("button", name=LEAVE).click()
    phone.get_by_role("button", name="Vẫn trao máy").click()
    expect(phone.get_by_text("Chưa liên lạc được với máy chủ.")).to_be_visible()
    phone.goto(live_server.url + house_address(world, 1))
    phone.reload()
    expect(phone.get_by_text("Chưa liên lạc được với máy chủ.")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_role("link", name=SIGN_IN)).to_be_visible()
    assert phone.request.get(f"{live_server.url}/api/survey/me").status == 401
    sign_in(world.surveyor)
    phone.reload()
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("mai ghi dở")


def test_where_somebody_else_is_signed_in_only_the_choice_is_shown(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, sign_in: Callable[[User], None]
) -> None:
    take_along()
    note(phone, live_server, world, "mai ghi dở")
    at_rest(phone)
    sign_in(survey_world.surveyor(world.round, "tuan"))
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.get_by_text("tuan đang đăng nhập trên máy này")).to_be_visible()
    look(phone, "whose-turn")
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_count(0)
    phone.goto(live_server.url + house_address(world, 1))
    phone.reload()
    expect(phone.get_by_role("button", name="Làm tiếp với tên tuan")).to_be_visible()
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_count(0)
    phone.get_by_role("button", name="Đăng nhập lại với tên mai").click()
    expect(phone).to_have_url(f"{live_server.url}/sign-in/?next=/survey/")
    sign_in(world.surveyor)
    phone.goto(live_server.url + house_address(world, 1))
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("mai ghi dở")


def test_a_shared_phone_says_offline_whose_work_it_shows(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, sign_in: Callable[[User], None]
) -> None:
    take_along()
    sign_in(survey_world.surveyor(world.round, "tuan"))
    open_phone(phone, live_server)
    phone.reload()
    phone.get_by_role("button", name="Làm tiếp với tên tuan").click()
    expect(phone.get_by_role("button", name="Tải về máy")).to_be_visible()
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_text("đây là phiếu của tuan")).to_be_visible()


def test_another_tab_is_closed_with_the_hand_over(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    other = phone.context.new_page()
    finish_house(other, live_server, world, 0)
    open_phone(phone, live_server)
    phone.get_by_role("button", name=LEAVE).click()
    expect(phone.get_by_role("link", name=SIGN_IN)).to_be_visible()
    expect(other.get_by_role("link", name=SIGN_IN)).to_be_visible()
    assert settings.SESSION_COOKIE_NAME not in {one["name"] for one in phone.context.cookies()}
