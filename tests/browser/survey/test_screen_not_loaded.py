"""A screen of which a script or style does not come: it says so, others still open, and so does it once it comes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.models import User
from tests.browser.survey.conftest import World, house_address
from tests.browser.survey.looking import look

NO_WORKER = "delete Navigator.prototype.serviceWorker"
"""A private window: files come over the line each time."""


@pytest.mark.parametrize("missing", ["**/house_screen*.js", "**/leaflet*.css"])
def test_a_screen_that_does_not_come_says_so_and_the_others_open(
    phone: Page, live_server: LiveServer, world: World, sign_in: Callable[[User], None], missing: str
) -> None:
    phone.add_init_script(NO_WORKER)
    sign_in(world.surveyor)
    phone.goto(f"{live_server.url}/survey/")
    phone.get_by_role("button", name="Tải về máy").click()
    expect(phone.get_by_role("link", name="Mở")).to_be_visible()
    phone.route(missing, lambda route: route.abort())
    phone.goto(live_server.url + house_address(world, 1))
    expect(phone.get_by_text("Màn hình này chưa mở được")).to_be_visible()
    expect(phone.get_by_text("Trình duyệt này quá cũ")).to_have_count(0)
    look(phone, "not-loaded")
    phone.goto(f"{live_server.url}/survey/#/phone")
    expect(phone.get_by_role("heading", name="Máy này", level=1)).to_be_visible()
    phone.goto(live_server.url + house_address(world, 1))
    expect(phone.get_by_text("Màn hình này chưa mở được")).to_be_visible()
    phone.unroute(missing)
    phone.get_by_role("button", name="Thử lại").click()
    expect(phone.get_by_label("Ghi chú về nhà")).to_be_visible()


def test_a_browser_that_keeps_nothing_is_told_so(
    phone: Page, live_server: LiveServer, world: World, sign_in: Callable[[User], None]
) -> None:
    phone.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    sign_in(world.surveyor)
    phone.goto(f"{live_server.url}/survey/")
    expect(phone.get_by_text("Trình duyệt này quá cũ, hoặc trang không mở qua https")).to_be_visible()
