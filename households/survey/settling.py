"""Two values of one field: what the officer sees of them, which of them holds, and when the question is over itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import SurveyConflict, SurveyDevice, SurveySensitive, SurveyVisit
from households.survey.flags import joined, lasting
from households.survey.merging import is_same
from households.survey.reviewing import write_down
from households.survey.rules import rules
from households.survey.running import RUNS
from mapping import access
from mapping.errors import Conflict

POSITION: Final = "position"
"""The field under which the place of a visit is merged."""
_OFFICER: Final = "officer"


def field_version(visit: SurveyVisit, field: str) -> int:
    """The version of the visit in which a field was last changed; 0 of one that never was."""
    touch = visit.field_versions.get(field)
    return int(touch[0]) if touch else 0


def values_of(visit: SurveyVisit, conflict: SurveyConflict, kept: SurveySensitive | None) -> tuple[Any, Any]:
    """What the visit holds now, and what was sent against it; None of a sensitive field without `kept`."""
    if is_sensitive(visit, conflict.field):
        clash = kept.clashes.get(str(conflict.operation_id), {}).get(conflict.field) if kept else None
        return (kept.answers.get(conflict.field) if kept else None, clash[1] if clash else None)
    held = (visit.position or None) if conflict.field == POSITION else visit.answers.get(conflict.field)
    return held, conflict.sent


def is_sensitive(visit: SurveyVisit, field: str) -> bool:
    """Whether a field's values stand behind the wall of their own."""
    question = rules(visit.round.rules_version).question_of(field)
    return question is not None and question.is_sensitive


@transaction.atomic
def settle(*, user: Any, conflict: SurveyConflict, takes_sent: bool, seen: int) -> SurveyVisit:
    """Write the value that holds from now on; phones learn it with their next changes.

    `seen` is `field_version` as the officer saw it. Raises Conflict where the question is over, or the value that was
    shown as held is not held any more. Other conflicts of the field stay open, but for those that sent the same.
    """
    visit = SurveyVisit.objects.select_for_update(of=("self",)).get(pk=conflict.visit_id)
    access.require(user, RUNS, visit.commune)
    fresh = SurveyConflict.objects.select_for_update(of=("self",)).get(pk=conflict.pk)
    if fresh.settled_at is not None:
        raise Conflict(_("Mục này đã được chọn hoặc sửa rồi. Hãy tải lại trang."), code="settled")
    field, kept = fresh.field, None
    if is_sensitive(visit, field):
        access.require(user, access.Capability.SEE_SENSITIVE, visit.commune)
        kept = SurveySensitive.objects.select_for_update(of=("self",)).filter(visit=visit).first()
        if kept is None or field not in kept.clashes.get(str(fresh.operation_id), {}):
            raise Conflict(_("Nội dung của mục này không còn được giữ. Hãy tải lại trang."), code="settled")
    if field_version(visit, field) != seen:
        raise Conflict(
            _("Nội dung đang ghi đã đổi sau khi bạn mở trang. Hãy xem lại bên dưới rồi chọn."), code="version"
        )
    held, sent = values_of(visit, fresh, kept)
    chosen = sent if takes_sent else held
    _write(visit, kept, field, chosen)
    if takes_sent and fresh.flags is not None:  # those of the place that was held go with it
        visit.flags = joined(fresh.flags, lasting(visit.flags))
    visit.version += 1
    visit.field_versions[field] = [visit.version, _OFFICER]
    visit.save()
    same = [one for one in _open(visit, [field]) if is_same(values_of(visit, one, kept)[1], chosen)]
    _over([fresh, *same], user)
    write_down("survey.settle", visit, field=field, chose="sent" if takes_sent else "held")
    return visit


def close_answered(visit: SurveyVisit, device: SurveyDevice, fields: Iterable[str]) -> None:
    """Close what a phone's new values of `fields` answer, before conflicts of its own are kept.

    Its older value of a field is replaced by what it says now; and where it now says what somebody else had sent, the
    two agree.
    """
    found = _open(visit, fields)
    kept = None
    if any(is_sensitive(visit, one.field) for one in found):
        kept = SurveySensitive.objects.filter(visit=visit).first()
    _over([one for one in found if one.operation.device_id == device.pk or is_same(*values_of(visit, one, kept))], None)


def _open(visit: SurveyVisit, fields: Iterable[str]) -> list[SurveyConflict]:
    waiting = visit.conflicts.filter(settled_at__isnull=True, field__in=list(fields))
    return list(waiting.select_related("operation").order_by("pk"))


def _over(conflicts: Iterable[SurveyConflict], user: Any) -> None:
    SurveyConflict.objects.filter(pk__in=[one.pk for one in conflicts]).update(
        settled_by=user, settled_at=timezone.now()
    )


def _write(visit: SurveyVisit, kept: SurveySensitive | None, field: str, value: Any) -> None:
    if kept is None and field == POSITION:
        visit.position = value or {}
        visit.location = Point(value["lng"], value["lat"], srid=4326) if value else None
        return
    answers = visit.answers if kept is None else kept.answers
    if value is None:
        answers.pop(field, None)
    else:
        answers[field] = value
    if kept is not None:
        kept.save(update_fields=["answers"])
