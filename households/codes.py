"""The codes of a house and of its plate, and the addresses written into a QR.

- House code: 9 digits, no leading zero, the last a Damm check digit, shown 123-456-78C. Belongs to the house.
- Plate token: 11 random characters and a check character, about 54 bits. It belongs to one physical plate.
- Plus Code: 11 digits, so that the place survives in the text of the QR.
- Household secret: 19 random characters and a check character, about 94 bits, on a letter and nowhere else.

No code holds a unit, a name or a person. Coordinates are degrees in EPSG:4326, always passed as `lat`, `lng`.
Every single wrong character is caught in the first two, every swap of neighbours in a house code, and every
swap of any two characters in a token.
"""

import re
import secrets
from collections.abc import Iterable
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from openlocationcode import openlocationcode
from stdnum import damm

HOUSE_CODES: Final = 90_000_000
"""How many house codes there are: the eight digits before the check digit, from 10,000,000 on."""

TOKEN_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRTVWXYZ"  # noqa: S105 - no password
TOKEN_LENGTH: Final = 12
PLUS_CODE_DIGITS: Final = 11
SECRET_LENGTH: Final = 20

Reason = Literal["empty", "characters", "length", "leading_zero", "check"]


class CodeError(ValueError):
    """A typed code that cannot be one. `reason` says why; the text is for logs, not for people."""

    def __init__(self, reason: Reason, code: str) -> None:
        super().__init__(f"{reason}: {code[:40]!r}")
        self.reason: Reason = reason
        self.code = code


# --- House codes ----------------------------------------------------------------------------------

# A Feistel network over 9,000 × 10,000: each half-round adds to one half a hash of the other, so each can be
# undone and no two numbers share a code. The constants (π's fraction) are no secret, but must never change:
# the codes stand on doors.
_LEFT, _RIGHT = 9_000, 10_000
_ROUNDS: Final = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0)
_WORD: Final = 0xFFFFFFFF

_DAMM: Final = np.array(
    # The library's table, cell by cell: fed a digit that leads from 0 to the row, then the column's digit.
    [
        [damm.checksum(f"{first}{digit}") for digit in range(10)]
        for first in sorted(range(10), key=lambda first: damm.checksum(str(first)))
    ],
    dtype=np.uint8,
)

# Space, hyphens and dashes of every kind, dot: what people write between the groups of a code.
_SEPARATORS = re.compile(r"[\s.\-\u00ad\u2010-\u2015\u2212\u200b\ufeff]+")


def _mix(value: int, constant: int) -> int:
    value = ((value + constant) * 0x9E3779B1) & _WORD
    value = ((value ^ (value >> 15)) * 0x85EBCA77) & _WORD
    return value ^ (value >> 13)


