"""What cannot be right is said on the phone, by the field and without a network, and nothing is lost for it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyAssignment, SurveyOperation, SurveyVisit
from tests.browser.survey.conftest import World, house_address, show_house
from tests.browser.survey.house_stage import finished, open_house

DONE = "Xong, gửi khi có mạng"
YEAR = datetime.timedelta(days=365)


def finish_house(phone: Page, live_server: LiveServer, world: World, place: int) -> None:
    show_house(phone, live_server, world, place)
    phone.get_by_label("Bỏ không").check()
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(world.village.name)


@pytest.mark.parametrize(("off", "said"), [(YEAR, "nhanh 365 ngày"), (-YEAR, "chậm 365 ngày")])
def test_a_clock_a_year_off_is_told_with_and_without_a_network_and_what_was_done_arrives(
    off: datetime.timedelta, said: str, phone: Page, live_server: LiveServer, take_along: Callable[[], None],
    world: World,
) -> None:  # fmt: skip
    phone.clock.set_fixed_time(timezone.now() + off)
    take_along()
    expect(phone.get_by_text(f"Đồng hồ của máy {said} so với máy chủ.")).to_be_visible()
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_text(f"Đồng hồ của máy {said}")).to_be_visible()
    finish_house(phone, live_server, world, 0)
    phone.context.set_offline(False)
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    with transaction.atomic():
        assert [flag["code"] for flag in SurveyVisit.objects.get().flags] == ["fast_interview", "clock_off"]
    phone.clock.set_fixed_time(timezone.now())
    phone.reload()
    expect(phone.get_by_text("Đồng hồ của máy")).to_have_count(0)


def test_a_village_whose_assignment_ended_says_so_and_keeps_what_was_done_there(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    phone.context.set_offline(True)
    finish_house(phone, live_server, world, 0)
    with transaction.atomic():
        SurveyAssignment.objects.update(ended_at=timezone.now())
    phone.clock.set_fixed_time(timezone.now() + datetime.timedelta(minutes=5))
    phone.context.set_offline(False)
    phone.goto(f"{live_server.url}/survey/#/phone")
    ended = f"Bạn không còn được giao điều tra {world.village.full_name}."
    expect(phone.get_by_text(ended).first).to_be_visible()
    phone.goto(f"{live_server.url}/survey/#/")
    expect(phone.get_by_role("button", name="Bỏ khỏi máy")).to_be_visible()
    expect(phone.locator(".survey-screen").get_by_text(ended)).to_be_visible()
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator(".survey-screen").get_by_text(ended)).to_be_visible()
    phone.get_by_role("link", name="Mở").click()
    expect(phone.get_by_role("listitem").filter(has_text="chưa gửi được, cần sửa")).to_have_count(1)
    expect(phone.locator(".survey-screen").get_by_text(ended)).to_be_visible()
    phone.get_by_role("link", name="Bản đồ").click()
    expect(phone.get_by_text("Chú giải")).to_be_visible()
    expect(phone.locator(".survey-screen").get_by_text(ended)).to_be_visible()
    phone.goto(live_server.url + house_address(world, 3))
    expect(phone.get_by_label("Bỏ không")).to_be_visible()
    expect(phone.locator(".survey-screen").get_by_text(ended)).to_be_visible()
    with transaction.atomic():
        assert not SurveyOperation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("😀🏠", "“Chủ hộ” cần có ít nhất một chữ cái"),
        ("Ba\u0000", "“Chủ hộ” có ký tự"),
        ("Lê " * 40, "“Chủ hộ” dài 119 ký tự; nhiều nhất là 100"),
    ],
)
def test_what_is_no_name_is_told_by_its_field(page: Page, live_server: LiveServer, typed: str, said: str) -> None:
    open_house(page, live_server)
    page.context.set_offline(True)
    page.get_by_label("Có người ở").check()
    head = page.get_by_label("Chủ hộ")
    head.fill(typed)
    head.blur()
    expect(head).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text(said).first).to_be_visible()
    head.fill("Lê Văn Ba 😀")
    page.get_by_role("button", name=DONE).click()
    assert finished(page)["answers"]["head_name"] == "Lê Văn Ba 😀"


def test_sixty_people_are_a_household_and_the_list_says_that_it_takes_no_more(
    page: Page, live_server: LiveServer
) -> None:
    open_house(page, live_server)
    page.context.set_offline(True)
    page.get_by_label("Có người ở").check()
    add = page.get_by_role("button", name="Thêm người")
    for number in range(60):
        add.click()
        page.get_by_label("Họ và tên").last.fill(f"Người {chr(65 + number % 26)}")
    expect(add).to_be_disabled()
    expect(page.get_by_text("Đã ghi 60 người, nhiều nhất mà danh sách nhận")).to_be_visible()
    page.get_by_role("button", name="Bỏ người này").last.click()
    expect(add).to_be_enabled()
    page.get_by_role("button", name="Lấy lại").click()
    page.get_by_role("button", name=DONE).click()
    answers = finished(page)["answers"]
    assert len([field for field in answers if field.startswith("members.") and answers[field]]) == 60
