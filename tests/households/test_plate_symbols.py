"""Every symbol of every shipped design, on every shipped sheet, as two readers that are not ours see it."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from households.plates.design import PlateDesign
from households.plates.design_reading import DesignProblems, read_design
from households.plates.placing import place, symbol_boxes, symbol_place
from households.plates.preview import first_page_png
from households.plates.shipped import NAMES, shipped_designs, source_of
from mapping.printing import qr
from mapping.printing.sheet import A4_PLATES, SHEETS, Sheet
from tests.households.plate_faces import FONTS, HOST, face, printed

DPI = 150
DOTS_A_MM = DPI / 25.4
TOO_SMALL = {("alley-board", "a4-3x8")}
"""The sign of an alley holds a long address, and a label is no sign."""


def page(content: bytes) -> np.ndarray:
    with pypdfium2.PdfDocument(content) as opened:
        rendered = opened[0].render(scale=DPI / 72, grayscale=True).to_numpy()
    return rendered.reshape(rendered.shape[:2])


def by_zxing(picture: np.ndarray) -> list[str]:
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [found.text for found in zxingcpp.read_barcodes(np.ascontiguousarray(picture), formats=formats)]


def by_zbar(pictures: list[np.ndarray], folder: Path) -> list[str]:
    """What zbar reads, one text a picture."""
    files = []
    for number, picture in enumerate(pictures):
        files.append(folder / f"{number:03d}.png")
        Image.fromarray(picture).save(files[-1])
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()


def cut_out(picture: np.ndarray, sheet: Sheet, design: PlateDesign, plates: int) -> list[tuple[str, np.ndarray]]:
    """The square of each symbol: what it should hold and its pixels, plate by plate."""
    squares = []
    for index in range(plates):
        for what, box in symbol_boxes(design, sheet, sheet.cell(index)):
            top = round((sheet.page_height - box.y - box.height) * DOTS_A_MM)
            left, side = round(box.x * DOTS_A_MM), round(box.width * DOTS_A_MM)
            squares.append((what, picture[top : top + side, left : left + side]))
    return squares


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=list(SHEETS))
@pytest.mark.parametrize("name", NAMES)
def test_two_readers_read_every_symbol_of_each_design_on_each_sheet(name, sheet, tmp_path):
    if (name, sheet.name) in TOO_SMALL:
        with pytest.raises(DesignProblems, match="0,396 mm"):
            read_design(source_of(name), host=HOST, sheet=sheet, fonts=FONTS)
        return
    design = read_design(source_of(name), host=HOST, sheet=sheet, fonts=FONTS)
    faces = [face(index, number="" if index % 3 == 2 else str(index)) for index in range(min(6, sheet.cells))]
    if design.subject == "alley":
        url = f"https://{HOST}/alley/0199a5b1-7c6e-7d3a-9d55-3f0b6f7d2{{:03d}}/"
        faces = [face(index, number="", url=url.format(index)) for index in range(len(faces))]
    picture = page(printed(faces, design, sheet))
    squares = cut_out(picture, sheet, design, len(faces))
    expected = [
        one.url if what == "record" else one.maps_url
        for one in faces
        for what, _ in symbol_boxes(design, sheet, sheet.cell(0))
    ]
    assert [by_zxing(square) for _, square in squares] == [[text] for text in expected]
    assert sorted(by_zxing(picture)) == sorted(expected)
    if shutil.which("zbarimg") is None:
        pytest.skip("zbar is not installed")
    assert by_zbar([square for _, square in squares], tmp_path) == expected


@pytest.mark.parametrize("sheet", [A4_PLATES, SHEETS["factory-200x150"]], ids=lambda sheet: sheet.name)
def test_an_h_level_plate_is_read_with_a_patch_over_fifteen_percent_of_its_symbol(sheet):
    """A hundred patches, each in a place of its own, clear of the finder patterns; as black, white and grey as dirt."""
    design = shipped_designs()["white-qr"]
    (box,) = design.qrs
    assert box.level == "H"
    one = face()
    size = qr.symbol_size(one.url, "H")
    scale = place(design, sheet).scale
    module, left, top = symbol_place(box, size)
    corner_x, corner_y = place(design, sheet).corner(sheet.cell(0))
    picture = page(printed([one], design, sheet))
    dots = module * scale * DOTS_A_MM
    west = (corner_x + left * scale) * DOTS_A_MM
    north = (sheet.page_height - corner_y - top * scale) * DOTS_A_MM
    side = (0.15 * size * size) ** 0.5
    clear = qr.FINDER_SIZE + 1  # with the light line around it
    chance = random.Random(20_251_127)
    read = tried = 0
    while tried < 100:
        x, y = chance.uniform(0, size - side), chance.uniform(0, size - side)
        corners = ((0, 0), (size - clear, 0), (0, size - clear))
        if any(x < cx + clear and cx < x + side and y < cy + clear and cy < y + side for cx, cy in corners):
            continue
        tried += 1
        dirty = picture.copy()
        rows = slice(round(north + y * dots), round(north + (y + side) * dots))
        columns = slice(round(west + x * dots), round(west + (x + side) * dots))
        dirty[rows, columns] = chance.choice((0, 128, 255))
        read += by_zxing(dirty) == [one.url]
    assert read == 100


def test_a_preview_is_a_picture_of_the_first_page():
    faces = [face(index) for index in range(20)]
    png = first_page_png(shipped_designs()["two-codes"], A4_PLATES, faces, FONTS, 150)
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (1241, 1754) and picture.format == "PNG"
        texts = by_zxing(np.asarray(picture.convert("L")))
    assert set(texts) == {one.url for one in faces[:8]} | {one.maps_url for one in faces[:8]}
