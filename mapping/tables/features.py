"""From features, attributes and a coordinate system to a table: what the three vector formats share."""

import re
from collections.abc import Callable, Iterator, Sequence

import shapely

from mapping import crs, text
from mapping.tables.model import Column, Headers, Limits, Row, Table, TableError, cell_text

# What programs write for "none": nothing, the GeoPackage's own word, GDAL's local system.
_NO_SYSTEM = re.compile(r"[\s\0]*(?:$|undefined|LOCAL_CS|ENGCRS)", re.IGNORECASE)


def known_srid(definition: str | None, stated: int | None, sheet: str) -> int:
    """The EPSG code of a layer: what its file says, else what the caller says. Raises `TableError`."""
    if definition is None or _NO_SYSTEM.match(definition):
        if stated is None:
            raise TableError("crs_unknown", sheet=sheet)
        return stated
    try:
        return crs.srid_of_definition(definition)
    except crs.CrsError as error:
        if error.reason == "unreadable" and stated is not None:
            return stated
        code = {"unreadable": "crs_unknown", "deprecated": "crs_deprecated", "unknown": "crs_unsupported"}
        raise TableError(code[error.reason], sheet=sheet, crs=error.value[:80]) from error


def feature_table(
    *,
    name: str,
    kind: str,
    sheet: str,
    sheets: tuple[str, ...],
    titles: Sequence[str],
    records: Iterator[tuple[Sequence[object], shapely.Geometry | None]],
    count: int,
    srid: int | None,
    headers: Headers,
    limits: Limits,
    close: Callable[[], None] = lambda: None,
) -> Table:
    """The table of a layer with that many features; `records` gives values and geometry of each."""
    if not count:
        raise TableError("no_rows", sheet=sheet)
    if count > limits.rows:
        raise TableError("too_many_rows", limit=limits.rows, sheet=sheet)
    if len(titles) > limits.columns:
        raise TableError("too_many_columns", limit=limits.columns, sheet=sheet)
    columns = [Column(index, "", text.clean(title)) for index, title in enumerate(titles)]
    rows = (
        Row(number, [cell_text(value) for value in values], geometry)
        for number, (values, geometry) in enumerate(records, 1)
    )
    return Table(name, kind, sheet, sheets, 0, columns, headers.match(titles), rows, srid, close)
