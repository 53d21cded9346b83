"""Headers of laboratory sheets: merged, in several rows, with units below."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mapping.tables import Limits
from soil_map.importing.laboratory.headers import LaboratoryHeaders, is_unit, meaning_of

TITLE = ["TRUNG TÂM PHÂN TÍCH ĐẤT", "", "", ""]


def found(*rows: list[str]) -> tuple[int, list[str]]:
    """The first row after the header, and the titles."""
    return LaboratoryHeaders(Limits()).find(list(enumerate(rows, 1)))


def test_the_header_is_found_under_the_titles_of_a_report() -> None:
    data = ["1", "D01", "5,2", "2,1"]
    after, titles = found(TITLE, ["PHIẾU KẾT QUẢ", "", "", ""], ["STT", "Ký hiệu mẫu", "pHKCl", "OM (%)"], data)
    assert (after, titles) == (3, ["STT", "Ký hiệu mẫu", "pHKCl", "OM (%)"])


def test_units_of_a_row_of_their_own_join_their_columns() -> None:
    after, titles = found(
        ["TT", "Ký hiệu mẫu", "Độ sâu", "pHKCl", "OM", "CEC"],
        ["", "", "(cm)", "", "%", "lđl/100g"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        ["1", "D01", "0-20", "5,2", "2,1", "9"],
    )
    assert after == 3
    assert titles == ["TT", "Ký hiệu mẫu", "Độ sâu (cm)", "pHKCl", "OM (%)", "CEC (lđl/100g)"]
    assert [str(meaning_of(title).unit) for title in titles[4:]] == ["%", "cmol/kg"]


def test_what_is_merged_over_columns_is_said_of_each() -> None:
    after, titles = found(
        TITLE,
        ["STT", "Mã mẫu", "Tọa độ VN-2000", "", "Tổng số (%)", "", "", "Dễ tiêu (mg/100g)", ""],
        ["", "", "X", "Y", "N", "P2O5", "K2O", "P2O5", "K2O"],
        ["1", "D01", "2180000", "585000", "0,1", "0,05", "1,1", "5", "8"],
    )
    assert after == 3
    meant = [meaning_of(title) for title in titles]
    assert [one.field and one.field.value for one in meant[:4]] == ["order", "site", "x", "y"]
    assert [one.properties for one in meant[4:]] == [
        ("n_total",), ("p_total",), ("k_total",), ("p_available",), ("k_available",),
    ]  # fmt: skip
    assert [one.unit.key for one in meant[4:] if one.unit] == ["%", "% P2O5", "% K2O", "mg/100g P2O5", "mg/100g K2O"]


def test_a_merged_word_does_not_make_a_property_of_what_nobody_knows() -> None:
    _after, titles = found(
        ["Mã mẫu", "Chỉ tiêu phân tích", "", ""], ["", "pHKCl", "Zn", "OM (%)"], ["D1", "5", "3", "2"]
    )
    assert titles == ["Mã mẫu", "pHKCl", "Zn", "OM (%)"]


def test_a_form_that_stands_over_nitrogen_is_not_lost() -> None:
    _after, titles = found(
        ["STT", "Mã mẫu", "Dễ tiêu (mg/100g)", "", "", "Tiurin"],
        ["", "", "N", "P2O5", "K2O", "OM (%)"],
        ["1", "D01", "8,2", "5", "8", "2,1"],
    )
    meant = [meaning_of(title) for title in titles[2:]]
    assert [one.properties for one in meant] == [(), ("p_available",), ("k_available",), ("om",)]
    assert [one.unknown for one in meant] == [("Dễ", "tiêu"), (), (), ("Tiurin",)]


def test_a_title_over_the_table_is_no_word_of_its_columns() -> None:
    row = ["Mã mẫu", "pHKCl", "OM (%)"]
    _after, titles = found(["PHIẾU", "KẾT QUẢ XÃ AN BÌNH", ""], row, ["D1", "5", "2"])
    assert titles == row


def test_cells_that_are_units() -> None:
    assert all(map(is_unit, ("%", "(mg/100g)", "ppm", "cm", "meq/100 g đất")))
    assert not any(map(is_unit, ("", "K", "P2O5", "pH", "5,2", "Độ sâu", "OM (%)")))


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), min_size=1, max_size=8))
def test_any_rows_have_some_header(rows: list[list[str]]) -> None:
    after, titles = found(*rows)
    assert 1 <= after <= len(rows)
    assert all(isinstance(title, str) for title in titles)
