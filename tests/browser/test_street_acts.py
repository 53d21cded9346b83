"""What an official does to streets on their map: cut, join, turn, hang elsewhere, group, find."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import Frontage, HouseGroup, Side, Street
from mapping.models import Unit, User
from tests import factories
from tests.browser.street_map import (
    LAT,
    LNG,
    Metres,
    choose,
    done,
    drag,
    metres,
    near,
    pixel,
    place,
    press,
    ready,
    street,
    tap,
)


def test_a_street_is_cut_where_the_person_points_and_put_together_by_undo(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    open_editor(officer)
    choose(page, "đường Liên Xã")
    press(page, "Cắt đôi")
    expect(page.get_by_role("button", name="Cắt ở đây")).to_be_disabled()
    tap(page, (-80, 6))
    expect(page.locator(".snap-mark.cut")).to_be_visible()
    press(page, "Cắt ở đây")
    done(page, "cắt đôi")
    lines = sorted((metres(each.line) for each in Street.objects.all()), key=len)
    assert lines == [near((-80, 0), (-200, 0)), near((200, 0), (0, 0), (-80, 0))]
    page.locator("#undo-button").click()
    expect(page.locator("#map-toast")).to_contain_text("Đã hoàn tác: cắt đôi.")
    (whole,) = Street.objects.all()
    assert metres(whole.line) == near((200, 0), (0, 0), (-200, 0))
    expect(page.locator("#undo-button")).to_be_hidden()


def test_two_streets_are_joined_into_the_first(
    page: Page, open_editor: Any, road: Street, commune: Unit, officer: User
) -> None:
    street(commune, "road", "Kênh Nam", (-200, 0), (-200, -90))
    open_editor(officer)
    choose(page, "đường Liên Xã")
    press(page, "Nối đường")
    tap(page, (-200, -60))
    expect(page.locator("#sketch-hint")).to_contain_text("Nối đường Liên Xã với đường Kênh Nam")
    press(page, "Nối hai đường")
    done(page, "nối hai đường")
    (joined,) = Street.objects.all()
    assert joined.name == "Liên Xã"
    assert metres(joined.line) == near((200, 0), (0, 0), (-200, 0), (-200, -90))


def test_a_street_is_turned_round_and_removed(page: Page, open_editor: Any, road: Street, officer: User) -> None:
    open_editor(officer)
    tap(page, (-100, 1))
    expect(page.get_by_role("heading", name="đường Liên Xã")).to_be_focused()
    press(page, "Đảo chiều vẽ")
    done(page, "đảo chiều vẽ")
    assert metres(Street.objects.get().line) == near((-200, 0), (0, 0), (200, 0))
    press(page, "Xóa")
    done(page, "xóa đường, ngõ")
    assert not Street.objects.exists()
    expect(page.get_by_text("Chưa có đường, ngõ nào.")).to_be_visible()
    for what in ("xóa đường, ngõ", "đảo chiều vẽ"):
        page.locator("#undo-button").click()
        expect(page.locator("#map-toast")).to_contain_text(f"Đã hoàn tác: {what}.")
    assert metres(Street.objects.get().line) == near((200, 0), (0, 0), (-200, 0))
    expect(page.locator("#street-list button")).to_have_count(1)


def test_a_parent_is_chosen_by_hand_and_given_back_to_the_map(
    page: Page, open_editor: Any, road: Street, commune: Unit, officer: User
) -> None:
    lone = street(commune, "ngo", "Xa", (-50, 40), (-50, 90))
    open_editor(officer)
    choose(page, "ngõ Xa")
    expect(page.locator("#parent-how")).to_contain_text("chưa có đầu nào")
    press(page, "Chọn trên bản đồ")
    tap(page, (-120, 0))
    expect(page.get_by_label("Đi ra từ")).to_have_value(str(road.pk))
    page.get_by_label("Bề rộng").select_option("1")
    press(page, "Lưu")
    done(page, "sửa tên, loại")
    lone.refresh_from_db()
    assert (lone.parent, lone.parent_by_hand, lone.width_class) == (road, True, 1)
    expect(page.locator("#parent-how")).to_contain_text("Do cán bộ chọn")
    page.get_by_label("Đi ra từ").select_option("")
    press(page, "Lưu")
    done(page, "sửa tên, loại")
    lone.refresh_from_db()
    assert (lone.parent, lone.parent_by_hand) == (None, False)


def test_two_streets_of_one_name_are_saved_when_the_person_insists(
    page: Page, open_editor: Any, alley: Street, officer: User
) -> None:
    open_editor(officer)
    press(page, "Vẽ đường, ngõ")
    tap(page, (-50, 0), (-50, 60))
    press(page, "Xong nét")
    page.get_by_label("Tên", exact=True).fill("Đình")
    press(page, "Lưu")
    expect(page.get_by_role("alert")).to_contain_text("ngõ Đình")
    press(page, "Vẫn lưu với tên này")
    done(page, "thêm đường, ngõ")
    assert Street.objects.filter(name="Đình").count() == 2


def test_what_somebody_else_changed_is_not_written_over_unseen(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    open_editor(officer)
    choose(page, "đường Liên Xã")
    press(page, "Sửa nét")
    drag(page, (0, 0), (0, 30))
    Street.objects.filter(pk=road.pk).update(name="Liên Thôn", version=road.version + 1)
    press(page, "Lưu nét")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", name="đường Liên Thôn")).to_be_visible()
    road.refresh_from_db()
    assert metres(road.line) == near((200, 0), (0, 0), (-200, 0))
    expect(page.locator(".sketch-handle")).to_have_count(3)


def test_a_house_group_is_drawn_lettered_and_removed(page: Page, open_editor: Any, road: Street, officer: User) -> None:
    open_editor(officer)
    choose(page, "đường Liên Xã")
    press(page, "Vẽ nhóm nhà")
    tap(page, (-100, 20), (-20, 20), (-20, 80), (-100, 80), (-100, 20))  # the first point again closes it
    page.get_by_label("Chữ cái").fill("Đ")
    press(page, "Lưu")
    done(page, "thêm nhóm nhà")
    group = HouseGroup.objects.get()
    assert (group.letter, group.street, len(group.area.coords[0])) == ("Đ", road, 5)
    expect(page.locator(".house-group-letter")).to_have_text("Đ")
    press(page, "Sửa phạm vi")
    drag(page, (-100, 80), (-100, 110))
    press(page, "Lưu nét")
    done(page, "sửa nhóm nhà")
    group.refresh_from_db()
    assert max(north for _, north in metres(group.area[0])) == pytest.approx(110, abs=1.5)
    page.locator("#group-close").click()
    page.locator("#group-list").get_by_role("button", name="Nhóm nhà Đ").click()
    press(page, "Xóa nhóm")
    done(page, "xóa nhóm nhà")
    assert not HouseGroup.objects.exists()
    page.locator("#undo-button").click()
    expect(page.locator(".house-group-letter")).to_have_text("Đ")


def test_the_list_is_searched_without_marks_and_by_the_parent(
    page: Page, open_editor: Any, alley: Street, commune: Unit, officer: User
) -> None:
    for name in ("10", "2"):
        street(commune, "ngach", name, (105, 60), (150, 60 + int(name)), parent=alley)
    open_editor(officer)
    rows = page.locator("#street-list strong")
    expect(rows).to_have_text(["đường Liên Xã", "ngách 2", "ngách 10", "ngõ Đình"])
    expect(page.locator("#street-state")).to_have_text("1 đường, phố và 3 ngõ, ngách.")
    page.get_by_label("Tìm đường, ngõ").fill("dinh")
    expect(rows).to_have_text(["ngách 2", "ngách 10", "ngõ Đình"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="ngách 10")).to_be_focused()
    expect(page.locator(".street-parent")).to_have_count(1)


def test_numbers_begin_where_those_of_its_houses_do(
    page: Page, open_editor: Any, road: Street, commune: Unit, officer: User
) -> None:
    def begins() -> Metres:
        x, y = pixel(page, (0, 0))
        box = page.locator(".street-begins").bounding_box()
        assert box is not None
        return (box["x"] + box["width"] / 2 - x) * 0.56, (y - box["y"] - box["height"] / 2) * 0.56

    open_editor(officer)
    choose(page, "đường Liên Xã")
    assert begins() == pytest.approx((200, 0), abs=4)  # by the rule, from the east
    for east, position in ((-150, 50.0), (100, 300.0)):
        house = factories.house(commune, *place((east, 10)))
        Frontage.objects.create(house=house, street=road, side=Side.LEFT, position_m=position, distance_m=10.0)
    page.reload()
    ready(page)
    expect(page.locator("#street-facts")).to_contain_text("số nhà ở mặt đường: 2")
    assert begins() == pytest.approx((-200, 0), abs=4)  # as the numbers in force have it


@pytest.fixture
def pure(page: Page, live_server: LiveServer) -> Iterator[Callable[[str, str], Any]]:
    """Import one of the modules that know no page, and let JavaScript ask it."""
    page.goto(f"{live_server.url}/static/img/mark.svg")

    def asked(module: str, expression: str) -> Any:
        return page.evaluate(f"import('/static/js/streets/{module}.js').then((m) => {expression})")

    yield asked


def test_directions_follow_the_circular(pure: Any) -> None:
    def backwards(*line: Metres, direction: str = "auto", parent: Any = None) -> bool:
        points = [list(place(p)) for p in line]
        above = [list(place(p)) for p in parent] if parent else "null"
        return pure("geometry", f"m.risesBackwards({points}, '{direction}', {above})")

    right = [((0, 100), (0, 0)), ((100, 0), (0, 0)), ((100, 100), (0, 0)), ((100, 0), (0, 100))]
    assert [backwards(*line) for line in right] == [False] * 4
    assert [backwards(*reversed(line)) for line in right] == [True] * 4
    assert backwards((0, 0), (0, 100), direction="as_drawn") is False
    assert backwards((0, 0), (0, 100), direction="outward") is None
    road = [(-50, 1), (50, 1)]
    assert backwards((0, 2), (0, 100), parent=road) is False
    assert backwards((0, 100), (0, 2), parent=road) is True


def test_the_nearest_point_and_the_snap_are_found(pure: Any) -> None:
    found = pure("geometry", "m.nearestOn([[0, 0], [10, 0], [10, 10]], [12, 4], [1, 1])")
    assert found == {"at": [10, 4], "distance": 2, "segment": 1}
    assert pure("geometry", "m.nearestOn([[3, 3]], [0, -1], [1, 1])")["distance"] == 5
    targets = "new m.SnapTargets([{ id: 'a', line: [[0, 0], [1, 0]] }, { id: 'b', line: [[0.5, 0.1], [0.5, 1]] }])"
    near_an_end = f"{targets}.find([0.5, 0.06], 8, 12)"  # 10.9 pixels over the line, 7.3 below the end
    assert pure("snapping", near_an_end)["kind"] == "end"
    assert pure("snapping", f"{targets}.find([0.5, 0.06], 8, 12, {{ except: 'b' }})")["id"] == "a"
    assert pure("snapping", f"{targets}.find([0.5, -0.2], 8, 12)") is None


def _breadth(page: Page, *ends: tuple[float, float]) -> float:
    """How many pixels lie between two places, both of which must be in the map's frame."""
    frame = page.locator("#map").bounding_box()
    assert frame is not None
    spots = [pixel(page, end) for end in ends]
    for x, y in spots:
        assert frame["x"] < x < frame["x"] + frame["width"]
        assert frame["y"] < y < frame["y"] + frame["height"]
    return math.dist(*spots)


def test_the_map_comes_to_a_street_that_was_chosen_in_the_list(
    page: Page, open_editor: Any, alley: Street, officer: User
) -> None:
    open_editor(officer, f"#15/{LAT + 0.004}/{LNG}")  # the whole commune: the alley is 20 pixels of it
    page.get_by_label("Tìm đường, ngõ").fill("Đình")
    choose(page, "ngõ Đình")
    expect(page).to_have_url(re.compile("#18/"))
    assert _breadth(page, (100, 0), (110, 100)) > 120


def test_the_map_opens_at_the_street_whose_page_led_there(
    page: Page, open_editor: Any, live_server: LiveServer, alley: Street, officer: User
) -> None:
    open_editor(officer, "")
    page.goto(f"{live_server.url}/streets/{alley.pk}/")
    page.get_by_role("link", name="Sửa trên bản đồ").click()
    ready(page)
    expect(page.get_by_role("heading", name="ngõ Đình")).to_be_visible()
    expect(page).to_have_url(re.compile("#18/"))
    assert _breadth(page, (100, 0), (110, 100)) > 120
