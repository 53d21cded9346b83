"""Phones at the desk: whose they are, when they were last seen, what lies on them; one that is lost is revoked."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import SurveyAssignment, SurveyDevice
from households.survey.running import LATE, RUNS, SURVEYING
from mapping import access, audit
from mapping.access import Capability
from mapping.accounts.people import current_grants
from mapping.errors import NotAllowed, UserError
from mapping.models import Grant, Unit
from mapping.models.units import UnitKind


def phones_for(user: Any) -> QuerySet[SurveyDevice]:
    """Return the phones of whoever may send something where the person runs surveys, the last seen first.

    That is who has a village in a round whose phones still send, and who has the right to survey there. Who walked
    there once and left is another commune's to look after.
    """
    theirs = Q(user__in=_given(user).values("surveyor")) | Q(user__in=_granted(user).values("user"))
    found = SurveyDevice.objects.filter(theirs).select_related("user", "revoked_by")
    return found.order_by(F("last_seen_at").desc(nulls_last=True), "pk")


def may_let_again(user: Any, device: SurveyDevice) -> bool:
    """Whether the phone's owner has the right to survey where the person runs surveys: else others answer for it."""
    if _granted(user).filter(user=device.user).exists():
        return True
    # A right that was given above, as a province's officer has it.
    communes = {one.round.commune for one in _given(user).filter(surveyor=device.user)}
    return any(access.may(device.user, Capability.SURVEY, commune) for commune in communes)


def phone_or_404(user: Any, device_id: uuid.UUID) -> SurveyDevice:
    """Return one of `phones_for`; whoever runs no surveys anywhere gets 403."""
    access.somewhere(user, RUNS)
    found = phones_for(user).filter(pk=device_id).first()
    if found is None:
        raise Http404
    return found


@transaction.atomic
def revoke(*, user: Any, device: SurveyDevice, reason: str) -> None:
    """Let a phone send nothing more for its person; what it has sent stays. Again it changes nothing.

    Raises UserError without a reason.
    """
    if not reason:
        raise UserError(_("Hãy viết vì sao thu hồi, ví dụ: “Mất máy ngày 5/8”."), code="reason")
    fresh = SurveyDevice.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if fresh.revoked_at is None:
        fresh.revoked_at, fresh.revoked_by, fresh.revoke_reason = timezone.now(), user, reason
        fresh.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        _record("survey.revoke_device", user, fresh)


@transaction.atomic
def let_again(*, user: Any, device: SurveyDevice) -> None:
    """Take a revocation back: the phone may send what it kept. Again it changes nothing.

    Raises NotAllowed where its owner has no right to survey in the person's communes today.
    """
    if not may_let_again(user, device):
        raise NotAllowed(
            _(
                "%(person)s không còn quyền điều tra ở xã bạn quản lý, nên bạn không cho máy này gửi lại được. Việc đó "
                "do xã đang giao quyền cho người ấy quyết định."
            )
            % {"person": device.user},
            code="no_grant",
        )
    fresh = SurveyDevice.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if fresh.revoked_at is not None:
        fresh.revoked_at, fresh.revoked_by, fresh.revoke_reason = None, None, ""
        fresh.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        _record("survey.let_device", user, fresh)


def _record(action: str, user: Any, device: SurveyDevice) -> None:
    """In the audit of a commune where the person runs surveys and the phone's owner walks, or may."""
    last = _given(user).filter(surveyor=device.user).order_by("-created_at").first()
    commune = last.round.commune if last else _commune_of(_granted(user).filter(user=device.user).first())
    audit.record(
        action, subject=device.user.username, table=SurveyDevice._meta.db_table, row_id=device.pk, commune=commune
    )


def _given(user: Any) -> QuerySet[SurveyAssignment]:
    """Villages that were given to somebody in the person's rounds whose phones still send, taken back or not."""
    oldest = timezone.localdate() - LATE
    sending = SurveyAssignment.objects.filter(round__closed_at__isnull=True, round__ends_on__gte=oldest)
    return sending.filter(access.scope_of(user, RUNS).units("round__commune__")).select_related("round__commune")


def _granted(user: Any) -> QuerySet[Grant]:
    """Today's rights to survey where the person runs surveys."""
    grants = current_grants().filter(access.scope_of(user, RUNS).units("unit__"), role__in=SURVEYING)
    return grants.select_related("unit__parent")


def _commune_of(grant: Grant | None) -> Unit | None:
    """The commune of a right that was given there or in a village of it."""
    unit = grant.unit if grant else None
    while unit is not None and unit.kind != UnitKind.COMMUNE:
        unit = unit.parent
    return unit
