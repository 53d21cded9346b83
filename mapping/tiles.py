"""Vector tiles: the parts of a layer as one statement for PostGIS, and a layer described as TileJSON 3.0.

Tiles are counted as on the web (EPSG:3857, y from the north). Features are chosen from the tile with a margin
of an eighth of its side, and clipped there, so that a symbol or label on an edge is whole in both tiles.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from mapping.access import Scope
from mapping.registry import Chosen, TileLayer, TilePart

EXTENT: Final = 4096
BUFFER: Final = EXTENT // 8
BOUNDS: Final = "ST_TileEnvelope(%(z)s, %(x)s, %(y)s)"
REACH: Final = "ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.125)"
"""The tile with its margin, for the WHERE of a part's rows; a constant to the planner, so an index serves it."""

MAX_ZOOM: Final = 22


def exists(z: int, x: int, y: int) -> bool:
    """Return whether there is such a tile on earth."""
    return z <= MAX_ZOOM and x < 1 << z and y < 1 << z


def statement(
    layer: TileLayer, z: int, x: int, y: int, scope: Scope, chosen: dict[str, Any] | None = None
) -> tuple[str, dict[str, Any]] | None:
    """Return the SQL of a tile, one row of one bytea, and its parameters; None where the layer has no tiles.

    `chosen` are the parameters of a layer that is asked for one of many maps (`Chosen.params`).
    """
    tile: dict[str, Any] = {"z": z, "x": x, "y": y} | (chosen or {})
    selects = []
    for part in layer.parts:
        if part.min_zoom <= z <= part.max_zoom:
            rows, params = part.rows(z, scope)
            selects.append(_encoded(part, rows))
            tile |= params
    return ("SELECT " + " || ".join(selects), tile) if selects else None


def _encoded(part: TilePart, rows: str) -> str:
    attributes = "".join(f", found.{name}" for name, _ in part.fields)
    return (
        f"(SELECT ST_AsMVT(feature, '{part.name}', {EXTENT}, 'geom', 'id') FROM ("
        f"SELECT found.id, ST_AsMVTGeom(found.geometry, {BOUNDS}, {EXTENT}, {BUFFER}) AS geom{attributes} "
        f"FROM ({rows}) found) feature)"
    )


def tile_bytes(layer: TileLayer, z: int, x: int, y: int, scope: Scope, chosen: Chosen | None = None) -> bytes | None:
    """Return a tile as Mapbox Vector Tile, empty where there is nothing; None where there is no such tile."""
    found = statement(layer, z, x, y, scope, chosen.params if chosen else None)
    if found is None:
        return None
    sql, params = found
    if chosen and chosen.seen:
        sql = f"SELECT ({sql}) FROM ({chosen.seen}) seen"  # made for no one who may not see it
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def tile_json(layer: TileLayer, tiles_url: str) -> dict[str, Any]:
    """Return the TileJSON of a layer; `tiles_url` is absolute, with {z}, {x} and {y}."""
    return {
        "tilejson": "3.0.0",
        "name": str(layer.label),
        "scheme": "xyz",
        "tiles": [tiles_url],
        "minzoom": layer.min_zoom,
        "maxzoom": layer.max_zoom,
        "vector_layers": [
            {
                "id": part.name,
                "minzoom": part.min_zoom,
                "maxzoom": part.max_zoom,
                "fields": {name: str(meaning) for name, meaning in part.fields},
            }
            for part in layer.parts
        ],
    }
