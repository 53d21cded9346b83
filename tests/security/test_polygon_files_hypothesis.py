"""Files of soil units and parcels with any damage in them are read or refused, and no text breaks what reads it.

GDAL reads MapInfo tables and drawings in a process of its own, a third of a second each: hence fewer examples than for
other parsers, 40 in the ordinary run and 2,000 with `pytest -m nightly`.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import strategies as st

from mapping import crs
from mapping.tables import TableError
from soil_map.importing.polygons import coverage, encodings, faces, files, planning
from soil_map.importing.polygons.composition import CompositionError, read_composition
from soil_map.importing.polygons.meaning import Meaning, columns_of, read_label, tabled
from soil_map.importing.polygons.mending import mend
from soil_map.importing.polygons.model import PolygonFileError, PolygonLimits
from tests.security import fuzzing
from tests.security.fuzzing import NIGHTLY, ORDINARY, bounded
from tests.soil_map import polygon_files

LIMITS = PolygonLimits(file_bytes=5_000_000, polygons=2_000, vertices=50_000, drawn=5_000, seconds=20)
COMMUNE = planning.Commune(shapely.box(105.79, 19.65, 105.83, 19.69), 5897)
NOTHING = planning.Standing([], np.empty(0, dtype=object))


@cache
def seeds() -> tuple[bytes, ...]:
    """One small file of every format."""
    with tempfile.TemporaryDirectory() as folder:
        rows, into = polygon_files.soil_rows(2), Path(folder)
        made = [make(into, rows).read_bytes() for make in polygon_files.FORMATS.values()]
        drawn = (
            polygon_files.closed_drawing(into, rows, "ky_hieu"), polygon_files.open_drawing(into, 2),
            polygon_files.design_file(into, rows, "ky_hieu"),
            polygon_files.design_file(into, rows, "ky_hieu", "mở.dgn", is_closed=False),
        )  # fmt: skip
        return (*made, *(path.read_bytes() for path in drawn))


def a_file(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "đất"
        path.write_bytes(content)
        with suppress(PolygonFileError, TableError):
            file = files.read(path, limits=LIMITS)
            found = tabled(file, Meaning())
            meaning = Meaning(srid=file.srid or 5897, sheet="1")
            for what in ("soil_units", "parcels"):
                columns = columns_of(found, meaning, what)
                done = planning.plan(found, columns, meaning, what, COMMUNE, NOTHING)
                assert len(done.new) + len(done.faults) + done.doubles == len(found.shapes)
                assert all(one.outline.is_valid and one.area_m2 > 0 for one in done.new)


def a_cell(typed: str) -> None:
    with suppress(CompositionError):
        parts = read_composition([(typed, ""), ("", "")])
        assert sum(part.percent for part in parts) <= 101
        assert all(part.name for part in parts)
    read_label(typed)
    found = encodings.assess([typed, "đất"], is_raw=False)
    assert found.certain in ("", *encodings.KEYS)
    for key in encodings.KEYS:
        encodings.decoder(key)(typed)


def shapes(rings: list[list[tuple[int, int]]]) -> None:
    x, y = (float(one[0]) for one in crs.from_lonlat(5897, 105.81, 19.67))
    drawn = np.array(
        [crs.from_zone(shapely.Polygon([(x + 10 * a, y + 10 * b) for a, b in ring]), 5897) for ring in rings],
        dtype=object,
    )
    mended = mend(drawn, 5897)
    kept = mended.flat[~shapely.is_empty(mended.flat)]
    assert shapely.is_valid(kept).all()
    if not len(kept):
        return
    found, _tiny = coverage.overlaps(kept)
    ground = coverage.ground_of(kept)
    union = shapely.area(shapely.union_all(kept))
    assert ground.area_m2 == pytest.approx(union, abs=0.5)
    if len(kept) == 2:
        assert sum(one.area_m2 for one in found) == pytest.approx(shapely.area(kept).sum() - union, abs=1.01)


@pytest.mark.parametrize("shape", ["rings", "lines", "polygons"])
def test_a_small_file_in_which_everything_meets_everything_is_refused(shape: str) -> None:
    """Some thousand shapes are some million pairs; what they would cost is no map's to pay."""
    if shape == "polygons":
        drawn = [shapely.box(-at, -at, at, at) for at in range(1, 2_500)]
        with pytest.raises(PolygonFileError, match="tangled"):
            coverage.overlaps(np.array(drawn, dtype=object))
        return
    if shape == "rings":
        lines = [shapely.LineString(shapely.box(-at, -at, at, at).exterior.coords) for at in range(1, 2_500)]
    else:
        lines = [shapely.LineString([(at, 0), (at, 2_500)]) for at in range(2_500)]
        lines += [shapely.LineString([(0, at), (2_500, at)]) for at in range(2_500)]
    drawn = np.array(lines, dtype=object)
    with pytest.raises(PolygonFileError, match="tangled"):
        faces.faces_of(drawn, ["0"] * len(drawn), [""] * len(drawn), None, encodings.decoder("utf-8"))


@pytest.mark.parametrize("points", [1_000, 20_000])
def test_a_ring_that_crosses_itself_everywhere_is_refused_at_once(points: int) -> None:
    """Mending it would take minutes and gigabytes."""
    ring = np.random.default_rng(1).uniform(0.0, 0.02, (points, 2)) + np.array([105.8, 19.66])
    with pytest.raises(PolygonFileError, match="tangled"):
        mend(np.array([shapely.Polygon(ring)], dtype=object), 5897)


RINGS = st.lists(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=6), min_size=1, max_size=4
)


def damaged() -> st.SearchStrategy[bytes]:
    """The files with some damage."""
    changes = st.lists(fuzzing.patches, min_size=1, max_size=4)
    return st.builds(fuzzing.damaged, st.sampled_from(seeds()), changes, st.none())


TESTS: dict[str, tuple[Any, Any, int, int]] = {
    "files": (a_file, damaged, 40, 2_000),
    "cells": (a_cell, lambda: fuzzing.texts | st.text(max_size=8).map("Fl {} %, Ac 30 %".format), ORDINARY, NIGHTLY),
    "shapes": (shapes, lambda: RINGS, ORDINARY, NIGHTLY),
}


@pytest.mark.parametrize("name", TESTS)
@pytest.mark.filterwarnings("ignore")  # libraries may say what they think of damage
def test_any_input_is_read_or_refused(name: str) -> None:
    take, values, ordinary, _nightly = TESTS[name]
    bounded(take, values(), ordinary)


@pytest.mark.nightly
@pytest.mark.parametrize("name", TESTS)
@pytest.mark.filterwarnings("ignore")
def test_any_input_is_read_or_refused_at_length(name: str) -> None:
    take, values, _ordinary, nightly = TESTS[name]
    bounded(take, values(), nightly)
