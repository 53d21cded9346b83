"""Make a commune's base map of its own layers: outlines, streets with their names, houses as points without a number.

Other floors add what anyone may see (`registry.base_map_parts`). The tiles are those of the online map
(`mapping/registry.py`), all layers in one tile, so that one style draws both.
"""

from __future__ import annotations

import dataclasses
import gzip
import math
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.prepared import PreparedGeometry, prep

from mapping import pmtiles, tiles
from mapping.access import Scope
from mapping.errors import UserError
from mapping.models import Unit
from mapping.registry import TileLayer, TilePart, base_map_parts, layers

ZOOMS: Final = (8, 16)
LAYERS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "units": {"outline": ("kind",), "name": ("kind", "name")},
    "streets": {"street": ("kind", "width", "name"), "name": ("name", "kind")},
    "houses": {"house": ()},
}
"""Which parts of which layers it holds, and what of each feature: no code, no number, no key."""
_MARGIN: Final = 0.004
"""Degrees, some 400 m: who stands on the border sees what is beyond it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it is counted on the web."""

    z: int
    x: int
    y: int


def tiles_of(commune: Unit) -> list[Tile]:
    """Return the tiles that show the commune, in the order in which the file holds them; raises UserError."""
    if commune.outline is None:
        raise UserError(
            _("%(commune)s chưa có ranh giới nên chưa vẽ được bản đồ nền; hãy nạp ranh giới bằng load_boundaries.")
            % {"commune": commune.full_name}
        )
    outline = shapely.from_wkb(bytes(commune.outline.wkb)).buffer(_MARGIN, quad_segs=2)
    shapely.prepare(outline)
    found = list(_below(Tile(0, 0, 0), prep(outline)))
    return sorted(found, key=lambda tile: pmtiles.tile_id(tile.z, tile.x, tile.y))


def build(commune: Unit, target: Path, wanted: list[Tile], *, on_progress: Callable[[int], None]) -> int:
    """Write the base map and return how many tiles it has; `wanted` are those of `tiles_of`."""
    scope = Scope(everything=False, unit_ids=frozenset({commune.pk}))
    layer = _layer()
    written = 0
    with tempfile.TemporaryFile(dir=target.parent) as spool, transaction.atomic(), target.open("wb") as file:
        writer = pmtiles.Writer(spool)
        for done, tile in enumerate(wanted, 1):
            content = tiles.tile_bytes(layer, tile.z, tile.x, tile.y, scope)
            if content:
                writer.add(pmtiles.tile_id(tile.z, tile.x, tile.y), gzip.compress(content, 9, mtime=0))
                written += 1
            on_progress(done)
        writer.finish(file, zooms=ZOOMS, bounds=_bounds(commune), metadata=_metadata(commune, layer))
    return written


def _layer() -> TileLayer:
    parts = [
        _part(name, part, LAYERS[name][part.name])
        for name, layer in layers.items()
        for part in layer.parts
        if part.name in LAYERS.get(name, ())
    ]
    parts += [_part("", part, tuple(name for name, _meaning in part.fields)) for part in base_map_parts]
    return TileLayer(name="basemap", label=layers["units"].label, capability=None, parts=tuple(parts))


def _part(layer: str, part: TilePart, kept: tuple[str, ...]) -> TilePart:
    """A part under a name that no other layer has, with the attributes that are kept; drawn as near as the map goes."""
    name = f"{layer}_{part.name}" if layer else part.name

    def rows(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
        sql, params = part.rows(z, scope)
        own = {key: f"{name}_{key}" for key in params}  # one statement holds the parts of all layers
        for key, called in own.items():
            sql = sql.replace(f"%({key})s", f"%({called})s")
        columns = "".join(f", kept.{attribute}" for attribute in kept)
        sql = f"SELECT NULL::bigint AS id, kept.geometry{columns} FROM ({sql}) kept"
        return sql, {own[key]: value for key, value in params.items()}

    fields = tuple((attribute, meaning) for attribute, meaning in part.fields if attribute in kept)
    return dataclasses.replace(part, name=name, rows=rows, max_zoom=ZOOMS[1], fields=fields)


def _metadata(commune: Unit, layer: TileLayer) -> dict[str, Any]:
    described = tiles.tile_json(layer, "")["vector_layers"]
    # No time of day: what has not changed is the same file, and phones need not fetch it again.
    return {"name": commune.full_name, "type": "baselayer", "vector_layers": described}


def _bounds(commune: Unit) -> tuple[float, float, float, float]:
    west, south, east, north = commune.outline.extent
    return west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN


def _below(tile: Tile, outline: PreparedGeometry) -> Iterator[Tile]:
    if not outline.intersects(shapely.box(*_degrees(tile))):
        return
    if tile.z >= ZOOMS[0]:
        yield tile
    if tile.z < ZOOMS[1]:
        for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
            yield from _below(Tile(tile.z + 1, 2 * tile.x + right, 2 * tile.y + below), outline)


def _degrees(tile: Tile) -> tuple[float, float, float, float]:
    count = 1 << tile.z

    def latitude(y: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / count))))

    west, east = (x / count * 360 - 180 for x in (tile.x, tile.x + 1))
    return west, latitude(tile.y + 1), east, latitude(tile.y)
