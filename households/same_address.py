"""When two written addresses are one: a form of numbers and of streets in which their spellings are equal.

"03" is "3", "1 a" is "1A"; "Đường  Hoà Bình" and "đ. Hòa Bình" are "đường hoà bình". Marks stay: Đình is not Định. The
database has twins of both, `sonha_number_key` and `sonha_street_key` (migration 0039), by which houses are compared.
Nothing here knows about the database.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from mapping.text import canonical_tone, nfc

KIND_WORDS: Final[dict[str, str]] = {
    "đ": "đường", "đg": "đường", "p": "phố", "ph": "phố", "ng": "ngõ", "ngh": "ngách", "k": "kiệt", "h": "hẻm",
    "ql": "quốc lộ", "tl": "tỉnh lộ", "đt": "tỉnh lộ", "hl": "huyện lộ", "đl": "đại lộ",
}  # fmt: skip
"""How the kind of a street is shortened before its name, and what it says there."""

_SPOKEN: Final = re.compile(r"^(?:SỐ NHÀ|NHÀ SỐ|SỐ|NHÀ|SN)[\s.:]+")
_BLANKS: Final = re.compile(r"\s+")
_ZEROS: Final = re.compile(r"(^|[^0-9])0+(?=[0-9])")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_SHORT: Final = re.compile(rf"^({'|'.join(sorted(KIND_WORDS, key=len, reverse=True))})(?:\.\s*|\s+|(?=[0-9]))")


def number_key(text: str) -> str:
    """Return what makes a house number the same as another: not its capitals, blanks, leading zeros, a spoken "số"."""
    key = _BLANKS.sub(" ", nfc(text).upper().strip()).translate(_DASHES)
    return _ZEROS.sub(r"\1", _SPOKEN.sub("", key).replace(" ", ""))


def street_key(text: str) -> str:
    """Return what makes a street's full name the same: not capitals, blanks, the place of a tone, a short kind word."""
    key = canonical_tone(unicodedata.normalize("NFC", text).lower()).replace("ð", "đ")
    key = _BLANKS.sub(" ", key).strip()
    return _SHORT.sub(lambda short: KIND_WORDS[short.group(1)] + " ", key)
