"""The commune as an import meets it: its ground, and the streets that are there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from django.db.models import Exists, OuterRef

from households.models import Frontage, House, Street
from households.streets.ground import Ground as ZoneGround
from households.streets.importing.planning import Ground, Standing
from mapping import crs
from mapping.errors import UserError
from mapping.models import Unit
from mapping.text import fold
from mapping.wording import gettext as _


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune's ground, its villages and its streets, each in the order of `Standing` and `Ground`."""

    zone: ZoneGround
    ground: Ground
    standing: Standing
    villages: list[Unit]
    streets: list[Street]


def require_outline(unit: Unit) -> None:
    """Raise UserError where the commune has no outline: nothing tells then what lies in it."""
    if unit.outline is None:
        raise UserError(
            _("%(commune)s chưa có ranh giới nên chưa biết đường nào nằm trong xã; hãy nạp ranh giới xã trước.")
            % {"commune": unit},
            code="no_outline",
        )


def commune_of(unit: Unit) -> Commune:
    """Read what an import needs of a commune; raises UserError where it has no outline."""
    require_outline(unit)
    zone = ZoneGround(unit)
    villages = list(Unit.objects.current().villages().filter(parent=unit, outline__isnull=False).order_by("code"))
    areas = np.array(
        [crs.to_zone(shapely.from_wkb(bytes(village.outline.wkb)), zone.srid) for village in villages], dtype=object
    )
    fronting = Frontage.objects.filter(street=OuterRef("pk"))
    streets = list(
        Street.objects.filter(commune=unit).annotate(has_houses=Exists(fronting)).order_by("pk").defer("line_3857")
    )
    borne = {fold(text) for text in House.objects.filter(commune=unit).values_list("street", flat=True).distinct()}

    def is_used(street: Street) -> bool:
        return street.has_houses or (bool(street.name) and fold(street.full_name) in borne)

    at = {village.pk: index for index, village in enumerate(villages)}
    standing = Standing(
        lines=zone.lines([street.line for street in streets]) if streets else np.empty(0, dtype=object),
        kinds=[street.kind for street in streets],
        names=[street.name for street in streets],
        numbers=[street.number for street in streets],
        widths=[street.width_class for street in streets],
        village=[at.get(street.village_id, -1) for street in streets],
        is_used=[is_used(street) for street in streets],
    )
    return Commune(zone, Ground(zone.srid, zone.outline, areas), standing, villages, streets)
