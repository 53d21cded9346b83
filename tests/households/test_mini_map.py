"""The small maps of papers: north and scale lie where they hide nothing."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2
import pytest

from households.plates import press
from households.plates.mini_map import Labelled, Surroundings, draw_mini_map
from mapping.printing.pdf import MM, PdfWriter
from mapping.printing.pen import Pen

WIDTH, HEIGHT = 186.0, 60.0
BOX = (29.0, 17.0)
LOWER_RIGHT, LOWER_LEFT, UPPER_RIGHT, UPPER_LEFT = (150.0, 2.0), (2.0, 2.0), (150.0, 46.0), (2.0, 46.0)
ROAD = ("đường Liên Xã", ((-30.0, 1.0), (180.0, 1.0)))


def drawn(houses: list[Labelled]) -> pypdfium2.PdfTextPage:
    """The text of a page with the map of these houses alone in its lower left corner."""
    out = io.BytesIO()
    fonts = press.fonts()
    writer = PdfWriter(out, title="map")
    pen = Pen(writer, fonts)
    xs, ys = zip(*(house.at for house in houses), strict=True)
    bounds = min(xs) - 10, min(ys) - 10, max(xs) + 10, max(ys) + 10
    ground = Surroundings([ROAD], np.array([house.at for house in houses]), [house.text for house in houses])
    draw_mini_map(pen, ground, bounds, (0, 0, WIDTH, HEIGHT), fonts, own={0}, labelled=houses)
    pen.end_page(WIDTH, HEIGHT)
    writer.close()
    return pypdfium2.PdfDocument(out.getvalue())[0].get_textpage()


def middle_of(page: pypdfium2.PdfTextPage, text: str) -> tuple[float, float]:
    """Where a text stands, millimetres."""
    place, _length = page.search(text, match_case=True, match_whole_word=True).get_next()
    left, bottom, right, top = page.get_charbox(place)
    return (left + right) / 2 / MM, (bottom + top) / 2 / MM


@pytest.mark.parametrize(
    "places",
    [
        [LOWER_RIGHT, (75.0, 20.0)],
        [LOWER_RIGHT, LOWER_LEFT, UPPER_LEFT],
        [LOWER_RIGHT, LOWER_LEFT, UPPER_RIGHT, UPPER_LEFT],
    ],
)
def test_north_and_scale_cover_no_house(places: list[tuple[float, float]]) -> None:
    houses = [Labelled(str(number), at) for number, at in enumerate(places, start=611)]
    page = drawn(houses)
    across, up = middle_of(page, "B")
    left = 0.0 if across < WIDTH / 2 else WIDTH - BOX[0]
    bottom = 0.0 if up < HEIGHT / 2 else HEIGHT - BOX[1]
    for house in houses:
        x, y = middle_of(page, house.text)
        assert not (left <= x <= left + BOX[0] and bottom <= y <= bottom + BOX[1]), house.text


def test_where_nothing_is_in_the_way_they_stand_in_the_lower_right_corner() -> None:
    x, y = middle_of(drawn([Labelled("1", (0.0, 30.0)), Labelled("2", (150.0, 60.0))]), "B")
    assert x > WIDTH - BOX[0] and y < BOX[1]
