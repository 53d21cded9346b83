"""A phone without room: what was kept stays kept, what is not kept is said, and nothing is sent twice for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey import line
from tests.browser.survey.conftest import World, house_address
from tests.browser.survey.installed import InstalledPhone, kept_on
from tests.browser.survey.test_sending import DONE, open_phone, rows, send_now
from tests.browser.survey.test_sending_photos import finish_with_photos, large_photo


def test_what_does_not_fit_is_said_and_is_kept_once_there_is_room(
    installed: InstalledPhone, world: World, tmp_path: Path
) -> None:
    installed.take_along(world.surveyor)
    installed.open(house_address(world, 0))
    installed.page.get_by_label("Ghi chú về nhà").fill("cổng xanh")
    expect(installed.page.get_by_text("Đã giữ trên máy.")).to_be_visible()
    installed.close()
    page = installed.start(offline=True)
    installed.full()
    installed.open(house_address(world, 0))
    note = page.get_by_label("Ghi chú về nhà")
    expect(note).to_have_value("cổng xanh")
    note.fill("cổng xanh, mái đỏ")
    expect(page.get_by_text("Chưa giữ được trên máy: bộ nhớ của máy đã đầy")).to_be_visible()
    page.get_by_label("Chọn ảnh có sẵn").set_input_files(large_photo(tmp_path))
    expect(page.get_by_text("Bộ nhớ của máy đã đầy, ảnh “0.jpg” chưa được giữ.")).to_be_visible()
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("button", name=DONE)).to_be_enabled()
    expect(page.get_by_role("alert").filter(has_text="Chưa giữ được trên máy")).to_be_visible()
    expect(note).to_have_value("cổng xanh, mái đỏ")
    [draft] = kept_on(page, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh"

    installed.full(False)
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(world.village.name)
    [entry] = kept_on(page, world.surveyor)["queue"]
    assert entry["draft"]["answers"]["house_note"] == "cổng xanh, mái đỏ"
    installed.online()
    expect(page.get_by_role("button", name="đã gửi 1")).to_be_visible()
    assert rows() == (1, 1)


def test_a_receipt_that_does_not_fit_is_asked_for_again(installed: InstalledPhone, world: World) -> None:
    installed.take_along(world.surveyor)
    installed.offline()
    installed.open(house_address(world, 0))
    installed.page.get_by_label("Bỏ không").check()
    installed.page.get_by_role("button", name=DONE).click()
    expect(installed.page.get_by_role("button", name="xong, chờ gửi 1")).to_be_visible()
    installed.close()
    page = installed.start(offline=False)
    installed.full()
    installed.open("/survey/#/phone")
    expect(page.get_by_text("Bộ nhớ của máy đã đầy")).to_be_visible()
    expect(page.get_by_text("Chờ gửi: 1 phiếu, 0 ảnh.")).to_be_visible()
    installed.full(False)
    send_now(page)
    expect(page.get_by_text("Biên nhận: 1.")).to_be_visible()
    expect(page.get_by_text("Bộ nhớ của máy đã đầy")).to_have_count(0)
    assert rows() == (1, 1)
    assert line.count("POST /api/survey/operations") >= 1


def test_a_village_that_does_not_fit_is_said_and_leaves_nothing(installed: InstalledPhone, world: World) -> None:
    page = installed.start(offline=False)
    installed.sign_in(world.surveyor)
    installed.open()
    expect(page.get_by_role("button", name="Tải về máy")).to_be_visible()
    installed.close()
    page = installed.start(offline=False)
    installed.full()
    installed.open()
    page.get_by_role("button", name="Tải về máy").click()
    expect(page.get_by_text("Bộ nhớ của máy đã đầy nên chưa tải được.")).to_be_visible()
    installed.full(False)
    page.get_by_role("button", name="Tải về máy").click()
    expect(page.get_by_role("link", name="Mở")).to_be_visible()


FILL = """() => {
  const { put } = IDBObjectStore.prototype;
  const remove = IDBCursor.prototype.delete;
  let isFull = true;
  IDBObjectStore.prototype.put = function (row) {
    if (isFull && row.bytes) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, row);
  };
  IDBCursor.prototype.delete = function () {
    isFull = false;
    return remove.call(this);
  };
}"""
"""A browser that takes no picture more until one has gone."""


def test_a_photo_that_the_server_has_makes_room_for_the_next(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    finish_with_photos(phone, live_server, world, 0, [large_photo(tmp_path, 0)])
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    open_phone(phone, live_server)
    expect(phone.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible()
    phone.context.set_offline(True)
    phone.evaluate(FILL)
    finish_with_photos(phone, live_server, world, 1, [large_photo(tmp_path, 1)])
    [left] = kept_on(phone, world.surveyor)["photos"]
    assert (left["house"], left["receipt"]) == (str(world.houses[1].pk), None)
