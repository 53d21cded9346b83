"""Who is advised to put the page on the first screen is told first what lies here and would not be there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World
from tests.browser.survey.test_sending import finish_house, open_phone
from tests.browser.survey.test_whose_phone import note

MAY_GO = "navigator.storage.persisted = navigator.storage.persist = async () => false;"


def test_what_is_unsent_is_told_beside_the_advice(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    phone.add_init_script(MAY_GO)
    take_along()
    open_phone(phone, live_server)
    expect(phone.get_by_text("Hãy gửi hết phiếu trước, rồi thêm trang này vào màn hình chính")).to_be_visible()
    expect(phone.get_by_text("Ở đây còn chưa gửi")).to_be_hidden()
    phone.context.set_offline(True)
    finish_house(phone, live_server, world, 0)
    note(phone, live_server, world, "cổng xanh")
    open_phone(phone, live_server)
    expect(phone.get_by_text("Ở đây còn chưa gửi: 1 phiếu xong, 1 phiếu làm dở, 0 ảnh.")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_text("Ở đây còn chưa gửi: 0 phiếu xong, 1 phiếu làm dở, 0 ảnh.")).to_be_visible()
