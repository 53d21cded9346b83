"""Hanging a plate: the phone's place is compared with the house, so that a wrong door is noticed at the door.

A plate that is doubtful is hung with a reason, which is kept, or not at all.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from households import codes
from households.models import ON_ITS_WAY, House, HouseState, Plate, PlateState
from households.plates import living, reprint
from households.plates.life import Act, Doubt, Fix, doubt_about, stands_at_another
from mapping import files, images
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import StoredFile

SHORTEST_REASON: Final = 10
"""Letters of a reason: fewer explain nothing to whoever reads the plate's page later."""
LONGEST_REASON: Final = Plate._meta.get_field("installed_reason").max_length
# A photo waits so long for the plate to be hung after all; then the hourly upkeep removes it.
_PHOTO_WAITS_DAYS: Final = 1
_PHOTO_SIDE: Final = 1600  # pixels: the number and the door are told apart, and the file stays some 300 kB
# Farther than this from the phone no house is named as the nearest, in metres.
_NEAREST_WITHIN: Final = 200

_DISTANCE: Final = """
SELECT ST_DistanceSphere(location, ST_SetSRID(ST_MakePoint(%s, %s), 4326)) FROM households_house WHERE id = %s
"""
# EPSG:3857 metres are longer than metres on the ground by less than a tenth anywhere in Vietnam.
_NEAREST: Final = """
SELECT house.id, ST_DistanceSphere(house.location, here.p) AS metres
  FROM households_house house, (SELECT ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326) AS p) here
 WHERE house.location_3857 && ST_Expand(ST_Transform(here.p, 3857), %(reach)s) AND house.state = 'active'
 ORDER BY metres, house.code LIMIT 5
"""
# What hangs or may hang at a neighbour's, what hangs first.
_MAY_HANG: Final = ("installed", "damaged", "issued", "in_stock", "printed")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The house that the phone is nearest to, and its plate, where it has one that might have been mixed up."""

    house: House
    metres: float
    plate: Plate | None


class AtAnotherDoor(UserError):
    """The plate is not hung so without a reason: `doubt` says why, `distance_m` how far from its house the phone is."""

    status = 409

    def __init__(self, sentence: str, *, doubt: Doubt, distance_m: float | None, nearest: Nearest | None) -> None:
        super().__init__(sentence, code=doubt.value)
        self.doubt = doubt
        self.distance_m = distance_m
        self.nearest = nearest


def keep_photo(*, user: Any, plate: Plate, content: bytes) -> StoredFile:
    """Keep a photo of a plate that is about to be hung, drawn anew: its own notes of place and camera are gone.

    It waits a day for `install`. Raises what `mapping.images.cleaned` raises.
    """
    image = images.cleaned(content, longest=_PHOTO_SIDE)
    return files.store(
        source=io.BytesIO(image.content),
        name=f"bien-{codes.format_token(plate.token)}{image.suffix}",
        content_type=image.content_type,
        commune=plate.house.commune,
        user=user,
        keep_days=_PHOTO_WAITS_DAYS,
    )


@transaction.atomic
def install(
    *,
    user: Any,
    token: str,
    version: int,
    fix: Fix | None,
    photo: StoredFile | None = None,
    reason: str = "",
    not_at: str = "",
) -> Plate:
    """Hang a plate that was seen in `version`. What hung at the house until now is replaced by it.

    Raises AtAnotherDoor over `life.DOOR_M` and the phone's error from the house, or without a position, unless a
    reason of `SHORTEST_REASON` letters is given, as of a plate that says another address than today's; at a door
    clearly nearer to another house, unless `not_at` is that house's code: the person was asked and knows better.
    Conflict and UserError as `living.move` does.
    """
    reason = _reason(reason)
    (plate,) = living.hold([token], {token: version}, with_older=True)
    require_hangable(plate)
    distance = metres_between(fix, plate.house)
    doubt = doubt_about(distance, fix.accuracy_m if fix else None)
    if doubt is not None and not _explains(reason):
        raise _refusal(user, plate, doubt, fix, distance, reason)
    if doubt is None:
        # Whoever has explained why an outdated plate hangs here has said where it hangs as well.
        reason = _of_outdated(plate, distance, reason) or _knows_better(user, plate, fix, distance, not_at)
    hang(plate, fix, distance, photo=photo, reason=reason)
    replace_older(plate)
    return plate


def metres_between(fix: Fix | None, house: House) -> float | None:
    """Return how far from the house's point the phone is, in metres on the ground; None without a place."""
    if fix is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_DISTANCE, [fix.lng, fix.lat, house.pk])
        return float(cursor.fetchone()[0])


