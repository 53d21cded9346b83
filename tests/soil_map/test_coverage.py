"""Polygons side by side stay side by side at every level: no gap, no sliver, the same vertices on both sides."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from soil_map import coverage

LEVELS = (9, 11, 13, 15)
WEST, SOUTH = 11_778_000.0, 2_230_000.0


def bent(cells: np.ndarray) -> np.ndarray:
    """Edges with a vertex every 12 m, bent alike for both sides."""
    return shapely.transform(
        shapely.segmentize(cells, 12),
        lambda places: places + np.column_stack([4 * np.sin(places[:, 1] / 17), 4 * np.cos(places[:, 0] / 19)]),
    )


def mosaic(count: int, side: float = 6_000.0) -> np.ndarray:
    """`count` polygons that fill a square."""
    random = np.random.default_rng(5)
    points = shapely.multipoints(random.uniform((WEST, SOUTH), (WEST + side, SOUTH + side), (count, 2)))
    box = shapely.box(WEST, SOUTH, WEST + side, SOUTH + side)
    return shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=box)), box)


def edges(shapes: list[shapely.Geometry]) -> dict[tuple[tuple[float, ...], ...], int]:
    """How many polygons have each segment."""
    found: dict[tuple[tuple[float, ...], ...], int] = {}
    for ring in shapely.get_rings(shapes):
        places = [tuple(place) for place in shapely.get_coordinates(ring)]
        for segment in pairwise(places):
            key = tuple(sorted(segment))
            found[key] = found.get(key, 0) + 1
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_neighbours_keep_the_very_same_edge_and_nothing_opens_between_them(level: int) -> None:
    cells = bent(mosaic(400))
    drawn = [shape for _place, shape in coverage.simplified(list(cells), [0] * len(cells), LEVELS)[level]]
    assert shapely.is_valid(drawn).all()
    assert shapely.coverage_is_valid(drawn)
    whole = shapely.union_all(drawn)
    assert whole.geom_type == "Polygon" and not whole.interiors
    assert shapely.area(drawn).sum() == pytest.approx(whole.area, rel=1e-9)
    outer = {key for key, times in edges(drawn).items() if times == 1}
    assert set(edges(drawn).values()) <= {1, 2}
    assert outer == set(edges([whole]))  # an edge with one side only is on the outside


def test_far_zooms_need_fewer_vertices_and_are_true_to_a_pixel_or_two() -> None:
    cells = bent(mosaic(400))
    drawn = coverage.simplified(list(cells), [0] * len(cells), LEVELS)
    counts = [sum(shapely.get_num_coordinates(shape) for _place, shape in drawn[level]) for level in LEVELS]
    assert counts == sorted(counts)
    assert counts[-1] < shapely.get_num_coordinates(cells).sum()
    for place, shape in drawn[15]:
        assert shapely.hausdorff_distance(shape, cells[place]) < 3 * coverage.pixel_m(15)


def test_a_speck_joins_its_neighbour_of_the_same_kind_before_any_other() -> None:
    pixel = coverage.pixel_m(15)
    big = 400 * pixel

    def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
        return shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north)

    small = 1.9 * pixel  # less than four square pixels, and more than a bend that is straightened
    speck = box(big, 100, big + small, 100 + small)
    left = shapely.Polygon(
        [(WEST, SOUTH), (WEST + big, SOUTH), (WEST + big, SOUTH + 100), (WEST + big, SOUTH + 100 + small),
         (WEST + big, SOUTH + big), (WEST, SOUTH + big)]
    )  # fmt: skip
    right = shapely.difference(box(big, 0, 2 * big, big), speck)
    for groups, expected in (((0, 1, 0), 0), ((0, 1, 1), 1), ((0, 1, 2), 1)):
        drawn = dict(coverage.simplified([left, right, speck], groups, (15,))[15])
        assert sorted(drawn) == [0, 1]
        assert drawn[expected].area == pytest.approx((left, right)[expected].area + speck.area, rel=1e-6)
        assert shapely.coverage_is_valid(list(drawn.values()))


def test_parts_of_one_owner_that_come_to_touch_become_one() -> None:
    pixel = coverage.pixel_m(15)
    wide = 100 * pixel
    boxes = [shapely.box(WEST + a, SOUTH, WEST + b, SOUTH + wide) for a, b in
             ((0, wide), (wide, wide + 0.01), (wide + 0.01, 2 * wide))]  # fmt: skip
    zone = shapely.MultiPolygon([boxes[0], boxes[2]])
    ((place, shape),) = coverage.simplified([zone, boxes[1]], (0, 1), (15,))[15]
    assert (place, shape.geom_type) == (0, "Polygon")
    assert shape.area == pytest.approx(2 * wide * wide)


def test_edges_that_do_not_match_are_cut_until_they_do() -> None:
    """A vertex on one side only, an overlap of 5 m, a gap of half a metre and a hole that is one."""

    def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
        return shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north)

    lake = box(20, 20, 80, 80)
    outlines = [
        shapely.difference(box(0, 0, 200, 200), lake),
        box(195, 0, 400, 100),
        box(200, 100.5, 400, 200),
        box(400, 0, 500, 200),
    ]
    faces = coverage.faces_of(outlines)
    assert shapely.coverage_is_valid(faces.polygons)
    areas = np.bincount(faces.owners, weights=shapely.area(faces.polygons))
    assert areas[0] == pytest.approx(outlines[0].area)  # the overlap goes to the first
    assert areas.sum() == pytest.approx(box(0, 0, 500, 200).area - lake.area)  # the gap is closed, the lake is not
    drawn = [shape for _place, shape in coverage.simplified(outlines, (0, 1, 2, 3), (15,))[15]]
    assert shapely.coverage_is_valid(drawn)


def test_a_map_of_very_many_polygons_joins_them_until_the_fullest_tile_is_not_too_full() -> None:
    cells = mosaic(6_000, side=1_500.0)
    drawn = coverage.simplified(list(cells), [0] * len(cells), LEVELS)
    for level, lowest in ((9, 7), (11, 10), (13, 12), (15, 14)):
        shapes = np.array([shape for _place, shape in drawn[level]])
        assert coverage._fullest_tile(shapes, lowest) <= coverage.MOST_BYTES
        assert shapely.coverage_is_valid(shapes)
    assert len(drawn[9]) < len(drawn[11]) < len(drawn[13]) <= len(drawn[15])


def test_nothing_and_polygons_that_are_alone() -> None:
    assert coverage.simplified([], [], LEVELS) == {level: [] for level in LEVELS}
    alone = shapely.box(WEST, SOUTH, WEST + 2_000, SOUTH + 2_000)
    far = shapely.box(WEST + 90_000, SOUTH, WEST + 92_000, SOUTH + 2_000)
    for shapes in coverage.simplified([alone, far], (0, 0), LEVELS).values():
        assert [place for place, _shape in shapes] == [0, 1]
    assert coverage.simplified([shapely.MultiPolygon()], (0,), (15,))[15] == []


corner = st.integers(0, 400)
box_of = st.tuples(corner, corner, st.integers(1, 300), st.integers(1, 300))


@settings(max_examples=60)
@given(st.lists(box_of, min_size=1, max_size=12))
def test_boxes_that_lie_over_each_other_anyhow_become_polygons_side_by_side(boxes: list[tuple[int, ...]]) -> None:
    outlines = [shapely.box(WEST + x, SOUTH + y, WEST + x + w, SOUTH + y + h) for x, y, w, h in boxes]
    faces = coverage.faces_of(outlines)
    assert shapely.coverage_is_valid(faces.polygons)
    whole = shapely.union_all(outlines).area
    closed = np.sum([2 * shapely.length(one) * coverage.pixel_m(15) for one in outlines])  # thin gaps at most
    assert whole - 1e-3 * len(boxes) <= shapely.area(faces.polygons).sum() <= whole + closed
    for shapes in coverage.simplified(outlines, list(range(len(boxes))), LEVELS).values():
        drawn = [shape for _place, shape in shapes]
        assert len({place for place, _shape in shapes}) == len(drawn)
        assert shapely.is_valid(drawn).all()
        assert len(drawn) < 2 or shapely.coverage_is_valid(drawn)


def test_an_outline_that_crosses_itself_is_drawn_all_the_same() -> None:
    tie = shapely.Polygon([(WEST, SOUTH), (WEST + 300, SOUTH + 300), (WEST + 300, SOUTH), (WEST, SOUTH + 300)])
    ((_place, shape),) = coverage.simplified([tie], (0,), (15,))[15]
    assert shape.is_valid and shape.area == pytest.approx(45_000, rel=0.01)
