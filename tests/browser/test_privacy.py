"""Masked numbers, assessments and rights as a person meets them: on a phone and at a desk, by keyboard too."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.assessments import keeping
from households.assessments.keeping import Decision
from households.models import House, Household
from mapping.access import Role
from mapping.models import AuditEntry, Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE

SignIn = Callable[[User], None]
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def house(commune: Unit, officer: User) -> House:
    """12/5 ngõ Đình: a household with both numbers and two assessments, and four more poor ones in the village."""
    village = factories.village(commune, 1)
    house = factories.house(commune, number="12/5", street="ngõ Đình", village=village)
    household = factories.household(
        house, "Nguyễn Thị Hòa", phone="0912345678", personal_number="038190123456", size=4, note="mới về làng"
    )
    factories.household(house, "Nguyễn Văn Toàn", phone="0987654321")
    poor = [household, *(factories.household(factories.house(commune, village=village)) for _ in range(4))]
    for each in poor:
        keeping.keep(user=officer, household=each, decision=_decision("poor", 2022))
    keeping.keep(user=officer, household=household, decision=_decision("martyr", 2024, "merit"))
    return house


def _decision(outcome: str, year: int, standard: str = "poverty-2022") -> Decision:
    day = datetime.date(year, 11, 20)
    return Decision(standard, outcome, day, f"{year - 1900}/QĐ-UBND", day)


def _fits(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@SIZES
def test_a_number_is_revealed_on_the_record_and_masked_again_when_the_page_is_left(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House, size: dict,
    assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(f"{live_server.url}/houses/{house.code}/")
    expect(page.locator("body")).to_contain_text("0912 ••• •78")
    assert_accessible()
    page.get_by_role("button", name="Hiện đủ số của hộ Nguyễn Thị Hòa").press("Enter")
    expect(page.get_by_role("link", name="0912 345 678")).to_have_attribute("href", "tel:0912345678")
    expect(page.locator("body")).to_contain_text("038 190 123 456")
    expect(page.locator("body")).to_contain_text("0987 ••• •21")
    assert_accessible()
    _fits(page)
    page.goto(f"{live_server.url}/houses/{house.code}/")
    expect(page.locator("body")).not_to_contain_text("345 678")
    with transaction.atomic():  # the audit too is seen inside of one alone
        assert AuditEntry.objects.filter(action="household.reveal").count() == 1


@pytest.mark.parametrize("width", [360, 768, 1000, 1100, 1280])
def test_what_can_be_done_with_a_household_stays_on_the_screen(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(officer)
    page.goto(f"{live_server.url}/houses/{house.code}/")
    row = page.get_by_role("row", name="Nguyễn Thị Hòa")
    for name in ("Hiện đủ số", "Kết quả rà soát", "Thư và mã riêng", "Nhật ký của hộ", "Sửa hộ", "Chuyển hộ", "Xóa hộ"):
        box = row.get_by_role("button", name=name).or_(row.get_by_role("link", name=name)).bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width, name


def test_a_number_is_revealed_behind_a_plate_without_scripts(
    browser_context_args: dict, browser, live_server: LiveServer, commune: Unit, house: House
) -> None:
    head = factories.user("truong-thon", role=Role.VILLAGE_HEAD, at=house.village)
    context = browser.new_context(**{**browser_context_args, "viewport": PHONE, "java_script_enabled": False})
    page = context.new_page()
    client = Client()
    client.force_login(head)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    context.add_cookies([{**cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/{factories.plate(house).token}")
    page.get_by_role("button", name="Hiện đủ số của hộ Nguyễn Thị Hòa").click()
    expect(page.get_by_role("link", name="0912 345 678")).to_be_visible()
    context.close()


PAGES = {
    "scan": "/{token}", "list": "/houses/", "edit": "/households/{household}/edit/",
    "assessments": "/households/{household}/assessments/", "counts": "/assessments/",
    "numbers": "/houses/export/numbers/", "rights": "/account/rights/", "front": "/",
}  # fmt: skip


@SIZES
@pytest.mark.parametrize("name", PAGES)
def test_each_page_fits_and_is_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House, size: dict, name: str,
    assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    with transaction.atomic():
        household = Household.objects.get(house=house, head_name="Nguyễn Thị Hòa")
    page.set_viewport_size(size)
    sign_in(officer)
    page.goto(live_server.url + PAGES[name].format(token=factories.plate(house).token, household=household.pk))
    assert_accessible()
    _fits(page)


def test_the_map_reveals_a_number_in_its_panel(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House,
    assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    page.set_viewport_size(PHONE)
    sign_in(officer)
    page.goto(f"{live_server.url}/map/?house={house.code}")
    expect(page.locator("#house .phone").first).to_contain_text("0912 ••• •78")
    page.get_by_role("button", name="Hiện đủ số của hộ Nguyễn Thị Hòa").click()
    expect(page.get_by_role("link", name="0912 345 678")).to_be_focused()
    expect(page.locator("#house .phone").first).to_contain_text("038 190 123 456")


@pytest.mark.parametrize("field", ["Điện thoại", "Số định danh cá nhân của chủ hộ", "Số người"])
def test_enter_in_any_field_of_a_household_saves_it(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House, field: str
) -> None:
    sign_in(officer)
    with transaction.atomic():
        household = Household.objects.get(head_name="Nguyễn Thị Hòa")
    page.goto(f"{live_server.url}/households/{household.pk}/edit/")
    page.get_by_label("Ghi chú").fill("gõ dở")
    page.get_by_role("button", name="Hiện đủ số đang che").click()
    expect(page.get_by_role("status")).to_contain_text("Đã hiện số, chưa lưu gì.")
    expect(page.get_by_label("Ghi chú")).to_have_value("gõ dở")
    page.goto(f"{live_server.url}/households/{household.pk}/edit/")
    page.get_by_label("Ghi chú").fill("gõ xong")
    page.get_by_label(field).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("12/5 ngõ Đình")
    expect(page.locator("body")).to_contain_text("gõ xong")
