"""Cells in millimetres, and sheets that cannot be."""

from dataclasses import replace
from itertools import combinations

import pytest

from mapping.printing.sheet import A4_PLATES, SHEETS, SheetDoesNotFit


def test_first_cell_is_the_upper_left_one_and_rows_come_before_columns():
    cells = [A4_PLATES.cell(index) for index in range(A4_PLATES.cells)]
    assert len(cells) == 8
    assert (cells[0].x, cells[0].y) == (8, 297 - 12.5 - 65)
    assert cells[1].y == cells[0].y and cells[1].x == 8 + 95 + 4
    assert cells[2].x == cells[0].x and cells[2].y == cells[0].y - 65 - 4


@pytest.mark.parametrize("sheet", SHEETS.values())
def test_cells_of_a_shipped_sheet_lie_on_the_page_and_do_not_overlap(sheet):
    cells = [sheet.cell(index) for index in range(sheet.cells)]
    for cell in cells:
        assert cell.x >= 0 and cell.y >= 0
        assert cell.x + cell.width <= sheet.page_width and cell.y + cell.height <= sheet.page_height
    for a, b in combinations(cells, 2):
        apart_x = max(b.x - a.x - a.width, a.x - b.x - b.width)
        apart_y = max(b.y - a.y - a.height, a.y - b.y - b.height)
        assert max(apart_x, apart_y) > -1e-9


@pytest.mark.parametrize(
    ("change", "reason", "needed", "available"),
    [
        ({"cell_width": 100}, "width", 212, 210),
        ({"rows": 5}, "height", 353.5, 297),
        ({"offset_x": 9}, "width", 211, 210),
        ({"offset_y": -13}, "top", 13, 12.5),
        ({"columns": 0}, "cells", 0, 1),
        ({"cell_height": 0}, "size", 0, 0.01),
        ({"gutter_x": -1}, "size", -1, 0),
        ({"margin_left": float("nan")}, "size", float("nan"), 0),
    ],
)
def test_a_sheet_that_cannot_be_is_refused_with_its_numbers(change, reason, needed, available):
    with pytest.raises(SheetDoesNotFit) as refusal:
        replace(A4_PLATES, **change)
    assert refusal.value.reason == reason
    assert refusal.value.needed == pytest.approx(needed, nan_ok=True)
    assert refusal.value.available == pytest.approx(available)


def test_calibration_moves_every_cell_right_and_down():
    moved = A4_PLATES.shifted(1.5, 2)
    for index in range(8):
        assert moved.cell(index).x == A4_PLATES.cell(index).x + 1.5
        assert moved.cell(index).y == A4_PLATES.cell(index).y - 2


def test_a_used_sheet_cannot_have_more_used_cells_than_cells():
    assert A4_PLATES.first_cell(7) == 7
    for skip in (-1, 8):
        with pytest.raises(SheetDoesNotFit) as refusal:
            A4_PLATES.first_cell(skip)
        assert (refusal.value.reason, refusal.value.needed) == ("skip", skip)


def test_a_point_is_found_in_its_cell_and_nowhere_in_a_gutter():
    assert A4_PLATES.cell_at(10, 280) == 0
    assert A4_PLATES.cell_at(108, 280) == 1
    assert A4_PLATES.cell_at(105, 280) is None


def test_cut_marks_lie_on_cell_edges_and_touch_no_cell():
    edges_x = {c.x for c in map(A4_PLATES.cell, range(8))} | {c.x + 95 for c in map(A4_PLATES.cell, range(8))}
    for mark in A4_PLATES.cut_marks():
        middle = (mark.x1 + mark.x2) / 2, (mark.y1 + mark.y2) / 2
        assert A4_PLATES.cell_at(*middle) is None
        assert mark.x1 != mark.x2 or mark.x1 in edges_x
        assert min(mark.x1, mark.x2) >= 0 and max(mark.x1, mark.x2) <= 210
