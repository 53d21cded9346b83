"""How a file of polygons is understood: what a person said of it, and what it says by itself. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

from mapping import text
from mapping.tables.model import Headers, Limits
from soil_map.importing.polygons import encodings, faces
from soil_map.importing.polygons.model import PolygonFile, Shapes
from soil_map.importing.polygons.titles import PARCEL_FIELDS, PARCEL_TITLES, SOIL_FIELDS, SOIL_TITLES

Content = Literal["soil_units", "parcels"]

MAP_FIELDS: Final = ("title", "legend", "edition", "scale", "surveyed_in", "source")
"""What is said of the soil map that units belong to; the first three have to be."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a person said or confirmed; what is empty is open or as the file has it."""

    layer: str = ""
    encoding: str = ""
    columns: dict[str, int] | None = None
    """Field → index of its column; None: by the titles."""
    srid: int | None = None
    swapped: bool = False
    is_stated: bool = False
    """The system is the one that the file states; nobody has confirmed it."""
    sheet: str = ""
    """The cadastral sheet of a whole file that has no column for it."""
    line_layers: tuple[str, ...] | None = None
    """Of a drawing; None: all."""
    map: dict[str, str] = field(default_factory=dict)
    with_changes: bool = True
    """Whether what is known and drawn otherwise in the file is changed too."""

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Meaning:
        """What `to_json` made; keys that nobody knows any more are passed over."""
        known = {one.name for one in fields(cls)}
        values = {key: value for key, value in kept.items() if key in known}
        if values.get("line_layers") is not None:
            values["line_layers"] = tuple(values["line_layers"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Tabled:
    """The polygons of a file with their texts decoded, a row each. Shapes are in the file's own coordinates."""

    titles: list[str]
    columns: list[list[str]]
    shapes: Shapes
    numbers: list[int]
    readings: encodings.Readings
    encoding: str
    """The one that texts were read in; where none is certain or chosen, the likeliest for a look."""
    faces: faces.Faces | None

    @property
    def is_readable(self) -> bool:
        """Whether it is known what the texts say."""
        return bool(self.encoding)


def tabled(file: PolygonFile, meaning: Meaning) -> Tabled:
    """Decode the texts of a file and make polygons of a drawing."""
    texts = (value for column in [file.titles, *file.columns] for value in column)
    readings = encodings.assess(texts, is_raw=file.is_raw, stated=file.encoding)
    possible = {one.key for one in readings.candidates}
    chosen = meaning.encoding if meaning.encoding in possible else readings.certain
    decode = encodings.decoder(chosen or readings.candidates[0].key)
    if file.is_drawing:
        made = faces.faces_of(file.shapes, file.columns[0], file.columns[1], meaning.line_layers, decode)
        numbers = list(range(1, len(made.shapes) + 1))
        return Tabled(made.titles, made.columns, made.shapes, numbers, readings, chosen, made)
    columns = [[text.clean(decode(value)) for value in column] for column in file.columns]
    titles = [text.clean(decode(title)) for title in file.titles]
    return Tabled(titles, columns, file.shapes, file.numbers, readings, chosen, None)


def fields_of(content: Content) -> tuple[str, ...]:
    """The fields that a row of such a file may have."""
    return SOIL_FIELDS if content == "soil_units" else PARCEL_FIELDS


def columns_of(found: Tabled, meaning: Meaning, content: Content) -> dict[str, int]:
    """Field → index of its column: as a person said, else by the titles, in a drawing by what the texts look like."""
    if meaning.columns is not None:
        known = fields_of(content)
        return {name: at for name, at in meaning.columns.items() if name in known and 0 <= at < len(found.titles)}
    if found.faces is not None:
        return _by_content(found, content)
    titles = SOIL_TITLES if content == "soil_units" else PARCEL_TITLES
    return Headers(titles, Limits()).match(found.titles)


_NUMBER: Final = re.compile(r"[0-9]{1,5}[a-zA-Z]?")
_LAND_USE: Final = re.compile(r"[A-Z]{2,4}(?:\+[A-Z]{2,4})*")
_MOST: Final = 0.8


def _by_content(found: Tabled, content: Content) -> dict[str, int]:
    """What the texts of each layer of a drawing look like."""
    if content == "soil_units":
        return {"symbol": 0} if found.titles else {}
    matched: dict[str, int] = {}
    for at, column in enumerate(found.columns):
        written = [value for value in column if value]
        if not written:
            continue
        for name, looks in (("number", _is_number), ("land_use", _is_land_use), ("label", _is_label)):
            if sum(map(looks, written)) >= _MOST * len(written):
                if name != "number" or len(set(written)) > _MOST * len(written):
                    matched.setdefault(name, at)
                break
    if "number" in matched:
        matched.pop("label", None)
    return matched


def _is_number(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value))


def _is_land_use(value: str) -> bool:
    return bool(_LAND_USE.fullmatch(value))


def _is_label(value: str) -> bool:
    return read_label(value) is not None


_LABEL: Final = re.compile(
    r"(?:(?P<use>[A-ZĐ]{2,4}(?:\+[A-ZĐ]{2,4})*)[\s:_-]*)?(?P<number>[0-9]{1,5}[a-zA-Z]?)"
    r"(?:\s*[/\s-]\s*[0-9]+(?:[.,][0-9]+)?)?(?:\s*(?P<after>[A-ZĐ]{2,4}(?:\+[A-ZĐ]{2,4})*))?"
)


def read_label(written: str) -> tuple[str, str] | None:
    """Number and land use in what a cadastral drawing writes into a parcel ("LUC 345/512.3"); None for another text."""
    match = _LABEL.fullmatch(" ".join(written.split()))
    if match is None:
        return None
    return match["number"], match["use"] or match["after"] or ""


def sheet_of_name(name: str) -> str:
    """The cadastral sheet that a file's name tells ("DC12.dgn", "to_ban_do_7.shp"), "" where it tells none."""
    match = re.search(
        r"(?:^|[^a-z])(?:dc|to(?: ban do)?|to ?bd|sheet|bando)[ _.-]*0*([0-9]{1,4})(?![0-9])",
        text.fold(name).replace("_", " "),
    )
    return match[1] if match else ""
