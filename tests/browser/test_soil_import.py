"""A laboratory sheet goes in through the wizard: columns and coordinates are said, faults read, figures written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.access import Role
from mapping.models import Unit, User
from soil_map.models import Sample
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.soil_map import laboratory_sheets, soil_factories


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_laboratory_sheet_is_understood_asked_checked_written_and_undone(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], commune: Unit,
    assert_accessible: Callable[[], None], tmp_path: Path, size: dict[str, int],
) -> None:  # fmt: skip
    soil_factories.campaign(commune)
    path = laboratory_sheets.faulty_sheet(tmp_path)
    page.set_viewport_size(size)
    sign_in(factories.user("nga", "Đỗ Nga", role=Role.AGRONOMIST, at=commune))

    page.goto(f"{live_server.url}/soil/desk/{commune.code}/imports/")
    page.get_by_label("Tệp", exact=True).set_input_files(path)
    assert_accessible()
    page.get_by_role("button", name="Đọc tệp").click()

    # Zn is no property that is known, UTM 48 puts the samples into the commune as well; five methods nobody wrote down.
    expect(page.locator("#asked li")).to_have_count(7)
    expect(page.get_by_text("mg/kg P → mg/100 g P₂O₅: × 0,22914")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_label("Zn (mg/kg)", exact=False).first.select_option(label="Bỏ ra, không nhập")
    page.get_by_role("radio", name="kinh tuyến trục 105°00′, múi 3°").check()
    expect(page.locator("#place-map")).to_have_attribute("data-drawn", "5897-swapped")
    page.get_by_label("1 ô ghi “vết”").fill("5")
    assert_accessible()
    assert width_of(page) == size["width"]
    page.get_by_role("button", name="Xác nhận và kiểm tra").click()

    expect(page.locator("#issues li")).to_have_count(5)
    expect(page.locator("#issues")).to_contain_text(
        "dòng 9, cột F “pHKCl”: Độ chua pH 71 ngoài khoảng có thể (2–11); có phải 7,1?"
    )
    assert not Sample.objects.exists()
    assert_accessible()
    assert width_of(page) == size["width"]
    page.get_by_role("button", name="Nhập kết quả").click()

    expect(page.get_by_text("Tệp đã được nhập.")).to_be_visible()
    assert Sample.objects.count() == 10
    assert_accessible()
    assert width_of(page) == size["width"]
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    expect(page.get_by_text("Lần nhập này đã được hoàn tác; dữ liệu trở lại như trước.")).to_be_visible()
    assert not Sample.objects.exists()
