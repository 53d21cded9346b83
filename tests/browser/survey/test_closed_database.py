"""A browser closes the page's database, as Safari does in the background or where memory is short: the work goes on."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyVisit
from tests.browser.survey.conftest import World
from tests.browser.survey.installed import kept_on
from tests.browser.survey.looking import look
from tests.browser.survey.test_sending import DONE, rows
from tests.browser.survey.test_whose_phone import note

WATCHED = """
window.opened = [];
const { open } = IDBFactory.prototype;
IDBFactory.prototype.open = function (name, version) {
  if (window.isFullForGood) {
    const refused = { error: new DOMException("full", "QuotaExceededError") };
    setTimeout(() => refused.onerror());
    return refused;
  }
  if (window.isClosedForGood) throw new DOMException("lost", "UnknownError");
  const asked = open.call(this, name, version);
  asked.addEventListener("success", () => window.opened.push(asked.result));
  return asked;
};
"""
"""Remembers the page's databases; while `isClosedForGood` or, for want of room, `isFullForGood` none opens again."""
CLOSE = """() => {
  for (const database of window.opened) {
    database.close();
    database.dispatchEvent(new Event("close"));
  }
}"""
"""What is left of a page's databases after the browser has closed them."""
NEWER = """(name) => new Promise((resolve, reject) => {
  const asked = indexedDB.open(name, 1000);
  asked.onsuccess = () => resolve(asked.result.close());
  asked.onerror = () => reject(asked.error);
})"""
"""What a page of a later version does first."""


def watched(phone: Page, take_along: Callable[[], None]) -> None:
    """Take the village along on a page whose databases can be closed."""
    phone.add_init_script(WATCHED)
    take_along()


def test_what_is_typed_after_the_browser_closed_the_database_is_kept_and_sent(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    watched(phone, take_along)
    note(phone, live_server, world, "cổng xanh")
    phone.evaluate(CLOSE)
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh, mái đỏ")
    phone.evaluate(CLOSE)
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh, mái đỏ, có giếng")
    phone.get_by_role("button", name="Để sau").click()
    expect(phone.get_by_role("button", name="đang làm 1")).to_be_visible()
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh, mái đỏ, có giếng"
    phone.evaluate(CLOSE)
    note(phone, live_server, world, "cổng xanh, mái đỏ, có giếng trời")
    phone.get_by_label("Bỏ không").check()
    phone.evaluate(CLOSE)
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    with transaction.atomic():
        assert SurveyVisit.objects.get().answers["house_note"] == "cổng xanh, mái đỏ, có giếng trời"


def test_sending_goes_on_by_itself_after_the_browser_closed_the_database(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    watched(phone, take_along)
    phone.context.set_offline(True)
    note(phone, live_server, world, "cổng xanh")
    phone.get_by_label("Bỏ không").check()
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="xong, chờ gửi 1")).to_be_visible()
    phone.evaluate(CLOSE)
    phone.context.set_offline(False)
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    assert rows() == (1, 1)


def test_where_the_database_stays_closed_the_form_says_so_and_tries_again(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    watched(phone, take_along)
    note(phone, live_server, world, "cổng xanh")
    phone.evaluate("window.isClosedForGood = true")
    phone.evaluate(CLOSE)
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh, mái đỏ")
    said = phone.get_by_text("Chưa giữ được trên máy: trình duyệt không ghi được vào kho dữ liệu của trang.")
    expect(said).to_contain_text("đợi một lát rồi sửa lại một ô")
    phone.evaluate("window.isClosedForGood = false")
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh, mái đỏ, có giếng")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    [draft] = kept_on(phone, world.surveyor)["drafts"]
    assert draft["answers"]["house_note"] == "cổng xanh, mái đỏ, có giếng"


def test_where_there_is_no_room_to_open_it_again_the_form_says_that_the_phone_is_full(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    watched(phone, take_along)
    note(phone, live_server, world, "cổng xanh")
    phone.evaluate("window.isFullForGood = true")
    phone.evaluate(CLOSE)
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh, mái đỏ")
    expect(phone.get_by_text("Chưa giữ được trên máy: bộ nhớ của máy đã đầy")).to_be_visible()
    phone.evaluate("window.isFullForGood = false")
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh, mái đỏ, có giếng")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()


def test_a_page_that_another_one_has_outdated_is_to_be_loaded_anew(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    note(phone, live_server, world, "cổng xanh")
    other = phone.context.new_page()
    other.goto(f"{live_server.url}/static/js/survey/store.js")
    other.evaluate(NEWER, f"sonha-survey-{world.surveyor.pk}")
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh, mái đỏ")
    said = phone.get_by_text("Chưa giữ được trên máy: trang này đã được mở bằng bản mới hơn ở một thẻ khác.")
    expect(said).to_contain_text("chép phần vừa ghi ra chỗ khác, tải lại trang")
    phone.get_by_role("button", name="Để sau").click()
    expect(phone.get_by_text("Chưa rời trang được")).to_contain_text("bản mới hơn ở một thẻ khác")
    expect(phone.get_by_label("Ghi chú về nhà")).to_have_value("cổng xanh, mái đỏ")
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.get_by_text("thẻ này không ghi được nữa")).to_be_visible()
    expect(phone.get_by_role("button", name="Tải lại trang")).to_be_visible()
    look(phone, "outdated")
