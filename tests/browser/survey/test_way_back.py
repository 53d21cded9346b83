"""The way back to what was begun: a new house that was put aside, the place in the list, what a search means."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey.conftest import World
from tests.browser.survey.test_sending import at_rest, open_phone
from tests.survey import world as survey_world

NEW, OTHER = (f"0190a000-0000-7000-8000-00000000003{n}" for n in (1, 2))


def add_house(phone: Page, live_server: LiveServer, world: World, house: str, *, east: float) -> None:
    """Begin to add a house so many degrees to the east."""
    lng, lat = survey_world.WEST
    there = f"{lng + east:.7f}/{lat + 0.003:.7f}"
    phone.goto(f"{live_server.url}/survey/#/new/{world.round.pk}/{house}/{world.village.code}/{there}")


def test_a_new_house_that_was_put_aside_is_found_again(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    add_house(phone, live_server, world, NEW, east=0.001)
    phone.get_by_label("Số nhà", exact=True).fill("14A")
    phone.get_by_label("Có người ở").check()
    phone.get_by_label("Chủ hộ").fill("Đỗ Thị Mười")
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    phone.get_by_role("button", name="Để sau").click()
    row = phone.get_by_role("listitem").filter(has_text="14A")
    expect(row).to_contain_text("đang làm")
    expect(row).to_contain_text("Đỗ Thị Mười")
    phone.get_by_role("searchbox").fill("đỗ thị")
    expect(phone.get_by_role("listitem")).to_have_count(1)
    row.get_by_role("link").click()
    expect(phone.get_by_label("Số nhà", exact=True)).to_have_value("14A")
    open_phone(phone, live_server)
    phone.get_by_role("link", name="14A, Đỗ Thị Mười").click()
    expect(phone.get_by_label("Chủ hộ")).to_have_value("Đỗ Thị Mười")
    # Nobody adds it a second time either.
    add_house(phone, live_server, world, OTHER, east=0.001)
    expect(phone.get_by_text("14A, Đỗ Thị Mười (cách 0 m)")).to_be_visible()


def test_the_list_is_as_it_was_left(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.get_by_role("link", name="Mở").click()
    phone.get_by_role("button", name="Tìm nhà gần tôi").click()
    expect(phone.get_by_text("21 m")).to_be_visible()
    phone.get_by_role("searchbox").fill("bàng")
    phone.get_by_role("button", name="chưa làm 10").click()
    last = phone.get_by_role("listitem").filter(has_text="10, Đường Bàng")
    at_rest(phone)  # each word with the server draws the list anew
    last.scroll_into_view_if_needed()
    top = phone.evaluate("scrollY")
    assert top > 0
    last.get_by_role("link").click()
    phone.get_by_role("button", name="Để sau").click()
    expect(phone.get_by_role("searchbox")).to_have_value("bàng")
    expect(phone.get_by_role("button", name="chưa làm 10")).to_have_attribute("aria-pressed", "true")
    expect(phone.get_by_text("21 m")).to_be_visible()
    expect(phone.get_by_role("button", name="Gần nhất trước")).to_be_visible()
    phone.wait_for_function("(top) => scrollY > top - 120", arg=top)
