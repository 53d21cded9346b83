"""Write tables to files: XLSX, CSV and GeoPackage, row by row, in bounded memory.

A text that begins with = + - @ is a formula to Excel. In XLSX every text is stored as text, so nothing can be
taken for a formula and nothing is changed; CSV has no types, so there it is guarded by an apostrophe
(`formula_guard`). Coordinates are degrees in EPSG:4326.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

import numpy as np
import pyogrio
import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from mapping.formula_guard import guarded

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
GEOPACKAGE: Final = "application/geopackage+sqlite3"

Kind = Literal["text", "whole", "real", "date"]
# What XML 1.0 cannot hold; our own texts have none of it, a file's may.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Called "fid", the column would look like an identifier of the houses when the file comes back.
_ROW_NUMBER: Final = {"FID": "row_number"}
_BATCH: Final = 5_000
_WIDEST: Final = 50  # of a column in a sheet, in letters


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the kind of its values (None is an empty cell) and its width in letters."""

    name: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True)
class Table:
    """A further sheet of a file: its name, its columns and its rows."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def write_xlsx(
    target: BinaryIO | Path,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    notes: Sequence[tuple[str, str]] = (),
    notes_title: str = "",
    further: Sequence[Table] = (),
) -> int:
    """Write a sheet with a bold, frozen header and a filter; return the number of its rows.

    `notes`, what the file says of itself, stand on a sheet before it, `further` tables on sheets after it. Rows go to a
    temporary file as they come; memory does not grow with them.
    """
    book = Workbook(write_only=True)
    if notes:
        _write_notes(book, notes_title, notes)
    count = _write_table(book, Table(title, columns, rows))
    for table in further:
        _write_table(book, table)
    book.save(target)
    return count


def _write_table(book: Workbook, table: Table) -> int:
    columns = table.columns
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", table.title)[:31])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(column.width, _WIDEST)
    bold = Font(bold=True)
    header = []
    for column in columns:
        cell = text_cell(sheet, column.name)
        cell.font = bold
        header.append(cell)
    sheet.append(header)
    count = 0
    for row in table.rows:
        sheet.append([text_cell(sheet, value) if isinstance(value, str) else value for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    return count


def _write_notes(book: Workbook, title: str, notes: Sequence[tuple[str, str]]) -> None:
    sheet = book.create_sheet(title)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 2 * _WIDEST
    for name, text in notes:
        sheet.append([text_cell(sheet, name), text_cell(sheet, text)])


def text_cell(sheet: Any, text: str) -> Any:
    """A cell that is a text whatever it begins with: no formula, no number, no link."""
    """A cell that is a text whatever it begins with: no formula, no number, no link."""
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = _NOT_XML.sub("", text), "s"  # `value =` would make a formula of "=1+1"
    return cell


def write_csv(target: BinaryIO, *, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write UTF-8 with the byte order mark that Excel wants; return the number of rows."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    # Excel may split at the separator of its country, and a piece in the middle of a text is not guarded.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([guarded(column.name) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else value


def write_geopackage(
    target: Path, *, layer: str, columns: Sequence[Column], rows: Iterable[tuple[float, float, Sequence[Any]]]
) -> int:
    """Write points (longitude, latitude, values) as one layer in EPSG:4326; return their number.

    `target` must not exist. Written in batches of 5,000, each a transaction of its own.
    """
    batches = (
        (_points([row[0] for row in batch], [row[1] for row in batch]), [row[2] for row in batch])
        for batch in _batches(rows)
    )
    return _write_batches(target, GisLayer(layer, columns, (), "Point"), batches)


@dataclass(frozen=True)
class GisLayer:
    """A layer of a GeoPackage: its name, columns, rows of (WKB or None, values), and what geometries it has.

    Without a kind of geometry it is a table. `title` is what a program shows instead of the name.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[tuple[bytes | None, Sequence[Any]]]
    geometry: Literal["Point", "MultiPolygon", ""] = ""
    title: str = ""


def write_layer(target: Path, layer: GisLayer) -> int:
    """Write a layer in EPSG:4326 into a GeoPackage, a new one or beside those in it; return the number of its rows."""
    batches = (
        (np.array([row[0] for row in batch], dtype=object), [row[1] for row in batch]) for batch in _batches(layer.rows)
    )
    return _write_batches(target, layer, batches)


def _write_batches(target: Path, layer: GisLayer, batches: Iterable[tuple[Any, Sequence[Sequence[Any]]]]) -> int:
    count = 0
    options = dict(_ROW_NUMBER)
    if layer.title:
        options["IDENTIFIER"] = layer.title
    nothing: tuple[Any, Sequence[Sequence[Any]]] = (np.array([], dtype=object), [])
    for place, (geometries, rows) in enumerate(_or_one(batches, nothing)):
        values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(layer.columns)
        fields, masks = zip(*(_field(column, values[at]) for at, column in enumerate(layer.columns)), strict=True)
        pyogrio.raw.write(
            target,
            geometry=geometries if layer.geometry else None,
            field_data=list(fields),
            fields=[column.name for column in layer.columns],
            field_mask=list(masks) if rows else None,
            layer=layer.name,
            driver="GPKG",
            geometry_type=layer.geometry or None,
            crs="EPSG:4326" if layer.geometry else None,
            append=place > 0 or target.exists(),
            layer_options=options if place == 0 else {},
        )
        count += len(rows)
    return count


def _points(lng: Sequence[float], lat: Sequence[float]) -> Any:
    return shapely.to_wkb(shapely.points(lng, lat))


def _or_one(found: Iterable[Any], instead: Any) -> Iterator[Any]:
    """What is found, or one thing instead of nothing."""
    is_empty = True
    for one in found:
        is_empty = False
        yield one
    if is_empty:
        yield instead


_DTYPES: Final[dict[Kind, Any]] = {"text": object, "whole": np.int64, "real": np.float64, "date": "datetime64[D]"}
_EMPTY: Final[dict[Kind, Any]] = {"text": None, "whole": 0, "real": 0.0, "date": datetime.date(1970, 1, 1)}


def _field(column: Column, values: Sequence[Any]) -> tuple[Any, Any]:
    """One column as an array, and the mask of its empty cells."""
    empty = np.array([value is None for value in values], dtype=bool)
    filled = [_EMPTY[column.kind] if value is None else value for value in values]
    return np.array(filled, dtype=_DTYPES[column.kind]), empty


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(rows)
    while batch := list(islice(source, _BATCH)):
        yield batch
