"""Hanging a plate with a phone: the right door, the wrong one, two plates mixed up, a phone without a place."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from households.models import Plate, PlateState
from mapping.models import Unit, User
from tests import factories
from tests.browser.widths import is_as_wide_as_the_screen

METRE = 1 / 111_195  # of latitude, in degrees


@pytest.fixture
def plates(transactional_db: None, commune: Unit) -> tuple[Plate, Plate]:
    """Of number 12, and of number 14, 60 m to the north, whose plate hangs."""
    village = factories.village(commune)
    houses = [
        factories.house(commune, factories.CENTRE[0], factories.CENTRE[1] + metres * METRE, number=number,
                        street="Ngõ Chùa", village=village)
        for metres, number in ((0, "12"), (60, "14"))
    ]  # fmt: skip
    return (
        factories.plate(houses[0], state=PlateState.ISSUED),
        factories.plate(houses[1], state=PlateState.INSTALLED),
    )


@pytest.fixture
def stand(page: Page) -> Callable[..., None]:
    """Put the phone so many metres north of number 12, with an error of so many."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.context.grant_permissions(["geolocation"])

    def put(metres_north: float, accuracy: float = 6) -> None:
        page.context.set_geolocation(
            {
                "latitude": factories.CENTRE[1] + metres_north * METRE,
                "longitude": factories.CENTRE[0],
                "accuracy": accuracy,
            }
        )

    return put


def scan(page: Page, live_server: LiveServer, plate: Plate) -> None:
    """Open the plate's page as its QR does, go on to hanging it, and wait until the phone knows where it stands."""
    page.goto(f"{live_server.url}/{plate.pk}/{plate.plus_code}")
    page.get_by_role("link", name="Lắp biển này").click()
    expect(page.get_by_role("status")).to_contain_text("Cách nhà")


def hang(page: Page) -> None:
    page.get_by_role("button", name="Lắp biển này").click()


