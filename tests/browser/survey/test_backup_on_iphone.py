"""A backup on an iPhone's first screen, where nothing is downloaded: it goes by the share sheet, on its own press."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World
from tests.browser.survey.looking import look
from tests.browser.survey.test_sending import open_phone
from tests.browser.survey.test_whose_phone import note

ON_THE_FIRST_SCREEN = """
Object.defineProperty(navigator, "standalone", { value: true });
window.shared = [];
window.isClosedByHand = false;
navigator.share = async ({ files: [file] }) => {
  if (!navigator.userActivation.isActive) throw new DOMException("no press", "NotAllowedError");
  if (window.isClosedByHand) throw new DOMException("closed", "AbortError");
  window.shared.push([file.name, file.size]);
};
"""
"""As Safari is there: a share sheet that opens right after a press, and that somebody may close."""


def test_the_backup_goes_by_the_share_sheet_and_nothing_says_that_it_is_saved_before(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    phone.add_init_script(ON_THE_FIRST_SCREEN)
    take_along()
    note(phone, live_server, world, "cổng xanh")
    downloads: list[object] = []
    phone.on("download", lambda one: downloads.append(one))
    open_phone(phone, live_server)
    phone.get_by_label("Mật khẩu của tệp").fill("một hai ba bốn")
    phone.get_by_role("button", name="Lưu tệp dự phòng").click()
    expect(phone.get_by_text("Tệp đã sẵn sàng nhưng chưa được lưu.")).to_be_visible()
    look(phone, "backup-ready")
    assert phone.evaluate("window.shared") == []
    save = phone.get_by_role("button", name="Lưu tệp", exact=True)
    phone.evaluate("window.isClosedByHand = true")
    save.click()
    expect(phone.get_by_text("Tệp chưa được lưu.")).to_be_visible()
    phone.evaluate("window.isClosedByHand = false")
    save.click()
    expect(phone.get_by_text("Đã tạo tệp: 0 phiếu chờ gửi, 1 phiếu dở, 0 ảnh.")).to_be_visible()
    [[name, size]] = phone.evaluate("window.shared")
    assert name.endswith(".sonhasv")
    assert size > 100
    assert downloads == []
    assert len(phone.context.pages) == 1
