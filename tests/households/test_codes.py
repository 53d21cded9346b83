"""House codes, plate tokens, Plus Codes and the text of a QR."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openlocationcode import openlocationcode
from stdnum import damm

from households import codes

numbers = st.integers(0, codes.HOUSE_CODES - 1)
tokens = st.integers(0, 10**6).map(lambda _: codes.new_token())


def test_house_codes_already_given_out_never_change() -> None:
    """These stand on doors: a change here would give a door's code to another house."""
    assert [codes.house_code(number) for number in (0, 1, 2, 1_000_000, 89_999_999)] == [
        "300365946",
        "676429117",
        "228477935",
        "421386130",
        "681381569",
    ]


def test_no_two_of_the_first_houses_share_a_code() -> None:
    issued = codes.house_codes(np.arange(300_000))
    assert len(set(issued)) == 300_000
    assert all(len(code) == 9 and code[0] != "0" for code in issued)
    # Neighbours in the sequence are no neighbours on the door.
    bodies = np.array([int(code[:8]) for code in issued[:1000]])
    assert np.median(np.abs(np.diff(bodies))) > 10_000_000


def test_the_permutation_can_be_undone() -> None:
    """Run backwards, the rounds find the number again: so no two numbers share a code."""
    for number in (0, 9_999, 10_000, codes.HOUSE_CODES - 1):
        body = int(codes.house_code(number)[:8]) - 10_000_000
        left, right = divmod(body, 10_000)
        for constant in reversed(codes._ROUNDS):
            right = (right - codes._mix(left, constant)) % 10_000
            left = (left - codes._mix(right, constant)) % 9_000
        assert left * 10_000 + right == number


@given(st.lists(numbers, min_size=1, max_size=20))
def test_the_bulk_way_gives_the_same_house_codes(chosen: list[int]) -> None:
    assert codes.house_codes(chosen) == [codes.house_code(number) for number in chosen]
    assert all(damm.is_valid(code) for code in codes.house_codes(chosen))


@pytest.mark.parametrize("number", [-1, codes.HOUSE_CODES])
def test_numbers_beyond_the_last_code_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no house code"):
        codes.house_code(number)
    with pytest.raises(ValueError, match="no house code"):
        codes.house_codes([5, number])


@given(numbers)
def test_a_house_code_is_read_back_however_it_is_written(number: int) -> None:
    code = codes.house_code(number)
    assert re.fullmatch(r"\d{3}-\d{3}-\d{3}", codes.format_house_code(code))
    for written in (
        code,
        codes.format_house_code(code),
        f" {code[:3]} {code[3:6]}.{code[6:]}\n",
        f"{code[:3]}–{code[3:]}",
    ):
        assert codes.parse_house_code(written) == code


@given(numbers)
def test_every_slip_and_every_neighbour_swap_in_a_house_code_is_caught(number: int) -> None:
    code = codes.house_code(number)
    slips = [code[:i] + d + code[i + 1 :] for i in range(9) for d in "0123456789" if d != code[i]]
    swaps = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(8) if code[i] != code[i + 1]]
    for wrong in slips + swaps:
        with pytest.raises(codes.CodeError):
            codes.parse_house_code(wrong)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("12345678", "length"),
        ("1234567890", "length"),
        ("12345678A", "characters"),
        ("١٢٣٤٥٦٧٨٩", "characters"),
        ("000000000", "leading_zero"),
        ("123456789", "check"),
    ],
)
def test_a_mistyped_house_code_is_told_why(typed: str, reason: str) -> None:
    with pytest.raises(codes.CodeError) as caught:
        codes.parse_house_code(typed)
    assert caught.value.reason == reason


def test_tokens_are_twelve_characters_of_the_alphabet_and_all_different() -> None:
    issued = codes.new_tokens(20_000)
    assert len(issued) == len(set(issued)) == 20_000
    assert all(len(token) == 12 and set(token) <= set(codes.TOKEN_ALPHABET) for token in issued)
    assert all(codes.parse_token(token) == token for token in issued[:500])
    # Every character is as likely as any other in every random place (expected 645, six standard deviations).
    letters = np.array([list(token) for token in issued])
    for place in range(11):
        _, counts = np.unique(letters[:, place], return_counts=True)
        assert len(counts) == 31
        assert abs(counts - 20_000 / 31).max() < 6 * 25
    assert codes.new_tokens(0) == []


