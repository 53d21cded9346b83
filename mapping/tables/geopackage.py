"""GeoPackage, read as the SQLite database it is, with everything refused that is more than looking at a table.

Source of the layout: OGC 12-128r19, GeoPackage Encoding Standard 1.4, clauses 1.1 and 2.1.
"""

import sqlite3
from collections.abc import Iterator

import shapely

from mapping.tables.features import feature_table, known_srid
from mapping.tables.model import Headers, Limits, Table, TableError

_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_LOOKING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA})


def open_geopackage(
    content: bytes, name: str, headers: Headers, sheet: str | None, srid: int | None, limits: Limits
) -> Table:
    """Open a layer of a GeoPackage; without `sheet` the one that matches best. Raises `TableError`."""
    database = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        return _open(database, content, name, headers, sheet, srid, limits)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        database.close()
        raise TableError("damaged") from error
    except BaseException:
        database.close()
        raise


def _open(
    database: sqlite3.Connection,
    content: bytes,
    name: str,
    headers: Headers,
    sheet: str | None,
    srid: int | None,
    limits: Limits,
) -> Table:
    # Bytes 18 and 19 are 2 in a database with a write-ahead log, which one in memory cannot have.
    database.deserialize(content[:18] + b"\x01\x01" + content[20:])
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _LOOKING else sqlite3.SQLITE_DENY)
    # Views and virtual tables compute; only what is stored is read.
    stored = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'create virtual%'"
    layers = [
        str(layer)
        for (layer,) in database.execute(
            f"SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') "
            f"AND table_name IN ({stored}) ORDER BY table_name"
        )
    ]
    if not layers:
        raise TableError("empty")
    if sheet is not None and sheet not in layers:
        raise TableError("no_such_sheet", sheet=sheet, sheets=tuple(layers))
    columns = {layer: _columns(database, layer) for layer in layers}
    chosen = sheet or max(layers, key=lambda layer: len(headers.match(columns[layer])))
    shape = database.execute(
        "SELECT g.column_name, s.organization, s.organization_coordsys_id, s.definition "
        "FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys s USING (srs_id) WHERE g.table_name = ?",
        (chosen,),
    ).fetchone()
    geometry = shape[0] if shape and shape[0] in columns[chosen] else None
    titles = [column for column in columns[chosen] if column != geometry]
    (count,) = database.execute(f"SELECT count(*) FROM {_quoted(chosen)}").fetchone()
    return feature_table(
        name=name,
        kind="gpkg",
        sheet=chosen,
        sheets=tuple(layers),
        titles=titles,
        records=_records(database, chosen, titles, geometry),
        count=count,
        srid=None if geometry is None else known_srid(_definition(*shape[1:]), srid, chosen),
        headers=headers,
        limits=limits,
        close=database.close,
    )


def _definition(organization: object, code: object, definition: object) -> str | None:
    if str(organization).upper() == "EPSG":
        return f"EPSG:{code}"
    return None if str(organization).upper() in ("NONE", "") else str(definition)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _columns(database: sqlite3.Connection, layer: str) -> list[str]:
    return [str(row[1]) for row in database.execute(f"PRAGMA table_info({_quoted(layer)})")]


def _records(
    database: sqlite3.Connection, layer: str, titles: list[str], geometry: str | None
) -> Iterator[tuple[list[object], shapely.Geometry | None]]:
    wanted = [*titles, geometry] if geometry is not None else titles
    cursor = database.execute(f"SELECT {', '.join(map(_quoted, wanted))} FROM {_quoted(layer)} ORDER BY rowid")
    try:
        while batch := cursor.fetchmany(5_000):
            shapes: list[shapely.Geometry | None] = [None] * len(batch)
            if geometry is not None:
                read = shapely.from_wkb([_wkb(row[-1]) for row in batch], on_invalid="ignore")
                shapes = [None if one is None or one.is_empty else one for one in shapely.force_2d(read)]
            for row, shape in zip(batch, shapes, strict=True):
                yield [None if isinstance(value, bytes) else value for value in row[: len(titles)]], shape
    except (sqlite3.Error, OverflowError) as error:
        raise TableError("damaged") from error


def _wkb(blob: object) -> bytes | None:
    """The well-known binary inside a GeoPackage geometry, None where there is none."""
    if not isinstance(blob, bytes) or len(blob) < 8 or not blob.startswith(b"GP"):
        return None
    flags = blob[3]
    envelope = flags >> 1 & 7
    if flags & 0x20 or envelope >= len(_ENVELOPE_BYTES):  # 0x20: an extended, vendor-specific geometry
        return None
    return blob[8 + _ENVELOPE_BYTES[envelope] :]
