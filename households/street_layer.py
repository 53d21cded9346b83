"""The layer `streets`: streets and alleys as lines, with the name that stands beside them.

A street is no secret and runs through several villages: whoever works in one of them sees all of the commune's.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from households.models.street import STREET_WORDS
from mapping import registry
from mapping.access import Capability, Scope
from mapping.tiles import REACH

ROADS_FROM, ALLEYS_FROM, NAMES_FROM, TO = 12, 14, 15, 16
MOST_LINES: Final = 10_000
"""Streets in one tile; of a denser one the widest are drawn."""
_PIXELS: Final = 512
"""A tile's side as a dense screen shows it; a line needs no point between two such pixels."""
_BENDS: Final = 8  # so many pixels a name may stand beside its street in a bend


def scope_sql(scope: Scope, alias: str) -> tuple[str, dict[str, Any]]:
    """Return `StreetQuerySet.for_user` as SQL with its parameters."""
    if scope.everything:
        return "true", {}
    units = "(SELECT unnest(%(scope)s::bigint[]))"
    above = f"(SELECT parent_id FROM mapping_unit WHERE kind = 'village' AND id IN {units})"
    sql = f"({alias}.commune_id IN {units} OR {alias}.commune_id IN {above})"
    return sql, {"scope": sorted(scope.unit_ids)}


def _lines(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    where, params = scope_sql(scope, "street")
    words = " ".join(f"WHEN '{kind}' THEN '{word}'" for kind, word in STREET_WORDS.items())
    kinds = "" if z >= ALLEYS_FROM else "AND street.kind IN ('road', 'street')"
    sql = f"""
        SELECT NULL::bigint AS id, ST_Simplify(street.line_3857, %(grain)s, true) AS geometry,
               street.id::text AS street, street.kind, street.width_class AS width,
               CASE WHEN street.name <> '' OR street.number <> ''
                    THEN CASE street.kind {words} END || ' ' || coalesce(nullif(street.name, ''), street.number)
               END AS name
        FROM households_street street
        WHERE street.line_3857 && {REACH} {kinds} AND {where}
        ORDER BY street.width_class DESC, street.id LIMIT %(most)s
    """
    return sql, params | {"most": MOST_LINES, "grain": 40_075_016.685578488 / (1 << z) / _PIXELS}


def _names(z: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    """The same lines with their bends taken out, for a name to stand along: it wants straight stretches."""
    sql, params = _lines(z, scope)
    bend = params.pop("grain") * _BENDS
    # A name of its own: the parts of a tile share their parameters, and the lines keep their bends.
    sql = sql.replace("%(grain)s", "%(bend)s")
    sql = f"SELECT NULL::bigint AS id, geometry, name, kind FROM ({sql}) line WHERE name IS NOT NULL"
    return sql, params | {"bend": bend}


def register() -> None:
    """Announce the layer, and the list of streets in the bar at the top."""
    label = pgettext_lazy("bar", "Đường, ngõ")  # all of them; elsewhere the words ask for one
    registry.navigation.append(registry.NavigationEntry(label, "streets", Capability.SEE_HOUSES, order=25))
    registry.layers["streets"] = registry.TileLayer(
        name="streets",
        label=_("Đường, ngõ"),
        capability=Capability.SEE_HOUSES,
        parts=(
            registry.TilePart(
                "street",
                ROADS_FROM,
                TO,
                _lines,
                (
                    ("street", _("mã của đường")),
                    ("kind", _("loại")),
                    ("width", _("bậc bề rộng, 0 là chưa rõ")),
                    ("name", _("tên như trong địa chỉ")),
                ),
            ),
            registry.TilePart(
                "name",
                NAMES_FROM,
                TO,
                _names,
                (("name", _("tên như trong địa chỉ")), ("kind", _("loại"))),
            ),
        ),
    )
