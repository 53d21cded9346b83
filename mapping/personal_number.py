"""The personal identification number (số định danh cá nhân): 12 digits whose first six say where and when.

Three digits of the province where the birth was registered (its code before July 2025, or of the country, for whoever
was born abroad), one of century and sex, two of the year of birth, six at random. Nothing here knows about Django.
"""

from __future__ import annotations

import re
from typing import Final

DIGITS: Final = 12
# The 63 provinces that numbers were given in.
PROVINCES: Final = frozenset(
    f"{code:03d}"
    for code in (
        *(1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38),
        *(40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79),
        *(80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96),
    )
)
_FIRST_COUNTRY: Final = 101
_OLDEST: Final = 125  # years; nobody registered today was born earlier
_BETWEEN = re.compile(r"[\s.\-\u2010-\u2015]")


class PersonalNumberError(ValueError):
    """What is wrong with a typed number; `reason` is "length", "place" or "year"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_personal_number(text: str, *, this_year: int) -> str:
    """Return the 12 digits of a number as typed, spaces and dots allowed; raises PersonalNumberError.

    Eleven digits are those of a number whose leading zero Excel dropped.
    """
    digits = _BETWEEN.sub("", text)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (DIGITS - 1, DIGITS):
        raise PersonalNumberError("length")
    digits = digits.zfill(DIGITS)
    if digits[:3] not in PROVINCES and int(digits[:3]) < _FIRST_COUNTRY:
        raise PersonalNumberError("place")
    year = 1900 + int(digits[3]) // 2 * 100 + int(digits[4:6])
    if not this_year - _OLDEST <= year <= this_year:
        raise PersonalNumberError("year")
    return digits
