"""The map while answers are on their way: nobody loses their place, and nothing old is shown or opened."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from playwright.sync_api import Error, Page, Route, expect

from households.models import House
from mapping.models import Unit, User
from tests import factories
from tests.browser.test_map import AT_HOME, LAT, LNG, at_rest, click_at, drawn, fill_in_a_new_house, house, open_map

__all__ = ["house", "open_map"]


class Held(list[Route]):
    """What was asked for and waits, until the test goes on with it; nothing new once it `is_over`."""

    is_over = False

    def take(self, route: Route) -> None:
        """Let it wait, or pass."""
        if self.is_over:
            route.continue_()
        else:
            self.append(route)


def held(page: Page, address: str | re.Pattern[str]) -> Held:
    """Let what is asked for at an address wait."""
    routes = Held()
    page.route(address, lambda route: routes.take(route))
    return routes


def test_whoever_went_into_the_results_stays_there_when_a_later_answer_comes(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer)
    box = page.get_by_label("Tìm nhà")
    box.press_sequentially("nguyen van")
    button = page.locator("#search-results button")
    expect(button).to_have_count(1)
    expect(page.locator("#search-state")).to_be_empty()
    waiting = held(page, re.compile(r"\?q=nguyen%20van%20an$"))
    with page.expect_request(re.compile(r"\?q=nguyen%20van%20an$")):
        box.press_sequentially(" an")
    page.keyboard.press("ArrowDown")
    expect(button).to_be_focused()
    waiting[0].continue_()
    expect(page.locator("#search-state")).to_be_empty()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_be_visible()


def test_enter_opens_what_was_typed_last_and_not_the_answer_to_what_stood_there_before(
    page: Page, open_map: Any, house: House, officer: User, commune: Unit
) -> None:
    factories.house(commune, LNG + 0.001, LAT, number="14", street="ngõ Đình", village=house.village)
    open_map(officer)
    box = page.get_by_label("Tìm nhà")
    box.fill("12 ngõ Đình")
    expect(page.locator("#search-results button")).to_contain_text(["12 ngõ Đình"])
    expect(page.locator("#search-state")).to_be_empty()
    box.fill("14 ngõ Đình")
    box.press("Enter")
    expect(page.get_by_role("heading", name="14 ngõ Đình")).to_be_visible()
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_have_count(0)


def test_a_tile_that_was_asked_for_before_a_house_was_added_hides_it_not(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer, AT_HOME.replace("#18", "#12"))
    old = held(page, "**/tiles/houses/**")
    with page.expect_request("**/tiles/houses/**"):
        page.evaluate(f"leafletmapmap.setView([{LAT}, {LNG}], 18, {{ animate: false }})")
    at_rest(page, zoom=18)
    fill_in_a_new_house(page, LNG + 0.0003, "14")
    old.is_over = True
    page.get_by_role("button", name="Lưu nhà").click()
    expect(page.get_by_role("heading", name="14")).to_be_visible()
    assert old
    for route in old:
        with contextlib.suppress(Error):  # nobody waits for it any more
            route.fulfill(body=b"")  # as it was then
    drawn(page)
    page.locator("#house-close").click()
    click_at(page, LNG + 0.0003, LAT)
    expect(page.get_by_role("heading", name="14")).to_be_visible()


def test_another_house_can_be_added_before_the_last_one_is_open(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer)
    fill_in_a_new_house(page, LNG + 0.0003, "14")
    waiting = held(page, "**/summary.json")
    with page.expect_request("**/summary.json"):
        page.get_by_role("button", name="Lưu nhà").click()
    page.get_by_role("button", name="Thêm nhà").click()
    expect(page.locator("#add-save")).to_be_enabled()  # the saving has ended
    expect(page.locator("#map")).to_have_class(re.compile("choosing"))
    click_at(page, LNG - 0.0003, LAT)
    expect(page.get_by_label("Số nhà")).to_be_focused()
    assert waiting
