"""The layer `houses`: houses in use as points, and counted by the grid where a tile would hold too many.

No person's data is in it, and the scope of whoever asks decides which houses are.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from households.models import OPENS_SQL
from households.models.house_grid import CELLS_BITS, LEVELS
from mapping import registry
from mapping.access import Capability, Scope
from mapping.tiles import REACH

MOST_POINTS: Final = 10_000
"""Houses in one tile; of a denser one a fixed sample is drawn, which `of` tells."""

POINTS_FROM, NUMBERS_FROM, POINTS_TO = LEVELS[-1] + 1, 15, 16


def _points(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    """Each house by its code as the feature's id. Codes are scattered, so their order is a fair sample."""
    where, params = scope.rows_sql("house")
    number = "house.number" if z >= NUMBERS_FROM else "NULL::text"
    sql = f"""
        SELECT house.code AS id, house.location_3857 AS geometry, {number} AS number,
               EXISTS (SELECT FROM households_plate plate
                       WHERE plate.house_id = house.id AND plate.state {OPENS_SQL}
                         AND plate.released_at IS NOT NULL) AS plate,
               CASE WHEN house.found > %(most)s THEN house.found END AS of
        FROM (
            SELECT house.id, house.code::bigint AS code, house.location_3857, nullif(house.number, '') AS number,
                   count(*) OVER () AS found
            FROM households_house house
            WHERE house.location_3857 && {REACH} AND house.state = 'active' AND {where}
            ORDER BY 2 LIMIT %(most)s
        ) house
    """
    return sql, params | {"most": MOST_POINTS}


def _grid(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    """Counts of a tile's 8 × 8 cells and the ring around it, drawn halfway between a cell's middle and its houses'.

    The two halves keep marks of neighbouring cells half a cell apart.
    """
    where, params = scope.rows_sql("cell")
    sql = f"""
        SELECT NULL::bigint AS id,
               ST_SetSRID(ST_MakePoint(
                   (sum(sum_x) / sum(houses) + (cell.x + 0.5) * %(side)s - 20037508.342789244) / 2,
                   (sum(sum_y) / sum(houses) + 20037508.342789244 - (cell.y + 0.5) * %(side)s) / 2), 3857) AS geometry,
               sum(houses) AS houses
        FROM households_housegridcell cell
        WHERE level = %(z)s AND cell.x BETWEEN (%(x)s << %(bits)s) - 1 AND (%(x)s + 1) << %(bits)s
          AND cell.y BETWEEN (%(y)s << %(bits)s) - 1 AND (%(y)s + 1) << %(bits)s AND {where}
        GROUP BY cell.x, cell.y HAVING sum(houses) > 0 ORDER BY cell.x, cell.y
    """
    return sql, params | {"bits": CELLS_BITS, "side": 40075016.685578488 / (1 << (z + CELLS_BITS))}


def register() -> None:
    """Announce the layer, and the map that shows it in the bar at the top."""
    registry.navigation.append(registry.NavigationEntry(_("Bản đồ"), "map", Capability.SEE_HOUSES, order=10))
    registry.layers["houses"] = registry.TileLayer(
        name="houses",
        label=_("Nhà"),
        capability=Capability.SEE_HOUSES,
        parts=(
            registry.TilePart(
                "house",
                POINTS_FROM,
                POINTS_TO,
                _points,
                (
                    ("number", _("số nhà; mã nhà là id của đối tượng")),
                    ("plate", _("đã có biển số nhà")),
                    ("of", _("số nhà trong ô khi chỉ vẽ được một phần")),
                ),
            ),
            registry.TilePart("grid", LEVELS[0], LEVELS[-1], _grid, (("houses", _("số nhà quanh điểm này")),)),
        ),
    )
