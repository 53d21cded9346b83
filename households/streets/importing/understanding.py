"""What the features of a file are as streets: which columns tell name, kind and width, and what each value means.

Nothing here looks at coordinates. A person may change every part of a `Meaning`; what they did not touch is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from households.streets.importing import ways, words
from households.streets.importing.reading import LineRow, StreetFile
from households.streets.importing.words import LEAVE_OUT, UNSURE, Called
from mapping import text

LONGEST_NAME: Final = 100
MOST_VALUES: Final = 200
"""So many different kinds or layers are offered to choose for; a column with more tells no kinds."""
_OSM_TAGS: Final = ("ref", "name:vi", "est_width", "lanes", "service", "area")


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a layer is to be read. `columns`: field (name, kind, width) → index of its column.

    `kinds`: a value of the kind's column, folded → kind or LEAVE_OUT, as a person chose; others are guessed.
    `srid` is None until it is known what the coordinates mean; `swapped` when the northing stands first.
    """

    layer: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    srid: int | None = None
    swapped: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return {name: getattr(self, name) for name in ("layer", "columns", "kinds", "srid", "swapped")}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Raises TypeError for what `to_json` does not make."""
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class KindValue:
    """A value of the kind's column or a layer: how many features have it, what it stands for, whether guessed."""

    value: str
    count: int
    kind: str
    """A kind, LEAVE_OUT, or UNSURE where the name alone decides."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """A feature that is a street or part of one. `kind` is "" where it is a road without a name."""

    row: LineRow
    kind: str
    name: str
    number: str
    width_class: int
    width_is_usual: bool = False
    """Nothing tells the width; it is what is usual of such a way."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """The features that are streets, and how many were left out for which value of their kind."""

    streets: list[Understood]
    left_out: Counter[str]
    long_names: list[LineRow]
    """Features whose name is longer than a street's may be."""


def first_meaning(file: StreetFile) -> Meaning:
    """What the columns mean by their titles."""
    return Meaning(layer=file.layer, columns=dict(file.matched), srid=None)


def kind_values(file: StreetFile, meaning: Meaning) -> list[KindValue]:
    """The values of the kind's column with what each stands for, the most frequent first."""
    at = meaning.columns.get("kind")
    if at is None:
        return []
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for row in file.rows:
        key = text.fold(row.values[at])
        counts[key] += 1
        shown.setdefault(key, row.values[at])
    return [
        KindValue(shown[key], count, meaning.kinds.get(key, _guess(file, shown[key])), key in meaning.kinds)
        for key, count in counts.most_common(MOST_VALUES)
    ]


def _guess(file: StreetFile, value: str) -> str:
    if file.kind == "dxf":
        # A drawing has houses, parcels and frames as well: only layers that speak of streets are taken.
        return words.kind_of_value(value) or LEAVE_OUT
    if value in ways.HIGHWAYS:
        return UNSURE
    if file.kind == "osm":
        return LEAVE_OUT
    return words.kind_of_value(value)


def understand(file: StreetFile, meaning: Meaning) -> Understanding:
    """Read every feature's texts."""
    streets: list[Understood] = []
    left_out: Counter[str] = Counter()
    long_names: list[LineRow] = []
    reader = _Reader(file, meaning)
    for row in file.rows:
        found = reader.read(row.values)
        if found.kind == LEAVE_OUT:
            left_out[reader.kind_value(row.values)] += 1
        elif len(found.name) > LONGEST_NAME or len(found.number) > 20:
            long_names.append(row)
        else:
            streets.append(Understood(row, *found))
    return Understanding(streets, left_out, long_names)


class _Reader:
    """Reads the values of one feature after the other."""

    def __init__(self, file: StreetFile, meaning: Meaning) -> None:
        self._file = file
        self._chosen = meaning.kinds
        self._at = meaning.columns
        self._tags = [
            (title, index) for index, title in enumerate(file.titles) if title in _OSM_TAGS and file.kind == "osm"
        ]
        width = self._at.get("width")
        self._width_is_class = width is not None and text.squash(file.titles[width]) in ("widthclass", "capberong")

    def kind_value(self, values: Sequence[str]) -> str:
        """The text of the kind's column."""
        return self._value(values, "kind")

    def read(self, values: Sequence[str]) -> ways.Way:
        """What the feature is as a street."""
        kind_text, written = self._value(values, "kind"), self._value(values, "name")
        chosen = self._chosen.get(text.fold(kind_text), UNSURE)
        if chosen == LEAVE_OUT:
            return ways.Way(LEAVE_OUT, "", "", 0)
        if self._file.kind == "osm" or kind_text in ways.HIGHWAYS:
            tags = {title: values[index] for title, index in self._tags}
            tags |= {"highway": kind_text, "name": written, "width": self._value(values, "width")}
            return ways.way_of(tags, kind=chosen)
        width = words.width_of(self._value(values, "width"), as_class=self._width_is_class)
        found = self._called(kind_text, written, chosen)
        if found.kind == UNSURE:
            found = Called("road" if found.name else "ngo", found.name, found.number)
        if found.kind in ("road", "street") and not found.name:
            return ways.Way(UNSURE, "", found.number, width)
        return ways.Way(found.kind, found.name, found.number, width)

    def _called(self, kind_text: str, written: str, chosen: str) -> Called:
        if self._file.kind == "dxf" and not written:
            layer = words.called_by_layer(kind_text)
            if chosen == UNSURE:
                return layer if layer.kind != UNSURE else Called(LEAVE_OUT, "", "")
            return Called(chosen, layer.name, layer.number)
        sure = chosen or words.sure_kind(kind_text)
        found = words.called(written, kind=sure)
        return found if found.kind else found._replace(kind=words.kind_of_value(kind_text))

    def _value(self, values: Sequence[str], name: str) -> str:
        at = self._at.get(name)
        return values[at] if at is not None and at < len(values) else ""
