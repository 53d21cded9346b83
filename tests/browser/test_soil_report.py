"""The commune's report in a browser: read, ordered as map sheets, taken out as one file, by keyboard and by axe."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.access import Role
from mapping.models import Unit, User
from soil_map.models import Campaign
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.soil_map import soil_factories, surface_factories


@pytest.fixture
def campaign(transactional_db: None, commune: Unit) -> Campaign:
    made = soil_factories.campaign(commune, is_published=True, is_invented=True)
    surface_factories.samples(made, 60, private=4)
    surface_factories.made(made)
    return made


@pytest.fixture
def agronomist(commune: Unit) -> User:
    return factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune)


def test_anyone_reads_a_published_report_on_any_screen(
    page: Page, live_server: LiveServer, campaign: Campaign, assert_accessible: Callable[[], None]
) -> None:
    page.goto(f"{live_server.url}/soil/campaigns/{campaign.pk}/report/")
    expect(page.get_by_role("heading", name="Báo cáo đất, Xã Bình Minh")).to_be_visible()
    expect(page.get_by_text("Các cấp cộng lại đúng bằng diện tích điều tra").first).to_be_visible()
    expect(page.get_by_text("4 mẫu riêng tư không được kể")).to_be_visible()
    expect(page.get_by_role("img", name="Phân bố của Độ chua pH")).to_be_visible()
    expect(page.get_by_role("row", name="Thôn Xa Thư")).to_be_visible()
    expect(page.get_by_role("button", name="Vẽ tệp PDF")).to_have_count(0)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert width_of(page) <= size["width"]
        assert_accessible()
    villages = page.get_by_role("region", name="Bảng chỉ số theo thôn")
    assert villages.evaluate("(box) => box.scrollWidth <= box.clientWidth")  # nothing is cut off on a phone
    page.emulate_media(color_scheme="dark")
    assert_accessible()


def test_sheets_and_the_geopackage_are_ordered_and_fetched(
    page: Page, live_server: LiveServer, campaign: Campaign, agronomist: User, sign_in: Callable[[User], None],
    run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(agronomist)
    page.goto(f"{live_server.url}/soil/campaigns/{campaign.pk}/report/")
    page.get_by_label("Khổ giấy in").select_option("A3")
    page.get_by_role("button", name="Vẽ tệp PDF").press("Enter")
    expect(page.get_by_role("button", name="Dừng lại")).to_be_visible()
    run_jobs()
    expect(page.get_by_text("Đã vẽ 1 tờ bản đồ.")).to_be_visible()
    with page.expect_download() as sheets:
        page.get_by_role("link", name="Tải tệp kết quả").click()
    assert sheets.value.suggested_filename == "ban-do-dat-99001-dot-2025-ph_kcl_0-20-a3.pdf"
    document = pdfium.PdfDocument(sheets.value.path())
    assert len(document) == 1
    document.close()
    page.get_by_role("link", name="Trở lại báo cáo").click()
    expect(page.get_by_role("heading", name="Báo cáo đất, Xã Bình Minh")).to_be_visible()
    page.goto(f"{live_server.url}/soil/desk/{campaign.commune.code}/")
    page.get_by_role("button", name="Làm bản để chia sẻ").click()
    expect(page.get_by_role("button", name="Dừng lại")).to_be_visible()
    run_jobs()
    expect(page.get_by_text("QGIS mở ra đã có màu và chú dẫn")).to_be_visible()
    with page.expect_download() as package:
        page.get_by_role("link", name="Tải tệp kết quả").click()
    assert package.value.suggested_filename.startswith("dat-cong-bo-99001-")
