"""Rows of new houses and households as PostgreSQL's COPY takes them; pure, so that a thread can make them ahead.

A row's id is a block of the import's own with the row's number in the file at its end, so that the change set keeps
a range and a household knows its house's id without a look-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from households.importing.arrivals import Arrived
from households.importing.reading import Batch

T = TypeVar("T")
HOUSE_COLUMNS: Final = (
    "id", "code", "commune_id", "village_id", "number", "street", "location", "location_source", "accuracy_m", "state",
    "closed_reason", "note", "version", "created_at", "updated_at", "search_key",
)  # fmt: skip
HOUSEHOLD_COLUMNS: Final = ("id", "house_id", "village_id", "head_name", "phone", "size", "note", "search_key")
_NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_POINT: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
_POINT_WITH_SRID: Final = 0x20000001
"""The kind of an EWKB point that names its system."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The beginnings of the ids of one import."""

    house: str
    household: str


@dataclass(frozen=True, slots=True)
class ReadyRows:
    """One batch, ready to be written."""

    house_ids: list[str]
    house_rests: list[str]
    """What follows a house's id and its code, which only the database can give."""
    households: str
    household_count: int


def row_id(block: str, line: int) -> str:
    """The id of what a row adds."""
    return f"{block}{line:06x}"


def house_lines(ready: ReadyRows, house_codes: Sequence[str]) -> str:
    """The houses of a batch with the codes that they were given."""
    rows = zip(ready.house_ids, house_codes, ready.house_rests, strict=True)
    return "\n".join([*map("\t".join, rows), ""])


def make_ready(arrived: Arrived, blocks: Blocks, *, commune: int, with_doubles: bool) -> ReadyRows:
    """The houses and households of a batch; without `with_doubles` none of a house that looks double by now."""
    batch, leaders = arrived.batch, arrived.leaders
    skipped = frozenset({0}) if with_doubles else arrived.doubles | {0}
    rows = range(len(leaders)) if skipped.isdisjoint(leaders) else [
        at for at, leader in enumerate(leaders) if leader not in skipped
    ]  # fmt: skip
    led = rows if leaders == batch.lines else [at for at in rows if leaders[at] == batch.lines[at]]
    names = batch.columns["head_name"]
    peopled = [at for at in rows if names[at]] if "" in names else rows
    ids, rests = _houses(batch, led, blocks, str(commune))
    return ReadyRows(ids, rests, _households(batch, leaders, peopled, blocks), len(peopled))


def _houses(batch: Batch, rows: Sequence[int], blocks: Blocks, commune: str) -> tuple[list[str], list[str]]:
    ids = [row_id(blocks.house, line) for line in _of(batch.lines, rows)]
    numbers, streets = _column(batch, "number_key", rows), _column(batch, "street_key", rows)
    keys: list[str] = list(map(" ".join, zip(numbers, streets, strict=True)))
    if "" in numbers or "" in streets:
        keys = [key.strip() for key in keys]
    notes = _column(batch, "note", rows)
    if "note" in batch.columns:
        # With a household the note is about the people.
        names = _column(batch, "head_name", rows)
        notes = ["" if name else note for name, note in zip(names, notes, strict=True)]
    at = slice(None) if len(rows) == len(batch.lines) else list(rows)
    columns = (
        repeat(commune),
        _or_null(_column(batch, "village", rows)),
        _escaped(_column(batch, "number", rows)),
        _escaped(_column(batch, "street", rows)),
        _points(batch.lng[at], batch.lat[at]),
        repeat("import"),
        _or_null(_column(batch, "accuracy_m", rows)),
        repeat("active\t"),
        _escaped(notes),
        repeat("1\tnow\tnow"),  # as the database reads it, when the transaction began
        _surely_folded(_escaped(keys)),
    )
    return ids, list(map("\t".join, zip(*columns, strict=False)))


def _households(batch: Batch, leaders: list[int], rows: Sequence[int], blocks: Blocks) -> str:
    columns = (
        [row_id(blocks.household, line) for line in _of(batch.lines, rows)],
        [row_id(blocks.house, leader) for leader in _of(leaders, rows)],
        _or_null(_column(batch, "village", rows)),
        _escaped(_column(batch, "head_name", rows)),
        _column(batch, "phone", rows),
        _or_null(_column(batch, "size", rows)),
        _escaped(_column(batch, "note", rows)),
        _surely_folded(_escaped(_column(batch, "head_name_key", rows))),
    )
    return "\n".join([*map("\t".join, zip(*columns, strict=True)), ""])


def _column(batch: Batch, name: str, rows: Sequence[int]) -> list[str]:
    values = batch.columns.get(name)
    return [""] * len(rows) if values is None else _of(values, rows)


def _of(values: list[T], rows: Sequence[int]) -> list[T]:
    return values if len(rows) == len(values) else [values[at] for at in rows]


def _or_null(values: list[str]) -> list[str]:
    return [value or _NULL for value in values] if "" in values else values


def _escaped(values: list[str]) -> list[str]:
    joined = "".join(values)
    if "\\" in joined or "\n" in joined or "\t" in joined or "\r" in joined:
        return [value.translate(_ESCAPES) for value in values]
    return values


def _surely_folded(keys: list[str]) -> list[str]:
    """The keys that `sonha_fold` would make too: where ASCII is left. The database makes the others (œ, ½) itself."""
    return keys if "".join(keys).isascii() else [key if key.isascii() else _NULL for key in keys]


def _points(lng: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str]:
    """EWKB of points in EPSG:4326, in hexadecimal."""
    points = np.empty(len(lng), dtype=_POINT)
    points["order"], points["kind"], points["srid"], points["x"], points["y"] = 1, _POINT_WITH_SRID, 4326, lng, lat
    written = points.tobytes().hex()
    width = 2 * _POINT.itemsize
    return [written[start : start + width] for start in range(0, len(written), width)]
