"""When two written addresses are one, said by Python and by the database alike."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from households import same_address

NUMBERS = [
    ("3", "03", "003", " 3", "số 3", "Số nhà 3", "SN. 03", "nhà số 3"),
    ("1A", "1 a", "01A", "1a"),
    ("12/5", "12 / 05", "012/5"),
    ("12-1", "12–01", "12 - 1"),
    ("A5", "a05"),
    ("20", "020"),
    ("200",),
    ("0",),
    ("gần chợ",),
]  # fmt: skip
STREETS = [
    ("đường Hoà Bình", "Đường  Hòa Bình", "đ. Hoà Bình", "đ.Hòa Bình", "Đg Hoà Bình", "ĐƯỜNG HÒA BÌNH"),
    ("đường Hoa Bình",),
    ("Hoà Bình", "hòa bình"),
    ("ngõ Đình", "ng. Đình", "Ngõ Ðình"),
    ("ngõ Định",),
    ("phố Thuý Quý", "P. Thúy Qúy"),
    ("quốc lộ 1A", "QL1A", "QL. 1a"),
    ("ngõ Khuỷu", "ngõ khủyu"),
    ("đường Hoằng", "đường hoằng"),
    ("phở",), ("p",), ("",),
]  # fmt: skip


def in_database(function: str, text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [text])
        key: str = cursor.fetchone()[0]
        return key


def of_both(kind: str, text: str) -> str:
    key: str = getattr(same_address, f"{kind}_key")(text)
    assert in_database(f"sonha_{kind}_key", text) == key
    return key


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "groups"), [("number", NUMBERS), ("street", STREETS)])
def test_spellings_of_one_are_equal_and_others_are_not(kind: str, groups: list[tuple[str, ...]]) -> None:
    keys = [{of_both(kind, text) for text in group} for group in groups]
    assert [len(of_group) for of_group in keys] == [1] * len(groups)
    assert len(set().union(*keys)) == len(groups)


@pytest.mark.django_db
def test_letters_taken_apart_are_the_same() -> None:
    import unicodedata

    for text in ("đường Hoà Bình", "Số 5Đ"):
        apart = unicodedata.normalize("NFD", text)
        assert of_both("street", apart) == of_both("street", text)
        assert of_both("number", apart) == of_both("number", text)


VIETNAMESE = "aăâeêioôơuưyàáảãạằắặầấậèéẹềếệìíòóỏõọồốộờớợùúủũụừứựỳýđqghnĐQOÒÙ 0123/-. "


@pytest.mark.django_db
@given(st.text(VIETNAMESE, max_size=12))
def test_the_database_says_the_same_of_any_text(text: str) -> None:
    of_both("number", text)
    of_both("street", text)
