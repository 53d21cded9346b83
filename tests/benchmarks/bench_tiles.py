"""`tiles`: house tiles of zooms 8 to 16 among a million houses, asked for by someone who may see them all.

For each zoom a tile of the town and twenty drawn by lot. The view is called in process; it makes, hashes and
compresses the tile each time. The yardstick is the statement of the same tiles on a plain connection. The largest
tile is sought among these and all tiles of the town.
"""

from __future__ import annotations

import math
import random
import statistics
from dataclasses import dataclass

import psycopg

from tests.benchmarks import million
from tests.benchmarks.measure import Report, interleaved, owner_connection, seconds

ZOOMS = range(8, 17)
TILES_A_ZOOM = 20
ROUNDS_FASTER_THAN = 0.15  # seconds; short rounds are repeated until they take about that long


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a tile lies."""

    z: int
    x: int
    y: int


def run(report: Report) -> None:
    """Report the worst zoom's ratio, the largest tile, and zoom 8 against zoom 14."""
    with owner_connection() as connection:
        million.fill(connection)
    from django.http import HttpRequest
    from django.test import RequestFactory

    from mapping import tiles
    from mapping.access import Capability, scope_of
    from mapping.models import User
    from mapping.registry import layers
    from mapping.views.tiles import tile

    layer = layers["houses"]
    administrator = User(username="bench", is_superuser=True, is_active=True)
    scope = scope_of(administrator, Capability.SEE_HOUSES)
    requests = RequestFactory(headers={"Accept-Encoding": "gzip"})

    def request_for(at: Tile) -> HttpRequest:
        request = requests.get(f"/tiles/houses/{at.z}/{at.x}/{at.y}.mvt")
        request.user = administrator
        return request

    def view(asked: list[tuple[HttpRequest, Tile]]) -> None:
        for request, at in asked:
            assert tile(request, "houses", at.z, at.x, at.y).status_code == 200

    with psycopg.connect(**_connection_parameters(), autocommit=True, cursor_factory=psycopg.ClientCursor) as raw:

        def plain_sql(tiles_of_zoom: list[Tile]) -> list[int]:
            sizes = []
            for at in tiles_of_zoom:
                found = tiles.statement(layer, at.z, at.x, at.y, scope)
                assert found is not None
                sizes.append(len(raw.execute(*found).fetchone()[0]))
            return sizes

        ratios, largest, view_seconds = [], 0, {}
        for z in ZOOMS:
            sample = _tiles(z)
            largest = max(largest, *plain_sql(_fullest(z)), *plain_sql(sample))
            repeats = max(1, round(ROUNDS_FASTER_THAN / seconds(lambda s=sample: plain_sql(s))))
            asked = [(request_for(at), at) for at in sample]
            ours, against = interleaved(
                lambda a=asked, n=repeats: seconds(lambda: view(a * n)) / (len(a) * n),
                lambda s=sample, n=repeats: seconds(lambda: plain_sql(s * n)) / (len(s) * n),
            )
            ratios.append((ours / against, z, ours, against))
            view_seconds[z] = ours
    _ratio, z, ours, against = max(ratios)
    report("view_over_sql", f"ms at zoom {z}", ours * 1e3, against * 1e3, "its own SQL run raw", million.HOUSES)
    middle = statistics.median(ratio for ratio, *_ in ratios)
    report("view_over_sql_median", "times over zooms 8-16", middle, None, None, million.HOUSES)
    report("largest_tile_kb", "kB", largest / 1000, None, None, million.HOUSES)
    report("zoom8_over_zoom14", "ms", view_seconds[8] * 1e3, view_seconds[14] * 1e3, "zoom 14", million.HOUSES)


def _connection_parameters() -> dict[str, object]:
    from django.db import connection

    parameters = connection.get_connection_params()
    return {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}


def _tile_of(z: int, lng: float, lat: float) -> Tile:
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return Tile(z, int((lng + 180) / 360 * (1 << z)), int(y * (1 << z)))


def _fullest(z: int) -> list[Tile]:
    """The tiles over the villages of the town in the middle of the box, where houses stand closest."""
    commune = list(
        million.cells((million.WEST, million.SOUTH, million.EAST, million.NORTH), million.SIDE, million.SIDE)
    )
    villages = million.cells(commune[million.TOWN], *million.VILLAGES)
    return sorted({_tile_of(z, (w + e) / 2, (s + n) / 2) for w, s, e, n in villages}, key=lambda at: (at.x, at.y))


def _tiles(z: int) -> list[Tile]:
    """Tiles that hold houses, drawn by lot over the whole box; the town's fullest is always among them."""
    lot = random.Random(z)
    places = [
        _tile_of(z, lot.uniform(million.WEST, million.EAST), lot.uniform(million.SOUTH, million.NORTH))
        for _ in range(TILES_A_ZOOM)
    ]
    return [_fullest(z)[0], *places]
