"""Files of soil units and parcels as communes, institutes and surveyors keep them, in each format that is read."""

from __future__ import annotations

import io
import struct
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely

from mapping import crs
from mapping.tables.old_encodings import from_tcvn3
from tests.households.street_files import drawing_of, pairs

ZONE: Final = 5897
CENTRE: Final = (105.81, 19.67)

Fields = dict[str, Any]
Row = tuple[Fields, shapely.Geometry]
"""What a row says, and its polygon in degrees."""

_TCVN3: Final = {from_tcvn3(bytes([byte])): bytes([byte]) for byte in range(0xA1, 0x100)}
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"


def to_tcvn3(text: str) -> bytes:
    """A text as the ABC fonts have it; each letter has one code, whatever its case."""
    return b"".join(_TCVN3.get(letter) or _TCVN3.get(letter.lower()) or letter.encode("ascii") for letter in text)


def to_1258(text: str) -> bytes:
    """A text in Windows-1258: tones are letters of their own."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in apart if mark in _TONES)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES))
        out += bare.encode("cp1258") + tones.encode("cp1258")
    return out


def squares(side: int = 3, metres: float = 100.0, at: tuple[float, float] = CENTRE) -> list[shapely.Polygon]:
    """side² squares that share their edges, row by row from the south-west, laid in metres and given in degrees."""
    x, y = (float(one[0]) for one in crs.from_lonlat(ZONE, *at))
    boxes = [
        shapely.box(x + column * metres, y + row * metres, x + (column + 1) * metres, y + (row + 1) * metres)
        for row in range(side)
        for column in range(side)
    ]
    return [crs.from_zone(box, ZONE) for box in boxes]


def soil_rows(side: int = 3) -> list[Row]:
    """Soil units with symbols, and one or two soils each."""
    soils = (("Pg", "Đất phù sa glây", 100), ("Xf", "Đất xám", 70), ("M", "Đất mặn ít và trung bình", 60))
    rows: list[Row] = []
    for at, square in enumerate(squares(side)):
        symbol, name, percent = soils[at % 3]
        more = (
            {"ten_dat_2": "", "ty_le_2": None}
            if percent == 100
            else {"ten_dat_2": "Đất phèn", "ty_le_2": 100 - percent}
        )
        rows.append(({"ky_hieu": symbol, "ten_dat_1": name, "ty_le_1": percent, **more}, square))
    return rows


def parcel_rows(side: int = 3, sheet: str = "12") -> list[Row]:
    """Parcels of one cadastral sheet, numbered from 1."""
    return [
        ({"so_to": sheet, "so_thua": str(number), "muc_dich": "LUC" if number % 2 else "BHK"}, square)
        for number, square in enumerate(squares(side), 1)
    ]


# --- Tables ----------------------------------------------------------------------------------------


def geopackage(folder: Path, rows: Sequence[Row], name: str = "đất.gpkg", srid: int = ZONE) -> Path:
    """A GeoPackage in VN-2000."""
    return written(folder / name, "GPKG", rows, srid)


def geojson(folder: Path, rows: Sequence[Row], name: str = "đất.geojson") -> Path:
    """GeoJSON, in degrees."""
    return written(folder / name, "GeoJSON", rows, crs.WGS84)


def shapefile(
    folder: Path,
    rows: Sequence[Row],
    name: str = "đất.zip",
    *,
    encode: Callable[[str], bytes] | None = None,
    cpg: str | None = "UTF-8",
    has_prj: bool = True,
    srid: int = ZONE,
) -> Path:
    """A zipped Shapefile; `encode` makes the bytes of its texts, `cpg` is what it says of them."""
    apart = folder / f"{name}-parts"
    apart.mkdir()
    told = [({title: _letters(value, encode) for title, value in fields.items()}, shape) for fields, shape in rows]
    encoding = "UTF-8" if encode is None else "ISO-8859-1"
    written(apart / "dat.shp", "ESRI Shapefile", told, srid, encoding=encoding)
    (apart / "dat.cpg").unlink(missing_ok=True)
    if cpg is not None:
        (apart / "dat.cpg").write_text(cpg)
    if encode is not None:  # the byte of the language says nothing either
        dbf = bytearray((apart / "dat.dbf").read_bytes())
        dbf[29] = 0
        (apart / "dat.dbf").write_bytes(dbf)
    if not has_prj:
        (apart / "dat.prj").unlink()
    return _zipped(folder / name, apart)


def mapinfo(folder: Path, rows: Sequence[Row], name: str = "đất-mapinfo.zip", *, suffix: str = ".tab") -> Path:
    """A zipped MapInfo table, or an interchange file, in VN-2000."""
    apart = folder / f"{name}-parts"
    apart.mkdir()
    written(apart / f"dat{suffix}", "MapInfo File", rows, ZONE, encoding="UTF-8" if suffix == ".tab" else None)
    return _zipped(folder / name, apart)


def written(
    path: Path, driver: str, rows: Sequence[Row], srid: int, *, encoding: str | None = None, **options: Any
) -> Path:
    """A file by GDAL's own writer."""
    shapes = [shape if srid == crs.WGS84 else crs.to_zone(shape, srid) for _fields, shape in rows]
    titles = list(rows[0][0])
    columns = []
    for title in titles:
        values = [fields[title] for fields, _shape in rows]
        is_number = all(value is None or isinstance(value, int | float) for value in values)
        columns.append(np.array(values, dtype=float if is_number else object))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a format cannot say of itself
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(shapes, dtype=object)), columns, titles, driver=driver, encoding=encoding,
            geometry_type="MultiPolygon" if any(one.geom_type == "MultiPolygon" for one in shapes) else "Polygon",
            crs=f"EPSG:{srid}", **options,
        )  # fmt: skip
    return path


