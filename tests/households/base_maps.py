"""Base maps as phones read them: with the library that is on the phone, and none of the code that wrote the file."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import mapbox_vector_tile

from tests import node
from tests.mapping.test_tiles import tile_at

_LIBRARY = "../node_modules/pmtiles/dist/index.js"
_READ = """await (async () => {
    const { readFile } = await import("node:fs/promises");
    const bytes = await readFile(given.path);
    const source = {
        getKey: () => given.path,
        getBytes: async (at, length) => ({ data: new Uint8Array(bytes.subarray(at, at + length)).buffer }),
    };
    const archive = new module.PMTiles(source);
    const tiles = [];
    for (const [z, x, y] of given.tiles) {
        const tile = await archive.getZxy(z, x, y);
        tiles.push(tile ? Buffer.from(tile.data).toString("base64") : null);
    }
    return { header: await archive.getHeader(), metadata: await archive.getMetadata(), tiles };
})()"""


def read(path: Path, *tiles: tuple[int, int, int]) -> dict[str, Any]:
    """{header, metadata, tiles}: each tile unpacked, or None where there is none."""
    told: dict[str, Any] = node.answer(_LIBRARY, _READ, {"path": str(path), "tiles": list(tiles)})
    told["tiles"] = [None if tile is None else base64.b64decode(tile) for tile in told["tiles"]]
    return told


def features(path: Path, lng: float, lat: float, z: int) -> dict[str, list[dict[str, Any]]]:
    """The features of each layer of the tile at a place."""
    (tile,) = read(path, tile_at(lng, lat, z))["tiles"]
    assert tile is not None
    return {name: layer["features"] for name, layer in mapbox_vector_tile.decode(tile).items()}
