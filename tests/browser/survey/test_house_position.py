"""Where a house is, measured and dragged, and its photos, on the phone alone."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import PHONE
from tests.browser.survey.house_stage import LAT, LNG, NEW, finished, open_house

DONE = "Xong, gửi khi có mạng"
FIXED = """() => new Promise((resolve, reject) => {
  navigator.geolocation.getCurrentPosition(() => resolve(), reject, { maximumAge: Infinity });
})"""
"""Once the receiver has told a place to this page, which measures: of an exact one the page says nothing yet."""
STORED = """async (sha256) => {
  const photos = await window.keeping.photos.all();
  const bytes = await window.keeping.photos.bytes(photos.find((photo) => photo.sha256 === sha256));
  return btoa(Array.from(new Uint8Array(bytes), (one) => String.fromCharCode(one)).join(""));
}"""


@pytest.fixture(autouse=True)
def phone(page: Page, context: BrowserContext) -> None:
    """Small, and with a receiver."""
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    context.grant_permissions(["geolocation"])


def stand(context: BrowserContext, north_m: float, accuracy_m: float) -> None:
    """Stand so many metres north of the house, by a receiver that is so good."""
    context.set_geolocation({"latitude": LAT + north_m / 111_320, "longitude": LNG, "accuracy": accuracy_m})


def measure(page: Page) -> None:
    page.get_by_role("button", name="Đo vị trí").click()
    expect(page.get_by_text("Đang đo:")).to_be_visible()
    page.get_by_role("button", name="Dừng, lấy kết quả này").click()
    expect(page.get_by_text("Đã đo:")).to_be_visible()


def test_a_good_fix_is_kept_with_how_it_came_about_and_dragging_keeps_both_places(
    page: Page, live_server: LiveServer, context: BrowserContext
) -> None:
    stand(context, 3, 4)
    open_house(page, live_server)
    measure(page)
    expect(page.get_by_text("Đã đo: ±4 m từ 1 trên 1 lần.")).to_be_visible()
    pin = page.get_by_role("button", name="Cửa chính")
    pin.focus()
    for _ in range(5):
        pin.press("ArrowUp")
    expect(page.get_by_text("Đã kéo ghim, cách chỗ đo 5 m")).to_be_visible()
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    position = finished(page)["position"]
    assert (position["source"], position["fixes"], position["used"], position["accuracy_m"]) == ("map", 1, 1, 4)
    assert position["measured"]["lat"] == pytest.approx(LAT + 3 / 111_320, abs=1e-7)
    assert position["lat"] == pytest.approx(LAT + 8 / 111_320, abs=1e-6)


def test_whoever_moves_the_pin_while_it_is_measured_has_said_where_the_door_is(
    page: Page, live_server: LiveServer, context: BrowserContext
) -> None:
    stand(context, 3, 12)
    open_house(page, live_server)
    page.get_by_role("button", name="Đo vị trí").click()
    expect(page.get_by_text("Đang đo: 1 lần")).to_be_visible()
    pin = page.get_by_role("button", name="Cửa chính")
    pin.focus()
    pin.press("ArrowUp")
    expect(page.get_by_text("Đã kéo ghim, cách chỗ đo 2 m")).to_be_visible()
    expect(page.get_by_role("button", name="Đo lại")).to_be_visible()  # nothing is measured any more
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    position = finished(page)["position"]
    assert position["source"] == "map"
    assert position["lat"] == pytest.approx(LAT + 1 / 111_320, abs=1e-6)
    assert position["measured"]["lat"] == pytest.approx(LAT + 3 / 111_320, abs=1e-7)


def test_a_poor_fix_asks_for_a_reason_and_a_far_one_is_told(
    page: Page, live_server: LiveServer, context: BrowserContext
) -> None:
    stand(context, 150, 35)
    open_house(page, live_server)
    measure(page)
    expect(page.get_by_text("Bạn đang cách nhà này 150 m")).to_be_visible()
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("alert").filter(has_text="hãy đo lại, hoặc ghi lý do")).to_be_visible()
    pin = page.get_by_role("button", name="Cửa chính")
    pin.focus()
    pin.press("ArrowUp")
    expect(page.get_by_text("Đã kéo ghim")).to_be_visible()
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("alert").filter(has_text="hãy đo lại, hoặc ghi lý do")).to_be_visible()
    page.get_by_label("Lý do vị trí chưa chính xác").fill("Nhà dưới tán cây")
    page.get_by_role("button", name=DONE).click()
    position = finished(page)["position"]
    assert (position["source"], position["reason"]) == ("map", "Nhà dưới tán cây")


def test_the_reason_of_a_poor_fix_goes_with_it(page: Page, live_server: LiveServer, context: BrowserContext) -> None:
    stand(context, 3, 35)
    open_house(page, live_server)
    measure(page)
    reason = page.get_by_label("Lý do vị trí chưa chính xác")
    reason.fill("Nhà dưới tán cây")
    stand(context, 3, 4)
    page.get_by_role("button", name="Đo lại").click()
    expect(page.get_by_text("Đang đo:")).to_be_visible()
    page.get_by_role("button", name="Dừng, lấy kết quả này").click()
    expect(page.get_by_text("Đã đo: ±4 m")).to_be_visible()
    expect(reason).to_be_hidden()
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    position = finished(page)["position"]
    assert (position["accuracy_m"], position["reason"]) == (4, "")


def test_a_fix_said_to_be_exact_is_marked_and_a_place_in_the_sea_is_not_taken(
    page: Page, live_server: LiveServer, context: BrowserContext
) -> None:
    stand(context, 30_000, 0)
    open_house(page, live_server, house=NEW)
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("alert").filter(has_text="Nhà mới cần có vị trí")).to_be_visible()
    page.get_by_role("button", name="Đo vị trí").click()
    page.evaluate(FIXED)
    page.get_by_role("button", name="Dừng, lấy kết quả này").click()
    expect(page.get_by_text("Máy báo sai số đúng 0 m")).to_be_visible()
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("alert").filter(has_text="nằm ngoài xã")).to_be_visible()
    expect(page.locator("#done")).to_be_empty()


def test_who_forbids_the_position_is_told_what_to_do(
    page: Page, live_server: LiveServer, context: BrowserContext
) -> None:
    context.clear_permissions()
    open_house(page, live_server)
    page.get_by_role("button", name="Đo vị trí").click()
    expect(page.get_by_text("Trang này chưa được dùng vị trí.")).to_be_visible()


def picture(width: int, height: int) -> bytes:
    """As a phone takes it: with the place in its EXIF."""
    image = Image.effect_noise((width, height), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh của Bí Mật"
    exif.get_ifd(0x8825).update({1: "N", 2: (19.0, 40.0, 0.0), 3: "E", 4: (105.0, 48.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photo_becomes_small_and_nameless_and_is_named_by_its_hash(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    taken = tmp_path / "cua.jpg"
    taken.write_bytes(picture(2400, 1800))
    assert b"Exif" in taken.read_bytes()
    open_house(page, live_server)
    page.get_by_label("Chụp ảnh").set_input_files(taken)
    expect(page.get_by_text("1 ảnh,")).to_be_visible()
    page.get_by_label("Chụp ảnh").set_input_files(taken)
    expect(page.get_by_text("Ảnh “cua.jpg” đã có trong nhà này.")).to_be_visible()
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    draft = finished(page)
    [sha256] = draft["answers"]["photos"]
    assert page.evaluate("window.keeping.photos.all().then((all) => all.map((photo) => 'bytes' in photo))") == [False]
    stored = base64.b64decode(page.evaluate(STORED, sha256))
    assert hashlib.sha256(stored).hexdigest() == sha256
    assert draft["photos"] == [{"sha256": sha256, "question": "photos", "size": len(stored)}]
    image = Image.open(io.BytesIO(stored))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1600, 1200), {})
    assert b"M\xc3\xa1y" not in stored


def test_what_is_no_photo_and_what_is_too_heavy_is_named_and_the_rest_stays(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    names = ("tot.jpg", "hong.jpg", "nang.jpg")
    good, broken, heavy = (tmp_path / name for name in names)
    good.write_bytes(picture(300, 200))
    broken.write_bytes(b"khong phai anh" * 50)
    heavy.write_bytes(b"\xff\xd8" + bytes(40_000_000))
    open_house(page, live_server)
    page.get_by_label("Chọn ảnh có sẵn").set_input_files([good, broken, heavy])
    expect(page.get_by_text("“hong.jpg” không phải ảnh mà máy này đọc được")).to_be_visible()
    expect(page.get_by_text("Ảnh “nang.jpg” nặng 40 MB; nhiều nhất là 30 MB.")).to_be_visible()
    expect(page.get_by_text("1 ảnh,")).to_be_visible()
    page.get_by_role("button", name="Bỏ ảnh 1").click()
    expect(page.get_by_role("img", name="Ảnh 1")).to_have_count(0)
