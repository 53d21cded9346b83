"""Accounts in a browser: invited on paper, in with a phone, on a phone and at a desk, with scripts and without."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.accounts import second_factor
from mapping.models import User
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.security.accounts import NEW_PASSWORD, PASSWORD, give_phone, shown_on

SignIn = Callable[[User], None]


@pytest.fixture(autouse=True)
def phones_are_asked_for(settings: Any) -> None:
    settings.REQUIRE_TOTP = True


def type_password(page: Page, address: str, username: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def code_for(secret: str) -> str:
    """What an app shows that was given the secret in letters."""
    import base64

    letters = secret.replace(" ", "")
    totp = TOTP(base64.b32decode(letters + "=" * (-len(letters) % 8)))
    totp.time = time.time()
    return f"{totp.token():06d}"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_officer_sets_up_a_phone_and_invites_a_viewer(
    browser: Browser, live_server: LiveServer, officer: User, scripts: bool
) -> None:
    desk = browser.new_context(locale="vi-VN", java_script_enabled=scripts).new_page()
    type_password(desk, live_server.url, "lan")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Thiết lập mã trên điện thoại")
    desk.get_by_text("Không quét được?").click()
    desk.get_by_label("Gõ 6 chữ số mà ứng dụng đang hiện").fill(code_for(desk.locator("code.secret").inner_text()))
    desk.get_by_role("button", name="Xong, dùng điện thoại này").click()
    expect(desk.locator(".recovery-codes li")).to_have_count(10)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Tải về thành tệp").click()
    assert len([line for line in download.value.path().read_text().splitlines() if line.count("-") == 2]) == 10
    expect(desk.get_by_role("button", name="In trang này")).to_be_visible(visible=scripts)
    desk.get_by_role("link", name="Tôi đã cất mã, tiếp tục").click()
    expect(desk.locator(".recovery-codes")).to_have_count(0)
    desk.goto(f"{live_server.url}/people/")
    desk.get_by_role("link", name="Mời người mới").click()
    desk.get_by_label("Họ và tên").fill("Đỗ Thị Quý")
    desk.get_by_label("Tên đăng nhập").fill("0912 345 678")
    desk.get_by_label("Vai trò").select_option("Người xem số liệu")
    desk.get_by_role("button", name="Tạo lời mời").click()
    link = desk.locator("#link").inner_text()
    pocket = browser.new_context(locale="vi-VN", viewport=PHONE, java_script_enabled=scripts).new_page()  # type: ignore[arg-type]
    pocket.goto(link)
    pocket.get_by_label("Mật khẩu mới", exact=True).fill(NEW_PASSWORD)
    pocket.get_by_label("Gõ lại mật khẩu mới").fill(NEW_PASSWORD)
    pocket.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    expect(pocket.get_by_role("link", name="Tài khoản của Đỗ Thị Quý")).to_be_visible()
    assert User.objects.filter(username="0912345678").exists()


def test_the_box_shows_what_is_typed_and_hides_it_when_sent(page: Page, live_server: LiveServer, viewer: User) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    field = page.locator("[name=password]")
    field.fill("trâu vàng")
    page.get_by_label("Hiện mật khẩu").check()
    expect(field).to_have_attribute("type", "text")
    page.get_by_label("Hiện mật khẩu").uncheck()
    expect(field).to_have_attribute("type", "password")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_fit_and_axe_finds_nothing(
    page: Page,
    live_server: LiveServer,
    assert_accessible: Callable[[], None],
    officer: User,
    viewer: User,
    size: dict[str, int],
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]

    heading = page.get_by_role("heading", level=1)

    def look() -> None:
        assert width_of(page) <= size["width"], page.url
        assert_accessible()

    type_password(page, live_server.url, "lan", "không phải mật khẩu")
    expect(page.get_by_role("alert")).to_be_visible()
    look()
    type_password(page, live_server.url, "lan")
    expect(heading).to_have_text("Thiết lập mã trên điện thoại")
    look()
    TOTPDevice.objects.filter(user=officer).delete()
    phone = give_phone(officer)
    type_password(page, live_server.url, "lan")
    expect(heading).to_have_text("Mã trên điện thoại")
    look()
    page.get_by_role("link", name="Dùng một mã khôi phục trên giấy").click()
    expect(heading).to_have_text("Dùng mã khôi phục")
    look()
    page.goto(f"{live_server.url}/sign-in/code/")
    page.get_by_label("Mã 6 chữ số trên điện thoại").fill(shown_on(phone))
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("link", name="Tài khoản của Lê Thị Lan")).to_be_visible()
    paths = ["/account/", "/account/password/", "/account/second-factor/", "/account/recovery-codes/"]
    paths += ["/people/", "/people/invite/", f"/people/{viewer.pk}/", "/join/khong-co/"]
    for path in paths:
        page.goto(live_server.url + path)
        for summary in page.locator("summary:visible").all():
            summary.click()
        look()
    page.goto(f"{live_server.url}/people/{viewer.pk}/")
    page.get_by_text("Quên mật khẩu").click()
    page.get_by_role("button", name="Tạo liên kết đặt lại mật khẩu").click()
    expect(page.locator("#link")).to_be_visible()
    look()
    page.goto(page.locator("#link").inner_text())
    look()
    assert second_factor.has(officer)
