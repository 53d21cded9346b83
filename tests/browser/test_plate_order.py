"""From the order of plates to their file in a browser: houses chosen, an area drawn, the batch followed, its file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import House, Plate, PlateBatch
from mapping.models import Unit, User
from tests import factories
from tests.browser.widths import is_as_wide_as_the_screen
from tests.households.plate_row import batch_of

METRE = 1 / 111_195


@pytest.fixture
def houses(transactional_db: None, commune: Unit, settings: Any) -> list[House]:
    """Nine of thôn Đông Hoà in a row to the north, 20 m apart, and two of thôn Xa Thư 2 km away."""
    settings.PLATE_HOST = "sonha.example.vn"
    lng, lat = factories.CENTRE
    east, west = factories.village(commune), factories.village(commune, 2)
    return [
        factories.house(commune, lng, lat + n * 20 * METRE, number=str(n + 1), street="Ngõ Chùa", village=east)
        for n in range(9)
    ] + [factories.house(commune, lng + 0.02, lat, number=number, village=west) for number in ("2", "4")]


def test_an_officer_orders_a_villages_plates_and_fetches_the_file(
    page: Page, live_server: LiveServer, houses: list[House], officer: User, sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None], run_jobs: Callable[[], None], tmp_path: Path,
) -> None:  # fmt: skip
    sign_in(officer)
    page.goto(f"{live_server.url}/plates/")
    expect(page.get_by_role("row", name=re.compile("Đông Hoà"))).to_contain_text("9")
    assert_accessible()
    page.get_by_role("link", name="Đặt in biển").click()
    told = page.locator("#told")
    expect(told).to_have_text(re.compile("^11 biển trên 2 tờ, xong sau khoảng"))
    page.get_by_text("Thôn", exact=True).click()
    page.get_by_label("thôn Đông Hoà").check()
    expect(told).to_have_text(re.compile("^9 biển trên 2 tờ"))
    page.get_by_label("Số bản mỗi biển").fill("21")
    expect(told).to_contain_text("từ 1 đến 20")
    page.get_by_label("Số bản mỗi biển").fill("1")
    expect(told).to_have_text(re.compile("^9 biển trên 2 tờ"))
    page.get_by_label("In trên").select_option(label="A5 ngang, một biển")
    expect(told).to_have_text(re.compile("^9 biển trên 9 tờ"))
    expect(page.locator("#sheet")).to_have_attribute("src", re.compile("profile=a5-single"))
    assert page.locator("#sheet").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 100
    assert_accessible()
    page.get_by_role("button", name="Đặt in").click()
    expect(page.get_by_role("heading", name="Lô biển 1")).to_be_visible()
    expect(page.get_by_role("button", name="Dừng lại")).to_be_visible()
    assert_accessible()
    run_jobs()
    expect(page.get_by_text("Đã in 9 biển trên 9 tờ")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF cho máy in văn phòng").click()
    download.value.save_as(tmp_path / "plates.pdf")
    assert len(pypdfium2.PdfDocument(tmp_path / "plates.pdf")) == 9
    page.get_by_role("checkbox", name="Chọn biển 1", exact=True).check()
    page.get_by_label("Giao cho").fill("Bùi Tám")
    page.get_by_role("button", name="Giao biển").click()
    expect(page.get_by_text("Đã giao 1 biển cho Bùi Tám.")).to_be_visible()
    page.get_by_role("button", name="Nhập kho").click()
    expect(page.get_by_text("Đã nhập kho 8 biển.")).to_be_visible()
    assert_accessible()


def test_all_plates_of_a_page_are_ticked_at_once_and_counted(
    page: Page, live_server: LiveServer, houses: list[House], officer: User, sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None], commune: Unit,
) -> None:  # fmt: skip
    plates = [factories.plate(house, state="printed") for house in houses]
    batch = batch_of(commune, *plates, plate_count=len(plates))
    sign_in(officer)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/plates/batches/{batch.pk}/")
    told = page.locator("#ticked")
    expect(told).to_have_text("Chưa chọn biển nào: nhập kho hay giao là cho cả 11 biển của lô.")
    page.get_by_label("Chọn cả trang này").press("Space")
    expect(told).to_have_text("Đang chọn 11 trong 11 biển.")
    page.get_by_role("checkbox", name="Chọn biển 3", exact=True).uncheck()
    expect(told).to_have_text("Đang chọn 10 trong 11 biển.")
    assert page.get_by_label("Chọn cả trang này").evaluate("tick => tick.indeterminate")
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    page.get_by_role("button", name="Nhập kho").click()
    expect(page.get_by_text("Đã nhập kho 10 biển.")).to_be_visible()
    assert Plate.objects.get(pk=plates[2].pk).state == "printed"


def test_an_area_is_drawn_with_taps_and_with_keys(
    page: Page, live_server: LiveServer, houses: list[House], officer: User, sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(officer)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/plates/order/")
    page.get_by_text("Vùng vẽ trên bản đồ").click()
    map_ = page.locator("#polygon-map")
    expect(map_).to_have_attribute("data-map", "drawn")
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    assert box
    # The map shows all houses: the row stands at its western edge.
    for x, y in ((2, 60), (box["width"] / 2, 60), (box["width"] / 2, box["height"] - 30)):
        map_.click(position={"x": x, "y": y})
    expect(page.locator("#polygon-told")).to_have_text("Vùng có 3 đỉnh.")
    map_.click(position={"x": 2, "y": box["height"] - 30})
    told = page.locator("#told")
    expect(told).to_have_text(re.compile("^9 biển trên 2 tờ"))
    page.get_by_role("button", name="Bỏ điểm cuối").press("Enter")
    page.get_by_role("button", name="Thêm điểm ở giữa").press("Enter")
    expect(page.locator("#polygon-told")).to_have_text("Vùng có 4 đỉnh.")
    page.get_by_role("button", name="Xóa vùng").click()
    expect(told).to_have_text(re.compile("^11 biển"))
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    # Drawn again, ordered, and kept as it was drawn.
    for x, y in ((2, 60), (box["width"] / 2, 60), (box["width"] / 2, box["height"] - 30), (2, box["height"] - 30)):
        map_.click(position={"x": x, "y": y})
    expect(told).to_have_text(re.compile("^9 biển"))
    drawn = json.loads(page.locator("#polygon").input_value())
    page.get_by_role("button", name="Đặt in").click()
    expect(page.get_by_role("heading", name="Lô biển 1")).to_be_visible()
    assert PlateBatch.objects.get().choice == {"polygon": drawn}
    assert is_as_wide_as_the_screen(page)
