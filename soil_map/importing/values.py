"""A laboratory's figure as it was typed, as a number; what is none is named and never guessed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mapping.text import clean, fold

# Below what the method can see, with no limit told: traces, "không phát hiện", "not detected".
_UNSEEN: Final = frozenset({"vet", "tr", "trace", "traces", "kph", "khong phat hien", "nd", "n d", "bdl", "lod"})
_NOTHING: Final = frozenset({"", "-", "--", "–", "—", ".", "/", "x"})
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*", re.ASCII)
_BELOW: Final = re.compile(r"(?:<=|<|≤|nhỏ hơn)\s*(.+)", re.IGNORECASE)
_ABOVE: Final = re.compile(r"(?:>=|>|≥|lớn hơn)\s*(.+)", re.IGNORECASE)
_UNSEEN_BELOW: Final = re.compile(r"([^<≤0-9]+?)\s*[(\[]?\s*((?:<=|<|≤)[^()\[\]]+?)\s*[)\]]?")  # "KPH (<0,05)"
_SPREAD: Final = re.compile(r"(.+?)\s*(?:±|\+/-|\+-)\s*[0-9].*")
_SPACED: Final = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+)([.,][0-9]+)?", re.ASCII)
_DOUBTFUL: Final = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})", re.ASCII)
_MINUS: Final = re.compile(r"^[−‒–—﹣－](?=\s*[0-9])")
_LONGEST: Final = 40


@dataclass(frozen=True)
class Figure:
    """A figure in the unit of its column. Of one below detection `number` is half of `limit`."""

    written: str
    number: float
    limit: float | None = None

    @property
    def is_below_detection(self) -> bool:
        """Whether the laboratory saw nothing."""
        return self.limit is not None


class FigureWrong(ValueError):
    """A cell that is no figure; `code` says why, `would_be` what it might have been meant as."""

    def __init__(self, code: str, written: str, would_be: float | None = None) -> None:
        super().__init__(code, written)
        self.code = code
        self.written = written
        self.would_be = would_be


def read_figure(text: str, *, detection_limit: float | None = None) -> Figure | None:
    """Return the figure of a cell, None where it says that there is none.

    A comma or a point before the last group parts decimals, earlier ones thousands. `detection_limit` is that of the
    column, for cells that say "vết" or "KPH" without one; "KPH (<0,05)" has its own. Raises FigureWrong: "text",
    "negative", "above" for a cell that names only what it exceeds, "limit" for one below detection whose limit nobody
    told, "spread" for "5,2 ± 0,1", "spaced" for "1 250".
    """
    written = clean(text)[:_LONGEST]
    if written.lower() in _NOTHING:
        return None
    if _is_unseen(written):
        if detection_limit is None:
            raise FigureWrong("limit", written)
        return Figure(written, detection_limit / 2, detection_limit)
    if (found := _UNSEEN_BELOW.fullmatch(written)) and _is_unseen(found[1]):
        return _below(found[2].lstrip("<=≤ "), written)
    if found := _SPREAD.fullmatch(written):
        raise FigureWrong("spread", written, _number_or_none(found[1]))
    if found := _SPACED.fullmatch(written):
        raise FigureWrong("spaced", written, _number_or_none(written.replace(" ", "")))
    if found := _ABOVE.fullmatch(written):
        raise FigureWrong("above", written)
    if found := _BELOW.fullmatch(written):
        return _below(found[1].strip(), written)
    number = _number(_MINUS.sub("-", written).replace("- ", "-"), written)
    if number < 0:
        raise FigureWrong("negative", written)
    return Figure(written, number)


def readings_of(text: str) -> tuple[float, float] | None:
    """What "1.250" may mean, its mark before decimals or before thousands; None for what is read in one way."""
    found = _DOUBTFUL.fullmatch(clean(text))
    return (float(f"{found[1]}.{found[2]}"), float(found[1] + found[2])) if found else None


def _is_unseen(text: str) -> bool:
    return fold(text).strip(" .") in _UNSEEN or fold(text.replace(".", " ")).strip() in _UNSEEN


def _below(text: str, written: str) -> Figure:
    limit = _number(text, written)
    if not limit > 0:
        raise FigureWrong("negative", written)
    return Figure(written, limit / 2, limit)


def _number_or_none(text: str) -> float | None:
    try:
        return _number(text.strip(), text)
    except FigureWrong:
        return None


def check_range(figure: Figure, value: float, lowest: float, highest: float) -> None:
    """Raise FigureWrong("low") or ("high") for a value in the canonical unit that no soil has.

    `would_be` is the value with the comma that was perhaps lost, where that one is possible: 71 for a pH of 7,1.
    """
    if value > highest:
        tenth, hundredth = value / 10, value / 100
        would_be = next((one for one in (tenth, hundredth) if lowest <= one <= highest), None)
        raise FigureWrong("high", figure.written, would_be)
    if value < lowest:
        raise FigureWrong("low", figure.written)


def _number(text: str, written: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise FigureWrong("text", written)
    marks = [char for char in text if char in ".,"]
    if not marks:
        return float(text)
    groups = re.split(r"[.,]", text.lstrip("+-"))
    thousands = all(len(group) == 3 for group in groups[1:])
    if len(set(marks)) == 1 and len(marks) > 1:
        if not thousands:  # 1,2,3
            raise FigureWrong("text", written)
        return float(re.sub(r"[.,]", "", text))
    if len(set(marks)) == 2 and (marks[-1] in marks[:-1] or not all(len(group) == 3 for group in groups[1:-1])):
        raise FigureWrong("text", written)  # 1.2,3.4 or 12.34,5
    whole, _mark, decimals = text.replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{decimals}")
