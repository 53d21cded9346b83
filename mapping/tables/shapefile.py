"""Shapefiles in a zip. GDAL reads the .shp, .shx and .dbf, under names of ours and in memory alone; what the
.prj and .cpg say is read here.

GDAL told to recode from Windows-1258 or TCVN3 drops the last letter of names and values, so it is told ISO-8859-1,
which keeps every byte, and the text is decoded here.
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from mapping import text
from mapping.tables.archive import read_member
from mapping.tables.features import feature_table, known_srid
from mapping.tables.model import Headers, Limits, Table, TableError
from mapping.tables.old_encodings import old_decoder

# A Shapefile names no other file, so nothing here should ever reach a network; GDAL is told so all the same.
pyogrio.set_gdal_config_options({"CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "CPL_ALLOW_VSISTDIN": "NO"})

_SHP_MAGIC = b"\x00\x00\x27\x0a"


def open_shapefile(
    content: bytes,
    members: dict[str, str],
    name: str,
    headers: Headers,
    sheet: str | None,
    srid: int | None,
    limits: Limits,
    *,
    keep_bytes: bool = False,
) -> Table:
    """Open a layer of a zip that `archive.look_over` has passed; without `sheet` the first. Raises `TableError`."""
    layers = {
        str(PurePosixPath(member).with_suffix("")): key[: -len(".shp")]
        for key, member in sorted(members.items())
        if key.endswith(".shp")
    }
    if sheet is not None and sheet not in layers:
        raise TableError("no_such_sheet", sheet=sheet, sheets=tuple(layers))
    chosen = sheet if sheet is not None else next(iter(layers))
    parts: dict[str, bytes] = {}
    for suffix in (".shp", ".shx", ".dbf"):
        if (member := members.get(layers[chosen] + suffix)) is None:
            raise TableError("shapefile_incomplete", layer=chosen, missing=suffix)
        parts[suffix] = read_member(content, member)
    said = {
        suffix: read_member(content, members[layers[chosen] + suffix]).decode("utf-8", "replace")
        for suffix in (".prj", ".cpg")
        if layers[chosen] + suffix in members
    }
    srid = known_srid(said.get(".prj"), srid, chosen)
    titles, values, geometry = _read(parts, limits, chosen)
    if not keep_bytes:
        titles, values = _decoded(titles, values, said.get(".cpg", ""))
    table = feature_table(
        name=name,
        kind="shp",
        sheet=chosen,
        sheets=tuple(layers),
        titles=titles,
        records=_records(values, geometry),
        count=len(geometry),
        srid=srid,
        headers=headers,
        limits=limits,
    )
    table.encoding = said.get(".cpg", "").strip()
    return table


def _read(parts: dict[str, bytes], limits: Limits, layer: str) -> tuple[list[str], list[Any], Any]:
    """Names, columns and geometries (as WKB), the text of every byte as a letter of ISO-8859-1."""
    _check_sizes(parts, limits, layer)
    packed = io.BytesIO()  # people may be in it: it never lies on the disk
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for suffix, part in parts.items():
            archive.writestr(f"layer{suffix}", part)
    try:
        meta, _, geometry, values = pyogrio.raw.read(
            packed.getvalue(), encoding="ISO-8859-1", force_2d=True, datetime_as_string=True
        )
    except (DataSourceError, DataLayerError, ValueError, UnicodeError, RuntimeError) as error:
        raise TableError("damaged") from error
    if geometry is None:
        raise TableError("damaged")
    return [str(title) for title in meta["fields"]], list(values), geometry


def _check_sizes(parts: dict[str, bytes], limits: Limits, layer: str) -> None:
    """Refuse what is no Shapefile or says it is longer than it is, before GDAL makes room for it."""
    shp, shx, dbf = parts[".shp"], parts[".shx"], parts[".dbf"]
    if not shp.startswith(_SHP_MAGIC) or not shx.startswith(_SHP_MAGIC) or len(shp) < 100 or len(dbf) < 33:
        raise TableError("damaged")
    count, header, width = struct.unpack_from("<IHH", dbf, 4)
    if max(count, (len(shx) - 100) // 8) > limits.rows:
        raise TableError("too_many_rows", limit=limits.rows, sheet=layer)
    if len(dbf) + 1 < header + count * width or len(shp) < struct.unpack_from(">i", shp, 24)[0] * 2:
        raise TableError("truncated")


def _decoded(titles: list[str], columns: list[Any], cpg: str) -> tuple[list[str], list[Any]]:
    texts = [index for index, column in enumerate(columns) if column.dtype == object]
    # One decision for the whole layer: a single cell says too little about its encoding.
    sample = b"\n".join(
        value.encode("latin-1", "replace") for index in texts for value in columns[index] if isinstance(value, str)
    )
    sample += b"\n" + "\n".join(titles).encode("latin-1", "replace")
    decode = _decoder(sample, cpg)
    for index in texts:
        columns[index] = np.array(
            [
                decode(value.encode("latin-1", "replace")) if isinstance(value, str) else value
                for value in columns[index]
            ],
            dtype=object,
        )
    return [decode(title.encode("latin-1", "replace")) for title in titles], columns


def _decoder(sample: bytes, cpg: str) -> Callable[[bytes], str]:
    """How to decode: UTF-8 where that fits, else an old Vietnamese encoding.

    Of what a .cpg may say only Windows-1258 is believed unseen: programs write UTF-8 or 1252 there by habit.
    """
    if re.fullmatch(r"\s*(?:ansi|windows|cp)?[ -]*1258\s*", cpg, re.IGNORECASE):
        return lambda raw: text.nfc(raw.decode("cp1258", "replace"))
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return old_decoder(sample)
    return lambda raw: text.nfc(raw.decode("utf-8", "replace"))


def _records(columns: list[Any], geometry: Any) -> Iterator[tuple[list[object], shapely.Geometry | None]]:
    for start in range(0, len(geometry), 5_000):
        read = shapely.from_wkb(geometry[start : start + 5_000], on_invalid="ignore")
        batch = [column[start : start + 5_000].tolist() for column in columns]
        for at, shape in enumerate(read):
            yield [column[at] for column in batch], None if shape is None or shape.is_empty else shape
