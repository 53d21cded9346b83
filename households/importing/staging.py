"""Carry a list to a temporary table of the database, in batches, while it is being read.

The server takes one batch in while the next is read here. The table lives as long as the transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from households.importing.fields import Reading
from households.importing.reading import Batch, Reader, Villages
from mapping.importing import Issue, Progress
from mapping.models import Unit
from mapping.tables import Row, Table

BATCH: Final = 5_000
_COLUMNS: Final = (
    "number", "street", "village", "head_name", "phone", "size", "note", "code", "external_id", "lng", "lat",
    "accuracy_m", "number_key", "street_key", "head_name_key",
)  # fmt: skip
# The server works out where two rows agree while the next rows are being read here: `point` is the same for the same
# millionth of a degree, `address` for the same number, street and village.
_CREATE = """
DROP TABLE IF EXISTS pg_temp.import_row;
CREATE TEMPORARY TABLE import_row (
    line int NOT NULL, number text COLLATE "C", street text COLLATE "C", village_id bigint, head_name text COLLATE "C",
    phone text, size smallint, note text COLLATE "C", code text COLLATE "C", external_id text COLLATE "C",
    lng float8, lat float8, accuracy_m float8,
    number_key text COLLATE "C", street_key text COLLATE "C", head_name_key text COLLATE "C",
    point bigint GENERATED ALWAYS AS (round(lng * 1e6)::bigint * 4294967296 + round(lat * 1e6)::bigint) STORED,
    address bigint GENERATED ALWAYS AS (
        CASE WHEN number_key IS NOT NULL THEN hash_record_extended(ROW(village_id, street_key, number_key), 1) END
    ) STORED
) ON COMMIT DROP
"""
# An empty field is NULL: it says nothing, so it changes nothing.
_COPY = f"COPY import_row (line, {', '.join(_COLUMNS).replace('village', 'village_id')}) FROM STDIN (NULL '')"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Staged:
    """What came over and what did not."""

    total: int
    """Rows in the file that are not blank."""
    issues: list[Issue]
    lines: NDArray[np.int32]
    """The rows that came over, in ascending order; below, what each says."""
    head_names: list[str]
    """Folded, "" where there is none."""
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    """NaN where there is no point."""
    left_out: int
    """Rows of the foot of the list, which `total` does not count."""


def stage(table: Table, reading: Reading, commune: Unit, progress: Progress) -> Staged:
    """Read the whole table into `import_row`; call inside a transaction. `TableError` may come from the file."""
    reader = Reader(reading, villages_of(commune), outline_of(commune))
    issues: list[Issue] = []
    head_names: list[str] = []
    places: list[tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]] = []
    total = 0
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        with cursor.copy(_COPY) as copy:
            for rows in batches(table.rows):
                batch = reader.read(rows)
                issues += batch.issues
                total += len(rows)
                if batch.lines:
                    copy.write(_lines(batch))
                    head_names += batch.columns["head_name_key"]
                    places.append((np.array(batch.lines, dtype=np.int32), batch.lng, batch.lat))
                progress(total, 0)
        cursor.execute("ANALYZE import_row (line, code, external_id)")
    issues.sort(key=lambda issue: issue.row)
    nothing = (np.empty(0, dtype=np.int32), np.empty(0), np.empty(0))
    lines, lng, lat = map(np.concatenate, zip(nothing, *places, strict=True))
    left_out = len(reader.left_out)
    return Staged(total - left_out, issues, lines, head_names, lng, lat, left_out)


def outline_of(commune: Unit) -> shapely.Geometry | None:
    """The commune's outline as shapely has it, in EPSG:4326."""
    return shapely.from_wkb(bytes(commune.outline.wkb)) if commune.outline is not None else None


def villages_of(commune: Unit) -> Villages:
    """The commune's villages of today."""
    units = Unit.objects.current().villages().filter(parent=commune).order_by("code")
    return Villages([(unit.pk, unit.designation, unit.name, outline_of(unit)) for unit in units])


def batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The rows in lists of `BATCH`, which are read at once."""
    while batch := list(islice(rows, BATCH)):
        yield batch


def _lines(batch: Batch) -> str:
    """The batch in PostgreSQL's text format."""
    empty = [""] * len(batch.lines)
    columns: list[Any] = [map(str, batch.lines)]
    degrees = {"lng": batch.lng, "lat": batch.lat}
    for name in _COLUMNS:
        if name in degrees:
            columns.append(["" if value != value else f"{value:.9f}" for value in degrees[name].tolist()])
            continue
        values = batch.columns.get(name, empty)
        if name in ("number", "street", "head_name", "note", "external_id") or name.endswith("_key"):
            joined = "".join(values)
            if "\\" in joined or "\n" in joined or "\t" in joined or "\r" in joined:
                values = [value.translate(_ESCAPES) for value in values]
        columns.append(values)
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"
