"""The soil card as a file: what stands on it, that its symbol leads to its page, that the same gives the same."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from django.conf import settings

from mapping.printing.fonts import Font, Fonts
from soil_map.bars import bar
from soil_map.cards.content import Card, CardDose, CardValue, DoseLine, Rings, Sketch
from soil_map.cards.drawing import A4_TWO, A5, write_cards
from soil_map.cards.sketch import rings_of, scale_for, within

# The bars of classes can look like a linear code to a reader that is asked for any.
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

URL = "https://sonha.example.vn/soil/samples/01932c4e-7b1a-7c3d-9f00-1a2b3c4d5e6f/?k=ABCDEFGH234567AB"
PH = (("#b2182b", "rất chua"), ("#f4a582", "ít chua"), ("#a6dba0", "trung tính"), ("#5aae61", "kiềm"))


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(Font(settings.FONT_REGULAR), Font(settings.FONT_BOLD))


def square(x: float, y: float, side: float) -> Rings:
    return (((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)),)


def card(**changes: Any) -> Card:
    whole = Card(
        title="Mẫu D0012",
        commune="Xã Quảng Bình, tỉnh Thanh Hóa",
        facts=(("Thửa", "tờ 12 thửa 345, 2.500 m²"), ("Ngày lấy mẫu", "12/03/2025")),
        values=(
            CardValue("Độ chua pH", "pH(KCl)", "5,2", "", bar=bar((4, 6, 7), PH, 5.2)),
            CardValue("Lân dễ tiêu", "Bray II", "8,4", "mg/100 g P₂O₅"),
        ),
        dose=CardDose(
            "Liều bón cho lúa vụ xuân, năng suất 6 tấn/ha",
            (DoseLine("N", "90", "4,5", "15 kg × 6 tấn thóc"),),
            (DoseLine("Đạm urê", "196", "9,8", "3,9 bao 50 kg cho 1 ha"),),
        ),
        sketch=Sketch((500025, 2190025), square(500000, 2190000, 50), ((square(500052, 2190000, 50), "346"),)),
        sources=("Phân cấp theo: Bắc Ninh, 2021 (Độ chua pH).",),
        url=URL,
        printed_on="27/11/2026",
        sao="sào 500 m²",
    )
    return dataclasses.replace(whole, **changes)


def pdf(fonts: Fonts, *cards: Card, sheet: Any = A5) -> bytes:
    out = io.BytesIO()
    assert write_cards(out, cards, fonts, sheet=sheet) == len(cards)
    return out.getvalue()


def text_of(content: bytes, page: int = 0) -> str:
    return str(pypdfium2.PdfDocument(content)[page].get_textpage().get_text_bounded())


def picture(content: bytes, page: int = 0, dpi: int = 150) -> np.ndarray[Any, Any]:
    return np.asarray(pypdfium2.PdfDocument(content)[page].render(scale=dpi / 72).to_pil().convert("RGB"))


def test_a_card_says_its_values_classes_and_doses_in_words_and_in_vietnamese(fonts: Fonts) -> None:
    said = text_of(pdf(fonts, card()))
    for words in (
        "PHIẾU DINH DƯỠNG ĐẤT", "Mẫu D0012", "tờ 12 thửa 345", "5,2", "ít chua", "mg/100 g P₂O₅",
        "chưa có thang phân cấp", "Đạm urê", "kg/sào 500 m²", "4,5", "Bắc Ninh, 2021", "27/11/2026",
    ):  # fmt: skip
        assert words in said, words


def test_it_is_one_page_of_a5_whose_symbol_another_reader_reads(fonts: Fonts) -> None:
    content = pdf(fonts, card())
    document = pypdfium2.PdfDocument(content)
    assert [round(side * 25.4 / 72) for side in document[0].get_size()] == [148, 210]
    assert len(document) == 1
    assert [one.text for one in zxingcpp.read_barcodes(picture(content), formats=QR_CODE)] == [URL]


def test_two_lie_beside_each_other_on_a4_in_their_order(fonts: Fonts) -> None:
    cards = [card(title=f"Mẫu D{place}", url=f"{URL}{place}") for place in range(3)]
    content = pdf(fonts, *cards, sheet=A4_TWO)
    assert [round(side * 25.4 / 72) for side in pypdfium2.PdfDocument(content)[0].get_size()] == [297, 210]
    shown = picture(content)
    middle = shown.shape[1] // 2
    halves = (shown[:, :middle], shown[:, middle:])
    read = []
    for half in halves:
        found = zxingcpp.read_barcodes(np.ascontiguousarray(half), formats=QR_CODE)
        read.append([one.text for one in found])
    assert read == [[f"{URL}0"], [f"{URL}1"]]
    assert "Mẫu D2" in text_of(content, 1)


def test_the_same_cards_give_the_same_bytes(fonts: Fonts) -> None:
    assert pdf(fonts, card(), card(title="Mẫu 2")) == pdf(fonts, card(), card(title="Mẫu 2"))


def test_the_mark_stands_in_the_colour_of_its_own_class_and_the_class_is_framed(fonts: Fonts) -> None:
    """Of the four classes of pH the second one is framed in ink."""
    shown = picture(pdf(fonts, card()), dpi=254)  # ten pixels a millimetre
    row = shown[2100 - 1235]  # through the bar of the first value
    for share, colour in ((0.1, "#b2182b"), (0.33, "#f4a582"), (0.6, "#a6dba0"), (0.9, "#5aae61")):
        found = row[int(490 + share * 470)]
        assert np.allclose(found, [int(colour[at : at + 2], 16) for at in (1, 3, 5)], atol=12), (share, found)


def test_invented_data_and_proofs_say_so_and_a_refusal_takes_the_place_of_a_dose(fonts: Fonts) -> None:
    refused = CardDose("Liều bón cho ngô", refusal=("Quy tắc bón cho Ngô còn là dự thảo, nên không tính liều.",))
    said = text_of(pdf(fonts, card(is_invented=True, watermark="BẢN IN THỬ", dose=refused)))
    assert "SỐ LIỆU GIẢ LẬP" in said and "BẢN IN THỬ" in said
    assert "còn là dự thảo" in said and "kg/ha" not in said


def test_long_words_and_many_values_stay_on_the_page(fonts: Fonts) -> None:
    many = tuple(
        CardValue(f"Chỉ tiêu có tên rất dài thứ {place}", "Phương pháp dài", "1.234,567", "mg/100 g P₂O₅",
                  "ước tính; 95 %: 1.000–2.000", bar((4, 6, 7), PH, 3 + place), is_draft=True)
        for place in range(11)
    )  # fmt: skip
    long = "Một nguồn rất dài, " * 60
    whole = card(values=many, sources=(long, long), title="Tờ 123 thửa 4567 và một tên dài không ai đặt")
    dose = dataclasses.replace(whole.dose, parts=(long,), remarks=(long,))  # type: ignore[type-var]
    content = pdf(fonts, dataclasses.replace(whole, dose=dose))
    shown = picture(content)
    margin = round(5 / 25.4 * 150)
    edges = (shown[:margin], shown[-margin:], shown[:, :margin], shown[:, -margin:])
    assert all((edge == 255).all() for edge in edges)
    assert [one.text for one in zxingcpp.read_barcodes(shown, formats=QR_CODE)] == [URL]


def test_doses_with_parts_of_the_season_are_printed_whole_beside_many_values(fonts: Fonts) -> None:
    values = tuple(
        CardValue(f"Chỉ tiêu {place}", "Phương pháp", "5,2", "", bar=bar((4, 6, 7), PH, 5)) for place in range(8)
    )
    lines = tuple(DoseLine(name, "163", "8,2", "theo cấp của đất") for name in ("N", "P₂O₅", "K₂O"))
    parts = tuple(f"Thúc lần {place}: Đạm urê 5,8 kg/sào; Super lân 22,8 kg/sào." for place in range(1, 5))
    dose = CardDose("Liều bón cho ngô", lines, lines, parts, ("Vôi bột: 2000 kg/ha, 100 kg/sào.",))
    said = text_of(pdf(fonts, card(values=values, dose=dose)))
    assert all(part in said for part in (*parts, "Vôi bột")), said
    endless = dataclasses.replace(dose, parts=parts * 12)
    assert "Còn nữa: quét mã để xem đủ" in text_of(pdf(fonts, card(values=values, dose=endless)))


def test_the_map_takes_a_round_scale_and_leaves_out_what_nobody_sees() -> None:
    assert scale_for((0, 0, 58, 40), 58, 46) == 1_000
    assert scale_for((0, 0, 59, 40), 58, 46) == 2_000
    assert within(square(0, 0, 10), (100, 100, 110, 110)) == ()
    cut = within(square(0, 0, 1_000), (400, 400, 410, 410))
    assert {value for ring in cut for place in ring for value in place} == {390, 420}


def test_a_hole_in_a_field_stays_a_hole() -> None:
    ring = (square(0, 0, 30)[0], square(10, 10, 10)[0])
    import shapely

    area = shapely.Polygon(ring[0], [ring[1]])
    assert len(rings_of(area)) == 2
    assert len(within(ring, (0, 0, 30, 30))) == 2
