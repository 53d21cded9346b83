"""Designs as data: what is wrong is said by line and column, what is right is drawn as it was meant."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import jsonschema_rs  # comes with schemathesis
import numpy as np
import pypdfium2
import pytest
from django.conf import settings
from PIL import Image

from households.plates.cautions import cautions
from households.plates.design import QR_TEXTS, SOURCES, PlateFace
from households.plates.design_reading import DesignProblems, Problem, emblems_of, read_design
from households.plates.design_schema import json_schema
from households.plates.drawing import NothingToEncode, Overflow, write_plates
from households.plates.overflowing import overflowing
from households.plates.shipped import CUSTOMARY, NAMES, shipped_designs, source_of
from mapping.printing.raster import NotAPicture, Raster, read_png
from mapping.printing.sheet import A4_PLATES, SHEETS, Sheet
from tests.households.plate_faces import FONTS, HOST, face, printed

BLUE = (10, 46, 110)  # as near as the two decimals of a PDF come
LABELS, FACTORY = SHEETS["a4-3x8"], SHEETS["factory-200x150"]


def problems(text: str, **circumstances: Any) -> list[Problem]:
    with pytest.raises(DesignProblems) as refusal:
        read_design(text, **circumstances)
    return list(refusal.value.problems)


def changed(change: Callable[[dict[str, Any]], object], name: str = CUSTOMARY) -> str:
    """The text of a shipped design after a change."""
    members = json.loads(source_of(name))
    change(members)
    return json.dumps(members, ensure_ascii=False, indent=1)


def pixels(content: bytes, dpi: float = 150) -> np.ndarray:
    with pypdfium2.PdfDocument(content) as opened:
        return opened[0].render(scale=dpi / 72, rev_byteorder=True).to_numpy().copy()


def at(image: np.ndarray, sheet: Sheet, x: float, y: float, dpi: float = 150) -> tuple[int, int, int]:
    """The colour of a point in millimetres from the lower left corner of the page."""
    row, column = round((sheet.page_height - y) * dpi / 25.4), round(x * dpi / 25.4)
    red, green, blue = image[row, column][:3]
    return int(red), int(green), int(blue)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_designs_are_right_for_the_schema_that_is_published_and_named_as_their_files(name):
    jsonschema_rs.validate(json_schema(), json.loads(source_of(name)))
    assert shipped_designs()[name].name == name
    read_design(source_of(name), host="diachi.quangbinh.thanhhoa.gov.vn", fonts=FONTS)


def test_the_design_that_the_documents_show_is_one():
    documented = (settings.BASE_DIR / "docs/plates.md").read_text().split("## Designs\n")[1]
    text = documented.split("```json\n")[1].split("```")[0]
    design = read_design(text, {"bieu-trung": emblem()}, host=HOST, sheet=A4_PLATES, fonts=FONTS)
    assert [picture.emblem for picture in design.pictures] == ["bieu-trung"]
    assert all(f"`{name}`" in documented for name in (*NAMES, *SOURCES, *QR_TEXTS))


def test_where_the_grammar_fails_is_said_by_line_and_column():
    text = '{\n  "name": "a",\n  "title": "b"\n  "width": 95\n}'
    (problem,) = problems(text)
    assert (problem.line, problem.column) == (4, 3)
    assert "dấu phẩy" in problem.sentence
    (problem,) = problems('{"name": "a",\n "name": "b"}')
    assert (problem.line, problem.column) == (2, 2) and "hai lần" in problem.sentence
    (problem,) = problems('{"width": NaN}')
    assert (problem.line, problem.column) == (1, 11)
    (problem,) = problems("[" * 100_000)
    assert "lồng nhau" in problem.sentence
    assert "100 000" in problems(" " * 100_001)[0].sentence
    assert problems("")[0].line == 1


def test_an_unknown_field_is_named_with_the_one_that_was_meant():
    text = source_of(CUSTOMARY).replace('{"field": "number"', '{"field": "numbr"')
    (problem,) = problems(text)
    line = next(place for place, words in enumerate(text.split("\n"), 1) if '"numbr"' in words)
    assert problem.line == line
    assert text.split("\n")[line - 1][problem.column - 1 :].startswith('"numbr"')
    assert problem.path == "numbered.fields[2].texts[0].field"
    assert "“numbr”" in problem.sentence and "“number”" in problem.sentence


def test_an_unknown_member_is_pointed_at_by_its_name():
    text = source_of(CUSTOMARY).replace('"anchor": "top"}', '"ancor": "top"}', 1)
    (problem,) = problems(text)
    assert text.split("\n")[problem.line - 1][problem.column - 1 :].startswith('"ancor"')
    assert "“anchor”" in problem.sentence


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (lambda d: d.pop("width"), "width", "Thiếu mục “width”"),
        (lambda d: d.update(width="95"), "width", "phải là một số"),
        (lambda d: d.update(width=9500), "width", "nhiều nhất là 1200"),
        (lambda d: d.update(ground="blue"), "ground", "#0b2f6e"),
        (lambda d: d.update(name="Biển Xanh"), "name", "chữ thường không dấu"),
        (lambda d: d.update(styles=[]), "styles", "ngoặc nhọn"),
        (lambda d: d["styles"]["host"].update(size=[3, 8]), "styles.host.size[0]", "ít nhất là 4"),
        (lambda d: d["styles"]["host"].update(size=[9, 8]), "styles.host.size", "Cỡ nhỏ nhất đứng trước"),
        (lambda d: d["styles"]["host"].update(comfortable=40), "styles.host.comfortable", "nằm giữa"),
        (lambda d: d["styles"].pop("host"), "numbered.fields[1].texts[0].style", "“host”"),
        (lambda d: d["numbered"]["fields"][0].update(box=[1, 2, 3]), "numbered.fields[0].box[3]", "thiếu một số"),
        (lambda d: d["numbered"]["fields"][0].update(box=[6, 50, 200, 5]), "numbered.fields[0].box", "vượt ra ngoài"),
        (lambda d: d["numbered"]["labels"][0].update(text="漢"), "numbered.labels[0].text", "không có ký tự “漢”"),
        (lambda d: d["numbered"]["labels"][0].update(text="MÃ NHÀ " * 20), "numbered.labels[0].box", "không vừa ô"),
        (lambda d: d["styles"]["street"].update(colour="#0b2f70"), "numbered.fields[3].texts[0].style", "màu nền"),
        (lambda d: d["styles"]["street"].update(size=[60, 70], comfortable=60), "", "ô chỉ cao"),
        (lambda d: d.update(qr=[]), "qr", "ít nhất 1"),
        (lambda d: d["qr"][0].update(what="maps"), "qr", "“record”"),
        (lambda d: d["qr"][0].update(level="L"), "qr[0].level", "Q, H"),
        (lambda d: d["qr"][0]["patch"].update(colour="#c0c0c0"), "qr[0].patch", "để nền trắng"),
        (lambda d: d.update(ink="#d0d0d0"), "ink", "sẫm trên nền trắng"),
        (lambda d: d["qr"][0]["patch"].update(radius=9), "qr[0].patch", "bốn góc"),
        (lambda d: d["qr"][0].update(square=[53.5, 20, 35]), "qr[0].square", "vùng trắng"),
        (lambda d: d["qr"][0].update(square=[53.5, 23.5, 15]), "qr[0].square", "0,396 mm"),
        (lambda d: d.update(border={"inset": 20, "width": 10, "radius": 30}), "border", "nửa cạnh ngắn"),
        (lambda d: d.update(images=[{"emblem": "quoc-huy", "box": [6, 40, 9, 9]}]), "images[0].emblem", "quoc-huy"),
        (lambda d: d["watermark"].update(step=0), "watermark.step", "ít nhất là 3"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_place_and_the_reason(change, path, words):
    text = changed(change)
    found = problems(text, host=HOST, fonts=FONTS)
    assert any(problem.path.startswith(path) and words in problem.sentence for problem in found), found
    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in found)
    assert found == sorted(found, key=lambda problem: (problem.line, problem.column))


def test_a_symbol_is_judged_by_the_longest_address_of_the_host_at_the_size_it_is_printed():
    text = changed(lambda d: d["qr"][0].update(square=[54, 24, 31.5]))
    read_design(text, host="a.vn", sheet=LABELS)
    found = problems(text, host="so-nha.uy-ban-nhan-dan-xa-quang-binh.thanhhoa.gov.vn", sheet=LABELS)
    assert found[0].path == "qr[0].square" and "0,396" in found[0].sentence
    read_design(text, host="so-nha.uy-ban-nhan-dan-xa-quang-binh.thanhhoa.gov.vn", sheet=A4_PLATES)
    needed = float(re.search(r"ít nhất (\d+,\d) mm thay", found[0].sentence).group(1).replace(",", "."))  # type: ignore[union-attr]
    assert 31.5 < needed < 40


def test_the_reason_of_a_refusal_stands_in_one_sentence_for_whoever_did_not_write_the_design():
    with pytest.raises(DesignProblems, match=r"dòng 6, cột 2: Không có mục “wide”"):
        read_design(source_of(CUSTOMARY).replace('"height": 65,', '"height": 65,\n "wide": 65,'))


def test_a_map_code_is_said_to_be_beyond_recall_and_not_on_the_plate():
    design = shipped_designs()["two-codes"]
    (said,) = cautions(design)
    assert "không thu hồi được" in said
    assert cautions(shipped_designs()[CUSTOMARY]) == []
    assert "thu hồi" not in source_of("two-codes")
    with pytest.raises(NothingToEncode) as refusal:
        printed([face(), face(1, maps_url="")], design)
    assert (refusal.value.what, refusal.value.face.token) == ("maps", face(1).token)


def test_a_plate_fills_its_cell_and_its_ground_the_bleed():
    image = pixels(printed([face()], shipped_designs()[CUSTOMARY], FACTORY))
    cell = FACTORY.cell(0)
    for x, y in ((cell.x - 2.5, cell.y - 2.5), (cell.x + cell.width + 2.5, cell.y + cell.height + 2.5)):
        assert at(image, FACTORY, x, y) == BLUE
    assert at(image, FACTORY, cell.x - 3.5, cell.y + 50) == (255, 255, 255)
    # The border follows the cell, whose proportions are not the design's: 2.1 to 2.9 mm of it, in 200 / 95 the size.
    scale = 200 / 95
    for y in (cell.y + 2.5 * scale, cell.y + cell.height - 2.5 * scale):
        assert at(image, FACTORY, cell.x + 100, y) == (255, 255, 255)
    assert at(image, FACTORY, cell.x + 2.5 * scale, cell.y + 75) == (255, 255, 255)


def test_copies_stand_beside_each_other_and_are_counted():
    told: list[int] = []
    out = io.BytesIO()
    design = shipped_designs()[CUSTOMARY]
    written = write_plates(
        out, [face(0), face(1), face(2)], design=design, sheet=A4_PLATES, fonts=FONTS, copies=3, on_progress=told.append
    )
    assert (written.plates, written.pages, told) == (9, 2, [8, 9])
    with pypdfium2.PdfDocument(out.getvalue()) as opened:
        words = [opened[page].get_textpage().get_text_range() for page in range(2)]
    assert [words[0].count(f"2W0{index}") for index in range(3)] == [3, 3, 2]
    assert words[1].count("2W02") == 1


def emblem() -> Raster:
    """A red disc that can be seen through around it."""
    picture = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    y, x = np.mgrid[:60, :60]
    inside = (x - 30) ** 2 + (y - 30) ** 2 < 28**2
    drawn = np.array(picture)
    drawn[inside] = (218, 37, 29, 255)
    content = io.BytesIO()
    Image.fromarray(drawn).save(content, "PNG")
    return read_png(content.getvalue())


def test_an_emblem_is_drawn_once_for_all_plates_and_seen_through_where_it_is_clear():
    text = changed(lambda d: d.update(images=[{"emblem": "quoc-huy", "box": [38, 44, 12, 10]}]))
    assert emblems_of(text) == ["quoc-huy"]
    design = read_design(text, {"quoc-huy": emblem()})
    content = printed([face(index) for index in range(8)], design)
    assert content.count(b"/Subtype /Image") == 2  # the picture and what can be seen through
    image = pixels(content)
    for index in (0, 7):
        cell = A4_PLATES.cell(index)
        assert at(image, A4_PLATES, cell.x + 44, cell.y + 49) == (218, 37, 29)
        assert at(image, A4_PLATES, cell.x + 39.4, cell.y + 44.4) == BLUE  # a corner of it
    assert printed([face()], design) == printed([face()], read_design(text, {"quoc-huy": emblem()}))
    with pytest.raises(NotAPicture):
        read_png(b"<svg/>")


LONG = "Ngõ Nguyễn Thị Minh Khai kéo dài qua khu dân cư Đồng Cổng Chùa Làng Phương Hạ Thượng Trung " * 2


def test_texts_that_fit_at_no_size_are_listed_with_their_plate():
    faces = [face(0), face(1, street=LONG), face(2, number="W" * 40), face(3)]
    design = shipped_designs()[CUSTOMARY]
    listed = list(overflowing(faces, design, A4_PLATES, FONTS))
    assert [(one.face.token[-1], one.field) for one in listed] == [("1", "headline"), ("2", "number")]
    assert listed[0].text == LONG
    told: list[Overflow] = []
    printed(faces, design, on_overflow=told.append, copies=2)
    assert told == listed
    assert list(overflowing([face(0), face(3)], design, LABELS, FONTS)) == []


def test_words_that_all_plates_share_are_listed_for_each_of_them():
    def everywhere(index: int) -> PlateFace:
        return face(index, commune="Xã " + "Quảng Bình Thượng Trung Hạ " * 9)

    told: list[Overflow] = []
    printed([everywhere(0), everywhere(1)], shipped_designs()[CUSTOMARY], on_overflow=told.append)
    assert [(one.face.token[-1], one.field) for one in told] == [("0", "commune_province"), ("1", "commune_province")]


def test_type_that_a_label_makes_unreadable_counts_as_not_fitting():
    street = "Ngõ Nguyễn Thị Minh Khai Trần Hưng Đạo Đồng Cổng Chùa"
    text = changed(lambda d: d["styles"]["street"].update(size=[4, 12.5], narrowest=1, lines=1))
    design = read_design(text)
    assert not list(overflowing([face(street=street)], design, SHEETS["a3-board"], FONTS))
    assert [one.field for one in overflowing([face(street=street)], design, LABELS, FONTS)] == ["headline"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_plates_of_a_design_are_the_same_bytes(name):
    faces = [face(index, number=str(index % 3 or "")) for index in range(30)]
    first = printed(faces, shipped_designs()[name], FACTORY, proof=True, title="Biển")
    again = read_design(source_of(name))
    assert printed(iter(faces), again, FACTORY, proof=True, title="Biển") == first
