"""The soil desk in a browser: a campaign begun and published, limits looked at while one types; axe, a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.access import Role
from mapping.models import Unit, User
from soil_map.models import Campaign, ClassScheme, DoseRule
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.soil_map import soil_factories

SignIn = Callable[[User], None]


@pytest.fixture
def agronomist(transactional_db: None, commune: Unit) -> User:
    return factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune)


@pytest.fixture
def administrator(transactional_db: None) -> User:
    person: User = User.objects.create_superuser("quan", password="x", full_name="Quân")
    return person


def test_a_campaign_is_begun_and_published_by_somebody_who_has_read_what_shows(
    page: Page, live_server: LiveServer, commune: Unit, agronomist: User, sign_in: SignIn
) -> None:
    sign_in(agronomist)
    page.goto(live_server.url + "/soil/desk/")
    page.get_by_role("link", name="Tạo đợt điều tra").first.click()
    page.get_by_label("Tên đợt").fill("Điều tra 2026")
    page.get_by_label("Lấy mẫu từ ngày").fill("2026-03-01")
    page.get_by_label("Số liệu giả lập").check()
    page.get_by_role("button", name="Tạo đợt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Điều tra 2026")
    expect(page.get_by_text("Chưa có gì để công bố.")).to_be_visible()
    campaign = Campaign.objects.get()
    soil_factories.sample(campaign, ph_kcl=5.2)
    page.reload()
    button = page.get_by_role("button", name="Công bố")
    expect(button).to_be_hidden()
    page.get_by_text("Công bố…").click()
    expect(page.get_by_text("vị trí và kết quả của 1 mẫu")).to_be_visible()
    button.click()
    expect(page.get_by_text("ai cũng xem được.")).to_be_visible()
    campaign.refresh_from_db()
    assert campaign.is_published and campaign.is_invented


def test_limits_that_overlap_are_told_while_one_types(
    page: Page, live_server: LiveServer, administrator: User, sign_in: SignIn, assert_accessible: Callable[[], None]
) -> None:
    scheme = ClassScheme.objects.get(key="om_hung_2004", version=1)
    sign_in(administrator)
    page.goto(f"{live_server.url}/soil/schemes/{scheme.pk}/new/")
    told = page.locator("#limits-told")
    expect(told).to_have_text("Các cấp nối tiếp nhau.")
    limit = page.get_by_label("Giới hạn dưới của cấp 3")
    limit.fill("0,9")
    expect(told).to_have_text("Cấp “trung bình” không cao hơn cấp đứng trước: hai cấp chồng nhau.")
    assert_accessible()
    page.get_by_role("button", name="Lưu thành dự thảo").click()
    expect(page.get_by_role("alert")).to_contain_text("Cấp “trung bình” bắt đầu từ 0,9")
    assert not ClassScheme.objects.filter(version__gt=1000).exists()
    limit.fill("2,5")
    expect(told).to_have_text("Các cấp nối tiếp nhau.")
    page.get_by_role("button", name="Lưu thành dự thảo").click()
    expect(page.get_by_text("Đã lưu thành dự thảo")).to_be_visible()
    page.get_by_role("button", name="Đã đối chiếu nguồn, duyệt").click()
    expect(page.get_by_text("Đã duyệt “")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_fit_and_axe_finds_nothing(
    page: Page, live_server: LiveServer, commune: Unit, agronomist: User, sign_in: SignIn,
    assert_accessible: Callable[[], None], size: dict[str, int],
) -> None:  # fmt: skip
    campaign = soil_factories.campaign(commune)
    soil_factories.grid_of_samples(campaign, "ph_kcl", side=8)
    soil_factories.sample(campaign, p_oniani=7.5, om_walkley_black=2.1, n_kjeldahl=0.12, cec_ammonium_acetate=9)
    soil_map = soil_factories.soil_map(commune)
    scheme, rule = ClassScheme.objects.first(), DoseRule.objects.first()
    assert scheme is not None and rule is not None
    sign_in(agronomist)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    for path in (
        f"/soil/desk/{commune.code}/",
        f"/soil/desk/{commune.code}/campaigns/new/",
        f"/soil/campaigns/{campaign.pk}/",
        f"/soil/campaigns/{campaign.pk}/edit/",
        f"/soil/maps/{soil_map.pk}/",
        "/soil/schemes/",
        f"/soil/schemes/{scheme.pk}/",
        "/soil/rules/",
        f"/soil/rules/{rule.pk}/",
    ):
        page.goto(live_server.url + path)
        assert width_of(page) <= size["width"], path
        assert_accessible()
