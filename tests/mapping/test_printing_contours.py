"""Squares as outlines, and the outlines of letters."""

import numpy as np
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from mapping.printing import qr
from mapping.printing.contours import Ring, grid_of, rings
from mapping.printing.fonts import Font
from mapping.printing.glyphs import Glyphs

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"


def filled(found: list[Ring], height: int, width: int) -> np.ndarray:
    """What the even-odd rule fills: a square is inside where a ray to its left crosses an odd number of sides."""
    crossings = np.zeros((height, width), dtype=int)
    for ring in found:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            assert (x1 == x2) != (y1 == y2)
            if x1 == x2:
                crossings[min(y1, y2) : max(y1, y2), x1:] += 1
    return crossings % 2 == 1


def area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def grids(width: int) -> st.SearchStrategy[list[list[bool]]]:
    return st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=9)


@given(st.integers(1, 9).flatmap(grids))
def test_outlines_fill_the_squares_they_were_made_of_and_no_others(rows):
    grid = np.array(rows, dtype=bool)
    found = rings(grid)
    assert np.array_equal(filled(found, *grid.shape), grid)
    assert sum(map(area, found)) == grid.sum()  # holes turn the other way: the rule of winding fills the same
    for ring in found:  # sides take turns, so that none is in two pieces
        assert len(ring) % 2 == 0
        assert all((a[0] == b[0]) != (b[0] == c[0]) for a, b, c in zip(ring, ring[1:], ring[2:], strict=False))


def test_squares_that_touch_at_a_corner_stay_apart():
    assert len(rings(np.eye(3, dtype=bool))) == 3
    assert len(rings(np.ones((3, 3), dtype=bool))) == 1


def test_a_symbol_becomes_fewer_outlines_than_it_has_runs():
    (symbol,) = qr.symbols(["https://sonha.vn/7K3M9QXT2W00"])
    found = rings(symbol.matrix)
    assert np.array_equal(filled(found, symbol.size, symbol.size), symbol.matrix)
    assert len(found) < qr.paths([symbol])[0].count(b"re")


def test_rectangles_are_laid_over_one_another():
    grid = grid_of([(0, 0, 2, 1), (1, 0, 1, 3)])
    assert grid.tolist() == [[True, True], [False, True], [False, True]]


@pytest.mark.parametrize("path", [settings.FONT_REGULAR, settings.FONT_BOLD])
def test_every_letter_of_vietnamese_has_an_outline_within_the_font(path):
    font = Font(path)
    glyphs = Glyphs(font)
    left, bottom, right, top = font.box()
    for letter in ALPHABET + ALPHABET.upper() + "0123456789/-–.,:+()“”":
        contours = glyphs.of(letter)
        assert contours, letter
        for x, y, _ in (point for contour in contours for point in contour):
            assert left - 2 <= x * 1000 / glyphs.units_per_em <= right + 2
            assert bottom - 2 <= y * 1000 / glyphs.units_per_em <= top + 2
    assert glyphs.of(" ") == []
    assert len(glyphs.of("ậ")) > len(glyphs.of("a"))
