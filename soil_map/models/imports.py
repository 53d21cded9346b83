"""Imports of the soil map: a file that was brought, how it was understood, what it would do and what it did."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping import access
from mapping.models import ChangeSet, StoredFile, Unit
from soil_map.models.campaign import Campaign


class SoilImportKind(models.TextChoices):
    """What a file holds."""

    LABORATORY = "laboratory", _("phiếu kết quả phân tích")
    SOIL_UNITS = "soil_units", _("khoanh đất")
    PARCELS = "parcels", _("thửa đất")


class SoilImportState(models.TextChoices):
    """Where an import stands. Nothing is written before APPLIED; an undo is told by the change set."""

    UPLOADED = "uploaded", _("đã nhận tệp")
    CHECKED = "checked", _("đã kiểm tra")
    APPLIED = "applied", _("đã nhập")


class SoilImportQuerySet(models.QuerySet["SoilImport"]):
    """Imports as somebody may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.EDIT_SOIL) -> SoilImportQuerySet:
        """Imports of the communes where the person has `capability`."""
        return self.filter(access.scope_of(user, capability).communes())


class SoilImport(models.Model):
    """One file on its way into the soil map of a commune."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+", verbose_name=_("đợt điều tra"))
    kind = models.CharField(_("loại"), max_length=10, choices=SoilImportKind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp gốc"))
    state = models.CharField(
        _("tình trạng"), max_length=8, choices=SoilImportState.choices, default=SoilImportState.UPLOADED
    )
    meaning = models.JSONField(default=dict)
    """How the file was understood and confirmed: columns, properties, methods, units, system, encoding."""
    report = models.JSONField(default=dict)
    """What was read and what it would do: counts, the first faults, conversions shown, overlaps and gaps."""
    changeset = models.ForeignKey(ChangeSet, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    objects = SoilImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần nhập dữ liệu đất")
        verbose_name_plural = _("các lần nhập dữ liệu đất")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.file} ({self.get_state_display()})"

    @property
    def is_undone(self) -> bool:
        """Whether what it wrote was taken back."""
        return self.changeset is not None and self.changeset.undone_at is not None
