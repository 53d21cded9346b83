"""What an engraver gets: SVGs made of outlines alone, in a zip, and a table of all that differs."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.plates.design import Box, Picture, PlateFace
from households.plates.drawing import ModulesTooSmall, Overflow, UnprintableCharacter
from households.plates.engraving import plate_svgs, svg_name, write_svg_zip
from households.plates.shipped import CUSTOMARY, NAMES, shipped_designs
from households.plates.variable_data import write_variable_data
from mapping.printing.raster import Raster
from mapping.printing.sheet import A4_PLATES, SHEETS, Sheet
from mapping.printing.svg_drawing import SvgDrawing, UnknownOperator
from tests.households.plate_faces import FONTS, face

SVG = "{http://www.w3.org/2000/svg}"


def svg_of(design: str = CUSTOMARY, sheet: Sheet = A4_PLATES, **options: Any) -> str:
    plate = options.pop("face", face(0))
    ((_, svg),) = plate_svgs([plate], design=shipped_designs()[design], sheet=sheet, fonts=FONTS, **options)
    return svg


def zipped(faces: list[PlateFace], **options: Any) -> bytes:
    out = io.BytesIO()
    count = write_svg_zip(
        out, iter(faces), design=shipped_designs()[CUSTOMARY], sheet=A4_PLATES, fonts=FONTS, **options
    )
    assert count == len(faces)
    return out.getvalue()


def rings_of(svg: str) -> list[tuple[int, int, int]]:
    """Where each ring of each path begins, and how many steps it has, whatever path it is part of."""
    found = []
    for data in re.findall(r' d="([^"]*)"', svg):
        x = y = 0
        for ring in data.split("z")[:-1]:
            (dx, dy), steps = re.match(r"m(-?\d+) ?(-?\d+)", ring).groups(), re.findall("[a-z]", ring)
            x, y = x + int(dx), y + int(dy)
            found.append((x, y, len(steps)))
    return sorted(found)


@pytest.mark.parametrize("design", NAMES)
def test_all_texts_and_symbols_are_outlines_in_the_true_size_of_the_plate(design: str) -> None:
    root = ElementTree.fromstring(svg_of(design, SHEETS["factory-200x150"]))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("200mm", "150mm", "0 0 20000 15000")
    assert {element.tag for element in root} == {f"{SVG}title", f"{SVG}path"}
    assert not any(element.get("transform") or element.get("stroke") for element in root)
    ground = root.find(f"{SVG}path")
    assert ground is not None and ground.get("d") == "m0 15000h20000v-15000h-20000z"
    assert root.findtext(f"{SVG}title") == "12 · Ngõ 3 đường Lê Lợi · 123-456-786"


def test_names_that_mean_something_to_a_browser_are_only_text() -> None:
    svg = svg_of(face=face(0, street='Ngõ <script>alert("1")</script> & Đình'))
    root = ElementTree.fromstring(svg)
    assert "<script>" not in svg and "<script>" in (root.findtext(f"{SVG}title") or "")


def test_a_proof_keeps_its_words_off_the_symbol() -> None:
    root = ElementTree.fromstring(svg_of(proof=True))
    clip = root.find(f"{SVG}clipPath")
    assert clip is not None and clip[0].get("clip-rule") == "evenodd"
    clipped = [path for path in root.iter(f"{SVG}path") if path.get("clip-path") == f"url(#{clip.get('id')})"]
    assert len(clipped) > 10
    assert "clip-path" not in svg_of()


def test_an_emblem_stands_in_its_box_with_what_can_be_seen_through() -> None:
    emblem = Raster(2, 1, bytes([255, 0, 0, 0, 255, 0]), bytes([255, 0]))
    design = replace(shipped_designs()[CUSTOMARY], pictures=(Picture("sen", Box(10, 40, 20, 20), emblem),))
    ((_, svg),) = plate_svgs([face(0)], design=design, sheet=A4_PLATES, fonts=FONTS)
    image = ElementTree.fromstring(svg).find(f"{SVG}image")
    assert image is not None
    assert [image.get(name) for name in ("x", "y", "width", "height")] == ["1000", "1000", "2000", "1000"]
    assert (image.get("{http://www.w3.org/1999/xlink}href") or "").startswith("data:image/png;base64,")


def test_letters_beyond_the_first_two_hundred_and_fifty_five_are_drawn_too() -> None:
    letters = "".join(chr(code) for code in range(0x21, 0x250) if FONTS.bold.has(chr(code)))
    faces = [face(index, street=letters[start : start + 12]) for index, start in enumerate(range(0, len(letters), 12))]
    svgs = [svg for _, svg in plate_svgs(faces, design=shipped_designs()[CUSTOMARY], sheet=A4_PLATES, fonts=FONTS)]
    drawn = {plate.token: rings_of(svg) for plate, svg in zip(faces, svgs, strict=True)}
    for plate in faces:  # which code of which font a letter got does not show
        assert drawn[plate.token] == rings_of(svg_of(face=plate))


def test_texts_that_do_not_fit_and_plates_that_cannot_be_drawn_are_told_of_as_by_the_press() -> None:
    told: list[Overflow] = []
    svg_of(face=face(0, street="Đường " * 30), on_overflow=told.append)
    assert [(one.field, one.face.token) for one in told] == [("headline", face(0).token)]
    with pytest.raises(UnprintableCharacter):
        svg_of(face=face(0, street="Ngõ 漢"))
    with pytest.raises(ModulesTooSmall):
        svg_of(face=face(0, url="https://sonha.vn/" + "A" * 400))


def test_the_zip_has_one_file_a_plate_named_by_place_number_and_code() -> None:
    faces = [face(0, number="12/5A"), face(1, number=""), face(2, number="Số 7 Đ")]
    with zipfile.ZipFile(io.BytesIO(zipped(faces))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["00001-12-5a-123456786.svg", "00002-123456786.svg", "00003-so-7-d-123456786.svg"]
        for name, plate in zip(archive.namelist(), faces, strict=True):
            assert archive.read(name).decode() == svg_of(face=plate)


def test_the_same_plates_give_the_same_zip_and_progress_is_told() -> None:
    faces = [face(index % 100, number=str(index)) for index in range(120)]
    told: list[int] = []
    assert zipped(faces, on_progress=told.append) == zipped(faces)
    assert told == [50, 100, 120]
    assert zipped([]) == zipped([])


def test_the_zip_is_written_as_it_is_made() -> None:
    class Pipe(io.RawIOBase):
        """What can be written to and nothing else."""

        written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.written += bytes(data)
            return len(data)

    pipe, grown = Pipe(), []
    faces = (face(index % 100) for index in range(120))
    write_svg_zip(
        pipe, faces, design=shipped_designs()[CUSTOMARY], sheet=A4_PLATES, fonts=FONTS,
        on_progress=lambda done: grown.append(len(pipe.written)),
    )  # fmt: skip
    assert 0 < grown[0] < grown[1] < grown[2]
    with zipfile.ZipFile(io.BytesIO(pipe.written)) as archive:
        assert len(archive.namelist()) == 120 and archive.testzip() is None


@given(st.integers(1, 10**6), st.text(max_size=40), st.text(max_size=40))
def test_a_name_is_plain_whatever_the_number_is(serial: int, number: str, street: str) -> None:
    for plate in (face(0, number=number), face(0, number=number, house_code="", street=street)):
        name = svg_name(serial, plate)
        assert re.fullmatch(r"\d{5,}(-[a-z0-9]+)*\.svg", name) and int(name.split("-")[0].split(".")[0]) == serial


def test_an_operator_that_nobody_foresaw_is_no_silent_gap() -> None:
    with pytest.raises(UnknownOperator, match="sh"):
        SvgDrawing({}, {}, {}).elements(b"0 0 1 1 re f /S0 sh", (1, 0, 0, 1, 0, 0))


def test_the_table_has_a_row_for_each_plate_and_guards_what_looks_like_a_formula() -> None:
    out, told = io.BytesIO(), []
    faces = [face(0, number="12/5"), face(1, number="", street="=HYPERLINK(1)", village="@xa")]
    assert write_variable_data(out, iter(faces), told.append) == 2
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    assert told == [2]
    assert rows[0] == {
        "Số thứ tự": "1",
        "Số nhà": "12/5",
        "Đường, ngõ": "Ngõ 3 đường Lê Lợi",
        "Thôn": "Thôn Trung Đình",
        "Xã": "Xã Quảng Bình",
        "Tỉnh": "Tỉnh Thanh Hóa",
        "Mã nhà": "123-456-786",
        "Plus Code": "7PH7MRC6+XJH",
        "Mã biển": "7K3M9QXT2W00",
        "Địa chỉ trang": faces[0].host,
        "Nội dung mã QR": faces[0].url,
        "Mã QR bản đồ": faces[0].maps_url,
        "Các số nhà trong ngõ": "1 – 45",
        "Tệp SVG": "00001-12-5-123456786.svg",
    }
    assert (rows[1]["Đường, ngõ"], rows[1]["Thôn"]) == ("'=HYPERLINK(1)", "'@xa")
    with zipfile.ZipFile(io.BytesIO(zipped(faces))) as archive:
        assert [row["Tệp SVG"] for row in rows] == archive.namelist()
