"""The little map of a street's page: what stands and leaves there, fetched and drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from households.models import House, Street
from households.streets import sketch
from households.streets.ground import Ground
from mapping import crs

_NEAR_DEGREES = 0.0001  # some 10 m: what touches a street


def of_street(street: Street, houses: Sequence[House]) -> SafeString:
    """Return the SVG of a street with its houses and the streets that touch it."""
    ground = Ground(street.commune)
    touching = Street.objects.filter(commune=street.commune_id, line__dwithin=(street.line, _NEAR_DEGREES))
    others = [other.line for other in touching.exclude(pk=street.pk).only("line")]
    points = [house.location for house in houses]
    x, y = crs.from_lonlat(ground.srid, [point.x for point in points], [point.y for point in points])
    count = len(houses)
    drawn = sketch.draw(
        line=ground.line(street.line),
        others=list(ground.lines(others)) if others else [],
        houses=[
            sketch.Fronting(east, north, house.number)
            for east, north, house in zip(np.asarray(x), np.asarray(y), houses, strict=True)
        ],
        title=ngettext("Sơ đồ %(street)s, %(count)d nhà", "Sơ đồ %(street)s, %(count)d nhà", count)
        % {"street": street.full_name, "count": count},
        north_letter=_("B"),
    )
    return mark_safe(drawn)  # noqa: S308 - every text in it is escaped where it is drawn
