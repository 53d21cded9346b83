"""What pages of houses say of their plates: which stand how, which no longer say where the house is."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from households.models import House, Plate, PlateState
from households.models.house import HouseQuerySet
from households.plates import reprint
from households.plates.life import inspection_due

_MOVED_HOUSES = f"""
SELECT house.id FROM {reprint.FROM}
 WHERE house.id = ANY (%s) AND plate.token = {reprint.CURRENT_PLATE} AND {reprint.MOVED}
"""
_MOVED_IN_COMMUNE = f"""
EXISTS (SELECT FROM households_plate plate JOIN households_house house ON house.id = plate.house_id
         WHERE plate.house_id = households_house.id AND plate.token = {reprint.CURRENT_PLATE} AND {reprint.MOVED})
"""


def plates_of(house: House) -> list[Plate]:
    """Return the plates of a house, the latest first, each with what is to be seen to.

    `says_otherwise` and `has_moved` are set on the one that counts, `is_overdue` on one that hangs.
    """
    plates = list(house.plates.order_by("-created_at"))
    counting = reprint.counting([plate.pk for plate in plates])
    otherwise, moved = reprint.among(counting), reprint.moved(counting)
    for plate in plates:
        plate.says_otherwise = plate.pk in otherwise
        plate.has_moved = plate.pk in moved
        plate.is_overdue = is_overdue(plate)
    return plates


def is_overdue(plate: Plate, today: datetime.date | None = None) -> bool:
    """Whether a plate hangs and nobody has looked at it for ten years."""
    if plate.state != PlateState.INSTALLED:
        return False
    due_on = due(plate)
    return due_on is not None and due_on < (today or timezone.localdate())


def due(plate: Plate) -> datetime.date | None:
    """Return the day of a plate's next inspection, by the calendar here; None when nobody knows since when it hangs."""
    hung, seen = (day and timezone.localtime(day) for day in (plate.installed_at, plate.inspected_at))
    return inspection_due(hung, seen)


def moved_from_plate(houses: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of the houses whose point is no longer where their plate says."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED_HOUSES, [list(houses)])
        return {row[0] for row in cursor.fetchall()}


def only_moved(houses: HouseQuerySet) -> HouseQuerySet:
    """Narrow houses to those whose point is no longer where their plate says."""
    return houses.extra(where=[_MOVED_IN_COMMUNE])  # noqa: S610 (constant text)
