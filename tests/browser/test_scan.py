"""The scan page and the front page in a real browser: small phones, both languages, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households import codes
from households.models import Plate, PlateState
from mapping.models import Unit, User
from tests import factories
from tests.browser.widths import is_as_wide_as_the_screen


@pytest.fixture
def plate(transactional_db: None, commune: Unit) -> Plate:
    """Of a house with a long address near the commune's edge, with neighbours and a household."""
    village = factories.village(commune, 2)
    house = factories.house(
        commune, 105.8297, 19.67, number="12/5/3A", street="đường Nguyễn Thị Minh Khai kéo dài", village=village
    )
    for number in range(40):
        factories.house(commune, 105.8297 - number * 8e-5, 19.67 + (number % 5 - 2) * 2e-4, number=str(number))
    factories.household(house, "Nguyễn Văn Bí Mật", phone="0912345678", size=4)
    return factories.plate(house)


def visible_without_scrolling(page: Page) -> list[str]:
    """The first words of every heading, link, form field, picture and notice that begins on the first screen."""
    found: list[str] = page.evaluate("""
        [...document.querySelectorAll("h1, h2, a, input, svg, .notice, .warning, dl, ul")]
            .filter((part) => part.getBoundingClientRect().top < window.innerHeight)
            .map((part) => part.textContent.trim().slice(0, 14))
    """)
    return found


def test_a_small_phone_shows_the_address_and_two_buttons_and_nothing_else(
    page: Page, live_server: LiveServer, plate: Plate
) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{live_server.url}/{plate.token}/{plate.plus_code}")
    assert visible_without_scrolling(page) == ["12/5/3Ađường N", "Mở Google Maps", "Chỉ đường"]
    for name in ("Mở Google Maps", "Chỉ đường"):
        box = page.get_by_role("link", name=name).bounding_box()
        assert box and box["height"] >= 44 and box["y"] + box["height"] <= 640
    page.set_viewport_size({"width": 320, "height": 568})
    assert is_as_wide_as_the_screen(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scan_page_has_no_barriers_in_either_language(
    page: Page, live_server: LiveServer, plate: Plate, assert_accessible: Callable[[], None], scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(f"{live_server.url}/{plate.token}")
    assert_accessible()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    assert page.context.cookies() == []


def test_the_drawing_fills_its_frame_with_dots_and_an_edge(page: Page, live_server: LiveServer, plate: Plate) -> None:
    page.goto(f"{live_server.url}/{plate.token}")
    near = page.locator("svg .near").bounding_box()
    frame = page.locator("svg.sketch").bounding_box()
    assert near and frame and near["width"] > frame["width"] / 4
    # A straight edge has no width, which Playwright takes for hidden.
    assert page.locator("svg .edge.commune").evaluate("edge => edge.getBBox().height") == 240


def test_pages_for_tokens_that_lead_nowhere_have_no_barriers(
    page: Page, live_server: LiveServer, plate: Plate, assert_accessible: Callable[[], None]
) -> None:
    revoked = factories.plate(plate.house, state=PlateState.REVOKED)
    page.set_viewport_size({"width": 320, "height": 568})
    for token in (codes.new_token(), revoked.token):
        page.goto(f"{live_server.url}/{token}")
        assert is_as_wide_as_the_screen(page)
        assert_accessible()
    page.get_by_label("Mã dưới ô QR").fill(codes.format_token(plate.token).lower())
    page.get_by_role("button", name="Tìm").click()
    expect(page).to_have_url(f"{live_server.url}/{plate.token}")


def test_an_official_signs_in_from_a_plate_and_sees_its_household(
    page: Page, live_server: LiveServer, plate: Plate, officer: User, assert_accessible: Callable[[], None]
) -> None:
    page.goto(f"{live_server.url}/{plate.token}/{plate.plus_code}")
    expect(page.get_by_text("Bí Mật")).to_have_count(0)
    page.get_by_role("link", name="Cán bộ đăng nhập").click()
    page.get_by_label("Tên đăng nhập").fill(officer.username)
    page.get_by_label("Mật khẩu", exact=True).fill("mật khẩu thử")
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url(f"{live_server.url}/{plate.token}/{plate.plus_code}")
    expect(page.get_by_text("Nguyễn Văn Bí Mật")).to_be_visible()
    assert_accessible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_front_page_has_no_barriers(
    page: Page,
    live_server: LiveServer,
    plate: Plate,
    officer: User,
    sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None],
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/?code=K7QP2M4X9TRB")
    expect(page.get_by_role("alert")).to_contain_text("Có một ký tự sai")
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    sign_in(officer)
    page.goto(f"{live_server.url}/")
    expect(page.get_by_role("row", name="Thôn Xa Thư 1 1 1")).to_be_visible()
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
