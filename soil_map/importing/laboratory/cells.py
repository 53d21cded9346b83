"""What a laboratory sheet says of a sample besides its figures: depth, day, how many were mixed, whose it is. Pure.

A cell that cannot be understood is refused with a code and never mended: "20–0" may be a slip for 0–20 or for 20–40.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, Final

from mapping.tables import DateText
from mapping.text import clean, fold

DEEPEST_CM: Final = 1_000.0
MOST_MIXED: Final = 200
_RANGE: Final = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:cm)?\s*(?:-|–|—|÷|÷|~|đến|den|to|/)\s*(\d+(?:[.,]\d+)?)\s*(?:cm)?", re.I
)
_NUMBER: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:cm)?", re.I)
_DAY: Final = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_WHOLE: Final = re.compile(r"(\d{1,4})(?:[.,]0+)?")
_NOTHING: Final = frozenset("-‐‑‒–—―−_.…· ")
"""Dashes and dots, of which a cell may be made that holds nothing."""
_YES: Final = frozenset({"x", "co", "1", "true", "yes", "y", "rieng", "rieng tu", "private", "dung", *"✓✔√☑✅"})
_NO: Final = frozenset({"khong", "0", "false", "no", "n", "chung", "cong khai", "sai"})


class CellWrong(ValueError):
    """A cell that cannot be taken: a code of `laboratory.sentences`, with what its sentence needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def read_depth(cell: str) -> tuple[float, float]:
    """From and to in centimetres, out of "0-20", "0–20 cm". Raises CellWrong."""
    if isinstance(cell, DateText):  # Excel makes a day of 10-12
        raise CellWrong("depth_date")
    text = clean(cell)
    if not (found := _RANGE.fullmatch(text)):
        raise CellWrong("depth_one" if _NUMBER.fullmatch(text) else "depth", value=text)
    return checked_depth(_number(found[1]), _number(found[2]), text)


def read_depth_end(cell: str) -> float:
    """One end of a depth in centimetres. Raises CellWrong."""
    text = clean(cell)
    if isinstance(cell, DateText) or not (found := _NUMBER.fullmatch(text)):
        raise CellWrong("depth", value=text)
    return _number(found[1])


def checked_depth(top: float, bottom: float, text: str) -> tuple[float, float]:
    """The two, where they go down. Raises CellWrong."""
    if bottom <= top:
        raise CellWrong("depth_up", value=text, top=f"{bottom:g}", bottom=f"{top:g}")
    if bottom > DEEPEST_CM:
        raise CellWrong("depth_deep", value=text)
    return top, bottom


def read_day(cell: str, today: datetime.date) -> datetime.date | None:
    """The day, out of 12/3/2025 or what Excel keeps as a date. Raises CellWrong."""
    text = clean(cell)
    if not text or not any(map(str.isalnum, text)):
        return None
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        year += 2000 if year < 100 else 0
    else:
        raise CellWrong("day", value=text)
    try:
        read = datetime.date(year, month, day)
    except ValueError:
        raise CellWrong("day", value=text) from None
    if read > today:
        raise CellWrong("day_ahead", value=text)
    if read.year < 1950:
        raise CellWrong("day", value=text)
    return read


def read_mixed(cell: str) -> int | None:
    """How many subsamples are mixed in the bag; None for an empty cell. Raises CellWrong."""
    text = clean(cell)
    if not text or not any(map(str.isalnum, text)):
        return None
    found = _WHOLE.fullmatch(text)
    if not found or not 1 <= int(found[1]) <= MOST_MIXED:
        raise CellWrong("mixed", value=text, limit=MOST_MIXED)
    return int(found[1])


def read_replicate(cell: str) -> int | None:
    """Which replicate a row is; None for an empty cell. Raises CellWrong."""
    text = clean(cell)
    if not text:
        return None
    found = _WHOLE.fullmatch(text)
    if not found or not 1 <= int(found[1]) <= MOST_MIXED:
        raise CellWrong("replicate", value=text)
    return int(found[1])


def read_private(cell: str) -> bool | None:
    """Whether a sample is for whoever asked for it alone; None for a cell that does not say. Raises CellWrong.

    A sign that is no tick, be it "?", is refused: somebody made it, and without it the sample would be open.
    """
    folded = fold(clean(cell)).strip(" .")
    if _NOTHING.issuperset(folded):
        return None
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise CellWrong("private", value=clean(cell))


def read_accuracy(cell: str) -> float | None:
    """Metres; None for an empty cell. Raises CellWrong."""
    text = clean(cell).lower().removesuffix("m").strip()
    if not text:
        return None
    if not re.fullmatch(r"\d{1,4}(?:[.,]\d+)?", text):
        raise CellWrong("accuracy", value=clean(cell))
    return _number(text)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
