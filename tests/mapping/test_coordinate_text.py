"""Coordinates as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.coordinate_text import UnreadableError, read_number, read_pair


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("19.67", 19.67), (" 19,67 ", 19.67), ("105,810", 105.81), ("-19.5", -19.5), ("1.0581E+02", 105.81),
        ("580,123", 580123), ("2.190.000,5", 2190000.5), ("2,190,000.5", 2190000.5), ("2 190 000", 2190000),
        ("580000 m", 580000), ("19°", 19),
        ("19°40'12\"", 19.67), ("19° 40′ 12,0″ B", 19.67), ("19o40'12''", 19.67), ("19º40’12”N", 19.67),
        ("19 40 12", 19.67),
        ("19:40:12", 19.67), ("19d40m12s", 19.67), ("19°40.2'", 19.67), ("N19°40'12\"", 19.67), ("19-40-12", 19.67),
        ("19 độ 40 phút 12 giây Bắc", 19.67), ("Vĩ độ: 19,67", 19.67), ("105°48'36\"Đ", 105.81),
        ("105.81 E", 105.81),
        ("19.67S", -19.67), ("5° Tây", -5), ("E105.81", 105.81),
    ],
)  # fmt: skip
def test_a_coordinate_is_read(written: str, value: float) -> None:
    assert read_number(written).value == pytest.approx(value, abs=1e-9)


AXES = [("19°40'12\"N", "lat"), ("19,67 B", "lat"), ("105.8Đ", "lng"), ("105.8", "")]


@pytest.mark.parametrize(("written", "axis"), AXES)
def test_a_letter_tells_the_axis(written: str, axis: str) -> None:
    assert read_number(written).axis == axis


NONE = [
    "",
    "abc",
    "19°61'00\"",
    "19°40'75\"",
    "19.5°40'",
    "nan",
    "inf",
    "1e999",
    "19.67.1",
    "1,2,3",
    "--5",
    "19_67",
    "N",
]


@pytest.mark.parametrize("written", NONE)
def test_what_is_no_coordinate_is_refused(written: str) -> None:
    with pytest.raises(UnreadableError):
        read_number(written)


@pytest.mark.parametrize(
    "written",
    [
        "19.67, 105.81", "19.67,105.81", "19.67 105.81", "(19.67; 105.81)", "19,67; 105,81", "19,67 105,81",
        "19,67,105,81", "19,67, 105,81", "19.67\n105.81", "19.67 / 105.81",
        "19°40'12\"N 105°48'36\"E", "19°40'12\"B, 105°48'36\"Đ", "105°48'36\"Đ; 19°40'12\"B", "19°40'12\"N105°48'36\"E",
        "19 40 12, 105 48 36", "19°40'12\" 105°48'36\"", "Vĩ độ 19,67; Kinh độ 105,81", "POINT(105.81 19.67)",
        "geo:19.67,105.81", "https://www.google.com/maps?q=19.67,105.81",
        "https://www.google.com/maps/search/?api=1&query=19.67%2C105.81",
        "https://www.google.com/maps/@19.67,105.81,17z",
        "https://www.google.com/maps/place/Nha+A/@19.60,105.80,17z/data=!3m1!4b1!4m5!3m4!1s0x0!8m2!3d19.67!4d105.81",
        "https://www.google.com/maps/dir/19.1,105.1/19.67,105.81/",
        "https://maps.google.com/maps?q=loc:19.67,+105.81",
    ],
)  # fmt: skip
def test_a_pair_in_one_text_is_read(written: str) -> None:
    pair = read_pair(written)
    assert (pair.y, pair.x) == pytest.approx((19.67, 105.81), abs=1e-9)


def test_a_pair_says_whether_its_order_is_certain() -> None:
    assert read_pair("19°40'12\"N 105°48'36\"E").certain
    assert read_pair("https://www.google.com/maps/@19.67,105.81,17z").certain
    assert not read_pair("105.81, 19.67").certain
    assert read_pair("2190000.5, 580000.25") == (580000.25, 2190000.5, False)


HALVES = ["", "19,67", "19.67", "19 40 12", "ở đầu thôn", "19.67, 105.81, 3", "19°N 20°N", "19.67, x"]


@pytest.mark.parametrize("written", HALVES)
def test_half_a_pair_is_no_pair(written: str) -> None:
    with pytest.raises(UnreadableError):
        read_pair(written)


def test_a_shortened_address_is_refused_for_what_it_is() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_pair("https://maps.app.goo.gl/AbCdEf123")
    assert caught.value.code == "short_link"


PIECES = [*"19.,°'\" ;NĐb-e)@", "105", "https://", "!3d", "q=", "POINT(", "9" * 400]


@given(st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_read_or_refused(written: str) -> None:
    for read in (read_number, read_pair):
        try:
            assert all(isinstance(value, float) for value in read(written)[:1])
        except UnreadableError as error:
            assert error.code


@given(st.floats(8, 23.5), st.floats(102, 110))
def test_degrees_minutes_and_seconds_come_back(lat: float, lng: float) -> None:
    def written(value: float, letter: str) -> str:
        minutes, seconds = divmod(value * 3600, 60)
        degrees, minutes = divmod(int(minutes), 60)
        return f"{degrees}°{minutes:02d}'{min(seconds, 59.9999):07.4f}\"{letter}"

    pair = read_pair(f"{written(lat, 'B')} {written(lng, 'Đ')}")
    assert (pair.y, pair.x) == pytest.approx((lat, lng), abs=1e-7)
