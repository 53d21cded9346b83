"""Files of streets as communes and surveyors keep them, in each of the formats that are read."""

from __future__ import annotations

import json
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from xml.sax.saxutils import quoteattr

import numpy as np
import pyogrio
import shapely

from mapping import crs

ZONE: Final = 5897


class Drawn(NamedTuple):
    """A street as a file has it: its full name ("ngõ Đình"), and its line in degrees."""

    called: str
    line: shapely.LineString
    highway: str = "residential"
    width: str = ""


def geopackage(folder: Path, streets: Sequence[Drawn], name: str = "đường.gpkg") -> Path:
    """A GeoPackage in VN-2000 with the names in `ten_duong`."""
    return _written(folder / name, "GPKG", streets, {"layer": "duong"})


def geojson(folder: Path, streets: Sequence[Drawn], name: str = "đường.geojson") -> Path:
    """GeoJSON, which is in degrees."""
    features = [
        {"type": "Feature", "properties": {"ten_duong": street.called, "be_rong": street.width},
         "geometry": json.loads(shapely.to_geojson(street.line))}
        for street in streets
    ]  # fmt: skip
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def shapefile(folder: Path, streets: Sequence[Drawn], name: str = "đường.zip") -> Path:
    """A zipped Shapefile in VN-2000."""
    apart = folder / "shp"
    apart.mkdir()
    _written(apart / "duong.shp", "ESRI Shapefile", streets, {"encoding": "UTF-8"})
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in sorted(apart.iterdir()):
            packed.write(part, part.name)
    return path


def drawing(folder: Path, streets: Sequence[Drawn], name: str = "đường.dxf") -> Path:
    """A DXF drawing in metres of VN-2000, each street on a layer that bears its name, as GDAL writes it."""
    path = folder / name
    shapes = shapely.to_wkb(_in_zone(streets))
    layers = np.array([street.called for street in streets], dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a drawing names no system
        pyogrio.raw.write(path, shapes, [layers], ["Layer"], driver="DXF", geometry_type="LineString", crs=None)
    return path


def extract(folder: Path, streets: Sequence[Drawn], name: str = "đường.osm", *, more: str = "") -> Path:
    """An OpenStreetMap extract as XML; ways share the nodes at which they meet."""
    nodes, ways = _nodes_and_ways(streets)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    lines += [f'<node id="{at}" lat="{lat:.7f}" lon="{lng:.7f}"/>' for at, (lng, lat) in enumerate(nodes, 1)]
    for number, (street, refs) in enumerate(zip(streets, ways, strict=True), 1_000):
        tags = "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in _tags(street).items())
        points = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{number}">{points}{tags}</way>')
    path = folder / name
    path.write_text("\n".join([*lines, more, "</osm>"]), encoding="utf-8")
    return path


def packed_extract(folder: Path, streets: Sequence[Drawn], name: str = "đường.osm.pbf") -> Path:
    """The same extract in OpenStreetMap's binary format, made byte by byte (wiki.openstreetmap.org/wiki/PBF_Format)."""
    nodes, ways = _nodes_and_ways(streets)
    strings: dict[str, int] = {"": 0}

    def text(value: str) -> int:
        return strings.setdefault(value, len(strings))

    dense = b"".join(
        (
            _field(1, _packed(_deltas(range(1, len(nodes) + 1)))),
            _field(8, _packed(_deltas(round(lat * 1e7) for _lng, lat in nodes))),
            _field(9, _packed(_deltas(round(lng * 1e7) for lng, _lat in nodes))),
        )
    )
    made = []
    for number, (street, refs) in enumerate(zip(streets, ways, strict=True), 1_000):
        tags = _tags(street)
        made.append(
            _varint_field(1, number)
            + _field(2, b"".join(_varint(text(key)) for key in tags))
            + _field(3, b"".join(_varint(text(value)) for value in tags.values()))
            + _field(8, _packed(_deltas(refs)))
        )
    table = b"".join(_field(1, one.encode()) for one in strings)
    block = _field(1, table) + _field(2, _field(2, dense)) + _field(2, b"".join(_field(3, way) for way in made))
    header = _field(4, b"OsmSchema-V0.6") + _field(4, b"DenseNodes")
    path = folder / name
    path.write_bytes(_blob(b"OSMHeader", header) + _blob(b"OSMData", block))
    return path


FORMATS: Final[dict[str, Callable[[Path, Sequence[Drawn]], Path]]] = {
    "gpkg": geopackage,
    "geojson": geojson,
    "shp": shapefile,
    "dxf": drawing,
    "osm": extract,
    "pbf": packed_extract,
}


# --- Drawings by hand ------------------------------------------------------------------------------


def pairs(*given: tuple[int, object]) -> str:
    """Group codes and values of a DXF, two lines each."""
    return "".join(f"{code}\n{value}\n" for code, value in given)


def polyline(layer: str, points: Sequence[tuple[float, float]]) -> str:
    """A polyline of a drawing."""
    vertices = [pair for x, y in points for pair in ((10, x), (20, y))]
    return pairs((0, "LWPOLYLINE"), (8, layer), (90, len(points)), (70, 0), *vertices)


def drawing_of(folder: Path, entities: str, *, encoding: str = "utf-8", blocks: str = "", name: str = "vẽ.dxf") -> Path:
    """A DXF with these entities and nothing else that is not needed."""
    text = pairs((0, "SECTION"), (2, "BLOCKS")) + blocks + pairs((0, "ENDSEC")) if blocks else ""
    text += pairs((0, "SECTION"), (2, "ENTITIES")) + entities + pairs((0, "ENDSEC"), (0, "EOF"))
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


# --- How the files are made ------------------------------------------------------------------------


def _in_zone(streets: Sequence[Drawn]) -> np.ndarray:
    return np.array([crs.to_zone(street.line, ZONE) for street in streets], dtype=object)


def _written(path: Path, driver: str, streets: Sequence[Drawn], options: dict[str, str]) -> Path:
    columns = {"ten_duong": [street.called for street in streets], "be_rong": [street.width for street in streets]}
    pyogrio.raw.write(
        path,
        shapely.to_wkb(_in_zone(streets)),
        [np.array(values, dtype=object) for values in columns.values()],
        list(columns),
        driver=driver,
        geometry_type="LineString",
        crs=f"EPSG:{ZONE}",
        **options,
    )
    return path


def _nodes_and_ways(streets: Sequence[Drawn]) -> tuple[list[tuple[float, float]], list[list[int]]]:
    """Places by number from 1, and each way's places."""
    number: dict[tuple[float, float], int] = {}
    ways = []
    for street in streets:
        places = [(round(lng, 7), round(lat, 7)) for lng, lat in street.line.coords]
        ways.append([number.setdefault(place, len(number) + 1) for place in places])
    return list(number), ways


def _tags(street: Drawn) -> dict[str, str]:
    return {key: value for key, value in
            (("highway", street.highway), ("name", street.called), ("width", street.width)) if value}  # fmt: skip


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _deltas(values: Iterable[int]) -> list[int]:
    listed = list(values)
    return [one - other for one, other in zip(listed, [0, *listed], strict=False)]


def _packed(deltas: list[int]) -> bytes:
    return b"".join(_varint(value << 1 if value >= 0 else (-value << 1) - 1) for value in deltas)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint_field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _blob(kind: bytes, content: bytes) -> bytes:
    blob = _varint_field(2, len(content)) + _field(3, zlib.compress(content))
    header = _field(1, kind) + _varint_field(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob
