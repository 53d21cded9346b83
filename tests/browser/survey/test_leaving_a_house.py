"""Going away from a house's form: nothing typed is lost, nothing untouched is kept, and a draft can be thrown away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World, house_address
from tests.browser.survey.installed import kept_on
from tests.browser.survey.looking import look
from tests.browser.survey.test_sending import DONE
from tests.browser.survey.test_sending_photos import large_photo
from tests.browser.survey.test_whose_phone import note

LATER = "Để sau"
NO_ROOM = """() => {
  const { put } = IDBObjectStore.prototype;
  window.isFull = true;
  IDBObjectStore.prototype.put = function (row) {
    if (window.isFull && row.held) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, row);
  };
}"""
"""A browser that keeps no draft more as long as it is full."""
NO_REMOVAL = """() => {
  IDBObjectStore.prototype.delete = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
}"""
"""A browser whose disk is so full that it cannot even note what goes."""


def is_in_the_village(phone: Page, world: World) -> None:
    """The list of houses is shown."""
    expect(phone.get_by_role("heading", level=1)).to_contain_text(world.village.name)


def test_a_house_that_was_only_looked_at_leaves_no_draft(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.goto(live_server.url + house_address(world, 1))
    expect(phone.get_by_role("button", name="Bỏ phiếu này")).to_be_hidden()
    phone.get_by_role("button", name=LATER).click()
    is_in_the_village(phone, world)
    assert kept_on(phone, world.surveyor)["drafts"] == []
    note(phone, live_server, world, "cổng xanh")
    expect(phone.locator("#survey-phone")).to_contain_text("1")
    phone.get_by_label("Ghi chú về nhà").fill("")
    phone.get_by_role("link", name=world.village.name).click()
    is_in_the_village(phone, world)
    assert kept_on(phone, world.surveyor)["drafts"] == []
    expect(phone.locator("#survey-phone")).to_have_text("Máy này")


def test_a_draft_is_thrown_away_with_its_photos_once_somebody_says_so(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    note(phone, live_server, world, "nhầm nhà")
    phone.get_by_label("Chọn ảnh có sẵn").set_input_files(large_photo(tmp_path))
    expect(phone.get_by_text("1 ảnh,")).to_be_visible()
    phone.get_by_role("button", name="Bỏ phiếu này").click()
    expect(phone.get_by_text("Bỏ mọi điều đang ghi dở của nhà này và 1 ảnh?")).to_be_visible()
    look(phone, "throw-away")
    phone.get_by_role("button", name="Giữ phiếu").click()
    assert len(kept_on(phone, world.surveyor)["drafts"]) == 1
    phone.get_by_role("button", name="Bỏ phiếu này").click()
    phone.get_by_role("button", name="Bỏ phiếu", exact=True).click()
    is_in_the_village(phone, world)
    kept = kept_on(phone, world.surveyor)
    assert (kept["drafts"], kept["photos"]) == ([], [])
    expect(phone.locator("#survey-phone")).to_have_text("Máy này")


def test_what_cannot_be_thrown_away_is_said_and_goes_on(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "nhầm nhà")
    phone.evaluate(NO_REMOVAL)
    phone.get_by_role("button", name="Bỏ phiếu này").click()
    phone.get_by_role("button", name="Bỏ phiếu", exact=True).click()
    expect(phone.get_by_text("Chưa bỏ được phiếu: bộ nhớ của máy đã đầy. Phiếu vẫn còn nguyên")).to_be_visible()
    look(phone, "not-thrown-away")
    phone.get_by_role("button", name="Giữ phiếu").click()
    phone.get_by_label("Ghi chú về nhà").fill("đúng nhà")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    phone.get_by_role("button", name=LATER).click()
    is_in_the_village(phone, world)
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "đúng nhà"


def test_what_could_not_be_kept_holds_the_page_until_it_is_or_somebody_gives_it_up(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "cổng xanh")
    phone.evaluate(NO_ROOM)
    field = phone.get_by_label("Ghi chú về nhà")
    field.fill("cổng xanh, mái đỏ")
    stays = phone.get_by_text("Chưa rời trang được")
    for role, name in (("button", LATER), ("link", world.village.name)):
        phone.get_by_role(role, name=name).click()  # type: ignore[arg-type]
        expect(stays).to_be_visible()
        expect(field).to_have_value("cổng xanh, mái đỏ")
        expect(phone).to_have_url(live_server.url + house_address(world, 1))
    look(phone, "not-kept")
    phone.evaluate("window.isFull = false")
    phone.get_by_role("button", name="Thử giữ lại").click()
    expect(stays).to_have_count(0)
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh, mái đỏ"
    phone.evaluate("window.isFull = true")
    field.fill("thôi")
    phone.get_by_role("button", name=LATER).click()
    phone.get_by_role("button", name="Rời đi, bỏ phần chưa giữ").click()
    is_in_the_village(phone, world)
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh, mái đỏ"


def test_a_house_is_open_in_one_tab_and_goes_on_in_the_other_with_all_that_was_typed(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "thẻ một")
    other = phone.context.new_page()
    other.goto(live_server.url + house_address(world, 1))
    expect(other.get_by_text("Nhà này đang mở ở một trang khác")).to_be_visible()
    expect(other.get_by_label("Ghi chú về nhà")).to_have_count(0)
    look(other, "other-tab")
    other.get_by_role("button", name="Làm tiếp ở đây").click()
    expect(other.get_by_label("Ghi chú về nhà")).to_have_value("thẻ một")
    expect(phone.get_by_text("Nhà này đang mở ở một trang khác")).to_be_visible()
    other.get_by_label("Có người ở").check()
    expect(other.get_by_text("Đã giữ trên máy.")).to_be_visible()
    other.get_by_role("button", name=LATER).click()
    is_in_the_village(other, world)
    phone.get_by_role("button", name="Làm tiếp ở đây").click()
    expect(phone.get_by_label("Có người ở")).to_be_checked()
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("thẻ một")


def test_what_changes_nothing_is_not_handed_over(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "cổng xanh")
    phone.get_by_label("Bỏ không").check()
    phone.get_by_role("button", name=DONE).click()
    is_in_the_village(phone, world)
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    phone.goto(live_server.url + house_address(world, 1))
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_text("Phiếu chưa có gì mới để gửi.")).to_be_visible()
