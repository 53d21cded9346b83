"""Designs and sheet profiles in the browser: an error by line and then a picture, a printer that is calibrated."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import OwnPlateDesign, OwnSheetProfile
from households.plates import own_designs, own_profiles
from mapping.models import Unit, User
from tests import factories
from tests.browser.widths import is_as_wide_as_the_screen

GOOD = "In được. Đây là trang đầu."


@pytest.fixture
def design(transactional_db: None, commune: Unit, officer: User) -> OwnPlateDesign:
    factories.house(commune, number="12", street="ngõ Đình", village=factories.village(commune))
    return own_designs.copy(user=officer, commune=commune, key="white-qr")


@pytest.fixture
def profile(transactional_db: None, commune: Unit, officer: User) -> OwnSheetProfile:
    return own_profiles.copy(user=officer, commune=commune, key="a4-2x4")


def test_a_shipped_design_is_copied_broken_mended_by_line_and_kept(
    page: Page, live_server: LiveServer, commune: Unit, officer: User, sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(officer)
    page.goto(f"{live_server.url}/plates/designs/")
    assert_accessible()
    page.get_by_role("button", name="Sao chép để sửa Biển trắng, mã QR lớn").click()
    expect(page.get_by_role("status").filter(has_text=GOOD)).to_be_visible()
    picture = page.get_by_alt_text("Trang đầu như máy in sẽ in")
    first = picture.get_attribute("src")
    source = page.get_by_label("Bản thiết kế")
    written = source.input_value()
    line = written[: written.index('"what": "record"')].count("\n") + 1
    source.fill(written.replace('"what": "record"', '"what": "phone"'))
    problem = page.get_by_role("button", name=re.compile(f"^Dòng {line}, cột "))
    expect(problem).to_be_visible()
    expect(page.locator("#numbers .wrong")).to_have_text(str(line))
    assert_accessible()
    problem.click()
    expect(source).to_be_focused()
    at = page.evaluate("document.activeElement.selectionStart")
    assert source.input_value()[:at].count("\n") + 1 == line
    source.fill(written.replace('"ground": "#ffffff"', '"ground": "#fff3c4"'))
    expect(page.get_by_role("status").filter(has_text=GOOD)).to_be_visible()
    expect(problem).to_have_count(0)
    assert picture.get_attribute("src") != first
    page.get_by_label("Tên mẫu").fill("Biển nền vàng")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu mẫu biển “Biển nền vàng”.")).to_be_visible()
    kept = OwnPlateDesign.objects.get()
    assert (kept.name, kept.version) == ("Biển nền vàng", 2) and "#fff3c4" in kept.source


def test_the_editor_fits_a_phone(
    page: Page, live_server: LiveServer, design: OwnPlateDesign, officer: User, sign_in: Callable[[User], None]
) -> None:
    sign_in(officer)
    page.set_viewport_size({"width": 360, "height": 740})
    for address in (
        "/plates/designs/",
        f"/plates/designs/{design.pk}/",
        "/plates/profiles/",
        "/plates/profiles/a4-2x4/",
    ):
        page.goto(f"{live_server.url}{address}")
        assert is_as_wide_as_the_screen(page), address


def test_another_sheet_gives_another_picture_and_one_that_is_too_small_says_so(
    page: Page, live_server: LiveServer, design: OwnPlateDesign, officer: User, sign_in: Callable[[User], None]
) -> None:
    sign_in(officer)
    page.goto(f"{live_server.url}/plates/designs/{design.pk}/")
    picture = page.get_by_alt_text("Trang đầu như máy in sẽ in")
    first = picture.get_attribute("src")
    page.get_by_label("Xem trên khổ giấy").select_option("a5-single")
    expect(picture).not_to_have_attribute("src", first or "")
    expect(page.get_by_role("status").filter(has_text=GOOD)).to_be_visible()


def test_without_scripts_a_button_shows_the_page_or_what_is_wrong(
    live_server: LiveServer, design: OwnPlateDesign, officer: User, page: Page, sign_in: Callable[[User], None],
    new_context: Callable[..., BrowserContext],
) -> None:  # fmt: skip
    sign_in(officer)
    plain = new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    plain.goto(f"{live_server.url}/plates/designs/{design.pk}/")
    source = plain.get_by_label("Bản thiết kế")
    written = source.input_value()
    source.fill(written.replace('"width": 95', '"width": 0'))
    plain.get_by_role("button", name="Xem thử").click()
    line = written[: written.index('"width": 95')].count("\n") + 1
    expect(plain.get_by_role("listitem").filter(has_text=f"Dòng {line}, ")).to_be_visible()
    expect(plain.locator("#numbers .wrong").first).to_have_text(str(line))
    plain.get_by_label("Bản thiết kế").fill(written)
    plain.get_by_role("button", name="Xem thử").click()
    expect(plain.get_by_alt_text("Trang đầu như máy in sẽ in")).to_have_js_property("complete", True)
    assert OwnPlateDesign.objects.get().version == 1


def test_a_printer_is_calibrated_by_what_was_measured(
    page: Page, live_server: LiveServer, profile: OwnSheetProfile, officer: User, sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None],
) -> None:  # fmt: skip
    sign_in(officer)
    page.goto(f"{live_server.url}/plates/profiles/")
    assert_accessible()
    page.get_by_role("link", name="Sửa, canh máy in").click()
    expect(page.get_by_role("link", name="Tải trang thử (PDF)")).to_be_visible()
    assert_accessible()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tải trang thử (PDF)").click()
    assert coming.value.path().read_bytes().startswith(b"%PDF-")
    for edge, distance in (("Trái", "21,5"), ("Phải", "18,5"), ("Trên", "19"), ("Dưới", "21")):
        page.get_by_label(edge, exact=True).fill(distance)
    page.get_by_role("button", name="Canh theo số đo").click()
    expect(page.get_by_text("từ nay bù 1,5 mm sang trái và 1 mm xuống dưới")).to_be_visible()
    expect(page.get_by_label("Bù sang phải")).to_have_value("-1,5")
    page.get_by_label("Lệch sang phải").fill("-99")
    page.get_by_label("Lệch xuống dưới").fill("0")
    page.get_by_role("button", name="Bù độ lệch này").click()
    expect(page.get_by_role("alert")).to_contain_text("Phải bù 99 mm sang phải, mà nhiều nhất chỉ bù được 15 mm")
    expect(page.get_by_label("Lệch sang phải")).to_have_value("-99")
    assert_accessible()
    profile.refresh_from_db()
    assert (profile.body["offset_x"], profile.body["offset_y"]) == (-1.5, 1.0)


def test_a_sheet_that_does_not_fit_is_refused_beside_the_number(
    page: Page, live_server: LiveServer, profile: OwnSheetProfile, officer: User, sign_in: Callable[[User], None]
) -> None:
    sign_in(officer)
    page.goto(f"{live_server.url}/plates/profiles/{profile.pk}/")
    page.get_by_label("Số hàng").fill("5")
    page.get_by_label("Tên khổ giấy").fill("Năm hàng")
    page.get_by_role("button", name="Lưu").click()
    height = page.get_by_label("Chiều cao trang (mm)")
    expect(height).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#e-page_height")).to_contain_text("5 ô cao 65 mm")
    page.get_by_label("Chiều cao ô (mm)").fill("50")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu khổ giấy “Năm hàng”.")).to_be_visible()
    profile.refresh_from_db()
    assert (profile.name, profile.body["rows"], profile.body["cell_height"]) == ("Năm hàng", 5, 50)
