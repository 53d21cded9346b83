"""Read the polygons in a file: GeoPackage, GeoJSON, zipped Shapefile or MapInfo table, MicroStation or DXF drawing.

The content decides what a file is, not its name. The first three are read by `mapping.tables`, the others by GDAL in a
process of its own (`apart`). Texts come as they are in the file; `encodings` finds out what they say. What cannot be
read is a `PolygonFileError`, or a `TableError` where the reading of tables says it already.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

import numpy as np

from mapping import crs
from mapping.tables import Limits, Table, TableError, open_table
from mapping.tables.archive import look_over, members_of
from soil_map.importing.polygons import apart
from soil_map.importing.polygons.encodings import stated_key
from soil_map.importing.polygons.model import PolygonFile, PolygonFileError, PolygonLimits, kept
from soil_map.importing.polygons.titles import SYNONYMS

HEAD: Final = 4_096


def read(source: Path, *, layer: str = "", limits: PolygonLimits | None = None) -> PolygonFile:
    """Read a layer, the first with polygons unless one is named. Raises PolygonFileError, TableError."""
    limits = limits or PolygonLimits()
    if source.stat().st_size > limits.file_bytes:
        raise PolygonFileError("too_big", limit_mb=limits.file_bytes // 1_000_000)
    with source.open("rb") as stream:
        kind = kind_of(stream.read(HEAD))
    if kind in ("dxf", "dgn"):
        return apart.read_drawing(source, kind, limits)
    if kind == "zip":
        content = source.read_bytes()
        members = members_of(content, Limits(file_bytes=limits.file_bytes))
        if tables := apart.mapinfo_layers(members):
            return apart.read_mapinfo(content, members, tables, layer, limits)
        packed, _members = look_over(content, Limits(file_bytes=limits.file_bytes))
        if packed != "shp":
            raise PolygonFileError("other_kind", kind=packed)
    return _read_table(source, layer, limits)


# --- What a file is --------------------------------------------------------------------------------

# What has matched is never looked at in another way (`(?>…)`, `*+`): a head made to be tried over and over would keep
# a whole process busy.
_DXF: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>[ \t]*+999[ \t]*+\r?\n[^\n]*+\n)*+[ \t]*+0[ \t]*+\r?\n[ \t]*+SECTION[ \t]*+\r?\n"
)
_BINARY_DXF: Final = b"AutoCAD Binary DXF\r\n\x1a\x00"
# The first element of a design file of MicroStation up to version 7: a header of level 8, 766 words long.
_DGN7: Final = re.compile(rb"[\x08\xc8]\x09\xfe\x02|\x08\x05\x17\x00", re.DOTALL)
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"


def kind_of(head: bytes) -> Literal["dxf", "dgn", "zip", "table"]:
    """What a file is that begins so. Raises PolygonFileError for what is never read."""
    if head.startswith(_BINARY_DXF) or _DXF.match(head):
        return "dxf"
    if _DGN7.match(head):
        return "dgn"
    if re.match(rb"AC10[0-9][0-9]", head):
        raise PolygonFileError("dwg")
    if head.startswith(_COMPOUND):
        raise PolygonFileError("dgn8")
    if head.startswith(b"PK"):
        return "zip"
    if head.startswith((b"SQLite format 3\0", b"\x1f\x8b", b"\0\0\x27\x0a")) or re.match(
        rb"(?:\xef\xbb\xbf)?\s*\{", head
    ):
        return "table"
    if re.match(rb"!table\s", head, re.IGNORECASE):
        raise PolygonFileError("mapinfo_incomplete", layer="", missing=".dat, .map, .id")
    raise PolygonFileError("other_kind" if head.strip() else "damaged", kind=_guess(head))


def _guess(head: bytes) -> str:
    for start, name in ((b"%PDF", "PDF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"<", "XML")):
        if head.startswith(start):
            return name
    return "CSV" if b"\0" not in head and b"," in head else "?"


def is_read_apart(head: bytes) -> bool:
    """Whether a file that begins so is read by GDAL in a process of its own; of a zip that shows only inside."""
    try:
        return kind_of(head) in ("dxf", "dgn")
    except PolygonFileError:
        return False


# --- Tables ----------------------------------------------------------------------------------------


def _read_table(source: Path, layer: str, limits: PolygonLimits) -> PolygonFile:
    first = _read_layer(source, layer or None, limits)
    if len(first.shapes):
        return first
    for other in () if layer else first.layers:
        if other != first.layer and len((found := _read_layer(source, other, limits)).shapes):
            return found
    raise PolygonFileError("no_polygons", layer=first.layer)


def _read_layer(source: Path, layer: str | None, limits: PolygonLimits) -> PolygonFile:
    table, stated, system = _opened(source, layer, limits)
    with table:
        if table.kind not in ("gpkg", "geojson", "shp"):
            raise PolygonFileError("other_kind", kind=table.kind)
        rows = list(table.rows)
    values = [[row.values[at] for row in rows] for at in range(len(table.columns))]
    return kept(
        PolygonFile(
            table.kind,  # type: ignore[arg-type]  # looked at above
            table.sheet, tuple(table.sheets), [column.title for column in table.columns], values,
            np.array([row.geometry for row in rows], dtype=object), [row.number for row in rows], stated, system, 0,
            table.kind == "shp", stated_key(table.encoding),
        ),
        limits,
    )  # fmt: skip


def _opened(source: Path, layer: str | None, limits: PolygonLimits) -> tuple[Table, int | None, str]:
    """The layer's table, and the system that the file names; where it names none the numbers are read as they are."""
    bounds = Limits(rows=limits.polygons, file_bytes=limits.file_bytes)
    try:
        table = open_table(source, source.name, SYNONYMS, sheet=layer, limits=bounds, keep_bytes=True)
        return table, table.srid, ""
    except TableError as error:
        if error.code == "too_many_rows":
            raise PolygonFileError("too_many_rows", limit=limits.polygons) from error
        if error.code != "crs_unknown":
            raise
        told = str(error.params.get("crs", ""))
    table = open_table(source, source.name, SYNONYMS, sheet=layer, srid=crs.WGS84, limits=bounds, keep_bytes=True)
    return table, None, told
