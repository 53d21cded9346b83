"""The pages of a sample and a field in a real browser: on a phone and a desk, light and dark, without scripts."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mapping.access import Role
from mapping.models import Unit, User
from soil_map.models import Campaign, DoseRule, Parcel, RuleState, Sample
from tests import factories
from tests.browser.widths import width_of
from tests.factories import CENTRE
from tests.soil_map import soil_factories as soil

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture
def campaign(transactional_db: None, commune: Unit) -> Campaign:
    made = soil.campaign(commune, "Điều tra nông hóa 2025", is_published=True)
    soil.soil_map(commune, is_published=True)
    for row in range(-3, 4):
        for column in range(-3, 4):
            place = CENTRE[0] + column * 0.00052, CENTRE[1] + row * 0.00052
            soil.parcel(commune, "12", str(345 + 7 * row + column), *place)
    return made


@pytest.fixture
def sample(campaign: Campaign) -> Sample:
    made = soil.sample(
        campaign, ph_kcl=5.2, om_walkley_black=1.85, n_kjeldahl=0.162, p_oniani=8.4, k_ammonium_acetate=12.5,
        cec_ammonium_acetate=11.3, p_bray2=3.1,
    )  # fmt: skip
    before = soil.campaign(campaign.commune, "Đợt 2015", is_published=True, started_on=datetime.date(2015, 3, 1))
    soil.sample(before, made.site, ph_kcl=4.6)
    return made


def test_the_fields_of_a_commune_fit_a_phone_without_scrolling_sideways(
    page: Page,
    live_server: LiveServer,
    sign_in: Callable[[User], None],
    sample: Sample,
    assert_accessible: Callable[[], None],
) -> None:
    commune = sample.campaign.commune
    sign_in(factories.user("hoa", "Ngô Thị Hoa", role=Role.AGRONOMIST, at=commune))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/soil/desk/{commune.code}/parcels/")
    expect(page.get_by_role("link", name="thửa 345")).to_be_visible()
    assert width_of(page) <= PHONE["width"]
    wrap = page.get_by_role("region", name="Thửa đất")
    assert wrap.evaluate("each => each.scrollWidth - each.clientWidth") == 0
    assert_accessible()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_anyone_opens_a_sample_and_asks_what_rice_needs_there(
    page: Page,
    live_server: LiveServer,
    sample: Sample,
    assert_accessible: Callable[[], None],
    size: dict[str, int],
    scheme: str,
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/soil/samples/{sample.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Mẫu đất {sample.site.code}")
    expect(page.get_by_role("img", name="5,2 : ít chua")).to_be_visible()
    page.get_by_label("Cây trồng").select_option(label="Lúa vụ xuân")
    page.get_by_label("Năng suất mục tiêu (tấn/ha)").fill("6")
    page.get_by_role("button", name="Tính liều bón").click()
    expect(page.get_by_text("Hãy để một ô nhỏ không bón")).to_be_visible()
    page.get_by_label("Năng suất ô không bón kali (tấn/ha)").fill("4,5")
    page.get_by_role("button", name="Tính liều bón").click()
    expect(page.get_by_role("cell", name="4,5", exact=True)).to_be_visible()
    assert width_of(page) <= size["width"]
    assert_accessible()


def test_the_page_downloads_the_card_of_what_was_asked(page: Page, live_server: LiveServer, sample: Sample) -> None:
    page.goto(f"{live_server.url}/soil/samples/{sample.pk}/?crop=rice_spring&target=6&zero_k=4.5")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải phiếu đất để in (A5)").click()
    assert "crop=rice_spring" in download.value.url
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_an_agronomist_orders_the_cards_of_a_campaign(
    page: Page,
    live_server: LiveServer,
    campaign: Campaign,
    sample: Sample,
    sign_in: Callable[..., None],
    run_jobs: Callable[[], None],
    assert_accessible: Callable[[], None],
) -> None:
    sign_in(factories.user("nongnghiep", role=Role.AGRONOMIST, at=campaign.commune))
    DoseRule.objects.filter(key="maize_dap").update(state=RuleState.APPROVED)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/soil/campaigns/{campaign.pk}/cards/")
    assert width_of(page) <= PHONE["width"]
    assert_accessible()
    page.get_by_label("một thửa có mẫu (1 phiếu)").check()
    page.get_by_label("Cây trồng").select_option("maize")
    page.get_by_role("button", name="In phiếu", exact=True).click()
    page.wait_for_url("**/jobs/**")
    run_jobs()
    expect(page.get_by_text("Đã in 1 phiếu đất trên 1 trang")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp kết quả").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    parcel = Parcel.objects.get(number="345")
    page.goto(f"{live_server.url}/soil/parcels/{parcel.pk}/?crop=maize")
    expect(page.get_by_text("Thúc khi 3–4 lá")).to_be_visible()
    assert_accessible()
