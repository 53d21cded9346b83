"""The survey without a network: it opens, lists what was taken along, keeps what is done and sends it later."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World


def test_the_village_is_there_in_aeroplane_mode_after_the_browser_was_closed(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    phone.close()
    again = phone.context.new_page()
    again.goto(f"{live_server.url}/survey/")
    again.get_by_role("link", name="Mở").click()
    expect(again.get_by_role("heading", level=1)).to_contain_text(world.village.name)
    expect(again.get_by_role("listitem")).to_have_count(10)
    expect(again.get_by_text("Nguyễn Văn 3")).to_be_visible()
    again.get_by_role("button", name="Tìm nhà gần tôi").click()
    expect(again.get_by_role("listitem").first).to_contain_text("21 m")
    again.get_by_role("searchbox").fill("nguyen van 10")
    expect(again.get_by_role("listitem")).to_have_count(1)
