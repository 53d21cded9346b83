"""How a laboratory sheet is understood, what is still asked, and what a person has said. Pure.

A sheet is wide (a column for each analysis) or long (a row for each figure). Either way its figures come from a list of
`Analysis`: a column, or what property, method and unit a row names. Each must have a method of the reference rows and a
unit, or be left out by a person, before the sheet can be checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Literal

from soil_map.importing.columns import Field
from soil_map.units import AnalysisUnit, Conversion, UnitsDiffer, conversion, unit_of

WIDE: Final = "wide"
LONG: Final = "long"
REFUSE: Final = "refuse"
REPLICATES: Final = "replicates"
_TUPLES: Final = ("said", "properties", "methods_named", "words")
Question = Literal[
    "property", "words", "ambiguous", "method", "methods_named", "unit", "units_differ", "same_method", "two_methods",
    "site", "system", "depth", "confirm",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PropertyInfo:
    """What the reference rows say of a property."""

    key: str
    name: str
    unit: str
    lowest: float
    highest: float
    decimals: int


@dataclass(frozen=True, slots=True)
class MethodInfo:
    """A method and the property that it measures."""

    key: str
    name: str
    property: PropertyInfo


@dataclass(frozen=True, slots=True)
class Analysis:
    """Where figures of one kind stand: a column of a wide sheet, or rows of a long one that name the same."""

    key: str
    """ "c7" for the column with index 7, "a0" for the first kind of a long sheet."""
    said: tuple[str, ...]
    """The header; of a long sheet property, method and unit as the rows have them."""
    properties: tuple[str, ...] = ()
    method: str = ""
    methods_named: tuple[str, ...] = ()
    unit: str | None = None
    """A key of `soil_map.units`, "" for pH; None is not known."""
    limit: float | None = None
    """What the method cannot see below, in this unit, for cells that say "vết"."""
    left_out: bool = False
    is_assumed: bool = False
    """Nobody said the method: it is the only one known for the property."""
    words: tuple[str, ...] = ()
    """Of the header, what nobody understands: it may be another method, or another quantity."""

    @property
    def column(self) -> int:
        """The index of the column of a wide sheet."""
        return int(self.key[1:])

    @property
    def title(self) -> str:
        return " · ".join(part for part in self.said if part)


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a sheet is read."""

    sheet: str = ""
    titles: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Index → letter and title."""
    columns: dict[str, int] = field(default_factory=dict)
    """Field → index of its column."""
    analyses: tuple[Analysis, ...] = ()
    srid: int | None = None
    swapped: bool = False
    depth: tuple[float, float] | None = None
    """Of every sample, where no column says it."""
    doubles: str = REFUSE
    """A sample that comes twice: refused, or a replicate of the first."""
    both_methods: bool = False
    """A person said that one property by two methods in a long sheet is two layers, not a slip."""
    is_confirmed: bool = False

    @property
    def form(self) -> str:
        return LONG if {Field.PROPERTY, Field.VALUE} <= self.columns.keys() else WIDE

    @property
    def has_place(self) -> bool:
        return Field.POINT in self.columns or {Field.X, Field.Y} <= self.columns.keys()

    @property
    def has_parcel(self) -> bool:
        return {Field.SHEET, Field.PARCEL} <= self.columns.keys()

    @property
    def has_depth(self) -> bool:
        return Field.DEPTH in self.columns or {Field.DEPTH_FROM, Field.DEPTH_TO} <= self.columns.keys()

    def to_json(self) -> dict[str, Any]:
        """As `SoilImport.meaning` keeps it."""
        return {
            **{one.name: getattr(self, one.name) for one in fields(self)},
            "titles": {str(index): list(title) for index, title in self.titles.items()},
            "analyses": [asdict(one) for one in self.analyses],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Meaning:
        """Out of `SoilImport.meaning`."""
        analyses = tuple(
            Analysis(**{**one, **{name: tuple(one.get(name, ())) for name in _TUPLES}})
            for one in kept.get("analyses", ())
        )
        titles = {int(index): (title[0], title[1]) for index, title in kept.get("titles", {}).items()}
        depth = None if kept.get("depth") is None else (float(kept["depth"][0]), float(kept["depth"][1]))
        return cls(**{**kept, "analyses": analyses, "titles": titles, "depth": depth})


@dataclass(frozen=True, slots=True)
class Open:
    """Something that a person must say. `analysis` is the key of what it is about, `other` of what it clashes with."""

    question: Question
    analysis: str = ""
    other: str = ""


def open_questions(meaning: Meaning, methods: Mapping[str, MethodInfo]) -> list[Open]:
    """What has to be said before the sheet can be checked, the first of it first."""
    asked: list[Open] = []
    if Field.SITE not in meaning.columns and not meaning.has_parcel:
        asked.append(Open("site"))
    for one in meaning.analyses:
        if not one.left_out and (question := question_of(one, methods)) is not None:
            asked.append(Open(question, one.key))
    asked += _clashes(meaning, methods)
    if meaning.has_place and meaning.srid is None:
        asked.append(Open("system"))
    if not meaning.has_depth and meaning.depth is None:
        asked.append(Open("depth"))
    if not meaning.is_confirmed:
        asked += [Open("confirm", one.key) for one in meaning.analyses if one.is_assumed and not one.left_out]
    return asked


def question_of(analysis: Analysis, methods: Mapping[str, MethodInfo]) -> Question | None:
    """What is not known of one analysis."""
    if not analysis.method:
        if len(analysis.methods_named) > 1:
            return "methods_named"
        if analysis.words:
            return "words"
        if not analysis.properties:
            return "property"
        return "ambiguous" if len(analysis.properties) > 1 else "method"
    if analysis.unit is None:
        return "unit"
    try:
        converted(analysis, methods)
    except UnitsDiffer:
        return "units_differ"
    return None


def converted(analysis: Analysis, methods: Mapping[str, MethodInfo]) -> Conversion:
    """How the figures of an analysis become canonical ones. Raises UnitsDiffer."""
    return conversion(unit_of(analysis.unit or ""), unit_of(methods[analysis.method].property.unit))


def _clashes(meaning: Meaning, methods: Mapping[str, MethodInfo]) -> Iterator[Open]:
    """Two columns of one method; in a long sheet one property by two methods that nobody has told apart."""
    by_method: dict[str, str] = {}
    by_property: dict[str, dict[str, str]] = defaultdict(dict)
    for one in meaning.analyses:
        if one.left_out or not one.method:
            continue
        by_property[methods[one.method].property.key].setdefault(one.method, one.key)
        if meaning.form == WIDE and one.method in by_method and meaning.doubles != REPLICATES:
            yield Open("same_method", one.key, by_method[one.method])
        by_method.setdefault(one.method, one.key)
    if meaning.form == LONG and not meaning.both_methods:
        for found in by_property.values():
            first, *others = found.values()
            for other in others:
                yield Open("two_methods", other, first)


def needs_substance(unit: AnalysisUnit, canonical: AnalysisUnit) -> bool:
    """Whether a unit leaves open what it counts: "mg/kg" of phosphorus may be P or P₂O₅, 2.3 times apart."""
    return unit.substance == "" and canonical.substance in ("P2O5", "K2O")


def with_method(analysis: Analysis, method: str, unit: str | None) -> Analysis:
    """The analysis with what a person said of it."""
    return replace(analysis, method=method, unit=unit, left_out=False, is_assumed=False)
