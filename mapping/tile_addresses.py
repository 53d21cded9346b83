"""Where the scripts of a map page find the tiles of a layer."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from mapping.registry import TileLayer


def layer_config(layer: TileLayer) -> dict[str, Any]:
    """Return the address of a layer's tiles, with {z}, {x} and {y}, and the zooms that it has."""
    folder = reverse("tiles", args=[layer.name, 0, 0, 0]).removesuffix("0/0/0.mvt")
    return {"url": folder + "{z}/{x}/{y}.mvt", "minZoom": layer.min_zoom, "maxZoom": layer.max_zoom}
