"""Two tabs of one person never send at once: the second one says so, and sends once the first has ended."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey import line
from tests.browser.survey.conftest import World
from tests.browser.survey.looking import look
from tests.browser.survey.test_sending import finish_house, open_phone, rows

SENDING = """(id) => new Promise((begun) => {
  navigator.locks.request("sonha-survey-" + id, () => new Promise(() => begun()));
})"""


def test_the_button_of_a_second_tab_says_that_the_first_one_sends(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with line.bad("broken", "/api/survey/operations"):
        finish_house(phone, live_server, world, 0)
        open_phone(phone, live_server)
        expect(phone.get_by_text("Chờ gửi: 1 phiếu, 0 ảnh.")).to_be_visible()
        first = phone.context.new_page()
        first.goto(f"{live_server.url}/survey/manifest.webmanifest")
        first.evaluate(SENDING, world.surveyor.pk)
    phone.get_by_role("button", name="Gửi ngay").click()
    expect(phone.get_by_text("thẻ đó đang gửi")).to_be_visible()
    look(phone, "another_tab")
    assert rows() == (0, 0)
    first.close()
    phone.get_by_role("button", name="Gửi ngay").click()
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    expect(phone.get_by_text("thẻ đó đang gửi")).to_have_count(0)
    assert rows() == (1, 1)
