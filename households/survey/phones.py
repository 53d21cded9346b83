"""Phones at the desk: whose they are, when they were last seen, what lies on them; one that is lost is revoked."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import SurveyAssignment, SurveyDevice
from households.survey.running import RUNS
from mapping import access, audit
from mapping.errors import UserError


def phones_for(user: Any) -> QuerySet[SurveyDevice]:
    """Return the phones of whoever was ever given a village where the person runs surveys, the last seen first."""
    given = SurveyAssignment.objects.filter(access.scope_of(user, RUNS).units("round__commune__"))
    found = SurveyDevice.objects.filter(user__in=given.values("surveyor")).select_related("user", "revoked_by")
    return found.order_by(F("last_seen_at").desc(nulls_last=True), "pk")


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
    """Take a revocation back: the phone may send what it kept. Again it changes nothing."""
    fresh = SurveyDevice.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if fresh.revoked_at is not None:
        fresh.revoked_at, fresh.revoked_by, fresh.revoke_reason = None, None, ""
        fresh.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        _record("survey.let_device", user, fresh)


def _record(action: str, user: Any, device: SurveyDevice) -> None:
    """In the audit of a commune where the person runs surveys and the phone's owner walks."""
    given = SurveyAssignment.objects.filter(access.scope_of(user, RUNS).units("round__commune__"), surveyor=device.user)
    last = given.select_related("round").order_by("-created_at").first()
    audit.record(
        action, subject=device.user.username, table=SurveyDevice._meta.db_table, row_id=device.pk,
        commune=last.round.commune_id if last else None,
    )  # fmt: skip
