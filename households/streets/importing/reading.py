"""Read the lines in a file: GeoPackage, GeoJSON, zipped Shapefile, DXF drawing or OpenStreetMap extract.

The content decides what a file is, not its name. The first three are read by `mapping.tables`, the last two by GDAL in
a process of its own (`gdal_apart`). Nothing in a file is followed to another file or host. What cannot be read is a
`StreetFileError`, or a `TableError` where the reading of tables says it already.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import shapely

from households.streets.importing.titles import SYNONYMS
from mapping import crs, text
from mapping.tables import Limits, Table, TableError, open_table
from mapping.tables.archive import look_over
from mapping.vector import drawing_text, gdal_apart

Kind = Literal["gpkg", "geojson", "shp", "dxf", "osm"]
Box = tuple[float, float, float, float]

OSM_TITLES: Final = ("highway", "name", "name:vi", "ref", "width", "est_width", "lanes", "service", "area")
HEAD: Final = 4_096


class StreetFileError(Exception):
    """A file that holds no streets that can be read: `code` and `params` say what.

    other_kind(kind) · dwg · osm_declares · no_lines(layer) · no_such_layer(layer, layers) · too_many_rows(limit) ·
    too_many_vertices(limit) · too_big(limit_mb) · too_heavy · damaged · no_ways
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class StreetLimits:
    """How much of a file is read before it is refused: a commune has some thousand streets of some ten points."""

    file_bytes: int = 100_000_000
    rows: int = 100_000
    vertices: int = 2_000_000
    seconds: int = 90


@dataclass(frozen=True, slots=True)
class LineRow:
    """A feature: its number in the file from 1, what the file itself calls it ("way 123"), texts, lines as given."""

    number: int
    mark: str
    values: list[str]
    lines: list[shapely.LineString]


@dataclass(frozen=True, slots=True)
class StreetFile:
    """What a layer of a file holds. `srid` is the system that the file names, None where it names none."""

    kind: Kind
    layer: str
    layers: tuple[str, ...]
    titles: list[str]
    rows: list[LineRow]
    srid: int | None
    others: int
    """Features that are no lines: points, areas, texts."""
    matched: dict[str, int] = field(default_factory=dict)
    """Field → index of the column whose title means it."""


def read(source: Path, *, layer: str = "", near: Box | None = None, limits: StreetLimits | None = None) -> StreetFile:
    """Read a layer, the first with lines unless one is named. `near` is the place of interest in degrees, which an
    extract of OpenStreetMap is kept to. Raises StreetFileError, TableError.
    """
    limits = limits or StreetLimits()
    if source.stat().st_size > limits.file_bytes:
        raise StreetFileError("too_big", limit_mb=limits.file_bytes // 1_000_000)
    with source.open("rb") as stream:
        head = stream.read(HEAD)
    kind = _kind(head)
    if kind == "dxf":
        return _read_drawing(source, limits)
    if kind in ("osm", "pbf"):
        return _read_extract(source, kind, near, limits)
    _refuse_lists(source, head)
    return _read_table(source, layer, limits)


# --- What a file is --------------------------------------------------------------------------------

# What has matched is never looked at in another way (`(?>…)`, `*+`): a head made to be tried over and over would keep
# a whole process busy.
_DXF: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>[ \t]*+999[ \t]*+\r?\n[^\n]*+\n)*+[ \t]*+0[ \t]*+\r?\n[ \t]*+SECTION[ \t]*+\r?\n"
)
_XML_ROOT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?>(?:<\?xml[^>]*+>)?)(?>\s*+<!--.*?-->)*+\s*+<([A-Za-z_][\w.:-]*)", re.DOTALL
)
_BINARY_DXF: Final = b"AutoCAD Binary DXF\r\n\x1a\x00"


