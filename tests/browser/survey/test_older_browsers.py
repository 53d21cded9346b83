"""What a browser of a few years ago lacks, taken away from today's: photos are kept all the same."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import PHONE
from tests.browser.survey.house_stage import finished, open_house
from tests.browser.survey.test_house_position import DONE, STORED

NO_OPTIONS = """
  const today = window.createImageBitmap;
  window.createImageBitmap = (picture, ...more) => (more.length === 0 ? today(picture) : Promise.reject(
    new TypeError("Type error"))); // as Safari before 17.2 and Chrome before 112 say of imageOrientation: "from-image"
"""


@pytest.fixture(autouse=True)
def older(page: Page) -> None:
    """A phone whose browser knows no options of createImageBitmap."""
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.add_init_script(NO_OPTIONS)


def lying(path: Path) -> Path:
    """A picture as a phone held upright writes it: on its side, red above blue only once it is turned by its EXIF."""
    image = Image.new("RGB", (800, 600), "red")
    image.paste((0, 0, 255), (400, 0, 800, 600))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    image.save(path, "JPEG", exif=exif)
    return path


def test_a_photo_is_kept_upright(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    open_house(page, live_server)
    page.get_by_label("Chọn ảnh có sẵn").set_input_files(lying(tmp_path / "cong.jpg"))
    expect(page.get_by_text("1 ảnh,")).to_be_visible()
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    [sha256] = finished(page)["answers"]["photos"]
    image = Image.open(io.BytesIO(base64.b64decode(page.evaluate(STORED, sha256)))).convert("RGB")
    assert image.size == (600, 800)
    above, below = image.getpixel((300, 100)), image.getpixel((300, 700))
    assert isinstance(above, tuple)
    assert isinstance(below, tuple)
    assert (above[0] > 200, above[2] < 60, below[0] < 60, below[2] > 200) == (True, True, True, True)


def test_what_is_no_photo_is_named_and_the_rest_stays(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    broken = tmp_path / "hong.jpg"
    broken.write_bytes(b"khong phai anh" * 50)
    open_house(page, live_server)
    page.get_by_label("Chọn ảnh có sẵn").set_input_files([lying(tmp_path / "tot.jpg"), broken])
    expect(page.get_by_text("“hong.jpg” không phải ảnh mà máy này đọc được")).to_be_visible()
    expect(page.get_by_text("1 ảnh,")).to_be_visible()
