"""Cells in millimetres, and sheets that cannot be."""

from dataclasses import replace
from itertools import combinations

import pytest

from mapping.printing.sheet import A4_PLATES, SHEETS, SheetDoesNotFit, one_plate_page


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


WITH_BLEED = replace(A4_PLATES, bleed=3, gutter_x=8, gutter_y=6)


@pytest.mark.parametrize(
    ("change", "reason", "needed", "available"),
    [
        ({"bleed": 3.5}, "gutter_y", 7, 6),
        ({"gutter_x": 5}, "gutter_x", 6, 5),
        ({"margin_left": 2}, "left", 3, 2),
        ({"margin_top": 11, "offset_y": -8.5}, "top", 11.5, 11),
        ({"margin_left": 10}, "width", 211, 210),
        ({"margin_top": 17}, "height", 298, 297),
    ],
)
def test_a_bleed_that_has_no_room_is_refused_with_its_numbers(change, reason, needed, available):
    with pytest.raises(SheetDoesNotFit) as refusal:
        replace(WITH_BLEED, **change)
    assert (refusal.value.reason, refusal.value.needed, refusal.value.available) == (reason, needed, available)


@pytest.mark.parametrize("sheet", [*SHEETS.values(), WITH_BLEED, replace(WITH_BLEED, offset_x=1, offset_y=-1.5)])
def test_marks_for_cutting_lie_outside_every_bleed_and_on_the_page(sheet):
    bleeds = [sheet.bleed_cell(index) for index in range(sheet.cells)]
    for mark in sheet.cut_marks():
        (x1, x2), (y1, y2) = sorted((mark.x1, mark.x2)), sorted((mark.y1, mark.y2))
        assert x1 >= 0 and y1 >= 0 and x2 <= sheet.page_width and y2 <= sheet.page_height
        assert x1 != x2 or y1 != y2
        for box in bleeds:
            apart = max(box.x - x2, x1 - box.x - box.width, box.y - y2, y1 - box.y - box.height)
            assert apart >= sheet.mark_gap - 1e-9


def test_a_margin_too_narrow_for_a_mark_has_none():
    narrow = replace(A4_PLATES, margin_left=0.5, margin_top=0)
    right, bottom = 0.5 + 2 * 95 + 4, 297 - 4 * 65 - 3 * 4
    assert {
        "right" if mark.x1 > right else "below" if mark.y1 < bottom else "elsewhere" for mark in narrow.cut_marks()
    } == {"right", "below"}
    assert replace(A4_PLATES, mark_length=0).cut_marks() == []


def test_a_page_of_one_plate_is_the_plate_its_bleed_and_room_for_marks():
    page = one_plate_page("factory", 200, 150, bleed=3, room=12)
    assert page == replace(SHEETS["factory-200x150"], name="factory")
    assert (page.page_width, page.page_height) == (224, 174)
    bled = page.bleed_cell(0)
    assert (bled.x, bled.y, bled.width, bled.height) == (9, 9, 206, 156)
    with pytest.raises(SheetDoesNotFit):
        one_plate_page("factory", 200, 150, bleed=13, room=12)


@pytest.mark.parametrize("sheet", SHEETS.values())
def test_a_factory_gets_a_page_with_bleed_for_each_plate_of_any_sheet(sheet):
    page = sheet.for_factory()
    assert (page.cells, page.cell_width, page.cell_height) == (1, sheet.cell_width, sheet.cell_height)
    assert page.bleed == 3 and page.cut_marks()
    assert (page is sheet) == (sheet.name.startswith("factory"))


@pytest.mark.parametrize(
    ("plates", "skip", "pages"),
    [(0, 0, 0), (0, 3, 0), (1, 0, 1), (8, 0, 1), (9, 0, 2), (8, 1, 2), (1, 7, 1), (2, 7, 2)],
)
def test_pages_that_plates_take_count_the_used_cells(plates, skip, pages):
    assert A4_PLATES.pages(plates, skip) == pages


def test_the_sheet_of_before_is_as_it_was():
    assert list(SHEETS) == ["a4-2x4", "a4-3x8", "a5-single", "factory-200x150", "factory-320x200", "a3-board"]
    assert [(mark.x1, mark.y1, mark.x2, mark.y2) for mark in A4_PLATES.cut_marks()][:4] == [
        (8, 285.5, 8, 290.5),
        (8, 11.5, 8, 6.5),
        (103, 285.5, 103, 290.5),
        (103, 11.5, 103, 6.5),
    ]
