"""The map as a person uses it: by mouse, by keyboard, on a phone, offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.db import transaction
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from households.models import House, Street, StreetKind
from mapping.models import Unit, User
from tests import factories
from tests.browser import leaflet_map
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of

LNG, LAT = factories.CENTRE
AT_HOME = f"#18/{LAT}/{LNG}"
SignIn = Callable[[User], None]


@pytest.fixture
def house(commune: Unit) -> House:
    """12 ngõ Đình with the household of Nguyễn Văn An, in the middle of the commune."""
    house = factories.house(commune, number="12", street="ngõ Đình", village=factories.village(commune, 1))
    factories.household(house, "Nguyễn Văn An", phone="0912345678")
    return house


@pytest.fixture
def open_map(page: Page, live_server: LiveServer, sign_in: SignIn) -> Callable[..., None]:
    """Open the map as somebody and wait until its tiles are there."""

    def opened(user: User, rest: str = AT_HOME) -> None:
        sign_in(user)
        page.goto(f"{live_server.url}/map/{rest}")
        drawn(page)

    return opened


def drawn(page: Page) -> None:
    """Wait until every tile that was asked for has come."""
    page.wait_for_selector("html[data-map=drawn]")


def at_rest(page: Page, *, zoom: int) -> None:
    """Wait until the map has come to this zoom; keys pressed while it is still moving would be lost."""
    page.evaluate(
        """zoom => new Promise((done) => {
            const look = () => leafletmapmap.getZoom() === zoom && !leafletmapmap._animatingZoom
                ? done() : requestAnimationFrame(look);
            look();
        })""",
        zoom,
    )


def click_at(page: Page, lng: float, lat: float) -> None:
    """Click the map at a place, once it is at rest."""
    leaflet_map.at_rest(page)
    point: dict[str, Any] = page.evaluate(f"leafletmapmap.latLngToContainerPoint([{lat}, {lng}])")
    page.locator("#map").click(position={"x": point["x"], "y": point["y"]})


def test_a_click_on_a_house_opens_its_record(
    page: Page, live_server: LiveServer, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer)
    click_at(page, LNG, LAT)
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_be_focused()
    expect(page.get_by_text("Nguyễn Văn An")).to_be_visible()
    expect(page.locator("#house .phone")).to_contain_text("0912 ••• •78")
    page.get_by_role("button", name="Hiện đủ số của hộ Nguyễn Văn An").click()
    expect(page.get_by_role("link", name="0912 345 678")).to_have_attribute("href", "tel:0912345678")
    page.get_by_role("link", name="Mở hồ sơ").click()
    expect(page).to_have_url(f"{live_server.url}/houses/{house.code}/")


def test_a_house_is_found_by_typing_and_arrow_keys(page: Page, open_map: Any, house: House, officer: User) -> None:
    open_map(officer, "#12/19.70000/105.85000")
    # While it is typed half of it is asked for, and finds the house as well; that list goes when the whole is answered.
    with page.expect_response(lambda answer: answer.url.endswith("?q=nguyen%20van%20an")):
        page.get_by_label("Tìm nhà").press_sequentially("nguyen van an")
    expect(page.locator("#search-state")).to_be_empty()
    expect(page.locator("#search-results button")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?house={house.code}#18/"))


def test_an_old_address_finds_the_house_and_what_was_not_understood_is_said(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    House.objects.filter(pk=house.pk).update(number="7", street="ngõ Chùa")
    open_map(officer)
    page.get_by_label("Tìm nhà").fill("12 ng. Đình, thôn Không Có")
    expect(page.locator("#search-results button")).to_contain_text("trước là 12 ngõ Đình")
    expect(page.locator("#search-state")).to_have_text("Không hiểu: thôn Không Có.")
    page.locator("#search-results button").click()
    expect(page.get_by_role("heading", name="7 ngõ Chùa")).to_be_visible()
    expect(page.locator("#house-body .facts")).to_contain_text("12 ngõ Đình")


def test_an_address_that_no_house_has_shows_what_comes_nearest(
    page: Page, open_map: Any, house: House, officer: User, commune: Unit
) -> None:
    line = LineString([(LNG, LAT), (LNG + 0.001, LAT)], srid=4326)
    street = Street.objects.create(kind=StreetKind.NGO, name="Đình", commune=commune, line=line)
    open_map(officer)
    page.get_by_label("Tìm nhà").fill("14 ng. Đình")
    expect(page.locator("#search-state")).to_have_text(
        "Chưa có nhà nào như vậy: không có số 14 trên ngõ Đình; gần nhất là số 12."
    )
    expect(page.locator("#search-results a")).to_have_text(["ngõ Đình" + "xã Bình Minh", "12 ngõ Đình"])
    page.get_by_label("Tìm nhà").fill("ngõ Đình")
    expect(page.locator("#search-state")).to_be_empty()  # the answer came, which has as many lines as the one before
    expect(page.locator("#search-results li")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/streets/{street.pk}/"))


def test_nonsense_is_said_not_to_be_understood(page: Page, open_map: Any, house: House, officer: User) -> None:
    open_map(officer)
    page.get_by_label("Tìm nhà").fill("qwrtzx vbnm")
    expect(page.locator("#search-state")).to_have_text("Không hiểu: qwrtzx vbnm.")


def test_an_address_with_a_house_opens_it_and_keeps_the_view(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer, f"?house={house.code}")
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_be_visible()
    at_rest(page, zoom=18)
    page.get_by_role("button", name="Đóng").click()
    page.locator("#map").focus()
    expect(page.locator("#map")).to_be_focused()
    page.keyboard.press("-")
    expect(page).to_have_url(re.compile(r"/map/#17/"))
    page.reload()
    drawn(page)
    at_rest(page, zoom=17)


def test_a_house_is_added_where_the_map_was_clicked_and_taken_back(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer)
    page.get_by_role("button", name="Thêm nhà").click()
    click_at(page, LNG + 0.0003, LAT)
    page.get_by_label("Số nhà").fill("14")
    page.get_by_label("Chủ hộ").fill("Trần Thị Bình")
    page.get_by_label("Điện thoại").fill("12")
    page.get_by_role("button", name="Lưu nhà").click()
    expect(page.get_by_role("alert")).to_contain_text("12")
    page.get_by_label("Điện thoại").fill("0987 654 321")
    page.get_by_role("button", name="Lưu nhà").click()
    expect(page.get_by_role("heading", name="14")).to_be_visible()
    added = House.objects.get(number="14")
    assert added.location.x == pytest.approx(LNG + 0.0003, abs=1e-5)
    with transaction.atomic():  # people are seen inside of one alone
        assert [household.phone for household in added.households.all()] == ["0987654321"]
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Đã hoàn tác.")).to_be_visible()
    assert not House.objects.filter(number="14").exists()


def fill_in_a_new_house(page: Page, lng: float, number: str) -> None:
    """Open the form for a house at this longitude and write its number."""
    page.get_by_role("button", name="Thêm nhà").click()
    click_at(page, lng, LAT)
    page.get_by_label("Số nhà").fill(number)


def test_a_house_where_one_stands_is_added_when_the_person_insists(
    page: Page, open_map: Any, house: House, officer: User, assert_accessible: Callable[[], None]
) -> None:
    open_map(officer)
    insist = page.get_by_role("button", name="Vẫn thêm nhà mới ở đúng chỗ này")
    fill_in_a_new_house(page, LNG, "12A")
    expect(insist).to_be_hidden()
    page.get_by_role("button", name="Lưu nhà").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{house.code[:3]}-{house.code[3:6]}-{house.code[6:]}")
    expect(insist).to_be_visible()
    assert_accessible()
    page.locator(".map-pin").focus()
    page.keyboard.press("ArrowLeft")  # elsewhere there is nothing to insist on
    expect(insist).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Lưu nhà").click()
    insist.click()
    expect(page.get_by_role("heading", name="12A")).to_be_visible()
    assert House.objects.filter(number="12A", location__dwithin=(house.location, 1e-5)).count() == 1


def test_a_form_whose_answer_was_lost_makes_one_house_and_the_next_form_another(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer)

    def arrive_and_lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/houses/add/", arrive_and_lose_the_answer, times=1)
    fill_in_a_new_house(page, LNG + 0.0003, "14")
    page.get_by_role("button", name="Lưu nhà").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa nối được máy chủ")
    assert House.objects.filter(number="14").count() == 1
    page.get_by_role("button", name="Lưu nhà").click()
    expect(page.get_by_text("Đã thêm nhà.")).to_be_visible()
    assert House.objects.filter(number="14").count() == 1
    fill_in_a_new_house(page, LNG - 0.0003, "14")
    page.get_by_role("button", name="Lưu nhà").click()
    expect(page.locator(".map-pin")).to_have_count(0)
    assert House.objects.filter(number="14").count() == 2


def test_a_house_is_moved_by_keyboard_shows_there_and_comes_back(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer)
    page.locator("#map").focus()
    page.keyboard.press("Enter")  # the house in the middle
    page.get_by_role("button", name="Sửa vị trí").click()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("Cách chỗ cũ 30 m.")).to_be_visible()
    page.get_by_role("button", name="Lưu vị trí").click()
    expect(page.get_by_text("Đã lưu vị trí mới.")).to_be_visible()
    house.refresh_from_db()
    east = house.location.x
    assert (east - LNG) * 104_800 == pytest.approx(30, abs=1)
    page.get_by_role("button", name="Đóng").click()
    drawn(page)
    click_at(page, east, LAT)
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_be_visible()
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Đã hoàn tác.")).to_be_visible()
    house.refresh_from_db()
    assert house.location.x == pytest.approx(LNG, abs=1e-9)


def test_a_house_that_somebody_else_changed_is_not_moved(
    page: Page, open_map: Any, house: House, officer: User
) -> None:
    open_map(officer, f"?house={house.code}")
    page.get_by_role("button", name="Sửa vị trí").click()
    page.keyboard.press("ArrowUp")
    House.objects.filter(pk=house.pk).update(number="12A", version=house.version + 1)
    page.get_by_role("button", name="Lưu vị trí").click()
    expect(page.get_by_role("heading", name="12A ngõ Đình")).to_be_visible()
    house.refresh_from_db()
    assert house.location.y == LAT


def test_a_viewer_sees_houses_but_no_people_and_nothing_to_change(
    page: Page, open_map: Any, house: House, viewer: User
) -> None:
    open_map(viewer, f"?house={house.code}")
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_be_visible()
    expect(page.get_by_text("Nguyễn Văn An")).to_have_count(0)
    expect(page.get_by_role("button", name="Sửa vị trí")).to_have_count(0)
    expect(page.get_by_role("button", name="Thêm nhà")).to_have_count(0)


def test_a_commune_without_houses_is_told_where_to_begin(page: Page, open_map: Any, officer: User) -> None:
    open_map(officer, "")
    expect(page.get_by_text("Chưa có nhà nào trên bản đồ.")).to_be_visible()
    assert page.evaluate(f"leafletmapmap.getBounds().contains([{LAT}, {LNG}])")


def test_without_a_network_the_map_says_so_and_recovers(page: Page, open_map: Any, house: House, officer: User) -> None:
    open_map(officer)
    page.context.set_offline(True)
    expect(page.locator("#map-state")).to_contain_text("ngoại tuyến")
    page.get_by_label("Tìm nhà").fill("an")
    expect(page.locator("#search-state")).to_contain_text("ngoại tuyến")
    page.context.set_offline(False)
    expect(page.locator("#map-state")).to_be_hidden()
    drawn(page)
    click_at(page, LNG, LAT)
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_map(
    page: Page,
    open_map: Any,
    house: House,
    officer: User,
    assert_accessible: Callable[[], None],
    size: dict[str, int],
    scheme: Any,
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    open_map(officer)
    assert_accessible()
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="12 ngõ Đình")).to_be_visible()
    assert_accessible()
    assert width_of(page) <= size["width"]
