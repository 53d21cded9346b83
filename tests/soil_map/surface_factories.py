"""Samples with a shape to them, and surfaces made of them. Everything here is invented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.core.files import File

from mapping import crs, files
from soil_map.kriging.grid import Grid
from soil_map.models import Campaign, Result, Sample, SamplingSite, Surface
from soil_map.surfaces import making, pictures, rasters
from tests.factories import CENTRE

METHOD = "ph_kcl"


def samples(of: Campaign, count: int = 80, *, private: int = 0, noise: float = 0.1, shift: float = 0.0, seed: int = 1,
            method: str = METHOD, half: float = 0.016) -> list[Sample]:  # fmt: skip
    """Samples at random places of the commune, around 5.5, higher in the north-east; the first ones private."""
    random = np.random.default_rng(seed)
    places = random.uniform(-half, half, (count, 2))
    values = 5.5 + 0.9 * np.sin(places[:, 0] / 0.006) + 0.7 * places[:, 1] / half + random.normal(0, noise, count)
    known = SamplingSite.objects.filter(commune=of.commune).count()
    sites = SamplingSite.objects.bulk_create(
        SamplingSite(
            commune=of.commune, code=f"K{known + place:05d}",
            location=Point(CENTRE[0] + x, CENTRE[1] + y, srid=4326),
        )
        for place, (x, y) in enumerate(places.tolist())
    )  # fmt: skip
    made = Sample.objects.bulk_create(
        Sample(campaign=of, site=site, is_private=place < private, sampled_on=of.started_on)
        for place, site in enumerate(sites)
    )
    Result.objects.bulk_create(
        Result(sample=sample, method_id=method, value=float(value) + shift, written=f"{value:.2f}")
        for sample, value in zip(made, values, strict=True)
    )
    return made


def ordered(of: Campaign, method: str = METHOD, **fields: Any) -> Surface:
    """A surface that somebody asked for."""
    fields = {"epsg": of.commune.vn2000_srid, "cell_m": 50, "depth_from_cm": 0, "depth_to_cm": 20} | fields
    return Surface.objects.create(campaign=of, method_id=method, **fields)


def made(of: Campaign, method: str = METHOD, **fields: Any) -> Surface:
    """The surface of the campaign's samples."""
    return making.make(ordered(of, method, **fields))


def of_four_cells(of: Campaign, folder: Path, method: str = METHOD) -> Surface:
    """A surface of 2 × 2 cells of 500 m around the middle of the commune, without kriging: for tables of addresses."""
    epsg = of.commune.vn2000_srid
    x, y = (float(one[0]) for one in crs.from_lonlat(epsg, [CENTRE[0]], [CENTRE[1]]))
    grid = Grid(x - 500, y + 500, 500.0, 2, 2)
    kept = {}
    for name, values in (("values", [[5.0, 5.5], [6.0, 6.5]]), ("deviations", [[0.2, 0.2], [0.4, 0.6]])):
        path = folder / f"{name}.tif"
        rasters.write(path, np.array(values), grid, epsg, rasters.Said(name, "", "thử"))
        with path.open("rb") as source:
            kept[f"{name}_file"] = files.store(
                source=File(source), name=path.name, content_type=rasters.CONTENT_TYPE, commune=of.commune, user=None
            )
    model = {
        "shape": "spherical", "nugget": 0.1, "partial_sill": 0.5, "range_m": 900.0, "effective_range_m": 900.0,
        "logs": False, "neighbours": 32, "places": 40, "mean": 5.7, "spread": 0.6, "reach_m": 500.0, "low": 5.0,
        "high": 6.5, "bounds": [round(one, 7) for one in pictures.frame_of(grid, epsg).bounds], "bins": None,
    }  # fmt: skip
    return Surface.objects.create(
        campaign=of, method_id=method, state="made", epsg=epsg, cell_m=500, sample_count=40, surveyed_m2=1e6,
        model=model, **kept,
    )  # fmt: skip
