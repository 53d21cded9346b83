"""The soil map while answers are on their way, or did not come: what is typed and what is shown stays."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from soil_map.models import Campaign
from tests.browser.soil_map_page import LAT, LNG
from tests.browser.test_map_late_answers import held
from tests.browser.test_soil_viewer import AT_HOME, campaign, open_soil, two_campaigns

__all__ = ["campaign", "open_soil", "two_campaigns"]

ONLINE = "dispatchEvent(new Event('online'))"
SAYS = """
window.said = [];
window.isReleased = false;
new MutationObserver(() => window.said.push([document.documentElement.dataset.map, window.isReleased]))
  .observe(document, { subtree: true, attributes: true, attributeFilter: ["data-map"] });
"""
"""Remembers what the page said of its tiles, and whether those that the test held had come by then."""
NEXT_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_an_answer_leaves_the_yield_that_is_being_typed_as_it_is(
    page: Page, open_soil: Any, campaign: Campaign
) -> None:
    open_soil(f"?at={LNG},{LAT}{AT_HOME}")
    page.get_by_label("Cây trồng").select_option(label="Lúa vụ xuân")
    aimed = page.get_by_label("Năng suất (tấn/ha)")
    without = page.get_by_label("Khi không bón kali (tấn/ha)")
    needs = page.locator(".here-needs")
    expect(needs.locator(".notice")).to_contain_text("không bón kali")
    waiting = held(page, re.compile("target=5"))
    aimed.fill("5")
    with page.expect_request(re.compile("target=5")):
        page.keyboard.press("Tab")
    expect(without).to_be_focused()
    page.keyboard.type("4")
    waiting.is_over = True
    with page.expect_response(re.compile("target=5")):
        waiting[0].continue_()
    expect(page.locator("#here")).not_to_have_attribute("aria-busy", "true")
    expect(without).to_be_focused()
    expect(without).to_have_value("4")
    expect(aimed).to_have_value("5")
    page.keyboard.press("Tab")
    expect(needs.locator("li").first).to_contain_text("N:")
    expect(page).to_have_url(re.compile(r"target=5&zero_k=4"))
    expect(page.locator("#here-body .here-needs")).to_have_count(1)
    expect(page.locator("#here-body .here-place")).to_have_count(1)


def test_the_picture_of_a_difference_stays_when_the_network_is_back(
    page: Page, open_soil: Any, two_campaigns: Campaign
) -> None:
    open_soil()
    page.locator("#other").select_option(label="Đợt 2019")
    page.get_by_role("radio", name="Chênh lệch").check()
    picture = page.locator(".leaflet-left-difference-pane img")
    expect(picture).to_have_count(1)
    page.evaluate(ONLINE)
    expect(picture).to_have_count(1)
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 10


def test_a_difference_that_did_not_come_is_asked_for_again(page: Page, open_soil: Any, two_campaigns: Campaign) -> None:
    open_soil()
    page.route("**/difference.json", lambda route: route.abort())
    page.locator("#other").select_option(label="Đợt 2019")
    page.get_by_role("radio", name="Chênh lệch").check()
    place = page.locator("#difference")
    expect(place.locator(".notice")).to_contain_text("Chưa nối được máy chủ")
    page.unroute("**/difference.json")
    page.evaluate(ONLINE)
    expect(place).to_contain_text("Thay đổi từ Đợt 2019 đến Đợt 2025")


def test_the_map_is_drawn_once_all_of_its_tiles_have_come(
    page: Page, live_server: LiveServer, campaign: Campaign
) -> None:
    page.add_init_script(SAYS)
    waiting = held(page, "**/tiles/units/**")
    with page.expect_response("**/tiles/soil_samples/**"):
        page.goto(f"{live_server.url}/soil/{AT_HOME}")
    page.evaluate(NEXT_FRAMES)
    page.evaluate("window.isReleased = true")
    waiting.is_over = True
    for route in waiting:
        route.continue_()
    page.wait_for_selector("html[data-map=drawn]")
    assert waiting
    assert ["drawn", False] not in page.evaluate("window.said")
