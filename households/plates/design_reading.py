"""A plate design from the JSON that people edit; what is wrong with it is said by line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from households.plates import design_checks, design_sentences, design_write_up
from households.plates.design import PlateDesign
from households.plates.design_checks import Circumstances
from households.plates.design_schema import Design
from households.plates.design_sentences import Flaw
from mapping import json_places
from mapping.errors import UserError
from mapping.json_places import JsonMistake, Placed
from mapping.printing.fonts import Fonts
from mapping.printing.raster import Raster
from mapping.printing.sheet import Sheet
from mapping.wording import gettext as _

LONGEST_TEXT: Final = 100_000
MOST_PROBLEMS: Final = 50


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
        place = {"line": first.line, "column": first.column, "sentence": first.sentence}
        super().__init__(_("Mẫu biển, dòng %(line)d, cột %(column)d: %(sentence)s") % place, code="design")
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
    placed = _placed(text)
    try:
        written = Design.model_validate(placed.value)
    except ValidationError as error:
        raise _problems(placed, design_sentences.of_schema(error, placed)) from None
    names = emblems or {}
    _refuse(placed, design_write_up.unknown_names(written, names))
    design = design_write_up.made(written, names)
    _refuse(
        placed, [(path, False, why) for path, why in design_checks.check(design, Circumstances(host, sheet, fonts))]
    )
    return design


def emblems_of(text: str) -> list[str]:
    """Return the names of the emblems that a design shows, each once; empty where the text is no design."""
    try:
        return list(dict.fromkeys(image.emblem for image in Design.model_validate(json_places.read(text).value).images))
    except (JsonMistake, ValidationError):
        return []


def _placed(text: str) -> Placed:
    if len(text) > LONGEST_TEXT:
        raise DesignProblems([Problem(1, 1, "", _("Bản thiết kế dài quá 100 000 chữ."))])
    try:
        return json_places.read(text)
    except JsonMistake as mistake:
        sentence = design_sentences.of_mistake(mistake)
        raise DesignProblems([Problem(mistake.line, mistake.column, "", sentence)]) from None


def _refuse(placed: Placed, flaws: Sequence[Flaw]) -> None:
    if flaws:
        raise _problems(placed, flaws)


def _problems(placed: Placed, flaws: Iterable[Flaw]) -> DesignProblems:
    problems = [
        Problem(*placed.place(path, name=of_name), design_sentences.written(path), sentence)
        for path, of_name, sentence in flaws
    ]
    problems.sort(key=lambda problem: (problem.line, problem.column))
    return DesignProblems(problems[:MOST_PROBLEMS])
