"""How far samples reach, and the cells of it."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely
from shapely.geometry import box

from soil_map.surfaces import extent

OUTLINE = box(580_000, 2_180_000, 590_000, 2_190_000)


def regular(step: float, count: int = 10) -> np.ndarray:
    line = np.arange(count) * step
    return np.stack(np.meshgrid(582_000 + line, 2_182_000 + line), axis=-1).reshape(-1, 2).astype(float)


def test_samples_in_a_square_grid_reach_two_of_its_steps() -> None:
    assert extent.reach_of(regular(300, 30)) == pytest.approx(600, rel=0.05)


def test_random_samples_leave_no_holes_between_them() -> None:
    random = np.random.default_rng(5)
    places = random.uniform([580_000, 2_180_000], [590_000, 2_190_000], (400, 2))
    area = extent.surveyed(OUTLINE, places, extent.reach_of(places))
    assert area.area == pytest.approx(OUTLINE.area, rel=0.01)
    assert all(not part.interiors for part in area.geoms)


@pytest.mark.parametrize(("count", "reach"), [(1, 400), (40, 600), (300, 900), (300, 200)])
def test_within_reach_is_the_union_of_all_circles(count: int, reach: float) -> None:
    places = np.random.default_rng(count).uniform([580_000, 2_180_000], [590_000, 2_190_000], (count, 2))
    circles = shapely.union_all(shapely.buffer(shapely.points(places), reach))
    assert extent.within(places, reach).symmetric_difference(circles).area < 1e-3


def test_tens_of_thousands_of_places_take_seconds() -> None:
    places = np.random.default_rng(7).uniform(0, 15_000, (50_000, 2))
    begun = time.process_time()
    area = extent.within(places, 140)
    assert time.process_time() - begun < 20
    assert area.intersection(box(0, 0, 15_000, 15_000)).area == pytest.approx(15_000**2, rel=1e-4)


def test_places_in_a_line_reach_too() -> None:
    assert extent.reach_of(np.column_stack([np.arange(10) * 100.0, np.zeros(10)])) >= 100


def test_nothing_beyond_the_outline_is_surveyed() -> None:
    area = extent.surveyed(OUTLINE, regular(300) + 100_000, 600)
    assert area.is_empty
    assert extent.surveyed(OUTLINE, np.array([[580_000.0, 2_185_000.0]]), 500).bounds[0] == 580_000


def test_cells_lie_on_whole_multiples_so_that_campaigns_can_be_compared() -> None:
    area = box(580_013, 2_180_007, 583_377, 2_182_901)
    grid = extent.grid_over(area, 20)
    assert grid.west % 20 == 0 and grid.north % 20 == 0
    squares = shapely.box(grid.west, grid.north - grid.rows * 20, grid.west + grid.columns * 20, grid.north)
    assert squares.contains(area)
    touching = extent.cells_touching(grid, area)
    cells = [
        shapely.box(x - 10, y - 10, x + 10, y + 10)
        for y, row in zip(grid.northings(), touching, strict=True)
        for x, inside in zip(grid.eastings(), row, strict=True)
        if inside
    ]
    assert shapely.union_all(cells).contains(area) and len(cells) == 169 * 146


def test_too_many_cells_name_the_finest_that_fits() -> None:
    with pytest.raises(extent.TooManyCells) as caught:
        extent.grid_over(OUTLINE, 5)
    assert caught.value.count > extent.MOST_CELLS and caught.value.cell == 20


def test_the_usual_cell_suits_the_distance_of_the_samples() -> None:
    assert extent.usual_cell(OUTLINE, 300) == 20
    assert extent.usual_cell(OUTLINE, 1_500) == 100
    assert extent.usual_cell(box(0, 0, 100_000, 100_000), 300) == 200


def test_a_coarse_place_is_the_middle_of_its_square() -> None:
    assert extent.coarse(np.array([[580_001.0, 2_180_499.0]]), 500).tolist() == [[580_250.0, 2_180_250.0]]
