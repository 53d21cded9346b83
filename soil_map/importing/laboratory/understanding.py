"""A laboratory sheet as it seems by itself: what its columns hold, and what their cells are like. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from mapping.tables import Row
from mapping.text import clean
from soil_map.importing.columns import Column, Field
from soil_map.importing.laboratory.headers import meaning_of
from soil_map.importing.laboratory.meaning import (
    LONG,
    WIDE,
    Analysis,
    Meaning,
    MethodInfo,
    PropertyInfo,
    needs_substance,
)
from soil_map.importing.values import FigureWrong, read_figure
from soil_map.units import AnalysisUnit, UnitUnknown, read_unit, unit_of

MOST_KINDS: Final = 200
"""A long sheet that names more kinds of figures than so many is none."""
_MOSTLY: Final = 0.6
_SAMPLES: Final = 4

Titles = Mapping[int, tuple[str, str]]


class TooManyKinds(ValueError):
    """The column that should name properties names something else: how many."""


@dataclass(slots=True)
class Seen:
    """What the cells of an analysis are like."""

    count: int = 0
    """Cells that are not empty."""
    figures: int = 0
    unseen: int = 0
    """Cells that say "vết" or "KPH" without a limit."""
    example: str = ""
    """The first plain figure, and in which row of the file."""
    example_row: int = 0
    first_row: int = 0
    last_row: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def look_at(self, cell: str, row: int, kinds: dict[str, str]) -> None:
        """Count one cell; `kinds` remembers what equal cells were."""
        kind = kinds.get(cell)
        if kind is None:
            kind = kinds[cell] = _kind(cell)
        if not kind:
            return
        self.count += 1
        self.first_row = self.first_row or row
        self.last_row = row
        if kind == "figure":
            self.figures += 1
            if not self.example:
                self.example, self.example_row = clean(cell), row
        elif kind == "unseen":
            self.unseen += 1


def _kind(cell: str) -> str:
    try:
        figure = read_figure(cell)
    except FigureWrong as error:
        return "unseen" if error.code == "limit" else "text" if error.code == "text" else "odd"
    if figure is None:
        return ""
    return "odd" if figure.is_below_detection else "figure"


def first_meaning(
    titles: Titles, rows: Sequence[Row], methods: Mapping[str, MethodInfo], *, sheet: str = ""
) -> Meaning:
    """Return the meaning that titles and cells suggest. Raises TooManyKinds."""
    columns: dict[str, int] = {}
    for index, (_letter, title) in titles.items():
        found = meaning_of(title).field
        if found is not None:
            columns.setdefault(found, index)
    meaning = Meaning(sheet=sheet, titles=dict(titles), columns=columns)
    return replace(meaning, analyses=analyses_of(meaning, rows, methods))


def analyses_of(meaning: Meaning, rows: Sequence[Row], methods: Mapping[str, MethodInfo]) -> tuple[Analysis, ...]:
    """Where figures stand, by the columns of a meaning. Raises TooManyKinds."""
    return _long(meaning, rows, methods) if meaning.form == LONG else _wide(meaning, rows, methods)


def _wide(meaning: Meaning, rows: Sequence[Row], methods: Mapping[str, MethodInfo]) -> tuple[Analysis, ...]:
    found = []
    used = set(meaning.columns.values())
    for index, (_letter, title) in meaning.titles.items():
        column = meaning_of(title)
        if column.field is not None or index in used:
            continue
        if column.properties or _holds_figures(index, rows):
            found.append(_analysis(f"c{index}", (title,), column, methods))
    return tuple(found)


def _holds_figures(index: int, rows: Sequence[Row]) -> bool:
    seen, kinds = Seen(), dict[str, str]()
    for row in rows[:1_000]:
        if index < len(row.values):
            seen.look_at(row.values[index], row.number, kinds)
    return seen.figures > 0 and seen.figures + seen.unseen >= _MOSTLY * seen.count


def _long(meaning: Meaning, rows: Sequence[Row], methods: Mapping[str, MethodInfo]) -> tuple[Analysis, ...]:
    """The kinds of figures that the rows of a long sheet name. Raises TooManyKinds."""
    kinds: dict[tuple[str, str, str], None] = {}
    for row in rows:
        said = said_of(row.values, meaning.columns)
        if said[0]:
            kinds.setdefault(said)
            if len(kinds) > MOST_KINDS:
                raise TooManyKinds(len(kinds))
    found = []
    for number, (prop, method, unit) in enumerate(kinds):
        # The header column of a figure may hold what its row leaves open: "OM (%)" with no unit of its own.
        column = meaning_of(" ".join(filter(None, (prop, method, f"({unit})" if unit else ""))))
        alone = meaning_of(prop)
        is_other = column.properties != alone.properties and (column.properties or not column.unknown)
        if alone.field is None and len(alone.properties) == 1 and is_other:
            column = alone
        analysis = _analysis(f"a{number}", (prop, method, unit), column, methods, has_method_text=bool(method))
        found.append(_with_unit_text(analysis, unit, methods) if unit else analysis)
    return tuple(found)


def said_of(values: Sequence[str], columns: Mapping[str, int]) -> tuple[str, str, str]:
    """Property, method and unit as a row of a long sheet has them."""
    prop, method, unit = (
        clean(values[columns[name]])[:120] if name in columns and columns[name] < len(values) else ""
        for name in (Field.PROPERTY, Field.METHOD, Field.UNIT)
    )
    return prop, method, unit


def _analysis(
    key: str,
    said: tuple[str, ...],
    column: Column,
    methods: Mapping[str, MethodInfo],
    *,
    has_method_text: bool = False,
) -> Analysis:
    method, is_assumed = column.method or "", False
    is_silent = not (column.methods_named or column.unknown or has_method_text)
    if not method and len(column.properties) == 1 and is_silent:
        known = [one.key for one in methods.values() if one.property.key == column.properties[0]]
        if len(known) == 1:
            method, is_assumed = known[0], True
    return Analysis(
        key=key, said=said, properties=column.properties, method=method, methods_named=column.methods_named,
        unit=_unit_key(column.unit, column.properties, methods), is_assumed=is_assumed,
        words=column.unknown,
    )  # fmt: skip


def _with_unit_text(analysis: Analysis, unit: str, methods: Mapping[str, MethodInfo]) -> Analysis:
    """The unit of a long row stands alone: what it cannot be read as stays open whatever the property says."""
    if analysis.unit is not None:
        return analysis
    try:
        read = read_unit(unit)
    except UnitUnknown:
        return analysis
    return replace(analysis, unit=_unit_key(read, analysis.properties, methods))


def _unit_key(unit: AnalysisUnit | None, properties: tuple[str, ...], methods: Mapping[str, MethodInfo]) -> str | None:
    """The unit's key; None where it is open, also what it counts."""
    if unit is None:
        return None
    canonical = _property(properties[0], methods) if properties else None
    if canonical is not None and needs_substance(unit, unit_of(canonical.unit)):
        return None
    return unit.key


