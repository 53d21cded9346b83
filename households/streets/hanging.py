"""Keep what hangs on streets where it belongs when streets change: alleys by geometry, houses by where they front."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPoint, Point
from django.contrib.gis.geos import MultiLineString as GeosMultiLine
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely import LineString

from households.models import Frontage, Side, Street
from households.streets import network
from households.streets.ground import Ground
from mapping import changes, crs
from mapping.crs import WEB_MERCATOR, WGS84
from mapping.models import ChangeSet, Unit

STREETS, FRONTAGES = Street._meta.db_table, Frontage._meta.db_table
_NOTED = 5
"""So many alleys that hang elsewhere now are named; the rest are counted."""


def one_at_a_time(commune: Unit) -> None:
    """Wait until nobody else changes streets of the commune: parents are found among all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('streets'), %s)", [commune.pk % 2**31])


def remember(changeset: ChangeSet, table: str, ids: Iterable[uuid.UUID]) -> None:
    """Keep the images of rows that this act has neither changed nor added before."""
    known = set(changeset.changes.filter(table=table).values_list("row_id", flat=True))
    changes.remember(changeset, table, [pk for pk in ids if pk not in known])


def rehang(
    *,
    commune: Unit,
    ground: Ground,
    changeset: ChangeSet,
    lines: Iterable[LineString],
    of: Iterable[uuid.UUID] = (),
    new: uuid.UUID | None = None,
) -> tuple[list[uuid.UUID], list[str]]:
    """Find anew what alleys hang on near changed `lines` (metres); return the ids that moved and sentences of it.

    Asked are alleys with an end near one of the lines, those that hang on a street of `of`, and `of` itself. Left
    alone are parents chosen by hand, and alleys whose number was given: it is their parent's. `new` was added by this
    act and has no version before.
    """
    touched, changed_lines = set(of), list(lines)
    asked = _asked(commune, ground, changed_lines, touched)
    streets = _around(commune, asked)
    if not streets:
        return [], []
    found = _found(streets, ground, asked={street.pk for street in asked})
    moved = [street for street in streets if found[street.pk] != street.parent_id]
    remember(changeset, STREETS, [street.pk for street in moved])
    names = {street.pk: street.full_name for street in streets}
    notes = []
    for street in moved:
        before, street.parent_id = street.parent_id, found[street.pk]
        street.version += street.pk != new
        street.save(update_fields=["parent", "version", "updated_at"])
        if street.pk not in touched:
            notes.append(_moved_sentence(street.full_name, names.get(before), names.get(street.parent_id)))
    if len(notes) > _NOTED:
        notes[_NOTED:] = [_("Và %(count)d ngõ khác cũng đổi chỗ nối.") % {"count": len(notes) - _NOTED}]
    return [street.pk for street in moved], notes


def _moved_sentence(name: str, before: str | None, after: str | None) -> str:
    if after is None:
        return _("%(alley)s không còn chạm %(before)s; hãy chọn đường mà ngõ này đi ra.") % {
            "alley": name,
            "before": before,
        }
    if before is None:
        return _("%(alley)s nay đi ra từ %(after)s.") % {"alley": name, "after": after}
    return _("%(alley)s nay đi ra từ %(after)s, trước là %(before)s.") % {
        "alley": name,
        "after": after,
        "before": before,
    }


def _asked(commune: Unit, ground: Ground, lines: list[LineString], touched: set[uuid.UUID]) -> list[Street]:
    """The streets whose parent may be another now."""
    changed = GeosMultiLine([ground.stored(line) for line in lines], srid=WGS84)
    near = _of(commune).filter(Q(pk__in=touched) | Q(parent__in=touched) | _within_reach(changed))
    streets = list(near)
    ends_near = _ends_near(ground.lines([street.line for street in streets]), lines)
    return [
        street
        for street, is_near in zip(streets, ends_near, strict=True)
        if street.pk in touched or street.parent_id in touched or is_near
    ]


def _around(commune: Unit, asked: list[Street]) -> list[Street]:
    """The streets asked for, those at their ends, and all that these hang on, so that no ring goes unseen."""
    ends = [Point(street.line.coords[at], srid=WGS84) for street in asked for at in (0, -1)]
    known = {street.pk: street for street in asked}
    if ends:
        known |= {street.pk: street for street in _of(commune).filter(_within_reach(MultiPoint(ends, srid=WGS84)))}
    above = {street.parent_id for street in known.values()} - known.keys() - {None}
    while above:
        found = {street.pk: street for street in _of(commune).filter(pk__in=above)}
        known |= found
        above = {street.parent_id for street in found.values()} - known.keys() - {None}
    return [known[pk] for pk in sorted(known)]


