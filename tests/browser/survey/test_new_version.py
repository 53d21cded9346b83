"""Another page lets a new version in, or hands the phone over, while a form holds what could not be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World
from tests.browser.survey.installed import kept_on
from tests.browser.survey.test_leaving_a_house import NO_ROOM
from tests.browser.survey.test_sending import open_phone
from tests.browser.survey.test_under_way import WAITING, take_photo
from tests.browser.survey.test_whose_phone import LEAVE, SIGN_IN, note

NEW_VERSION = "window.isOld = true; navigator.serviceWorker.dispatchEvent(new Event('controllerchange'))"
"""What a page hears when another one has let a new version in."""


def test_a_new_version_waits_for_what_could_not_be_kept(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "cổng xanh")
    phone.reload()
    field = phone.get_by_label("Ghi chú về nhà")
    expect(field).to_have_value("cổng xanh")
    phone.evaluate(NO_ROOM)
    field.fill("cổng xanh, mái đỏ")
    phone.evaluate(NEW_VERSION)
    expect(phone.get_by_text("Chưa rời trang được")).to_be_visible()
    expect(field).to_have_value("cổng xanh, mái đỏ")
    assert phone.evaluate("window.isOld") is True
    phone.evaluate("window.isFull = false")
    phone.get_by_role("button", name="Thử giữ lại").click()
    expect(phone.get_by_text("Chưa rời trang được")).to_have_count(0)
    with phone.expect_navigation():
        phone.get_by_role("button", name="Dùng bản mới").click()
    expect(field).to_have_value("cổng xanh, mái đỏ")
    assert phone.evaluate("window.isOld ?? null") is None


def test_a_phone_that_is_handed_over_in_another_tab_loses_nothing_that_could_not_be_kept(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "cổng xanh")
    phone.evaluate(NO_ROOM)
    field = phone.get_by_label("Ghi chú về nhà")
    field.fill("cổng xanh, mái đỏ")
    other = phone.context.new_page()
    open_phone(other, live_server)
    other.get_by_role("button", name=LEAVE).click()
    expect(other.get_by_role("link", name=SIGN_IN)).to_be_visible()
    expect(phone.get_by_text("Chưa rời trang được")).to_be_visible()
    expect(field).to_have_value("cổng xanh, mái đỏ")
    phone.evaluate("window.isFull = false")
    phone.get_by_role("button", name="Thử giữ lại").click()
    expect(phone.get_by_text("Chưa rời trang được")).to_have_count(0)
    phone.get_by_role("button", name="Để sau").click()
    expect(phone.get_by_role("link", name=SIGN_IN)).to_be_visible()
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh, mái đỏ"


def test_a_phone_that_is_handed_over_in_another_tab_asks_about_the_photo_where_somebody_sees_it(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    take_photo(phone, live_server, world, tmp_path)
    other = phone.context.new_page()
    open_phone(other, live_server)
    other.get_by_role("button", name=LEAVE).click()
    expect(other.get_by_role("link", name=SIGN_IN)).to_be_visible()
    expect(phone.get_by_text(WAITING)).to_be_visible()
    phone.get_by_role("button", name="Bỏ ảnh này, không chờ").click()
    expect(phone.get_by_role("link", name=SIGN_IN)).to_be_visible()
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh"
