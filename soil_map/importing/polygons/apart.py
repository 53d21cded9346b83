"""Read MapInfo tables and drawings of MicroStation and AutoCAD by GDAL, in a process of its own."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

import numpy as np
import shapely

from mapping import crs
from mapping.tables.archive import read_member
from mapping.vector import gdal_apart
from soil_map.importing.polygons.encodings import stated_key
from soil_map.importing.polygons.model import PolygonFile, PolygonFileError, PolygonLimits, Shapes, kept

# --- MapInfo ---------------------------------------------------------------------------------------

# A table that is a view of others, or a seam of them, names files that are to be opened.
_REFERS: Final = re.compile(rb"create\s+view|open\s+table|isseamless|type\s+linked|raster", re.IGNORECASE)
_CHARSET: Final = re.compile(rb'charset\s+"?([A-Za-z0-9_]+)"?', re.IGNORECASE)
_PARTS: Final = {".tab": (".dat", ".map", ".id"), ".mif": (".mid",)}
_MORE: Final = {".tab": (".ind",), ".mif": ()}


def mapinfo_layers(members: dict[str, str]) -> dict[str, str]:
    """Layer → the lower-case path of its table in the zip."""
    names = [name for name in sorted(members) if PurePosixPath(name).suffix in _PARTS]
    return {str(PurePosixPath(members[name]).with_suffix("")): name for name in names}


def read_mapinfo(
    content: bytes, members: dict[str, str], tables: dict[str, str], layer: str, limits: PolygonLimits
) -> PolygonFile:
    """Read a layer of a zip of MapInfo tables. Raises PolygonFileError."""
    if layer and layer not in tables:
        raise PolygonFileError("no_such_layer", layer=layer, layers=", ".join(tables))
    for chosen in [layer] if layer else tables:
        found = _read_mapinfo_layer(content, members, chosen, tables, limits)
        if len(found.shapes):
            return found
    raise PolygonFileError("no_polygons", layer=layer or next(iter(tables)))


def _read_mapinfo_layer(
    content: bytes, members: dict[str, str], layer: str, tables: dict[str, str], limits: PolygonLimits
) -> PolygonFile:
    path = PurePosixPath(tables[layer])
    said = ""
    with tempfile.TemporaryDirectory(prefix="sonha-") as folder:
        for suffix in (path.suffix, *_PARTS[path.suffix], *_MORE[path.suffix]):
            if (member := members.get(str(path.with_suffix(suffix)))) is None:
                if suffix in _MORE[path.suffix]:
                    continue
                raise PolygonFileError("mapinfo_incomplete", layer=layer, missing=suffix)
            part = read_member(content, member)
            if suffix == path.suffix:
                part, said = _looked_over(part, suffix)
            (Path(folder) / f"layer{suffix}").write_bytes(part)
        told = _apart(Path(folder) / f"layer{path.suffix}", "MapInfo File", limits.polygons, limits, layer=None)
    shapes = _shapes(told)
    srid, system = _system(str(told["crs"]))
    return kept(
        PolygonFile(
            "mapinfo", layer, tuple(tables), told["titles"], told["values"], shapes, list(range(1, len(shapes) + 1)),
            srid, system, 0, True, stated_key(said),
        ),
        limits,
    )  # fmt: skip


def _looked_over(part: bytes, suffix: str) -> tuple[bytes, str]:
    """The head of a table with its texts to be kept as bytes, and the encoding that it named."""
    head, mark, rest = (part, b"", b"") if suffix == ".tab" else _before_data(part)
    if _REFERS.search(head):
        raise PolygonFileError("mapinfo_refers")
    found = _CHARSET.search(head)
    return _CHARSET.sub(b'charset "ISO8859_1"', head) + mark + rest, found[1].decode("ascii") if found else ""


def _before_data(part: bytes) -> tuple[bytes, bytes, bytes]:
    at = re.search(rb"^\s*data\s*$", part, re.IGNORECASE | re.MULTILINE)
    return (part, b"", b"") if at is None else (part[: at.start()], b"", part[at.start() :])


def _system(definition: str) -> tuple[int | None, str]:
    """The system that a file names, else what it said."""
    try:
        return crs.srid_of_definition(definition), ""
    except crs.CrsError as error:
        return None, "" if error.reason == "unreadable" else error.value[:80]


# --- Drawings --------------------------------------------------------------------------------------


def read_drawing(source: Path, kind: Literal["dxf", "dgn"], limits: PolygonLimits) -> PolygonFile:
    """Read the lines, areas and texts of a drawing. Raises PolygonFileError."""
    with tempfile.TemporaryDirectory(prefix="sonha-") as folder:
        path = Path(folder) / f"drawing.{kind}"
        shutil.copyfile(source, path)
        if kind == "dxf":
            told = _apart(path, "DXF", limits.drawn, limits, layer="entities", columns=["Layer", "Text"])
        else:
            told = _apart(path, "DGN", limits.drawn, limits, layer="elements", columns=["Level", "Text"])
    columns = dict(zip(told["titles"], told["values"], strict=True))
    layers, texts = columns["Layer" if kind == "dxf" else "Level"], columns["Text"]
    shapes = _shapes(told)
    usable = [at for at, one in enumerate(shapes) if _is_drawn(one, texts[at])]
    if int(shapely.get_num_coordinates(shapes[usable]).sum() if usable else 0) > limits.vertices:
        raise PolygonFileError("too_many_vertices", limit=limits.vertices)
    if not any(shapely.get_dimensions(shapes[at]) > 0 for at in usable):
        raise PolygonFileError("no_polygons", layer="")
    return PolygonFile(
        kind, "", (), ["Layer", "Text"], [[layers[at] for at in usable], [texts[at] for at in usable]], shapes[usable],
        [at + 1 for at in usable], None, "", len(shapes) - len(usable), True, "",
    )  # fmt: skip


def _is_drawn(shape: shapely.Geometry | None, text: str) -> bool:
    if shape is None or shape.is_empty or not np.isfinite(shapely.bounds(shape)).all():
        return False
    return shapely.get_dimensions(shape) > 0 or bool(text.strip())


def _apart(
    path: Path,
    driver: gdal_apart.Driver,
    rows: int,
    limits: PolygonLimits,
    *,
    layer: str | None,
    columns: list[str] | None = None,
) -> dict[str, Any]:
    bounds = gdal_apart.Bounds(rows=rows, vertices=limits.vertices, seconds=limits.seconds)
    encoding = "ISO-8859-1" if driver == "DGN" else None
    try:
        return gdal_apart.read(path, driver, bounds, layer=layer, columns=columns, encoding=encoding)
    except gdal_apart.ApartError as error:
        limit = rows if error.code == "too_many_rows" else limits.vertices
        code = "damaged" if error.code == "driver" else error.code
        raise PolygonFileError(code, limit=limit) from error


def _shapes(told: dict[str, Any]) -> Shapes:
    with np.errstate(invalid="ignore"):  # what is no number is left out later
        raw = [None if one is None else bytes.fromhex(one) for one in told["shapes"]]
        shapes: Shapes = np.empty(len(raw), dtype=object)
        shapes[:] = shapely.from_wkb(raw, on_invalid="ignore")
        return shapes