@given(tokens)
@settings(max_examples=30)
def test_every_slip_and_every_swap_in_a_token_is_caught(token: str) -> None:
    slips = [token[:i] + c + token[i + 1 :] for i in range(12) for c in codes.TOKEN_ALPHABET if c != token[i]]
    swaps = []
    for i in range(12):
        for j in range(i + 1, 12):
            if token[i] != token[j]:
                swaps.append(token[:i] + token[j] + token[i + 1 : j] + token[i] + token[j + 1 :])
    for wrong in slips + swaps:
        with pytest.raises(codes.CodeError, match="check"):
            codes.parse_token(wrong)


@given(tokens)
def test_a_token_is_read_back_as_people_write_it(token: str) -> None:
    spelt = token.replace("0", "o").replace("1", "l").replace("5", "S").replace("V", "u")
    assert codes.parse_token(codes.format_token(token)) == token
    assert codes.parse_token(spelt.lower()) == token
    assert codes.parse_token("-".join(re.findall("....", spelt)).upper()) == token
    assert [len(group) for group in codes.format_token(token).split()] == [4, 4, 4]


@given(st.text(max_size=20))
def test_any_typing_is_a_code_or_a_code_error(typed: str) -> None:
    for parse in (codes.parse_house_code, codes.parse_token):
        try:
            assert parse(parse(typed))
        except codes.CodeError as error:
            assert error.reason


def test_slashes_and_other_signs_are_no_token() -> None:
    with pytest.raises(codes.CodeError) as caught:
        codes.parse_token("K7QP2M4X9TR/")
    assert caught.value.reason == "characters"


lats = st.floats(-90, 90, exclude_max=True) | st.integers(-8_999_999, 8_999_999).map(lambda n: n / 100_000)
lngs = st.floats(-180, 180, exclude_max=True) | st.integers(-17_999_999, 17_999_999).map(lambda n: n / 100_000)


@given(st.lists(st.tuples(lats, lngs), min_size=1, max_size=30))
def test_plus_codes_in_bulk_are_the_librarys(points: list[tuple[float, float]]) -> None:
    lat, lng = zip(*points, strict=True)
    assert codes.plus_codes(lat, lng) == [openlocationcode.encode(a, b, 11) for a, b in points]


def test_plus_codes_agree_on_cell_borders_and_short_decimals() -> None:
    steps = np.arange(20_000)
    lat = np.concatenate([19.67 + steps / 1e6, 19.67 + steps / 40_000, np.round(19 + steps / 1e4, 4)])
    lng = np.concatenate([105.81 + steps / 1e6, 105.81 + steps / 32_000, np.round(104 + steps / 1e4, 4)])
    assert codes.plus_codes(lat, lng) == [openlocationcode.encode(a, b, 11) for a, b in zip(lat, lng, strict=True)]


@given(st.floats(8, 23.5), st.floats(102, 110))
def test_a_plus_code_finds_its_point_again(lat: float, lng: float) -> None:
    code = codes.plus_code(lat, lng)
    assert len(code.replace("+", "")) == 11
    area = openlocationcode.decode(code)
    assert area.latitudeLo - 1e-9 <= lat <= area.latitudeHi + 1e-9
    assert area.longitudeLo - 1e-9 <= lng <= area.longitudeHi + 1e-9


@given(st.floats(allow_nan=True), st.floats(allow_nan=True))
def test_no_plus_code_for_a_point_off_the_earth(lat: float, lng: float) -> None:
    assume(not (-90 <= lat <= 90 and -180 <= lng <= 180))
    with pytest.raises(ValueError, match="earth"):
        codes.plus_code(lat, lng)
    with pytest.raises(ValueError, match="earth"):
        codes.plus_codes([lat], [lng])


def test_the_qr_text_fits_the_alphanumeric_mode_after_its_scheme() -> None:
    url = codes.plate_url("sonha.thanhhoa.gov.vn", "K7QP2M4X9TR0", "7PH8MR96+32Q")
    assert url == "https://SONHA.THANHHOA.GOV.VN/K7QP2M4X9TR0/7PH8MR96+32Q"
    assert re.fullmatch(r"https:[0-9A-Z $%*+\-./:]+", url)
    assert codes.plate_urls("sonha.thanhhoa.gov.vn", ["K7QP2M4X9TR0"], ["7PH8MR96+32Q"]) == [url]
    for host in ("sốnhà.vn", "", "a b", "x/y", "-"):
        with pytest.raises(ValueError, match="host"):
            codes.plate_url(host, "K7QP2M4X9TR0", "7PH8MR96+32Q")


def test_google_maps_addresses_carry_api_1() -> None:
    assert codes.google_maps_url(19.67, 105.81) == "https://www.google.com/maps/search/?api=1&query=19.67,105.81"
    assert codes.google_directions_url(19.6700001, 105.0) == (
        "https://www.google.com/maps/dir/?api=1&destination=19.6700001,105"
    )