def _letters(value: Any, encode: Callable[[str], bytes] | None) -> Any:
    return encode(value).decode("latin-1") if encode is not None and isinstance(value, str) else value


def _zipped(path: Path, apart: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in sorted(apart.iterdir()):
            packed.write(part, part.name)
    return path


# --- Drawings --------------------------------------------------------------------------------------


def closed_drawing(folder: Path, rows: Sequence[Row], title: str, name: str = "đất.dxf") -> Path:
    """A DXF in metres of VN-2000: each polygon a closed line, with the value of the column written inside it."""
    entities = ""
    for fields, shape in rows:
        metres = crs.to_zone(shape, ZONE)
        entities += closed_line("RANH", shapely.get_coordinates(metres).tolist())
        entities += text("NHAN", str(fields[title]), *metres.representative_point().coords[0])
    return drawing_of(folder, entities, name=name)


def open_drawing(folder: Path, side: int = 3, name: str = "lưới.dxf", *, metres: float = 100.0) -> Path:
    """A DXF of lines that cross and do not close, as old cadastral sheets have them, and a number in each field."""
    x, y = (float(one[0]) for one in crs.from_lonlat(ZONE, *CENTRE))
    end = side * metres
    entities = ""
    for at in range(side + 1):
        entities += open_line("RANH", [(x + at * metres, y - 1), (x + at * metres, y + end + 1)])
        entities += open_line("RANH", [(x - 1, y + at * metres), (x + end + 1, y + at * metres)])
    for at in range(side * side):
        row, column = divmod(at, side)
        entities += text("SO_THUA", str(at + 1), x + (column + 0.5) * metres, y + (row + 0.5) * metres)
        entities += text("LOAI_DAT", "LUC", x + (column + 0.5) * metres, y + (row + 0.3) * metres)
    return drawing_of(folder, entities, name=name)


def design_file(
    folder: Path, rows: Sequence[Row], title: str, name: str = "đất.dgn", *, is_closed: bool = True
) -> Path:
    """A design file of MicroStation 7: shapes on level 10, written by GDAL, and texts on level 13, put in by hand."""
    path = folder / name
    metres = [crs.to_zone(shape, ZONE) for _fields, shape in rows]
    drawn = metres if is_closed else [one for shape in metres for one in _sides(shape)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a drawing names no system
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(drawn, dtype=object)), [], [], driver="DGN", geometry_type="Unknown", crs=None
        )
    content = bytearray(path.read_bytes())
    first, end = 0, 0
    while content[end : end + 2] != b"\xff\xff":
        if content[end + 1] in (3, 4, 6):
            first, content[end] = first or end, 10
        end += struct.unpack_from("<H", content, end + 2)[0] * 2 + 4
    place = _units_of(content, first, shapely.get_coordinates(drawn[0]))
    texts = b"".join(
        _design_text(str(fields[title]).encode("latin-1", "replace"), place(*shape.representative_point().coords[0]))
        for (fields, _shape), shape in zip(rows, metres, strict=True)
    )
    path.write_bytes(bytes(content[:end]) + texts + b"\xff\xff")
    return path


