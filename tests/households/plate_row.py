"""Houses in a row with plates on their way, phones that stand before them, and batches: for tests of plates' lives."""

from __future__ import annotations

import io
from typing import Any

from django.contrib.gis.geos import Point
from PIL import Image

from households.models import BatchPlate, BatchState, House, Plate, PlateBatch, PlateState
from households.plates.life import Fix
from mapping.models import Unit
from tests import factories

METRE = 1 / 111_195  # of latitude, in degrees


def house_at(commune: Unit, metres_north: float, **fields: Any) -> House:
    fields.setdefault("village", factories.village(commune))
    return factories.house(commune, factories.CENTRE[0], factories.CENTRE[1] + metres_north * METRE, **fields)


def plate_of(house: House, state: str = PlateState.PRINTED, **fields: Any) -> Plate:
    return factories.plate(house, state=state, **fields)


def standing(metres_north: float, accuracy: float = 5) -> Fix:
    return Fix(factories.CENTRE[1] + metres_north * METRE, factories.CENTRE[0], accuracy)


def standing_point(metres_north: float) -> Point:
    return Point(factories.CENTRE[0], factories.CENTRE[1] + metres_north * METRE, srid=4326)


def batch_of(commune: Unit, *plates: Plate, state: str = BatchState.PRINTED, **fields: Any) -> PlateBatch:
    number = PlateBatch.objects.count() + 1
    batch = PlateBatch.objects.create(commune=commune, number=number, state=state, **fields)
    for serial, plate in enumerate(plates, start=1):
        BatchPlate.objects.create(batch=batch, serial=serial, plate=plate)
    return batch


def state_of(plate: Plate) -> str:
    return Plate.objects.get(pk=plate.pk).state


def photo_with_a_place() -> bytes:
    """A JPEG whose EXIF says where it was taken and with what."""
    picture, exif, out = Image.new("RGB", (640, 480), "navy"), Image.Exif(), io.BytesIO()
    exif[0x010F] = "BiMatPhone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (19.0, 40.0, 12.0)
    picture.save(out, "JPEG", exif=exif)
    assert b"BiMatPhone" in out.getvalue()
    return out.getvalue()
