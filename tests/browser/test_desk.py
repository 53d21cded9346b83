"""Desk work in a browser: find a house, mend it, take it back, on a phone and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households import house_editing
from households.models import House
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of

SignIn = Callable[[User], None]


@pytest.fixture
def house(commune: Unit) -> House:
    """12/5 ngõ Đình with two households, and a neighbour."""
    house = factories.house(commune, number="12/5", street="ngõ Đình", village=factories.village(commune, 1))
    factories.household(house, "Nguyễn Thị Hòa", phone="0912345678", size=4)
    factories.household(house, "Nguyễn Văn Toàn")
    factories.house(commune, number="14", street="ngõ Đình", lng=factories.CENTRE[0] + 0.0002)
    return house


def test_an_official_finds_a_house_edits_it_by_keyboard_and_takes_it_back(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House
) -> None:
    sign_in(officer)
    page.goto(f"{live_server.url}/houses/")
    page.get_by_label("Tìm theo tên chủ hộ").fill("nguyen thi hoa")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name=f"{house.code[:3]}-{house.code[3:6]}-{house.code[6:]}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("12/5 ngõ Đình")
    page.get_by_role("link", name="Sửa địa chỉ").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Số nhà").fill("12/7")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("12/7 ngõ Đình")
    expect(page.get_by_role("status")).to_contain_text("Đã sửa nhà.")
    page.get_by_role("status").get_by_role("button", name="Hoàn tác").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("12/5 ngõ Đình")
    expect(page.get_by_text("Đã hoàn tác: 1 mục trở lại như trước.")).to_be_visible()


def test_a_household_moves_on_a_phone(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House
) -> None:
    page.set_viewport_size(PHONE)
    sign_in(officer)
    page.goto(f"{live_server.url}/houses/{house.code}/")
    page.get_by_role("link", name="Chuyển hộ Nguyễn Văn Toàn sang nhà khác").click()
    page.get_by_label("Chuyển đến nhà nào?").fill("14")
    page.get_by_role("button", name="Tìm nhà").click()
    button = page.get_by_role("button", name="Chuyển đến đây")
    expect(button).to_be_in_viewport(ratio=1)
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("14 ngõ Đình")
    expect(page.get_by_text("Nguyễn Văn Toàn")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_fit_and_axe_finds_nothing(
    page: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    assert_accessible: Callable[[], None],
    officer: User,
    house: House,
    size: dict[str, int],
) -> None:
    page.set_viewport_size(size)
    sign_in(officer)
    with transaction.atomic():  # people are seen inside of one alone
        household = house.households.order_by("head_name")[0]
    record = f"/houses/{house.code}/"
    paths = ["/houses/", "/houses/?q=zzz", record, "/houses/add/", "/changes/"]
    paths += [f"{record}{form}/" for form in ("edit", "move", "split", "close", "households/add")]
    paths += [f"/households/{household.pk}/edit/", f"/households/{household.pk}/move/?q=14"]
    for path in paths:
        page.goto(live_server.url + path)
        assert width_of(page) <= size["width"], path
        assert_accessible()


def test_an_endless_word_breaks_and_pushes_nothing_off_a_phone(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House
) -> None:
    House.objects.filter(pk=house.pk).update(street="W" * 120, note="M" * 200)
    with transaction.atomic():
        house.households.filter(head_name="Nguyễn Văn Toàn").update(head_name="W" * 100, note="M" * 200)
        household = house.households.get(head_name="W" * 100)
    page.set_viewport_size(PHONE)
    sign_in(officer)
    record = f"/houses/{house.code}/"
    paths = [
        record,
        f"{record}edit/",
        f"{record}move/",
        f"{record}split/",
        f"{record}close/",
        "/houses/",
        "/houses/?q=W",
    ]
    paths += [f"/households/{household.pk}/edit/", f"/households/{household.pk}/move/?q=12"]
    house_editing.edit_house(
        user=officer, house=house, version=1, number="12", street="W" * 120, village=house.village, note=""
    )
    for path in [*paths, "/changes/"]:
        page.goto(live_server.url + path)
        assert width_of(page) <= PHONE["width"], path
    page.goto(f"{live_server.url}{record}split/")
    expect(page.get_by_role("button", name="Tách nhà")).to_be_visible()
    page.get_by_label("Số nhà").fill("12A")
    page.get_by_label("Vĩ độ").fill("19,6705")
    page.get_by_label("W" * 100).check()
    page.get_by_role("button", name="Tách nhà").click()
    expect(page.get_by_role("status")).to_contain_text("Đã tách nhà.")


def test_the_list_of_houses_fits_a_phone_with_people_and_address_first(
    page: Page, live_server: LiveServer, sign_in: SignIn, officer: User, house: House
) -> None:
    page.set_viewport_size(PHONE)
    sign_in(officer)
    page.goto(f"{live_server.url}/houses/")
    box = page.get_by_role("region", name="Danh sách nhà")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    row = box.locator("tbody tr").filter(has_text="Nguyễn Thị Hòa")
    tops = [row.get_by_text(text).first.bounding_box()["y"] for text in ("Nguyễn Thị Hòa", "ngõ Đình", house.code[:3])]
    assert tops == sorted(tops) and len(set(tops)) == 3
    expect(row.locator("td.number")).to_have_attribute("data-label", "Số người")
