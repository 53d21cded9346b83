"""New plates and places in a batch written by COPY: an INSERT of as many takes twice the time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from psycopg import Connection

from households.models import PlateState

_PLATES: Final = """
COPY households_plate (token, house_id, face_hash, plus_code, number, street, village_name, location,
                       commune_name, state, created_by_id, created_at, state_at, released_at) FROM STDIN
"""
_PLACES: Final = "COPY households_batchplate (batch_id, serial, plate_id) FROM STDIN"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL: Final = "\\N"
# A point as PostGIS keeps it: byte order, kind with a system after it, the system, x, y.
_POINT: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("system", "<u4"), ("lng", "<f8"), ("lat", "<f8")])
_POINT_WITH_SYSTEM: Final = 0x2000_0001
_WGS84: Final = 4326


@dataclass(frozen=True, slots=True)
class Added:
    """Columns of new plates, each as long as the others; `lat` and `lng` of the point in the printed Plus Code."""

    tokens: list[str]
    houses: list[str]
    hashes: list[bytes]
    plus_codes: list[str]
    numbers: list[str]
    streets: list[str]
    villages: list[str]
    lat: list[float]
    lng: list[float]


def add_plates(
    line: Connection[Any], added: Added, commune_name: str, *, state: PlateState, user_id: int | None
) -> None:
    """Write new plates down; those that are not drafts are released with this."""
    (now,) = line.execute("SELECT now()::text").fetchone() or ("",)
    released = _NULL if state is PlateState.DRAFT else now
    same = (
        f"{_escaped(commune_name)}\t{state.value}\t{_NULL if user_id is None else user_id}\t{now}\t{now}\t{released}\n"
    )
    columns = zip(
        added.tokens, added.houses, added.hashes, added.plus_codes, map(_escaped, added.numbers),
        map(_escaped, added.streets), map(_escaped, added.villages), _points(added.lat, added.lng), strict=True,
    )  # fmt: skip
    rows = [
        f"{token}\t{house}\t\\\\x{said.hex()}\t{place}\t{number}\t{street}\t{village}\t{point}\t{same}"
        for token, house, said, place, number, street, village, point in columns
    ]
    with line.cursor() as cursor, cursor.copy(_PLATES) as copy:
        copy.write("".join(rows))


def add_places(line: Connection[Any], batch_id: uuid.UUID, after: int, tokens: Sequence[str]) -> None:
    """Give plates their places in a batch, in order, the first one after `after`."""
    with line.cursor() as cursor, cursor.copy(_PLACES) as copy:
        copy.write("".join([f"{batch_id}\t{serial}\t{token}\n" for serial, token in enumerate(tokens, after + 1)]))


def check_references(line: Connection[Any]) -> None:
    """Have the rows written so far checked now, and not all of them one after the other when the transaction ends."""
    line.execute("SET CONSTRAINTS ALL IMMEDIATE")
    line.execute("SET CONSTRAINTS ALL DEFERRED")


def _escaped(text: str) -> str:
    """A text as COPY wants it."""
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


def _points(lat: list[float], lng: list[float]) -> list[str]:
    points = np.empty(len(lat), dtype=_POINT)
    points["order"], points["kind"], points["system"] = 1, _POINT_WITH_SYSTEM, _WGS84
    points["lng"], points["lat"] = lng, lat
    digits = points.tobytes().hex()
    width = 2 * _POINT.itemsize
    return [digits[start : start + width] for start in range(0, len(digits), width)]
