"""Pictures over a web map lie where their cells lie, and say by darkness how sure an estimate is."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from mapping import crs
from soil_map.kriging.grid import Grid
from soil_map.surfaces import drawn, pictures

GRID = Grid(580_000.0, 2_180_000.0, 20.0, 150, 200)


def image(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(int)


@pytest.mark.parametrize("epsg", [5897, 9208, 3405])
def test_each_pixel_shows_the_cell_that_lies_there(epsg: int) -> None:
    frame = pictures.frame_of(GRID, epsg)
    easting = np.broadcast_to(GRID.eastings(), (GRID.rows, GRID.columns))
    northing = np.broadcast_to(GRID.northings()[:, None], (GRID.rows, GRID.columns))
    west, south, east, north = frame.box
    x = west + (np.arange(frame.width) + 0.5) / frame.width * (east - west)
    y = north - (np.arange(frame.height) + 0.5) / frame.height * (north - south)
    at_x, at_y = np.meshgrid(x, y)
    lng, lat = crs.to_lonlat(crs.WEB_MERCATOR, at_x.ravel(), at_y.ravel())
    true = [one.reshape(at_x.shape) for one in crs.from_lonlat(epsg, lng, lat)]
    for coordinate, of_pixel in zip((easting, northing), true, strict=True):
        laid = pictures.laid_on(np.array(coordinate), GRID, epsg, frame)
        assert np.nanmax(np.abs(laid - of_pixel)) < GRID.cell / 2 + 0.01
    inside = (np.abs(true[0] - 582_000) < 2_000) & (np.abs(true[1] - 2_178_500) < 1_500)
    assert (np.isfinite(laid) == inside).mean() > 0.999


def test_the_bounds_hold_every_corner_of_the_grid() -> None:
    west, south, east, north = pictures.frame_of(GRID, 5897).bounds
    lng, lat = crs.to_lonlat(5897, [580_000, 584_000, 580_000, 584_000], [2_180_000, 2_180_000, 2_177_000, 2_177_000])
    assert west <= lng.min() and lng.max() <= east and south <= lat.min() and lat.max() <= north
    assert east - west < 1.05 * (lng.max() - lng.min())


def test_a_higher_value_is_a_darker_colour() -> None:
    shown = image(pictures.value_picture(np.linspace(4, 7, 50)[None, :], 4, 7))[0]
    lightness = shown[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) < 1).all() and lightness[0] - lightness[-1] > 150
    assert (shown[:, 3] == 255).all()


def test_nothing_veils_what_is_sure_and_the_unsure_is_dark_and_hatched() -> None:
    share = np.full((32, 32), 0.2)
    share[:, 16:] = 1.2
    share[0, 0] = np.nan
    alpha = image(pictures.deviation_picture(share * 0.5, 0.5))[..., 3]
    assert (alpha[:, :16] == 0).all()
    assert alpha[:, 16:].min() > 120 and len(np.unique(alpha[:, 16:])) == 2


def test_a_change_within_the_uncertainty_is_pale() -> None:
    laid = np.array([[-1.0, -1.0, 0.0, 1.0, 1.0, np.nan]])
    sure = np.array([[True, False, False, False, True, False]])
    shown = image(pictures.difference_picture(laid, sure, 1.0))[0]
    assert shown[0, 0] > shown[0, 2] and shown[4, 2] > shown[4, 0]  # orange less, blue more
    assert shown[1, 3] < shown[0, 3] == 255 and shown[5, 3] == 0


def test_a_picture_is_drawn_once_for_all_who_ask_at_the_same_time() -> None:
    begun, drawings = threading.Event(), []

    def draw() -> bytes:
        drawings.append(1)
        begun.wait(5)
        return b"picture"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(drawn.kept, "a map of this test", draw) for _ in range(8)]
        begun.set()
        assert {one.result() for one in asked} == {b"picture"}
    assert len(drawings) == 1