def house_code(sequence_number: int) -> str:
    """The house code of a number from 0 to 89,999,999: scattered, and never the same for two numbers.

    A database sequence therefore gives codes without a look-up. Raises ValueError outside that range.
    """
    if not 0 <= sequence_number < HOUSE_CODES:
        raise ValueError(f"no house code left for number {sequence_number}")
    left, right = divmod(sequence_number, _RIGHT)
    for constant in _ROUNDS:
        left = (left + _mix(right, constant)) % _LEFT
        right = (right + _mix(left, constant)) % _RIGHT
    body = str(HOUSE_CODES // 9 + left * _RIGHT + right)
    return body + damm.calc_check_digit(body)


def house_codes(sequence_numbers: ArrayLike) -> list[str]:
    """`house_code` of many numbers at once, 100,000 in a few hundredths of a second."""
    numbers = np.asarray(sequence_numbers, dtype=np.int64)
    if numbers.size == 0:
        return []
    if numbers.min() < 0 or numbers.max() >= HOUSE_CODES:
        raise ValueError("no house code left for one of the numbers")
    left, right = np.divmod(numbers.astype(np.uint64), np.uint64(_RIGHT))
    word = np.uint64(_WORD)

    def mix(value: NDArray[np.uint64], constant: int) -> NDArray[np.uint64]:
        value = ((value + np.uint64(constant)) * np.uint64(0x9E3779B1)) & word
        value = ((value ^ (value >> np.uint64(15))) * np.uint64(0x85EBCA77)) & word
        return value ^ (value >> np.uint64(13))

    for constant in _ROUNDS:
        left = (left + mix(right, constant)) % np.uint64(_LEFT)
        right = (right + mix(left, constant)) % np.uint64(_RIGHT)
    body = np.uint64(HOUSE_CODES // 9) + left * np.uint64(_RIGHT) + right
    digits = np.empty((numbers.size, 9), dtype=np.uint8)
    for place in range(7, -1, -1):
        body, digit = np.divmod(body, np.uint64(10))
        digits[:, place] = digit
    check = np.zeros(numbers.size, dtype=np.uint8)
    for place in range(8):
        check = _DAMM[check, digits[:, place]]
    digits[:, 8] = check
    return _strings(digits + np.uint8(ord("0")))


def format_house_code(code: str) -> str:
    """A house code as it is printed and spoken: 123-456-78C."""
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


def parse_house_code(typed: str) -> str:
    """The nine digits of a typed house code; spaces, hyphens and dots are ignored.

    Raises `CodeError`: empty, characters (not all digits), length, leading_zero, check (a slip or a swap).
    """
    code = _SEPARATORS.sub("", typed)
    if not code:
        raise CodeError("empty", typed)
    if not (code.isascii() and code.isdigit()):
        raise CodeError("characters", typed)
    if len(code) != 9:
        raise CodeError("length", typed)
    if code[0] == "0":
        raise CodeError("leading_zero", typed)
    if damm.checksum(code) != 0:
        raise CodeError("check", typed)
    return code


# --- Plate tokens ---------------------------------------------------------------------------------

_TOKEN_LETTERS: Final = np.frombuffer(TOKEN_ALPHABET.encode("ascii"), dtype=np.uint8)
_TOKEN_VALUE: Final = {letter: value for value, letter in enumerate(TOKEN_ALPHABET)}
_READ_AS = str.maketrans("abcdefghijklmnopqrstuvwxyzILOSU", "ABCDEFGH1JK1MN0PQR5TVVWXYZ1105V")
_WEIGHTS: Final = np.arange(1, TOKEN_LENGTH, dtype=np.int64)
# The check character v₁₂ solves Σ i·vᵢ ≡ 0 (mod 31): v₁₂ = −Σ₁¹¹ i·vᵢ · 12⁻¹, and −12⁻¹ ≡ 18.
_CHECK_FACTOR: Final = -pow(TOKEN_LENGTH, -1, len(TOKEN_ALPHABET)) % len(TOKEN_ALPHABET)


def new_tokens(count: int) -> list[str]:
    """That many fresh plate tokens, no two alike, from the operating system's random source."""
    tokens: dict[str, None] = {}
    while len(tokens) < count:
        missing = count - len(tokens)
        wanted = missing * (TOKEN_LENGTH - 1)
        noise = np.frombuffer(secrets.token_bytes(wanted + wanted // 16 + 64), dtype=np.uint8)
        # 248 = 8 · 31: bytes above would make the first letters of the alphabet likelier.
        values = noise[noise < 248][:wanted] % len(TOKEN_ALPHABET)
        rows = values[: values.size - values.size % (TOKEN_LENGTH - 1)].reshape(-1, TOKEN_LENGTH - 1)
        check = (rows.astype(np.int64) @ _WEIGHTS) * _CHECK_FACTOR % len(TOKEN_ALPHABET)
        tokens.update(dict.fromkeys(_strings(_TOKEN_LETTERS[np.column_stack([rows, check.astype(np.uint8)])])))
    return list(tokens)


def new_token() -> str:
    """A fresh plate token."""
    return new_tokens(1)[0]


def parse_token(typed: str) -> str:
    """The token that was typed or scanned: either case, O read as 0, I and L as 1, S as 5, U as V.

    Spaces and hyphens are ignored. Raises `CodeError`: empty, characters, length, check (a slip or a swap).
    """
    return _parse_letters(typed, TOKEN_LENGTH)


def as_written(typed: str) -> str:
    """Letters as our codes write them, whatever they may mean: capitals, no separators, O as 0, I and L as 1 …"""
    return _SEPARATORS.sub("", typed).translate(_READ_AS)


def _parse_letters(typed: str, length: int) -> str:
    """Characters of the token alphabet whose Σ i·vᵢ is 0 (mod 31)."""
    token = as_written(typed)
    if not token:
        raise CodeError("empty", typed)
    values = [_TOKEN_VALUE.get(letter, -1) for letter in token[: length + 1]]
    if -1 in values:
        raise CodeError("characters", typed)
    if len(token) != length:
        raise CodeError("length", typed)
    if sum(place * value for place, value in enumerate(values, 1)) % len(TOKEN_ALPHABET):
        raise CodeError("check", typed)
    return token


def format_token(token: str) -> str:
    """A token as it is printed under the QR, in groups of four: K7QP 2M4X 9TRA."""
    return " ".join(token[start : start + 4] for start in range(0, len(token), 4))


# --- Household secrets ----------------------------------------------------------------------------


def new_secret() -> str:
    """A fresh secret of a household, from the operating system's random source: 19 · log₂ 31 = 94 bits."""
    letters = [secrets.choice(TOKEN_ALPHABET) for _ in range(SECRET_LENGTH - 1)]
    total = sum(place * _TOKEN_VALUE[letter] for place, letter in enumerate(letters, 1))
    check = -total * pow(SECRET_LENGTH, -1, len(TOKEN_ALPHABET)) % len(TOKEN_ALPHABET)
    return "".join(letters) + TOKEN_ALPHABET[check]


def parse_secret(typed: str) -> str:
    """The secret that was typed or scanned, read as a token is and printed in groups of four by `format_token`.

    Raises `CodeError`: empty, characters, length, check. Its text is cut off: a secret goes into no log.
    """
    try:
        return _parse_letters(typed, SECRET_LENGTH)
    except CodeError as error:
        raise CodeError(error.reason, "") from None


# --- Plus Codes -----------------------------------------------------------------------------------


def plus_code(lat: float, lng: float) -> str:
    """The full Plus Code with 11 digits (a cell of about 3.5 × 2.8 m) of a point in EPSG:4326."""
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        raise ValueError(f"no point on earth: {lat}, {lng}")
    code: str = openlocationcode.encode(lat, lng, PLUS_CODE_DIGITS)
    return code


def plus_codes(lats: ArrayLike, lngs: ArrayLike) -> list[str]:
    """`plus_code` of many points at once; the same text as the library writes, digit for digit."""
    lat, lng = np.asarray(lats, dtype=np.float64), np.asarray(lngs, dtype=np.float64)
    if not np.all((lat >= -90) & (lat < 90) & (lng >= -180) & (lng < 180)):
        raise ValueError("a point outside the earth's degrees")
    rows = _olc_units((lat + openlocationcode.LATITUDE_MAX_) * openlocationcode.FINAL_LAT_PRECISION_)
    columns = _olc_units((lng + openlocationcode.LONGITUDE_MAX_) * openlocationcode.FINAL_LNG_PRECISION_)
    # The library divides down to 15 digits; the last four are not wanted.
    rows //= openlocationcode.GRID_ROWS_**4
    columns //= openlocationcode.GRID_COLUMNS_**4
    digits = np.empty((lat.size, PLUS_CODE_DIGITS), dtype=np.uint8)
    rows, row = np.divmod(rows, openlocationcode.GRID_ROWS_)
    columns, column = np.divmod(columns, openlocationcode.GRID_COLUMNS_)
    digits[:, 10] = row * openlocationcode.GRID_COLUMNS_ + column
    for place in range(8, -1, -2):
        rows, row = np.divmod(rows, openlocationcode.ENCODING_BASE_)
        columns, column = np.divmod(columns, openlocationcode.ENCODING_BASE_)
        digits[:, place], digits[:, place + 1] = row, column
    letters = np.frombuffer(openlocationcode.CODE_ALPHABET_.encode("ascii"), dtype=np.uint8)[digits]
    plus = np.full((lat.size, 1), ord(openlocationcode.SEPARATOR_), dtype=np.uint8)
    return _strings(np.hstack([letters[:, :8], plus, letters[:, 8:]]))


def _olc_units(scaled: NDArray[np.float64]) -> NDArray[np.int64]:
    # int(round(x, 6)) as the library does it, without the error that numpy's own round makes at this size.
    nearest = np.rint(scaled)
    return np.where(np.abs(scaled - nearest) < 5e-7, nearest, np.floor(scaled)).astype(np.int64)


def _strings(letters: NDArray[np.uint8]) -> list[str]:
    """One string a row of an (n, length) array of ASCII letters."""
    length = letters.shape[1]
    rows = np.ascontiguousarray(letters).view(f"S{length}").ravel()
    strings: list[str] = rows.astype(f"U{length}").tolist()
    return strings


# --- Addresses ------------------------------------------------------------------------------------

_HOST = re.compile(r"[A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?(?::[0-9]{1,5})?")


def plate_url(host: str, token: str, plus_code: str) -> str:
    """The text of a plate's QR: `https://` in lower case, since some scanners fail on capitals there, and the
    rest in capitals, which a QR holds in its dense alphanumeric mode. Raises ValueError for a host that does
    not fit that mode.
    """
    if not _HOST.fullmatch(host.upper()):
        raise ValueError(f"not a host name a QR can hold: {host!r}")
    return f"https://{host.upper()}/{token}/{plus_code}"


def plate_urls(host: str, tokens: Iterable[str], codes: Iterable[str]) -> list[str]:
    """`plate_url` of many plates of one host."""
    start = plate_url(host, "", "")[:-1]
    return [f"{start}{token}/{code}" for token, code in zip(tokens, codes, strict=True)]


def google_maps_url(lat: float, lng: float) -> str:
    """Opens Google Maps with a pin on the point (WGS 84). Needs no key, but needs `api=1`."""
    return f"https://www.google.com/maps/search/?api=1&query={_degrees(lat)},{_degrees(lng)}"


def google_directions_url(lat: float, lng: float) -> str:
    """Opens Google Maps with the way from the reader's position to the point (WGS 84)."""
    return f"https://www.google.com/maps/dir/?api=1&destination={_degrees(lat)},{_degrees(lng)}"


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")
