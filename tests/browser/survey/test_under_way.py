"""What a form has begun when somebody goes away or finishes: a photo is made small, a place is measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World, house_address
from tests.browser.survey.house_stage import open_house
from tests.browser.survey.installed import kept_on
from tests.browser.survey.looking import look
from tests.browser.survey.test_leaving_a_house import LATER, is_in_the_village
from tests.browser.survey.test_sending import DONE
from tests.browser.survey.test_sending_photos import large_photo
from tests.browser.survey.test_whose_phone import note
from tests.survey import world as survey_world

SLOW = """() => {
  const open = window.createImageBitmap;
  window.gate = new Promise((go) => (window.goOn = go));
  window.createImageBitmap = async (...given) => {
    await window.gate;
    return open(...given);
  };
}"""
"""A phone that makes no photo small before it is told to go on."""
WAITING = "Đang thu nhỏ ảnh vừa chụp, xin chờ một chút…"
FULL_QUEUE = """() => {
  const { put } = IDBObjectStore.prototype;
  window.isFull = true;
  IDBObjectStore.prototype.put = function (row) {
    if (window.isFull && row.digest) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, row);
  };
}"""
"""A phone that has no room for an operation."""


def take_photo(phone: Page, live_server: LiveServer, world: World, folder: Path) -> None:
    """Type a note of the second house, and take a photo that is not made small yet."""
    note(phone, live_server, world, "cổng xanh")
    phone.evaluate(SLOW)
    phone.get_by_label("Chọn ảnh có sẵn").set_input_files(large_photo(folder))
    expect(phone.get_by_text("Đang thu nhỏ ảnh…", exact=True)).to_be_visible()


def test_who_finishes_while_a_place_is_measured_sends_it_and_leaves_no_draft(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    lng, lat = survey_world.WEST
    phone.context.set_geolocation({"longitude": lng, "latitude": lat, "accuracy": 15})  # goes on for half a minute
    phone.goto(live_server.url + house_address(world, 1))
    phone.get_by_label("Bỏ không").check()
    phone.get_by_role("button", name="Đo vị trí").click()
    expect(phone.get_by_text("Đang đo: 1 lần")).to_be_visible()
    phone.get_by_role("button", name=DONE).click()
    is_in_the_village(phone, world)
    kept = kept_on(phone, world.surveyor)
    assert kept["drafts"] == []
    [entry] = kept["queue"]
    assert entry["draft"]["position"]["accuracy_m"] == 15


def test_who_puts_a_house_off_while_a_place_is_measured_keeps_it(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    lng, lat = survey_world.WEST
    phone.context.set_geolocation({"longitude": lng, "latitude": lat, "accuracy": 15})
    phone.goto(live_server.url + house_address(world, 1))
    phone.get_by_role("button", name="Đo vị trí").click()
    expect(phone.get_by_text("Đang đo: 1 lần")).to_be_visible()
    phone.get_by_role("button", name=LATER).click()
    is_in_the_village(phone, world)
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["position"]["accuracy_m"] == 15


@pytest.mark.parametrize("name", [LATER, DONE])
def test_a_photo_that_is_being_made_small_is_waited_for(
    name: str, phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.context.set_offline(True)
    phone.goto(live_server.url + house_address(world, 1))
    phone.get_by_label("Bỏ không").check()
    take_photo(phone, live_server, world, tmp_path)
    phone.get_by_role("button", name=name).click()
    expect(phone.get_by_text(WAITING)).to_be_visible()
    look(phone, "photo-waited-for")
    phone.evaluate("window.goOn()")
    is_in_the_village(phone, world)
    kept = kept_on(phone, world.surveyor)
    assert [photo["hash"] == photo["sha256"] for photo in kept["photos"]] == [True]
    [draft] = kept["drafts"] or [entry["draft"] for entry in kept["queue"]]
    assert (len(kept["drafts"]), len(kept["queue"])) == ((1, 0) if name == LATER else (0, 1))
    assert draft["answers"]["photos"] == [photo["sha256"] for photo in kept["photos"]]
    assert [photo["sha256"] for photo in draft["photos"]] == draft["answers"]["photos"]


def test_a_photo_that_somebody_did_not_wait_for_writes_over_nothing(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    take_photo(phone, live_server, world, tmp_path)
    phone.get_by_role("button", name=LATER).click()
    phone.get_by_role("button", name="Bỏ ảnh này, không chờ").click()
    is_in_the_village(phone, world)
    phone.evaluate("(address) => (location.hash = address)", house_address(world, 1).partition("#")[2])
    field = phone.get_by_label("Ghi chú về nhà")
    expect(field).to_have_value("cổng xanh")
    field.fill("cổng xanh, mái đỏ")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    phone.evaluate("window.goOn()")
    # Another photo goes behind the one that nobody waited for.
    phone.get_by_label("Chọn ảnh có sẵn").set_input_files(large_photo(tmp_path, 1))
    expect(phone.get_by_text("1 ảnh,")).to_be_visible()
    kept = kept_on(phone, world.surveyor)
    [draft], [photo] = kept["drafts"], kept["photos"]
    assert draft["answers"]["house_note"] == "cổng xanh, mái đỏ"
    assert draft["answers"]["photos"] == [photo["sha256"]]
    assert kept["pictures"] == 1


def test_what_is_being_finished_cannot_be_thrown_away_meanwhile(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.context.set_offline(True)
    take_photo(phone, live_server, world, tmp_path)
    phone.get_by_label("Bỏ không").check()
    drop = phone.get_by_role("button", name="Bỏ phiếu này")
    drop.click()
    expect(phone.get_by_role("button", name="Bỏ phiếu", exact=True)).to_be_visible()
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_text(WAITING)).to_be_visible()
    expect(phone.get_by_role("button", name="Bỏ phiếu", exact=True)).to_have_count(0)
    expect(drop).to_be_hidden()
    phone.evaluate("window.goOn()")
    is_in_the_village(phone, world)
    assert len(kept_on(phone, world.surveyor)["queue"]) == 1


def test_who_throws_a_form_away_whose_photo_is_waited_for_goes_at_once_and_once(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.context.set_offline(True)
    take_photo(phone, live_server, world, tmp_path)
    phone.get_by_role("button", name=LATER).click()
    expect(phone.get_by_text(WAITING)).to_be_visible()
    phone.get_by_role("button", name="Bỏ phiếu này").click()
    phone.get_by_role("button", name="Bỏ phiếu", exact=True).click()
    is_in_the_village(phone, world)
    phone.evaluate("location.hash = '#/phone'")
    expect(phone.get_by_role("button", name="Gửi ngay")).to_be_visible()
    phone.evaluate("window.goOn()")
    phone.get_by_role("button", name="Gửi ngay").click()
    expect(phone.get_by_role("button", name="Gửi ngay")).to_be_enabled()
    assert phone.url.endswith("#/phone")
    kept = kept_on(phone, world.surveyor)
    assert (kept["drafts"], kept["queue"], kept["photos"]) == ([], [], [])


def test_what_was_thrown_away_while_it_waited_is_not_handed_over(
    phone: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    open_house(phone, live_server)
    phone.get_by_label("Bỏ không").check()
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    phone.evaluate(SLOW)
    phone.get_by_label("Chọn ảnh có sẵn").set_input_files(large_photo(tmp_path))
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_text(WAITING)).to_be_visible()
    phone.evaluate("window.stage.close()")  # as another tab does that takes the house
    phone.evaluate("window.goOn()")
    phone.evaluate("window.stage.leaving.settled()")
    assert phone.text_content("#done") == ""


def test_what_finds_no_room_in_the_queue_is_said_and_stays_a_draft(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    note(phone, live_server, world, "cổng xanh")
    phone.get_by_label("Bỏ không").check()
    phone.evaluate(FULL_QUEUE)
    phone.get_by_role("button", name=DONE).click()
    told = phone.get_by_role("alert").filter(has_text="Chưa xếp được phiếu vào hàng chờ gửi: bộ nhớ của máy đã đầy")
    expect(told).to_be_visible()
    look(phone, "not-handed-over")
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh, mái đỏ")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh, mái đỏ"
    phone.evaluate("window.isFull = false")
    phone.get_by_role("button", name=DONE).click()
    is_in_the_village(phone, world)
    kept = kept_on(phone, world.surveyor)
    assert kept["drafts"] == []
    assert [entry["draft"]["answers"]["house_note"] for entry in kept["queue"]] == ["cổng xanh, mái đỏ"]


ELSEWHERE = "location.hash = '#/phone'"


@pytest.mark.parametrize("first", ["finished", "left"])
def test_who_finishes_a_house_and_goes_somewhere_else_meanwhile_has_finished_it_and_is_there(
    first: str, phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.context.set_offline(True)
    phone.goto(live_server.url + house_address(world, 1))
    phone.get_by_label("Bỏ không").check()
    take_photo(phone, live_server, world, tmp_path)
    if first == "finished":
        phone.get_by_role("button", name=DONE).click()
        phone.evaluate(ELSEWHERE)
    else:
        phone.evaluate(ELSEWHERE)
        expect(phone.get_by_text(WAITING)).to_be_visible()
        phone.get_by_role("button", name=DONE).click()
    phone.evaluate("window.goOn()")
    expect(phone.get_by_text("Chờ gửi: 1 phiếu, 1 ảnh.")).to_be_visible()
    kept = kept_on(phone, world.surveyor)
    assert (len(kept["drafts"]), len(kept["queue"])) == (0, 1)
    assert phone.url.endswith("#/phone")


def test_who_goes_somewhere_else_while_a_house_cannot_be_finished_stays_and_reads_why(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    phone.context.set_offline(True)
    take_photo(phone, live_server, world, tmp_path)
    phone.get_by_role("button", name=DONE).click()
    phone.evaluate(ELSEWHERE)
    phone.evaluate("window.goOn()")
    expect(phone.get_by_text("mục cần sửa")).to_be_visible()
    expect(phone).to_have_url(live_server.url + house_address(world, 1))
    phone.evaluate(ELSEWHERE)  # whoever goes again puts it off
    expect(phone.get_by_text("Đang làm dở: 1 phiếu.")).to_be_visible()
