"""A commune is numbered as an officer does it: run, map and table, mend a number, approve, scan a plate."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.codes import format_house_code
from households.models import House, NumberingProposal, ProposalFinding
from households.proposals import one_house
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.households.numbered import Ground, computed, row


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def picture(page: Page, size: dict[str, int]) -> Callable[[str], None]:
    """Keep pictures of the steps where `SONHA_PICTURES` names a folder, for people to look at."""
    folder = os.environ.get("SONHA_PICTURES")

    def look(step: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"numbering-{step}-{size['width']}.png", full_page=True)

    return look


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_commune_is_numbered_from_the_first_run_to_the_page_of_a_plate(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], assert_accessible: Callable[[], None],
    officer: User, ground: Ground, run_jobs: Callable[[], None], size: dict[str, int],
) -> None:  # fmt: skip
    far = ground.south[6]
    code = format_house_code(far.code)
    token = factories.plate(far).token
    page.set_viewport_size(size)
    sign_in(officer)
    look = picture(page, size)

    page.goto(f"{live_server.url}/numbering/")
    expect(page.get_by_text("Chưa có số nhà nào thay đổi cho đến khi")).to_be_visible()
    look("1-start")
    assert_accessible()
    page.get_by_role("button", name="Lập phương án", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert_accessible()
    run_jobs()

    expect(page.locator("#proposal-counts")).to_contain_text("22")  # the page came by itself when the work was done
    expect(page.locator("html[data-map=drawn]")).to_be_attached()
    of_far = page.locator(f"#nha-{far.code}")
    expect(of_far).to_contain_text("13")
    look("2-proposal")
    assert_accessible()
    assert width_of(page) <= size["width"]

    # A number that another house has is refused with a sentence at the row; the next one is kept.
    page.get_by_role("link", name=f"Sửa số của nhà {code}").click()
    number = page.get_by_role("textbox", name="Số mới")
    expect(number).to_be_focused()
    number.fill("1")
    number.press("Enter")
    expect(page.locator("tr.editor").get_by_role("alert")).to_contain_text("đã dành cho nhà")
    look("3-refused")
    assert_accessible()
    number.fill("21")
    number.press("Enter")
    expect(of_far.locator("[data-cell=new]")).to_have_text("21")
    expect(of_far).to_contain_text("cán bộ đã sửa")
    expect(page.get_by_role("link", name=f"Sửa số của nhà {code}")).to_be_focused()

    page.get_by_role("link", name="Duyệt bằng quyết định").click()
    expect(page.get_by_text("22 nhà được cấp số mới.")).to_be_visible()
    expect(page.get_by_text("1 biển số nhà phải in lại.")).to_be_visible()
    look("4-approve")
    assert_accessible()
    assert not House.objects.exclude(number="").exists()
    page.get_by_label("Số quyết định").fill("45/QĐ-UBND")
    page.get_by_label("Ngày quyết định").fill("2026-03-02")
    page.get_by_role("button", name="Duyệt, ghi số nhà").click()
    expect(page.get_by_text("Quyết định số 45/QĐ-UBND ngày 02/03/2026")).to_be_visible()
    undo = page.get_by_role("button", name="Hoàn tác quyết định")
    expect(undo).to_be_hidden()  # no single tap takes a decision back
    page.get_by_text("Hoàn tác quyết định…").click()
    expect(undo).to_be_visible()
    look("5-approved")
    assert_accessible()

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/{token}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("21")
    expect(page.get_by_text("đường Liên Xã").first).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_map_and_the_rows_lead_to_each_other(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], assert_accessible: Callable[[], None],
    officer: User, ground: Ground, size: dict[str, int],
) -> None:  # fmt: skip
    House.objects.filter(pk=ground.south[0].pk).update(number="gần chợ", street="đường Liên Xã")
    proposal = computed(officer, ground.commune, keep="all")
    page.set_viewport_size(size)
    sign_in(officer)
    address = f"{live_server.url}/numbering/{proposal.pk}/"
    look = picture(page, size)

    # From a row to the map, and by a click on the house there back to the row.
    page.goto(address)
    expect(page.locator("html[data-map=drawn]")).to_be_attached()
    house = ground.north[3]
    page.get_by_role("link", name=f"Xem nhà {format_house_code(house.code)} trên bản đồ").click()
    expect(page.locator(".map-ring")).to_be_visible()
    tap(page, ".map-ring")
    expect(page.locator(f"#nha-{house.code}")).to_have_class("found")
    expect(page.get_by_role("link", name=f"Sửa số của nhà {format_house_code(house.code)}")).to_be_focused()

    # A house that the filtered table leaves out is found on the page that has it.
    page.goto(f"{address}?street=ngõ Đình")
    expect(page.locator("html[data-map=drawn]")).to_be_attached()
    expect(page.locator(f"#nha-{house.code}")).to_have_count(0)
    middle_of_map(page)
    expect(page.locator(f"#nha-{house.code}.found")).to_be_visible()

    page.get_by_role("link", name="Vướng mắc và số còn trống").click()
    expect(page).to_have_url(re.compile(r"\?tab=findings"))
    expect(page.get_by_text("“gần chợ”").first).to_be_visible()
    assert_accessible()
    page.get_by_role("link", name="Xem trên bản đồ: “gần chợ”").click()
    expect(page.locator(".leaflet-popup")).to_contain_text("không phải số nhà")
    look("6-finding")

    page.locator(".tabs").get_by_role("link", name="Đường, ngõ").click()
    expect(page.get_by_text("Có tên riêng, đi ra từ đường Liên Xã")).to_be_visible()
    look("7-streets")
    assert_accessible()
    assert width_of(page) <= size["width"]


# What is written on the labels' canvas, and where, in pixels of the map.
WRITTEN = """
window.writtenLabels = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  if (this.canvas.classList.contains("map-labels")) {
    window.writtenLabels.push({ text, x, y, width: this.measureText(text).width });
  }
  return write.call(this, text, x, y);
};
"""


def test_the_number_of_the_one_house_is_read_beside_the_sign_of_a_finding(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], officer: User, ground: Ground
) -> None:
    house = ground.north[3]
    proposal = one_house.propose(user=officer, house=house)
    ProposalFinding.objects.create(
        proposal=proposal, code="no_room", street=ground.road, house=house, place=house.location,
        detail={"number": row(proposal, house).new_number},
    )  # fmt: skip
    page.add_init_script(WRITTEN)
    sign_in(officer)
    page.goto(f"{live_server.url}/numbering/{proposal.pk}/")
    expect(page.locator("html[data-map=drawn]")).to_be_attached()
    expect(page.locator(".finding-mark.mild").first).to_be_visible()
    number = row(proposal, house).new_number
    frame, sign = page.locator("#map").bounding_box(), page.locator("#map .finding-mark").first.bounding_box()
    assert frame is not None and sign is not None
    written = [one for one in page.evaluate("window.writtenLabels") if one["text"] == number]
    assert written
    left, middle = frame["x"] + written[-1]["x"], frame["y"] + written[-1]["y"]
    beside = left >= sign["x"] + sign["width"] or left + written[-1]["width"] <= sign["x"]
    assert beside or middle - 8 >= sign["y"] + sign["height"] or middle + 8 <= sign["y"]
    expect(page.locator(".map-legend .finding.mild")).to_be_visible()


def test_a_house_is_put_on_another_street_and_left_for_later_by_keyboard(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], officer: User, ground: Ground
) -> None:
    proposal = computed(officer, ground.commune)
    house = ground.south[4]
    sign_in(officer)
    page.goto(f"{live_server.url}/numbering/{proposal.pk}/?at={house.code}")
    edit = page.get_by_role("link", name=f"Sửa số của nhà {format_house_code(house.code)}")
    edit.focus()
    edit.press("Enter")
    page.get_by_role("textbox", name="Số mới").press("Escape")
    expect(page.locator("tr.editor")).to_have_count(0)
    expect(edit).to_be_focused()
    edit.press("Enter")
    editor = page.locator("tr.editor")
    editor.get_by_label("Đường, ngõ").select_option(label="ngõ Đình (đường Liên Xã), cách 25 m")
    editor.get_by_role("button", name="Chuyển sang đường này").press("Enter")
    expect(page.locator(f"#nha-{house.code} [data-cell=new]")).to_contain_text("ngõ Đình")
    assert row(proposal, house).new_street == "ngõ Đình"
    edit.press("Enter")
    editor.get_by_role("button", name="Để lại sau").press("Enter")
    expect(page.locator(f"#nha-{house.code} [data-cell=new]")).to_have_text("giữ nguyên")
    left_out = page.locator("#proposal-counts div").filter(has_text="Để lại sau").locator("dd")
    expect(left_out).to_have_text("1")
    edit.press("ArrowDown")
    expect(edit).not_to_be_focused()


def test_a_house_without_a_number_gets_one_from_its_record(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], officer: User, ground: Ground
) -> None:
    sign_in(officer)
    page.goto(f"{live_server.url}/houses/{ground.south[0].code}/")
    page.get_by_role("button", name="Đề nghị số").click()
    expect(page.get_by_text("Một nhà:")).to_be_visible()
    expect(page.locator("tr[data-house]")).to_have_count(1)
    expect(page.locator("[data-cell=new]")).to_have_text("1")


def test_whoever_does_not_number_is_refused(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], officer: User, viewer: User, ground: Ground
) -> None:
    proposal: NumberingProposal = computed(officer, ground.commune)
    sign_in(viewer)
    page.goto(f"{live_server.url}/map/")
    expect(page.get_by_role("link", name="Đánh số nhà")).to_have_count(0)
    for address in ("", f"{proposal.pk}/", f"{proposal.pk}/approve/"):
        answer = page.goto(f"{live_server.url}/numbering/{address}")
        assert answer is not None
        assert answer.status == 403
        expect(page.get_by_text("không có quyền làm việc này")).to_be_visible()


def tap(page: Page, what: str) -> None:
    """Click the map below something that lets clicks through."""
    box = page.locator(what).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def middle_of_map(page: Page) -> None:
    """Click the middle of the map, which keeps its place from page to page."""
    page.locator("#map").scroll_into_view_if_needed()
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
