"""Sheet profiles as JSON and back, and what is wrong with one, with the numbers.

A profile is an object whose keys are the fields of `Sheet` but its name, all in millimetres; those that `Sheet` gives a
value of its own may be left out. The sentences for people are made of these problems elsewhere.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Final

from mapping.printing.sheet import Sheet, SheetDoesNotFit

COUNTS: Final = ("columns", "rows")
FIELDS: Final = tuple(field.name for field in fields(Sheet) if field.name != "name")
REQUIRED: Final = FIELDS[: FIELDS.index("gutter_x")]

LARGEST_PAGE_MM: Final = 2000.0
MOST_CELLS: Final = 500
LARGEST_OFFSET_MM: Final = 15.0
"""A printer that slips more is fed wrongly: no calibration mends that."""


@dataclass(frozen=True)
class SheetProblem:
    """One thing that is wrong.

    `reason` is `syntax` (`line` and `column` say where), `object`, `unknown`, `missing`, `number`, `whole`, `small`,
    `large` (`field` says which, `limit` what would be right), `cells` (more than MOST_CELLS) or one of
    SheetDoesNotFit, whose `needed` and `available` it has; `values` are the numbers that were read.
    """

    reason: str
    field: str = ""
    value: object = None
    limit: float = 0
    needed: float = 0
    available: float = 0
    line: int = 0
    column: int = 0
    values: Mapping[str, float] | None = None


class SheetRefused(ValueError):
    """A profile that cannot be used: `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[SheetProblem]) -> None:
        super().__init__("; ".join(f"{problem.reason} {problem.field}".strip() for problem in problems))
        self.problems = tuple(problems)


def read_text(name: str, text: str) -> Sheet:
    """Read a profile that somebody wrote as JSON. Raises SheetRefused."""
    try:
        values = json.loads(text)
        json.dumps(values, ensure_ascii=False).encode()  # half a pair of surrogates is no letter: no page shows it
    except json.JSONDecodeError as error:
        raise SheetRefused([SheetProblem("syntax", line=error.lineno, column=error.colno)]) from error
    except (RecursionError, ValueError) as error:  # brackets without end, numbers of thousands of digits
        raise SheetRefused([SheetProblem("object")]) from error
    return read_sheet(name, values)


def read_sheet(name: str, values: object) -> Sheet:
    """Read a profile from the object that JSON gave. Raises SheetRefused with everything that is wrong."""
    if not isinstance(values, Mapping):
        raise SheetRefused([SheetProblem("object")])
    problems = [SheetProblem("unknown", str(key)) for key in values if key not in FIELDS]
    problems += [SheetProblem("missing", field) for field in REQUIRED if field not in values]
    numbers: dict[str, float] = {}
    for field in FIELDS:
        if field in values:
            problem = _problem_of(field, values[field])
            if problem is None:
                numbers[field] = values[field]
            else:
                problems.append(problem)
    if not problems and numbers["columns"] * numbers["rows"] > MOST_CELLS:
        problems.append(SheetProblem("cells", value=numbers["columns"] * numbers["rows"], limit=MOST_CELLS))
    if problems:
        raise SheetRefused(problems)
    return _make(name, numbers)


def to_json(sheet: Sheet) -> dict[str, float]:
    """The profile as `read_sheet` takes it, without the name."""
    return {field: value for field, value in asdict(sheet).items() if field != "name"}


def to_text(sheet: Sheet) -> str:
    """The profile as people edit it, one field a line."""
    return json.dumps(to_json(sheet), indent=2) + "\n"


def _problem_of(field: str, value: object) -> SheetProblem | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return SheetProblem("number", field, value)
    if field in COUNTS and not isinstance(value, int):
        return SheetProblem("whole", field, value)
    least, most = _limits(field)
    if value < least:
        return SheetProblem("small", field, value, limit=least)
    if value > most:
        return SheetProblem("large", field, value, limit=most)
    return None


def _limits(field: str) -> tuple[float, float]:
    if field.startswith("offset"):
        return -LARGEST_OFFSET_MM, LARGEST_OFFSET_MM
    if field in COUNTS:
        return 1, MOST_CELLS
    return (1 if field.endswith(("_width", "_height")) else 0), LARGEST_PAGE_MM


def _make(name: str, numbers: Mapping[str, float]) -> Sheet:
    try:
        return Sheet(name=name, **numbers)  # type: ignore[arg-type]  # counts are whole, as was looked at
    except SheetDoesNotFit as error:
        raise SheetRefused(
            [
                SheetProblem(found.reason, needed=found.needed, available=found.available, values=numbers)
                for found in error.all
            ]
        ) from error