def _kind(head: bytes) -> Literal["dxf", "osm", "pbf", ""]:
    if head.startswith(_BINARY_DXF) or _DXF.match(head):
        return "dxf"
    if re.match(rb"AC10[0-9][0-9]", head):
        raise StreetFileError("dwg")
    if _is_packed_extract(head):
        return "pbf"
    if head[:3] == b"BZh":
        raise StreetFileError("other_kind", kind="bzip2")
    if root := _XML_ROOT.match(head):
        if root.group(1) == b"osm":
            return "osm"
        raise StreetFileError("other_kind", kind=root.group(1).decode("ascii", "replace")[:20])
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise StreetFileError("osm_declares" if b"<osm" in head else "other_kind", kind="xml")
    return ""


def _is_packed_extract(head: bytes) -> bool:
    return head[:2] == b"\0\0" and head[4:15] == b"\x0a\x09OSMHeader"


def is_packed(head: bytes) -> bool:
    """Whether a file that begins so holds many times what its size says."""
    return head.startswith((b"PK", b"\x1f\x8b")) or _is_packed_extract(head)


def reads_apart(head: bytes) -> bool:
    """Whether a file that begins so is read by GDAL, in a process of its own."""
    try:
        return bool(_kind(head))
    except StreetFileError:
        return False  # refused at once


def _refuse_lists(source: Path, head: bytes) -> None:
    """Refuse what the reading of tables would take for a list of houses."""
    if head.startswith(b"PK"):
        kind, _members = look_over(source.read_bytes(), Limits())
        if kind != "shp":
            raise StreetFileError("other_kind", kind=kind)
    elif not head.startswith((b"SQLite format 3\0", b"\x1f\x8b", b"\0\0\x27\x0a")) and not re.match(
        rb"(?:\xef\xbb\xbf)?\s*\{", head
    ):
        raise StreetFileError("other_kind" if head.strip() else "damaged", kind=_guess(head))


def _guess(head: bytes) -> str:
    for start, name in ((b"%PDF", "PDF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\xd0\xcf\x11\xe0", "Excel")):
        if head.startswith(start):
            return name
    return "CSV" if b"\0" not in head and b"," in head else ""


# --- Tables with geometry --------------------------------------------------------------------------


def _read_table(source: Path, layer: str, limits: StreetLimits) -> StreetFile:
    first = _read_layer(source, layer or None, limits)
    if first.rows or layer:
        return _with_lines(first)
    for other in first.layers:
        if other != first.layer and (found := _read_layer(source, other, limits)).rows:
            return found
    return _with_lines(first)


def _with_lines(found: StreetFile) -> StreetFile:
    if not found.rows:
        raise StreetFileError("no_lines", layer=found.layer)
    return found


def _read_layer(source: Path, layer: str | None, limits: StreetLimits) -> StreetFile:
    table, stated = _opened(source, layer, limits)
    with table:
        if table.kind not in ("gpkg", "geojson", "shp"):
            raise StreetFileError("other_kind", kind=table.kind)
        rows, others = [], 0
        room = limits.vertices
        for row in table.rows:
            lines = list(lines_of(row.geometry))
            room -= sum(map(len_of, lines))
            if room < 0:
                raise StreetFileError("too_many_vertices", limit=limits.vertices)
            if lines:
                rows.append(LineRow(row.number, "", [text.clean(value) for value in row.values], lines))
            else:
                others += 1
        titles = [column.title for column in table.columns]
        kind: Kind = table.kind  # type: ignore[assignment]  # looked at above
        return StreetFile(kind, table.sheet, tuple(table.sheets), titles, rows, stated, others, dict(table.matched))


def _opened(source: Path, layer: str | None, limits: StreetLimits) -> tuple[Table, int | None]:
    """The layer's table, and the system that the file names; where it names none the numbers are read as they are."""
    bounds = Limits(rows=limits.rows, file_bytes=limits.file_bytes)
    try:
        table = open_table(source, source.name, SYNONYMS, sheet=layer, limits=bounds)
        return table, table.srid
    except TableError as error:
        if error.code != "crs_unknown":
            raise
        return open_table(source, source.name, SYNONYMS, sheet=layer, srid=crs.WGS84, limits=bounds), None


