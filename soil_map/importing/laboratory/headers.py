"""The header of a laboratory sheet: up to three rows, merged, with the units in a row of their own. Pure.

"Tổng số (%)" stands merged over N, P2O5 and K2O, "Tọa độ" over X and Y; below them a row says "%", "mg/100g". Each
column gets the title that says most, out of its own cell and what stands over it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from mapping.tables import Headers, Limits
from mapping.text import fold
from soil_map.importing.columns import Column, understand
from soil_map.importing.header_words import qualifies
from soil_map.units import UnitUnknown, read_unit

_MOST_ROWS: Final = 3
_LONGEST: Final = 200  # letters of a cell that may be a title
_NUMBER: Final = re.compile(r"[<>≤≥]?\s*[+-]?[0-9]+(?:[.,][0-9]+)*")
_NUMBERING: Final = re.compile(r"\(?\s*[0-9]{1,3}\s*\)?")
_BEGINS_AS_UNIT: Final = re.compile(
    r"%|ppm|phan tram|percent|(?:mg|g|ug|µg|meq|me|cmol|mmol|l[di]+l|mdl|ms|ds)\b", re.ASCII
)
_OF_LENGTH: Final = frozenset({"cm", "m", "do", "°", "met"})


class LaboratoryHeaders(Headers):
    """Finds the header of a laboratory sheet by what its titles mean."""

    def __init__(self, limits: Limits) -> None:
        super().__init__({}, limits)

    def field_of(self, title: str) -> str | None:
        """A key for what the title means; two properties that fit alike are one key."""
        column = meaning_of(title)
        if column.field is not None:
            return column.field.value
        named = column.properties or column.unknown
        return "|".join((*named, column.method or "")) if named else None

    def find(self, rows: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
        """Index of the first row after the header, and the titles; the block of rows that says most is the header."""
        best_score, best = 0.0, (0, 1)
        for first in range(len(rows)):
            for after in range(first + 1, min(first + _MOST_ROWS, len(rows)) + 1):
                if after > first + 1 and not _may_be_header(rows[after - 1][1]):
                    break
                score = self._score(_titles([values for _number, values in rows[first:after]]))
                if score > best_score:
                    best_score, best = score, (first, after)
        if not best_score:
            return super().find(rows)
        first, after = best
        titles = _titles([values for _number, values in rows[first:after]])
        while titles and not titles[-1].strip():
            titles.pop()
        while after < len(rows) and _only_numbers_columns(rows[after][1]):
            after += 1
        return after, titles

    def _score(self, titles: list[str]) -> float:
        """How much titles say: what each is of a kind, less what stays open."""
        best: dict[str, float] = {}
        for title in titles:
            if (key := self.field_of(title)) is not None:
                best[key] = max(best.get(key, 0.0), says(meaning_of(title)))
        return sum(best.values())


@lru_cache(maxsize=4_000)
def meaning_of(title: str) -> Column:
    """What a title says; one longer than titles are says nothing, and looking for something in it would take long."""
    return understand(title) if 0 < len(title) <= _LONGEST else Column(title)


def says(column: Column) -> float:
    """How much a header says: a field or one property with method and unit most, nothing 0."""
    if column.field is not None:
        return 2.0
    if column.unknown:  # words that nobody understands may as well be of a title that is none
        return 0.75 if column.properties else 0.5
    if not column.properties:
        return 0.0
    if len(column.properties) > 1:
        return 1.0 if column.unit is None else 1.25
    return 2.0 - 0.25 * (column.method is None) - 0.25 * (column.unit is None)


def is_unit(cell: str) -> bool:
    """Whether a cell holds a unit and nothing else: "%", "(mg/100g)", "cm"."""
    if len(cell) > 40:
        return False
    inside = fold(cell).strip("()[] .")
    if inside in _OF_LENGTH:
        return True
    if not _BEGINS_AS_UNIT.match(inside):  # "OM (%)" is a property with its unit
        return False
    try:
        return read_unit(cell).measure != ""
    except UnitUnknown:
        return False


def _titles(block: Sequence[list[str]]) -> list[str]:
    """One title a column out of the rows of a header."""
    width = max(map(len, block))
    titles = [*block[0], *[""] * (width - len(block[0]))]
    for row in block[1:]:
        below = [*row, *[""] * (width - len(row))]
        merged = _filled(titles, below)
        titles = [_joined(upper, lower.strip()) for upper, lower in zip(merged, below, strict=True)]
    return [" ".join(title.split()) for title in titles]


def _filled(upper: list[str], below: list[str]) -> list[str]:
    """A merged cell has its text in its first column alone: it goes on over the columns that say something below."""
    filled: list[str] = []
    for index, text in enumerate(upper):
        goes_on = index > 0 and not text.strip() and below[index].strip() and below[index - 1].strip()
        filled.append(filled[-1] if goes_on else text.strip())
    return filled


def _joined(upper: str, lower: str) -> str:
    if not lower or not upper:
        return lower or upper
    if is_unit(lower):
        return upper if lower in upper else f"{upper} ({lower.strip('()[] ')})"
    if qualifies(upper) and meaning_of(lower).properties and meaning_of(f"{lower} {upper}").unknown:
        return f"{lower} {upper}"  # "Dễ tiêu" over N: another nitrogen than the total one
    return max((lower, f"{lower} {upper}", f"{upper} {lower}"), key=lambda title: says(meaning_of(title)))


def _may_be_header(values: list[str]) -> bool:
    """Whether a row may go on with a header: figures are no titles."""
    filled = [value.strip() for value in values if value.strip()]
    return bool(filled) and not any(_NUMBER.fullmatch(value) for value in filled)


def _only_numbers_columns(values: list[str]) -> bool:
    filled = [value.strip() for value in values if value.strip()]
    return len(filled) > 2 and all(
        _NUMBERING.fullmatch(value) and int(value.strip("() ")) == number for number, value in enumerate(filled, 1)
    )
