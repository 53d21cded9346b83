"""What strangers say of a plate: that it hangs in the wrong place, is damaged, cannot be read."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models.house import House
from households.models.plate import Plate
from mapping import access
from mapping.models import Unit


class ReportKind(models.TextChoices):
    """What is wrong."""

    WRONG_PLACE = "wrong_place", _("biển treo nhầm chỗ")
    DAMAGED = "damaged", _("biển hỏng")
    UNREADABLE = "unreadable", _("không đọc được mã QR")
    OTHER = "other", _("việc khác")


class ReportState(models.TextChoices):
    """Whether somebody has looked after it."""

    OPEN = "open", _("chờ xử lý")
    DONE = "done", _("đã xử lý")
    DISMISSED = "dismissed", _("không đúng")


class PlateReportQuerySet(models.QuerySet["PlateReport"]):
    """Reports as officials may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.PRINT) -> PlateReportQuerySet:
        """Reports on houses where the person has `capability`."""
        return self.filter(access.scope_of(user, capability).rows("house__"))


class PlateReport(models.Model):
    """One report. Nothing about whoever sent it is kept, not even an address on the network."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    house = models.ForeignKey(House, models.CASCADE, related_name="plate_reports", verbose_name=_("nhà"))
    plate = models.ForeignKey(Plate, models.SET_NULL, null=True, related_name="reports", verbose_name=_("biển"))
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    village = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("thôn"))
    kind = models.CharField(_("việc"), max_length=11, choices=ReportKind.choices)
    note = models.CharField(_("ghi thêm"), max_length=500, blank=True)
    state = models.CharField(_("tình trạng"), max_length=9, choices=ReportState.choices, default=ReportState.OPEN)
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField(_("xử lý lúc"), null=True)
    answer = models.CharField(_("đã làm gì"), max_length=300, blank=True)

    objects = PlateReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo lỗi biển")
        verbose_name_plural = _("báo lỗi biển")
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("commune", "state", "-created_at"), name="plate_reports_of_commune"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.house_id}"
