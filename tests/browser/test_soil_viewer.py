"""The soil map as anyone uses it: by mouse, by keyboard, on a phone, where they stand, offline, without scripts."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from mapping.access import Role
from mapping.models import Unit, User
from soil_map.models import Campaign
from soil_map.schemes import scheme_of
from tests import factories
from tests.browser import soil_map_page as soil
from tests.browser.conftest import DESK, PHONE
from tests.browser.leaflet_map import at_rest
from tests.browser.soil_map_page import LAT, LNG
from tests.browser.widths import width_of
from tests.soil_map import soil_factories

SignIn = Callable[[User], None]
AT_HOME = f"#14/{LAT}/{LNG}"


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    """The survey of 2025, with a soil map, published."""
    return soil.a_surveyed_commune(commune)[0]


@pytest.fixture
def two_campaigns(commune: Unit) -> Campaign:
    """The survey of 2025, and before it that of 2019."""
    return soil.a_surveyed_commune(commune, with_older=True)[0]


@pytest.fixture
def agronomist(commune: Unit) -> User:
    return factories.user("hoa", "Ngô Thị Hoa", role=Role.AGRONOMIST, at=commune)


@pytest.fixture
def open_soil(page: Page, live_server: LiveServer) -> Callable[..., None]:
    """Open the soil map and wait until its tiles are there."""

    def opened(rest: str = AT_HOME) -> None:
        page.goto(f"{live_server.url}/soil/{rest}")
        soil.drawn(page)

    return opened


def show_layer(page: Page, name: str) -> None:
    """Check a layer's box."""
    page.get_by_role("checkbox", name=name).check()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_anyone_sees_what_is_published_and_what_its_colours_mean(
    page: Page, open_soil: Any, campaign: Campaign, assert_accessible: Any, size: Any, scheme: Any
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    open_soil("")
    expect(page.get_by_role("radio", name="Độ chua pH")).to_be_checked()
    if size is PHONE:
        expect(page.locator("#short-legend")).to_contain_text("rất chua")
        assert_accessible()
        page.get_by_role("button", name="Mở bảng").click()
    expect(page.locator("#campaign")).to_have_value(str(campaign.pk))
    rows = page.locator("#classes li")
    expect(rows).to_have_count(4)
    expect(rows.nth(2)).to_contain_text("ít chua")
    expect(rows.nth(2)).to_contain_text(re.compile(r"4 – 6.*\d ha · \d+ %"))
    expect(page.locator("#scheme")).to_contain_text("Bắc Ninh")
    expect(page.locator("#surface-facts")).to_contain_text("80 mẫu; sai số khi kiểm tra chéo 0,")
    assert width_of(page) <= size["width"]
    assert_accessible()


def test_the_legend_tells_no_areas_while_the_zones_of_another_scheme_are_not_drawn(
    page: Page, open_soil: Any, campaign: Campaign
) -> None:
    surface = campaign.surfaces.get(method="ph_kcl")
    used = scheme_of(surface.method)
    assert used is not None
    surface.zones.filter(soil_class__scheme=used.scheme).delete()
    open_soil("")
    expect(page.locator("#surface-facts")).to_contain_text("vùng theo thang mới chưa được vẽ nên chưa có diện tích")
    expect(page.locator("#classes li")).to_have_count(4)
    expect(page.locator("#classes")).not_to_contain_text(" ha")


def test_zones_points_and_soil_units_are_drawn_in_the_colours_of_the_legend(
    page: Page, open_soil: Any, campaign: Campaign
) -> None:
    open_soil()
    used = scheme_of(campaign.surfaces.get(method="ph_kcl").method)
    assert used is not None
    assert soil.colour(page, "left-zones", LNG, LAT - 0.014) in {one.colour for one in used.classes}
    expect(page.locator(".leaflet-units-pane canvas")).to_have_count(0)
    show_layer(page, "Khoanh đất")
    page.get_by_text("Ký hiệu khoanh đất").click()
    row = page.locator("#symbols li").filter(has_text="Pg")
    expect(row).to_contain_text("Đất phù sa glây")
    shown = row.locator(".colour").evaluate("(square) => getComputedStyle(square).backgroundColor")
    red, green, blue = (int(one) for one in re.findall(r"\d+", shown))
    west = f"#{red:02x}{green:02x}{blue:02x}"
    assert soil.colour(page, "units", LNG - 0.005, LAT + 0.003) == west


def test_a_tap_tells_the_soil_there_and_the_address_keeps_it(
    page: Page, open_soil: Any, campaign: Campaign, assert_accessible: Any
) -> None:
    open_soil()
    soil.tap(page, LNG + 0.004, LAT)
    expect(page.get_by_role("heading", name="Đất ở đây")).to_be_focused()
    here = page.locator("#here-body")
    expect(here.locator(".big-value")).to_have_text(re.compile(r"^\d,\d± \d,\d(ít chua|trung tính|rất chua)$"))
    expect(here.get_by_role("img", name=re.compile(r"\d,\d, từ \d,\d đến \d,\d: ít chua|trung tính"))).to_be_visible()
    expect(here).to_contain_text("95 % chắc là nằm giữa")
    expect(here).to_contain_text("pH(KCl) (Bắc Ninh 2021)")
    expect(here.locator(".nearest")).to_contain_text(re.compile(r"cách \d+ m: \d,\d"))
    expect(here.locator(".parts li")).to_have_text(["Đất xám Acrisols70 %", "Đất tầng mỏng30 %"])
    expect(here.locator(".here-others")).to_contain_text("Chất hữu cơ")
    assert_accessible()
    expect(page).to_have_url(re.compile(r"at=105\.81[34]\d+,19\.6[67]\d+"))
    page.reload()
    expect(page.locator("#here-body .big-value")).to_be_visible()
    page.get_by_role("button", name="Đóng").click()
    expect(page.locator("#here")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("at="))


def test_keys_alone_ask_for_the_soil_in_the_middle(page: Page, open_soil: Any, campaign: Campaign) -> None:
    open_soil()
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Đất ở đây")).to_be_focused()
    expect(page.locator(".here-place")).to_contain_text(f"{LAT:.5f}, {LNG:.5f}")
    page.keyboard.press("Escape")
    expect(page.locator("#here")).to_be_hidden()
    expect(page.locator("#map")).to_be_focused()


def test_on_paper_the_legend_stands_beside_what_is_here(page: Page, open_soil: Any, campaign: Campaign) -> None:
    open_soil(f"?at={LNG},{LAT}{AT_HOME}")
    expect(page.locator("#here-body .big-value")).to_be_visible()
    expect(page.locator("#class-legend")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#class-legend")).to_be_visible()
    expect(page.locator("#here-body .big-value")).to_be_visible()
    expect(page.locator("#layers")).to_be_hidden()


def test_another_property_tells_its_own_value_of_the_same_place(page: Page, open_soil: Any, campaign: Campaign) -> None:
    open_soil(f"?at={LNG},{LAT}{AT_HOME}")
    expect(page.locator("#here-body h3").first).to_have_text("Độ chua pH, 0–20 cm")
    page.get_by_role("radio", name="Chất hữu cơ").check()
    expect(page.locator("#here-body h3").first).to_have_text("Chất hữu cơ, 0–20 cm")
    expect(page.locator("#here-body")).to_contain_text("Ngô Ngọc Hưng 2004")
    expect(page).to_have_url(re.compile("method=om_walkley_black"))


def test_what_is_chosen_stays_in_an_address_that_can_be_sent(page: Page, open_soil: Any, campaign: Campaign) -> None:
    open_soil()
    page.get_by_role("checkbox", name="Điểm lấy mẫu").uncheck()
    show_layer(page, "Độ chắc chắn")
    page.get_by_role("slider", name="Độ đậm của lớp Vùng phân cấp").fill("40")
    expect(page).to_have_url(re.compile(r"show=zones:40,deviation&?.*#14/"))
    page.reload()
    soil.drawn(page)
    expect(page.get_by_role("checkbox", name="Điểm lấy mẫu")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Độ chắc chắn")).to_be_checked()
    expect(page.get_by_role("slider", name="Độ đậm của lớp Vùng phân cấp")).to_have_value("40")
    picture = page.locator(".leaflet-left-deviation-pane img")
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 10


def test_two_campaigns_stand_on_both_sides_of_a_line(
    page: Page, open_soil: Any, two_campaigns: Campaign, assert_accessible: Any
) -> None:
    open_soil()
    page.locator("#other").select_option(label="Đợt 2019")
    line = page.get_by_role("slider", name="Vạch so sánh hai đợt")
    expect(line).to_have_attribute("aria-valuenow", "50")
    soil.drawn(page)
    expect(page.locator("#classes")).to_contain_text(re.compile(r"\d ha · \d+ %2019: \d+,\d ha"))
    assert_accessible()
    line.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageDown")
    expect(line).to_have_attribute("aria-valuenow", "28")
    expect(line).to_have_attribute("aria-valuetext", "28 %: bên trái là Đợt 2019, bên phải là Đợt 2025")
    expect(page).to_have_url(re.compile(r"other=[0-9a-f-]{36}&split=28"))
    page.keyboard.press("End")
    expect(line).to_have_attribute("aria-valuenow", "100")
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(line).to_have_attribute("aria-valuenow", "60")
    expect(page).to_have_url(re.compile("split=60"))  # the line is let go
    sides = [
        page.locator(f".leaflet-{side}-pane").evaluate("(pane) => pane.style.clipPath") for side in ("left", "right")
    ]
    edges = [{float(x) for x in re.findall(r"(-?[\d.]+)px -?[\d.]+px", side)} for side in sides]
    assert max(edges[0]) == min(edges[1])


def test_the_difference_of_two_campaigns_is_one_picture_with_a_legend(
    page: Page, open_soil: Any, two_campaigns: Campaign, assert_accessible: Any
) -> None:
    open_soil()
    page.locator("#other").select_option(label="Đợt 2019")
    page.get_by_role("radio", name="Chênh lệch").check()
    place = page.locator("#difference")
    expect(place).to_contain_text("Thay đổi từ Đợt 2019 đến Đợt 2025")
    expect(place).to_contain_text(re.compile(r"Trung bình \+0,\d+"))
    expect(place.locator(".ramp-legend")).to_contain_text("≥ +")
    expect(page.locator("#swipe")).to_be_hidden()
    expect(page.locator(".leaflet-left-points-pane canvas")).to_have_count(0)  # they would be coloured by class
    picture = page.locator(".leaflet-left-difference-pane img")
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 10
    assert_accessible()
    page.get_by_role("radio", name="Hai bên vạch").check()
    expect(page.locator("#swipe")).to_be_visible()
    expect(picture).to_have_count(0)


def test_whoever_stands_in_a_field_asks_for_the_soil_there(
    page: Page, open_soil: Any, campaign: Campaign, assert_accessible: Any
) -> None:
    page.set_viewport_size(PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": LAT + 0.002, "longitude": LNG - 0.003, "accuracy": 14})
    open_soil()
    page.get_by_role("button", name="Đất nơi tôi đứng").click()
    expect(page.get_by_role("heading", name="Đất nơi tôi đứng")).to_be_focused()
    expect(page.locator(".here-place")).to_contain_text("vị trí lệch tới 14 m")
    expect(page.locator("#here-body .big-value")).to_be_visible()
    expect(page.locator(".map-accuracy")).to_have_count(1)
    at_rest(page)
    pin = page.locator(".soil-pin").bounding_box()
    panel = page.locator("#panel").bounding_box()
    assert pin is not None and panel is not None
    assert pin["y"] + pin["height"] <= panel["y"]  # the sheet does not lie on it
    assert width_of(page) <= PHONE["width"]
    assert_accessible()


def test_a_refused_position_is_said(page: Page, open_soil: Any, campaign: Campaign) -> None:
    open_soil()
    page.get_by_role("button", name="Đất nơi tôi đứng").click()
    expect(page.locator("#map-toast")).to_contain_text("Trình duyệt không cho xem vị trí")


def test_a_crop_gets_its_doses_or_hears_what_is_missing(
    page: Page, open_soil: Any, campaign: Campaign, assert_accessible: Any
) -> None:
    open_soil(f"?at={LNG},{LAT}{AT_HOME}")
    page.get_by_label("Cây trồng").select_option(label="Lúa vụ xuân")
    expect(page.get_by_label("Năng suất (tấn/ha)")).to_have_value("6")
    needs = page.locator(".here-needs")
    expect(needs.locator(".notice")).to_contain_text("không bón kali")
    page.get_by_label("Khi không bón kali (tấn/ha)").fill("4")
    page.keyboard.press("Tab")
    expect(needs.locator("li").first).to_contain_text("N: 90 kg/ha")
    expect(page).to_have_url(re.compile(r"crop=rice_spring&target=6&zero_k=4"))
    assert_accessible()


def test_the_public_learns_of_a_private_sample_only_that_it_is_there(
    page: Page, open_soil: Any, commune: Unit, sign_in: SignIn, agronomist: User
) -> None:
    soil.a_surveyed_commune(commune, private=80)
    open_soil(f"?at={LNG},{LAT}{AT_HOME}")
    expect(page.locator(".nearest")).to_contain_text("số liệu của điểm đó là riêng tư")
    expect(page.locator(".nearest a")).to_have_count(0)
    sign_in(agronomist)
    open_soil(f"?at={LNG},{LAT}{AT_HOME}")
    expect(page.locator(".nearest")).to_contain_text(re.compile(r"cách \d+ m: \d,\d"))


def test_what_is_not_published_is_for_the_commune_alone(
    page: Page, open_soil: Any, campaign: Campaign, commune: Unit, sign_in: SignIn, agronomist: User
) -> None:
    hidden = soil_factories.campaign(commune, "Đợt đang làm")
    soil_factories.sample(hidden, ph_kcl=5.1)
    open_soil()
    expect(page.locator("#campaign option")).to_have_text(["Đợt 2025"])
    sign_in(agronomist)
    open_soil()
    expect(page.locator("#campaign option")).to_have_count(2)
    page.locator("#campaign").select_option(label="Đợt đang làm")
    expect(page.get_by_text("Chưa công bố: chỉ cán bộ của xã thấy đợt này.")).to_be_visible()
    expect(page.locator("#why-no-surface")).to_contain_text("Chưa nội suy chỉ tiêu này")


def test_where_nothing_is_published_the_page_says_what_comes_next(
    page: Page, live_server: LiveServer, commune: Unit, sign_in: SignIn, agronomist: User, assert_accessible: Any
) -> None:
    page.goto(f"{live_server.url}/soil/")
    expect(page.get_by_text("Chưa có xã nào công bố bản đồ đất.")).to_be_visible()
    sign_in(agronomist)
    other = soil_factories.campaign(factories.neighbour_commune(), "Đợt bên cạnh", is_published=True)
    page.goto(f"{live_server.url}/soil/")
    soil.drawn(page)
    expect(page.get_by_text(f"Chưa có bản đồ đất nào của {commune.full_name} để xem.")).to_be_visible()
    expect(page.get_by_label("Xã", exact=True).get_by_role("option")).to_have_text(
        [commune.full_name, other.commune.full_name]
    )
    assert_accessible()
    page.get_by_role("link", name="Mở bàn làm việc về đất").click()
    expect(page).to_have_url(f"{live_server.url}/soil/desk/{commune.code}/")


def test_another_commune_is_chosen_in_a_list(
    page: Page, open_soil: Any, campaign: Campaign, live_server: LiveServer
) -> None:
    other = factories.neighbour_commune()
    soil_factories.sample(soil_factories.campaign(other, "Đợt bên cạnh", is_published=True), ph_kcl=5.0)
    open_soil(f"?commune={campaign.commune.code}")
    page.get_by_label("Xã", exact=True).select_option(label=str(other.full_name))
    expect(page).to_have_url(re.compile(f"commune={other.code}"))
    expect(page.locator("#campaign option")).to_have_text(["Đợt bên cạnh"])


def test_offline_the_map_stays_and_says_that_the_net_is_gone(page: Page, open_soil: Any, campaign: Campaign) -> None:
    open_soil()
    page.context.set_offline(True)
    soil.tap(page)
    expect(page.locator("#here-body .notice")).to_contain_text("Máy đang ngoại tuyến")
    page.context.set_offline(False)
    page.get_by_role("button", name="Đóng").click()
    soil.tap(page)
    expect(page.locator("#here-body .big-value")).to_be_visible()


def test_without_scripts_there_is_a_list_of_what_is_published(
    browser: Browser, live_server: LiveServer, campaign: Campaign
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}/soil/")
    expect(page.get_by_role("heading", name="Đợt 2025")).to_be_visible()
    expect(page.locator("#panel .plain-list li").first).to_contain_text("Độ chua pH, pH(KCl), 0–20 cm: 80 mẫu đất")
    expect(page.get_by_role("row", name="Pg Đất phù sa glây")).to_be_visible()
    context.close()


def test_in_english_every_word_is_english(page: Page, open_soil: Any, campaign: Campaign) -> None:
    open_soil()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Layers on the map")).to_be_visible()
    soil.drawn(page)
    expect(page.locator("#classes li").nth(2)).to_contain_text("slightly acid")
    soil.tap(page)
    expect(page.get_by_role("heading", name="The soil here")).to_be_focused()
    expect(page.locator("#here-body")).to_contain_text("95 % sure to lie between")


def test_the_page_is_light_for_an_old_phone(page: Page, live_server: LiveServer, campaign: Campaign) -> None:
    kinds: dict[str, int] = {"code": 0, "data": 0}
    answers: list[Response] = []
    page.set_viewport_size(PHONE)
    page.on("response", lambda response: answers.append(response))
    page.goto(f"{live_server.url}/soil/")
    soil.drawn(page)
    page.wait_for_load_state("networkidle")
    for answer in answers:
        kinds["code" if "/static/" in answer.url else "data"] += len(gzip.compress(answer.body()))
    assert kinds["data"] > 0
    assert kinds["code"] < 150_000  # Leaflet and the tile painter are two thirds of it
    assert kinds["data"] < 60_000
