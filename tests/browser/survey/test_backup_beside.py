"""A backup beside what lies on the phone: both drafts of a house are shown, and what opens no more can be given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.models import User
from tests.browser.survey import line
from tests.browser.survey.conftest import World, house_address, show_house
from tests.browser.survey.installed import kept_on
from tests.browser.survey.looking import look
from tests.browser.survey.test_closed_database import CLOSE, watched
from tests.browser.survey.test_sending import finish_house, open_phone

PASSPHRASE = "một hai ba bốn"
HOLD = "(name) => new Promise((held) => { navigator.locks.request(name, () => new Promise(() => held())); })"
NO_ROOM = """() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (row) {
    if (!window.hasRoom) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, row);
  };
}"""
IN_PART = """(user) => new Promise((resolve, reject) => {
  const asked = indexedDB.open(`sonha-survey-${user}`);
  asked.onsuccess = () => {
    const changing = asked.result.transaction("packs", "readwrite");
    const packs = changing.objectStore("packs");
    packs.getAll().onsuccess = ({ target }) => packs.put({ ...target.result[0], cursor: "", isPart: true });
    changing.oncomplete = () => { asked.result.close(); resolve(); };
    changing.onabort = () => reject(changing.error);
  };
})"""
WITHOUT_VILLAGE = """(user) => new Promise((resolve, reject) => {
  const asked = indexedDB.open(`sonha-survey-${user}`);
  asked.onsuccess = () => {
    const changing = asked.result.transaction(["packs", "queue"], "readwrite");
    changing.objectStore("packs").clear();
    const queue = changing.objectStore("queue");
    queue.getAll().onsuccess = ({ target }) => {
      for (const entry of target.result) queue.put({ ...entry, state: "refused", code: "faults", error: "Chưa nhận." });
    };
    changing.oncomplete = () => { asked.result.close(); resolve(); };
    changing.onabort = () => reject(changing.error);
  };
})"""


def note(phone: Page, live_server: LiveServer, world: World, place: int, text: str) -> None:
    """Type a note on a house, and leave its form."""
    show_house(phone, live_server, world, place)
    phone.get_by_label("Ghi chú về nhà").fill(text)
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    phone.get_by_role("button", name="Để sau").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(world.village.name)


def without_village(phone: Page, live_server: LiveServer, user: User) -> None:
    """What lies here is as after an older backup was loaded: no village, and what was sent was refused."""
    open_phone(phone, live_server)
    expect(phone.get_by_role("button", name="Lưu tệp dự phòng")).to_be_visible()
    phone.evaluate(WITHOUT_VILLAGE, user.pk)


def beside(phone: Page, live_server: LiveServer, world: World, folder: Path) -> Path:
    """A file holds a house's draft, and another one lies on the phone: both are shown. Returns the file."""
    note(phone, live_server, world, 0, "cổng xanh")
    open_phone(phone, live_server)
    phone.get_by_label("Mật khẩu của tệp").fill(PASSPHRASE)
    with phone.expect_download() as coming:
        phone.get_by_role("button", name="Lưu tệp dự phòng").click()
    file = folder / "kept.sonhasv"
    coming.value.save_as(file)
    note(phone, live_server, world, 0, "cổng đỏ")
    load(phone, live_server, file)
    expect(phone.get_by_text("Trong tệp còn 1 phiếu dở khác với phiếu dở của cùng nhà trên máy.")).to_be_visible()
    return file


def load(phone: Page, live_server: LiveServer, file: Path) -> None:
    """Load a file on the phone's page."""
    open_phone(phone, live_server)
    phone.get_by_label("Mật khẩu của tệp").fill(PASSPHRASE)
    phone.get_by_label("Chọn tệp dự phòng").set_input_files(file)
    phone.get_by_role("button", name="Nạp tệp dự phòng").click()


