"""Whoever asks for sending while it is under way, or just ends, gets one more pass after it, and no more than one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyDevice
from tests.browser.survey import line
from tests.browser.survey.conftest import World
from tests.browser.survey.test_name_of_phone import names_it
from tests.browser.survey.test_sending import at_rest, finish_house, open_phone, rows, send_now

ENDS_SLOWLY = """() => {
  const { request } = LockManager.prototype;
  const gate = new Promise((go) => (window.goOn = go));
  LockManager.prototype.request = async function (...given) {
    const told = await request.apply(this, given);
    if (/^sonha-survey-\\d+$/.test(given[0])) await gate;
    return told;
  };
}"""
"""A slow phone: a pass that has let go of its lock is not over before the test says so."""
FAULT = """() => {
  window.faults = [];
  window.addEventListener("unhandledrejection", (event) => {
    window.faults.push(event.reason.message);
    event.preventDefault();
  });
  const { put } = IDBObjectStore.prototype;
  let isFaulty = true;
  IDBObjectStore.prototype.put = function (row) {
    if (isFaulty && row.name === "me") {
      isFaulty = false;
      throw new DOMException("odd", "DataError");
    }
    return put.call(this, row);
  };
}"""
"""What the next pass hears of its person cannot be written down, for a reason that nobody has foreseen."""
ONLINE = "window.dispatchEvent(new Event('online'))"


@pytest.mark.parametrize("asked", ["by the button", "by the network"])
def test_what_is_asked_for_while_a_pass_ends_is_sent_at_once_in_one_more(
    asked: str, phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with line.bad("signed out", "/api/survey/operations"):
        finish_house(phone, live_server, world, 0)
        open_phone(phone, live_server)
        at_rest(phone)
        phone.evaluate(ENDS_SLOWLY)
        send_now(phone)
        at_rest(phone)
        expect(phone.get_by_role("link", name="Đăng nhập")).to_be_visible()
    before = line.count("GET /api/survey/me")
    for _ in range(3):
        if asked == "by the button":
            phone.get_by_role("button", name="Gửi ngay").click()
        else:
            phone.evaluate(ONLINE)
    phone.evaluate("window.goOn()")
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    at_rest(phone)
    assert rows() == (1, 1)
    assert line.count("GET /api/survey/me") == before + 1


def test_a_revoked_phone_asks_again_when_the_button_is_pressed_as_it_ends(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    open_phone(phone, live_server)
    at_rest(phone)
    with transaction.atomic():
        SurveyDevice.objects.update(revoked_at="2026-01-01T00:00:00Z")
    phone.evaluate(ENDS_SLOWLY)
    send_now(phone)
    at_rest(phone)
    expect(phone.get_by_text("Máy này đã bị thu hồi quyền gửi.")).to_be_visible()
    with transaction.atomic():
        SurveyDevice.objects.update(revoked_at=None)
    phone.get_by_role("button", name="Gửi ngay").click()
    phone.evaluate("window.goOn()")
    expect(phone.get_by_text("Máy này đã bị thu hồi quyền gửi.")).to_have_count(0)


def test_a_name_that_is_given_while_something_is_under_way_reaches_the_desk_after_it(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    open_phone(phone, live_server)
    at_rest(phone)
    with phone.expect_response(names_it("Máy của Mai")), line.bad("slow", "/api/survey/devices"):
        with phone.expect_request("**/api/survey/devices"):  # tells the name that it had
            phone.get_by_role("button", name="Gửi ngay").click()
        phone.get_by_label("Cán bộ xã nhận ra máy này bằng tên").fill("Máy của Mai")
        phone.get_by_role("button", name="Giữ tên này").click()
        expect(phone.get_by_text("Đã giữ tên.")).to_be_visible()
    with transaction.atomic():
        assert SurveyDevice.objects.get().name == "Máy của Mai"


def test_what_was_asked_for_while_a_pass_fails_is_sent_in_the_next_one_at_once(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with line.bad("broken"):
        finish_house(phone, live_server, world, 0)
        open_phone(phone, live_server)
        for _ in range(5):  # by itself it would not try again for a minute
            send_now(phone)
        at_rest(phone)
    with line.bad("slow", "/api/survey/me", times=1):
        send_now(phone)
        phone.evaluate(FAULT)
        phone.evaluate(ONLINE)
    expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
    assert rows() == (1, 1)
    at_rest(phone)
    assert phone.evaluate("window.faults") == ["odd"]  # it is told all the same
