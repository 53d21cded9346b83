"""One house all the way: found in aeroplane mode, sent, approved at the desk, its plate printed, the plate scanned."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from django.db import transaction
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import House, Household
from mapping.models import User
from tests.browser.conftest import DESK
from tests.browser.survey.conftest import World
from tests.browser.survey.test_sending import DONE, at_rest
from tests.survey import world as survey_world

HOST = "sonha.example.vn"
NEW = "0190a000-0000-7000-8000-000000000014"


@pytest.fixture
def plates_for_our_host(settings: Any) -> None:
    """Plates name a host of their own."""
    settings.PLATE_HOST = HOST


def test_a_house_found_without_a_signal_gets_its_plate(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, officer: User,
    sign_in: Callable[[User], None], run_jobs: Callable[[], None], plates_for_our_host: None, tmp_path: Path,
) -> None:  # fmt: skip
    take_along()
    phone.context.set_offline(True)
    lng, lat = survey_world.WEST
    phone.goto(f"{live_server.url}/survey/#/new/{world.round.pk}/{NEW}/{world.village.code}/{lng + 0.003}/{lat}")
    phone.get_by_label("Số nhà", exact=True).fill("14A")
    phone.get_by_label("Đường, ngõ").fill("Đường Bàng")
    phone.get_by_label("Có người ở").check()
    phone.get_by_label("Chủ hộ").fill("Đỗ Thị Mười")
    phone.get_by_label("Số người trong hộ").fill("5")
    phone.get_by_role("button", name="Đo vị trí").click()
    expect(phone.get_by_text("Đang đo:")).to_be_visible()
    phone.get_by_role("button", name="Dừng, lấy kết quả này").click()
    expect(phone.get_by_text("Đã đo:")).to_be_visible()
    phone.get_by_role("button", name=DONE).click()
    expect(phone.get_by_role("button", name="xong, chờ gửi 1")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_role("button", name="đã gửi 1")).to_be_visible()
    with transaction.atomic():
        assert not House.objects.filter(number="14A").exists()  # nobody has approved it

    at_rest(phone)  # whoever signs in meanwhile would be asked whose turn it is
    desk = phone
    desk.set_viewport_size(DESK)
    sign_in(officer)
    desk.goto(f"{live_server.url}/survey/desk/rounds/{world.round.pk}/")
    desk.get_by_role("link", name="Duyệt kết quả").click()
    desk.get_by_role("link", name=re.compile("14A")).click()
    desk.get_by_role("button", name="Duyệt vào hồ sơ").click()
    expect(desk.get_by_text("Đã ghi: đã duyệt.")).to_be_visible()
    with transaction.atomic():
        house = House.objects.get(number="14A")
        household = Household.objects.get(house=house)
    assert (str(house.pk), household.head_name, household.size) == (NEW, "Đỗ Thị Mười", 5)
    assert (round(house.location.x, 4), round(house.location.y, 4)) == (round(lng, 4), round(lat, 4))  # where it stood

    desk.goto(f"{live_server.url}/plates/order/")
    desk.get_by_label("In trên").select_option(label="A5 ngang, một biển")
    expect(desk.locator("#told")).to_have_text(re.compile("^11 biển trên 11 tờ"))
    desk.get_by_role("button", name="Đặt in").click()
    expect(desk.get_by_role("heading", name="Lô biển 1")).to_be_visible()
    run_jobs()
    with desk.expect_download() as download:
        desk.get_by_role("link", name="PDF cho máy in văn phòng").click()
    download.value.save_as(tmp_path / "plates.pdf")
    found = {}
    for page in pypdfium2.PdfDocument(tmp_path / "plates.pdf"):
        picture = page.render(scale=300 / 72, grayscale=True).to_pil()
        for symbol in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode):
            found[urlsplit(symbol.text).path] = page.get_textpage().get_text_bounded()
    (scanned,) = [path for path, text in found.items() if re.search(r"\b14A\b", text)]  # letters of plates are chance
    assert len(found) == 11

    told = Client().get(scanned.lower(), headers={"host": HOST}, follow=True).content.decode()
    assert "14A" in told and "Đường Bàng" in told and "Đỗ Thị Mười" not in told
    assert re.search(r'href="https://www\.google\.com/maps[^"]*19\.67', told)
    desk.goto(live_server.url + scanned.lower())
    expect(desk.get_by_text("Đỗ Thị Mười")).to_be_visible()
