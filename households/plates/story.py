"""What happened to a plate, by whom and when, read from its history: the latest first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from households.auditing.lines import who_did
from households.models import BatchPlate, Plate, PlateEvent, PlateState
from mapping.history import of_row


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: `what`, and what was written down with it."""

    at: datetime.datetime
    who: str
    what: str
    more: str = ""


def story_of(plate: Plate) -> list[Step]:
    """Return the steps, the latest first; three queries.

    An event holds the row as it was before, so each step is told by what stands in the next event, or now.
    """
    events = list(of_row(PlateEvent, plate.pk).order_by("pgh_created_at", "pgh_id"))
    changes = [event for event in events if event.pgh_label == "update"]
    afterwards = [*changes[1:], plate] if changes else []
    steps = [_step(event, after) for event, after in zip(changes, afterwards, strict=True)]
    batches = BatchPlate.objects.filter(plate=plate).select_related("batch__created_by").order_by("batch__created_at")
    printed = [
        Step(
            at=place.batch.printed_at or place.batch.created_at,
            who=str(place.batch.created_by or ""),
            what=_("bản in thử") if place.batch.is_proof else _("in"),
            more=_("lô %(batch)d, biển thứ %(serial)d") % {"batch": place.batch.number, "serial": place.serial},
        )
        for place in batches
    ]
    made = Step(plate.created_at, str(plate.created_by or ""), _("cấp mã"))
    told = [made, *printed, *(step for step in steps if step is not None)]
    return sorted(told, key=lambda step: step.at, reverse=True)


def _step(before: Any, after: Any) -> Step | None:
    """What an update did to the row as `before` has it, as far as a person would want to know; None for the rest."""
    what, more = "", []
    if after.house_id != before.house_id:
        more.append(_("nay là biển của nhà bên"))
    if after.installed_at != before.installed_at:
        what = _("lắp")
        if after.installed_distance is not None:
            more.append(
                _("cách nhà %(distance)d m, sai số %(accuracy)d m")
                % {"distance": round(after.installed_distance), "accuracy": round(after.installed_accuracy or 0)}
            )
        more.append(after.installed_reason or "")
    elif after.state != before.state:
        what = _acts().get(after.state, PlateState(after.state).label)
        if after.state == PlateState.ISSUED:
            more.append(after.issued_to or "")
    elif after.inspected_at != before.inspected_at:
        what = _("kiểm tra tại chỗ")
    elif after.issued_to != before.issued_to:
        what, more = _acts()[PlateState.ISSUED], [after.issued_to or ""]
    else:
        return None
    if after.note and after.note != before.note:
        more.append(after.note)
    name = str((before.pgh_context or {}).get("name", ""))
    return Step(before.pgh_created_at, who_did(name), str(what), "; ".join(part for part in more if part))


def _acts() -> dict[str, str]:
    """How a plate came into a state, as a person says it."""
    return {
        PlateState.PRINTED: _("in để lắp"),
        PlateState.IN_STOCK: _("nhập kho"),
        PlateState.ISSUED: _("giao người lắp"),
        PlateState.INSTALLED: _("tìm thấy, vẫn treo"),
        PlateState.DAMAGED: _("báo hỏng"),
        PlateState.LOST: _("báo mất"),
        PlateState.STOLEN: _("báo bị lấy cắp"),
        PlateState.SUPERSEDED: _("có bản mới"),
        PlateState.REPLACED: _("được thay bằng biển khác"),
        PlateState.REVOKED: _("thu hồi"),
    }
