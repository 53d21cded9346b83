"""Read the table in a file that somebody brings: XLSX, CSV, GeoJSON, GeoPackage or zipped Shapefile.

The content decides what a file is, not its name. Nothing in a file is followed to another file or host: a zip is
looked over and unpacked here, a GeoPackage is read as the database it is, and GDAL sees Shapefiles only, under
names of ours. Every fault is a `TableError`, whose codes `mapping.tables.model` lists.
"""

import gzip
import io
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from mapping.tables import archive, delimited, geojson, geopackage, shapefile, workbook
from mapping.tables.model import Column, DateText, Headers, Limits, NumberText, Row, Table, TableError
from mapping.tables.sniffing import refuse_unknown

__all__ = ["Column", "DateText", "Headers", "Limits", "NumberText", "Row", "Table", "TableError", "open_table"]


def open_table(
    source: Path | bytes,
    name: str,
    synonyms: Mapping[str, str] | Callable[[Limits], Headers],
    *,
    sheet: str | None = None,
    srid: int | None = None,
    limits: Limits | None = None,
    keep_bytes: bool = False,
) -> Table:
    """Open one sheet or layer of a file; `name` is what its owner calls it and is used in messages only.

    `synonyms` maps the titles a column may have, in any dress, to the name of a field; the header row is the one
    that matches most of them. Where titles are no list of words, it makes the `Headers` that know them. Without `sheet`
    the sheet that matches best is taken. `srid` stands in for the coordinate system that a vector file does not name.
    With `keep_bytes` the texts of a Shapefile stay undecoded, each byte a letter of ISO-8859-1, for a caller who finds
    out their encoding; `Table.encoding` is what the file says.

    Rows are read while they are asked for, so `TableError` may come from here and from `Table.rows` alike.
    Use the table as a context manager; it holds the file open.
    """
    limits = limits or Limits()
    headers = synonyms(limits) if callable(synonyms) else Headers(synonyms, limits)
    try:
        return _open(source, name, headers, sheet, srid, limits, keep_bytes)
    except TableError as error:
        error.params.setdefault("file", name)
        raise


def _open(
    source: Path | bytes,
    name: str,
    headers: Headers,
    sheet: str | None,
    srid: int | None,
    limits: Limits,
    keep_bytes: bool,
) -> Table:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.file_bytes:
        raise TableError("too_big", limit_mb=limits.file_bytes // 1_000_000)
    content = source if isinstance(source, bytes) else source.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = _gunzip(content, limits)
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise TableError("empty")
    if content.startswith(b"PK"):
        kind, members = archive.look_over(content, limits)
        if kind == "xlsx":
            return workbook.open_workbook(io.BytesIO(content), name, headers, sheet, limits)
        return shapefile.open_shapefile(content, members, name, headers, sheet, srid, limits, keep_bytes=keep_bytes)
    if content.startswith(b"SQLite format 3\x00"):
        return geopackage.open_geopackage(content, name, headers, sheet, srid, limits)
    if geojson.looks_like_json(content):
        return geojson.open_geojson(content, name, headers, srid, limits)
    refuse_unknown(content, name)
    if not name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        return delimited.open_delimited(content, name, headers, limits)
    try:
        table = delimited.open_delimited(content, name, headers, limits)
    except TableError as error:
        raise (TableError("not_excel") if error.code == "one_column" else error) from error
    if not table.matched:  # no list under a wrong name either, but some text
        table.close()
        raise TableError("not_excel")
    return table


def _gunzip(content: bytes, limits: Limits) -> bytes:
    room = min(limits.unpacked_bytes, max(len(content) * limits.ratio, limits.small_bytes))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(room + 1)
    except EOFError as error:
        raise TableError("truncated") from error
    except (OSError, zlib.error) as error:
        raise TableError("damaged") from error
    if len(unpacked) > room:
        raise TableError("zip_bomb", limit_mb=room // 1_000_000)
    return unpacked
