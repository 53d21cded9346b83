"""A letter in a farmer's hand: the QR in a small old phone, the page in large letters, without barriers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import Household
from mapping.models import Unit, User
from tests import factories
from tests.security.residents import letter, read_qr, secret_on


@pytest.fixture
def household(transactional_db: None, commune: Unit) -> Household:
    house = factories.house(commune, number="12/5", street="ngõ Đình", village=factories.village(commune))
    return factories.household(house, phone="0912345678", size=4, shop_name="Tạp hóa Cô Ba", note="Có người già")


def wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_the_qr_of_a_letter_opens_the_page_on_a_small_phone(
    page: Page, live_server: LiveServer, household: Household, officer: User, assert_accessible: Callable[[], None]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    page.set_viewport_size({"width": 360, "height": 740})
    url = read_qr(letter(officer, household))
    secret = url.partition(".")[2]
    page.goto(url.replace("https://localhost", live_server.url))
    expect(page).to_have_url(f"{live_server.url}/ho/home/")
    expect(page.get_by_role("heading", name="Hộ Nguyễn Văn An")).to_be_visible()
    assert not [request for request in asked if secret in request]
    assert wide(page)
    assert_accessible()
    page.go_back()
    assert secret not in page.url and secret not in page.content()


def test_a_farmer_asks_consents_and_leaves(
    page: Page, live_server: LiveServer, household: Household, officer: User, assert_accessible: Callable[[], None]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(read_qr(letter(officer, household)).replace("https://localhost", live_server.url))
    page.get_by_role("link", name="Đề nghị sửa: Điện thoại").click()
    assert_accessible()
    page.get_by_label("Ghi lại thành").fill("0987654321")
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi đề nghị")
    page.get_by_role("button", name="Tôi đồng ý").click()
    expect(page.get_by_text("đang đồng ý", exact=True)).to_be_visible()
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or box["height"] >= 44
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Who has looked")).to_be_visible()
    assert wide(page)
    assert_accessible()
    page.get_by_role("button", name="Leave the household’s page").click()
    expect(page).to_have_url(f"{live_server.url}/ho/")
    page.goto(f"{live_server.url}/ho/home/")
    expect(page).to_have_url(f"{live_server.url}/ho/")


def test_without_scripts_two_fields_open_it(
    browser: Browser, live_server: LiveServer, household: Household, officer: User
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    secret = secret_on(letter(officer, household))
    page.goto(f"{live_server.url}/ho")
    page.get_by_label("Mã nhà").fill(household.house.code)
    page.get_by_label("Mã bí mật").fill(secret.lower())
    page.get_by_role("button", name="Mở trang của hộ").click()
    expect(page.get_by_role("heading", name="Hộ Nguyễn Văn An")).to_be_visible()
    context.close()


def test_officers_pages_have_no_barriers(
    page: Page,
    live_server: LiveServer,
    household: Household,
    officer: User,
    sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None],
    run_jobs: Any,
) -> None:
    sign_in(officer)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/residents/", "/residents/letters/", f"/households/{household.pk}/resident/", "/ho/"):
            page.goto(f"{live_server.url}{path}")
            assert wide(page), (path, width)
            assert_accessible()