def nearest_to(user: Any, fix: Fix) -> Nearest | None:
    """Return the house nearest to the phone of those where the person prints; None when none is within 200 m."""
    with connection.cursor() as cursor:
        reach = _NEAREST_WITHIN * 1.1
        cursor.execute(_NEAREST, {"lng": fix.lng, "lat": fix.lat, "reach": reach})
        metres = dict(cursor.fetchall())
    houses = House.objects.for_user(user, Capability.PRINT).select_related("commune", "village").in_bulk(metres)
    for house_id, away in metres.items():  # in the order of the query
        if house_id in houses and away <= _NEAREST_WITHIN:
            plates = list(Plate.objects.filter(house=house_id, state__in=_MAY_HANG))
            plates.sort(key=lambda plate: (_MAY_HANG.index(plate.state), -plate.created_at.timestamp()))
            return Nearest(houses[house_id], float(away), plates[0] if plates else None)
    return None


def require_hangable(plate: Plate) -> None:
    """Raise UserError when a plate may not be hung, wherever the phone is."""
    living.require_act(plate, Act.INSTALL)
    if plate.replaced_by_id is not None:
        raise UserError(_("Nhà này đã lắp biển khác thay biển này rồi."), code="replaced")
    if plate.house.state != HouseState.ACTIVE:
        raise UserError(_("Nhà của biển này đã đóng; hãy mở lại nhà trước khi lắp biển."), code="closed")


def _reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise UserError(_("Lý do dài quá %(limit)d chữ; hãy ghi ngắn hơn.") % {"limit": LONGEST_REASON}, code="reason")
    return reason


def _explains(reason: str) -> bool:
    return sum(letter.isalpha() for letter in reason) >= SHORTEST_REASON


def _refusal(
    user: Any, plate: Plate, doubt: Doubt, fix: Fix | None, distance: float | None, reason: str
) -> AtAnotherDoor:
    nearest = None
    if doubt is Doubt.NO_POSITION or fix is None or distance is None:
        sentence = _(
            "Điện thoại chưa cho biết vị trí, nên không biết biển có lắp đúng nhà không. Hãy bật định vị rồi bấm lại, "
            "hoặc ghi lý do."
        )
    elif doubt is Doubt.ROUGH_POSITION:
        sentence = _(
            "Vị trí của điện thoại sai số tới %(accuracy)d m, nên không biết biển có lắp đúng nhà không. Hãy ra chỗ "
            "thoáng, đợi một lát rồi bấm lại, hoặc ghi lý do."
        ) % {"accuracy": round(fix.accuracy_m)}
    else:
        nearest = nearest_to(user, fix)
        sentence = _(
            "Có thể nhầm cửa: biển này của %(house)s, mà bạn đang đứng cách nhà đó %(distance)d m (sai số %(accuracy)d "
            "m). Chưa ghi gì."
        ) % {
            "house": plate.house.local_address,
            "distance": round(distance),
            "accuracy": round(fix.accuracy_m),
        }
    if reason:
        sentence += " " + _(
            "Lý do “%(reason)s” quá ngắn: hãy ghi ít nhất %(count)d chữ cái, ví dụ “cổng nhà ở đầu ngõ”."
        ) % {"reason": reason, "count": SHORTEST_REASON}
    return AtAnotherDoor(sentence, doubt=doubt, distance_m=distance, nearest=nearest)