def _within_reach(shape: GEOSGeometry) -> Q:
    """The filter for streets near a shape in EPSG:4326; by the index, and a little farther than what is measured."""
    stretch = 1 / math.cos(math.radians(shape.extent[3]))
    return Q(line_3857__dwithin=(shape.transform(WEB_MERCATOR, clone=True), 1.2 * network.REACH_M * stretch))


def _of(commune: Unit) -> QuerySet[Street]:
    return Street.objects.filter(commune=commune).order_by("pk").defer("line_3857")


def _found(streets: list[Street], ground: Ground, *, asked: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID | None]:
    at = {street.pk: index for index, street in enumerate(streets)}
    parent = np.array([at.get(street.parent_id, network.NONE) for street in streets], np.int32)
    fixed = np.array(
        [street.parent_by_hand or street.pk not in asked or bool(street.number) for street in streets], bool
    )
    given = network.network_of(
        ground.lines([street.line for street in streets]),
        [street.kind for street in streets],
        [street.width_class for street in streets],
        parent,
        fixed,
    )
    found = network.parents(given).tolist()
    ids = [street.pk for street in streets]
    return {pk: None if above == network.NONE else ids[above] for pk, above in zip(ids, found, strict=True)}


def _ends_near(metres: NDArray[np.object_], lines: list[LineString]) -> NDArray[np.bool_]:
    near = np.zeros(len(metres), bool)
    for line in lines:
        shapely.prepare(line)
        for end in (0, -1):
            near |= shapely.dwithin(shapely.get_point(metres, end), line, network.REACH_M)
    return near


# --- Houses along a street -------------------------------------------------------------------------


def runs_against(line: LineString, frontages: list[Frontage], ground: Ground) -> bool:
    """Return whether numbers in force rise against the line: told by the positions that its houses have."""
    if not frontages:
        return False
    along = shapely.line_locate_point(line, _points(frontages, ground))
    position = np.array([frontage.position_m for frontage in frontages])
    return bool(np.abs(position - along).sum() > np.abs(position - (line.length - along)).sum())


def front_anew(
    frontages: list[Frontage], street: Street, line: LineString, *, against: bool, ground: Ground
) -> list[Frontage]:
    """Measure where houses front on a street's line (metres), numbers rising `against` it or with it.

    Returns those that changed, in memory; `write_frontages` keeps them.
    """
    if not frontages:
        return []
    points = _points(frontages, ground)
    along = shapely.line_locate_point(line, points)
    distance = shapely.distance(line, points)
    left = _is_left(line, points, along) != against
    changed = []
    for index, frontage in enumerate(frontages):
        position = line.length - along[index] if against else along[index]
        before = (frontage.street_id, frontage.side, round(frontage.position_m, 2), round(frontage.distance_m, 2))
        frontage.street = street
        frontage.side = Side.LEFT if left[index] else Side.RIGHT
        frontage.position_m, frontage.distance_m = float(position), float(distance[index])
        after = (frontage.street_id, frontage.side, round(frontage.position_m, 2), round(frontage.distance_m, 2))
        if before != after:
            changed.append(frontage)
    return changed


def write_frontages(frontages: list[Frontage], changeset: ChangeSet) -> None:
    """Keep changed frontages under their next version."""
    remember(changeset, FRONTAGES, [frontage.pk for frontage in frontages])
    for frontage in frontages:
        frontage.version += 1
    Frontage.objects.bulk_update(frontages, ["street", "side", "position_m", "distance_m", "version"], batch_size=2_000)


def _points(frontages: list[Frontage], ground: Ground) -> NDArray[np.object_]:
    lng = [frontage.house.location.x for frontage in frontages]
    lat = [frontage.house.location.y for frontage in frontages]
    points: NDArray[np.object_] = shapely.points(np.column_stack(crs.from_lonlat(ground.srid, lng, lat)))
    return points


def _is_left(line: LineString, points: NDArray[np.object_], along: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether points lie to the left of the line where they are nearest to it, seen the way it was drawn."""
    before = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(along - 1.0, 0.0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(along + 1.0, line.length)))
    way, out = after - before, shapely.get_coordinates(points) - before
    left: NDArray[np.bool_] = way[:, 0] * out[:, 1] - way[:, 1] * out[:, 0] > 0
    return left
