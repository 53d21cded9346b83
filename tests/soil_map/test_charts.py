"""Charts say what they show, put it where it belongs, and are safe whatever the words in them are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soil_map import charts
from soil_map.charts import Words

WORDS = Words("one", "Phân bố <pH>", "220 mẫu & hơn", "pH", "số mẫu")
SVG = "{http://www.w3.org/2000/svg}"


def number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


values_of = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


@given(values=values_of, limits=st.lists(st.floats(-1e6, 1e6), max_size=4, unique=True).map(sorted))
@settings(max_examples=60)
def test_every_value_stands_in_one_bar_and_in_its_class(values: list[float], limits: list[float]) -> None:
    bars = charts.bars_of(values, limits)
    assert sum(sum(row) for row in bars.counts) == len(values)
    for rank in range(len(limits) + 1):
        low = limits[rank - 1] if rank else float("-inf")
        high = limits[rank] if rank < len(limits) else float("inf")
        assert sum(row[rank] for row in bars.counts) == sum(low <= value < high for value in values)
    slack = 2e-9 * (bars.edges[1] - bars.edges[0])  # a value this near an edge stands on it
    assert bars.edges[0] <= min(values) + 1e-6 * abs(min(values)) + 1e-9 + slack
    assert bars.edges[-1] >= max(values) - 1e-6 * abs(max(values)) - 1e-9 - slack
    assert len(bars.counts) <= 30


def test_a_histogram_stacks_the_classes_of_a_bar_in_their_colours() -> None:
    svg = drawn(
        charts.histogram([4.2, 4.3, 5.6, 5.7, 5.8], WORDS, number, limits=[5.65], colours=["#b2182b", "#a6dba0"])
    )
    bars = svg.findall(f"{SVG}rect")
    heights = {colour: sum(float(bar.get("height", 0)) for bar in bars if bar.get("fill") == colour)
               for colour in ("#b2182b", "#a6dba0")}  # fmt: skip
    assert heights["#b2182b"] / heights["#a6dba0"] == pytest.approx(3 / 2, rel=0.01)


def test_a_chart_is_told_to_whoever_does_not_see_it() -> None:
    svg = drawn(charts.histogram([5.0], WORDS, number))
    title, told = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None and title.text == "Phân bố <pH>"
    assert told is not None and told.text == "220 mẫu & hơn"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}" and svg.get("role") == "img"


def test_no_chart_brings_styles_or_scripts_of_its_own() -> None:
    for svg in (
        charts.histogram([1, 2, 3], WORDS, number, limits=[2], colours=["#000000", '"><script>']),
        charts.variogram([1, 2], [0.1, 0.2], [3, 4], [(1, 0.1), (2, 0.2)], WORDS, number),
        charts.scatter([1, 2], [1.5, 1.7], WORDS, number),
    ):
        assert not re.search(r"style=|<script|onload", svg)
        drawn(svg)


def test_points_of_a_variogram_lie_on_a_model_that_runs_through_them() -> None:
    at = [100.0, 200.0, 400.0]
    up = [0.1, 0.15, 0.3]
    svg = drawn(charts.variogram(at, up, [5, 10, 20], list(zip(at, up, strict=True)), WORDS, number))
    curve = svg.find(f"{SVG}path[@class='curve']")
    assert curve is not None
    line = [tuple(map(float, one.split())) for one in curve.get("d", "")[1:].split("L")]
    dots = [(float(one.get("cx", 0)), float(one.get("cy", 0))) for one in svg.findall(f"{SVG}circle")]
    assert dots == line
    sizes = [float(one.get("r", 0)) for one in svg.findall(f"{SVG}circle")]
    assert sizes == sorted(sizes)


def test_what_was_told_rightly_lies_on_the_diagonal() -> None:
    svg = drawn(charts.scatter([4.0, 6.0, 5.0], [4.0, 6.0, 5.5], WORDS, number))
    even = svg.find(f"{SVG}path[@class='even']")
    assert even is not None
    x0, y0, x1, y1 = map(float, re.findall(r"[\d.]+", even.get("d", "")))
    off = [
        (float(one.get("cx", 0)) - x0) / (x1 - x0) - (float(one.get("cy", 0)) - y0) / (y1 - y0)
        for one in svg.findall(f"{SVG}circle")
    ]
    assert off[0] == pytest.approx(0, abs=1e-3) and off[1] == pytest.approx(0, abs=1e-3) and abs(off[2]) > 0.1


@given(low=st.floats(-1e5, 1e5), span=st.floats(1e-4, 1e5))
def test_ticks_are_round_and_inside(low: float, span: float) -> None:
    found = charts.ticks(low, low + span)
    assert 1 <= len(found) <= 7
    assert all(low - span * 1e-6 <= one <= low + span * (1 + 1e-6) for one in found)


@pytest.mark.parametrize("values", [[], [5.0], [5.0, 5.0]])
def test_few_values_are_drawn_too(values: list[float]) -> None:
    drawn(charts.histogram(values, WORDS, number))
    drawn(charts.scatter(values, values, WORDS, number))
    drawn(charts.variogram(values, values, values, [], WORDS, number))