def lines_of(geometry: shapely.Geometry | None) -> Iterator[shapely.LineString]:
    """Yield the lines in a geometry, in order, the lines in collections too; what is no line is passed over."""
    if geometry is None or geometry.is_empty:
        return
    if geometry.geom_type in ("LineString", "LinearRing"):
        xy = shapely.get_coordinates(geometry)
        if np.isfinite(xy).all():
            yield shapely.LineString(xy)
    elif geometry.geom_type in ("MultiLineString", "GeometryCollection"):
        for part in geometry.geoms:
            yield from lines_of(part)


def len_of(line: shapely.LineString) -> int:
    """Return how many points a line has."""
    return int(shapely.get_num_coordinates(line))


# --- Drawings and extracts -------------------------------------------------------------------------


def _read_drawing(source: Path, limits: StreetLimits) -> StreetFile:
    told = _read_apart(source, "drawing.dxf", "DXF", limits, layer="entities", columns=["Layer", "EntityHandle"])
    decode = drawing_text.decoder(told["values"][0])
    names = [decode(value) for value in told["values"][0]]
    marks = told["values"][1]
    rows, others = _rows(told["shapes"], marks, [[name] for name in names])
    if not rows:
        raise StreetFileError("no_lines", layer="")
    return StreetFile("dxf", "", (), ["Layer"], rows, None, others, {"kind": 0})


def _read_extract(source: Path, kind: Literal["osm", "pbf"], near: Box | None, limits: StreetLimits) -> StreetFile:
    if kind == "osm":
        _refuse_declarations(source)
    told = _read_apart(
        source,
        "extract.osm" if kind == "osm" else "extract.osm.pbf",
        "OSM",
        limits,
        layer="lines",
        columns=["osm_id", *OSM_TITLES],
        where="highway IS NOT NULL",
        box=near,
        options={"OSM_CONFIG_FILE": str(Path(__file__).with_name("osmconf.ini"))},
    )
    titles = told["titles"]
    columns = dict(zip(titles, told["values"], strict=True))
    marks = [f"way {number}" for number in columns["osm_id"]]
    texts = [
        [text.clean(value) for value in row] for row in zip(*(columns[title] for title in OSM_TITLES), strict=True)
    ]
    rows, others = _rows(told["shapes"], marks, texts)
    if not rows:
        raise StreetFileError("no_ways")
    return StreetFile("osm", "", (), list(OSM_TITLES), rows, crs.WGS84, others, {"kind": 0, "name": 1, "width": 4})


def _refuse_declarations(source: Path) -> None:
    """Refuse an extract that declares entities: none does, and they can be made to grow without end."""
    kept = b""
    with source.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            if b"<!DOCTYPE" in kept + chunk or b"<!ENTITY" in kept + chunk:
                raise StreetFileError("osm_declares")
            kept = chunk[-16:]


def _read_apart(
    source: Path,
    name: str,
    driver: gdal_apart.Driver,
    limits: StreetLimits,
    *,
    layer: str,
    columns: list[str],
    where: str | None = None,
    box: Box | None = None,
    options: dict[str, str] | None = None,
) -> dict[str, Any]:
    bounds = gdal_apart.Bounds(rows=limits.rows, vertices=limits.vertices, seconds=limits.seconds)
    with tempfile.TemporaryDirectory(prefix="sonha-") as folder:
        path = Path(folder) / name
        shutil.copyfile(source, path)
        try:
            return gdal_apart.read(
                path, driver, bounds, layer=layer, columns=columns, where=where, box=box, options=options
            )
        except gdal_apart.ApartError as error:
            limit = limits.rows if error.code == "too_many_rows" else limits.vertices
            code = "damaged" if error.code == "driver" else error.code
            raise StreetFileError(code, limit=limit) from error


def _rows(shapes: list[str | None], marks: Iterable[str], values: list[list[str]]) -> tuple[list[LineRow], int]:
    rows, others = [], 0
    with np.errstate(invalid="ignore"):  # what is no number is left out below
        read = shapely.from_wkb([None if one is None else bytes.fromhex(one) for one in shapes], on_invalid="ignore")
    for number, (shape, mark, texts) in enumerate(zip(read, marks, values, strict=True), 1):
        if lines := list(lines_of(shape)):
            rows.append(LineRow(number, mark, texts, lines))
        else:
            others += 1
    return rows, others