def _property(key: str, methods: Mapping[str, MethodInfo]) -> PropertyInfo | None:
    return next((one.property for one in methods.values() if one.property.key == key), None)


def look(meaning: Meaning, rows: Sequence[Row]) -> dict[str, Seen]:
    """What the cells of each analysis are like, by its key."""
    seen = {one.key: Seen() for one in meaning.analyses}
    kinds: dict[str, str] = {}
    if meaning.form == WIDE:
        places = [(seen[one.key], one.column) for one in meaning.analyses]
        for row in rows:
            for one, index in places:
                if index < len(row.values):
                    one.look_at(row.values[index], row.number, kinds)
        return seen
    by_said = {one.said: seen[one.key] for one in meaning.analyses}
    at = meaning.columns[Field.VALUE]
    for row in rows:
        found = by_said.get(said_of(row.values, meaning.columns))
        if found is not None and at < len(row.values):
            found.look_at(row.values[at], row.number, kinds)
    return seen


def first_cells(index: int, rows: Sequence[Row]) -> list[str]:
    """The first cells of a column that are not empty."""
    found: list[str] = []
    for row in rows[:40]:
        if index < len(row.values) and (text := clean(row.values[index])):
            found.append(text[:30])
            if len(found) == _SAMPLES:
                break
    return found
