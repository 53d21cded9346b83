"""Run rounds: begin one, move its last day, close it. For officers of the commune; `assigning.py` gives them out."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import SurveyRound
from households.survey import rules
from mapping import access, audit, wall
from mapping.access import ROLE_TABLE, Capability
from mapping.accounts.people import current_grants
from mapping.errors import Conflict, UserError
from mapping.models import Unit, User

RUNS: Final = Capability.MANAGE_ACCOUNTS
"""Who sends people to villages: whoever lets them in."""
LATE: Final = datetime.timedelta(days=14)
"""After its last day a round still takes what phones without signal could not send; then it closes by itself."""
_FARTHEST: Final = datetime.timedelta(days=5 * 365)
"""Nobody plans a survey farther ahead, or enters one that began longer ago: such a day is a slip of the hand."""
SURVEYING: Final = [role.value for role, rights in ROLE_TABLE.items() if Capability.SURVEY in rights]
"""Roles with the right to survey, by their keys."""


def round_or_404(user: Any, round_id: uuid.UUID) -> SurveyRound:
    """Return a round of a commune whose surveys the person runs; foreign 404, without the right 403."""
    found = SurveyRound.objects.select_related("commune").filter(pk=round_id).first()
    if found is None:
        raise Http404
    access.require(user, RUNS, found.commune)
    return found


@transaction.atomic
def begin(*, user: Any, commune: Unit, name: str, starts_on: datetime.date, ends_on: datetime.date) -> SurveyRound:
    """Begin a round with the latest questions. Raises UserError for days that cannot be, or a name that is taken."""
    access.require(user, RUNS, commune)
    _require_near(starts_on, "starts_on")
    _require_near(ends_on, "ends_on")
    if ends_on < starts_on:
        raise UserError(
            _("Ngày cuối %(last)s trước ngày đầu %(first)s. Hãy chọn ngày cuối sau ngày đầu.")
            % {"last": f"{ends_on:%d/%m/%Y}", "first": f"{starts_on:%d/%m/%Y}"},
            code="ends_on",
        )
    try:
        with transaction.atomic():
            made = SurveyRound.objects.create(
                commune=commune, name=name, starts_on=starts_on, ends_on=ends_on, rules_version=rules.LATEST,
                created_by=user,
            )  # fmt: skip
    except IntegrityError:
        raise UserError(
            _("Xã đã có đợt “%(name)s”. Hãy đặt tên khác, ví dụ thêm tháng và năm.") % {"name": name}, code="name"
        ) from None
    _record("survey.round", made, did="begin")
    return made


@transaction.atomic
def close(*, user: Any, survey_round: SurveyRound) -> None:
    """Take nothing more in a round; what waits for review still can be reviewed. Again it changes nothing."""
    access.require(user, RUNS, survey_round.commune)
    fresh = SurveyRound.objects.select_for_update().get(pk=survey_round.pk)
    if fresh.closed_at is None:
        fresh.closed_at, fresh.version = timezone.now(), fresh.version + 1
        fresh.save(update_fields=["closed_at", "version"])
        _record("survey.round", survey_round, did="close")


def villages_of(survey_round: SurveyRound) -> QuerySet[Unit]:
    """The villages of the round's commune."""
    return Unit.objects.current().villages().filter(parent=survey_round.commune_id).in_order()


def people_for(survey_round: SurveyRound) -> QuerySet[User]:
    """Whoever has the right to survey in the commune or one of its villages, by a grant that names either."""
    commune = survey_round.commune_id
    grants = current_grants().filter(Q(unit=commune) | Q(unit__parent=commune), role__in=SURVEYING)
    return User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("full_name", "username")


def last_day_of_sending(survey_round: SurveyRound) -> datetime.date:
    """Until when phones that had no signal may still send what was found in a round."""
    return later(survey_round.ends_on, LATE)


def later(day: datetime.date, by: datetime.timedelta) -> datetime.date:
    """Return a day that comes after another; the last day there is, where the calendar ends before."""
    return day + by if day <= datetime.date.max - by else datetime.date.max


@transaction.atomic
def reschedule(*, user: Any, survey_round: SurveyRound, version: int | None, ends_on: datetime.date) -> None:
    """Give a round another last day; one that was closed goes on.

    `version` is the round's as the officer saw it. Raises Conflict where somebody has changed or closed it since, and
    UserError for a day that cannot be.
    """
    access.require(user, RUNS, survey_round.commune)
    fresh = SurveyRound.objects.select_for_update().get(pk=survey_round.pk)
    if fresh.version != version:
        raise Conflict(_moved_on(fresh), code="version")
    _require_near(ends_on, "ends_on")
    today = timezone.localdate()
    if ends_on < max(fresh.starts_on, today):
        raise UserError(
            _("Ngày cuối %(day)s đã qua hoặc trước ngày đầu của đợt. Hãy chọn từ %(first)s trở đi.")
            % {"day": f"{ends_on:%d/%m/%Y}", "first": f"{max(fresh.starts_on, today):%d/%m/%Y}"},
            code="ends_on",
        )
    did = "move" if fresh.closed_at is None else "reopen"
    fresh.ends_on, fresh.closed_at, fresh.version = ends_on, None, fresh.version + 1
    fresh.save(update_fields=["ends_on", "closed_at", "version"])
    _record("survey.reschedule", fresh, did=did, ends_on=ends_on.isoformat())


def close_ended() -> None:
    """Close the rounds whose phones have had time to send what was found; run once an hour by a worker."""
    with wall.acting_as_system("survey.close_ended"), transaction.atomic():
        over = SurveyRound.objects.select_for_update(of=("self",)).select_related("commune")
        for one in over.filter(closed_at=None, ends_on__lt=timezone.localdate() - LATE):
            one.closed_at, one.version = timezone.now(), one.version + 1
            one.save(update_fields=["closed_at", "version"])
            _record("survey.round", one, did="close")


def _require_near(day: datetime.date, field: str) -> None:
    today = timezone.localdate()
    if abs(day - today) > _FARTHEST:
        raise UserError(
            _("Ngày %(day)s cách hôm nay quá xa. Hãy chọn ngày từ %(first)s đến %(last)s.")
            % {
                "day": f"{day.day:02}/{day.month:02}/{day.year:04}",
                "first": f"{today - _FARTHEST:%d/%m/%Y}",
                "last": f"{today + _FARTHEST:%d/%m/%Y}",
            },
            code=field,
        )


def _moved_on(fresh: SurveyRound) -> str:
    names = {"day": f"{fresh.ends_on:%d/%m/%Y}"}
    if fresh.closed_at is not None:
        return _("Đợt này vừa được đóng sau khi bạn mở trang (ngày cuối %(day)s). Hãy xem lại rồi quyết định.") % names
    return _("Đợt này vừa được đổi sau khi bạn mở trang, nay đến hết ngày %(day)s. Hãy xem lại rồi quyết định.") % names


def _record(action: str, survey_round: SurveyRound, **detail: Any) -> None:
    audit.record(
        action, subject=survey_round.name, table=SurveyRound._meta.db_table, row_id=survey_round.pk,
        commune=survey_round.commune, detail=detail,
    )  # fmt: skip
