"""Streets, alleys and house groups as an official draws and mends them: by mouse, by keyboard, on a phone, offline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, Polygon
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from households.models import HouseGroup, Street
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE

LNG, LAT = factories.CENTRE
EAST, NORTH = 1 / 104_800, 1 / 111_320  # degrees a metre, here
SignIn = Callable[[User], None]
Metres = tuple[float, float]  # east and north of the commune's middle


def place(at: Metres) -> tuple[float, float]:
    return LNG + at[0] * EAST, LAT + at[1] * NORTH


def street(of: Unit, kind: str, name: str, *points: Metres, **fields: Any) -> Street:
    line = LineString([place(point) for point in points], srid=4326)
    return Street.objects.create(commune=of, kind=kind, name=name, line=line, **fields)


@pytest.fixture
def road(commune: Unit) -> Street:
    """Đường Liên Xã, 400 m from east to west through the middle, with a house beside it."""
    factories.house(commune, *place((20, 12)), number="12", street="đường Liên Xã")
    return street(commune, "road", "Liên Xã", (200, 0), (0, 0), (-200, 0), width_class=4)


@pytest.fixture
def alley(commune: Unit, road: Street) -> Street:
    """Ngõ Đình, 100 m to the north, from the road's eastern half."""
    return street(commune, "ngo", "Đình", (100, 0), (100, 50), (110, 100), parent=road, width_class=2)


@pytest.fixture
def open_editor(page: Page, live_server: LiveServer, sign_in: SignIn) -> Callable[..., None]:
    """Open the editor as somebody, so that a pixel is about 0.56 m, and wait until streets and tiles are there."""

    def opened(user: User, rest: str = f"#18/{LAT}/{LNG}") -> None:
        sign_in(user)
        page.goto(f"{live_server.url}/streets/map/{rest}")
        ready(page)

    return opened


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-streets=drawn][data-map=drawn]")


def pixel(page: Page, at: Metres) -> tuple[float, float]:
    """Where a place stands in the window."""
    lng, lat = place(at)
    x, y = page.evaluate(
        """([lng, lat]) => {
            const box = leafletmapmap.getContainer().getBoundingClientRect();
            const { x, y } = leafletmapmap.latLngToContainerPoint([lat, lng]);
            return [box.left + x, box.top + y];
        }""",
        [lng, lat],
    )
    return x, y


def tap(page: Page, *places: Metres) -> None:
    for at in places:
        x, y = pixel(page, at)
        page.mouse.move(x, y)
        page.mouse.click(x, y)


def drag(page: Page, start: Metres, end: Metres) -> None:
    page.mouse.move(*pixel(page, start))
    page.mouse.down()
    page.mouse.move(*pixel(page, end), steps=5)
    page.mouse.up()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def choose(page: Page, name: str) -> None:
    page.locator("#street-list").get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_focused()


def done(page: Page, what: str) -> None:
    expect(page.locator("#map-toast")).to_contain_text(f"Đã lưu: {what}.")


def metres(line: Any) -> list[Metres]:
    return [((lng - LNG) / EAST, (lat - LAT) / NORTH) for lng, lat in line.coords]


def near(*points: Metres) -> Any:
    return [pytest.approx(point, abs=1.2) for point in points]


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
    press(page, "Nối với đường khác")
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


def moved(page: Page, key: str) -> None:
    """Press an arrow key and wait until the map has come to rest elsewhere, which its address tells."""
    before = page.url
    page.keyboard.press(key)
    expect(page).not_to_have_url(before)


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


def test_on_a_phone_an_alley_is_drawn_from_the_middle_of_the_map(
    page: Page, open_editor: Any, road: Street, officer: User
) -> None:
    page.set_viewport_size(PHONE)
    open_editor(officer)
    page.locator("#draw-button").click()
    page.locator("#sketch-here").click()
    drag(page, (20, 30), (20, -30))
    page.locator("#sketch-here").click()
    page.locator("#sketch-done").click()
    page.get_by_label("Tên", exact=True).fill("Giếng")
    press(page, "Lưu")
    done(page, "thêm đường, ngõ")
    added = Street.objects.get(name="Giếng")
    assert added.parent == road
    assert metres(added.line) == [pytest.approx((0, 0), abs=2), pytest.approx((0, 60), abs=12)]


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
    assert_accessible()
    press(page, "Sửa nét")
    expect(page.locator(".sketch-handle").first).to_be_visible()
    assert_accessible()
    press(page, "Thôi")
    page.locator("#street-close").click()
    if size == PHONE:
        press(page, "Thu bảng")
    press(page, "Vẽ đường, ngõ")
    tap(page, (0, 30), (0, 60), (40, 60), (-40, 45))
    assert_accessible()
    press(page, "Xong nét")
    press(page, "Lưu")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
