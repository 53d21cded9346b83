"""What an official does to a street at the desk: draw it, write about it, draw it anew, turn it round, remove it.

Each act is one transaction with a change set; `cutting.py` has the two that make two streets of one and one of two.
Lines come as points (longitude, latitude). Raised are Conflict when the street has moved on since it was seen,
UserError with a place on the map, and NotAllowed.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely import LineString

from households import doubled_numbers
from households.models import Frontage, Street, StreetDirection, StreetKind
from households.proposals.turns import take_turn
from households.streets import naming, shape
from households.streets.acting import Done, begin, bump, locked, subject_of
from households.streets.ground import Ground
from households.streets.hanging import (
    STREETS,
    front_anew,
    one_at_a_time,
    rehang,
    remember,
    runs_against,
    write_frontages,
)
from households.streets.reading import houses_along
from households.streets.requirements import require_free, require_parent
from mapping import access, changes
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import ChangeSet, Unit

AS_IT_IS: Final = object()
"""Of a parent: neither chosen nor to be found, but left."""


@transaction.atomic
def add(
    *,
    user: Any,
    commune: Unit,
    kind: str,
    name: str,
    coordinates: Sequence[Any],
    width_class: int = 0,
    direction: str = StreetDirection.AUTO,
    parent: Street | None = None,
    street_id: uuid.UUID | None = None,
    anyway: bool = False,
) -> Done:
    """Add a street; its village, and its parent unless one is given, are found from the line.

    `street_id` is made by whoever draws: sent a second time, it answers with the street that it made.
    """
    access.require(user, Capability.NUMBER, commune)
    one_at_a_time(commune)
    made = _made_before(street_id, commune)
    if made is not None:
        return made
    ground = Ground(commune)
    street = Street(
        commune=commune,
        kind=kind,
        name=naming.clean_name(kind, name),
        width_class=width_class,
        direction=direction,
        parent=parent,
        parent_by_hand=parent is not None,
    )
    if street_id is not None:
        street.id = street_id
    line = _lay(street, _snapped(ground.drawn(coordinates), ground, street), ground)
    naming.require_name(street)
    require_parent(street, parent)
    if not anyway:
        naming.require_no_namesake(street)
    street.save(force_insert=True)
    changeset = begin(kind="street.add", street=street, subject=subject_of(street), user=user)
    changes.added(changeset, STREETS, [street.pk])
    moved, notes = rehang(
        commune=commune, ground=ground, changeset=changeset, lines=[line], of=[street.pk], new=street.pk
    )
    changes.seal(changeset)
    street.refresh_from_db(fields=["parent", "version"])
    return Done(street, changeset, also=moved, notes=notes)


@transaction.atomic
def edit(
    *,
    user: Any,
    street: Street,
    version: int,
    kind: str,
    name: str,
    width_class: int,
    direction: str,
    parent: Street | object | None = AS_IT_IS,
    anyway: bool = False,
    note: str | None = None,
) -> Done:
    """Change what is written about a street. A new name is written on the houses that bear the old one.

    Refused where a decided number would stand twice under the new name, or where the new parent counts.
    """
    take_turn(street.commune_id)
    street = locked(user=user, street=street, version=version)
    before = copy.copy(street)
    ground = Ground(street.commune)
    street.kind, street.name = kind, naming.clean_name(kind, name)
    street.width_class, street.direction = width_class, direction
    street.note = street.note if note is None else note
    if not StreetKind(street.kind).is_alley:
        if isinstance(parent, Street) and parent.pk != before.parent_id:
            require_parent(street, parent)
        street.parent, parent = None, None
    if isinstance(parent, Street):
        require_parent(street, parent)
        if parent.pk != before.parent_id:
            street.parent, street.parent_by_hand = parent, True
    elif parent is None:
        street.parent_by_hand = False
    naming.require_name(street)
    is_renamed = (before.kind, before.name) != (street.kind, street.name)
    if is_renamed and not anyway:
        naming.require_no_namesake(street)
    changeset = begin(kind="street.edit", street=street, subject=subject_of(street), user=user)
    remember(changeset, STREETS, [street.pk])
    counts_elsewhere = is_renamed or (not street.name and street.parent_id != before.parent_id)
    houses = list(houses_along(before).values_list("pk", flat=True)) if counts_elsewhere else []
    with doubled_numbers.none_by(_would_double(is_renamed=is_renamed), street.commune_id, houses):
        notes = _renamed(before, street, changeset) if is_renamed else []
        bump(street, "kind", "name", "width_class", "direction", "note", "parent", "parent_by_hand")
        moved, more = rehang(
            commune=street.commune, ground=ground, changeset=changeset, lines=[ground.line(street.line)], of=[street.pk]
        )
    changes.seal(changeset)
    street.refresh_from_db(fields=["parent", "version"])
    return Done(street, changeset, also=moved, notes=[*notes, *more])


@transaction.atomic
def redraw(*, user: Any, street: Street, version: int, coordinates: Sequence[Any]) -> Done:
    """Give a street another line; where its houses front on it is measured anew, their numbers stay."""
    street = locked(user=user, street=street, version=version)
    ground = Ground(street.commune)
    before = ground.line(street.line)
    frontages = list(_frontages(street))
    against = runs_against(before, frontages, ground)
    changeset = begin(kind="street.redraw", street=street, subject=subject_of(street), user=user)
    remember(changeset, STREETS, [street.pk])
    line = _lay(street, _snapped(ground.drawn(coordinates), ground, street), ground)
    bump(street, "line", "village")
    write_frontages(front_anew(frontages, street, line, against=against, ground=ground), changeset)
    moved, notes = rehang(
        commune=street.commune, ground=ground, changeset=changeset, lines=[before, line], of=[street.pk]
    )
    changes.seal(changeset)
    street.refresh_from_db(fields=["parent", "version"])
    return Done(street, changeset, also=moved, notes=notes)


@transaction.atomic
def reverse(*, user: Any, street: Street, version: int) -> Done:
    """Turn a street round: the line runs the other way, and numbers to come rise along it as drawn.

    Numbers in force stay until a decision changes them. One that is numbered from a centre outward stays so.
    """
    street = locked(user=user, street=street, version=version)
    ground = Ground(street.commune)
    changeset = begin(kind="street.reverse", street=street, subject=subject_of(street), user=user)
    remember(changeset, STREETS, [street.pk])
    street.line = ground.stored(shape.reversed_line(ground.line(street.line)))
    if street.direction == StreetDirection.OUTWARD:
        notes = [_("Số nhà vẫn tăng từ trung tâm ra ngoài; muốn khác thì sửa chiều đánh số của đường.")]
    else:
        street.direction = StreetDirection.AS_DRAWN
        notes = [_("Lần đánh số sau, số nhà tăng theo chiều mũi tên. Số đang dùng giữ nguyên.")]
    bump(street, "line", "direction")
    changes.seal(changeset)
    return Done(street, changeset, notes=notes)


@transaction.atomic
def remove(*, user: Any, street: Street, version: int) -> Done:
    """Remove a street on which nothing depends: no alley, no house group, no number by decision, no open proposal."""
    street = locked(user=user, street=street, version=version)
    require_free(street)
    changeset = begin(kind="street.remove", street=street, subject=subject_of(street), user=user)
    frontages = list(_frontages(street))
    remember(changeset, Frontage._meta.db_table, [frontage.pk for frontage in frontages])
    remember(changeset, STREETS, [street.pk])
    Frontage.objects.filter(pk__in=[frontage.pk for frontage in frontages]).delete()
    notes = []
    if frontages:
        notes = [_("%(count)d nhà không còn gắn với đường nào; số nhà giữ nguyên.") % {"count": len(frontages)}]
    pk = street.pk
    street.delete()
    street.pk = pk
    changes.seal(changeset)
    return Done(street, changeset, removed=[pk], notes=notes)


# --- What the acts share ---------------------------------------------------------------------------


def _lay(street: Street, line: LineString, ground: Ground) -> LineString:
    """Give the street a line in metres, when a street may have it, and the village it lies in."""
    ground.require_sound(line)
    street.line = ground.stored(line)
    street.village = village_of(street)
    return line


def village_of(street: Street) -> Unit | None:
    """Return the village that holds nearly all of the street's line, None where it runs through several."""
    villages = list(Unit.objects.current().villages().filter(parent=street.commune_id, outline__intersects=street.line))
    lines = np.array([shapely.from_wkb(bytes(street.line.wkb))], dtype=object)
    (found,) = shape.lying_in(lines, shapely.from_wkb([bytes(village.outline.wkb) for village in villages]))
    return villages[found] if found >= 0 else None


