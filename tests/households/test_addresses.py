"""Addresses in the order in which they are written."""

from __future__ import annotations

from households.addresses import Address


def test_short_and_long_forms_leave_out_what_is_not_known() -> None:
    full = Address("5", "ngõ Đình", ("đường Liên Xã",), "Thôn Xa Thư", "Xã Quảng Bình", "Tỉnh Thanh Hóa")
    assert full.short == "5 ngõ Đình"
    assert full.long == "Số 5, ngõ Đình, đường Liên Xã, thôn Xa Thư, xã Quảng Bình, tỉnh Thanh Hóa"
    assert Address(street="ngõ Đình", commune="Xã Quảng Bình").long == "Ngõ Đình, xã Quảng Bình"
    assert Address(village="Thôn Xa Thư").short == ""
    assert Address().long == ""
