"""A list goes in as a person brings it: file, columns, points on the map, check, write, undo."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.importing import runs
from households.models import House, ImportRun, PlateBatch
from mapping import changes, crs
from mapping.models import Unit, User
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.widths import width_of
from tests.households.lists import HEADER, WEST, row, write_csv, write_xlsx


def metres(place: int) -> dict[str, str]:
    """The point of the `place`-th row in VN-2000, the northing first, as surveyors write it."""
    (east,), (north,) = crs.from_lonlat(5897, WEST + place * 0.001, 19.67)
    return {"Kinh_độ": f"{north:.2f}", "Vĩ_độ": f"{east:.2f}"}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_list_with_swapped_vn2000_points_is_confirmed_checked_written_and_undone(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], officer: User, commune: Unit,
    assert_accessible: Callable[[], None], tmp_path: Path, size: dict[str, int],
) -> None:  # fmt: skip
    header = [*HEADER[:7], "X (m)", "Y (m)"]
    rows = [row(place, **metres(place)) for place in range(8)]
    rows[2][5] = "không có"
    rows[3][3] = "Xa Thu Thượng"
    standing = factories.house(commune, WEST + 0.004, 19.67, number="5", street="ngõ Chùa")
    path = write_xlsx(tmp_path, [header, *rows])
    page.set_viewport_size(size)
    sign_in(officer)
    look = picture(page, size)

    page.goto(f"{live_server.url}/imports/")
    page.get_by_label("Tệp danh sách").set_input_files(path)
    look("1-list")
    assert_accessible()
    page.get_by_role("button", name="Đọc tệp").click()

    expect(page.get_by_label("SĐT")).to_have_value("phone")
    expect(page.get_by_label("X (m)")).to_have_value("x")
    expect(page.get_by_text("Dòng tiêu đề: dòng 4")).to_be_visible()
    look("2-columns")
    assert_accessible()
    page.get_by_role("button", name="Tiếp tục").click()

    # UTM 48 lies 657 m away and fits as well, so nothing is chosen for the person.
    meaning = page.get_by_role("radio", name="kinh tuyến trục 105°00′, múi 3°")
    expect(meaning).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    meaning.check()
    expect(page.locator("#place-map")).to_have_attribute("data-drawn", "5897-swapped")
    assert page.locator("#place-map path").count() >= 8 + 3
    look("3-place")
    assert_accessible()
    page.get_by_role("button", name="Xác nhận và kiểm tra").click()

    expect(page.get_by_text("Đã xem 8 dòng. Chưa có gì được ghi.")).to_be_visible()
    expect(page.get_by_text("“không có” không phải một số điện thoại")).to_be_visible()
    expect(page.get_by_text("Cùng một điểm với nhà")).to_be_visible()
    assert list(House.objects.all()) == [standing]
    look("4-checked")
    assert_accessible()
    page.get_by_role("button", name="Nhập danh sách").click()

    expect(page.get_by_text("Danh sách đã được nhập.")).to_be_visible()
    assert House.objects.count() == 1 + 5
    look("5-result")
    assert_accessible()
    page.get_by_role("link", name="Hoàn tác lần nhập này").click()

    expect(page.get_by_text("Chưa có gì thay đổi.")).to_be_visible()
    expect(page.locator("dl.counts div").first).to_have_text(re.compile(r"Nhà bị bỏ\s*5"))
    assert House.objects.count() == 1 + 5
    look("6-asked")
    assert_accessible()
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()

    expect(page.get_by_text("Lần nhập này đã được hoàn tác")).to_be_visible()
    assert list(House.objects.all()) == [standing]
    look("7-undone")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_list_that_was_brought_by_mistake_is_thrown_away(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], assert_accessible: Callable[[], None],
    commune: Unit, officer: User, tmp_path: Path, size: dict[str, int],
) -> None:  # fmt: skip
    look = picture(page, size)
    path = write_csv(tmp_path, [row(0)])
    runs.start(path=path, name=path.name, content_type="text/csv", commune=commune, user=officer)
    sign_in(officer)
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/imports/")
    look("8-list")
    assert width_of(page) <= size["width"]
    assert_accessible()
    page.get_by_role("link", name="Bỏ danh sách hộ.csv").click()
    expect(page.get_by_text("Danh sách này chưa được nhập")).to_be_visible()
    look("9-discard")
    assert_accessible()
    page.get_by_role("button", name="Bỏ danh sách này").click()
    expect(page.get_by_text("Đã bỏ danh sách “hộ.csv”")).to_be_visible()
    with transaction.atomic():  # outside of one, the wall around imports shows none
        assert not ImportRun.objects.exists()
    PlateBatch.objects.create(
        commune=commune, number=1, state="failed", design_name="Biển", profile_name="A4", host="sonha.example.vn"
    )
    for name in ("changes", "plates"):
        changes.begin(kind="import", subject="hộ.csv", commune=commune, user=officer)
        page.goto(f"{live_server.url}/{name}/")
        expect(page.get_by_role("link", name="Excel (XLSX)")).to_be_visible()
        look(f"list-of-{name}")
        assert width_of(page) <= size["width"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_stray_point_far_away_is_told_and_does_not_shrink_the_commune(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], assert_accessible: Callable[[], None],
    commune: Unit, officer: User, tmp_path: Path, size: dict[str, int],
) -> None:  # fmt: skip
    rows = [*(row(place) for place in range(15)), row(15, Kinh_độ="19.67", Vĩ_độ="105.80"), row(16, Vĩ_độ="20.30")]
    path = write_csv(tmp_path, rows)
    started = runs.start(path=path, name=path.name, content_type="text/csv", commune=commune, user=officer)
    sign_in(officer)
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/imports/{started.pk}/columns/")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("#place-map")).to_have_attribute("data-drawn", "4326")
    picture(page, size)("3-stray")
    expect(page.get_by_role("radio")).to_have_count(2)
    expect(page.get_by_text("Một cách hiểu hợp hơn hẳn")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("chỉ hợp với một cách hiểu")
    expect(page.get_by_role("status")).to_have_text("Ngoài khung bản đồ còn 1 trong 16 điểm được vẽ.")
    frame, commune_box = (page.locator(found).first.bounding_box() for found in ("#place-map", "#place-map path"))
    assert commune_box["height"] > frame["height"] / 2 or commune_box["width"] > frame["width"] / 2
    assert_accessible()


def picture(page: Page, size: dict[str, int]) -> Callable[[str], None]:
    """Keep pictures of the steps where `SONHA_PICTURES` names a folder, for people to look at."""
    folder = os.environ.get("SONHA_PICTURES")

    def look(step: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"import-{step}-{size['width']}.png", full_page=True)

    return look