def test_the_files_draft_is_shown_beside_the_one_here_and_taken_where_somebody_chooses_it(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    beside(phone, live_server, world, tmp_path)
    expect(phone.get_by_text("Ghi chú về nhà: trên máy cổng đỏ; trong tệp cổng xanh")).to_be_visible()
    look(phone, "backup-beside")
    take = phone.get_by_role("button", name="Lấy phiếu trong tệp")
    take.click()
    phone.get_by_role("button", name="Giữ phiếu trên máy").click()
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng đỏ"
    take.click()
    phone.get_by_role("button", name="Thay phiếu trên máy").click()
    expect(phone.get_by_text("phiếu trong tệp đã thay phiếu trên máy.")).to_be_visible()
    show_house(phone, live_server, world, 0)
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("cổng xanh")


def test_what_the_phone_has_no_room_for_is_said_and_may_be_chosen_again(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    beside(phone, live_server, world, tmp_path)
    phone.evaluate(NO_ROOM)
    phone.get_by_role("button", name="Lấy phiếu trong tệp").click()
    yes = phone.get_by_role("button", name="Thay phiếu trên máy")
    yes.click()
    expect(phone.get_by_role("alert").get_by_text("Bộ nhớ của máy đã đầy nên chưa ghi được.")).to_be_visible()
    phone.evaluate("window.hasRoom = true")
    yes.click()
    expect(phone.get_by_text("phiếu trong tệp đã thay phiếu trên máy.")).to_be_visible()
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh"


def test_a_backup_of_a_closed_database_says_why_nothing_comes_of_it(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    watched(phone, take_along)
    beside(phone, live_server, world, tmp_path)
    phone.evaluate("window.isClosedForGood = true")
    said = phone.locator(".survey-told").get_by_text("Trình duyệt đã đóng kho dữ liệu của trang")
    for button in ("Lưu tệp dự phòng", "Nạp tệp dự phòng"):
        phone.evaluate(CLOSE)
        phone.get_by_role("button", name=button).click()
        expect(said).to_be_visible()
        phone.get_by_label("Mật khẩu của tệp").fill("ngắn")
        phone.get_by_role("button", name=button).click()
        expect(said).to_have_count(0)
        phone.get_by_label("Mật khẩu của tệp").fill(PASSPHRASE)


def test_a_choice_waits_for_the_tab_that_has_the_house_and_says_where_it_comes_too_late(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    beside(phone, live_server, world, tmp_path)
    other = phone.context.new_page()
    other.goto(f"{live_server.url}/survey/manifest.webmanifest")
    other.evaluate(HOLD, f"sonha-survey-{world.surveyor.pk}-{world.round.pk}/{world.houses[0].pk}")
    phone.get_by_role("button", name="Lấy phiếu trong tệp").click()
    yes = phone.get_by_role("button", name="Thay phiếu trên máy")
    yes.click()
    expect(phone.get_by_text("Nhà này đang mở ở một trang khác")).to_be_visible()
    finish_house(other, live_server, world, 0)
    yes.click()
    expect(phone.get_by_text("phiếu trong tệp không thay vào nữa")).to_be_visible()
    assert kept_on(phone, world.surveyor)["drafts"] == []


def test_a_village_of_which_a_backup_brought_a_part_says_so_until_it_is_here(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with line.bad("broken"):
        open_phone(phone, live_server)
        expect(phone.get_by_role("button", name="Lưu tệp dự phòng")).to_be_visible()
        phone.evaluate(IN_PART, world.surveyor.pk)
        phone.goto(f"{live_server.url}/survey/#/")
        said = phone.get_by_text("Máy mới có các nhà của phiếu trong bản dự phòng, chưa có cả thôn.")
        expect(said).to_be_visible()
        take = phone.get_by_role("button", name="Tải về máy")
        take.click()
        expect(phone.get_by_role("status").get_by_text("Chưa tải được")).to_be_visible()
    take.click()
    expect(said).to_have_count(0)
    expect(phone.get_by_role("link", name="Mở")).to_be_visible()
    expect(take).to_have_count(0)


def test_what_cannot_be_opened_any_more_can_be_given_up(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    note(phone, live_server, world, 0, "cổng xanh")
    finish_house(phone, live_server, world, 1)
    without_village(phone, live_server, world.surveyor)
    for place in (0, 1):
        phone.goto(live_server.url + house_address(world, place))
        expect(phone.get_by_text("Thôn này chưa có trên máy.")).to_be_visible()
        give_up = phone.get_by_role("button", name="Bỏ phiếu này")
        give_up.click()
        expect(phone.get_by_text("Bỏ mọi điều đang ghi dở của nhà này và 0 ảnh?")).to_be_visible()
        if place == 0:
            look(phone, "unopened")
        phone.get_by_role("button", name="Giữ phiếu").click()
        give_up.click()
        phone.get_by_role("button", name="Bỏ phiếu", exact=True).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Máy này")
    kept = kept_on(phone, world.surveyor)
    assert (kept["drafts"], kept["queue"]) == ([], [])


def test_a_house_of_which_nothing_lies_here_offers_nothing_to_give_up(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    without_village(phone, live_server, world.surveyor)
    phone.goto(live_server.url + house_address(world, 2))
    expect(phone.get_by_text("Thôn này chưa có trên máy.")).to_be_visible()
    expect(phone.get_by_role("button", name="Bỏ phiếu này")).to_have_count(0)
