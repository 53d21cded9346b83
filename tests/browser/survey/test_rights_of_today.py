"""The form asks for what its person may see today, whatever they might see when they first signed in on the phone."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveySensitive, SurveyVisit
from mapping.access import Role
from mapping.models import Grant
from tests.browser.survey.conftest import World, house_address, show_house
from tests.browser.survey.installed import kept_on
from tests.browser.survey.test_sending import DONE, open_phone, send_now

POLICY = "Chính sách"


def hear(phone: Page, live_server: LiveServer) -> None:
    """Let the phone speak with the server once, and with nobody before."""
    phone.goto("about:blank")
    with phone.expect_response("**/api/survey/devices"):  # comes after `me`
        open_phone(phone, live_server)


def open_lived_in(phone: Page, live_server: LiveServer, world: World, place: int) -> None:
    show_house(phone, live_server, world, place)
    phone.get_by_label("Có người ở").check()


def test_a_right_that_comes_and_goes_is_asked_for_and_not_sent(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    open_lived_in(phone, live_server, world, 0)
    expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    expect(phone.get_by_role("heading", name=POLICY)).to_have_count(0)
    with transaction.atomic():
        grant = Grant.objects.create(user=world.surveyor, unit=world.round.commune, role=Role.COMMUNE_OFFICER)
    hear(phone, live_server)
    phone.context.set_offline(True)
    for place in (0, 1):
        open_lived_in(phone, live_server, world, place)
        expect(phone.get_by_role("heading", name=POLICY)).to_be_visible()
        phone.get_by_label("Hộ nghèo", exact=True).check()
        phone.get_by_label("Điện thoại", exact=True).first.fill("0912345678")
        expect(phone.get_by_text("Đã giữ trên máy.")).to_be_visible()
    phone.context.set_offline(False)
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    with transaction.atomic():
        assert SurveySensitive.objects.get().answers == {"poverty": "poor"}
        grant.delete()
    hear(phone, live_server)
    phone.goto(live_server.url + house_address(world, 0))
    expect(phone.get_by_text("Bạn không còn quyền ghi phần chính sách")).to_be_visible()
    expect(phone.get_by_role("heading", name=POLICY)).to_have_count(0)
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="đã gửi 2")).to_be_visible()
    open_lived_in(phone, live_server, world, 1)  # what is held of it is not emptied either
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh")
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="đã gửi 2")).to_be_visible()
    open_phone(phone, live_server)
    expect(phone.get_by_text("Biên nhận: 3.")).to_be_visible()
    with transaction.atomic():
        assert SurveySensitive.objects.get().answers == {"poverty": "poor"}
        assert SurveyVisit.objects.count() == 2


def test_what_is_left_of_nothing_but_a_right_that_went_holds_the_house_up_no_longer(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with transaction.atomic():
        grant = Grant.objects.create(user=world.surveyor, unit=world.round.commune, role=Role.COMMUNE_OFFICER)
    hear(phone, live_server)
    open_lived_in(phone, live_server, world, 0)
    phone.get_by_label("Hộ nghèo", exact=True).check()
    phone.get_by_label("Điện thoại", exact=True).first.fill("0912345678")
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    phone.context.set_offline(True)
    phone.goto(live_server.url + house_address(world, 0))
    phone.get_by_label("Hộ cận nghèo", exact=True).check()
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="xong, chờ gửi 1")).to_be_visible()
    with transaction.atomic():
        grant.delete()
    phone.context.set_offline(False)
    open_phone(phone, live_server)
    send_now(phone)
    expect(phone.get_by_text("Máy chủ chưa nhận những phiếu này")).to_be_visible()
    phone.goto(live_server.url + house_address(world, 0))
    expect(phone.get_by_text("Bạn không còn quyền ghi phần chính sách")).to_be_visible()
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    kept = kept_on(phone, world.surveyor)
    assert (kept["queue"], kept["drafts"]) == ([], [])
    open_lived_in(phone, live_server, world, 0)
    phone.get_by_label("Ghi chú về nhà").fill("cổng xanh")
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(world.village.name)
    open_phone(phone, live_server)
    expect(phone.get_by_text("Biên nhận: 2.")).to_be_visible()
    with transaction.atomic():
        assert SurveySensitive.objects.get().answers == {"poverty": "poor"}
        assert SurveyVisit.objects.get().answers["house_note"] == "cổng xanh"
