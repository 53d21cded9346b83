"""The little map of a street: what is on it, and that nothing in it can break out of it. No database."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from households.streets import sketch
from households.streets.sketch import Fronting

LANE = LineString([(500_000, 2_175_000), (500_080, 2_175_000), (500_120, 2_175_040)])


def drawn(houses: list[Fronting], *, line: LineString = LANE, title: str = "Sơ đồ ngõ Đình") -> ET.Element:
    road = LineString([(500_000, 2_174_900), (500_000, 2_175_100)])
    svg = sketch.draw(line=line, others=[road], houses=houses, title=title, north_letter="B")
    return ET.fromstring(svg)


def test_every_house_is_a_dot_and_its_number_stands_behind_it() -> None:
    houses = [Fronting(500_020, 2_175_010, "2"), Fronting(500_060, 2_174_990, "5")]
    svg = drawn(houses)
    dots = next(path.get("d") for path in svg if path.get("class") == "near")
    (_, up), (_, down) = [tuple(map(int, place)) for place in re.findall(r"M(\d+) (\d+)h0", dots or "")]
    written = {text.text: int(text.get("y") or 0) for text in svg if text.tag == "text"}
    assert written["2"] < up < down < written["5"]
    assert written.keys() >= {"2", "5", "20 m", "B"}


def test_names_and_numbers_are_escaped() -> None:
    svg = drawn([Fronting(500_020, 2_175_010, '"><script>')], title='"><b>')
    assert svg.get("aria-label") == '"><b>' and not list(svg.iter("script"))


@given(
    st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), max_size=40),
    st.sampled_from([2.0, 40.0, 900.0, 30_000.0]),
)
def test_any_street_fits_its_frame(places, length) -> None:
    line = LineString([(500_000, 2_175_000), (500_000 + length, 2_175_000 + length / 3)])
    svg = drawn([Fronting(500_000 + x, 2_175_000 + y, str(at)) for at, (x, y) in enumerate(places)], line=line)
    _, _, width, height = map(float, (svg.get("viewBox") or "").split())
    dots = next((path.get("d") or "" for path in svg if (path.get("class") or "").startswith("near")), "")
    spots = [tuple(map(float, place)) for place in re.findall(r"M(-?\d+) (-?\d+)h0", dots)]
    assert len(spots) == len(places)
    assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in spots)
