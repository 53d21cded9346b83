"""Write the demo's streets: kinds, widths, villages, and the alleys hung on what they leave, as lines say.

They are known by their ids, the same at every run. No house fronts on one yet: that comes from a numbering.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry

from households.demo.commune import Commune, DemoStreet
from households.models import Street, StreetKind, WidthClass
from households.streets import network, shape
from mapping import crs
from mapping.models import Unit

SOURCE: Final = "Hình vẽ minh họa của SoNha"
_WIDTHS: Final = {
    "road": WidthClass.ROAD,
    "cross_road": WidthClass.LANE,
    "new_street": WidthClass.LANE,
    "alley": WidthClass.NARROW,
    "sub_alley": WidthClass.FOOT,
}
_RENEWED: Final = (
    "kind", "name", "number", "width_class", "parent", "parent_by_hand", "direction", "line", "village", "version",
)  # fmt: skip


def write(drawn: Commune, commune: Unit, villages: list[Unit]) -> int:
    """Write the demo's streets, or put them back as they were drawn; return how many. Others' streets stay."""
    versions = dict(Street.objects.filter(pk__in=[street.id for street in drawn.streets]).values_list("pk", "version"))
    lines = [street.line for street in drawn.streets]
    home = shape.lying_in(lines, [polygon for _name, polygon in drawn.villages])
    rows = [
        Street(
            id=street.id,
            commune=commune,
            village=villages[at] if at >= 0 else None,
            kind=kind_of(street),
            # An alley that only takes its parent's numbers has no name of its own.
            name="" if street.prefix else street.name.partition(" ")[2],
            width_class=_WIDTHS[street.kind],
            line=GEOSGeometry(memoryview(shapely.to_wkb(street.line)), srid=crs.WGS84),
            source=SOURCE,
            version=versions.get(street.id, 0) + 1,
        )
        for street, at in zip(drawn.streets, home.tolist(), strict=True)
    ]
    for row, above in zip(rows, _parents(rows, lines, commune), strict=True):
        row.parent = rows[above] if above != network.NONE else None
    # Parents may stand after their alleys: their keys are looked at when the transaction ends.
    Street.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=[*_RENEWED, "updated_at"]
    )
    return len(rows)


def kind_of(street: DemoStreet) -> StreetKind:
    """The kind by the word of its name; a sub-alley without a name is a ngách."""
    if street.kind not in ("alley", "sub_alley"):
        return StreetKind.ROAD
    return StreetKind.NGACH if street.kind == "sub_alley" and street.prefix else StreetKind.NGO


def _parents(rows: list[Street], lines: list[shapely.LineString], commune: Unit) -> list[int]:
    metres = np.array([crs.to_zone(line, commune.vn2000_srid) for line in lines], dtype=object)
    none, free = np.full(len(rows), network.NONE, np.int32), np.zeros(len(rows), bool)
    drawn = network.network_of(metres, [row.kind for row in rows], [row.width_class for row in rows], none, free)
    found: list[int] = network.parents(drawn).tolist()
    return found
