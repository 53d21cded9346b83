"""Whatever a text says, it is a design that can be drawn, or what is wrong with it is said at a place in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from households.plates.design_reading import DesignProblems, read_design
from households.plates.shipped import NAMES, source_of
from mapping.printing.raster import Raster
from mapping.printing.sheet import SHEETS
from tests.households.plate_faces import FONTS, HOST, face, printed

EMBLEMS = {"sen": Raster(2, 1, bytes(6))}
SHEET = SHEETS["factory-200x150"]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2000)
    | st.floats(-10, 2000, allow_nan=False)
    | st.sampled_from(
        ["number", "host", "#ffffff", "H", "maps", "sen", "place", "", "x\x00y", "漢", "\ud800", "W" * 150]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["box", "style", "text", "size"]), inner)
    ),
    max_leaves=5,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of each part of a value but itself."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield (*path, step)
        yield from paths(part, (*path, step))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A shipped design with a few parts changed, taken out or put in."""
    members = json.loads(source_of(draw(st.sampled_from(NAMES))))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(paths(members))))
        holder = members
        for step in path[:-1]:
            holder = holder[step]
        act = draw(st.sampled_from(["change", "change", "change", "take", "put"]))
        if act == "take":
            del holder[path[-1]]
        elif act == "put" and isinstance(holder, list):
            holder.append(draw(VALUES))
        else:
            holder[path[-1]] = draw(VALUES)
    return json.dumps(members, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))


@settings(max_examples=250, deadline=None)
@given(texts() | st.text(max_size=40) | st.text(alphabet='{}[]",:0123456789 \n\\', max_size=40))
@example("9" * 5000)
@example('{"width": 1e999}')
@example('{"\\ud800": 1}')
@example("\ufeff{}")
@example("{" * 40_000)
def test_any_text_is_drawn_or_refused_at_a_place(text: str) -> None:
    try:
        design = read_design(text, EMBLEMS, host=HOST, sheet=SHEET, fonts=FONTS)
    except DesignProblems as refusal:
        lines = text.split("\n")
        for problem in refusal.problems:
            assert 1 <= problem.line <= len(lines)
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
            (problem.sentence + problem.path).encode()  # a page can show it
        return
    assert printed([face(), face(1, number="")], design, SHEET, proof=True).startswith(b"%PDF")
