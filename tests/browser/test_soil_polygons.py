"""An official brings soil units and parcels in: files with faults, asked about, shown on a picture, taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping import crs
from mapping.access import Role
from mapping.models import Unit, User
from soil_map.models import Parcel, SoilUnit
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.soil_map import polygon_files


@pytest.fixture
def agronomist(commune: Unit) -> User:
    return factories.user("nga", "Đỗ Nga", role=Role.AGRONOMIST, at=commune)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_shapefile_in_tcvn3_without_prj_is_asked_shown_written_and_undone(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], agronomist: User, commune: Unit,
    assert_accessible: Callable[[], None], tmp_path: Path, size: dict[str, int],
) -> None:  # fmt: skip
    rows = polygon_files.soil_rows(5)
    rows.pop(12)
    west, south, east, north = crs.to_zone(rows[0][1], polygon_files.ZONE).bounds
    wider = shapely.box(west - 150, south, east + 30, north)
    rows[0] = (rows[0][0], crs.from_zone(wider, polygon_files.ZONE))
    path = polygon_files.shapefile(tmp_path, rows, encode=polygon_files.to_tcvn3, cpg=None, has_prj=False)
    page.set_viewport_size(size)
    sign_in(agronomist)
    page.goto(f"{live_server.url}/soil/desk/{commune.code}/imports/?kind=soil_units")
    page.locator("input[name=title]").fill("Bản đồ đất 2005")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Đọc tệp").click()

    expect(page.locator("#asked li")).to_have_count(2)
    expect(page.get_by_text("Đất phù sa glây").first).to_be_visible()
    expect(page.locator(".system-choices svg").first).to_be_visible()
    assert_accessible()
    assert width_of(page) <= size["width"]
    page.get_by_label("Bảng phân loại").first.fill("Phân loại đất Việt Nam 1:1.000.000")
    page.locator("#map-edition").fill("1976")
    page.locator("input[name=system][value='5897']").check()
    page.get_by_role("button", name="Xác nhận và kiểm tra").click()

    expect(page.locator("#overlaps tbody tr")).to_have_count(1)
    expect(page.locator("#gaps tbody tr")).to_have_count(1)
    expect(page.locator("#summary tbody tr")).to_have_count(3)
    assert not SoilUnit.objects.exists()
    assert_accessible()
    assert width_of(page) <= size["width"]
    page.get_by_role("button", name="Nhập khoanh đất").click()

    expect(page.get_by_text("Tệp đã được nhập.")).to_be_visible()
    assert SoilUnit.objects.filter(symbol="Pg", components__name="Đất phù sa glây").count() == 8
    assert_accessible()
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    expect(page.get_by_text("Lần nhập này đã được hoàn tác")).to_be_visible()
    assert not SoilUnit.objects.exists()


def test_a_cadastral_drawing_is_read_by_a_job_and_its_lines_are_chosen(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], agronomist: User, commune: Unit,
    assert_accessible: Callable[[], None], run_jobs: Callable[[], None], tmp_path: Path,
) -> None:  # fmt: skip
    path = polygon_files.open_drawing(tmp_path, name="to_7.dxf")
    page.set_viewport_size(PHONE)
    sign_in(agronomist)
    page.goto(f"{live_server.url}/soil/desk/{commune.code}/imports/?kind=parcels")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Đọc tệp").click()
    expect(page.locator("#job-progress")).to_be_attached()
    run_jobs()
    expect(page.locator("#asked li")).to_have_count(2)
    expect(page.get_by_text("vùng được dựng từ chỗ các nét cắt nhau")).to_be_visible()
    expect(page.locator("#sheet")).to_have_value("7")
    assert_accessible()
    page.locator("input[name=system][value='5897']").check()
    page.get_by_role("button", name="Xác nhận và kiểm tra").click()
    expect(page.locator("#job-progress")).to_be_attached()
    run_jobs()
    page.get_by_role("button", name="Nhập thửa đất").click()
    expect(page.locator("#job-progress")).to_be_attached()
    run_jobs()
    expect(page.get_by_text("Tệp đã được nhập.")).to_be_visible()
    assert set(Parcel.objects.values_list("sheet", "land_use")) == {("7", "LUC")}
    assert Parcel.objects.count() == 9