def _sides(shape: shapely.Polygon) -> list[shapely.LineString]:
    points = shapely.get_coordinates(shape)
    return [shapely.LineString(points[at : at + 2]) for at in range(len(points) - 1)]


def _units_of(content: bytearray, at: int, points: Any) -> Callable[[float, float], tuple[int, int]]:
    """From metres to the units of a design file, by an element whose points are known; GDAL may begin elsewhere."""
    count = 2 if content[at + 1] == 3 else struct.unpack_from("<H", content, at + 36)[0]
    start = at + (36 if content[at + 1] == 3 else 38)
    stored = np.array(
        [[_middle_endian(content, start + 8 * one + 4 * axis) for axis in (0, 1)] for one in range(count)]
    )
    axis = int(np.argmax(np.ptp(points, axis=0)))
    scale = np.ptp(stored[:, axis]) / np.ptp(points[:, axis])
    origin = stored.min(axis=0) - points.min(axis=0) * scale
    return lambda x, y: (round(x * scale + origin[0]), round(y * scale + origin[1]))


def _middle_endian(content: bytearray, at: int) -> int:
    high, low = struct.unpack_from("<HH", content, at)
    return int(struct.unpack("<i", struct.pack("<I", high << 16 | low))[0])


def _mixed(value: int) -> bytes:
    value &= 0xFFFFFFFF
    return struct.pack("<HH", value >> 16, value & 0xFFFF)


def _design_text(written: bytes, at: tuple[int, int]) -> bytes:
    """An element of type 17 (docs of MicroStation 95, "Intergraph Standard File Formats")."""
    x, y = at
    body = b"".join(_mixed((one + 0x80000000) & 0xFFFFFFFF) for one in (x, y, 0, x + 1, y + 1, 0))
    body += struct.pack("<HHHH", 0, 0, 0, 0)
    body += bytes((1, 0)) + _mixed(1_000) + _mixed(1_000) + _mixed(0) + _mixed(x) + _mixed(y)
    body += bytes((len(written), 0)) + written + (b"\0" if len(written) % 2 else b"")
    fixed = bytearray(body)
    words = len(fixed) // 2
    # Words from the end of this field to the attributes, of which there are none.
    struct.pack_into("<H", fixed, 30 - 4, words + 2 - 16)
    return bytes((13, 17)) + struct.pack("<H", words) + bytes(fixed)


def closed_line(layer: str, points: Sequence[Sequence[float]]) -> str:
    """A closed polyline."""
    vertices = [pair for x, y in points[:-1] for pair in ((10, x), (20, y))]
    return pairs((0, "LWPOLYLINE"), (8, layer), (90, len(points) - 1), (70, 1), *vertices)


def open_line(layer: str, points: Sequence[Sequence[float]]) -> str:
    """A polyline that does not close."""
    vertices = [pair for x, y in points for pair in ((10, x), (20, y))]
    return pairs((0, "LWPOLYLINE"), (8, layer), (90, len(points)), (70, 0), *vertices)


def text(layer: str, written: str, x: float, y: float) -> str:
    """A text at a place."""
    return pairs((0, "TEXT"), (8, layer), (10, x), (20, y), (40, 2), (1, written))


FORMATS: Final[dict[str, Callable[[Path, Sequence[Row]], Path]]] = {
    "gpkg": geopackage,
    "geojson": geojson,
    "shp": shapefile,
    "tab": mapinfo,
    "mif": lambda folder, rows: mapinfo(folder, rows, "đất-mif.zip", suffix=".mif"),
}


def empty_zip() -> bytes:
    """A zip with a text in it and nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("đọc.txt", "không có gì")
    return out.getvalue()


def dbf_is_long(dbf: bytes) -> int:
    """How many rows the head of a .dbf promises."""
    return int(struct.unpack_from("<I", dbf, 4)[0])
