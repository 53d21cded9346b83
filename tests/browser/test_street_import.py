"""A drawing of streets goes in: its system and layers are said, the map shows the lines, then they are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import Street
from mapping import crs
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.households import street_files
from tests.households.streets import along


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_drawing_is_read_looked_at_written_and_undone(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], officer: User, commune: Unit,
    assert_accessible: Callable[[], None], run_jobs: Callable[[], None], tmp_path: Path, size: dict[str, int],
) -> None:  # fmt: skip
    def metres(*places: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x, y) for x, y in crs.to_zone(shapely.LineString(along(*places)), 5897).coords]

    path = street_files.drawing_of(
        tmp_path,
        street_files.polyline("đường Liên Xã", metres((-900, 0), (900, 0)))
        + street_files.polyline("LOP_7", metres((100, 0), (100, 200)))
        + street_files.polyline("ngõ Vòng", metres((0, 300), (60, 300), (60, 360), (0, 300))),
    )
    factories.house(commune)
    page.set_viewport_size(size)
    sign_in(officer)

    page.goto(f"{live_server.url}/streets/import/")
    page.get_by_label("Tệp đường, ngõ").set_input_files(path)
    assert_accessible()
    page.get_by_role("button", name="Đọc tệp").click()
    expect(page.locator("#job-progress")).to_be_attached()  # a drawing is never read while a page waits
    run_jobs()

    # UTM 48 lies 657 m away and fits as well, so nothing is chosen for the person.
    expect(page.get_by_text("Tệp không ghi rõ hệ tọa độ")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    drawing = page.locator("#street-map")
    expect(drawing).to_have_attribute("data-drawn", re.compile(r"\d"))  # the map answers from now on
    page.get_by_role("radio", name="kinh tuyến trục 105°00′, múi 3°").check()
    expect(drawing).to_have_attribute("data-drawn", "5897")
    page.get_by_label("LOP_7").select_option("hẻm")
    assert_accessible()
    page.get_by_role("button", name="Xác nhận và kiểm tra").click()
    expect(page.locator("#job-progress")).to_be_attached()
    run_jobs()

    expect(page.get_by_text("Chưa có gì được ghi.")).to_be_visible()
    expect(page.locator("#faults")).to_contain_text("vòng kín")
    expect(drawing).to_have_attribute("data-drawn", "5897")
    page.get_by_role("link", name="xem chỗ này").click()
    expect(drawing).to_have_attribute("data-at", "19.67271/105.81")  # where the loop closes
    expect(drawing).to_be_in_viewport()
    assert width_of(page) <= size["width"]
    assert_accessible()
    assert not Street.objects.exists()
    page.get_by_role("button", name="Nhập đường, ngõ").click()
    expect(page.locator("#job-progress")).to_be_attached()
    run_jobs()

    expect(page.get_by_text("Các đường, ngõ đã được nhập.")).to_be_visible()
    assert sorted(street.full_name for street in Street.objects.all()) == ["hẻm", "đường Liên Xã"]
    assert_accessible()
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    expect(page.get_by_text("Lần nhập này đã được hoàn tác")).to_be_visible()
    assert not Street.objects.exists()