def test_at_the_right_door_one_tap_hangs_the_plate_with_its_photo(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], officer: User, sign_in: Callable[[User], None],
    stand: Callable[[float], None], assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(7)
    scan(page, live_server, plates[0])
    expect(page.get_by_role("status")).to_have_text("Cách nhà 7 m, sai số 6 m.")
    expect(page.get_by_label("Lý do")).to_be_hidden()
    photo = io.BytesIO()
    Image.new("RGB", (800, 600), "navy").save(photo, "JPEG")
    page.get_by_label("Ảnh biển đã treo").set_input_files(
        [{"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}]
    )
    assert_accessible()
    hang(page)
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()
    expect(page.get_by_text("cách nhà 7 m, sai số 6 m").first).to_be_visible()
    picture = page.get_by_role("img", name="Ảnh chụp lúc lắp biển")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    hung = Plate.objects.get(pk=plates[0].pk)
    assert hung.state == "installed" and round(hung.installed_distance or 0) == 7


def test_at_the_wrong_door_the_plate_is_refused_and_hung_after_walking_to_the_right_one(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], officer: User, sign_in: Callable[[User], None],
    stand: Callable[[float], None], assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(57)
    scan(page, live_server, plates[0])
    hang(page)
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Có thể nhầm cửa: biển này của 12 Ngõ Chùa")
    expect(refusal).to_contain_text("cách nhà đó 57 m (sai số 6 m)")
    expect(refusal).to_contain_text("Nhà gần bạn nhất là 14 Ngõ Chùa")
    expect(page.get_by_label("Lý do")).to_be_visible()
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    assert Plate.objects.get(pk=plates[0].pk).state == "issued"
    stand(3)
    expect(page.get_by_text("Cách nhà 3 m, sai số 6 m.")).to_be_visible()
    hang(page)
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()
    assert Plate.objects.get(pk=plates[0].pk).installed_reason == ""


@pytest.fixture
def next_door(plates: tuple[Plate, Plate], commune: Unit) -> Plate:
    """Of number 12A, 14 m north of number 12, with no other house between."""
    house = factories.house(
        commune, factories.CENTRE[0], factories.CENTRE[1] + 14 * METRE, number="12A", street="Ngõ Chùa",
        village=factories.village(commune),
    )  # fmt: skip
    return factories.plate(house, state=PlateState.PRINTED)


def test_at_the_next_door_one_is_asked_and_hangs_the_plate_where_it_belongs(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], next_door: Plate, officer: User,
    sign_in: Callable[[User], None], stand: Callable[..., None], assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(14, accuracy=4)
    scan(page, live_server, plates[0])
    hang(page)
    question = page.get_by_role("alert")
    expect(question).to_contain_text("Đây có phải nhà 12 Ngõ Chùa?")
    expect(question).to_contain_text("cách nhà đó 14 m, mà chỉ cách 12A Ngõ Chùa 0 m (sai số 4 m)")
    expect(page.get_by_label("Lý do")).to_be_hidden()
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    assert Plate.objects.get(pk=plates[0].pk).state == "issued"
    stand(2, accuracy=4)
    expect(page.get_by_text("Cách nhà 2 m, sai số 4 m.")).to_be_visible()
    page.get_by_role("button", name="Đúng là 12 Ngõ Chùa, lắp biển").click()
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()
    assert Plate.objects.get(pk=plates[0].pk).installed_reason == ""


def test_at_a_door_that_the_phone_takes_for_the_next_one_the_answer_hangs_it(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], next_door: Plate, officer: User,
    sign_in: Callable[[User], None], stand: Callable[..., None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(13, accuracy=3)
    scan(page, live_server, plates[0])
    hang(page)
    expect(page.get_by_role("alert")).to_contain_text("Đây có phải nhà 12 Ngõ Chùa?")
    expect(page.get_by_role("status")).to_have_text("Cách nhà 13 m, sai số 3 m.")
    page.get_by_role("button", name="Đúng là 12 Ngõ Chùa, lắp biển").click()
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="dù điện thoại gần 12A Ngõ Chùa hơn")).to_be_visible()


def test_where_the_phone_cannot_tell_two_doors_apart_nobody_is_asked(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], next_door: Plate, officer: User,
    sign_in: Callable[[User], None], stand: Callable[..., None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(12, accuracy=8)
    scan(page, live_server, plates[0])
    hang(page)
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()
    assert Plate.objects.get(pk=plates[0].pk).installed_reason == ""


def test_far_away_a_typed_reason_hangs_it_and_stands_on_the_page(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], officer: User, sign_in: Callable[[User], None],
    stand: Callable[[float], None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(57)
    scan(page, live_server, plates[0])
    hang(page)
    page.get_by_label("Lý do").fill("Cổng nhà ở đầu ngõ")
    hang(page)
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="Cổng nhà ở đầu ngõ")).to_be_visible()


def test_two_plates_that_neighbours_got_mixed_up_are_hung_in_one_tap(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], officer: User, sign_in: Callable[[User], None],
    stand: Callable[[float], None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(57)
    scan(page, live_server, plates[0])
    hang(page)
    page.get_by_role("button", name="Đã đổi lại, ghi cả hai đã lắp").click()
    expect(page.get_by_text("Đã ghi hai biển được lắp đúng nhà.")).to_be_visible()
    states = Plate.objects.in_bulk([plate.pk for plate in plates])
    assert {plate.state for plate in states.values()} == {"installed"}
    assert round(states[plates[1].pk].installed_distance or 0) == 3


def test_a_phone_that_gives_no_place_is_told_and_asked_why(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], officer: User, sign_in: Callable[[User], None]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(officer)
    page.goto(f"{live_server.url}/plates/p/{plates[0].pk}/install/")
    expect(page.get_by_role("status")).to_contain_text("không cho trang này biết vị trí")
    hang(page)
    expect(page.get_by_role("alert")).to_contain_text("chưa cho biết vị trí")
    page.get_by_label("Lý do").fill("Máy không có định vị")
    hang(page)
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_script_a_reason_hangs_it(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], officer: User, sign_in: Callable[[User], None]
) -> None:
    sign_in(officer)
    page.goto(f"{live_server.url}/plates/p/{plates[0].pk}/install/")
    page.get_by_label("Lý do").fill("Điện thoại cũ")
    hang(page)
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()


def test_a_press_before_the_script_has_come_is_kept_for_it(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], officer: User, sign_in: Callable[[User], None],
    stand: Callable[[float], None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(7)
    waiting: list[Route] = []
    page.route("**/plate_install*.js", lambda route: waiting.append(route))
    page.goto(f"{live_server.url}/{plates[0].pk}/{plates[0].plus_code}")
    page.get_by_role("link", name="Lắp biển này").click()
    page.get_by_role("button", name="Lắp biển này").click(no_wait_after=True)
    expect(page.locator("#install[data-pressed]")).to_have_count(1)
    waiting[0].continue_()
    expect(page.get_by_text("Đã ghi biển được lắp.")).to_be_visible()
    assert round(Plate.objects.get(pk=plates[0].pk).installed_distance or 0) == 7


def test_a_press_goes_as_it_is_where_the_script_does_not_come(
    page: Page, live_server: LiveServer, plates: tuple[Plate, Plate], officer: User, sign_in: Callable[[User], None],
    stand: Callable[[float], None],
) -> None:  # fmt: skip
    sign_in(officer)
    stand(7)
    waiting: list[Route] = []
    page.route("**/plate_install*.js", lambda route: waiting.append(route))
    page.goto(f"{live_server.url}/{plates[0].pk}/{plates[0].plus_code}")
    page.get_by_role("link", name="Lắp biển này").click()
    page.get_by_role("button", name="Lắp biển này").click(no_wait_after=True)
    expect(page.locator("#install[data-pressed]")).to_have_count(1)
    waiting[0].abort()
    expect(page.locator("#refusal")).to_contain_text("chưa cho biết vị trí")
