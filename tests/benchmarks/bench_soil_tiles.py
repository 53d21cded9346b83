"""`soil_tiles`: tiles of a soil map of 20,000 polygons, of a surface's zones and of 50,000 samples, zooms 7 to 16.

The view is called in process, signed in to nobody: it finds what is asked for, makes, hashes and compresses the tile
each time. The yardstick is the statement of the same tiles on a plain connection. The largest tile is sought among all
tiles of the commune at every zoom, also of a second map with all its 20,000 polygons within 2.25 km².
"""

from __future__ import annotations

import math
import random
import statistics
from typing import Any

import psycopg

from tests.benchmarks import soil_ground
from tests.benchmarks.measure import Report, interleaved, seconds

ZOOMS = range(7, 17)
MOST_TILES = 8  # of a zoom in one round
ROUND_SECONDS = 0.05
DENSE_SIDE_M = 1_500.0
Tile = tuple[int, int, int]


def run(report: Report) -> None:
    """Report drawing, the worst zoom's ratio and the largest tile of each layer."""
    from django.test import RequestFactory

    commune = soil_ground.commune()
    cells = soil_ground.polygons(soil_ground.UNITS)
    soil_map = soil_ground.soil_map(commune, "Bản đồ", cells)
    dense = soil_ground.soil_map(commune, "Dày", soil_ground.polygons(soil_ground.UNITS, DENSE_SIDE_M))
    campaign = soil_ground.campaign(commune, "Đợt", 2025, soil_ground.SAMPLES)
    soil_ground.surfaces(campaign)
    soil_ground.analyze()

    from django.contrib.auth.models import AnonymousUser
    from django.db import connection

    from soil_map import shapes
    from soil_map.models import Surface

    report("draw_seconds", "s", seconds(lambda: shapes.draw_map(soil_map)), None, None, soil_ground.UNITS)
    surface = Surface.objects.get(campaign=campaign, method="ph_kcl")
    asked = {
        "soil_units": {"map": str(soil_map.pk)},
        "soil_zones": {"surface": str(surface.pk), "scheme": str(surface.zones.first().soil_class.scheme_id)},
        "soil_samples": {"campaign": str(campaign.pk), "method": "ph_kcl", "depth": "0-20"},
    }
    requests = RequestFactory(headers={"Accept-Encoding": "gzip"})
    parameters = connection.get_connection_params()
    plain = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}
    with psycopg.connect(**plain, autocommit=True, cursor_factory=psycopg.ClientCursor) as raw:
        for name, query in asked.items():
            _compare(report, name, query, requests, AnonymousUser(), raw)
        sizes = _sizes("soil_units", {"map": str(dense.pk)}, AnonymousUser(), raw)
        report("largest_tile_kb of 20,000 units in 2.25 km²", "kB", max(sizes) / 1000, None, None, soil_ground.UNITS)


def _compare(report: Report, name: str, query: dict[str, str], requests: Any, user: Any, raw: Any) -> None:
    from mapping.views.tiles import tile

    def request_for(at: Tile) -> Any:
        request = requests.get("/tiles/{}/{}/{}/{}.mvt".format(name, *at), query)
        request.user = user
        return request

    def view(some: list[tuple[Any, Tile]]) -> None:
        for request, at in some:
            assert tile(request, name, *at).status_code == 200

    def sql(statements: list[Any]) -> None:
        for one in statements:
            raw.execute(*one).fetchone()

    ratios = []
    params = _params(name, query, user)
    for z in ZOOMS:
        some = _tiles(z)
        statements = [found for at in some if (found := _statement(name, params, at))]
        if not statements:
            continue
        repeats = max(1, round(ROUND_SECONDS / seconds(lambda found=statements: sql(found))))
        asked = [(request_for(at), at) for at in some] * repeats
        ours, against = interleaved(
            lambda a=asked: seconds(lambda: view(a)) / len(a),
            lambda found=statements * repeats: seconds(lambda: sql(found)) / len(found),
        )
        ratios.append((ours / against, z, ours, against))
    _ratio, z, ours, against = max(ratios)
    size = soil_ground.SAMPLES if name == "soil_samples" else soil_ground.UNITS
    report(f"{name} view_over_sql", f"ms at zoom {z}", ours * 1e3, against * 1e3, "its own SQL run raw", size)
    middle = statistics.median(ratio for ratio, *_ in ratios)
    report(f"{name} view_over_sql_median", "times over all zooms", middle, None, None, size)
    slowest = max(ours for _, _, ours, _ in ratios)
    report(f"{name} slowest_ms", "ms", slowest * 1e3, None, None, size)
    report(f"{name} largest_tile_kb", "kB", max(_sizes(name, query, user, raw)) / 1000, None, None, size)


def _params(name: str, query: dict[str, str], user: Any) -> dict[str, Any]:
    from mapping.registry import layers

    choose = layers[name].choose
    assert choose is not None
    chosen = choose(user, query)
    assert chosen is not None
    return chosen.params


def _statement(name: str, params: dict[str, Any], at: Tile) -> Any:
    from mapping import tiles
    from mapping.access import NOTHING
    from mapping.registry import layers

    return tiles.statement(layers[name], *at, NOTHING, params)


def _sizes(name: str, query: dict[str, str], user: Any, raw: Any) -> list[int]:
    params = _params(name, query, user)
    found = [_statement(name, params, at) for z in ZOOMS for at in _all_tiles(z)]
    return [len(raw.execute(*one).fetchone()[0]) for one in found if one is not None]


def _all_tiles(z: int) -> list[Tile]:
    west, south, east, north = soil_ground.bounds()
    left, top = _tile_of(z, west, north)
    right, bottom = _tile_of(z, east, south)
    return [(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def _tiles(z: int) -> list[Tile]:
    tiles = _all_tiles(z)
    return tiles if len(tiles) <= MOST_TILES else random.Random(z).sample(tiles, MOST_TILES)


def _tile_of(z: int, lng: float, lat: float) -> tuple[int, int]:
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lng + 180) / 360 * (1 << z)), int(y * (1 << z))
