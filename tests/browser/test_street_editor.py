"""Streets, alleys and house groups as an official draws them: by mouse, by keyboard, on a phone, offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from playwright.sync_api import Page, Route, expect

from households.models import HouseGroup, Street
from mapping.models import Unit, User
from tests.browser.conftest import DESK, PHONE
from tests.browser.leaflet_map import at_rest
from tests.browser.street_map import (
    LAT,
    LNG,
    choose,
    done,
    drag,
    metres,
    middle,
    moved,
    near,
    pixel,
    place,
    press,
    ready,
    street,
    tap,
)
from tests.browser.widths import width_of


def test_an_alley_drawn_from_a_road_snaps_to_it_and_hangs_on_it(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    open_editor(officer)
    press(page, "Vẽ đường, ngõ")
    page.mouse.move(*pixel(page, (-50, 5)))  # 9 pixels beside the road
    expect(page.locator(".snap-mark.line")).to_be_visible()
    tap(page, (-50, 5), (-50, 60))
    x, y = pixel(page, (-60, 110))
    page.mouse.move(x, y)
    expect(page.locator(".snap-mark")).to_have_count(0)
    page.mouse.dblclick(x, y)
    expect(page.get_by_label("Loại")).to_have_value("ngo")
    page.get_by_label("Tên", exact=True).fill("Giếng")
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    expect(page.get_by_role("heading", name="ngõ Giếng")).to_be_focused()
    expect(page.locator("#parent-how")).to_have_text("Bản đồ cho thấy ngõ này ra từ đường Liên Xã.")
    added = Street.objects.get(name="Giếng")
    assert (added.kind, added.parent, added.parent_by_hand) == ("ngo", road, False)
    assert metres(added.line) == near((-50, 0), (-50, 60), (-60, 110))
    assert metres(added.line)[0][1] == pytest.approx(0, abs=0.1)


def test_a_new_end_snaps_to_the_end_of_another_street_before_its_line(
    page: Page, open_editor: Any, alley: Street, officer: User
) -> None:
    open_editor(officer)
    press(page, "Vẽ đường, ngõ")
    page.mouse.move(*pixel(page, (111, 95)))
    expect(page.locator(".snap-mark.end")).to_be_visible()
    tap(page, (111, 95), (160, 100))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Loại")).to_have_value("ngach")
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    added = Street.objects.get(kind="ngach")
    assert metres(added.line) == near((110, 100), (160, 100))
    assert added.parent == alley


def test_a_line_that_crosses_itself_is_refused_where_it_does_and_can_be_mended(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    open_editor(officer)
    press(page, "Vẽ đường, ngõ")
    tap(page, (-100, 40), (0, 40), (0, 100), (-60, 100), (-60, 20))  # back over the first stretch, at (-60, 40)
    press(page, "Xong nét")
    page.get_by_label("Tên", exact=True).fill("Quanh")
    page.get_by_label("Loại").select_option("road")
    press(page, "Lưu")
    expect(page.get_by_role("alert")).to_contain_text("tự cắt")
    expect(page.locator("#problem-sentence")).to_contain_text("tự cắt")
    x, y = pixel(page, (-60, 40))
    mark = page.locator(".problem-mark").bounding_box()
    assert mark is not None
    assert (mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2) == pytest.approx((x, y), abs=3)
    assert Street.objects.count() == 1
    drag(page, (-60, 20), (-60, 70))  # the end is pulled back before the crossing
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    expect(page.locator(".problem-mark")).to_have_count(0)
    assert metres(Street.objects.get(name="Quanh").line)[-1] == pytest.approx((-60, 70), abs=1.5)


def test_points_are_dragged_added_removed_and_stepped_back(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    open_editor(officer)
    choose(page, "đường Liên Xã")
    press(page, "Sửa nét")
    expect(page.get_by_role("button", name="Lưu nét")).to_be_disabled()
    drag(page, (0, 0), (0, 30))
    drag(page, (-100, 15), (-100, 50))  # the middle of the second stretch becomes a point
    press(page, "Lưu nét")
    done(page, "sửa nét")
    road.refresh_from_db()
    assert metres(road.line) == near((200, 0), (0, 30), (-100, 50), (-200, 0))
    press(page, "Sửa nét")
    page.mouse.dblclick(*pixel(page, (0, 30)))
    expect(page.locator(".sketch-handle")).to_have_count(3)
    press(page, "Lùi một bước")
    expect(page.locator(".sketch-handle")).to_have_count(4)
    handle = page.locator('.sketch-handle[data-index="2"]')
    handle.focus()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowDown")
    expect(handle).to_be_focused()
    press(page, "Lưu nét")
    done(page, "sửa nét")
    road.refresh_from_db()
    assert metres(road.line) == near((200, 0), (0, 30), (-100, 30), (-200, 0))


def test_a_line_is_drawn_by_keyboard_alone(page: Page, open_editor: Any, road: Street, officer: User) -> None:
    open_editor(officer, f"#18/{LAT}/{LNG}")
    page.locator("#draw-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_be_focused()
    page.keyboard.press("Enter")  # on the road, in the middle of the map
    expect(page.locator(".sketch-dot")).to_have_count(1)
    for count in (2, 3):
        moved(page, "ArrowUp")
        page.keyboard.press("Enter")
        expect(page.locator(".sketch-dot")).to_have_count(count)
    page.keyboard.press("Backspace")
    expect(page.locator(".sketch-dot")).to_have_count(2)
    moved(page, "ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # once more in the same place: done
    expect(page.get_by_label("Tên", exact=True)).to_be_focused()
    page.keyboard.type("Phím")
    page.keyboard.press("Enter")
    done(page, "thêm đường, ngõ")
    added = Street.objects.get(name="Phím")
    assert added.parent == road
    assert metres(added.line)[0] == pytest.approx((0, 0), abs=0.2)
    assert len(added.line) == 3


def test_a_wrong_tap_does_not_lose_what_was_drawn(
    page: Page, open_editor: Any, road: Street, alley: Street, officer: User
) -> None:
    open_editor(officer)
    press(page, "Vẽ đường, ngõ")
    tap(page, (-50, 0), (-50, 60))
    page.locator("#street-list").get_by_role("button", name="ngõ Đình").click()
    press(page, "Ở lại")
    expect(page.locator(".sketch-dot")).to_have_count(2)
    page.locator("#map").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".sketch-dot")).to_have_count(0)
    press(page, "Lấy lại")
    expect(page.locator(".sketch-dot")).to_have_count(2)
    press(page, "Xong nét")
    page.get_by_label("Tên", exact=True).fill("Giếng")
    tap(page, (100, 40))  # on another street: it is not opened while there is something to save
    expect(page.get_by_role("heading", name="Đường, ngõ mới")).to_be_visible()
    page.locator("#street-close").click()
    press(page, "Lấy lại")
    expect(page.get_by_label("Tên", exact=True)).to_have_value("Giếng")
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    assert Street.objects.get(name="Giếng").parent == road


def test_leaving_with_unsaved_work_asks_and_a_reload_brings_it_back(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    open_editor(officer)
    press(page, "Vẽ đường, ngõ")
    tap(page, (-50, 0), (-50, 60))
    press(page, "Xong nét")
    page.get_by_label("Tên", exact=True).fill("Giếng")
    drag(page, (-50, 60), (-50, 80))
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    ready(page)
    assert asked == ["beforeunload"]
    expect(page.locator("#map-toast")).to_contain_text("Đã lấy lại nét vẽ chưa lưu")
    expect(page.get_by_label("Tên", exact=True)).to_have_value("Giếng")
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    assert metres(Street.objects.get(name="Giếng").line) == near((-50, 0), (-50, 80))
    page.reload()
    ready(page)
    assert asked == ["beforeunload"]
    expect(page.get_by_role("heading", name="ngõ Giếng")).to_be_visible()


def test_without_a_network_the_drawing_stays_and_is_saved_later_once(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    open_editor(officer)
    press(page, "Vẽ đường, ngõ")
    tap(page, (-50, 0), (-50, 60))
    press(page, "Xong nét")
    page.get_by_label("Tên", exact=True).fill("Giếng")
    page.context.set_offline(True)
    press(page, "Lưu")
    expect(page.get_by_role("alert")).to_contain_text("ngoại tuyến")
    page.context.set_offline(False)

    def arrive_and_lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/streets/add/", arrive_and_lose_the_answer, times=1)
    press(page, "Lưu")
    expect(page.get_by_role("alert")).to_contain_text("Chưa nối được máy chủ")
    expect(page.locator(".sketch-handle")).to_have_count(2)
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    assert Street.objects.filter(name="Giếng").count() == 1


def test_points_too_near_to_be_told_apart_wait_for_a_nearer_look(
    page: Page, open_editor: Any, road: Street, commune: Unit, officer: User
) -> None:
    street(commune, "ngo", "Dài", *[(100, float(step)) for step in range(0, 101)], parent=road)
    open_editor(officer)
    choose(page, "ngõ Dài")
    press(page, "Sửa nét")
    expect(page.locator("#sketch-hint")).to_contain_text("Phóng to để thấy hết các điểm")
    handles = page.locator(".sketch-handle")
    assert 5 <= handles.count() <= 25
    expect(handles.last).to_have_attribute("aria-label", re.compile("^Điểm 101 trên 101"))


def test_on_a_phone_an_alley_is_drawn_from_the_middle_of_the_map(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    page.set_viewport_size(PHONE)
    open_editor(officer)
    page.locator("#draw-button").click()
    page.locator("#sketch-here").click()
    drag(page, (20, 30), (20, -30))
    there = middle(page)  # a finger that lets go while it moves gives the map a push
    assert there[1] > 50
    page.locator("#sketch-here").click()
    page.locator("#sketch-done").click()
    page.get_by_label("Tên", exact=True).fill("Giếng")
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    added = Street.objects.get(name="Giếng")
    assert added.parent == road
    start, end = metres(added.line)
    assert start == pytest.approx((0, 0), abs=2)
    assert end == pytest.approx(there, abs=0.5)


def test_from_afar_a_line_that_begins_at_a_junction_leaves_the_road_and_not_the_alley_there(
    page: Page, open_editor: Any, road: Street, alley: Street, officer: User
) -> None:
    open_editor(officer, f"#15/{LAT}/{LNG}")  # a pixel is 4.5 m
    press(page, "Vẽ đường, ngõ")
    tap(page, (100, 4), (100, -120))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Loại")).to_have_value("ngo")
    page.get_by_label("Tên", exact=True).fill("Giếng")
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    assert Street.objects.get(name="Giếng").parent == road


def test_enter_pressed_once_too_often_saves_no_line_without_a_name(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    open_editor(officer)
    press(page, "Vẽ đường, ngõ")
    tap(page, (-50, 0), (-50, 60))
    page.keyboard.press("Enter")
    name = page.get_by_label("Tên", exact=True)
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#map-toast")).to_contain_text("Chưa lưu. Hãy ghi tên rồi bấm Enter")
    expect(page.get_by_role("heading", name="Đường, ngõ mới")).to_be_visible()
    page.keyboard.type("Giếng")
    page.keyboard.press("Enter")
    done(page, "thêm đường, ngõ")
    assert list(Street.objects.exclude(pk=road.pk).values_list("name", flat=True)) == ["Giếng"]


def test_axe_finds_nothing_in_a_group(
    page: Page, open_editor: Any, road: Street, commune: Unit, officer: User, assert_accessible: Callable[[], None]
) -> None:
    ring = [place(p) for p in ((-100, 20), (-20, 20), (-20, 80), (-100, 20))]
    HouseGroup.objects.create(commune=commune, street=road, letter="A", area=Polygon(ring, srid=4326))
    open_editor(officer)
    tap(page, (-40, 40))
    expect(page.get_by_role("heading", name="Nhóm nhà A")).to_be_focused()
    assert_accessible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_editor(
    page: Page,
    open_editor: Any,
    alley: Street,
    officer: User,
    assert_accessible: Callable[[], None],
    size: dict[str, int],
    scheme: Any,
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    open_editor(officer)
    assert_accessible()
    if size == PHONE:
        press(page, "Mở bảng")
    choose(page, "ngõ Đình")
    at_rest(page)
    assert_accessible()
    press(page, "Sửa nét")
    expect(page.locator(".sketch-handle").first).to_be_visible()
    at_rest(page)
    assert_accessible()
    press(page, "Thôi")
    page.locator("#street-close").click()
    if size == PHONE:
        press(page, "Thu bảng")
    press(page, "Vẽ đường, ngõ")
    tap(page, (80, 30), (80, 70), (95, 70), (70, 45))
    assert_accessible()
    press(page, "Xong nét")
    press(page, "Lưu")
    expect(page.get_by_role("alert")).to_be_visible()
    at_rest(page)
    assert_accessible()
    assert width_of(page) <= size["width"]
