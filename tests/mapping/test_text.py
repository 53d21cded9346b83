"""Vietnamese text: searching, comparing, sorting and phone numbers."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import text


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found_without_marks_in_either_form(form: str) -> None:
    assert text.fold(unicodedata.normalize(form, "  Nguyễn Thị  ĐƯỜNG\t")) == "nguyen thi duong"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Hòa", "Hoà"),
        ("THÚY", "THUÝ"),
        ("khỏe", "khoẻ"),
        ("Ủy ban", "Uỷ ban"),
        ("qúy", "quý"),
        ("hòan", "hoàn"),
    ],
)
def test_old_and_new_tone_placement_compare_equal(old: str, new: str) -> None:
    assert text.canonical_tone(old) == text.canonical_tone(new) == text.canonical_tone(text.nfc(new))
    assert text.canonical_tone(unicodedata.normalize("NFD", old)) == new


@pytest.mark.parametrize("name", ["của", "mùa", "Hoa", "chịu", "rượu", "thuở", "Quảng Bình", "khoẻ", "hoặc"])
def test_a_name_with_one_placement_keeps_its_marks(name: str) -> None:
    assert text.canonical_tone(name) == name


def test_house_numbers_sort_as_people_walk() -> None:
    walked = ["2", "10", "12", "12-1", "12/5", "12/5/3", "12/10", "12A", "12C", "12D", "12Đ", "12E", "20"]
    assert sorted(set(walked), key=text.natural_key) == walked


@pytest.mark.parametrize(
    "written",
    [
        "0912345678",
        "912345678",
        "+84 912 345 678",
        "84912345678",
        "0084-912.345.678",
        "912345678.0",
        "+84(0)912345678",
    ],
)
def test_a_mobile_number_is_one_number_however_written(written: str) -> None:
    assert text.normal_phone(written) == "0912345678"


@pytest.mark.parametrize(
    "written", ["", "12345", "0412345678", "+33 6 12 34 56 78", "không có", "09123456789", "٠٩١٢٣٤٥٦٧٨"]
)
def test_what_is_no_phone_number_is_none(written: str) -> None:
    assert text.normal_phone(written) is None


def test_fixed_and_service_numbers_are_phones() -> None:
    assert text.normal_phone("(0237) 3852.246") == "02373852246"
    assert text.normal_phone("2373852246") == "02373852246"
    assert text.normal_phone("1900 1234") == "19001234"


def test_clean_drops_what_cannot_be_stored_or_seen() -> None:
    assert text.clean(" Nguyễn\x00\u200b\xa0Văn \ud800\n An\ufeff ") == "Nguyễn Văn An"
    assert text.clean("An\u202e\u061c\u180e\u3164\u115f\ufe0f") == "An"
    assert text.clean(unicodedata.normalize("NFD", "Thôn Đông")) == "Thôn Đông"
    assert text.clean("một \r\n\r\n hai\x0bba ", keep_lines=True) == "một\n\nhai\nba"


def test_headers_match_whatever_their_dress() -> None:
    assert text.squash("* Số-nhà  (mới)") == text.squash("SO NHA MOI") == "sonhamoi"


@given(st.text(st.characters()))
def test_keys_and_cleaning_settle_at_once(anything: str) -> None:
    for settle in (text.fold, text.squash, text.clean, text.canonical_tone):
        assert settle(settle(anything)) == settle(anything)
    text.clean(anything).encode()
    text.natural_key(anything)
    text.normal_phone(anything)


@given(st.text(alphabet="aăâbcdđeêoôơuưyqàáảãạòúýỹ /-0123456789AĐ", max_size=12))
def test_order_and_key_do_not_depend_on_the_unicode_form(anything: str) -> None:
    other = unicodedata.normalize("NFD", anything)
    assert text.natural_key(anything) == text.natural_key(other)
    assert text.fold(anything) == text.fold(other)
    assert text.canonical_tone(anything) == text.canonical_tone(other)
