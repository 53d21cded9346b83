"""A scanner that is open when its screen is left goes with it, and the camera is switched off."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.survey.conftest import World

FILMING = """
  window.filmed = [];
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").fillRect(0, 0, 1, 1);
    const stream = canvas.captureStream(5);
    window.filmed.push(...stream.getTracks());
    return stream;
  };
"""


def test_the_way_back_closes_the_scanner_and_switches_the_camera_off(
    phone: Page, take_along: Callable[[], None], world: World
) -> None:
    phone.add_init_script(FILMING)
    take_along()
    phone.get_by_role("link", name="Mở").click()
    phone.get_by_role("button", name="Quét biển số").click()
    expect(phone.get_by_role("dialog", name="Quét biển số")).to_be_visible()
    expect(phone.get_by_label("Đưa mã trên biển vào giữa khung.")).to_have_js_property("paused", False)
    phone.go_back()
    expect(phone.get_by_role("heading", name="Thôn được giao")).to_be_visible()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    assert phone.evaluate("window.filmed.map((track) => track.readyState)") == ["ended"]
    phone.go_forward()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(world.village.name)
    expect(phone.get_by_role("dialog")).to_have_count(0)
