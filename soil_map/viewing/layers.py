"""The tile layers of the soil map: soil units, zones of a surface, and samples.

Each request names the map, surface or campaign that it is about; what is published is for everyone. Polygons are read
as `soil_map.shapes` has drawn them. A private sample is, for whoever may not see its place, a mark in the middle of its
coarse square, without a value, one for all of a square; and not even the choice of tiles depends on more than that.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from mapping import registry
from mapping.access import Capability, Scope, scope_of
from mapping.tiles import REACH
from soil_map import audit_trail, classes
from soil_map.models.shape import LEVELS
from soil_map.privacy import COARSE_M, sees_exactly
from soil_map.schemes import scheme_of_all
from soil_map.shown import shown_of
from soil_map.viewing import asked

POLYGONS_FROM, SAMPLES_FROM, TO = 7, 8, 16
MOST_SAMPLES: Final = 5_000
"""Samples in one tile; of a denser one a fixed part is drawn, which `of` tells."""
_COARSE_IN_MERCATOR: Final = 800.0
"""More than half a coarse square's diagonal in metres of EPSG:3857, anywhere in Vietnam."""


def _level(z: int) -> int | None:
    return next((level for level in LEVELS if level >= z), None)


def _units(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    if (level := _level(z)) is None:
        sql = f"""
            SELECT NULL::bigint AS id, unit.outline_3857 AS geometry, unit.symbol FROM soil_map_soilunit unit
             WHERE unit.outline_3857 && {REACH} AND unit.map_id = %(map)s ORDER BY unit.id
        """
        return sql, {}
    sql = f"""
        SELECT shape.id, shape.outline AS geometry, unit.symbol
          FROM soil_map_soilshape shape JOIN soil_map_soilunit unit ON unit.id = shape.unit_id
         WHERE shape.outline && {REACH} AND shape.level = %(level)s AND unit.map_id = %(map)s ORDER BY shape.id
    """
    return sql, {"level": level}


_NEWEST_PUBLIC_MAPS: Final = """
    (SELECT DISTINCT ON (version.commune_id) version.id FROM soil_map_soilmapversion version
      WHERE version.published_at IS NOT NULL AND {where}
      ORDER BY version.commune_id, version.published_at DESC, version.id)
"""


def _units_for_phones(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    """The units of the soil map that each commune has published last."""
    sql, params = _units(z, scope)
    where = "true"
    if not scope.everything:
        where = "version.commune_id = ANY (%(communes)s)"
        params |= {"communes": sorted(scope.unit_ids)}
    newest = _NEWEST_PUBLIC_MAPS.format(where=where)
    return sql.replace("unit.map_id = %(map)s", f"unit.map_id IN {newest}"), params


def _zones(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    of = """
          JOIN soil_map_soilclass class ON class.id = zone.soil_class_id AND class.scheme_id = %(scheme)s
         WHERE zone.surface_id = %(surface)s
    """
    if (level := _level(z)) is None:
        sql = f"""
            SELECT NULL::bigint AS id, zone.outline_3857 AS geometry, class.rank, class.colour
              FROM soil_map_zone zone {of} AND zone.outline_3857 && {REACH} ORDER BY class.rank
        """
        return sql, {}
    sql = f"""
        SELECT shape.id, shape.outline AS geometry, class.rank, class.colour
          FROM soil_map_soilshape shape JOIN soil_map_zone zone ON zone.id = shape.zone_id {of}
           AND shape.level = %(level)s AND shape.outline && {REACH} ORDER BY class.rank
    """
    return sql, {"level": level}


_TAKEN: Final = """
          FROM soil_map_sample sample JOIN soil_map_samplingsite site ON site.id = sample.site_id
         WHERE sample.campaign_id = %(campaign)s AND sample.depth_from_cm = %(top)s AND sample.depth_to_cm = %(bottom)s
           AND EXISTS (SELECT FROM soil_map_result result
                        WHERE result.sample_id = sample.id AND result.method_id = %(method)s)
"""
_WITH_MORE_DIGITS: Final = """
    SELECT round(own, digits) FROM generate_series(%(decimals)s + 1, %(decimals)s + %(most_more_digits)s) digits
     WHERE width_bucket(round(own, digits)::float8, %(own_limits)s::float8[]) = bucket ORDER BY digits LIMIT 1
"""
"""A value that would be rounded over a limit, into another class than its own (as `classes.digits_to_tell`)."""
_SAMPLES: Final = f"""
    WITH counted AS (
        SELECT sample.id, site.location_3857, sample.is_private, count(*) OVER () AS found
        {_TAKEN} AND site.location_3857 && {REACH} AND (NOT sample.is_private OR %(exact)s)
         ORDER BY hashtextextended(sample.id::text, 0) LIMIT %(most)s
    ),
    squares AS MATERIALIZED (  -- else the tile is looked for in places transformed one by one
        SELECT DISTINCT floor(ST_X(place) / %(coarse)s) AS x, floor(ST_Y(place) / %(coarse)s) AS y
          FROM (SELECT ST_Transform(site.location, %(zone)s) AS place
                {_TAKEN} AND site.location_3857 && ST_Expand({REACH}, %(coarse_reach)s)
                  AND sample.is_private AND NOT %(exact)s OFFSET 0) hidden
    ),
    middles AS (
        SELECT ST_Transform(ST_SetSRID(ST_MakePoint((x + 0.5) * %(coarse)s, (y + 0.5) * %(coarse)s), %(zone)s), 3857)
               AS geometry
          FROM squares
    )
    SELECT NULL::bigint AS id, counted.location_3857 AS geometry,
           CASE WHEN width_bucket(rounded::float8, %(own_limits)s::float8[]) = bucket OR bucket IS NULL THEN rounded
                ELSE coalesce(({_WITH_MORE_DIGITS}), rounded) END::float8 AS value,
           (%(ranks)s::int[])[bucket + 1] AS rank,
           CASE WHEN below THEN true END AS below, CASE WHEN is_private THEN true END AS private,
           CASE WHEN found > %(most)s THEN found END AS of
      FROM counted, LATERAL (
           SELECT avg(result.value) AS mean, bool_and(result.is_below_detection) AS below
             FROM soil_map_result result WHERE result.sample_id = counted.id AND result.method_id = %(method)s
           ) measured,
           LATERAL (
           SELECT to_char(mean / %(factor)s, '9.9999999EEEE')::numeric AS own  -- as `units.told_in`
           ) told,
           LATERAL (SELECT width_bucket(own::float8, %(own_limits)s::float8[]) AS bucket) classed,
           LATERAL (SELECT round(own, %(decimals)s) AS rounded) shown
    UNION ALL
    SELECT NULL, geometry, NULL, NULL, NULL, true, NULL FROM middles WHERE geometry && {REACH}
"""


def _samples(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    return _SAMPLES, {"most": MOST_SAMPLES, "coarse": COARSE_M}


_MAP: Final = "SELECT commune_id, published_at IS NOT NULL FROM soil_map_soilmapversion WHERE id = %s"
_MAP_FOR_ANYONE: Final = "SELECT FROM soil_map_soilmapversion WHERE id = %(map)s AND published_at IS NOT NULL"
_SURFACE: Final = """
    SELECT campaign.commune_id,
           campaign.published_at IS NOT NULL
           AND (surface.model->'open' IS NOT NULL) = (surface.open_values_file_id IS NOT NULL),  -- has_open_making
           surface.method_id
      FROM soil_map_surface surface JOIN soil_map_campaign campaign ON campaign.id = surface.campaign_id
     WHERE surface.id = %s
"""
_SURFACE_FOR_ANYONE: Final = """
    SELECT FROM soil_map_surface surface JOIN soil_map_campaign campaign ON campaign.id = surface.campaign_id
     WHERE surface.id = %(surface)s AND campaign.published_at IS NOT NULL
       AND (surface.model->'open' IS NOT NULL) = (surface.open_values_file_id IS NOT NULL)
"""


def _seen(user: Any, sql: str, key: uuid.UUID | None) -> Any:
    """The row of what is asked for, its commune and whether it is published first; None where it is not to be seen."""
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        row = cursor.fetchone()
    return row if row and (row[1] or row[0] in scope_of(user, Capability.SEE_SOIL)) else None


def choose_map(user: Any, query: Mapping[str, str]) -> registry.Chosen | None:
    """The soil map of `map`."""
    key = asked.key_of(query.get("map"))
    if key and not user.is_authenticated:  # most requests: what is published is found on the way, without asking first
        return registry.Chosen({"map": key}, is_public=True, seen=_MAP_FOR_ANYONE)
    row = _seen(user, _MAP, key)
    return registry.Chosen({"map": key}, is_public=row[1]) if row else None


def choose_surface(user: Any, query: Mapping[str, str]) -> registry.Chosen | None:
    """The surface of `surface` in the classes of `scheme`, or of the scheme that its method is classed by."""
    key, wanted = asked.key_of(query.get("surface")), query.get("scheme", "")
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        return None
    if key and wanted and not user.is_authenticated:
        params = {"surface": key, "scheme": int(wanted)}
        return registry.Chosen(params, is_public=True, seen=_SURFACE_FOR_ANYONE)
    row = _seen(user, _SURFACE, key)
    if not row:
        return None
    if wanted:
        return registry.Chosen({"surface": key, "scheme": int(wanted)}, is_public=row[1])
    used = scheme_of_all([row[2]])[row[2]]
    return registry.Chosen({"surface": key, "scheme": used.scheme.pk}, is_public=row[1]) if used else None


def choose_samples(user: Any, query: Mapping[str, str]) -> registry.Chosen | None:
    """Samples of `campaign` at `depth`, measured by `method`."""
    layer = asked.layer_of(user, query)
    if layer is None:
        return None
    campaign, method, (top, bottom) = layer
    is_exact = sees_exactly(user, campaign.commune)
    if is_exact and campaign.samples.filter(is_private=True).exists():
        with transaction.atomic():  # the audit knows of the reading before only inside of one
            audit_trail.private_seen_on_map(campaign)
    used = scheme_of_all([method.pk])[method.pk]
    shown = shown_of(method, used)
    params = {
        "campaign": campaign.pk, "method": method.pk, "top": top, "bottom": bottom,
        "decimals": shown.decimals, "factor": shown.factor, "zone": campaign.commune.vn2000_srid,
        "exact": is_exact, "coarse_reach": _COARSE_IN_MERCATOR,
        "own_limits": list(shown.limits) if used else None, "most_more_digits": classes.MOST_MORE_DIGITS,
        "ranks": [one.rank for one in used.classes] if used else None,
    }  # fmt: skip
    return registry.Chosen(params, campaign.is_published and not is_exact)


def soil_there(lng: float, lat: float, user: Any) -> list[dict[str, Any]]:
    """What soil a place has, for pages of the floor above: one row for each map that the person may see."""
    from soil_map.viewing import soils

    return [
        {"map": one.title, "symbol": one.symbol, "soil": ", ".join(part.text for part in one.components)}
        for one in soils.at(lng, lat, user)
    ]


def register() -> None:
    """Announce the layers."""
    registry.layers["soil_units"] = registry.TileLayer(
        name="soil_units",
        label=_("Khoanh đất"),
        capability=None,
        parts=(registry.TilePart("unit", POLYGONS_FROM, TO, _units, (("symbol", _("ký hiệu đất")),)),),
        describe=soil_there,
        asks=("map",),
        choose=choose_map,
    )
    registry.base_map_parts.append(
        registry.TilePart("soil_unit", 13, TO, _units_for_phones, (("symbol", _("ký hiệu đất")),))
    )
    rank = ("rank", _("thứ tự của cấp trong thang, 0 là thấp nhất"))
    registry.layers["soil_zones"] = registry.TileLayer(
        name="soil_zones",
        label=_("Vùng phân cấp"),
        capability=None,
        parts=(registry.TilePart("zone", POLYGONS_FROM, TO, _zones, (rank, ("colour", _("màu của cấp")))),),
        asks=("surface", "scheme"),
        choose=choose_surface,
    )
    registry.layers["soil_samples"] = registry.TileLayer(
        name="soil_samples",
        label=_("Điểm lấy mẫu đất"),
        capability=None,
        parts=(
            registry.TilePart(
                "sample",
                SAMPLES_FROM,
                TO,
                _samples,
                (
                    ("value", _("giá trị, đã làm tròn, theo đơn vị của thang phân cấp")),
                    rank,
                    ("below", _("dưới ngưỡng phát hiện")),
                    ("private", _("mẫu riêng tư")),
                    ("of", _("số điểm trong ô khi chỉ vẽ được một phần")),
                ),
            ),
        ),
        asks=("campaign", "method", "depth"),
        choose=choose_samples,
    )
