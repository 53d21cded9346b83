"""The SVG map, drawn without a database."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from households import sketch
from households.sketch import HEIGHT, WIDTH, Neighbour

X, Y, LAT = 11_778_000.0, 2_234_000.0, 19.67
STRETCH = 1 / math.cos(math.radians(LAT))


def drawn(neighbours: list[Neighbour], **changes: object) -> ElementTree.Element:
    """The drawing as XML; it must be well formed."""
    given = {"number": "12", "are_cut_off": False, "edges": [], "commune": None, "title": "Sơ đồ", "north_letter": "B"}
    svg = sketch.draw(x=X, y=Y, lat=LAT, neighbours=neighbours, **{**given, **changes})  # type: ignore[arg-type]
    return ElementTree.fromstring(svg)


def dots(svg: ElementTree.Element) -> list[tuple[int, int]]:
    path = next(part for part in svg.iter("path") if part.get("class") == "near").get("d", "")
    return [(int(x), int(y)) for x, y in re.findall(r"M(-?\d+) (-?\d+)h0", path)]


def test_north_is_up_east_is_right_and_lengths_are_ground_metres() -> None:
    """The widest view is 600 m of ground, so 100 m of ground are 53 units, whatever Web Mercator stretches."""
    north, east = Neighbour(0, 100 * STRETCH, "1"), Neighbour(100 * STRETCH, 0, "2")
    assert dots(drawn([north, east])) == [(WIDTH // 2, HEIGHT // 2 - 53), (WIDTH // 2 + 53, HEIGHT // 2)]


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    svg = drawn([])
    bar = next(part for part in svg.iter("path") if part.get("class") == "bar").get("d", "")
    start, end = re.fullmatch(r"M(\d+) 224v6H(\d+)v-6", bar).groups()  # type: ignore[union-attr]
    label = next(part.text for part in svg.iter("text") if part.text and part.text.endswith(" m"))
    assert (int(end) - int(start)) / WIDTH * 600 == pytest.approx(int(label.split()[0]), abs=1)


def test_many_neighbours_narrow_the_view_until_no_corner_looks_emptier_than_it_is() -> None:
    ring = [Neighbour(50 * math.cos(turn), 50 * math.sin(turn), "") for turn in range(32)]
    svg = drawn(ring, are_cut_off=True)
    # All known neighbours lie outside the view: what is shown is known to be empty.
    assert dots(svg) == []


def test_numbers_never_overlap_each_other_or_the_house() -> None:
    crowd = [Neighbour(25.0 * (n % 9) - 100, 25.0 * (n // 9) - 50, f"{n}/2") for n in range(32)]
    boxes = [(float(t.get("x", 0)), float(t.get("y", 0))) for t in drawn(crowd).iter("text") if "/" in (t.text or "")]
    assert boxes
    for index, (x, y) in enumerate(boxes):
        assert abs(x - WIDTH / 2) >= 21 or abs(y - HEIGHT / 2) >= 12
        assert all(abs(x - a) >= 21 or abs(y - b) >= 12 for a, b in boxes[:index])


def test_a_boundary_is_cut_to_what_is_seen() -> None:
    far = shapely.box(X + 5_000, Y - 5_000, X + 9_000, Y + 5_000).boundary
    near = shapely.box(X - 9_000, Y - 9_000, X + 100 * STRETCH, Y + 9_000).boundary
    paths = [part.get("d") for part in drawn([], edges=[("edge", far), ("edge", near)]).iter("path")]
    assert f"M{WIDTH // 2 + 53} {HEIGHT}L{WIDTH // 2 + 53} 0" in paths or f"M213 0L213 {HEIGHT}" in paths
    assert sum(1 for part in drawn([], edges=[("edge", far)]).iter("path") if part.get("class") == "edge") == 0


def test_the_whole_commune_keeps_its_shape_and_marks_the_place() -> None:
    whole = sketch.whole(shapely.box(0, 0, 4_000, 2_000))
    assert whole.path == "M60 46L60 18L4 18L4 46z" or sorted(re.findall(r"\d+ \d+", whole.path)) == sorted(
        ["60 46", "60 18", "4 18", "4 46"]
    )
    assert whole.place(0, 2_000) == pytest.approx((4, 18))
    assert whole.place(4_000, 0) == pytest.approx((60, 46))


@given(st.text(max_size=20), st.text(max_size=20))
def test_nothing_that_people_write_breaks_out_of_the_drawing(number: str, other: str) -> None:
    readable = all(ord(char) >= 32 and not 0xD800 <= ord(char) <= 0xDFFF for char in number + other)
    svg = sketch.draw(
        x=X, y=Y, lat=LAT, number=number, neighbours=[Neighbour(30, 30, other)], are_cut_off=False, edges=[],
        commune=None, title=f"{number} {other}", north_letter="B",
    )  # fmt: skip
    assert svg.count("<text") <= 4
    assert not readable or "\ufffe" in svg or "\uffff" in svg or ElementTree.fromstring(svg) is not None
