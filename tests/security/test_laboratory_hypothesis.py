"""Laboratory sheets with any damage in them, and any cells, are read or refused, and what is planned is possible."""

from __future__ import annotations

import datetime
import math
import tempfile
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import strategies as st

from mapping.tables import Limits, Row, TableError, open_table
from soil_map.importing.laboratory.headers import LaboratoryHeaders
from soil_map.importing.laboratory.meaning import Meaning, MethodInfo, PropertyInfo, open_questions
from soil_map.importing.laboratory.planning import Standing, plan
from soil_map.importing.laboratory.reading import read
from soil_map.importing.laboratory.understanding import TooManyKinds, first_meaning, look
from tests.security import fuzzing
from tests.security.fuzzing import NIGHTLY, ORDINARY, bounded
from tests.soil_map import laboratory_sheets

LIMITS = Limits(rows=2_000, file_bytes=5_000_000)
OUTLINE = shapely.box(105.79, 19.65, 105.83, 19.69)
TODAY = datetime.date(2026, 11, 27)
_PH = PropertyInfo("ph", "pH", "", 2, 11, 1)
_OM = PropertyInfo("om", "OM", "% OM", 0, 100, 2)
_P = PropertyInfo("p_available", "P", "mg/100g P2O5", 0, 500, 1)
METHODS = {
    one.key: one
    for one in (
        MethodInfo("ph_kcl", "KCl", _PH), MethodInfo("ph_h2o", "H2O", _PH), MethodInfo("om_walkley_black", "WB", _OM),
        MethodInfo("p_oniani", "Oniani", _P), MethodInfo("p_olsen", "Olsen", _P),
    )
}  # fmt: skip


@cache
def seeds() -> tuple[bytes, ...]:
    """A sheet with faults as workbook and as text, and a long one."""
    with tempfile.TemporaryDirectory() as folder:
        made = [laboratory_sheets.faulty_sheet(Path(folder), kind) for kind in ("xlsx", "utf-8-sig", "tcvn3")]
        return tuple(path.read_bytes() for path in made)


def answered(meaning: Meaning) -> Meaning:
    """The meaning with everything answered that is open."""
    analyses = tuple(replace(one, left_out=not one.method or one.unit is None, limit=0.1) for one in meaning.analyses)
    return replace(meaning, analyses=analyses, srid=4326, depth=(0.0, 20.0), is_confirmed=True)


def planned(titles: dict[int, tuple[str, str]], rows: list[Row]) -> None:
    """Read and plan rows as they may be meant; what would be written must be possible."""
    with suppress(TooManyKinds):
        meaning = answered(first_meaning(titles, rows, METHODS))
        assert set(look(meaning, rows)) == {one.key for one in meaning.analyses}
        assert Meaning.from_json(meaning.to_json()) == meaning
        if open_questions(meaning, METHODS):
            return
        found = plan(read(rows, meaning, METHODS, OUTLINE, TODAY), meaning, Standing(zone=5897))
        for site in found.sites.values():
            assert "\0" not in site.written_x + site.written_y + site.code
            assert OUTLINE.buffer(1e-9).contains(shapely.Point(site.lng, site.lat)) and 0 < len(site.code) <= 40
        for sample in found.samples.values():
            assert 0 <= sample.depth[0] < sample.depth[1] <= 1_000 and len(sample.laboratory_code) <= 40
            assert sample.composite is None or sample.composite >= 1
            for figure, replicate in sample.figures:
                prop = METHODS[figure.method].property
                assert math.isfinite(figure.value) and prop.lowest <= figure.value <= prop.highest
                assert replicate >= 1 and len(figure.written) <= 40
        figures = [(s.code, s.depth, f.method, at) for s in found.samples.values() for f, at in s.figures]
        assert len(figures) == len(set(figures))
        assert len(found.promise()) == 64


def a_file(content: bytes) -> None:
    with suppress(TableError), open_table(content, "phiếu", LaboratoryHeaders, limits=LIMITS) as table:
        if not table.has_geometry:
            planned({one.index: (one.letter, one.title) for one in table.columns}, list(table.rows))


HEADER = ("Mã mẫu", "X", "Y", "Độ sâu", "pHKCl", "OM (%)", "Lân Oniani (mg P2O5/kg)", "Riêng tư", "Ngày lấy mẫu", "Tờ",
          "Thửa", "Số mẫu con", "Lần lặp")  # fmt: skip
LONG = ("Mã mẫu", "Tọa độ", "Độ sâu từ", "Độ sâu đến", "Chỉ tiêu", "Phương pháp", "Kết quả", "ĐVT")
_CELLS = st.sampled_from(
    ["", "D1", "D2", "105.81", "19.67", "105,8", "0-20", "20-0", "5,2", "71", "-1", "<0,05", "vết", "x", "15/3/2025",
     "1", "2", "pH", "KCl", "OM", "%", "mg/kg P", "105.81, 19.67", "1e308", "Trung bình"]
)  # fmt: skip


def some_cells(rows: list[list[str]]) -> None:
    for header in (HEADER, LONG):
        titles = {index: ("ABCDEFGHIJKLM"[index], title) for index, title in enumerate(header)}
        width = len(header)
        planned(titles, [Row(n, (cells + [""] * width)[:width]) for n, cells in enumerate(rows, 2)])


def damaged() -> st.SearchStrategy[bytes]:
    """The files with some damage."""
    changes = st.lists(fuzzing.patches, min_size=1, max_size=4)
    return st.builds(fuzzing.damaged, st.sampled_from(seeds()), changes, st.none())


TESTS: dict[str, tuple[Any, Any, int, int]] = {
    "files": (a_file, damaged, ORDINARY, NIGHTLY),
    "cells": (
        some_cells,
        lambda: st.lists(st.lists(_CELLS | fuzzing.texts, max_size=13), max_size=6),
        ORDINARY,
        NIGHTLY,
    ),
}


@pytest.mark.parametrize("name", TESTS)
@pytest.mark.filterwarnings("ignore")  # libraries may say what they think of damage
def test_any_sheet_is_read_or_refused(name: str) -> None:
    take, values, ordinary, _nightly = TESTS[name]
    bounded(take, values(), ordinary)


@pytest.mark.nightly
@pytest.mark.parametrize("name", TESTS)
@pytest.mark.filterwarnings("ignore")
def test_any_sheet_is_read_or_refused_at_length(name: str) -> None:
    take, values, _ordinary, nightly = TESTS[name]
    bounded(take, values(), nightly)
