"""Zones fill the surveyed area, share their edges, and hold the values of their class."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from soil_map.classes import scheme
from soil_map.kriging.ordinary import Grid
from soil_map.zones import ClassZone, cells_needed, zones_of

GRID = Grid(580_000.0, 2_195_000.0, 50.0, 80, 80)
AREA = box(580_300, 2_191_300, 583_700, 2_194_700)
SCHEME = scheme([None, 4.0, 5.0, 6.0])


def surface(seed: int) -> np.ndarray:
    """A few hills and hollows around 5."""
    random = np.random.default_rng(seed)
    x, y = np.meshgrid(GRID.eastings(), GRID.northings())
    values = np.full(x.shape, 5.0)
    for _ in range(6):
        east, north = random.uniform(580_000, 584_000), random.uniform(2_191_000, 2_195_000)
        values += random.normal(0, 1.2) * np.exp(-((x - east) ** 2 + (y - north) ** 2) / random.uniform(3e5, 2e6))
    return values


def ragged(seed: int) -> Polygon:
    """A commune of many corners with a lake in it."""
    random = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    reach = random.uniform(1_000, 1_700, 60)
    around = [(582_000 + r * np.cos(a), 2_193_000 + r * np.sin(a)) for a, r in zip(angles, reach, strict=True)]
    return Polygon(around, [Point(582_000, 2_193_000).buffer(300).exterior.coords])


@given(seed=st.integers(0, 100_000))
@settings(max_examples=25)
def test_areas_add_up_to_the_surveyed_area_and_neighbours_share_their_edges(seed: int) -> None:
    area = ragged(seed)
    zones = zones_of(surface(seed), GRID, SCHEME, area)
    assert sum(zone.area_m2 for zone in zones) == pytest.approx(area.area, rel=1e-9)
    assert shapely.coverage_is_valid([zone.outline for zone in zones])
    assert shapely.union_all([zone.outline for zone in zones]).symmetric_difference(area).area < 1e-3


@given(seed=st.integers(0, 100_000))
@settings(max_examples=25)
def test_middles_of_cells_lie_in_the_zone_of_their_class(seed: int) -> None:
    values = surface(seed)
    area = AREA if seed % 2 else ragged(seed)  # lines must end at a slanting outline as well
    zones = {zone.place: zone.outline for zone in zones_of(values, GRID, SCHEME, area)}
    x, y = np.meshgrid(GRID.eastings(), GRID.northings())
    inside = shapely.contains_xy(area, x, y)
    clear = np.min(np.abs(values[..., None] - np.array(SCHEME.limits)), axis=-1) > 0.02
    for place in range(4):
        expected = inside & clear & (np.searchsorted(SCHEME.limits, values, side="right") == place)
        if expected.any():
            assert shapely.contains_xy(zones[place], x[expected], y[expected]).all()


def test_an_area_of_one_class_is_one_zone() -> None:
    (zone,) = zones_of(np.full((80, 80), 4.5), GRID, SCHEME, AREA)
    assert (zone.place, zone.area_m2) == (1, pytest.approx(AREA.area))


def test_a_value_on_a_limit_belongs_to_the_class_above() -> None:
    (zone,) = zones_of(np.full((80, 80), 5.0), GRID, SCHEME, AREA)
    assert zone.place == 2


def test_where_nothing_was_estimated_the_nearest_estimate_holds() -> None:
    values = surface(3)
    holed = values.copy()
    holed[~cells_needed(GRID, AREA)] = np.nan
    assert [(zone.place, round(zone.area_m2, 3)) for zone in zones_of(holed, GRID, SCHEME, AREA)] == [
        (zone.place, round(zone.area_m2, 3)) for zone in zones_of(values, GRID, SCHEME, AREA)
    ]


def test_specks_join_the_neighbour_around_them() -> None:
    values = np.full((80, 80), 4.5)
    values[40, 40] = 5.5  # one cell
    assert len(zones_of(values, GRID, SCHEME, AREA)) == 2
    (zone,) = zones_of(values, GRID, SCHEME, AREA, smallest_m2=5_000)
    assert zone == ClassZone(1, zone.outline) and zone.area_m2 == pytest.approx(AREA.area)


def test_an_area_of_several_parts_keeps_them() -> None:
    parts = MultiPolygon([box(580_300, 2_191_300, 581_000, 2_192_000), box(583_000, 2_194_000, 583_700, 2_194_700)])
    zones = zones_of(surface(8), GRID, SCHEME, parts)
    assert sum(zone.area_m2 for zone in zones) == pytest.approx(parts.area, rel=1e-9)


@pytest.mark.parametrize(("values", "area"), [(np.full((80, 80), np.nan), AREA), (np.ones((80, 80)), Polygon())])
def test_without_values_or_area_there_are_no_zones(values: np.ndarray, area: Polygon) -> None:
    with pytest.raises(ValueError, match="no area, or no values"):
        zones_of(values, GRID, SCHEME, area)
