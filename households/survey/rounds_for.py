"""Where a person may walk in a round: the one question that everything a phone asks for comes down to."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import SurveyAssignment, SurveyRound
from households.survey import refusals
from households.survey.running import LATE, last_day_of_sending, later
from mapping import access
from mapping.access import Capability
from mapping.models import Unit


@dataclass(frozen=True, slots=True)
class Walk:
    """A person's village in a round, with the rights checked."""

    round: SurveyRound
    commune: Unit
    village: Unit
    assignment: SurveyAssignment
    sees_sensitive: bool
    has_left: bool = False
    """Of a house that has left the village of the assignment (`following.py`): nothing of it is told any more."""

    @property
    def last_day(self) -> datetime.date:
        """The assignment's own last day, or the round's."""
        own = self.assignment.ends_on
        return self.round.ends_on if own is None else min(own, self.round.ends_on)

    @property
    def sentence_of_end(self) -> str:
        """Said to who may still send after the last day, and takes nothing along any more."""
        return _(
            "%(village)s đã hết ngày điều tra (%(last)s). Máy còn gửi được đến hết ngày %(until)s, kể cả phiếu được "
            "trả lại để sửa."
        ) % {
            "village": self.village.full_name,
            "last": f"{self.last_day:%d/%m/%Y}",
            "until": f"{later(self.last_day, LATE):%d/%m/%Y}",
        }

    @property
    def over_at(self) -> datetime.datetime:
        """The midnight after the last day."""
        after = later(self.last_day, datetime.timedelta(days=1))
        return timezone.make_aware(datetime.datetime.combine(after, datetime.time()))


def walk_of(user: Any, round_id: uuid.UUID, village_code: str) -> Walk:
    """Return where `user` walks. Raises Http404 for what was never theirs, NotAllowed for what ended or was closed.

    What comes after the last day, be it the round's or the assignment's own, is still taken for `running.LATE`, unless
    an officer closes the round: a phone may have been without signal for days. Only the server's clock counts.
    """
    assignments = SurveyAssignment.objects.filter(round=round_id, surveyor=user, village__code=village_code)
    assignment = (
        assignments.select_related("round__commune", "village__parent")
        .defer(*(f"{unit}__outline" for unit in ("round__commune", "village", "village__parent")))
        .order_by(F("ended_at").desc(nulls_first=True))
        .first()
    )
    if assignment is None:
        raise Http404
    village, found = assignment.village, assignment.round
    today = timezone.localdate()
    if found.closed_at is not None or today > last_day_of_sending(found):
        raise refusals.round_closed(found.name)
    if today < found.starts_on:
        raise refusals.round_not_begun(found.name, found.starts_on)
    # A right that ended takes the assignment along, whatever the list of assignments still says.
    is_over = assignment.ends_on is not None and today > later(assignment.ends_on, LATE)
    if is_over or assignment.ended_at is not None or not access.may(user, Capability.SURVEY, village):
        raise refusals.assignment_ended(village.full_name)
    sees_sensitive = access.may(user, Capability.SEE_SENSITIVE, village)
    return Walk(found, found.commune, village, assignment, sees_sensitive)


def villages_of(user: Any, round_id: uuid.UUID) -> list[str]:
    """Return the codes of the villages that `user` walks in a round now."""
    assignments = SurveyAssignment.objects.filter(round=round_id, surveyor=user, ended_at=None)
    return list(assignments.order_by("village__code").values_list("village__code", flat=True))
