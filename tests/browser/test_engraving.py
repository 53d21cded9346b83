"""The SVG of a plate as a browser draws it: it looks like the press's PDF, and two readers read its symbols."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from households.plates.engraving import plate_svgs
from households.plates.shipped import NAMES, shipped_designs
from mapping.printing.sheet import SHEETS, one_plate_page
from tests.households.plate_faces import FONTS, face, printed

DPI = 150
BARE = one_plate_page("bare", 200, 150, bleed=0, room=0)
"""A page that is the plate and nothing else."""


def drawn(browser: Browser, svg: str, folder: Path) -> Image.Image:
    """The SVG in its true size at 150 dots an inch, in grey."""
    file = folder / "plate.svg"
    file.write_text(svg, encoding="utf-8")
    context = browser.new_context(viewport={"width": 756, "height": 567}, device_scale_factor=DPI / 96)
    try:
        page = context.new_page()
        page.goto(file.as_uri())
        return Image.open(io.BytesIO(page.screenshot())).convert("L")
    finally:
        context.close()


def by_zbar(file: Path) -> set[str]:
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)]
    return set(subprocess.run(command, capture_output=True, text=True, check=False).stdout.split())


@pytest.mark.parametrize("name", NAMES)
def test_an_engraved_plate_looks_like_the_printed_one_and_two_readers_read_it(
    name: str, browser: Browser, tmp_path: Path
) -> None:
    design, plates = shipped_designs()[name], [face(0, number="12/5A"), face(1, number="")]
    for plate, svg in plate_svgs(plates, design=design, sheet=SHEETS["factory-200x150"], fonts=FONTS):
        picture = drawn(browser, svg, tmp_path)
        assert picture.size == (1181, 886)  # 200 × 150 mm

        expected = {plate.url, plate.maps_url} if design.shows_map else {plate.url}
        formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        assert {found.text for found in zxingcpp.read_barcodes(np.array(picture), formats=formats)} == expected
        picture.save(tmp_path / "plate.png")
        assert by_zbar(tmp_path / "plate.png") == expected

        with pypdfium2.PdfDocument(printed([plate], design, BARE)) as opened:
            pressed = opened[0].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
        apart = np.abs(np.array(pressed.resize(picture.size), dtype=int) - np.array(picture, dtype=int))
        assert (apart > 96).mean() < 0.01  # edges are smoothed a little differently, and no letter stands elsewhere
