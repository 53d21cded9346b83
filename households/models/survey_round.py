"""Rounds of the field survey: what is asked in a commune, by whom, where and until when."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mapping import access
from mapping.models import Unit


class SurveyRoundQuerySet(models.QuerySet["SurveyRound"]):
    """Rounds as somebody may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.EDIT) -> SurveyRoundQuerySet:
        """Rounds of the communes where the person has `capability`."""
        return self.filter(access.scope_of(user, capability).communes())


class SurveyRound(models.Model):
    """One survey of a commune's houses, with the rules that hold for all of it."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    name = models.CharField(_("tên đợt"), max_length=120)
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"))
    rules_version = models.PositiveSmallIntegerField(_("phiên bản bộ câu hỏi"))
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SurveyRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt điều tra")
        verbose_name_plural = _("các đợt điều tra")
        ordering = ("-starts_on", "name")
        constraints = (
            models.UniqueConstraint(fields=("commune", "name"), name="survey_round_name_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="survey_round_ends_after_it_began"),
        )

    def __str__(self) -> str:
        return self.name


class SurveyAssignment(models.Model):
    """A person walks a village, or the part of it that is drawn, until a day, or the round's end, or taken off it."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    round = models.ForeignKey(SurveyRound, models.CASCADE, related_name="assignments", verbose_name=_("đợt"))
    surveyor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người điều tra")
    )
    village = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("thôn"))
    area = models.PolygonField(_("phần được giao"), srid=4326, null=True, blank=True)
    ends_on = models.DateField(_("đến ngày"), null=True, blank=True)
    """The last day; none where it goes on as long as the round."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("giao lúc"), auto_now_add=True)
    ended_at = models.DateTimeField(_("thôi giao lúc"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("phân công điều tra")
        verbose_name_plural = _("phân công điều tra")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "surveyor", "village"),
                condition=Q(ended_at__isnull=True),
                name="survey_assignment_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.surveyor} {self.village}"


class SurveyDevice(models.Model):
    """A browser on a phone that takes surveys along, by the id that it made itself; one row for each of its people."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    key = models.UUIDField(_("mã của máy"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("tên máy"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    last_seen_at = models.DateTimeField(_("lần cuối"), null=True)
    unsent = models.PositiveIntegerField(_("còn trên máy"), null=True)
    """Houses and photos that the phone said it still had to send when it was last seen; null of one that never said."""
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoke_reason = models.CharField(_("lý do thu hồi"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("máy điều tra")
        verbose_name_plural = _("máy điều tra")
        constraints = (models.UniqueConstraint(fields=("key", "user"), name="survey_device_once_a_person"),)

    def __str__(self) -> str:
        return self.name or str(self.key)
