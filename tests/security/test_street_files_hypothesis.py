"""Files of streets with any damage in them are read or refused, any text is a name, and joining loses no line.

GDAL reads drawings and extracts in a process of its own, a third of a second each: hence fewer examples than for other
parsers, 40 in the ordinary run and 2,000 with `pytest -m nightly`.
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

from households.streets.importing import planning, reading, words
from households.streets.importing.joining import Piece, joined
from households.streets.importing.reading import StreetFileError, StreetLimits
from households.streets.importing.understanding import Meaning, first_meaning, understand
from households.streets.importing.ways import way_of
from mapping import crs
from mapping.tables import TableError
from tests.households import street_files
from tests.households.street_files import Drawn
from tests.security import fuzzing
from tests.security.fuzzing import NIGHTLY, ORDINARY, bounded

LIMITS = StreetLimits(file_bytes=5_000_000, rows=2_000, vertices=50_000, seconds=20)
OUTLINE = shapely.box(105.79, 19.65, 105.83, 19.69)
GROUND = planning.Ground(5897, crs.to_zone(OUTLINE, 5897), np.array([crs.to_zone(OUTLINE, 5897)], dtype=object))
NOTHING = planning.Standing(np.empty(0, dtype=object), [], [], [], [], [], [])


@cache
def seeds() -> tuple[bytes, ...]:
    """One small file of every format, and a drawing with more kinds of entities."""
    streets = [
        Drawn("đường Liên Xã", shapely.LineString([(105.8, 19.67), (105.81, 19.671), (105.82, 19.67)])),
        Drawn("ngõ 12", shapely.LineString([(105.81, 19.671), (105.811, 19.675)]), width="3,5"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        made = [make(Path(folder), streets).read_bytes() for make in street_files.FORMATS.values()]
        arc = street_files.pairs((0, "ARC"), (8, "NGO"), (10, 584_000), (20, 2_175_000), (40, 50), (50, 0), (51, 90))
        more = arc + street_files.polyline("NGO", [(584_000, 2_175_000), (584_100, 2_175_000)])
        return (*made, street_files.drawing_of(Path(folder), more).read_bytes())


def a_file(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "đường"
        path.write_bytes(content)
        with suppress(StreetFileError, TableError):
            file = reading.read(path, limits=LIMITS)
            meaning = first_meaning(file)
            meaning = Meaning(meaning.layer, meaning.columns, {}, file.srid or 5897)
            done = planning.plan(understand(file, meaning), meaning, GROUND, NOTHING)
            assert all(GROUND.outline.buffer(21).contains(street.line) for street in done.new)
            assert all(street.name or street.kind not in ("road", "street") for street in done.new)


def a_name(typed: str) -> None:
    for told in (words.called(typed), words.called(typed, kind="ngo"), words.called_by_layer(typed)):
        assert told.kind in ("", words.LEAVE_OUT, *words.KINDS)
        assert not (told.name and told.number)
    assert 0 <= words.width_of(typed) <= 5
    assert way_of({"highway": typed, "name": typed, "lanes": typed, "width": typed}).width_class in range(6)


def pieces(lines: list[tuple[list[tuple[int, int]], str]]) -> None:
    given = [
        Piece(shapely.LineString(points), (row,), ("ngo", name), named=bool(name))
        for row, (points, name) in enumerate(lines)
    ]
    whole = joined(given)
    assert sorted(row for piece in whole for row in piece.rows) == list(range(len(given)))
    assert sum(piece.line.length for piece in whole) == pytest.approx(sum(piece.line.length for piece in given))


POINTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=4, unique=True)
LINES = st.lists(st.tuples(POINTS, st.sampled_from(["", "", "dinh"])), max_size=10)


def damaged() -> st.SearchStrategy[bytes]:
    """The files with some damage."""
    changes = st.lists(fuzzing.patches, min_size=1, max_size=4)
    return st.builds(fuzzing.damaged, st.sampled_from(seeds()), changes, st.none())


TESTS: dict[str, tuple[Any, Any, int, int]] = {
    "files": (a_file, damaged, 40, 2_000),
    "names": (a_name, lambda: fuzzing.texts | st.text(max_size=4).map("ngõ {}".format), ORDINARY, NIGHTLY),
    "joining": (pieces, lambda: LINES, ORDINARY, NIGHTLY),
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
