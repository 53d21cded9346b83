"""The words that say what a part of an address is, whole and shortened. No name of any place stands here.

Ranks order the parts as a Vietnamese address does, the smallest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mapping.text import fold

NUMBER, SUB_ALLEY, ALLEY, ROAD, VILLAGE, COMMUNE, DISTRICT, PROVINCE = range(8)
STREETS: Final = (SUB_ALLEY, ALLEY, ROAD)


@dataclass(frozen=True, slots=True)
class Kind:
    """One meaning of a word or an abbreviation. `doubt` is what taking it so costs where nothing else decides."""

    word: str  # as an address writes it in full: "ngõ"
    rank: int
    doubt: float = 0.0


_WORDS: Final[dict[int, str]] = {
    SUB_ALLEY: "ngách",
    ALLEY: "ngõ, kiệt, hẻm",
    ROAD: "đường, phố, quốc lộ, tỉnh lộ, huyện lộ, hương lộ, đại lộ",
    VILLAGE: (
        "thôn, bản, xóm, làng, ấp, buôn, khóm, khối, khối phố, tổ dân phố, khu phố, khu dân cư, tiểu khu, tổ, khu"
    ),
    COMMUNE: "xã, phường, thị trấn, đặc khu",
    DISTRICT: "huyện, quận, thị xã",
    PROVINCE: "tỉnh, thành phố",
}
_NUMBER_WORDS: Final = ("số nhà", "nhà số", "số", "nhà")

WHOLE: Final[dict[tuple[str, ...], tuple[Kind, str]]] = {
    tuple(fold(word).split()): (Kind(word, rank), word) for rank, words in _WORDS.items() for word in words.split(", ")
} | {tuple(fold(word).split()): (Kind("số", NUMBER), word) for word in _NUMBER_WORDS}
"""Folded words → what they mean, and how they are written with their marks."""
LONGEST: Final = max(len(words) for words in WHOLE)

_SHORT: Final[dict[str, str]] = {
    "sn": "số",
    "đ": "đường", "đg": "đường", "ql": "quốc lộ", "tl": "tỉnh lộ", "đt": "tỉnh lộ", "hl": "huyện lộ, hương lộ",
    "đl": "đại lộ",
    "p": "phường, phố", "ph": "phố, phường", "f": "phường",
    "ng": "ngõ, ngách", "ngh": "ngách", "k": "kiệt, khu", "h": "hẻm, huyện",
    "t": "thôn, tỉnh, tổ", "th": "thôn", "b": "bản", "xm": "xóm", "tdp": "tổ dân phố", "kp": "khu phố",
    "kdc": "khu dân cư", "tk": "tiểu khu",
    "x": "xã, xóm", "tt": "thị trấn", "đk": "đặc khu",
    "q": "quận", "tx": "thị xã",
    "tp": "thành phố",
}  # fmt: skip
_BY_WORD: Final = {kind.word: kind for kind, _ in WHOLE.values()}
SHORT: Final[dict[str, tuple[Kind, ...]]] = {
    fold(short): tuple(Kind(word, _BY_WORD[word].rank, 0.15 * place) for place, word in enumerate(meanings.split(", ")))
    for short, meanings in _SHORT.items()
}
"""Folded abbreviations without dots → what they may mean, the likeliest first."""

NUMBER_UNITS: Final = frozenset({"so", "nha", "sn"})
COUNTRY: Final = ("viet", "nam")
