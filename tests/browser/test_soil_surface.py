"""From the campaign's page to a surface in a browser: ordered, followed, looked at by keyboard and by axe."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.access import Role
from mapping.models import Unit, User
from soil_map.models import Campaign, Surface
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.soil_map import soil_factories, surface_factories


@pytest.fixture
def campaign(transactional_db: None, commune: Unit) -> Campaign:
    made = soil_factories.campaign(commune)
    surface_factories.samples(made, 60, private=4)
    return made


@pytest.fixture
def agronomist(commune: Unit) -> User:
    return factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune)


def test_a_surface_is_ordered_followed_and_looked_at(
    page: Page, live_server: LiveServer, campaign: Campaign, agronomist: User, sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None], run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(agronomist)
    page.goto(f"{live_server.url}/soil/campaigns/{campaign.pk}/")
    page.get_by_role("button", name=re.compile("^(Nội suy|Tính)")).first.click()
    expect(page.get_by_role("button", name="Dừng lại")).to_be_visible()
    run_jobs()
    expect(page.get_by_text("Đã nội suy từ 60 điểm")).to_be_visible()
    page.get_by_role("link", name="Xem mặt nội suy").click()
    expect(page.get_by_role("heading", name="Diện tích theo cấp")).to_be_visible()
    pictures = page.locator(".surface-map image")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        address = picture.get_attribute("href")
        assert page.request.get(f"{live_server.url}{address}").ok
    for chart in ("Phân bố giá trị", "Khác nhau theo khoảng cách", "Đoán lại từng điểm"):
        expect(page.get_by_role("img", name=chart)).to_be_visible()
    page.get_by_text("Xem bằng số").first.click()
    expect(page.get_by_role("columnheader", name="Số mẫu")).to_be_visible()
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert width_of(page) <= size["width"]
        assert_accessible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải giá trị (GeoTIFF)").click()
    assert download.value.suggested_filename == "99001-ph_kcl-0-20-values.tif"


def test_few_points_are_refused_in_words(
    page: Page, live_server: LiveServer, commune: Unit, transactional_db: None, agronomist: User,
    sign_in: Callable[[User], None], assert_accessible: Callable[[], None], run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    campaign = soil_factories.campaign(commune)
    surface_factories.samples(campaign, 12)
    surface = surface_factories.made(campaign)
    sign_in(agronomist)
    page.goto(f"{live_server.url}/soil/surfaces/{surface.pk}/")
    expect(page.get_by_text("mới có 12")).to_be_visible()
    assert_accessible()
    surface_factories.samples(campaign, 40, seed=9)
    page.reload()
    expect(page.get_by_text("đã thay đổi sau khi tính")).to_be_visible()
    page.get_by_label("Cạnh ô").select_option("100")
    page.get_by_role("button", name="Tính lại").click()
    expect(page.get_by_role("button", name="Dừng lại")).to_be_visible()
    run_jobs()
    expect(page.get_by_text("Đã nội suy từ 52 điểm")).to_be_visible()
    assert Surface.objects.get().cell_m == 100
