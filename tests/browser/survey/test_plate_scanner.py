"""A plate before the camera opens its house: the reader comes from our own files, and only when it is needed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import BrowserType, Page, expect
from pytest_django.live_server_helper import LiveServer

from households import codes
from households.survey.form_words import form_words
from households.survey.plate_keys import plate_key
from tests.browser.conftest import PHONE
from tests.browser.survey.house_stage import HOUSE, LAT, LNG, NONCE, POLICY

_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Quét</title>
<link rel="stylesheet" href="/static/css/sonha.css"><link rel="stylesheet" href="/static/css/survey.css"></head>
<body class="survey"><p id="found"></p><script nonce="NONCE" type="module">
import { Scanner } from "/static/js/survey/scanner.js";
const load = (name) => new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.nonce = "NONCE";
  script.src = "/static/vendor/zxing/" + name;
  script.onload = resolve;
  script.onerror = reject;
  document.head.append(script);
});
const place = "/static/vendor/zxing/";
const files = { "index.js": place + "index.js", "zxing_reader.wasm": place + "zxing_reader.wasm" };
const houses = [{ house: "HOUSE", code: "123456780", lng: LNG, lat: LAT }];
const found = (row) => { document.getElementById("found").textContent = row.house; };
const plates = HUNG && new Map(HUNG);
new Scanner({ houses, plates, words: WORDS, load, files, found }).run();
</script></body></html>"""


def film(path: Path, text: str) -> None:
    """One picture of a plate's symbol as a camera gives it: turned a little to grey, beside the middle."""
    symbol = np.asarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    grey = np.full((480, 640), 150, np.uint8)
    height, width = symbol.shape
    grey[60 : 60 + height + 40, 200 : 200 + width + 40] = 220
    grey[80 : 80 + height, 220 : 220 + width] = np.where(symbol > 127, 220, 40)
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n")
        for _ in range(3):
            file.write(b"FRAME\n" + grey.tobytes() + bytes([128]) * (320 * 240 * 2))


def set_up(page: Page, live_server: LiveServer, plates: list[tuple[str, str]] | None = None) -> None:
    """Put the page with the scanner in the way of an address of the server; `plates` are (key, house) of the packs."""
    words = json.dumps(form_words()).replace("<", "\\u003c")
    body = _PAGE.replace("NONCE", NONCE).replace("HOUSE", HOUSE).replace("LNG", str(LNG)).replace("LAT", str(LAT))
    body = body.replace("HUNG", json.dumps(plates))
    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
    page.route(address_of(live_server), lambda route: route.fulfill(body=body.replace("WORDS", words), headers=headers))


def address_of(live_server: LiveServer) -> str:
    return f"{live_server.url}/survey/stage/"


@pytest.fixture
def camera(browser_type: BrowserType, live_server: LiveServer, tmp_path: Path) -> Iterator[Page]:
    """A phone whose camera sees the plate of the house."""
    plate = codes.plate_url("localhost", codes.new_token(), codes.plus_code(LAT, LNG))
    film(tmp_path / "plate.y4m", plate)
    args = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    args += [f"--use-file-for-fake-video-capture={tmp_path / 'plate.y4m'}"]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = browser_type.launch(executable_path=shutil.which("chromium"), args=[*args, *sandbox])
    page = browser.new_page(viewport={"width": PHONE["width"], "height": PHONE["height"]})
    set_up(page, live_server)
    yield page
    browser.close()


def test_a_plate_before_the_camera_opens_its_house(camera: Page, live_server: LiveServer) -> None:
    asked: list[str] = []
    camera.on("request", lambda request: asked.append(request.url))
    camera.goto(address_of(live_server))
    expect(camera.locator("#found")).to_have_text(HOUSE, timeout=60_000)
    expect(camera.get_by_role("dialog")).to_have_count(0)
    assert all(url.startswith(live_server.url) for url in asked)


def test_the_letters_of_a_plate_open_its_house_and_an_unknown_one_is_asked_about(
    page: Page, live_server: LiveServer
) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    token = codes.new_token()
    set_up(page, live_server, plates=[(plate_key(token), HOUSE)])
    page.goto(address_of(live_server))
    box, find = page.get_by_label("Hoặc gõ mã trên biển, mã nhà"), page.get_by_role("button", name="Tìm")
    box.fill(codes.format_token(codes.new_token()))
    find.click()
    expect(page.get_by_text("không phải của nhà nào trong các thôn đã tải")).to_be_visible()
    box.fill(codes.plate_url("localhost", codes.new_token(), codes.plus_code(LAT, LNG)))
    find.click()
    expect(page.get_by_text("Máy chưa biết biển này")).to_be_visible()
    expect(page.locator("#found")).to_be_empty()
    box.fill(codes.format_token(token).lower())
    find.click()
    expect(page.locator("#found")).to_have_text(HOUSE)


def test_what_stands_on_the_plate_can_be_typed_where_there_is_no_camera(page: Page, live_server: LiveServer) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    set_up(page, live_server)
    page.goto(address_of(live_server))
    expect(page.get_by_text("Chưa dùng được máy ảnh")).to_be_visible()
    box = page.get_by_label("Hoặc gõ mã trên biển, mã nhà")
    box.fill("abc")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_text("Mã này không phải mã biển số nhà")).to_be_visible()
    box.fill("323-456-780")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_text("không phải của nhà nào trong các thôn đã tải")).to_be_visible()
    box.fill("123-456-780")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator("#found")).to_have_text(HOUSE)
