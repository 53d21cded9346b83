"""Which villages somebody walks in the rounds that are open, and whether they still do."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import SurveyAssignment
from households.survey import refusals
from mapping import access
from mapping.access import Capability
from mapping.errors import NotAllowed


def assignments_of(user: Any) -> QuerySet[SurveyAssignment]:
    """Return the assignments of a person that hold today, where they still have the right to survey."""
    today = timezone.localdate()
    scope = access.scope_of(user, Capability.SURVEY)
    if not scope:
        return SurveyAssignment.objects.none()
    mine = SurveyAssignment.objects.filter(
        scope.units("village__"),
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        surveyor=user,
        ended_at__isnull=True,
        round__closed_at__isnull=True,
        round__starts_on__lte=today,
        round__ends_on__gte=today,
    )
    return mine.select_related("round__commune", "village").order_by("round__starts_on", "round", "village__code")


def assignment_or_refusal(user: Any, round_id: uuid.UUID, village_code: str) -> SurveyAssignment:
    """Return a person's assignment to a village in a round.

    Raises NotAllowed with `round_closed` or `assignment_ended` where there was one, Http404 where there never was.
    """
    found = assignments_of(user).filter(round=round_id, village__code=village_code).first()
    if found is not None:
        return found
    once = (
        SurveyAssignment.objects.filter(round=round_id, surveyor=user, village__code=village_code)
        .select_related("round", "village")
        .order_by("-created_at")
        .first()
    )
    if once is None:
        raise Http404
    today = timezone.localdate()
    if once.round.closed_at is not None or not once.round.starts_on <= today <= once.round.ends_on:
        raise NotAllowed(
            _("Đợt “%(round)s” không mở hôm nay (từ %(first)s đến %(last)s). Hãy hỏi cán bộ xã.")
            % {
                "round": once.round,
                "first": f"{once.round.starts_on:%d/%m/%Y}",
                "last": f"{once.round.ends_on:%d/%m/%Y}",
            },
            code="round_closed",
        )
    raise refusals.assignment_ended(once.village.full_name)
