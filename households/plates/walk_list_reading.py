"""What a walk list says, from the database: of the houses of a batch, or of villages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from households.addresses import in_sentence
from households.codes import format_house_code
from households.models import House, PlateBatch, PlateState, Street
from households.plates.mini_map import Surroundings
from households.plates.route_reading import Walked, WalkedHouse, on_ground, walk_through
from households.plates.walk_list import Walk, WalkList, WalkRow
from households.streets.ground import Ground
from mapping import crs
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Unit
from mapping.text import nfc
from mapping.wording import gettext as _

_OF_BATCH: Final = """
SELECT plate.house_id, %(number)s::text || '-' || place.serial, plate.state, plate.installed_at
  FROM households_batchplate place JOIN households_plate plate ON plate.token = place.plate_id
 WHERE place.batch_id = %(batch)s
 ORDER BY place.serial
"""
_OF_HOUSES: Final = """
SELECT DISTINCT ON (plate.house_id) plate.house_id, coalesce(batch.number || '-' || place.serial, ''),
       plate.state, plate.installed_at
  FROM households_plate plate
  LEFT JOIN (households_batchplate place JOIN households_platebatch batch ON batch.id = place.batch_id
             AND batch.state = 'printed' AND NOT batch.is_proof) ON place.plate_id = plate.token
 WHERE plate.house_id = ANY(%(houses)s)
   AND plate.state IN ('printed', 'in_stock', 'issued', 'installed', 'damaged', 'lost', 'stolen')
 ORDER BY plate.house_id, plate.state IN ('printed', 'in_stock', 'issued') DESC, plate.created_at DESC, place.id DESC
"""
_AROUND_M: Final = 150.0
_NOTES: Final = {
    PlateState.DAMAGED: "biển hỏng",
    PlateState.LOST: "biển mất",
    PlateState.STOLEN: "biển bị lấy cắp",
    PlateState.REPLACED: "biển đã thay",
    PlateState.REVOKED: "biển đã thu hồi",
    PlateState.SUPERSEDED: "đã có biển mới hơn",
}


@dataclass(frozen=True, slots=True)
class _OfPlate:
    serial: str
    note: str


def of_batch(batch: PlateBatch) -> WalkList:
    """Return the list for the plates of a batch, as it is frozen. Raises UserError for a batch without plates."""
    plates = _plates(_OF_BATCH, {"batch": batch.pk, "number": batch.number})
    proof = " (bản in thử)" if batch.is_proof else ""
    title = f"lô số {batch.number}{proof}, {in_sentence(batch.commune.full_name)}"
    return _listed(batch.commune, list(plates), plates, title)


def of_villages(user: Any, commune: Unit, villages: Sequence[Unit]) -> WalkList:
    """Return the list for all houses of villages (of the commune, where none is named) where the person prints.

    Raises UserError where there is no house.
    """
    houses = House.objects.for_user(user, Capability.PRINT).active().filter(commune=commune)
    if villages:
        houses = houses.filter(village__in=[village.pk for village in villages])
    ids = list(houses.values_list("pk", flat=True))
    names = [in_sentence(unit.full_name) for unit in (*villages, commune)]
    return _listed(commune, ids, _plates(_OF_HOUSES, {"houses": ids}), ", ".join(names))


def surroundings(commune: Unit, bounds: tuple[float, float, float, float]) -> Surroundings:
    """Return streets and houses of a commune within bounds in metres of its zone: places, nobody's name."""
    ground = Ground(commune)
    box = _box(ground, bounds)
    streets = list(
        Street.objects.filter(commune=commune, line_3857__bboverlaps=box).only("kind", "name", "number", "line")
    )
    lines = ground.lines([street.line for street in streets]) if streets else []
    return Surroundings(
        [
            (street.full_name, tuple((float(x), float(y)) for x, y in line.coords))
            for street, line in zip(streets, lines, strict=True)
        ],
        *_houses_in(ground, box),
    )


def _houses_in(ground: Ground, box: Polygon) -> tuple[NDArray[np.float64], list[str]]:
    """Where standing houses are within a box in EPSG:3857, as metres of the zone (n, 2), and their numbers."""
    houses = House.objects.active().filter(commune=ground.commune, location_3857__bboverlaps=box)
    rows = list(houses.order_by("code").values_list("location", "number"))
    places = on_ground(ground, [point.x for point, _ in rows], [point.y for point, _ in rows])
    return places, [number for _, number in rows]


def _box(ground: Ground, bounds: tuple[float, float, float, float]) -> Polygon:
    west, south, east, north = bounds
    lng, lat = crs.to_lonlat(ground.srid, [west, east, west, east], [south, south, north, north])
    box = Polygon.from_bbox((min(lng), min(lat), max(lng), max(lat)))
    box.srid = crs.WGS84
    box.transform(3857)
    return box


def _plates(query: str, parameters: dict[str, Any]) -> dict[uuid.UUID, _OfPlate]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return {house: _OfPlate(serial, _note(state, at)) for house, serial, state, at in cursor.fetchall()}


def _note(state: str, installed_at: Any) -> str:
    if state == PlateState.INSTALLED:
        return f"đã lắp {timezone.localtime(installed_at):%d/%m/%Y}" if installed_at else "đã lắp"
    return _NOTES.get(PlateState(state), "")


def _listed(commune: Unit, ids: Sequence[uuid.UUID], plates: dict[uuid.UUID, _OfPlate], title: str) -> WalkList:
    walked = walk_through(commune, ids)
    if not walked.houses:
        raise UserError(_("Không có nhà nào để đi lắp biển ở %(where)s.") % {"where": title}, code="no_houses")
    places = np.array([house.at for house in walked.houses])
    ground = Ground(commune)
    (west, south), (east, north) = places.min(axis=0) - _AROUND_M, places.max(axis=0) + _AROUND_M
    return WalkList(
        title=nfc(title),
        rows=tuple(_row(house, plates.get(house.id)) for house in walked.houses),
        names=tuple(_name(walked, street) for street in range(len(walked.names))),
        walks=tuple(Walk(village.village, village.legs) for village in walked.villages),
        ground=Surroundings(
            [(name, street.path) for name, street in zip(walked.names, walked.streets, strict=True)],
            *_houses_in(ground, _box(ground, (west, south, east, north))),
        ),
        printed_on=timezone.localdate(),
    )


def _name(walked: Walked, street: int) -> str:
    """A street as a walker is told of it; an alley without name and number by the street it goes off."""
    name, above = walked.names[street], walked.streets[street].leaves
    if " " in name:
        return name
    return f"{name} chưa có tên" + (f" ở {walked.names[above]}" if above >= 0 else "")


def _row(house: WalkedHouse, plate: _OfPlate | None) -> WalkRow:
    note = "nhà đã đóng" if house.is_closed else plate.note if plate else ""
    return WalkRow(
        house.number, house.street, format_house_code(house.code), plate.serial if plate else "", note, house.at
    )
