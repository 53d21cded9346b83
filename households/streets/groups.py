"""House groups: areas along a street whose houses are numbered together under a letter."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.validation import explain_validity

from households.models import HouseGroup, Street
from households.streets.acting import begin, bump
from households.streets.hanging import one_at_a_time, remember
from mapping import access, changes
from mapping.access import Capability
from mapping.crs import WGS84
from mapping.errors import Conflict, UserError
from mapping.models import ChangeSet, Unit
from mapping.text import nfc

GROUPS = HouseGroup._meta.db_table
LETTERS: Final = "ABCDĐEGHIKLMNOPQRSTUVXY"
"""Of the Vietnamese alphabet, without those that differ by a mark."""
MOST_POINTS: Final = 1_000
_PLACE: Final = re.compile(r"\[([-0-9.e]+) ([-0-9.e]+)\]")
_OUTSIDE_SHARE = 0.2


@transaction.atomic
def add(
    *, user: Any, commune: Unit, street: Street, letter: str, coordinates: Any, group_id: uuid.UUID | None = None
) -> tuple[HouseGroup, ChangeSet]:
    """Add a group along a street; `coordinates` as a GeoJSON Polygon has them. Without a letter numbering gives one."""
    access.require(user, Capability.NUMBER, commune)
    one_at_a_time(commune)
    made = HouseGroup.objects.filter(pk=group_id).first() if group_id else None
    if made is not None:
        changeset = ChangeSet.objects.filter(
            changes__row_id=made.pk, changes__before__isnull=True, kind="house_group.add", undone_at=None
        ).first()
        if made.commune_id != commune.pk or changeset is None:
            raise UserError(
                _("Mã của nhóm nhà gửi lên đã dùng cho nhóm khác. Hãy tải lại trang rồi vẽ lại."), code="id"
            )
        return made, changeset
    group = HouseGroup(commune=commune)
    if group_id is not None:
        group.id = group_id
    _describe(group, street, letter)
    _lay(group, coordinates)
    group.save(force_insert=True)
    changeset = begin(kind="house_group.add", street=group, subject=_subject_of(group), user=user)
    changes.added(changeset, GROUPS, [group.pk])
    return group, changeset


@transaction.atomic
def edit(
    *, user: Any, group: HouseGroup, version: int, street: Street, letter: str, coordinates: Any = None
) -> tuple[HouseGroup, ChangeSet]:
    """Change street, letter, and the area where coordinates are given."""
    group = _locked(user, group, version)
    changeset = begin(kind="house_group.edit", street=group, subject=_subject_of(group), user=user)
    remember(changeset, GROUPS, [group.pk])
    _describe(group, street, letter)
    if coordinates is not None:
        _lay(group, coordinates)
    bump(group, "street", "letter", "letter_by_hand", "area", "village")
    changes.seal(changeset)
    return group, changeset


@transaction.atomic
def remove(*, user: Any, group: HouseGroup, version: int) -> ChangeSet:
    """Remove a group; the numbers of its houses stay."""
    group = _locked(user, group, version)
    changeset = begin(kind="house_group.remove", street=group, subject=_subject_of(group), user=user)
    remember(changeset, GROUPS, [group.pk])
    group.delete()
    changes.seal(changeset)
    return changeset


def _locked(user: Any, group: HouseGroup, version: int) -> HouseGroup:
    access.require(user, Capability.NUMBER, group.commune)
    one_at_a_time(group.commune)
    groups = HouseGroup.objects.select_for_update(of=("self",)).select_related("commune", "village", "street")
    fresh = groups.filter(pk=group.pk).first()
    if fresh is None or fresh.version != version:
        raise Conflict(
            _("Nhóm nhà này đã được người khác sửa sau khi bạn mở trang. Hãy tải lại trang rồi sửa tiếp."),
            code="version",
        )
    return fresh


def _describe(group: HouseGroup, street: Street, letter: str) -> None:
    if street.commune_id != group.commune_id:
        raise UserError(
            _("%(street)s thuộc %(commune)s. Hãy chọn một đường trong cùng xã.")
            % {"street": street.full_name, "commune": street.commune},
            code="street_commune",
        )
    letter = nfc(letter).strip().upper()
    if letter and (len(letter) > 1 or letter not in LETTERS):
        raise UserError(
            _("“%(letter)s” không phải chữ của nhóm nhà. Hãy dùng một chữ: bên trái A, C, Đ, G …; bên phải B, D, E …")
            % {"letter": letter[:20]},
            code="letter",
        )
    taken = HouseGroup.objects.filter(street=street, letter=letter).exclude(pk=group.pk)
    if letter and taken.exists():
        raise UserError(
            _("%(street)s đã có nhóm nhà %(letter)s. Hãy chọn chữ khác.")
            % {"street": street.full_name, "letter": letter},
            code="letter_taken",
        )
    group.letter_by_hand = bool(letter) and (group.letter_by_hand or letter != group.letter)
    group.street, group.letter = street, letter


def _lay(group: HouseGroup, coordinates: Any) -> None:
    area = _polygon(coordinates)
    outline = shapely.from_wkb(bytes(group.commune.outline.wkb)) if group.commune.outline else None
    if outline is not None:
        outside = area.difference(outline)
        if outside.area > _OUTSIDE_SHARE * area.area:
            raise UserError(
                _("Phạm vi nhóm nhà nằm ngoài ranh giới xã. Hãy vẽ trong xã."),
                code="area_outside",
                place=_place(outside.representative_point()),
            )
    stored = GEOSGeometry(area.wkb_hex, srid=WGS84)
    others = HouseGroup.objects.filter(commune=group.commune_id, area__intersects=stored).exclude(pk=group.pk)
    for other in others:
        shared = area.intersection(shapely.from_wkb(bytes(other.area.wkb)))
        if shared.area > 0.01 * area.area:
            raise UserError(
                _("Phạm vi này chồng lên %(group)s của %(street)s. Một nhà chỉ thuộc một nhóm; hãy vẽ cho khỏi chồng.")
                % {"group": other, "street": other.street.full_name},
                code="area_overlaps",
                place=_place(shared.representative_point()),
            )
    group.area = stored
    villages = Unit.objects.current().villages().filter(parent=group.commune_id)
    group.village = villages.filter(outline__contains=stored.point_on_surface).order_by("code").first()


def _polygon(coordinates: Any) -> shapely.Polygon:
    """Return the polygon of GeoJSON coordinates in degrees; raises UserError with the place of what is wrong."""
    try:
        rings = [[(float(point[0]), float(point[1])) for point in ring] for ring in coordinates]
        area = shapely.Polygon(rings[0], rings[1:])
    except (TypeError, ValueError, IndexError, KeyError, OverflowError, shapely.errors.GEOSException):
        rings, area = [], shapely.Polygon()
    points = [point for ring in rings for point in ring]
    if area.is_empty or not all(abs(x) <= 180 and abs(y) <= 90 for x, y in points):
        raise UserError(
            _("Phạm vi nhóm nhà phải là một vùng khép kín có ít nhất ba góc, mỗi góc là kinh độ rồi vĩ độ."),
            code="area_numbers",
        )
    if len(points) > MOST_POINTS:
        raise UserError(
            _("Phạm vi có %(count)d góc, nhiều nhất là %(most)d.") % {"count": len(points), "most": MOST_POINTS},
            code="area_points",
        )
    if not area.is_valid:
        found = _PLACE.search(explain_validity(area))
        place = (float(found[1]), float(found[2])) if found else None
        raise UserError(
            _("Đường bao của nhóm nhà tự cắt nó ở chỗ đã đánh dấu. Hãy vẽ lại để các cạnh không cắt nhau."),
            code="area_crosses",
            place=place,
        )
    if area.area == 0:
        raise UserError(_("Phạm vi nhóm nhà không có diện tích. Hãy vẽ một vùng quanh các nhà."), code="area_flat")
    return area


def _place(point: shapely.Point) -> tuple[float, float]:
    return round(point.x, 7), round(point.y, 7)


def _subject_of(group: HouseGroup) -> str:
    return " · ".join((str(group), group.street.full_name))
