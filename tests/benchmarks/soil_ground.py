"""Ground for soil benchmarks: a commune of 36 km² with 20,000 soil units, 50,000 samples and surfaces.

Polygons fill the commune and share their edges, which are bent with a vertex every 12 m as a digitised map's are.
Everything is invented and the same at every run.
"""

from __future__ import annotations

import datetime
from typing import Any, Final

import numpy as np
import shapely

UNITS, SAMPLES = 20_000, 50_000
ZONE: Final = 5897
SIDE_M: Final = 6_000.0
WEST, SOUTH = 580_000.0, 2_174_000.0
METHODS: Final = ("ph_kcl", "om_walkley_black", "n_kjeldahl", "p_oniani", "k_total_digest", "cec_ammonium_acetate")
_SYMBOLS: Final = ("P", "Pg", "Pb", "C", "Mi", "M", "Sp", "X", "Xf", "Fs", "Fa", "E")


def bounds() -> tuple[float, float, float, float]:
    """West, south, east, north of the commune in degrees."""
    from mapping import crs

    lng, lat = crs.to_lonlat(ZONE, [WEST, WEST + SIDE_M], [SOUTH, SOUTH + SIDE_M])
    return float(lng[0]), float(lat[0]), float(lng[1]), float(lat[1])


def commune(code: str = "99001") -> Any:
    """The commune, a square."""
    from django.contrib.gis.geos import GEOSGeometry

    from mapping import crs
    from mapping.models import Unit

    outline = crs.from_zone(shapely.segmentize(shapely.box(WEST, SOUTH, WEST + SIDE_M, SOUTH + SIDE_M), 100), ZONE)
    return Unit.objects.create(
        kind="commune", designation="Xã", code=code, name=f"Nông Cống {code}", vn2000_srid=ZONE, is_invented=True,
        outline=GEOSGeometry(memoryview(shapely.to_wkb(shapely.MultiPolygon([outline]))), srid=4326),
    )  # fmt: skip


def polygons(count: int, side: float = SIDE_M) -> np.ndarray:
    """So many polygons that fill a square of the zone, with bent edges in common."""
    random = np.random.default_rng(8)
    box = shapely.box(WEST, SOUTH, WEST + side, SOUTH + side)
    points = shapely.multipoints(random.uniform((WEST, SOUTH), (WEST + side, SOUTH + side), (count, 2)))
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=box)), box)

    def bent(places: np.ndarray) -> np.ndarray:
        return places + np.column_stack([4 * np.sin(places[:, 1] / 17), 4 * np.cos(places[:, 0] / 19)])

    return shapely.transform(shapely.segmentize(cells, 12), bent)


def _degrees(places: np.ndarray) -> np.ndarray:
    from mapping import crs

    return np.column_stack(crs.to_lonlat(ZONE, *places.T))


def soil_map(of: Any, title: str, cells: np.ndarray) -> Any:
    """A published map of the polygons, with two soils in each, drawn for tiles."""
    from django.db import connection
    from django.utils import timezone

    from soil_map import shapes
    from soil_map.models import SoilMapVersion

    made = SoilMapVersion.objects.create(
        commune=of, title=title, legend="Bảng phân loại", edition="1", published_at=timezone.now()
    )
    random = np.random.default_rng(9)
    outlines = [shapely.MultiPolygon([cell]) for cell in shapely.transform(cells, _degrees)]
    with connection.cursor() as cursor:
        with cursor.copy("COPY soil_map_soilunit (id, map_id, symbol, area_m2, outline, version) FROM STDIN") as copy:
            for place, (outline, area) in enumerate(zip(outlines, shapely.area(cells), strict=True)):
                key = f"{made.pk.hex[:20]}{place:012x}"
                hexed = shapely.to_wkb(shapely.set_srid(outline, 4326), hex=True, include_srid=True)
                copy.write_row((key, made.pk, _SYMBOLS[random.integers(len(_SYMBOLS))], float(area), hexed, 1))
        for percent, name, group in ((70, "Đất phù sa glây", "Gleyic Fluvisols"), (30, "Đất cát", "Arenosols")):
            cursor.execute(
                "INSERT INTO soil_map_soilcomponent (id, unit_id, percent, name, wrb_group, version) "
                "SELECT gen_random_uuid(), id, %s, %s, %s, 1 FROM soil_map_soilunit WHERE map_id = %s",
                [percent, name, group, made.pk],
            )
    shapes.draw_map(made)
    return made


