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
    ],
)
def test_other_columns_are_known_too(header: str, field: Field) -> None:
    assert understand(header) == Column(header, field=field)


@pytest.mark.parametrize("header", ["STT", "Họ tên chủ hộ", "Kinh độ", "", "Zn", "Sét (%)", "Địa chỉ"])
def test_what_is_not_known_is_nothing(header: str) -> None:
    assert understand(header) == Column(header)


@pytest.mark.parametrize(
    ("header", "fits"), [("P2O5 (%)", {"p_total", "p_available"}), ("K (mg/kg)", {"k_total", "k_available"})]
)
def test_two_properties_that_fit_alike_are_both_told(header: str, fits: set[str]) -> None:
    column = understand(header)
    assert set(column.properties) == fits
    assert column.asks_for[:2] == ("property", "method")


def test_what_a_header_leaves_open_is_asked_for() -> None:
    assert understand("Lân dễ tiêu").asks_for == ("method", "unit")
    assert understand("pHKCl").asks_for == ()
    assert understand("Ngày lấy mẫu").asks_for == ()


@given(st.text(max_size=60))
def test_any_header_is_understood_or_left_alone(header: str) -> None:
    assert understand(header).header == header
