"""Why the page does not open is said as it is: a full phone, or a page of an older version that is still open."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World
from tests.browser.survey.looking import look
from tests.browser.survey.test_one_picture import AS_OLDER_VERSION

FULL = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (name, version) {
  if (!version || !name.startsWith("sonha-survey-")) return open.call(this, name, version);
  const asked = { error: new DOMException("full", "QuotaExceededError") };
  setTimeout(() => asked.onerror());
  return asked;
};
"""
"""A browser without room for a database of today."""
HOLD = """async (name) => {
  const asked = indexedDB.open(name);
  window.held = await new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
}"""
"""A page of an older version, which gives way to none."""


def test_a_phone_without_room_for_today_says_so_and_not_that_its_browser_is_too_old(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None]
) -> None:
    take_along()
    phone.add_init_script(FULL)
    phone.reload()
    expect(phone.get_by_text("Bộ nhớ của máy đã đầy nên chưa ghi được.")).to_be_visible()
    expect(phone.get_by_text("Trình duyệt này quá cũ")).to_have_count(0)


def test_a_page_of_an_older_version_that_does_not_give_way_is_to_be_closed(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    name = f"sonha-survey-{world.surveyor.pk}"
    other = phone.context.new_page()
    for page in (phone, other):
        page.goto(f"{live_server.url}/static/js/survey/store.js")
    phone.evaluate(AS_OLDER_VERSION, [name, 2])
    other.evaluate(HOLD, name)
    phone.goto(f"{live_server.url}/survey/")
    expect(phone.get_by_text("Hãy đóng thẻ kia")).to_be_visible()
    look(phone, "close-the-other")
    other.close()
    expect(phone.get_by_role("link", name="Mở")).to_be_visible()
    expect(phone.get_by_text("Hãy đóng thẻ kia")).to_have_count(0)