def campaign(of: Any, name: str, year: int, samples: int) -> Any:
    """A published campaign with a result of each method in every sample, one sample in ten private."""
    from django.db import connection
    from django.utils import timezone

    from soil_map.models import Campaign

    made = Campaign.objects.create(
        commune=of, name=name, started_on=datetime.date(year, 3, 1), published_at=timezone.now()
    )
    west, south, east, north = bounds()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            """
            INSERT INTO soil_map_samplingsite (id, commune_id, code, location, written_x, written_y, written_epsg,
                                               version, created_at, updated_at)
            SELECT gen_random_uuid(), %(commune)s, %(year)s || '-' || n,
                   ST_SetSRID(ST_MakePoint(%(west)s + random() * (%(east)s - %(west)s),
                                           %(south)s + random() * (%(north)s - %(south)s)), 4326),
                   '', '', 4326, 1, now(), now()
              FROM generate_series(1, %(samples)s) n
            """,
            {"commune": of.pk, "year": year, "west": west, "south": south, "east": east, "north": north,
             "samples": samples},
        )  # fmt: skip
        cursor.execute(
            """
            INSERT INTO soil_map_sample (id, campaign_id, site_id, laboratory_code, depth_from_cm, depth_to_cm,
                                         composite_count, sampled_on, is_private, version, created_at, updated_at)
            SELECT gen_random_uuid(), %s, id, '', 0, 20, 5, '2025-03-01', right(code, 1) = '7', 1, now(), now()
              FROM soil_map_samplingsite WHERE commune_id = %s AND code LIKE %s
            """,
            [made.pk, of.pk, f"{year}-%"],
        )
        for method in METHODS:
            cursor.execute(
                """
                INSERT INTO soil_map_result (id, sample_id, method_id, written, written_unit, value,
                                             is_below_detection, replicate, version, created_at, updated_at)
                SELECT gen_random_uuid(), id, %s, '5,2', '', 2 + 6 * random(), false, 1, 1, now(), now()
                  FROM soil_map_sample WHERE campaign_id = %s
                """,
                [method, made.pk],
            )
    return made


def surfaces(of: Any, cell: float = 25.0) -> None:
    """A surface of each method, its rasters, zones and shapes."""
    import tempfile
    from pathlib import Path

    from django.core.files import File
    from scipy.ndimage import gaussian_filter

    from mapping import files
    from soil_map import shapes, zones
    from soil_map.kriging.ordinary import Grid
    from soil_map.models import Surface, Zone
    from soil_map.schemes import schemes_of
    from soil_map.surfaces import rasters, zoning

    count = int(SIDE_M / cell)
    grid = Grid(WEST, SOUTH + SIDE_M, cell, count, count)
    area = shapely.MultiPolygon([shapely.box(WEST, SOUTH, WEST + SIDE_M, SOUTH + SIDE_M)])
    x, y = np.meshgrid(grid.eastings(), grid.northings())
    for place, method in enumerate(METHODS):
        surface = Surface(campaign=of, method_id=method, state="made", epsg=ZONE, cell_m=cell)
        values = 5.5 + 2 * np.sin((x - WEST) / (300 + 60 * place)) * np.cos((y - SOUTH) / 410)
        values += gaussian_filter(np.random.default_rng(place).normal(0, 4, values.shape), 2.5)
        for field, told in (("values_file", values), ("deviations_file", np.full_like(values, 0.4))):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "raster.tif"
                rasters.write(path, told, grid, ZONE, rasters.Said(method, "", of.name))
                with path.open("rb") as source:
                    stored = files.store(
                        source=File(source), name=f"{of.pk}-{method}-{field}.tif",
                        content_type=rasters.CONTENT_TYPE, commune=of.commune, user=None,
                    )  # fmt: skip
            setattr(surface, field, stored)
        surface.save()
        for used in schemes_of(surface.method)[:1]:
            for zone in zones.zones_of(values, grid, used.limits, area):
                Zone.objects.create(
                    surface=surface, soil_class=used.classes[zone.place], area_m2=zone.area_m2,
                    outline=zoning.stored_polygons(zone.outline, ZONE),
                )  # fmt: skip
        shapes.draw_surface(surface)


def analyze() -> None:
    """Let the planner know what is there, as the server does by itself a minute later."""
    from tests.benchmarks.measure import owner_connection

    with owner_connection() as connection:
        connection.autocommit = True
        connection.execute("ANALYZE")
