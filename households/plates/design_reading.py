"""A plate design from the JSON that people edit; what is wrong with it is said by line and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from households.plates.design import PlateDesign
from mapping.errors import UserError
from mapping.printing.fonts import Fonts
from mapping.printing.raster import Raster
from mapping.printing.sheet import Sheet


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where in the text (from 1), which member (`numbered.fields[2].box`), and a sentence."""

    line: int
    column: int
    path: str
    sentence: str


class DesignProblems(UserError):
    """The text is no design that can be printed; `problems` in the order of the text. The sentence says the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.sentence, code="design")
        self.problems = tuple(problems)


def read_design(
    text: str,
    emblems: Mapping[str, Raster] | None = None,
    *,
    host: str = "",
    sheet: Sheet | None = None,
    fonts: Fonts | None = None,
) -> PlateDesign:
    """Return the design that `text` describes.

    `emblems` are the pictures that it may name. With `sheet` it is judged as printed there, else at its own size; with
    `host` its symbols must hold the longest address of that host; with `fonts` its fixed words must fit their boxes.
    Raises DesignProblems.
    """
    raise NotImplementedError
