"""A written address is taken apart as a person would read it, whatever its order, marks and abbreviations."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households.addresses import Address
from households.geocoding.model import WrittenAddress, name_key, written_number
from households.geocoding.reading import read_address
from mapping.text import fold


def told(address: WrittenAddress) -> str:
    """All parts in one line: number | streets | villages | commune | province | words."""
    streets = [part.text for part in ((address.street,) if address.street else ()) + address.off]
    units = [part.text if part else "" for part in (address.commune, address.province)]
    parts = [address.number, ", ".join(streets), ", ".join(part.text for part in address.villages), *units]
    return " | ".join([*parts, ", ".join(address.words)]).strip(" |")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/5 đường Liên Xã", "12/5 | đường Liên Xã"),
        ("số 5 ngõ 12 đường Liên Xã", "12/5 | đường Liên Xã"),
        ("Số 5, ngõ 12, đường Liên Xã", "12/5 | đường Liên Xã"),
        ("đường Liên Xã ngõ 12 số 5", "12/5 | đường Liên Xã"),
        ("số 5 ngõ 12 Liên Xã", "12/5 | Liên Xã"),
        ("số 12/5 ngõ 12 đường Liên Xã", "12/5 | đường Liên Xã"),
        ("số 3 ngách 5 ngõ 12 đường Liên Xã", "12/5/3 | đường Liên Xã"),
        ("số 3 ngách 12/5 đường Liên Xã", "12/5/3 | đường Liên Xã"),
        ("số 3 ngách 12/5 ngõ 12 đường Liên Xã", "12/5/3 | đường Liên Xã"),
        ("số 3 ngách 12/5 ngõ 12", "5/3 | ngõ 12"),
        ("số 3 ngách 5 ngõ Đình", "5/3 | ngõ Đình"),
        ("5 ngõ 12", "5 | ngõ 12"),
        ("5, ngõ Đình, đường Liên Xã", "5 | ngõ Đình, đường Liên Xã"),
        ("SN 20A ngõ Đình", "20A | ngõ Đình"),
        ("sn20a ngõ Đình", "20A | ngõ Đình"),
        ("số 20 A ngõ Đình", "20A | ngõ Đình"),
        ("20-1 ngõ Đình", "20-1 | ngõ Đình"),
        ("nhà số 7 ng. Đình th. Xa Thư x. Quảng Bình", "7 | ngõ Đình | thôn Xa Thư | xã Quảng Bình"),
        ("số nhà 05 / 12 k. Trần Phú", "5/12 | kiệt Trần Phú"),
        ("A5 đường Liên Xã", "A5 | đường Liên Xã"),
        ("12 QL1A, xóm 3", "12 | quốc lộ 1A | xóm 3"),
        ("12 đường 3 tháng 2", "12 | đường 3 tháng 2"),
        ("số 12 đường số 5", "12 | đường số 5"),
        ("12/5 duong lien xa thon xa thu xa quang binh", "12/5 | đường lien xa | thôn xa thu | xã quang binh"),
        ("xa quang binh thon xa thu 12/5 duong lien xa", "12/5 | đường lien xa | thôn xa thu | xã quang binh"),
        ("12 p. Hàng Gai, p. Hàng Bạc, tp. Hà Nội", "12 | phố Hàng Gai |  | phường Hàng Bạc | thành phố Hà Nội"),
        ("12 đ. Lê Lợi, p. Hàm Rồng, t. Thanh Hóa", "12 | đường Lê Lợi |  | phường Hàm Rồng | tỉnh Thanh Hóa"),
        ("12 đ.Liên Xã,t.Xa Thư", "12 | đường Liên Xã | thôn Xa Thư"),
        ("t. Xa Thư, x. Quảng Bình, t. Thanh Hóa", "thôn Xa Thư | xã Quảng Bình | tỉnh Thanh Hóa"),
        ("TDP5 P.Hàm Rồng", "tổ dân phố 5 | phường Hàm Rồng"),
        ("12/5 Liên Xã, Xa Thư, Quảng Bình", "12/5 | Liên Xã |  |  |  | Xa Thư, Quảng Bình"),
        ("5 ngõ Xóm Mới thôn Xa Thư", "5 | ngõ Xóm Mới | thôn Xa Thư"),
        ("số nhà 12 ngõ Cổng Làng thôn Đông Hoà", "12 | ngõ Cổng Làng | thôn Đông Hoà"),
        ("nhà văn hóa thôn Xa Thư", "thôn Xa Thư |  |  | nhà văn hóa"),
        ("12 ngõ Đình, Việt Nam", "12 | ngõ Đình"),
        ("gần chợ", "gần chợ"),
    ],
)
def test_an_address_is_read_as_a_person_reads_it(text: str, expected: str) -> None:
    assert told(read_address(text)) == expected
    assert told(read_address(unicodedata.normalize("NFD", text))) == expected


@pytest.mark.parametrize("text", ["", " ", ",,,", "/", "ngõ", "số", "xã xã xã", "1" * 400, "ngõ " * 200, "\x00\ud800"])
def test_nothing_that_is_typed_breaks_the_reading(text: str) -> None:
    assert isinstance(read_address(text), WrittenAddress)


def test_a_second_commune_is_not_understood_and_kept_as_words() -> None:
    address = read_address("5 ngõ Đình, xã Một, xã Hai")
    assert address.commune and address.commune.text == "xã Một"
    assert address.words == ("xã Hai",)


def test_an_abbreviation_of_two_meanings_has_both_readings() -> None:
    readings = [told(reading) for reading in read_address("7 ng. Đình").readings]
    assert readings[:2] == ["7 | ngõ Đình", "7 | ngách Đình"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12 / 05a", "12/5A"),
        ("20-a", "20A"),
        ("20–1", "20-1"),
        ("a5", "A5"),
        ("0", "0"),
        ("gần chợ", ""),
        ("12//5", ""),
    ],
)
def test_house_numbers_have_one_way_of_writing(text: str, number: str) -> None:
    assert written_number(text) == number


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_in_bounded_time_and_never_fails(text: str) -> None:
    assert len(read_address(text).alternatives) <= 4


# Syllables as names have them; none of them is a word of a kind.
_SYLLABLES = ("Đình", "Liên", "Thư", "Hoà", "Văn", "Phong", "Lâm", "Cộng", "Yên", "Lạc", "Đồng", "Kênh", "Bãi", "Chùa")
_SYLLABLE = st.sampled_from(_SYLLABLES)
_NAME = st.lists(_SYLLABLE, min_size=1, max_size=3).map(" ".join)
_PIECE = st.integers(1, 400).map(str)
_NUMBER = st.builds(
    lambda pieces, tail: "/".join(pieces) + tail,
    st.lists(_PIECE, min_size=1, max_size=3),
    st.sampled_from(("", "A", "B", "-1")),
)
_ROAD = st.builds("{} {}".format, st.sampled_from(("đường", "phố")), _NAME)
_ALLEY = st.builds("{} {}".format, st.sampled_from(("ngõ", "kiệt", "hẻm", "ngách")), _NAME)
_ADDRESS = st.builds(
    Address,
    number=_NUMBER,
    street=_ROAD | _ALLEY,
    off=st.just(()) | st.tuples(_ROAD),
    village=st.just("")
    | st.builds("{} {}".format, st.sampled_from(("Thôn", "Bản", "Xóm", "Tổ dân phố")), _NAME | _PIECE),
    commune=st.just("") | st.builds("{} {}".format, st.sampled_from(("Xã", "Phường")), _NAME),
    province=st.just("") | st.builds("Tỉnh {}".format, _NAME),
).filter(lambda address: not (address.off and address.street.startswith(("đường", "phố"))))


def _same(read: WrittenAddress, address: Address, key: str = "text") -> None:
    def shown(parts: object) -> list[str]:
        return [fold(part.text) for part in parts if part is not None]  # type: ignore[attr-defined]

    units = [address.village, address.commune, address.province]
    assert read.number == address.number
    assert shown((read.street, *read.off)) == [fold(part) for part in (address.street, *address.off)]
    assert shown((read.village, read.commune, read.province)) == [fold(unit) for unit in units if unit]
    assert read.words == ()


@given(_ADDRESS, st.randoms(use_true_random=False), st.booleans(), st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_long_address_reads_back_whatever_the_order_of_its_parts(address, random, without_marks, decomposed) -> None:
    parts = list(address.parts)
    random.shuffle(parts)
    text = ", ".join(parts)
    if without_marks:
        text = fold(text)
    _same(read_address(unicodedata.normalize("NFD", text) if decomposed else text), address)


@given(_ADDRESS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_an_address_without_commas_reads_back(address, without_marks) -> None:
    text = " ".join(address.parts)
    _same(read_address(fold(text) if without_marks else text), address)


@given(_ADDRESS)
@settings(max_examples=200, deadline=None)
def test_a_short_address_reads_back(address) -> None:
    read = read_address(address.short)
    assert (read.number, read.street and read.street.text, read.words) == (address.number, address.street, ())


@given(_ADDRESS)
@settings(max_examples=200, deadline=None)
def test_a_long_address_reads_back_as_it_is_written(address) -> None:
    _same(read_address(address.long), address)


@given(st.lists(_PIECE, min_size=2, max_size=3), _ROAD)
@settings(max_examples=100, deadline=None)
def test_alleys_said_in_words_are_the_same_house_as_with_slashes(pieces, road) -> None:
    *alleys, number = pieces
    words = [
        f"số {number}",
        *(f"{word} {alley}" for word, alley in zip(("ngách", "ngõ")[-len(alleys) :], reversed(alleys), strict=True)),
    ]
    said = read_address(" ".join([*words, road]))
    written = read_address(f"{'/'.join(pieces)} {road}")
    assert (said.number, said.street) == (written.number, written.street)


def test_a_key_is_folded_and_without_leading_zeros() -> None:
    assert name_key("Số 05") == name_key("5") == "5"
    assert name_key("Liên  Xã.") == "lien xa"


@pytest.mark.parametrize(
    "text",
    [
        "x. t. p. k. h. ng. " * 10,
        "x.t.p.k.h.ng." * 10,
        "p 5 " * 40,
        "1 p 2 k 3 t " * 12,
        "xã thôn ngõ đường " * 12,
        "t " * 120,
    ],
)
def test_a_heap_of_abbreviations_is_too_long_and_costs_little(text: str) -> None:
    start = time.process_time()
    for _ in range(20):
        read = read_address(text)
    assert time.process_time() - start < 0.5  # it took 50 to 300 ms each; a thousand of them are one batch
    assert (read.is_too_long, read.is_empty, read.words) == (True, True, (read.text,))


@pytest.mark.parametrize(
    "text",
    [
        "sn 5 ng. 3 ng. 12 đ. Liên Xã t. 5 kp. 2 p. Quảng Bình tx. Bỉm Sơn t. Thanh Hóa",
        "so nha 5 ngach 3 ngo 12 duong Lien Xa to 5 khu pho 2 phuong Quang Binh thi xa Bim Son tinh Thanh Hoa",
        "So nha 12 hem 5 kiet 7 duong Tran Phu to dan pho 3 khoi pho 5 phuong 7 quan 3 thanh pho Ho Chi Minh",
    ],
)
def test_the_longest_address_is_still_read(text: str) -> None:
    read = read_address(text)
    assert not read.is_too_long
    assert read.number and read.street and read.commune
