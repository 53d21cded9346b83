"""What strangers open and send in a real browser: reports, dead plates, alleys, prints; an export on a file server."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from households import codes, public_export
from households.models import House, Plate, PlateReport, PlateState, Street
from households.views import report_plate
from mapping.models import Unit, User
from mapping.printing import qr
from tests import factories
from tests.browser.widths import is_as_wide_as_the_screen
from tests.households import streets

PHONE, SMALL, DESK = (
    {"width": 360, "height": 740},
    {"width": 320, "height": 568},
    {"width": 1280, "height": 800},
)  # fmt: skip


@pytest.fixture
def alley(transactional_db: None, commune: Unit, officer: User) -> Street:
    """Ngõ Đình with twelve numbered houses."""
    streets.draw(officer, commune, "road", "Liên Xã", (-200, 0), (200, 0))
    streets.draw(officer, commune, "ngo", "Đình", (0, 0), (0, 120))
    alley = Street.objects.get(name="Đình")
    for number in range(1, 13):
        side = -9 if number % 2 else 9
        streets.front(alley, (side, 10 + number * 8), str(number), "ngõ Đình")
    return alley


@pytest.fixture
def plate(alley: Street) -> Plate:
    return factories.plate(House.objects.get(number="5"), state=PlateState.INSTALLED)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_stranger_reports_a_plate_from_its_page(
    page: Page,
    live_server: LiveServer,
    plate: Plate,
    assert_accessible: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    monkeypatch.setattr(report_plate, "QUICKEST", 0.0)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size(SMALL)
    page.goto(f"{live_server.url}/{plate.token}/{plate.plus_code}")
    page.get_by_role("link", name="Báo biển treo nhầm chỗ").click()
    expect(page).to_have_url(f"{live_server.url}/report/{plate.token}/")
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    expect(page.get_by_label("Website")).not_to_be_in_viewport()
    page.get_by_label("Hỏng, gãy, bong").check()
    page.get_by_label("Ghi thêm").fill("gãy một góc")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("heading", name="Xã đã nhận báo lỗi")).to_be_visible()
    assert_accessible()
    assert page.context.cookies() == []
    report = PlateReport.objects.get()
    assert (report.kind, report.note, report.plate) == ("damaged", "gãy một góc", plate)
    page.get_by_role("link", name="Quay lại trang của biển").click()
    expect(page).to_have_url(f"{live_server.url}/{plate.token}")


def test_another_site_cannot_send_reports_with_its_readers_browsers(
    context: BrowserContext, live_server: LiveServer, plate: Plate, tmp_path: Path
) -> None:
    word = report_plate.sign(plate.token, at=0)
    (tmp_path / "evil.html").write_text(
        f'<form method="post" action="{live_server.url}/report/{plate.token}/">'
        f'<input name="form" value="{word}"><input name="kind" value="damaged"><button>Quà tặng</button></form>'
    )
    page = context.new_page()
    page.goto(f"file://{tmp_path}/evil.html")
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("gửi từ một trang khác")
    assert not PlateReport.objects.exists()


def test_an_official_answers_a_report(
    page: Page,
    live_server: LiveServer,
    plate: Plate,
    officer: User,
    sign_in: Callable[[User], None],
    assert_accessible: Callable[[], None],
) -> None:
    house = plate.house
    PlateReport.objects.create(house=house, plate=plate, commune=house.commune, kind="damaged", note="gãy một góc")
    sign_in(officer)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(f"{live_server.url}/plates/reports/")
        assert is_as_wide_as_the_screen(page)
        assert_accessible()
    page.get_by_label("Đã làm gì").fill("đã đặt biển mới")
    page.get_by_role("button", name="Đã xử lý").click()
    expect(page.get_by_text("Không có báo lỗi nào đang chờ.")).to_be_visible()
    page.get_by_role("navigation", name="Báo lỗi").get_by_role("link", name="Đã xử lý").click()
    expect(page.get_by_text("đã đặt biển mới")).to_be_visible()
    page.get_by_role("link", name="Mở trang của biển").click()
    expect(page).to_have_url(f"{live_server.url}/plates/p/{plate.token}/")


@pytest.mark.parametrize("state", [PlateState.LOST, PlateState.STOLEN, PlateState.REPLACED, PlateState.REVOKED])
def test_a_dead_plate_has_no_barriers_and_no_address(
    page: Page, live_server: LiveServer, alley: Street, assert_accessible: Callable[[], None], state: PlateState
) -> None:
    dead = factories.plate(House.objects.get(number="5"), state=state)
    page.set_viewport_size(SMALL)
    page.goto(f"{live_server.url}/{dead.token}/{dead.plus_code}")
    assert_accessible()
    assert is_as_wide_as_the_screen(page)
    assert "Đình" not in page.content()
    page.get_by_role("link", name="Báo cho xã").click()
    expect(page.get_by_label("Việc khác, ghi ở dưới")).to_be_checked()
    assert "Đình" not in page.content()
    assert_accessible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, DESK])
def test_the_page_of_an_alley_has_no_barriers(
    page: Page,
    live_server: LiveServer,
    alley: Street,
    assert_accessible: Callable[[], None],
    scheme: str,
    size: dict[str, int],
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/alley/{alley.pk}/")
    expect(page.get_by_role("img", name="Sơ đồ ngõ Đình")).to_be_visible()
    expect(page.get_by_role("link", name="12", exact=True)).to_have_attribute("href", re.compile("."))
    assert is_as_wide_as_the_screen(page)
    assert_accessible()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.context.cookies() == []


@pytest.mark.parametrize("mouth", [-1, 1])
def test_the_map_of_a_long_alley_begins_at_its_mouth_on_a_phone(
    page: Page, live_server: LiveServer, transactional_db: None, commune: Unit, officer: User, mouth: int
) -> None:
    streets.draw(officer, commune, "road", "Liên Xã", (mouth * 200, -200), (mouth * 200, 200))
    alley = streets.draw(officer, commune, "ngo", "Ao Cá", (mouth * 200, 0), (-mouth * 200, 0)).street
    for number in range(1, 25):
        place = mouth * (200 - number * 15), -8 if number % 2 else 8
        streets.front(alley, place, str(number), "ngõ Ao Cá")
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/alley/{alley.pk}/")
    window = page.get_by_role("region", name="Sơ đồ")
    assert window.evaluate("map => map.scrollWidth > map.clientWidth")
    seen, word = window.bounding_box(), page.locator("text.mouth").bounding_box()
    assert seen and word and seen["x"] <= word["x"] and word["x"] + word["width"] <= seen["x"] + seen["width"]
    assert is_as_wide_as_the_screen(page)


def printed(page: Page) -> tuple[int, tuple[int, int], str]:
    """How many sheets, how large in millimetres, and what stands on the first."""
    file = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    width, height = file[0].get_size()
    said = file[0].get_textpage().get_text_range()
    return len(file), (round(width / 72 * 25.4), round(height / 72 * 25.4)), said


def test_the_page_of_a_plate_prints_on_one_sheet_with_its_address_in_plain_letters(
    page: Page, live_server: LiveServer, plate: Plate
) -> None:
    page.goto(f"{live_server.url}/{plate.token}")
    sheets, size, said = printed(page)
    assert (sheets, size) == (1, (148, 210))
    assert f"https://localhost/{plate.token}/{plate.plus_code}" in said.replace("\r\n", "")
    assert "ngõ Đình" in said and codes.format_house_code(plate.house.code) in said
    assert "Cán bộ đăng nhập" not in said and "Báo biển" not in said and "Chỉ đường" not in said


def test_the_page_of_an_alley_prints_on_one_sheet(page: Page, live_server: LiveServer, alley: Street) -> None:
    page.goto(f"{live_server.url}/alley/{alley.pk}/")
    sheets, size, said = printed(page)
    assert (sheets, size) == (1, (210, 297))
    assert f"https://localhost/alley/{alley.pk}/" in said.replace("\r\n", "") and "Bên trái" in said


@pytest.fixture
def file_server(plate: Plate, tmp_path: Path) -> Iterator[str]:
    """`python -m http.server` on an export of all public pages."""
    public_export.export(tmp_path / "pages")
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    command += ["--directory", str(tmp_path / "pages")]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout
    yield f"http://127.0.0.1:{server.stdout.readline().split(' port ')[1].split()[0]}"
    server.terminate()
    server.wait(10)


def test_a_phone_that_scans_a_plate_finds_its_page_on_a_plain_file_server(
    context: BrowserContext, file_server: str, plate: Plate, alley: Street
) -> None:
    """The symbol is drawn and read as a phone reads it, and the path that it holds is opened."""
    import zxingcpp
    from PIL import Image

    text = codes.plate_url("so.example.vn", plate.token, plate.plus_code)
    modules = next(qr.symbols([text])).matrix
    side = len(modules)
    picture = Image.new("L", ((side + 8) * 6,) * 2, 255)
    for row, line in enumerate(modules):
        for column, is_dark in enumerate(line):
            if is_dark:
                picture.paste(0, ((column + 4) * 6, (row + 4) * 6, (column + 5) * 6, (row + 5) * 6))
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    assert [one.text for one in found] == [text]
    path = found[0].text.split("SO.EXAMPLE.VN", 1)[1]
    page = context.new_page()
    wrong: list[str] = []
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
    page.set_viewport_size(PHONE)
    page.goto(file_server + path)
    expect(page.get_by_role("heading", level=1)).to_contain_text("5")
    expect(page.get_by_role("link", name="Chỉ đường")).to_be_visible()
    assert page.get_by_role("link", name="Chỉ đường").evaluate("link => getComputedStyle(link).minHeight") == "60px"
    assert is_as_wide_as_the_screen(page)
    page.goto(f"{file_server}/alley/{alley.pk}")
    expect(page.get_by_role("img", name="Sơ đồ ngõ Đình")).to_be_visible()
    page.goto(f"{file_server}/")
    expect(page.get_by_role("heading", name="Tìm nhà theo biển số")).to_be_visible()
    assert wrong == []