def _of_outdated(plate: Plate, distance: float | None, reason: str) -> str:
    """Return why a plate is hung that says something else than would be printed today; nothing of one that is right.

    Raises AtAnotherDoor without a reason.
    """
    if not reprint.among([plate.pk]):
        return ""
    if _explains(reason):
        return reason
    newer = Plate.objects.filter(house=plate.house_id, state__in=ON_ITS_WAY).exclude(pk=plate.pk).first()
    sentence = _("Biển này ghi địa chỉ hoặc vị trí cũ; nhà nay là %(house)s. Chưa ghi gì.") % {"house": plate.house}
    if newer is not None:
        sentence += " " + _("Đã in biển mới %(token)s cho nhà này: hãy lắp biển đó.") % {
            "token": codes.format_token(newer.token)
        }
    raise AtAnotherDoor(sentence, doubt=Doubt.OUTDATED, distance_m=distance, nearest=None)


def _knows_better(user: Any, plate: Plate, fix: Fix | None, distance: float | None, not_at: str) -> str:
    """Return what is kept of a door at which another house is clearly nearer; nothing where none is.

    Raises AtAnotherDoor where the person has not said that it is the right one all the same.
    """
    nearest = nearest_to(user, fix) if fix is not None else None
    if nearest is None or fix is None or distance is None or nearest.house.pk == plate.house_id:
        return ""
    if not stands_at_another(distance, fix.accuracy_m, nearest.metres):
        return ""
    address, house = str(nearest.house), str(plate.house)
    if not_at == nearest.house.code:
        return _shortened(_("đã hỏi và trả lời là đúng nhà, dù điện thoại gần %(address)s hơn") % {"address": address})
    sentence = _(
        "Đây có phải nhà %(house)s? Điện thoại cách nhà đó %(distance)d m, mà chỉ cách %(address)s %(metres)d m (sai "
        "số %(accuracy)d m). Chưa ghi gì."
    ) % {
        "house": house,
        "distance": round(distance),
        "address": address,
        "metres": round(nearest.metres),
        "accuracy": round(fix.accuracy_m),
    }
    raise AtAnotherDoor(sentence, doubt=Doubt.NEXT_DOOR, distance_m=distance, nearest=nearest)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"


def hang(plate: Plate, fix: Fix | None, distance: float | None, *, photo: StoredFile | None, reason: str) -> None:
    """Write down that a plate that is held hangs; the photo of where it hung before is of no use any more."""
    former = plate.installed_photo
    now = timezone.now()
    plate.state, plate.state_at, plate.installed_at, plate.inspected_at = PlateState.INSTALLED, now, now, None
    plate.installed_location = Point(fix.lng, fix.lat, srid=4326) if fix else None
    plate.installed_accuracy = fix.accuracy_m if fix else None
    plate.installed_distance = distance
    plate.installed_reason = reason
    plate.installed_photo = photo
    plate.note = ""
    living.keep(
        plate,
        *("house", "state", "state_at", "installed_at", "inspected_at", "installed_location", "installed_accuracy"),
        *("installed_distance", "installed_reason", "installed_photo", "note"),
    )
    if photo is not None:
        StoredFile.objects.filter(pk=photo.pk).update(kept_until=None)
    if former is not None and former != photo:
        files.discard(former)


def replace_older(plate: Plate, *, but: Plate | None = None) -> None:
    """Say of what hung at the plate's house before that it is replaced; what was lost or stolen stays so."""
    others = Plate.objects.filter(house=plate.house_id, replaced_by=None).exclude(
        pk__in=[plate.pk, *([but.pk] if but else [])]
    )
    written = {"replaced_by": plate.pk, "version": F("version") + 1}
    others.filter(state__in=(PlateState.LOST, PlateState.STOLEN)).update(**written)
    hung = others.filter(state__in=(PlateState.INSTALLED, PlateState.DAMAGED))
    older = others.filter(state=PlateState.SUPERSEDED)
    for gone in (hung, older):
        gone.update(state=PlateState.REPLACED, state_at=timezone.now(), **written)
