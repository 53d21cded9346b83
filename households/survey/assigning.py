"""Give villages, or parts of them drawn on the map, to people, and take them back. For officers of the commune."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from households.drawn_areas import ring
from households.models import House, SurveyAssignment, SurveyRound
from households.survey.pack import houses_of
from households.survey.running import RUNS
from mapping import access, audit
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import Unit, User


def assignment_or_404(user: Any, assignment_id: uuid.UUID) -> SurveyAssignment:
    """Return an assignment of a commune whose surveys the person runs; foreign 404, without the right 403."""
    found = SurveyAssignment.objects.select_related("round__commune", "village", "surveyor")
    assignment = found.filter(pk=assignment_id).first()
    if assignment is None:
        raise Http404
    access.require(user, RUNS, assignment.round.commune)
    return assignment


def area_in(text: str) -> Polygon | None:
    """Return the area (EPSG:4326) whose corners a form holds, None of nothing drawn. Raises UserError (`polygon`)."""
    try:
        corners = ring(json.loads(text)) if text else ()
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise UserError(_("Không đọc được vùng vẽ. Hãy tải lại trang rồi vẽ lại."), code="polygon") from None
    return Polygon((*corners, corners[0]), srid=4326) if corners else None


@transaction.atomic
def assign(
    *, user: Any, survey_round: SurveyRound, surveyor: User, village: Unit, area: Polygon | None = None,
    ends_on: datetime.date | None = None,
) -> SurveyAssignment:  # fmt: skip
    """Give a village, or the part of it inside `area` (EPSG:4326), to a person until a day.

    Raises UserError where they may not survey or have it already, or for an area or a day that cannot be; Conflict of a
    round that is closed.
    """
    access.require(user, RUNS, survey_round.commune)
    _require_open(survey_round)
    if village.parent_id != survey_round.commune_id:
        raise UserError(_("Thôn này không thuộc xã của đợt. Hãy chọn một thôn của xã."), code="village")
    names = {"person": surveyor, "village": village.full_name}
    if not access.may(surveyor, Capability.SURVEY, village):
        raise UserError(
            _("%(person)s không có quyền điều tra ở %(village)s. Hãy phân công vai trò ở thôn đó trước.") % names,
            code="surveyor",
        )
    _require_part(survey_round, village, area, ends_on)
    try:
        with transaction.atomic():
            made = SurveyAssignment.objects.create(
                round=survey_round, surveyor=surveyor, village=village, area=area, ends_on=ends_on, created_by=user
            )
    except IntegrityError:
        raise UserError(
            _("%(person)s đã được giao %(village)s rồi. Muốn đổi vùng hay ngày thì sửa phân công đang có.") % names,
            code="twice",
        ) from None
    _record(made, "give")
    return made


@transaction.atomic
def amend(
    *, user: Any, assignment: SurveyAssignment, version: int | None, area: Polygon | None, ends_on: datetime.date | None
) -> SurveyAssignment:
    """Give an assignment another area or last day: the phone takes the village along anew with its next changes.

    `version` is the assignment's as the officer saw it. Raises Conflict where somebody has amended it since, it has
    ended or its round is closed, UserError for an area or a day that cannot be.
    """
    access.require(user, RUNS, assignment.round.commune)
    fresh = SurveyAssignment.objects.select_for_update(of=("self",)).select_related("round", "village", "surveyor")
    fresh = fresh.get(pk=assignment.pk)
    _require_open(fresh.round)
    if fresh.ended_at is not None:
        raise Conflict(_("Phân công này đã thôi. Hãy giao lại nếu cần."), code="assignment_ended")
    if fresh.version != version:
        raise Conflict(
            _(
                "Phân công này vừa được sửa sau khi bạn mở trang. Hãy xem vùng và ngày đang có bên dưới; "
                "lưu lần nữa thì phần bạn vừa điền thay phần đó."
            ),
            code="version",
        )
    _require_part(fresh.round, fresh.village, area, ends_on)
    fresh.area, fresh.ends_on, fresh.version = area, ends_on, fresh.version + 1
    fresh.save(update_fields=["area", "ends_on", "version"])
    _record(fresh, "amend")
    return fresh


@transaction.atomic
def end(*, user: Any, assignment: SurveyAssignment) -> None:
    """Take a person off a village: their phone keeps what it has and is told. Again it changes nothing."""
    access.require(user, RUNS, assignment.round.commune)
    ended = SurveyAssignment.objects.filter(pk=assignment.pk, ended_at__isnull=True).update(ended_at=timezone.now())
    if ended:
        _record(assignment, "take back")


def count_houses(assignments: list[Any]) -> None:
    """Set `houses` of each assignment: a query for all whole villages, and one for each area."""
    whole = {one.village_id for one in assignments if one.area is None}
    standing = House.objects.active().filter(village__in=whole).order_by().values("village")
    counted = {row["village"]: row["count"] for row in standing.annotate(count=Count("pk"))}
    for one in assignments:
        one.houses = counted.get(one.village_id, 0) if one.area is None else houses_in(one)


def houses_in(assignment: SurveyAssignment) -> int:
    """How many houses of the register an assignment is about."""
    return houses_of(assignment.village_id, assignment.area).count()


def _require_open(survey_round: SurveyRound) -> None:
    if survey_round.closed_at is not None:
        raise Conflict(
            _("Đợt này đã đóng, không giao thêm được. Hãy mở lại đợt bằng ngày cuối mới, hoặc lập đợt mới."),
            code="round_closed",
        )


def _require_part(found: SurveyRound, village: Unit, area: Polygon | None, ends_on: datetime.date | None) -> None:
    if area is not None and village.outline is not None and not area.intersects(village.outline):
        raise UserError(
            _("Vùng vẽ không chạm %(village)s. Hãy vẽ lại quanh những nhà cần giao của thôn đó.")
            % {"village": village.full_name},
            code="polygon",
        )
    if ends_on is not None and not found.starts_on <= ends_on <= found.ends_on:
        raise UserError(
            _("Ngày cuối %(day)s nằm ngoài đợt. Hãy chọn từ %(first)s đến %(last)s, hoặc để trống.")
            % {
                "day": f"{ends_on:%d/%m/%Y}",
                "first": f"{found.starts_on:%d/%m/%Y}",
                "last": f"{found.ends_on:%d/%m/%Y}",
            },
            code="ends_on",
        )


def _record(assignment: SurveyAssignment, did: str) -> None:
    audit.record(
        "survey.assign", subject=assignment.village.full_name, table=SurveyAssignment._meta.db_table,
        row_id=assignment.pk, commune=assignment.round.commune_id, village_id=assignment.village_id,
        detail={
            "did": did,
            "surveyor": assignment.surveyor_id,
            "ends_on": assignment.ends_on and assignment.ends_on.isoformat(),
            "is_part": assignment.area is not None,
        },
    )  # fmt: skip
