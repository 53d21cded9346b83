"""House numbers as they are written: "12", "20A", "20-1", "12/5", "12/5/3A", "A5", "12/A5".

What stands before the last slash is the alley's number; what follows is the house's own: the letter of its house group
if it has one, a number, and the suffix of a house added later. A suffix is kept as one number that sorts: see `suffix`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from households.numbering.model import Bools, Ints, Texts

MAX_LENGTH: Final = 20
"""Characters that a number may have in the register."""

NO_SUFFIX: Final = 0

Style = Literal["letter", "dash"]

_LETTERS: Final = "ABCDĐEFGHIJKLMNOPQRSTUVWXYZ"
_NOT_GIVEN: Final = frozenset("IOĐ")  # I and O read as 1 and 0; Đ is missed where marks are lost
_OWN: Final = re.compile(
    r"(?P<group>[A-ZĐ]{0,2})(?P<number>[0-9]{1,5})(?:(?P<letter>[A-ZĐ]{1,2})|-(?P<dash>[0-9]{1,3}))?"
)
_LAST_RANKS: Final[dict[Style, int]] = {"letter": 27 * 27 + 27, "dash": 999}  # ZZ and -999: what `_OWN` reads
_SPOKEN: Final = re.compile(r"^SỐ(?: NHÀ)?[ .]+")
_SPACES: Final = re.compile(r"\s*([/-])\s*")


@dataclass(frozen=True, slots=True)
class Written:
    """A number that was understood. `alley` and `group` are "" where there is none; `suffix` is a code."""

    alley: str
    group: str
    number: int
    suffix: int


@dataclass(frozen=True, slots=True)
class Readings:
    """What the numbers of many houses say; `number` is 0 where nothing was read or nothing could be."""

    alley: Texts
    group: Texts
    number: Ints
    suffix: Ints


def suffix(rank: int, *, dash: bool) -> int:
    """Return the code of the suffix in this place: A, B, C or -1, -2, -3; codes sort as the suffixes do."""
    return 2 * rank + int(dash)


def next_suffix(code: int, style: Style) -> int:
    """Return the code of the suffix that a new house takes after this one; letters that mislead are passed over.

    After the last one that can be read, ZZ or -999, comes the first.
    """
    rank = code // 2 + 1
    while style == "letter" and rank <= _LAST_RANKS[style] and not _NOT_GIVEN.isdisjoint(_letters(rank)):
        rank += 1
    return suffix(rank if rank <= _LAST_RANKS[style] else 1, dash=style == "dash")


def later(number: int, code: int, style: Style) -> Iterator[tuple[int, int]]:
    """Yield numbers with suffixes for a house that came after this one, the best first: 20A, 20B and so on.

    When all suffixes of a number are through, the next number of its side follows with its own: there is no end.
    """
    while True:
        for _step in range(_LAST_RANKS[style]):
            code = next_suffix(code, style)
            yield number, code
        number, code = number + 2, NO_SUFFIX
        yield number, code


def suffix_text(code: int) -> str:
    """Return a suffix as it is written after the number: "", "A", "AB", "-1"."""
    rank, dash = divmod(code, 2)
    if rank == 0:
        return ""
    return f"-{rank}" if dash else _letters(rank)


def own_text(number: int, code: int) -> str:
    """Return a house's own number, without alley and group."""
    return f"{number}{suffix_text(code)}"


def parse(text: str) -> Written | None:
    """Read a house number; None when it is none ("gần chợ", "12//5", "0")."""
    *steps, own = (_parse_own(step) for step in _cleaned(text).split("/"))
    if own is None or None in steps:
        return None
    alley = "/".join(f"{step[0]}{own_text(step[1], step[2])}" for step in steps if step)
    return Written(alley, *own)


def plain(text: str) -> str:
    """Return a number in the one way in which new ones are written; what cannot be read as it is."""
    it = parse(text)
    return _plain(it.alley, it.group, it.number, it.suffix) if it else text


def read(texts: Texts, wanted: Bools) -> Readings:
    """Read the numbers of the houses that are `wanted`; the arrays have one entry a house."""
    count = len(texts)
    alley, group = np.full(count, "", object), np.full(count, "", object)
    number, suffixes = np.zeros(count, np.int32), np.zeros(count, np.int32)
    places = np.flatnonzero(wanted)
    known: dict[str, Written | None] = {}
    found: list[tuple[str, str, int, int]] = []
    for text in texts[places].tolist():
        if text not in known:
            known[text] = parse(text)
        it = known[text]
        found.append((it.alley, it.group, it.number, it.suffix) if it else ("", "", 0, 0))
    if found:
        alleys, groups, numbers, codes = zip(*found, strict=True)
        alley[places], group[places], number[places], suffixes[places] = alleys, groups, numbers, codes
    return Readings(alley, group, number, suffixes)


def plain_texts(readings: Readings, places: NDArray[np.intp]) -> list[str]:
    """Return what was read, each number written in the one way in which new ones are written."""
    columns = (readings.alley, readings.group, readings.number, readings.suffix)
    rows = zip(*(column[places].tolist() for column in columns), strict=True)
    return [_plain(*row) for row in rows]


def _plain(alley: str, group: str, number: int, code: int) -> str:
    own = f"{group}{own_text(number, code)}"
    return f"{alley}/{own}" if alley else own


def _cleaned(text: str) -> str:
    """Capitals in NFC, without blanks around signs and without a spoken "số"."""
    return _SPACES.sub(r"\1", _SPOKEN.sub("", unicodedata.normalize("NFC", text).strip().upper()))


def _parse_own(own: str) -> tuple[str, int, int] | None:
    """Group, number and suffix of a number without slashes."""
    match = _OWN.fullmatch(own)
    if match is None or int(match["number"]) == 0 or match["dash"] in ("0", "00", "000"):
        return None
    code = NO_SUFFIX
    if match["letter"]:
        code = suffix(_rank(match["letter"]), dash=False)
    elif match["dash"]:
        code = suffix(int(match["dash"]), dash=True)
    return match["group"], int(match["number"]), code


def _rank(letters: str) -> int:
    """A is 1, Z 27, AA 28: each letter a digit, none of them a zero."""
    rank = 0
    for letter in letters:
        rank = rank * len(_LETTERS) + _LETTERS.index(letter) + 1
    return rank


def _letters(rank: int) -> str:
    """The letters of a rank: what `_rank` undoes."""
    letters = ""
    while rank:
        rank, digit = divmod(rank - 1, len(_LETTERS))
        letters = _LETTERS[digit] + letters
    return letters
