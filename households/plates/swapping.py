"""Two neighbours' plates that were mixed up: how that is noticed, and how both are hung in one act."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from households import codes
from households.models import Plate, PlateState
from households.plates import installing, living
from households.plates.installing import Nearest
from households.plates.life import DOOR_M, Fix, doubt_about
from mapping.errors import UserError
from mapping.models import StoredFile

# Two houses farther apart than this are no neighbours whose plates are taken for each other, in metres.
_NEIGHBOURS_WITHIN: Final = 100
# Somebody was given it, or has hung it: any other cannot be the one that hangs crosswise. The plate that is scanned
# is in the hands of whoever scans it, whatever was written down of it.
_MAY_BE_MIXED_UP: Final = frozenset({PlateState.ISSUED, PlateState.INSTALLED, PlateState.DAMAGED})
# Crossed over, two plates must hang nearer by 10 m together, and by two fifths, or the phone's error says it.
_MIXED_UP: Final = """
SELECT token FROM (
    SELECT other.token,
           ST_DistanceSphere(plate.installed_location, house.location)
               + ST_DistanceSphere(other.installed_location, beside.location) AS straight,
           ST_DistanceSphere(plate.installed_location, beside.location)
               + ST_DistanceSphere(other.installed_location, house.location) AS crossed
      FROM households_plate plate
      JOIN households_house house ON house.id = plate.house_id
      JOIN households_house beside ON beside.location_3857 && ST_Expand(house.location_3857, %(reach)s)
                                  AND beside.id <> house.id AND beside.state = 'active'
      JOIN households_plate other ON other.house_id = beside.id AND other.state = 'installed'
                                 AND other.installed_location IS NOT NULL
     WHERE plate.token = %(token)s
) pairs
 WHERE crossed + 10 < straight AND crossed < 0.6 * straight
 ORDER BY crossed - straight LIMIT 1
"""


@transaction.atomic
def swap(
    *,
    token: str,
    version: int,
    other: str,
    other_version: int,
    fix: Fix | None,
    photo: StoredFile | None = None,
) -> tuple[Plate, Plate]:
    """Hang two plates of neighbours that were mixed up, in one act; the phone is at the door of `other`'s house.

    Each now hangs at its own house. Without `fix` the places stand that were written down when they were hung. Of a
    second door where no phone was, the reason that is kept says so. Raises Conflict and UserError as `living.move`
    does, and UserError for plates that nobody could have mixed up: not handed out yet, or of houses far apart. The view
    asks for the right at both houses.
    """
    if token == other:
        raise UserError(_("Một biển không đổi chỗ được với chính nó."), code="same")
    plate, others = living.hold([token, other], {token: version, other: other_version}, with_older=True)
    installing.require_hangable(plate)
    installing.require_hangable(others)
    if plate.house_id == others.house_id:
        raise UserError(_("Hai biển này của cùng một nhà, nên không đổi chỗ được."), code="same")
    if others.state not in _MAY_BE_MIXED_UP:
        raise UserError(
            _(
                "Biển %(token)s của nhà kia đang ở tình trạng “%(state)s”: chỉ đổi chỗ được với biển đã giao người lắp "
                "hoặc đang treo."
            )
            % {"token": codes.format_token(others.token), "state": others.get_state_display()},
            code="state",
        )
    apart = installing.metres_between(_point_of(plate), others.house)
    if apart is None or apart > _NEIGHBOURS_WITHIN:
        raise UserError(
            _("Hai nhà cách nhau %(metres)d m, không phải hàng xóm; hãy lắp từng biển ở cửa của nó.")
            % {"metres": round(apart or 0)},
            code="far_apart",
        )
    here, away = others, plate
    here_fix, away_fix = fix or _place_of(plate), _place_of(others)
    here_m, away_m = installing.metres_between(here_fix, here.house), installing.metres_between(away_fix, away.house)
    if doubt_about(here_m, here_fix.accuracy_m if here_fix else None) is not None:
        raise UserError(
            _("Chỉ ghi đổi chỗ được khi đứng ở cửa nhà kia, có bật định vị; hãy lắp từng biển ở cửa của nó."),
            code="not_there",
        )
    if away_fix is not None and doubt_about(away_m, away_fix.accuracy_m) is not None:
        away_fix = away_m = None  # it was hung somewhere else meanwhile
    said = _("đổi chỗ với biển %(token)s") if away_fix else _("đổi chỗ với biển %(token)s; cửa này chưa đo vị trí")
    with_here, with_away = codes.format_token(here.token), codes.format_token(away.token)
    installing.hang(here, here_fix, here_m, photo=photo, reason=_("đổi chỗ với biển %(token)s") % {"token": with_away})
    installing.hang(away, away_fix, away_m, photo=None, reason=said % {"token": with_here})
    installing.replace_older(here, but=away)
    installing.replace_older(away, but=here)
    return plate, others


def mixed_up_with(plate: Plate) -> Plate | None:
    """Return the plate of a neighbour that hangs where this one should, while this one hangs where that one should.

    One phone errs alike at two doors, so the two places tell them apart where one alone does not: crossed over, both
    plates would hang clearly nearer to their houses.
    """
    if plate.state != PlateState.INSTALLED or plate.installed_location is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_MIXED_UP, {"token": plate.pk, "reach": _NEIGHBOURS_WITHIN * 1.1})
        row = cursor.fetchone()
    return Plate.objects.select_related("house__commune", "house__village").get(pk=row[0]) if row else None


def may_be_swapped(plate: Plate, nearest: Nearest | None, fix: Fix | None) -> bool:
    """Whether the phone stands at a neighbour's door whose plate may hang at this plate's house instead."""
    return (
        nearest is not None
        and fix is not None
        and nearest.plate is not None
        and nearest.house.pk != plate.house_id
        and nearest.metres <= DOOR_M + fix.accuracy_m
        and nearest.plate.state in _MAY_BE_MIXED_UP
    )


def _point_of(plate: Plate) -> Fix:
    """The place of a plate's house."""
    return Fix(lat=plate.house.location.y, lng=plate.house.location.x, accuracy_m=0)


def _place_of(plate: Plate) -> Fix | None:
    """Where the phone was when a plate that hangs was hung."""
    place = plate.installed_location
    if plate.state != PlateState.INSTALLED or place is None:
        return None
    return Fix(lat=place.y, lng=place.x, accuracy_m=plate.installed_accuracy or 0)
