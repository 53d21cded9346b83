"""Photos that no draft names, and those that the server refused: each with its house, and somebody can give them up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey import line
from tests.browser.survey.conftest import World
from tests.browser.survey.installed import kept_on
from tests.browser.survey.looking import look
from tests.browser.survey.test_leaving_a_house import is_in_the_village
from tests.browser.survey.test_sending import DONE, at_rest, open_phone
from tests.browser.survey.test_sending_photos import PHOTOS, finish_with_photos, large_photo

LEAVE_BEHIND = """async ([user, round, house]) => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open(`sonha-survey-${user}`);
    asked.onsuccess = () => resolve(asked.result);
  });
  const bytes = new TextEncoder().encode("no picture at all").buffer;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("");
  const key = { round, house, sha256 };
  const row = { ...key, question: "photos", size: bytes.byteLength, receipt: null, state: "waiting", error: "" };
  const writing = database.transaction(["photos", "pictures"], "readwrite");
  writing.objectStore("photos").put(row);
  writing.objectStore("pictures").put({ ...key, bytes });
  await new Promise((resolve) => (writing.oncomplete = resolve));
  database.close();
}"""
"""As an older version left it when the browser was killed between picture and draft; it is no picture, too."""


def test_a_photo_that_nothing_names_comes_to_its_house_and_one_that_was_refused_can_be_given_up(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.evaluate(LEAVE_BEHIND, [world.surveyor.pk, str(world.round.pk), str(world.houses[1].pk)])
    open_phone(phone, live_server)
    expect(phone.get_by_text("Một ảnh chưa phiếu nào ghi; mở nhà để đưa ảnh vào phiếu.")).to_be_visible()
    look(phone, "loose-photo")
    phone.get_by_role("link", name="2, Đường Bàng").click()
    expect(phone.get_by_text("Máy còn giữ 1 ảnh của nhà này mà chưa phiếu nào ghi")).to_be_visible()
    expect(phone.get_by_text("1 ảnh,")).to_be_visible()
    phone.get_by_label("Bỏ không").check()
    phone.get_by_role("button", name=DONE).click()
    is_in_the_village(phone, world)
    open_phone(phone, live_server)
    expect(phone.get_by_text("Máy chủ không nhận một ảnh:")).to_be_visible()
    expect(phone.get_by_role("link", name="2, Đường Bàng")).to_be_visible()
    at_rest(phone)  # each word with the server draws the list anew
    expect(phone.get_by_role("button", name="Gửi ngay")).to_be_enabled()
    phone.get_by_role("button", name="Bỏ ảnh này").click()
    expect(phone.get_by_text("Ảnh chỉ có trên máy này. Bỏ hẳn?")).to_be_visible()
    look(phone, "refused-photo")
    phone.get_by_role("button", name="Giữ ảnh").click()
    assert len(kept_on(phone, world.surveyor)["photos"]) == 1
    phone.get_by_role("button", name="Bỏ ảnh này").click()
    phone.get_by_role("button", name="Bỏ hẳn").click()
    expect(phone.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible()
    expect(phone.locator("#survey-phone")).to_have_text("Máy này")
    kept = kept_on(phone, world.surveyor)
    assert (kept["photos"], kept["pictures"]) == ([], 0)
    phone.goto(f"{live_server.url}/survey/#/")
    phone.get_by_role("button", name="Bỏ khỏi máy").click()
    expect(phone.get_by_role("button", name="Tải về máy")).to_be_visible()


FORGET = """async ([user, names]) => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open(`sonha-survey-${user}`);
    asked.onsuccess = () => resolve(asked.result);
  });
  const writing = database.transaction(names, "readwrite");
  for (const name of names) writing.objectStore(name).clear();
  await new Promise((resolve) => (writing.oncomplete = resolve));
  database.close();
}"""
"""As nothing of ours lets photos vanish."""


@pytest.mark.parametrize("names", [["pictures"], ["photos", "pictures"]], ids=["its picture", "all of it"])
def test_a_photo_that_has_vanished_is_told_and_given_up_and_the_village_may_go(
    names: list[str], phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    with line.bad("broken", PHOTOS):
        finish_with_photos(phone, live_server, world, 1, [large_photo(tmp_path)])
        open_phone(phone, live_server)
        expect(phone.get_by_text("Biên nhận: 1.")).to_be_visible()
        phone.evaluate(FORGET, [world.surveyor.pk, names])
        phone.context.set_offline(True)  # it has to be told there too
    phone.reload()
    told = phone.get_by_text("Một ảnh của phiếu đã xong không còn trên máy này")
    expect(told).to_be_visible()
    expect(phone.get_by_text("Chờ gửi: 0 phiếu, 1 ảnh.")).to_be_visible()
    phone.goto(f"{live_server.url}/survey/#/")
    phone.get_by_role("button", name="Bỏ khỏi máy").click()
    expect(phone.get_by_text("Thôn này còn phiếu chưa gửi nên chưa bỏ được.")).to_be_visible()
    open_phone(phone, live_server)
    phone.get_by_role("button", name="Bỏ ảnh này").click()
    expect(phone.get_by_text("Thôi hỏi máy chủ về ảnh này?")).to_be_visible()
    look(phone, "missing-photo")
    phone.get_by_role("button", name="Bỏ hẳn").click()
    expect(phone.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible()
    expect(told).to_have_count(0)
    phone.goto(f"{live_server.url}/survey/#/")
    phone.get_by_role("button", name="Bỏ khỏi máy").click()
    expect(phone.get_by_role("button", name="Tải về máy")).to_be_visible()
