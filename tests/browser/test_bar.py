"""The bar of every page on a phone: two rows, nothing beyond the edge, every section within reach without scripts."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.models import User
from tests.browser.conftest import PHONE
from tests.browser.widths import width_of

ROW_PX = 44


def open_page(browser: Browser, live_server: LiveServer, person: User, path: str, *, scripts: bool) -> Page:
    """A page of a signed-in person on a phone."""
    client = Client()
    client.force_login(person)
    context = browser.new_context(locale="vi-VN", viewport=PHONE, java_script_enabled=scripts)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + path)
    return page


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_every_section_is_in_reach_on_a_phone(
    browser: Browser, live_server: LiveServer, officer: User, scripts: bool
) -> None:
    page = open_page(browser, live_server, officer, "/people/", scripts=scripts)
    bar, sections = page.locator("header.bar"), page.get_by_role("navigation", name="Các phần")
    assert bar.bounding_box()["height"] < 3 * ROW_PX  # type: ignore[index]
    expect(sections.locator("[aria-current]")).to_be_in_viewport(ratio=1)
    ground = bar.evaluate("bar => getComputedStyle(bar).color")
    assert sections.locator("summary").evaluate("toggle => getComputedStyle(toggle).color") == ground
    hidden = sections.get_by_role("link", name="Nhật ký")
    expect(hidden).not_to_be_in_viewport()
    sections.get_by_text("Mục khác").click()
    for link in sections.get_by_role("link").all():
        expect(link).to_be_in_viewport(ratio=1)
    hidden.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nhật ký")


def test_the_keyboard_finds_what_is_folded_away(browser: Browser, live_server: LiveServer, officer: User) -> None:
    page = open_page(browser, live_server, officer, "/audit/", scripts=True)
    last = page.get_by_role("navigation", name="Các phần").get_by_role("link").last
    page.locator(".mark").focus()
    for _step in range(20):
        page.keyboard.press("Tab")
        if last.evaluate("link => link === document.activeElement"):
            break
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport(ratio=1)


def test_a_new_key_stays_within_the_phone(browser: Browser, live_server: LiveServer, viewer: User) -> None:
    page = open_page(browser, live_server, viewer, "/account/keys/", scripts=True)
    page.locator("[name=name]").fill("Bảng tính")
    page.locator("[name=password]").fill("mật khẩu thử")
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.get_by_role("button", name="Chép khóa")).to_be_visible()
    page.wait_for_load_state()
    box = page.locator("#new-key").bounding_box()
    assert box is not None and box["x"] + box["width"] <= PHONE["width"]
    assert width_of(page) <= PHONE["width"]


def test_more_sections_than_a_desk_has_room_for_fold_into_one_line(
    browser: Browser, live_server: LiveServer, officer: User
) -> None:
    page = open_page(browser, live_server, officer, "/audit/", scripts=False)
    page.set_viewport_size({"width": 1280, "height": 800})
    bar, sections = page.locator("header.bar"), page.get_by_role("navigation", name="Các phần")
    assert bar.bounding_box()["height"] < 2 * ROW_PX  # type: ignore[index]
    expect(sections.locator("[aria-current]")).to_be_in_viewport(ratio=1)
    sections.get_by_text("Mục khác").click()
    for link in sections.get_by_role("link").all():
        expect(link).to_be_in_viewport(ratio=1)
