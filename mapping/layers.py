"""The layer `units`: outlines and names of provinces, communes and villages, public like any map of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from mapping import registry
from mapping.access import Scope
from mapping.models.shapes import level_for
from mapping.tiles import REACH

COMMUNES_FROM, VILLAGES_FROM = 7, 11  # the zooms from which the smaller units are drawn


def _kinds(z: int) -> list[str]:
    return ["province", *(["commune"] if z >= COMMUNES_FROM else []), *(["village"] if z >= VILLAGES_FROM else [])]


def _outlines(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    sql = f"""
        SELECT unit.id, shape.outline AS geometry, unit.kind
        FROM mapping_unitshape shape JOIN mapping_unit unit ON unit.id = shape.unit_id
        WHERE shape.level = %(level)s AND shape.outline && {REACH}
          AND unit.kind = ANY(%(kinds)s) AND unit.valid_until IS NULL
        ORDER BY array_position(%(kinds)s, unit.kind::text), unit.id
    """
    return sql, {"level": level_for(z), "kinds": _kinds(z)}


def _names(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    sql = f"""
        SELECT unit.id, shape.label_at AS geometry, unit.kind, btrim(unit.designation || ' ' || unit.name) AS name
        FROM mapping_unitshape shape JOIN mapping_unit unit ON unit.id = shape.unit_id
        WHERE shape.level = %(level)s AND shape.outline && {REACH} AND shape.label_at && {REACH}
          AND unit.kind = ANY(%(kinds)s) AND unit.valid_until IS NULL
        ORDER BY array_position(%(kinds)s, unit.kind::text), unit.id
    """
    return sql, {"level": level_for(z), "kinds": _kinds(z)}


def register() -> None:
    """Announce the layer."""
    kind = ("kind", _("cấp: province, commune hoặc village"))
    registry.layers["units"] = registry.TileLayer(
        name="units",
        label=_("Ranh giới hành chính"),
        capability=None,
        parts=(
            registry.TilePart("outline", 4, 14, _outlines, (kind,)),
            registry.TilePart("name", 4, 14, _names, (kind, ("name", _("tên đơn vị")))),
        ),
    )
