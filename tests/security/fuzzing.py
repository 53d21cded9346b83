"""What the tests throw at parsers: texts like those that people type, files like those that they bring, and damage."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.security.test_foreign_files import geopackage, point_file, shapefile, zipped

ORDINARY, NIGHTLY = 200, 10_000
SECONDS: Final = 3.0
"""Of the processor, for one example: a hundred times what the slowest needs, and far below a server's patience."""

_PIECES = st.sampled_from(
    [
        " ", "\t", "\n", "\0", ",", ";", ".", "-", "+", "/", ":", "°", "º", "'", '"', "′", "″", "(", ")", "[", "]", "=",
        "0", "1", "12", "19", "105", "19.67", "105,81", "1e999", "-0", "٣", "１２", "²", "½", "NaN", "inf", "B", "Đ",
        "N", "E", "vĩ độ", "Kinh độ", "độ", "phút", "EPSG:4326", "EPSG:", "https://maps.app.goo.gl/x", "?q=19.6,105.8",
        "@19.6,105.8,17z", "!3d19.6!4d105.8", "7P28MR53+", "K7QP", "2M4X", "9TRA", "0912345678", "+84", "thôn",
        "Nguyễn", "Hoà", "Hòa", "\u0301", "\u202e", "\ufeff", "\ud800", "%", "_", "\\", "&", "|", "!", "*", "<->", "ʼ",
        "ﬁ", "İ", "ß",
    ]
)  # fmt: skip
long = st.builds(lambda piece, times: piece * times, _PIECES, st.sampled_from([2, 50, 3_000]))
texts = st.text(max_size=60) | st.lists(_PIECES | long | st.text(max_size=3), max_size=12).map("".join)
"""Any text, and texts of the pieces that the parsers look for, some of them very long."""
names = st.text(min_size=1, max_size=20) | st.sampled_from(["a.csv", "b.xls", "/vsicurl/http://x", "..\\c.shp"])


def bounded(take: Callable[[Any], object], values: st.SearchStrategy[Any], examples: int) -> None:
    """Give `take` that many values; what it raises is a fault, and so is taking long."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(values)
    def attempt(value: Any) -> None:
        began = time.thread_time()
        try:
            take(value)
        except Exception as error:
            error.add_note(f"given: {value!r}"[:4_000])
            raise
        assert time.thread_time() - began < SECONDS, f"{time.thread_time() - began} s for {value!r}"[:4_000]

    attempt()


# --- Files --------------------------------------------------------------------------------------------


def _sheet() -> bytes:
    book = Workbook()
    for row in (["DANH SÁCH"], ["STT", "so_nha", "ho_ten", "lat", "lng"], [1, "12/5", "Lê An", 19.67, 105.81]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def seeds() -> tuple[bytes, ...]:
    """One small file of every kind that is read."""
    with tempfile.TemporaryDirectory() as folder:
        vector = geopackage(Path(folder) / "gpkg"), zipped(shapefile(Path(folder) / "shp"))
    table = 'so_nha;ho_ten;lat;lng\n12;Nguyễn Hoà;19,67;105,81\n\'=1;"a;b\nc";;\n'
    boundary = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"ma_xa": "99001", "ten_xa": "Xã Bình Minh", "dientich_km2": "4,6"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[105.8, 19.6], [105.9, 19.6], [105.9, 19.7], [105.8, 19.7], [105.8, 19.6]]],
                },
            }
        ],
    }
    return (
        *vector, _sheet(), point_file(), json.dumps(boundary).encode(), table.encode(), table.encode("utf-16"),
        table.encode("cp1258", "replace"), ("sep=,\n" + table.replace(";", ",")).encode("utf-8-sig"),
        gzip.compress(table.encode()), zipped({"a.shp": b"", "a.dbf": b"", "a.shx": b""}),
    )  # fmt: skip


def _patched(content: bytes, at: float, patch: bytes, kind: str) -> bytes:
    place = int(at * len(content))
    if kind == "cut":
        return content[:place]
    if kind == "insert":
        return content[:place] + patch + content[place:]
    if kind == "double":
        return content[:place] + content[max(0, place - 40) :]
    return content[:place] + patch + content[place + len(patch) :]


patches = st.tuples(
    st.floats(0, 1),
    st.binary(min_size=1, max_size=8)
    | st.sampled_from([b"\xff" * 4, b"\0" * 8, b"\x7f\xff\xff\xff", b"<", b"&x;", b'"']),
    st.sampled_from(["over", "over", "insert", "cut", "double"]),
)


def damaged(content: bytes, changes: list[tuple[float, bytes, str]], within: float | None) -> bytes:
    """The file with some damage; `within` damages a member of a zip, which stays a whole zip itself."""
    if within is not None and content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        name = list(parts)[int(within * (len(parts) - 1))]
        for change in changes:
            parts[name] = _patched(parts[name], *change)
        return zipped(parts)
    for change in changes:
        content = _patched(content, *change)
    return content


def files() -> st.SearchStrategy[bytes]:
    """Any bytes, and files of every kind with damage in them."""
    broken = st.builds(
        damaged, st.sampled_from(seeds()), st.lists(patches, min_size=1, max_size=4), st.none() | st.floats(0, 1)
    )
    return broken | broken | st.binary(max_size=400) | texts.map(lambda text: text.encode("utf-8", "replace"))


def json_values() -> st.SearchStrategy[Any]:
    """Whatever JSON can say."""
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
        max_leaves=10,
    )
