"""Every parser takes any text and any bytes: it answers, or raises the errors it names, and never takes long.

200 examples a parser in the ordinary run; `pytest -m nightly tests/security` gives each 10,000.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.exceptions import ValidationError
from hypothesis import strategies as st

from households import codes, search_words
from households.importing import reading as cell_reading
from mapping import boundary_reading, coordinate_text, crs, downloads, formula_guard, placing, text
from mapping.boundary_reading import BoundaryError
from mapping.client_key import key_of
from mapping.errors import UserError
from mapping.file_names import safe_name
from mapping.images import cleaned
from mapping.outline_field import OutlineField
from mapping.tables import Limits, TableError, open_table
from tests.security import fuzzing
from tests.security.fuzzing import NIGHTLY, ORDINARY, bounded

SYNONYMS = {"so_nha": "number", "ho_ten": "head", "lat": "lat", "lng": "lng"}
LIMITS = Limits(rows=5_000, columns=50, file_bytes=5_000_000, unpacked_bytes=10_000_000, small_bytes=1_000_000)
OUTLINE = shapely.box(105.79, 19.65, 105.83, 19.69)


def a_table(value: tuple[bytes, str]) -> None:
    content, name = value
    try:
        with open_table(content, name, SYNONYMS, srid=4326, limits=LIMITS) as table:
            for row in table.rows:
                assert all(isinstance(cell, str) for cell in row.values)
    except TableError as error:
        assert error.params["file"] == name


def boundaries(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ranh-gioi"
        path.write_bytes(content)
        with suppress(TableError, BoundaryError):
            for boundary in boundary_reading.read(path, kind=None, srid=4326, zone=None):
                assert boundary.outline.is_valid and boundary.code.isascii()


def a_coordinate(typed: str) -> None:
    with suppress(coordinate_text.UnreadableError):
        assert np.isfinite(coordinate_text.read_number(typed).value)
    with suppress(coordinate_text.UnreadableError):
        pair = coordinate_text.read_pair(typed)
        assert np.isfinite(pair.x) and np.isfinite(pair.y)


def pairs(value: tuple[list[str], list[str], int, bool]) -> None:
    first, second, srid, swapped = value
    length = min(len(first), len(second))
    for read in (placing.read_pairs(first), placing.read_pairs(first[:length], second[:length])):
        finding = placing.find_candidates(read, OUTLINE)
        assert all(0 <= one.inside <= one.parsed <= one.total for one in finding.candidates)
        placed = placing.place(read, srid, OUTLINE, swapped=swapped)
        assert len(placed.reason) == len(read.x)
        for lng, lat, reason in zip(placed.lng, placed.lat, placed.reason, strict=True):
            assert reason or OUTLINE.intersects(shapely.Point(lng, lat))


def a_system(typed: str) -> None:
    for parse in (crs.parse_srid, crs.srid_of_definition, placing.system_of_key):
        with suppress(crs.CrsError):
            parse(typed)


def a_code(typed: str) -> None:
    with suppress(codes.CodeError):
        assert codes.parse_house_code(typed).isdigit()
    with suppress(codes.CodeError):
        token = codes.parse_token(typed)
        assert len(token) == codes.TOKEN_LENGTH and set(token) <= set(codes.TOKEN_ALPHABET)


def search_text(typed: str) -> None:
    search_words.read(typed)
    for ends_open in (False, True):
        words = search_words.words_of(text.fold(typed), ends_open=ends_open)
        assert len(search_words.splits(words)) < 1_000


def folding(typed: str) -> None:
    folded = text.fold(typed)
    assert text.fold(folded) == folded
    for kept in (text.clean(typed), text.clean(typed, keep_lines=True)):
        kept.encode("utf-8")  # PostgreSQL takes it: no lone half of a pair, no U+0000
        assert "\0" not in kept and text.clean(kept, keep_lines=True) == kept
    text.squash(typed), text.canonical_tone(typed), text.natural_key(typed)
    phone = text.normal_phone(typed)
    assert phone is None or (phone.isascii() and len(phone) <= 20)


def cells(typed: str) -> None:
    for read in (
        cell_reading._number, cell_reading._phone, cell_reading._size, cell_reading._house_code, cell_reading._accuracy,
        cell_reading._text("head_name"), cell_reading.Villages([(1, "Thôn", "Đông", None)]).read,
    ):  # fmt: skip
        with suppress(cell_reading.Fault):
            read(typed).encode("utf-8")


def an_outline(typed: str) -> None:
    with suppress(ValidationError):
        OutlineField(required=False).to_python(typed)


def a_name(typed: str) -> None:
    name = safe_name(typed)
    assert name and len(name) <= 151 and not set(name) & set('/\\<>:"|?*\0\r\n') and name not in (".", "..")
    assert safe_name(name) == name
    header = downloads.disposition(typed)
    assert header.isascii() and header.isprintable() and header.startswith('attachment; filename="')
    assert header.partition('filename="')[2].partition('"')[0]


def a_guard(typed: str) -> None:
    assert formula_guard.unguarded(formula_guard.guarded(typed)) == typed


class Asked:
    """As much of a request as an address needs."""

    headers: dict[str, str]

    def __init__(self, address: str) -> None:
        self.META = {"REMOTE_ADDR": address}
        self.headers = {"x-forwarded-for": address}


def an_address(typed: str) -> None:
    assert len(key_of(Asked(typed))) <= 45  # type: ignore[arg-type]


def a_picture(content: bytes) -> None:
    with suppress(UserError):
        assert cleaned(content).content.startswith(b"\xff\xd8")


def geometries() -> Iterator[str]:
    yield from ("POLYGON((105.8 19.6,105.9 19.6,105.9 19.7,105.8 19.6))", "POINT(1 2)", "MULTIPOLYGON EMPTY")
    yield '{"type":"Polygon","coordinates":[[[105.8,19.6],[105.9,19.6],[105.9,19.7],[105.8,19.6]]]}'
    yield '{"type":"GeometryCollection","geometries":[]}'


def mutated(seeds: list[str]) -> st.SearchStrategy[str]:
    """Texts with damage in them, and any text."""
    damaged = st.builds(
        fuzzing.damaged, st.sampled_from([s.encode() for s in seeds]), st.lists(fuzzing.patches), st.none()
    )
    return damaged.map(lambda content: content.decode("utf-8", "replace")) | fuzzing.texts


def pictures() -> st.SearchStrategy[bytes]:
    from tests.security.test_images import GOOD

    return st.builds(
        fuzzing.damaged, st.sampled_from(GOOD), st.lists(fuzzing.patches, min_size=1, max_size=3), st.none()
    )


SYSTEMS = [crs.CRS.from_epsg(code).to_wkt() for code in (4326, 9210, 5897)] + ["EPSG:4756", "+proj=tmerc +lon_0=105"]
COLUMN = st.lists(fuzzing.texts | st.floats(-200, 3e6).map(str), max_size=6)

PARSERS: dict[str, tuple[Callable[[Any], None], Callable[[], st.SearchStrategy[Any]]]] = {
    "table": (a_table, lambda: st.tuples(fuzzing.files(), fuzzing.names)),
    "boundaries": (boundaries, fuzzing.files),
    "coordinate": (a_coordinate, lambda: fuzzing.texts),
    "placing": (pairs, lambda: st.tuples(COLUMN, COLUMN, st.sampled_from([4326, 5897, 9210, 32648]), st.booleans())),
    "system": (a_system, lambda: mutated(SYSTEMS)),
    "code": (a_code, lambda: fuzzing.texts),
    "search": (search_text, lambda: fuzzing.texts),
    "text": (folding, lambda: fuzzing.texts),
    "cells": (cells, lambda: fuzzing.texts),
    "outline": (an_outline, lambda: mutated(list(geometries()))),
    "name": (a_name, lambda: fuzzing.texts),
    "formula": (a_guard, lambda: fuzzing.texts),
    "address": (an_address, lambda: mutated(["2001:db8::1", "::ffff:192.0.2.1", "192.0.2.1"])),
    "picture": (a_picture, pictures),
}


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.filterwarnings("ignore")  # libraries may say what they think of damage
def test_any_input_is_read_or_refused(name: str) -> None:
    take, values = PARSERS[name]
    bounded(take, values(), ORDINARY)


@pytest.mark.nightly
@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.filterwarnings("ignore")
def test_any_input_is_read_or_refused_ten_thousand_times(name: str) -> None:
    take, values = PARSERS[name]
    bounded(take, values(), NIGHTLY)


@pytest.mark.parametrize(
    ("take", "value"),
    [
        (a_table, (b"(" * 120_000, "a.csv")),  # a title in brackets was looked for from every bracket to the end
        (a_table, ("ß(".encode() * 40_000, "a.csv")),
        (a_system, 'GEOGCS["\ud800"]'),
        (an_outline, "POLYGON((" + "Đ" * 2_000),  # GEOS quotes a thousand bytes of it, half a letter at the end
        (a_name, "\u0301\u0302"),
        (an_address, "2001:db8:" + "\x80" * 80 + ":1::"),
    ],
)
def test_what_was_once_slow_or_wrong(take: Callable[[Any], None], value: Any) -> None:
    began = time.thread_time()
    take(value)
    assert time.thread_time() - began < 1
