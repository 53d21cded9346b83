"""Headers of laboratory sheets as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soil_map.importing.columns import Column, Field, understand


@pytest.mark.parametrize(
    ("header", "prop", "method", "unit"),
    [
        ("pHKCl", "ph", "ph_kcl", ""),
        ("pH (KCl)", "ph", "ph_kcl", ""),
        ("pH H2O", "ph", "ph_h2o", ""),
        ("pH", "ph", None, ""),
        ("OM%", "om", None, "%"),
        ("OM (%)", "om", None, "%"),
        ("Mùn, %", "om", None, "%"),
        ("Chất hữu cơ", "om", None, None),
        ("OC (%) Walkley-Black", "oc", "oc_walkley_black", "%"),
        ("C hữu cơ (g/kg)", "oc", None, "g/kg"),
        ("N ts (%)", "n_total", None, "%"),
        ("Đạm tổng số (%)", "n_total", None, "%"),
        ("N tổng số, % (Kjeldahl)", "n_total", "n_kjeldahl", "%"),
        ("P2O5 ts (%)", "p_total", None, "% P2O5"),
        ("Lân tổng số", "p_total", None, None),
        ("P2O5 dt (mg/100g)", "p_available", None, "mg/100g P2O5"),
        ("P₂O₅ dễ tiêu (mg/100 g đất)", "p_available", None, "mg/100g P2O5"),
        ("Lân dễ tiêu Oniani (mg/100g)", "p_available", "p_oniani", "mg/100g"),
        ("P Olsen (mg/kg)", "p_available", "p_olsen", "mg/kg P"),
        ("P Bray II ppm", "p_available", "p_bray2", "mg/kg P"),
        ("K2O dt mg/100g", "k_available", None, "mg/100g K2O"),
        ("Kali dễ tiêu", "k_available", None, None),
        ("K2O tổng số (%)", "k_total", None, "% K2O"),
        ("CEC (meq/100g)", "cec", None, "cmol/kg"),
        ("CEC (lđl/100g)", "cec", None, "cmol/kg"),
        ("Dung tích hấp thu (cmol(+)/kg)", "cec", None, "cmol/kg"),
        ("Tổng bazơ trao đổi (cmol/kg)", "bases", None, "cmol/kg"),
    ],
)
def test_a_header_says_property_method_and_unit(header: str, prop: str, method: str | None, unit: str | None) -> None:
    column = understand(header)
    assert (column.properties, column.method) == ((prop,), method)
    assert (column.unit.key if column.unit is not None else None) == unit


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Ký hiệu mẫu", Field.SITE),
        ("Mã mẫu", Field.SITE),
        ("Điểm lấy mẫu", Field.SITE),
        ("Mã PTN", Field.LABORATORY_CODE),
        ("Độ sâu (cm)", Field.DEPTH),
        ("Tầng đất (cm)", Field.DEPTH),
        ("Độ sâu từ (cm)", Field.DEPTH_FROM),
        ("Độ sâu đến (cm)", Field.DEPTH_TO),
        ("Ngày lấy mẫu", Field.SAMPLED_ON),
        ("Số tờ", Field.SHEET),
        ("Số thửa", Field.PARCEL),
        ("Chỉ tiêu", Field.PROPERTY),
        ("Kết quả phân tích", Field.VALUE),
        ("ĐVT", Field.UNIT),
        ("Phương pháp", Field.METHOD),
        ("Ghi chú", Field.NOTE),
        ("Kinh độ", Field.X),
        ("Tọa độ VN-2000 X (m)", Field.X),
        ("Tọa độ Y", Field.Y),
        ("Vĩ độ (N)", Field.Y),
        ("Tọa độ GPS", Field.POINT),
        ("STT", Field.ORDER),
    ],
)
def test_other_columns_are_known_too(header: str, field: Field) -> None:
    assert understand(header) == Column(header, field=field)


@pytest.mark.parametrize("header", ["Họ tên chủ hộ", "", "Zn", "Sét (%)", "Địa chỉ"])
def test_what_is_not_known_is_nothing(header: str) -> None:
    assert understand(header) == Column(header)


@pytest.mark.parametrize(
    ("header", "fits"), [("P2O5 (%)", {"p_total", "p_available"}), ("K (mg/kg)", {"k_total", "k_available"})]
)
def test_two_properties_that_fit_alike_are_both_told(header: str, fits: set[str]) -> None:
    column = understand(header)
    assert set(column.properties) == fits
    assert column.asks_for[:2] == ("property", "method")


def test_a_header_that_names_two_methods_says_so() -> None:
    column = understand("P2O5 dt (Oniani/Olsen) mg/100g")
    assert (column.method, column.methods_named) == (None, ("p_oniani", "p_olsen"))


@pytest.mark.parametrize(
    "header",
    ["N thủy phân (mg/100g)", "N dễ tiêu", "N-NH4+", "NO3-N (mg/kg)", "C/N", "CEC (meq/100g sét)", "P hữu cơ (mg/kg)",
     "Lân hữu cơ", "Đạm hữu cơ (%)", "Axit hữu cơ"],
)  # fmt: skip
def test_another_quantity_is_not_taken_for_one_that_is_known(header: str) -> None:
    column = understand(header)
    assert column.properties == () and column.method is None and column.unknown


@pytest.mark.parametrize(
    ("header", "prop", "words"),
    [
        ("P Bray I (mg/kg)", "p_available", ("Bray", "I")),
        ("Bray 1", "p_available", ("Bray", "1")),
        ("P Bray", "p_available", ("Bray",)),
        ("OM (%) Tiurin", "om", ("Tiurin",)),
        ("K2O dt Matlova", "k_available", ("Matlova",)),
        ("pH CaCl₂", "ph", ("CaCl2",)),
        ("Lân dễ tiêu Oniani cải tiến", "p_available", ("cải", "tiến")),
    ],
)
def test_a_word_that_is_no_known_method_leaves_the_method_open(header: str, prop: str, words: tuple[str, ...]) -> None:
    column = understand(header)
    assert (column.properties, column.method, column.unknown) == ((prop,), None, words)


@pytest.mark.parametrize(
    "header",
    ["Mùn tổng số (%)", "Hàm lượng chất hữu cơ OM (%)", "CEC trong đất (cmol(+)/kg đất)", "P2O5dt", "pHKCl (1:5)",
     "Lân dễ tiêu P₂O₅ (mg/100g đất khô)", "OM (g kg-1)", "N tổng số Kjeldahl TCVN 6498:1999", "pHKCl (lần 2)"],
)  # fmt: skip
def test_words_that_say_nothing_else_are_no_question(header: str) -> None:
    assert understand(header).properties and not understand(header).unknown


def test_the_cec_at_a_ph_is_no_ph() -> None:
    column = understand("CEC (NH4OAc pH 7) cmol/kg")
    assert (column.properties, column.method) == (("cec",), "cec_ammonium_acetate")


def test_what_a_header_leaves_open_is_asked_for() -> None:
    assert understand("Lân dễ tiêu").asks_for == ("method", "unit")
    assert understand("pHKCl").asks_for == ()
    assert understand("Ngày lấy mẫu").asks_for == ()


@given(st.text(max_size=60))
def test_any_header_is_understood_or_left_alone(header: str) -> None:
    assert understand(header).header == header