def _snapped(line: LineString, ground: Ground, street: Street) -> LineString:
    """Put the line's ends onto the streets they nearly touch."""
    near = Street.objects.filter(commune=ground.commune, line__dwithin=(ground.stored(line), 0.0001))
    others = [other.line for other in near.exclude(pk=street.pk).only("line")]
    return shape.snapped(line, ground.lines(others)) if others else line


def _would_double(*, is_renamed: bool) -> str:
    if is_renamed:
        return _(
            "Không đổi tên được, vì hai nhà sẽ mang cùng một số, trong đó có số theo quyết định: %(named)s. Hãy đặt "
            "tên khác, hoặc đổi số của một nhà trước."
        )
    return _(
        "Không nối ngõ sang đường này được, vì hai nhà sẽ mang cùng một số, trong đó có số theo quyết định: %(named)s. "
        "Hãy đổi số của một nhà trước."
    )


def _renamed(before: Street, street: Street, changeset: ChangeSet) -> list[str]:
    if before.name and street.name:
        return naming.rename_houses(before, street.full_name, changeset)
    bearing = naming.houses_named(before).count() if before.name else _frontages(street).count()
    if before.name and bearing:
        raise Conflict(
            _("%(count)d nhà đang ghi %(street)s, nên chưa bỏ tên được. Hãy đặt tên khác.")
            % {"count": bearing, "street": before.full_name},
            code="name_in_use",
        )
    if bearing:
        return [_("Nhà trong ngõ vẫn mang địa chỉ cũ. Hãy lập phương án đánh số để đổi theo tên mới.")]
    return []


def _frontages(street: Street) -> Any:
    return Frontage.objects.filter(street=street).select_related("house")


def _made_before(street_id: uuid.UUID | None, commune: Unit) -> Done | None:
    street = Street.objects.filter(pk=street_id).first() if street_id else None
    if street is None:
        return None
    changeset = ChangeSet.objects.filter(
        changes__row_id=street.pk, changes__before__isnull=True, kind="street.add", undone_at=None
    ).first()
    if street.commune_id != commune.pk or changeset is None:
        raise UserError(_("Mã của đường gửi lên đã dùng cho đường khác. Hãy tải lại trang rồi vẽ lại."), code="id")
    return Done(street, changeset)
