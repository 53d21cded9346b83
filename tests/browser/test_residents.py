"""A letter in a farmer's hand: the QR in a small old phone, the page in large letters, without barriers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import Correction, Household
from mapping import wall
from mapping.models import Unit, User
from tests import factories
from tests.browser.widths import is_as_wide_as_the_screen
from tests.security.residents import letter, read_qr, secret_on


@pytest.fixture
def household(transactional_db: None, commune: Unit) -> Household:
    house = factories.house(commune, number="12/5", street="ngõ Đình", village=factories.village(commune))
    return factories.household(house, phone="0912345678", size=4, shop_name="Tạp hóa Cô Ba", note="Có người già")


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
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    page.go_back()
    page.wait_for_load_state()
    assert secret not in page.url and secret not in page.content()


def test_a_farmer_asks_consents_and_leaves(
    page: Page, live_server: LiveServer, household: Household, officer: User, assert_accessible: Callable[[], None]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(read_qr(letter(officer, household)).replace("https://localhost", live_server.url))
    page.get_by_role("link", name="Đề nghị sửa: Điện thoại").click()
    expect(page.get_by_label("Ghi lại thành")).to_be_visible()
    assert_accessible()
    page.get_by_label("Ghi lại thành").fill("0987654321")
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi đề nghị")
    page.get_by_role("button", name="Tôi đồng ý").click()
    expect(page.get_by_text("đang đồng ý", exact=True)).to_be_visible()
    page.wait_for_load_state()  # with its stylesheet
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or box["height"] >= 44
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Who has looked")).to_be_visible()
    assert is_as_wide_as_the_screen(page)
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
            assert is_as_wide_as_the_screen(page), (path, width)
            assert_accessible()


def test_a_slip_in_the_secret_is_told_and_the_text_stays(
    page: Page, live_server: LiveServer, household: Household, officer: User, assert_accessible: Callable[[], None]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    secret = secret_on(letter(officer, household))
    page.goto(f"{live_server.url}/ho")
    code, field = page.get_by_label("Mã nhà"), page.get_by_label("Mã bí mật")
    press = page.get_by_role("button", name="Mở trang của hộ")
    code.fill(household.house.code)
    for typed, told in (
        (f"{secret[:6]}#{secret[7:]}", "Nhóm thứ 2"),
        (secret[:-1].replace(" ", "").lower(), "đang có 19"),
        (("2" if secret[0] != "2" else "3") + secret[1:], "một ký tự sai"),
    ):
        field.fill(typed)
        press.click()
        expect(page.get_by_role("alert")).to_contain_text(told)
        expect(field).to_be_focused()
        expect(field).to_have_value(re.compile(r"^(\S{4} ){4}\S{3,4}$"))
        assert_accessible()
    assert is_as_wide_as_the_screen(page)
    field.fill(secret.lower())
    wrong = str((int(household.house.code[0]) % 9) + 1)
    code.fill(wrong + household.house.code[1:])
    press.click()
    expect(page.get_by_role("alert")).to_contain_text("Mã nhà có 9 chữ số")
    expect(field).to_have_value(secret.lower())
    assert sent == []
    code.fill(household.house.code)
    press.click()
    expect(page.get_by_role("heading", name="Hộ Nguyễn Văn An")).to_be_visible()


def test_without_scripts_the_sentence_asks_to_type_again(
    browser: Browser, live_server: LiveServer, household: Household, officer: User
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{live_server.url}/ho")
    page.get_by_label("Mã nhà").fill(household.house.code)
    page.get_by_label("Mã bí mật").fill(secret_on(letter(officer, household))[:-1])
    page.get_by_role("button", name="Mở trang của hộ").click()
    expect(page.get_by_role("alert")).to_contain_text("Xin gõ lại 20 ký tự")
    expect(page.get_by_label("Mã nhà")).to_have_value(household.house.code)
    expect(page.get_by_label("Mã bí mật")).to_have_value("")
    context.close()


def test_answering_one_wish_keeps_what_is_typed_for_the_others(
    page: Page, live_server: LiveServer, household: Household, officer: User, sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    with transaction.atomic(), wall.acting_as_household(household.pk, request=RequestFactory().get("/ho/")):
        for wanted in ("Số nhà sai", "Điểm nằm lệch"):
            Correction.objects.create(household=household, wanted=wanted)
        Correction.objects.create(household=household, field="shop_name", before="Tạp hóa Cô Ba", wanted="Quán Năm")
    sign_in(officer)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/residents/")
    first, second, third = page.get_by_role("article").all()
    first.get_by_role("textbox").fill("Đang chờ địa chính")
    second.get_by_role("button", name="Không sửa").click()
    expect(second.get_by_role("alert")).to_contain_text("Hãy viết lý do")
    expect(first.get_by_role("textbox")).to_have_value("Đang chờ địa chính")
    assert_accessible()
    assert is_as_wide_as_the_screen(page)
    second.get_by_role("textbox").fill("x" * 20)
    third.get_by_role("button", name="Sửa như hộ đề nghị").click()
    notice = page.get_by_role("status")
    expect(notice).to_contain_text("Tạp hóa Cô Ba → Quán Năm")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(first.get_by_role("textbox")).to_have_value("Đang chờ địa chính")
    expect(second.get_by_role("textbox")).to_have_value("x" * 20)
    assert_accessible()
    notice.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác")
    with transaction.atomic():
        household.refresh_from_db()
    assert household.shop_name == "Tạp hóa Cô Ba"


def test_a_new_letter_asks_first_without_scripts_too(
    page: Page, live_server: LiveServer, household: Household, officer: User, sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    letter(officer, household)
    sign_in(officer)
    page.set_viewport_size({"width": 360, "height": 740})
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/households/{household.pk}/resident/")
    page.get_by_label("Hỏi ở đâu").fill("Một cửa xã")
    page.get_by_role("button", name="Làm thư mới").click()
    expect(page.get_by_role("heading", name="Làm thư mới?")).to_be_visible()
    assert_accessible()
    assert is_as_wide_as_the_screen(page)
    page.get_by_role("button", name="Làm thư mới, bỏ thư cũ").click()
    expect(page.get_by_role("status")).to_contain_text("Đã làm thư lúc")
    expect(page.get_by_label("Hỏi ở đâu")).to_have_value("Một cửa xã")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Tải thư (PDF)").click()
    assert waiting.value.suggested_filename == f"thu-cho-ho-{household.house.code}.pdf"
