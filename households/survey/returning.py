"""Whom a return reaches: who sent something for the visit while they may still send, and who walks there today."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import House, HouseState, SurveyAssignment, SurveyVisit
from households.survey.running import LATE, last_day_of_sending, later
from mapping import access
from mapping.access import Capability


def silence(visit: SurveyVisit) -> str:
    """Return why a return of the visit would reach no phone, with the way out; "" where it reaches one.

    As phones are told of visits: by `pack.changed` while the village is walked, by `pack.late` after the last day.
    """
    today, in_round = timezone.localdate(), visit.round
    if in_round.closed_at is not None or today > last_day_of_sending(in_round):
        return _(
            "Lời nhắn trả lại không đến máy nào: đợt này đã đóng. Muốn trả lại để sửa, hãy dời ngày cuối ở trang của "
            "đợt trước."
        )
    given = SurveyAssignment.objects.filter(round=in_round, village=visit.village_id, ended_at=None)
    if any(_hears(one, visit) for one in given.select_related("surveyor")):
        return ""
    if today > in_round.ends_on:
        return _(
            "Lời nhắn trả lại không đến máy nào: đợt đã hết ngày %(day)s, và không ai gửi kết quả này còn gửi được. "
            "Muốn trả lại để sửa, hãy dời ngày cuối và giao lại %(village)s ở trang của đợt trước."
        ) % {"day": f"{in_round.ends_on:%d/%m/%Y}", "village": visit.village.full_name}
    return _(
        "Lời nhắn trả lại không đến máy nào: không còn ai được giao nơi này. Muốn trả lại để sửa, hãy giao lại "
        "%(village)s ở trang của đợt trước."
    ) % {"village": visit.village.full_name}


def _hears(one: SurveyAssignment, visit: SurveyVisit) -> bool:
    today = timezone.localdate()
    if one.ends_on is not None and today > later(one.ends_on, LATE):
        return False
    if not access.may(one.surveyor, Capability.SURVEY, visit.village):
        return False
    if one.surveyor_id == visit.surveyor_id or visit.operations.filter(user=one.surveyor).exists():
        return True
    is_walked = visit.round.starts_on <= today <= min(one.ends_on or visit.round.ends_on, visit.round.ends_on)
    return is_walked and _lies_in(one, visit)


def _lies_in(one: SurveyAssignment, visit: SurveyVisit) -> bool:
    """Whether the house is among those that come down with an assignment."""
    if one.area is None:
        return True
    standing = House.objects.filter(pk=visit.house_id, state=HouseState.ACTIVE)
    if standing.filter(location__intersects=one.area).exists():
        return True
    return visit.is_new_house and visit.location is not None and bool(one.area.intersects(visit.location))
